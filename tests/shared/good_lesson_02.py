"""Good arguments of what notebook 02 draws and measures."""
import numpy as np
from matplotlib.figure import Figure

from course_utils import TanhRNN, init_params
from course_utils.experiments.lessons import products
from course_utils.figures.lessons.paths import plot_paths
from course_utils.figures.lessons.stripes import plot_rows

GOOD = {
    plot_paths: lambda: {"ax": Figure().add_subplot()},
    plot_rows: lambda: {"ax": Figure().add_subplot(), "matrix": np.eye(2), "name": "$k = 1$"},
    products.jacobians_to_the_end: lambda: {"params": init_params(TanhRNN, 2, 3, np.random.default_rng(0)),
                                            "inputs": np.ones((4, 1, 2))},
    products.second_over_first: lambda: {"n_hidden": 3, "n_steps": 4, "gain": 1.0, "seed": 0},
}
RECORDS = set()
