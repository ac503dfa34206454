"""What several seeds give, as a band or as bars, with a name in the figure (notebook 05)."""
import numpy as np
from matplotlib.axes import Axes

from ...ground.arguments import a, numbers, real, takes, text, texts
from ..plotting import colour


@takes(ax=a(Axes), x=numbers("N"), values=numbers("N", "S"), label=text)
def plot_band(ax, x, values, label, **style):
    """The mean of values (N, S) over S seeds against x (N,), in a band from the smallest to the largest; `label`
    stands behind the last point. style: handed on to the line. Returns ax."""
    line, = ax.plot(x, values.mean(axis=1), **({"marker": "o"} | style))
    ax.fill_between(x, values.min(axis=1), values.max(axis=1), color=line.get_color(), alpha=.18, linewidth=0)
    ax.annotate(label, (x[-1], values[-1].mean()), xytext=(7, 0), textcoords="offset points", va="center",
                color=line.get_color(), fontsize="small")
    return ax


@takes(ax=a(Axes), kinds=texts, values=numbers("N", "S"), label=text, color=colour, shift=real())
def plot_bars(ax, kinds, values, label, *, color, shift=0.0):
    """A dot and a bar for each kind, one below the other: mean, smallest and largest of values (N, S) over S seeds.

    shift: by how much of a row they are moved down, so that several cells stand side by side. Returns ax.
    """
    if len(kinds) != len(values):
        raise ValueError(f"kinds are {len(kinds)}, expected one for each of {len(values)} rows of values")
    middle, y = values.mean(axis=1), np.arange(len(kinds)) + shift
    reach = middle - values.min(axis=1), values.max(axis=1) - middle
    ax.errorbar(middle, y, xerr=reach, fmt="o", color=color, label=label, capsize=3)
    ax.set_yticks(range(len(kinds)), kinds)
    ax.set_ylim(len(kinds) - .4, -.6)
    return ax
