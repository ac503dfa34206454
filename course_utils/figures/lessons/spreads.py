"""What several seeds give, as a band or as bars, with a name in the figure (notebook 05)."""
import numpy as np
from matplotlib.axes import Axes

from ...ground.arguments import a, flag, numbers, some, takes, text, texts
from ..plotting import colour


@takes(ax=a(Axes), x=numbers("N"), values=numbers("N", "S"), label=text, left=flag)
def plot_band(ax, x, values, label, left=False, **style):
    """The mean of values (N, S) over S seeds against x (N,), in a band from the smallest to the largest; `label`
    stands behind the last point, or with left=True before the first. style: handed on to the line. Returns ax."""
    line, = ax.plot(x, values.mean(axis=1), **({"marker": "o"} | style))
    ax.fill_between(x, values.min(axis=1), values.max(axis=1), color=line.get_color(), alpha=.18, linewidth=0)
    end, side, aligned = (0, -7, "right") if left else (-1, 7, "left")
    ax.annotate(label, (x[end], values[end].mean()), xytext=(side, 0), textcoords="offset points", va="center",
                ha=aligned, color=line.get_color(), fontsize=9)
    return ax


@takes(ax=a(Axes), kinds=texts, values=numbers("M", "N", "S"), names=texts, colours=some(colour))
def plot_bars(ax, kinds, values, names, colours):
    """For each kind a row with a dot and a bar for each name: mean, smallest and largest of values (M, N, S) over S
    seeds, for M names and N kinds; the names stand in a legend. Returns ax."""
    if values.shape[:2] != (len(names), len(kinds)) or len(colours) != len(names):
        raise ValueError(f"values have shape {values.shape}, but names are {len(names)}, colours {len(colours)} and "
                         f"kinds {len(kinds)}")
    for n, found in enumerate(values):
        middle, y = found.mean(axis=1), np.arange(len(kinds)) + .22 * (n - (len(names) - 1) / 2)
        ends = middle - found.min(axis=1), found.max(axis=1) - middle
        ax.errorbar(middle, y, xerr=ends, fmt="o", color=colours[n], label=names[n], capsize=3)
    ax.set_yticks(range(len(kinds)), kinds)
    ax.set_ylim(len(kinds) - .4, -.6)
    ax.legend()
    return ax
