"""What share of the gradient is left at each word: bars over a sentence (notebook 01)."""
from matplotlib.axes import Axes

from ...ground.arguments import a, numbers, size, takes, text, texts
from ..diagrams.pen import LIT
from ..plotting import COLOURS


@takes(ax=a(Axes), words=texts, shares=numbers("T"), cause=size(0), effect=text)
def plot_shares(ax, words, shares, cause, effect):
    """A bar for each word that was read, as high as the share of the gradient that reaches it, in per cent.

    shares (T,), 1 at the last word. cause: place of the word that decides, drawn in colour. effect: the word that the
    network was to predict, written after the last one.
    """
    last = len(words) - 1
    if last + 1 != len(shares) or cause > last:
        raise ValueError(f"words has {len(words)}, shares has {len(shares)} and cause is {cause}, expected a share for "
                         "each word and the place of one of them")
    ax.bar(range(last + 1), 100 * shares, color=[LIT if k == cause else COLOURS["TanhRNN"] for k in range(last + 1)])
    for k, percent in enumerate(100 * shares):
        ax.text(k, percent + 2, f"{percent:.{0 if percent >= 10 else 1}f} %", ha="center")
    ax.text(cause, 20, "the word that\ndecides", ha="center", color=LIT)
    ax.text(last + 1, 4, "to be\npredicted", ha="center", color="#555555")
    ax.annotate("", (last / 2 - 1, 86), (last - .6, 86), arrowprops={"arrowstyle": "->"})
    ax.text(.75 * last - .8, 89, "the gradient travels back", ha="center")
    ax.set_xticks(range(last + 2), [*words, effect], fontsize="large")
    ax.get_xticklabels()[cause].set_color(LIT)
    ax.set(xlim=(-.6, last + 1.6), ylim=(0, 114), yticks=(0, 25, 50, 75, 100), ylabel="gradient that arrives, %")
    ax.grid(axis="x", visible=False)
    return ax
