"""Good arguments of what notebook 07 measures and draws."""
from types import SimpleNamespace

import numpy as np
from good_learning import speaker
from matplotlib.figure import Figure

from course_utils.experiments.lessons.latch import latch_states
from course_utils.experiments.lessons.swapped_symbol import distance_after_swap
from course_utils.experiments.lessons.temporal_order import learned_by_reach, name_trainings
from course_utils.figures.lessons.latch import plot_latch, plot_latch_cobweb
from course_utils.figures.lessons.success import plot_success, wilson
from course_utils.figures.lessons.trainings import plot_order_loss, plot_reach_and_loss, plot_trace


def drawing(**more):
    return lambda: {"ax": Figure().add_subplot(), **more}


def log():
    return SimpleNamespace(iteration=[1, 10], loss=[1.4, 1.0], reach=[3, 5])


ROW = {"cell": "TanhRNN", "recurrent": "sparse", "regulariser": 0.0, "clip_norm": 1.0, "reach_first": 5,
       "task.length": 10, "solved_at": None}
GOOD = {
    latch_states: lambda: {"w": 2.0, "u": 1.0, "b": 0.0, "x": np.ones((4, 2))},
    distance_after_swap: lambda: {"model": speaker(), "x": np.eye(4)[:, None], "first": 0, "last": 1},
    name_trainings: lambda: {"rows": [dict(ROW)]}, learned_by_reach: lambda: {"rows": [dict(ROW)]},
    plot_latch: drawing(x=np.array([1.0, .1, -.2]), h=np.array([.9, .8, .9])), plot_latch_cobweb: drawing(w=2.0),
    wilson: lambda: {"solved": 4, "tried": 5, "z": 1.0},
    plot_success: drawing(lengths=[10, 20], counts=[(5, 5), (0, 5)], name="SGD", place=0),
    plot_order_loss: drawing(log=log()),
    plot_reach_and_loss: drawing(loss_ax=Figure().add_subplot(), log=log(), name="GRU", quiet=15),
    plot_trace: drawing(distance=np.array([0.0, .1, 1.0]), first=0, name="earlier")}
RECORDS = set()
