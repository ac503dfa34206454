"""What notebook 06 says of cliffs, clipping and cuts: its measurements against the engine, and its facts."""
import numpy as np
import pytest

from course_utils import SGD, Adam, LinearRNN, Params, TanhRNN, TrainingDiverged
from course_utils.experiments.curves import cliff, descend, wall
from course_utils.experiments.lessons import taming
from course_utils.experiments.lessons.cliff import N_STARTS
from course_utils.figures.lessons.powers import SMALL


@pytest.mark.parametrize("clip", (None, 1.0))
def test_twenty_descents_are_twenty_times_one(clip):
    w, above = np.random.default_rng(0).uniform((4.6, .1), (6, .8), (N_STARTS, 2)).T
    longest, error = taming.twenty_descents(.1, clip)
    for n in (0, 7):
        points, errors, _ = descend((w[n], wall(w[n]) + above[n]), .1, clip, 200)
        steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
        np.testing.assert_allclose((longest[n], error[n]), (steps.max(), errors[-1]), rtol=1e-9)


def test_a_grid_holds_the_cliff_at_its_points():
    w, b, error, norm = taming.cliff_grid(5, (4, 6), (-3, -1))
    assert w.shape == (5, 5) and (w[0, 0], w[0, -1], b[0, 0], b[-1, 0]) == (4, 6, -3, -1)
    found = cliff(w[1, 3], b[1, 3])
    np.testing.assert_allclose((error[1, 3], norm[1, 3]), (found[0], np.hypot(*found[1:])))


def test_angles():
    assert taming.angle(np.array([1.0, 0]), np.array([3.0, 3])) == pytest.approx(45)
    assert taming.cosine(np.full(3, 1e300), np.full(3, -1e-300)) == pytest.approx(-1)
    assert taming.flat(Params(W=np.array([[1.0, 2], [3, 4]]), b=np.array([5.0]))).tolist() == [1, 2, 3, 4, 5]
    with pytest.raises(ValueError, match="no vector of zeros"):
        taming.angle(np.zeros(2), np.ones(2))


def test_a_training_that_overflows_is_told_from_one_that_does_not():
    linear = {"recurrent": "orthogonal", "gain": 1.1}
    assert isinstance(taming.train_on_adding(LinearRNN, SGD(.1), 0, n=3, **linear), TrainingDiverged)
    assert taming.train_on_adding(LinearRNN, SGD(.1), 0, 1.0, 3, **linear).iteration == [1]
    assert taming.train_on_adding(TanhRNN, Adam(.01), 0, n=10).iteration == [1, 10]


@pytest.mark.parametrize("start, loss, power", (
    ("PyTorch", "the same", 1), ("orthogonal, random biases", "the same", 1), ("PyTorch, zero biases", "the same", .5),
    ("orthogonal", "the same", .5), ("PyTorch", "another", .5), ("orthogonal, random biases", "another", .5)))
def test_cuts_add_up_where_biases_are_random_and_the_loss_stays_the_same(start, loss, power):
    """What is lost grows with the number of cuts to the power 1, or ½, whichever start it is."""
    logs = np.log(taming.truncation_errors(start, loss, 12)[:, SMALL]).mean(axis=0)
    cuts = np.log(60 / taming.TAUS[SMALL] - 1)
    assert np.polyfit(cuts, logs, 1)[0] == pytest.approx(power, abs=.15)


@pytest.mark.parametrize("start", ("PyTorch", "orthogonal"))
def test_at_the_end_the_error_falls_as_the_jacobians_do(start):
    logs = np.log(taming.truncation_errors(start, "last step")).mean(axis=0)
    assert np.polyfit(taming.TAUS, logs, 1)[0] == pytest.approx(taming.largest_exponent(start), rel=.1)


def test_a_longer_piece_may_reach_less_far():
    assert [taming.steps_reached(length) for length in (1, 4, 5, 6, 7, 20, 30)] == [1, 4, 5, 2, 6, 20, 20]


def test_what_is_learned_across_a_cut():
    """In pieces of 3 all learn to add over 48 steps; with a quiet end, in pieces of 12, none does."""
    adding, order = taming.stored_cuts("adding"), taming.stored_cuts("temporal order")
    learned = {name: sum(row["loss"] < row["baseline"] / 10 for row in rows) for name, rows in adding.items()}
    assert learned == {"whole": 15, "pieces of 3": 15, "quiet end, whole": 15, "quiet end, pieces of 12": 0,
                       "quiet end, pieces of 24": 15}
    assert min(row["loss"] for row in adding["quiet end, pieces of 12"]) > .13
    solved = {name: sum(row["solved_at"] is not None for row in rows) for name, rows in order.items()}
    assert solved == {"whole": 5, "pieces of 15": 5, "pieces of 5": 0}


def test_the_cut_gradient_keeps_much_of_the_direction_wherever_the_marks_are():
    found = np.array([[taming.cut_beside_whole(quiet, seed) for seed in range(3)] for quiet in (0, 12)])
    assert found[..., 0].min() > .5 and found[..., 1].max() < .6
    np.testing.assert_allclose(found[0], found[1], atol=.05)
