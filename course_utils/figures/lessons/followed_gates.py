"""The forget gates of networks in training, and what of a memory their best unit keeps (notebook 13)."""
import numpy as np
from matplotlib.axes import Axes

from ...ground.arguments import a, mapping, some, takes
from ..plotting import powers_of_ten

SHADES = ("#f2a268", "#D55E00", "#7a3600")
NEEDED = ("forget_bias", "seed", "batches", "f", "path")


@takes(axes=some(a(Axes)), rows=some(mapping))
def plot_followed(axes, rows):
    """Left the mean forget gate, right log10 of the direct path, over the batches of training: a line a network, a
    shade a forget bias, which stands beside its lines. rows: of data/gates_in_training.csv, in its order. Returns axes.
    Raises ValueError unless there are two axes,
    if a row lacks a column, or for more than three biases."""
    if len(axes) != 2:
        raise ValueError(f"axes are {len(axes)}, expected two")
    if any(name not in row for row in rows for name in NEEDED):
        raise ValueError(f"rows hold one that lacks a column, expected {', '.join(NEEDED)}")
    biases = sorted({row["forget_bias"] for row in rows})
    if len(biases) > len(SHADES):
        raise ValueError(f"rows hold {len(biases)} forget biases, expected at most {len(SHADES)}")
    last = max((row["batches"] for row in rows), default=0)
    for ax, name in zip(axes, ("f", "path")):
        for b_f, shade in zip(biases, SHADES):
            for seed in sorted({row["seed"] for row in rows}):
                line = [row for row in rows if (row["forget_bias"], row["seed"]) == (b_f, seed)]
                ax.plot([row["batches"] for row in line], [row[name] for row in line], "o-", color=shade, markersize=3)
            ends = [row[name] for row in rows if row["forget_bias"] == b_f and row["batches"] == last]
            ax.text(1.03 * last, np.mean(ends), f"$b_f = {b_f:g}$", color=shade, va="center")
        ax.set(xlabel="batches", xlim=(-.02 * last, 1.25 * last))
    axes[0].set(ylabel="mean of the forget gates", ylim=(.35, 1))
    axes[1].set(ylabel="direct path over 60 steps, best unit")
    powers_of_ten(axes[1].yaxis)
    return axes
