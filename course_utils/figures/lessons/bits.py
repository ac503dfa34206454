"""Bits per character of those who predict a text: n-grams, a compressor, networks (notebook 14)."""
import numpy as np
from matplotlib.axes import Axes

from ...ground.arguments import a, mapping, numbers, some, takes
from ..plotting import COLOURS

NGRAM = ("#4f9ac8", "#2467a5", "#08306b")  # from little text read to all of it
TORCH = "#444444"


@takes(ax=a(Axes), rows=some(mapping))
def plot_peers(ax, rows):
    """Bits per character over n, a line of n-grams for each amount of text that they have read, the best of each
    ringed; a line across for the LSTM. rows: of data/peers.csv."""
    for row in rows:
        if missing := [name for name in ("peer", "n", "read", "bits") if name not in row]:
            raise ValueError(f"rows lack {', '.join(missing)}, one holds {', '.join(map(str, row))}")
    grams = [row for row in rows if row["peer"] == "n-gram"]
    for read, colour in zip(sorted({row["read"] for row in grams}), NGRAM):
        bits = {row["n"]: row["bits"] for row in grams if row["read"] == read}
        best = min(bits, key=bits.get)
        ax.plot(bits.keys(), bits.values(), "o-", color=colour, markersize=4)
        ax.plot(best, bits[best], "o", markersize=11, markerfacecolor="none", color=colour)
        ax.text(max(bits) + .1, bits[max(bits)], f"{read / 1e6:.2g} million read", va="center", color=colour)
    for row in rows:
        if row["peer"] == "LSTM":
            ax.axhline(row["bits"], color=COLOURS["LSTM"])
            ax.text(1, row["bits"] - .06, "LSTM", va="top", color=COLOURS["LSTM"])
    ax.set(xlabel="$n$ of the $n$-gram, which sees the last $n-1$ characters", ylabel="bits per character",
           xlim=(.8, 7.6), ylim=(1.6, None))
    ax.set_xticks(range(1, 7))
    return ax


@takes(ax=a(Axes), ours=numbers("E", 2), others=numbers("E", 2))
def plot_epochs(ax, ours, others):
    """Bits per character after each epoch, (E, 2) in training and on the test text, of our LSTM and of PyTorch's."""
    for table, name, colour, marker in ((ours, "ours", COLOURS["LSTM"], "o"), (others, "PyTorch's", TORCH, "s")):
        for column, what, dashes in ((1, "test", "-"), (0, "training", ":")):
            ax.plot(range(1, len(table) + 1), table[:, column], marker + dashes, color=colour, markersize=4,
                    label=f"{name}, {what}")
    ax.set(xlabel="epoch", ylabel="bits per character")
    ax.legend()
    return ax


@takes(ax=a(Axes), norms=numbers("T"))
def plot_distance(ax, norms):
    """What a prediction owes to the character at each distance, as a share of what it owes to the last, on log axes.
    norms (T,): for distance 1 … T, the first not 0."""
    if not norms[0] > 0:
        raise ValueError(f"norms begin with {norms[0]}, expected more than 0")
    share = norms / norms[0]
    ax.loglog(np.arange(1, len(share) + 1), share, color=COLOURS["LSTM"])
    for level, words in ((.1, "a tenth"), (.01, "a hundredth")):
        ax.axhline(level, color="#444444", linewidth=.8, linestyle=":")
        ax.text(1, level * 1.08, words, va="bottom", fontsize=9)
    ax.set(xlabel="characters back", ylabel="gradient, relative to one character back")
    ax.set_xticks([1, 3, 10, 30, 100, 300], [1, 3, 10, 30, 100, 300])
    ax.minorticks_off()
    return ax
