"""What notebook 12 measures: the facts that its text states, and the statistics against counting by hand."""
from pathlib import Path

import numpy as np
import pytest

from course_utils import GRU, LSTM, CoupledLSTM, NoForgetLSTM, ResetAfterGRU
from course_utils.experiments import group, load, successes
from course_utils.experiments.lessons.relatives import (
    as_far_by_chance,
    engine_step,
    factor_per_step,
    iterations,
    largest_memories,
    memory_totals,
    peephole_factors,
    rank_correlation,
)

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.mark.parametrize("start", ("glorot", "torch"))
@pytest.mark.parametrize("bias", (1, 3))
def test_an_lstm_that_writes_as_little_is_level_with_the_coupled_cell_and_the_grus(start, bias):
    lstm, closed = (factor_per_step(LSTM, bias, b_i, start=start) for b_i in (0, -bias))
    others = [factor_per_step(cell, bias, start=start) for cell in (CoupledLSTM, GRU, ResetAfterGRU)]
    assert max(abs(other - closed) for other in others) < .012
    assert max(others) < lstm - .015


def test_with_loud_input_the_order_is_another():
    lstm, gru = (factor_per_step(cell, 1, noise=3) for cell in (LSTM, GRU))
    assert gru > lstm


def test_without_forget_gate_the_total_grows():
    assert factor_per_step(NoForgetLSTM, 1) > 1.03


@pytest.mark.parametrize("cell", (LSTM, GRU))
def test_the_factor_is_that_of_the_totals(cell):
    logs = memory_totals(cell, 1, n=2)
    assert factor_per_step(cell, 1, n=2) == pytest.approx(10 ** (logs[:, 0].mean() / 60), rel=1e-9)


def test_the_memory_is_what_the_cell_has():
    assert memory_totals(GRU, 1, n=2, n_steps=3).shape == (2, 4)
    with pytest.raises(ValueError, match="no input gate"):
        memory_totals(GRU, 1, input_bias=-1)


def test_only_coupled_gates_bound_the_memory():
    assert largest_memories(CoupledLSTM, 3, n=3).max() <= 1 < largest_memories(LSTM, 3, n=3).min()


def test_a_step_gives_as_many_states_as_the_cell_has():
    x, h = np.ones((2, 3)), np.ones((2, 4))
    assert [len(engine_step(cell, x, h, h)[1]) for cell in (LSTM, GRU)] == [2, 1]


def test_peepholes_leave_the_forget_gate_when_they_have_learned():
    shares = []
    for n in (0, 100):
        f, factor = peephole_factors(n)
        shares.append(np.mean(abs(factor - f) > .01))
    assert shares[0] == 0 and shares[1] > .5


def test_rank_correlation_by_hand():
    assert rank_correlation(np.array([1., 5, 9]), np.array([2., 3, 70])) == pytest.approx(1)
    assert rank_correlation(np.array([1., 5, 9]), np.array([4., 3, 2])) == pytest.approx(-1)
    assert rank_correlation(np.array([1., 2, 2, 4]), np.array([1., 2, 3, 4])) == pytest.approx(4.5 / np.sqrt(4.5 * 5))
    with pytest.raises(ValueError, match="not all equal"):
        rank_correlation(np.ones(3), np.arange(3.))


def test_chance_by_counting_all_orders():
    """Of the six orders of three, two are as far from 0 as the order itself."""
    assert as_far_by_chance(np.arange(3.), np.arange(3.)) == pytest.approx(1 / 3, abs=.02)


def test_iterations_keep_cells_and_seeds_apart():
    rows = [{"cell": cell, "solved_at": at} for cell, at in (("a", 1), ("b", None), ("a", 3), ("b", 4))]
    assert iterations(rows, 9).tolist() == [[1, 3], [9, 4]]
    with pytest.raises(ValueError, match="1 of b"):
        iterations(rows[:3], 9)


def test_what_three_seeds_of_the_ablation_allow():
    adding, grammar = (iterations(rows, 2700) for rows in group(load(DATA / "ablation.csv"), "task").values())
    means = adding.mean(axis=1), grammar.mean(axis=1)
    assert rank_correlation(*means) == pytest.approx(.54, abs=.01) and .09 < as_far_by_chance(*means) < .14
    seeds = [[rank_correlation(found[:, j], found[:, k]) for j, k in ((0, 1), (0, 2), (1, 2))]
             for found in (adding, grammar)]
    assert min(seeds[0]) > .75 and np.sum(np.array(seeds[1]) < 0) == 2


def test_adding_is_learned_better_with_a_forget_gate():
    found = successes(load(DATA / "no_forget.csv"), "lr", "cell")
    assert found == {(.01, "LSTM"): (10, 10), (.01, "NoForgetLSTM"): (3, 10), (.003, "LSTM"): (3, 3),
                     (.003, "NoForgetLSTM"): (0, 3)}
