"""Good arguments of what notebook 05 measures and draws."""
import numpy as np
from matplotlib.figure import Figure

from course_utils import TanhRNN
from course_utils.experiments.lessons.decay import log_sizes, random_network, rates, slope_averages, spectral_radii
from course_utils.experiments.lessons.latch_gains import first_size, latch_run
from course_utils.experiments.lessons.matrix_products import growth_of_products
from course_utils.figures.lessons.ridges import plot_ridges
from course_utils.figures.lessons.spreads import plot_band, plot_bars
from course_utils.figures.lessons.squares import plot_squares

SAMPLES = np.arange(6.).reshape(2, 3)


def drawing(**more):
    return lambda: {"ax": Figure().add_subplot(), **more}


def network():
    params, trace = random_network(TanhRNN, 0, length=3, n_hidden=2)
    return {"cell": TanhRNN, "params": params, "trace": trace}


GOOD = {
    random_network: lambda: {"cell": TanhRNN, "seed": 0, "recurrent": "orthogonal", "gain": 1.0, "noise": .1,
                             "length": 3, "n_hidden": 2},
    log_sizes: network,
    rates: lambda: {"cell": TanhRNN, "n_seeds": 2, "recurrent": "gaussian", "gain": 1.0, "noise": .1, "length": 3},
    spectral_radii: lambda: {"n_seeds": 2, "gain": 1.0},
    slope_averages: lambda: {"cell": TanhRNN, "noise": .1, "n_seeds": 2, "gain": 1.0},
    latch_run: lambda: {"length": 2, "gain": 1.0, "seed": 0},
    first_size: lambda: {"row": {"task": "latch", "task.length": 5, "cell": "TanhRNN", "hidden": 2, "seed": 0}},
    growth_of_products: lambda: {"N": 2, "shared": True, "n_products": 3, "n": 2},
    plot_ridges: drawing(samples=list(SAMPLES), names=["a", "b"], color="red"),
    plot_band: drawing(x=np.arange(2.), values=SAMPLES, label="a", left=True),
    plot_bars: drawing(kinds=["a", "b"], values=SAMPLES[None], names=["c"], colours=["red"]),
    plot_squares: drawing(values=SAMPLES, rows=["a", "b"], columns=["c", "d", "e"], form="{:.0f}", vmin=0.0, vmax=5.0),
}
RECORDS = set()
