"""Histograms one above the other, each with its name beside it (notebook 05)."""
import numpy as np
from matplotlib.axes import Axes

from ...ground.arguments import a, numbers, some, takes, texts
from ..plotting import colour


@takes(ax=a(Axes), samples=some(numbers("N")), names=texts, color=colour)
def plot_ridges(ax, samples, names, *, color):
    """Draw a histogram of 25 bins for each sample, the first at the bottom, all between the same limits and of the
    same height. Its name stands on the left, where the y-axis has its ticks. Returns ax."""
    if len(samples) != len(names):
        raise ValueError(f"names are {len(names)}, expected one for each of {len(samples)} samples")
    edges = np.linspace(min(map(np.min, samples)), max(map(np.max, samples)), 26)
    for bottom, sample in enumerate(samples):
        counts, _ = np.histogram(sample, edges)
        ax.stairs(bottom + .85 * counts / counts.max(), edges, baseline=bottom, fill=True, color=color, alpha=.6)
        ax.axhline(bottom, color="#777777", linewidth=.8)
    ax.set_yticks(range(len(names)), names)
    ax.tick_params(axis="y", length=0)
    ax.grid(False)
    return ax
