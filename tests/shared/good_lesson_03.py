"""Good arguments of what notebook 03 measures and draws."""
import numpy as np
from matplotlib.figure import Figure

from course_utils.experiments.lessons.deviation import off
from course_utils.experiments.lessons.mistakes import ahead, losses_of, median_table
from course_utils.experiments.lessons.week import cut, windows
from course_utils.figures.lessons.gradient_check import plot_errors
from course_utils.figures.lessons.memory_ruler import plot_ruler
from course_utils.figures.lessons.mistakes import curve_of, plot_riddle, plot_trainings

ROWS = [{"name": name, "rate": .003, "seed": 0, "40": 2.5, "80": 2.0} for name in ("right", "tanh_twice")]

GOOD = {
    off: lambda: {"ours": np.ones(3), "judge": np.ones(3), "floor": 1e-7},
    cut: lambda: {"starts": np.array([0, 5])}, windows: lambda: {"rng": np.random.default_rng(0), "B": 2},
    losses_of: lambda: {"name": "no_carry", "rate": .1, "seed": 0, "n_steps": 1},
    median_table: lambda: {"rows": ROWS, "step": 80}, ahead: lambda: {"rows": ROWS, "rate": .003, "step": 80},
    plot_trainings: lambda: {"ax": Figure().add_subplot(), "rows": ROWS, "rate": .003},
    plot_riddle: lambda: {"ax": Figure().add_subplot(), "rows": ROWS, "last": 80, "a_label": "A", "b_label": "B"},
    curve_of: lambda: {"row": ROWS[0]},
    plot_errors: lambda: {"ax": Figure().add_subplot(), "moves": np.array([.01, .1]), "errors": np.array([1e-4, 1e-2]),
                          "label": "right", "colour": "black"},
    plot_ruler: lambda: {"ax": Figure().add_subplot(), "losses": np.array([2.7, 1.0, .1]), "floors": {"memory 1": .6}},
}
RECORDS = set()
