"""Good arguments of what notebook 16 measures and draws."""
import numpy as np
from good_pages import drawing
from matplotlib.figure import Figure

from course_utils import LSTM, init_model
from course_utils.diagnose import report
from course_utils.experiments.lessons import patients as measure
from course_utils.figures.lessons import patients as draw
from course_utils.ground.places import DATA

ROW = {"patient": "first", "done": "b_f", "task": "temporal order", "task.length": 10, "cell": "LSTM", "hidden": 2,
       "n_iterations": 10, "test_every": 0, "seed": 0, "lr": .01, "wrong": .7, "early": 1.4, "forget_bias": 1.0}


def row():
    return dict(ROW)


def three():
    return [row() | {"patient": name, "done": "nothing", "seed": 1} for name in ("first", "second", "third")]


GOOD = {
    measure.untrained: lambda: {"row": row()},
    measure.train: lambda: {"row": row(), "progress": False},
    measure.check_row: lambda: {"row": row()},
    report.examine: lambda: {"model": init_model(LSTM, 2, 3, 1, np.random.default_rng(0)), "x": np.ones((5, 2, 2)),
                              "lag": 4, "name": "an LSTM"},
    measure.three_patients: lambda: {"rows": three()},
    measure.choose: lambda: {"rows": [row()], "patient": "first", "done": "b_f", "lr": .01},
    measure.pick: lambda: {"rows": [row()], "patient": "first", "done": "b_f", "lr": .01},
    measure.tell: lambda: {"rows": [row()], "names": {"b_f": "forget bias"}},
    measure.reference: lambda: {"path": DATA / "diagnose_reference.npz", "name": "lstm_2"},
    draw.plot_back: drawing(logs={"first patient": np.zeros(4)}),
    draw.plot_cures: drawing(rows=[row()], names={"b_f": "forget bias"}),
    draw.plot_maps: lambda: {"axes": list(Figure().subplots(1, 2)), "maps": {"a": np.zeros((3, 3)),
                                                                             "b": np.ones((3, 3))}, "low": -1.0,
                             "high": 1.0},
    draw.plot_filling: lambda: {"ax": Figure().add_subplot(), "slope_ax": Figure().add_subplot(),
                                "cells": {"b_f": np.ones((4, 2, 3))}},
    draw.plot_on: drawing(h=np.ones((4, 3)), title="on"),
}
RECORDS = set()
