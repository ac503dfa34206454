"""What a leaky memory lets through, against the share that it keeps at every step (notebook 08)."""
import numpy as np
from matplotlib.axes import Axes

from ...ground.arguments import a, numbers, table, takes
from ..plotting import COLOURS, powers_of_ten

DASHES = ("-", "--", ":", "-.")
TICKS = (.5, .9, .99, .999)


@takes(ax=a(Axes), f=numbers("N"), arriving=table(numbers("N")))
def plot_leaks(ax, f, arriving):
    """The share of a gradient that arrives, (N,), against the share f (N,) that is kept at every step, a line for each
    name, with a dot where it is highest. The axis is log10(1 − f), so that .9, .99 and .999 are equally far apart, and
    has no place for f = 1. Shares below 1e-12 are drawn as 1e-12. Raises ValueError unless 0 ≤ f < 1. Returns ax.
    """
    if f.min() < 0 or f.max() >= 1:
        raise ValueError(f"f goes from {f.min()} to {f.max()}, expected numbers from 0 to less than 1")
    x = -np.log10(1 - f)
    for (name, share), dashes in zip(arriving.items(), DASHES * len(arriving)):
        logs = np.log10(np.maximum(share, 1e-12))
        ax.plot(x, logs, dashes, color=COLOURS["LSTM"], label=name)
        ax.plot(x[logs.argmax()], logs.max(), "o", color=COLOURS["LSTM"], markersize=5)
    ax.set_xticks([-np.log10(1 - tick) for tick in TICKS], [f"{tick:g}" for tick in TICKS])
    powers_of_ten(ax.yaxis)
    ax.set(xlabel="share kept at every step, $f$", ylabel=r"$\partial h_T/\partial c_{T-n}$")
    ax.legend(fontsize=9.5)
    return ax
