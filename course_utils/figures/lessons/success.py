"""Shares of trainings that succeed, with the interval in which the true share may well lie (notebook 07)."""
import numpy as np
from matplotlib.axes import Axes

from ...ground.arguments import a, pair, real, size, some, takes, text

MARKS = (("#000000", "o"), ("#882255", "s"), ("#7a7a1f", "^"))  # colour and marker of each rule


@takes(solved=size(0), tried=size(), z=real(above=0))
def wilson(solved, tried, z=1.0):
    """(lowest, highest) share of success that fits `solved` of `tried`: Wilson's (1927) interval, of 68 % for z = 1.

    (s + z²/2 ± z √(s (n − s)/n + z²/4)) / (n + z²) for s of n. Raises ValueError if more are solved than tried.
    """
    if solved > tried:
        raise ValueError(f"solved is {solved} and tried is {tried}, expected no more solved than tried")
    middle, total = solved + z**2 / 2, tried + z**2
    half = z * np.sqrt(solved * (tried - solved) / tried + z**2 / 4)
    return max(0.0, (middle - half) / total), min(1.0, (middle + half) / total)


@takes(ax=a(Axes), lengths=some(size()), counts=some(pair), name=text, place=size(0, 2))
def plot_success(ax, lengths, counts, name, place):
    """The share of success at each length, with Wilson's intervals. counts: [(solved, tried)] for the lengths, which
    stand at equal distances. place: 0, 1 or 2, left of, on or right of them, so that no interval covers another."""
    if len(lengths) != len(counts):
        raise ValueError(f"lengths has {len(lengths)} entries, counts has {len(counts)}, expected the same")
    colour, marker = MARKS[place]
    at = np.arange(len(lengths)) + .2 * (place - 1)
    share = [solved / tried for solved, tried in counts]
    low, high = np.array([wilson(*count) for count in counts]).T
    ax.vlines(at, low, high, color=colour, linewidth=1.5)
    ax.plot(at, share, marker=marker, linestyle="none", color=colour, label=name)
    ax.set(xticks=range(len(lengths)), xticklabels=lengths, ylim=(-.04, 1.04))
    return ax
