"""What notebook 13 measures and rests on: names of starts, the size of a memory, and the stored trainings."""
import numpy as np
import pytest

from course_utils import sigmoid
from course_utils.experiments import group, load, successes
from course_utils.experiments.lessons import gates_in_training
from course_utils.experiments.lessons.lag_tables import (
    name_of,
    outcome,
    shares_right,
    two_way,
    two_way_text,
    with_names,
)
from course_utils.experiments.lessons.memory_size import cell_states, size_and_slope
from course_utils.experiments.lessons.one_number import train_two
from course_utils.ground.places import DATA


def stored(name):
    """A table of data/."""
    return load(DATA / f"{name}.csv")


def solved(rows):
    return sum(row["solved_at"] is not None for row in rows)


def a_row(**more):
    return {"cell": "LSTM", "recurrent": "glorot", "forget_bias": 0.0, "input_bias": 0.0, "chrono": 0.0,
            "solved_at": None} | more


def test_names_tell_starts_apart():
    rows = (a_row(), a_row(forget_bias=3), a_row(forget_bias=3, input_bias=-3), a_row(chrono=9), a_row(spread=9),
            a_row(cell="GRU"), a_row(cell="GRU", forget_bias=3), a_row(cell="ReluRNN", recurrent="identity"),
            a_row(cell="MinGRU", forget_bias=3), a_row(cell="MinLSTM", forget_bias=3, input_bias=-3), a_row(cell="LRU"))
    assert [name_of(row) for row in rows] == [
        "LSTM b_f 0", "LSTM b_f 3", "LSTM b_f 3, b_i −3", "LSTM chrono", "LSTM chrono's b_f", "GRU", "GRU b_z 3",
        "ReLU, identity", "minGRU b_z −3", "minLSTM b_f 3, b_i −3", "LRU"]
    with pytest.raises(ValueError, match="row lacks chrono"):
        name_of({name: value for name, value in a_row().items() if name != "chrono"})


def test_two_ways_hold_every_row_once_but_for_no_bias_twice():
    rows = [a_row(), a_row(forget_bias=3, solved_at=200), a_row(forget_bias=3, input_bias=-3), a_row(spread=9),
            a_row(chrono=9), a_row(cell="GRU"), a_row(forget_bias=1, input_bias=-3)]
    found = two_way(rows[::-1])
    assert list(found) == ["b_f = 0", "b_f = 3", "chrono's b_f"]
    assert found["b_f = 0"] == ([rows[0]], [rows[0]])
    assert found["b_f = 3"] == ([rows[1]], [rows[2]]) and found["chrono's b_f"] == ([rows[3]], [rows[4]])
    assert two_way_text(found).splitlines()[2].split() == "b_f = 3 1 of 1: 200 0 of 1".split()


def test_outcomes_are_counted_and_sorted():
    rows = [a_row(solved_at=900, wrong=.25), a_row(wrong=.5), a_row(solved_at=200, wrong=0)]
    assert outcome(rows) == "2 of 3: 200, 900" and outcome(rows[1:2]) == "0 of 1"
    assert shares_right(rows) == "0.50, 0.75, 1.00"


@pytest.mark.parametrize("b_f", (0.0, 1.0, 3.0, 5.0))
def test_no_memory_is_above_its_ceiling(b_f):
    """At gates that stand at their biases |c| ≤ i / (1 − f); real gates move, so half as much again is allowed."""
    for b_i in (0.0, -b_f):
        c = cell_states(b_f, b_i, seed=1)
        assert c.shape == (101, 20, 8) and not c[0].any()
        assert np.abs(c).max() < 1.5 * sigmoid(b_i) / (1 - sigmoid(b_f))


def test_with_the_opposite_input_bias_the_memory_stays_small_and_the_slope_large():
    for b in (3.0, 5.0):
        full, little = size_and_slope(b, 0.0), size_and_slope(b, -b)
        assert full[0].min() > 1 and np.median(full[1]) < .05
        assert little[0].max() < .3 and little[1].min() > .9
    assert size_and_slope(chrono=105.0)[1].min() > .9 > .5 > size_and_slope(spread=105.0)[1].max()


def test_task_6a_needs_both_biases():
    rows = two_way(stored("forget_bias") + [row for row in stored("write_little") if row["task"] == "temporal order"])
    assert {b_f: tuple(map(solved, sides)) for b_f, sides in rows.items()} == {
        "b_f = 0": (0, 0), "b_f = 1": (0, 0), "b_f = 3": (5, 5), "b_f = 5": (3, 5), "chrono's b_f": (4, 5)}
    assert all(row["solved_at"] <= 500 for b_f in ("b_f = 3", "b_f = 5") for row in rows[b_f][1])


def test_the_reach_on_task_6a_is_long_afterwards_where_it_was_learned_and_short_elsewhere():
    """Counted from each sequence's own end; before training it does not decide."""
    rows = stored("forget_bias")
    assert all((row["reach_last"] >= 100) == (row["solved_at"] is not None) for row in rows)
    assert all(row["reach_last"] < 20 for row in rows if row["solved_at"] is None)
    assert {row["solved_at"] is not None for row in rows if row["reach_first"] >= 100} == {True, False}
    default = [row["reach_first"] for row in rows if row["cell"] == "LSTM" and not row["forget_bias"] + row["chrono"]]
    assert min(default) > 5 and max(default) <= 20


def test_a_lower_rate_is_what_the_identity_start_wants():
    rows = [row for row in stored("rates") + stored("lags") if row["cell"] == "ReluRNN" and row["task.length"] == 60]
    assert successes(rows, "lr") == {.001: (3, 3), .0003: (3, 3), .01: (0, 3)}


def test_adding_with_a_quiet_end_needs_both_biases():
    quiet = group(stored("quiet"), "task.length", "lr", "task.quiet")[50, .01, 15]
    rows = two_way(quiet + [row for row in stored("write_little") if row["task"] == "adding"])
    assert {b_f: tuple(map(solved, sides)) for b_f, sides in rows.items()} == {
        "b_f = 0": (0, 0), "b_f = 1": (2, 4), "b_f = 3": (3, 5), "b_f = 5": (2, 5), "chrono's b_f": (4, 5)}


def test_digits_before_a_pause_need_the_input_bias():
    paused = [row for row in stored("digits") + stored("write_little")
              if row.get("task.blanks") == 100 and row["cell"] == "LSTM"]
    without, little = ([1 - row["wrong"] for sides in two_way(paused).values() for row in sides[k]] for k in (0, 1))
    assert len(without) == 12 and max(without) < .13 and len(little) == 9 and min(little) > .25


def test_cells_that_write_what_they_do_not_keep_need_one_bias():
    rows = [row for row in stored("write_little") if row["cell"] != "LSTM"]
    assert successes(rows, "cell", "forget_bias") == {
        (cell, b): (5, 5) for cell in ("CoupledLSTM", "GRU") for b in (3, 5)}
    assert successes(stored("forget_bias"), "cell")["GRU"] == (0, 5)


def test_one_number_decides_at_once():
    """The tables' trainings of this seed, begun again: iteration 10 comes out as stored."""
    logs = train_two(10)
    early = [row["early"] for row in (*stored("forget_bias"), *stored("write_little"))
             if row["task"] == "temporal order" and (row["cell"], row["forget_bias"], row["seed"]) == ("LSTM", 5, 2)]
    np.testing.assert_allclose([log.loss[-1] for log in logs], early, rtol=1e-5)
    assert [log.reach[0] for log in logs] == [100, 100]


def test_gates_are_those_of_the_code():
    rows = stored("gates_in_training")
    assert len(rows) == 126 and len(group(rows, "forget_bias", "seed")) == 18
    found, _ = gates_in_training.follow(1.0, 5, 1)
    wanted = [row for row in rows if (row["forget_bias"], row["seed"]) == (1, 5)][:2]
    np.testing.assert_allclose(found, [[row["f"], row["path"]] for row in wanted], atol=2e-3)


def test_forget_gates_fall_where_nothing_is_learned():
    for (b_f, seed), rows in group(stored("gates_in_training"), "forget_bias", "seed").items():
        learned, fell = rows[-1]["wrong"] < .5, rows[-1]["f"] < rows[0]["f"]
        assert learned or fell, (b_f, seed)


def test_names_go_with_all_tables():
    for name in ("forget_bias", "write_little", "quiet", "lags", "rates", "adding", "digits", "copy"):
        assert all(row["name"] for row in with_names(stored(name)))
