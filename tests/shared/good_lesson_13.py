"""Good arguments of what notebook 13 measures and draws."""
from types import SimpleNamespace

import numpy as np
from good_learning import speaker
from matplotlib.figure import Figure

from course_utils.experiments.lessons.gates_in_training import follow, look
from course_utils.experiments.lessons.lag_tables import (
    name_of,
    outcome,
    shares_right,
    two_way,
    two_way_text,
    with_names,
)
from course_utils.experiments.lessons.memory_size import beside_bias, cell_states, size_and_slope
from course_utils.experiments.lessons.one_number import train_two
from course_utils.figures.lessons.digits import plot_digits
from course_utils.figures.lessons.followed_gates import plot_followed
from course_utils.figures.lessons.keep_and_write import plot_size_and_slope, plot_two_losses, plot_two_way


def ax():
    return Figure().add_subplot()


def log():
    return SimpleNamespace(iteration=[1, 10], loss=[1.4, 1.0])


ROW = {"cell": "LSTM", "recurrent": "glorot", "forget_bias": 3.0, "input_bias": -3.0, "chrono": 0.0, "spread": 0.0,
       "solved_at": None, "wrong": .5}
FOLLOWED = {"forget_bias": 1.0, "seed": 0, "batches": 0, "f": .7, "path": -5.0}
GOOD = {
    name_of: lambda: {"row": dict(ROW)}, with_names: lambda: {"rows": [dict(ROW)]},
    outcome: lambda: {"rows": [dict(ROW)]}, shares_right: lambda: {"rows": [dict(ROW)]},
    two_way: lambda: {"rows": [dict(ROW)]},
    two_way_text: lambda: {"cases": {"b_f = 3": ([], [dict(ROW)])}, "entry": outcome},
    cell_states: lambda: {"b_f": 1.0, "b_i": 0.0, "chrono": 0.0, "spread": 0.0, "seed": 0, "n": 1},
    size_and_slope: lambda: {"b_f": 1.0, "b_i": 0.0, "chrono": 0.0, "spread": 0.0, "n_seeds": 1},
    beside_bias: lambda: {"b_f": np.array([1.0]), "n_seeds": 1},
    train_two: lambda: {"n_iterations": 1, "seed": 0},
    look: lambda: {"model": speaker(4), "batch": SimpleNamespace(x=np.eye(4)[:, None])},
    follow: lambda: {"b_f": 1.0, "seed": 0, "n_pieces": 0},
    plot_digits: lambda: {"axes": [ax() for _ in range(4)], "x": np.ones((70, 2)), "answers": np.array([1, 2])},
    plot_followed: lambda: {"axes": [ax(), ax()], "rows": [dict(FOLLOWED), FOLLOWED | {"batches": 50}]},
    plot_size_and_slope: lambda: {"axes": [ax(), ax()], "b_f": np.arange(2.), "found": {"b_i = 0": np.ones((2, 2, 3))}},
    plot_two_way: lambda: {"ax": ax(), "cases": {"b_f = 3": ([], [dict(ROW)])}, "most": 100, "title": "a task"},
    plot_two_losses: lambda: {"ax": ax(), "logs": [log(), log()]}}
RECORDS = set()
