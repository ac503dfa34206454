"""Good arguments of what notebook 08 draws and measures."""
import numpy as np
from good_engine import LSTM, rng
from matplotlib.figure import Figure

from course_utils.experiments.lessons.chains import chain_norms
from course_utils.experiments.lessons.random_networks import random_network, stretching_factors, totals
from course_utils.experiments.lessons.streams import explained, marked_numbers, size_of_memory
from course_utils.figures.lessons.leaks import plot_leaks
from course_utils.figures.lessons.memory import plot_kept, plot_memories, plot_sizes, plot_starts, plot_totals


def ax():
    return Figure().add_subplot()


GOOD = {
    plot_starts: lambda: {"axes": [ax(), ax()], "deltas": np.ones(4)},
    plot_kept: lambda: {"axes": [ax(), ax(), ax()], "value": np.ones(4), "c": np.ones(4), "h": np.ones(4),
                        "write": 1, "read": 2},
    plot_memories: lambda: {"axes": [ax(), ax()], "wanted": np.ones(4), "held": [np.ones(4), np.zeros(4)],
                            "names": ["a", "b"]},
    plot_totals: lambda: {"ax": ax(), "logs": {"a": np.ones((2, 4))}},
    plot_sizes: lambda: {"ax": ax(), "sizes": {"a": np.arange(1., 30)}},
    plot_leaks: lambda: {"ax": ax(), "f": np.array([.5, .9]), "arriving": {"a": np.array([.1, .2])}},
    chain_norms: lambda: {"J": rng().standard_normal((3, 2, 2))},
    random_network: lambda: {"cell": LSTM, "seed": 0, "gain": 1., "noise": .5, "n_steps": 3, "n_units": 2},
    stretching_factors: lambda: {"gain": 1., "noise": .5, "seed": 0, "n_steps": 3},
    totals: lambda: {"gain": 1., "noise": .5, "n_steps": 3, "n_networks": 2},
    marked_numbers: lambda: {"n_steps": 5, "n_streams": 2, "every": 3, "rng": rng()},
    explained: lambda: {"c": rng().standard_normal((4, 2)), "wanted": rng().standard_normal((4, 2))},
    size_of_memory: lambda: {"x": rng().standard_normal((4, 2)), "listens": 1., "bias": 0.},
}
RECORDS = set()
