"""What notebook 07 measures and rests on: the latch, swapped symbols, intervals, and the stored trainings."""
import numpy as np
import pytest

from course_utils import TanhRNN, init_model
from course_utils.experiments import group, load, prepare, settings_of, successes
from course_utils.experiments.lessons.latch import latch_states
from course_utils.experiments.lessons.swapped_symbol import distance_after_swap
from course_utils.experiments.lessons.temporal_order import learned_by_reach, name_trainings
from course_utils.figures.lessons.success import wilson
from course_utils.ground.places import DATA
from course_utils.tasks import TemporalOrder


def stored(name):
    """A table of data/."""
    return load(DATA / f"{name}.csv")


@pytest.mark.parametrize("w", (.9, 1.1, 1.5, 2.0))
def test_a_latch_rests_where_curve_and_diagonal_cross(w):
    rest = latch_states(w, 1.0, 0.0, np.eye(5000)[0])[-1]
    assert abs(rest - np.tanh(w * rest)) < 1e-9 and (rest > .1) == (w > 1)
    assert 0 < w * (1 - rest**2) < 1


def test_states_of_many_sequences_are_those_of_each():
    x = np.random.default_rng(0).standard_normal((7, 3))
    np.testing.assert_allclose(latch_states(1.2, .7, .1, x)[:, 1], latch_states(1.2, .7, .1, x[:, 1]), rtol=1e-12)


def test_a_swap_moves_states_from_its_step_on_and_swaps_x_and_y_alone():
    rng = np.random.default_rng(0)
    model, x = init_model(TanhRNN, 6, 5, 4, rng), TemporalOrder(10).batch(rng, 4).x
    apart = distance_after_swap(model, x, 5, 5)
    assert not apart[:6].any() and (apart[6:] > 0).all()
    distractors = np.eye(6)[np.full((10, 4), 3)]
    assert not distance_after_swap(model, distractors, 0, 9).any()
    W_x = model.params.W_x
    first = distance_after_swap(model, np.eye(6)[np.zeros((1, 1), int)], 0, 0)[1]
    np.testing.assert_allclose(first, np.linalg.norm(np.tanh(W_x[0]) - np.tanh(W_x[1])), rtol=1e-12)


def test_wilsons_interval():
    np.testing.assert_allclose(wilson(4, 5), (.579, .921), atol=1e-3)
    np.testing.assert_allclose(wilson(5, 5), (5 / 6, 1), rtol=1e-12)
    np.testing.assert_allclose(wilson(0, 5), (0, 1 / 6), rtol=1e-12, atol=1e-12)


def test_without_the_regulariser_none_learned_whose_first_gradient_was_short():
    rows = name_trainings(stored("temporal_order"))
    assert learned_by_reach([row for row in rows if row["rule"] != "regulariser"])[0][1:] == (0, 50)
    assert learned_by_reach([row for row in rows if row["rule"] == "regulariser"])[0][1:] == (12, 25)
    short = [row for row in rows if row["reach_last"] < .5 * row["task.length"]]
    assert len(short) == 75 and learned_by_reach(short)[0][2] == 48


def test_a_network_that_always_says_1_has_the_best_loss_of_the_tanh_networks():
    sums = np.random.default_rng(1).random((100, 801, 32, 2)).sum(axis=-1)
    entries = np.mean((sums - 1)**2, axis=-1)
    best = np.min(sum(entries[:, k:k + 792] for k in range(10)) / 10, axis=1)
    assert abs(np.median(best) - .136) < .004
    for row in stored("adding"):
        if row["cell"] in ("TanhRNN", "LinearRNN"):
            assert best.min() < row["best"] and row["solved_at"] is None


def test_late_marks_teach_the_lstm_and_the_gru_does_without_them():
    rows = [row for row in stored("quiet") if row["task.length"] == 50 and row["lr"] == .01]
    counts = successes(rows, "cell", "forget_bias", "input_bias", "task.quiet")
    assert counts["LSTM", 0, 0, 0] == counts["GRU", 0, 0, 0] == counts["GRU", 0, 0, 15] == (5, 5)
    assert counts["LSTM", 0, 0, 15] == counts["TanhRNN", 0, 0, 0] == counts["TanhRNN", 0, 0, 15] == (0, 5)
    reach = {cell: [row["reach_first"] for row in same] for cell, same in group(rows, "cell").items()}
    assert max(reach["GRU"]) < 25 and min(reach["TanhRNN"]) == 50


def test_at_the_lower_rate_the_lstm_learns_without_late_marks():
    counts = successes(stored("quiet"), "cell", "lr", "task.length", "task.quiet")
    assert counts["LSTM", .003, 50, 15] == (3, 5) and counts["GRU", .01, 100, 40] == (5, 5)


def test_over_forty_steps_a_latch_is_given_by_its_start():
    rows = [row for row in stored("latch") if row["task.length"] == 40]
    could = np.array([abs(prepare(settings_of(row))[1].params.W_h[0, 0]) > 1 for row in rows])
    learned = np.array([row["solved_at"] is not None for row in rows])
    assert (could.sum(), learned[could].sum(), learned[~could].sum()) == (30, 15, 1)
