"""Good arguments of what notebook 04 draws and measures for its lesson."""
import numpy as np
from good_engine import rng
from matplotlib.figure import Figure

from course_utils import TanhRNN, init_params
from course_utils.experiments.lessons.twins import twin_distance
from course_utils.figures.lessons.ellipses import plot_ellipse, plot_power_norms, plot_powers
from course_utils.figures.lessons.products import plot_bounds, plot_gain_map, plot_running_products
from course_utils.figures.lessons.regimes import plot_regimes
from course_utils.figures.lessons.tanh_cobweb import plot_tanh_cobweb


def drawing(**more):
    """Arguments of a function that draws on axes."""
    return lambda: {"ax": Figure().add_subplot(), **more}


GOOD = {
    plot_ellipse: drawing(matrix=np.array([[.9, 0.], [1., .9]])),
    plot_powers: drawing(matrix=np.array([[.9, 0.], [1., .9]]), powers=[0, 1, 3]),
    plot_power_norms: drawing(matrix=np.array([[.9, 0.], [1., .9]]), n_steps=5),
    plot_tanh_cobweb: drawing(w=1.5, start=.4, n=20),
    plot_running_products: drawing(factors=np.array([[.5, 1.5], [1.5, 1.5]])),
    plot_regimes: drawing(states=np.array([[0., 0.], [.5, -.5]]), rates=np.array([-2., -1.])),
    plot_bounds: drawing(log_norms=np.array([-2., -1., 0.]), sigma=2.0, rho=1.2),
    plot_gain_map: drawing(log_sizes=np.array([[0., -1.], [0., 1.]]), gains=np.array([.5, 2.])),
    twin_distance: lambda: {"cell": TanhRNN, "params": init_params(TanhRNN, 3, 2, rng()), "start": np.ones(2),
                            "change": 1e-8, "n_steps": 5},
}
RECORDS = set()
