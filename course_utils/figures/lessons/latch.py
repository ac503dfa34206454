"""The unit that holds a bit: its states under noise, its cobweb (notebook 07)."""
import numpy as np
from matplotlib.axes import Axes

from ...ground.arguments import a, numbers, real, takes
from ..plotting import COLOURS, PALE
from .cobweb import plot_cobweb


@takes(ax=a(Axes), x=numbers("T"), h=numbers("T"))
def plot_latch(ax, x, h):
    """The inputs x and the states h, (T,) each, over the time steps 1 … T."""
    if len(x) != len(h):
        raise ValueError(f"x has shape {x.shape} and h has shape {h.shape}, expected the same")
    steps = np.arange(1, len(x) + 1)
    ax.vlines(steps, 0, x, color=PALE, linewidth=2)
    ax.plot(steps, h, color=COLOURS["TanhRNN"])
    side = np.sign(x[0])
    ax.text(1.8, side * .74, "input: the bit", va="center", color="#666666")
    ax.text(len(x) / 2, -side * .8, "input: noise", ha="center", va="center", color="#666666")
    ax.text(len(x), side * .68, "state $h_t$", ha="right", va="center", color=COLOURS["TanhRNN"])
    ax.set(xlabel="time step $t$", ylim=(-1.15, 1.15), xlim=(0, len(x) + 1))
    return ax


@takes(ax=a(Axes), w=real(-100, 100))
def plot_latch_cobweb(ax, w):
    """The cobweb of h_t = tanh(w h_{t−1}), the unit without input, from states above 0 and below, and where they come
    to rest."""
    def step(h):
        return np.tanh(w * h)

    for start, colour in ((.2, "#D55E00"), (1.1, "#D55E00"), (-.2, "#0072B2"), (-1.1, "#0072B2")):
        plot_cobweb(ax, step, start, 60, (-1.2, 1.2), color=colour)
        rest = start
        for _ in range(1000):
            rest = step(rest)
        ax.plot(rest, rest, "o", color="black", markersize=8, zorder=5)
    ax.set_title(f"w = {w:g}; dots: at rest")
    return ax
