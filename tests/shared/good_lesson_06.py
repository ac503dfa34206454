"""Good arguments of what notebook 06 measures and draws."""
import numpy as np
from matplotlib.figure import Figure

from course_utils import SGD, History, Params, TanhRNN, init_model
from course_utils.experiments.lessons import taming as measure
from course_utils.figures.lessons import taming as draw


def axes(n):
    return [Figure().add_subplot() for _ in range(n)]


def grid():
    return list(np.random.default_rng(0).uniform(1, 2, (4, 3, 5)))


def on_grid(ax):
    return {"ax": ax} | dict(zip(("w", "b", "error", "norm"), grid()))


def log():
    return History(iteration=[1, 10], loss=[.5, .2])


def row():
    return {"loss": .1, "kind": "GRU, rate 0.01", "cell": "GRU"}


GOOD = {
    measure.angle: lambda: {"a": np.array([1., 2]), "b": np.array([2., 1])},
    measure.cosine: lambda: {"a": np.array([1., 2]), "b": np.array([2., 1])},
    measure.flat: lambda: {"grads": Params(W=np.ones((2, 3)), b=np.ones(3))},
    measure.new_gradient: lambda: {"seed": 0},
    measure.cliff_grid: lambda: {"n": 3, "w": (4., 5.), "b": (-3., -2.)},
    measure.twenty_descents: lambda: {"lr": .1, "max_norm": 1.},
    measure.train_on_adding: lambda: {"cell": TanhRNN, "rule": SGD(.1), "seed": 0, "clip_norm": 1., "n": 2},
    measure.truncation_errors: lambda: {"start": "orthogonal", "loss": "another", "n_seeds": 2},
    measure.largest_exponent: lambda: {"start": "orthogonal", "n_seeds": 1},
    measure.steps_reached: lambda: {"length": 6},
    measure.stored_cuts: lambda: {"task": "adding"},
    measure.cut_beside_whole: lambda: {"quiet": 12, "seed": 0},
    measure.readable: lambda: {"model": init_model(TanhRNN, 6, 8, 4, np.random.default_rng(0))},
    draw.plot_error_surface: lambda: on_grid(Figure().add_subplot(projection="3d")),
    draw.plot_gradient_map: lambda: on_grid(Figure().add_subplot()) | {"lines": {"wall": np.ones(5)}},
    draw.plot_cobwebs: lambda: {"axes": axes(2), "w": 5., "bs": (-2.6, -2.5), "starts": (.1, .9)},
    draw.plot_descents: lambda: {"axes": axes(2), "grid": grid(), "paths": {"one": (np.ones((4, 2)), np.ones(4))}},
    draw.plot_losses: lambda: {"ax": Figure().add_subplot(), "logs": {"tanh, clipped": [log(), log()]}},
    draw.plot_outcomes: lambda: {"ax": Figure().add_subplot(), "rows": {"whole": [row(), row()]},
                                 "levels": {"the mean": .2}},
    draw.plot_spread: lambda: {"ax": Figure().add_subplot(), "x": np.arange(3.), "values": np.ones((2, 3))},
    draw.plot_powers: lambda: {"ax": Figure().add_subplot(), "cuts": np.arange(5., 0, -1),
                               "curves": [np.ones((2, 5)), np.ones((2, 5))], "names": ["one", "other"]},
}
RECORDS = set()
