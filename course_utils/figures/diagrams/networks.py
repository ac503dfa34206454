"""Networks: an RNN unrolled over words, and the graph of the E₃ example."""
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from ...ground.arguments import a, maybe, numbers, real, size, takes, texts
from .pen import BOX, DIM, LIT, blank


def _box(ax, x, y, text, colour=BOX, width=.56, height=.5):
    ax.add_patch(FancyBboxPatch((x - width / 2, y - height / 2), width, height, facecolor=colour, edgecolor="#556",
                                boxstyle="round,pad=0.02,rounding_size=0.08", zorder=2))
    ax.text(x, y, text, ha="center", va="center", zorder=3)


def _arrow(ax, start, end, colour=DIM, width=1.2, head=8.0, bend=0.0):
    ax.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=head, color=colour, linewidth=width,
                                 shrinkA=0, shrinkB=0, connectionstyle=f"arc3,rad={bend}", zorder=1))


@takes(ax=a(Axes), words=texts, log_norms=maybe(numbers("T", finite=False)), widest=real(above=0))
def unrolled_rnn(ax, words, log_norms=None, *, widest=14.0):
    """An RNN unrolled over `words`, state by state; with log10 ‖∂L/∂h_k‖ (T,) the arrows that carry the
    gradient back are as wide as the gradient that arrives, relative to the last state's `widest` points."""
    last = len(words) - 1
    for k, word in enumerate(words):
        _box(ax, k, 0, f"$h_{{{k + 1}}}$")
        ax.text(k, -1.02, word, ha="center", va="top", fontsize="small")
        _arrow(ax, (k, -.95), (k, -.29))
        if k:
            _arrow(ax, (k - .7, 0), (k - .3, 0))
    _arrow(ax, (last, .29), (last, 1.0))
    ax.text(last, 1.06, "loss $L$", ha="center")
    if log_norms is not None:
        _gradient_arrows(ax, np.asarray(log_norms, float), widest)
    return blank(ax, (-.6, last + .6), (-1.5, 1.4))


def _gradient_arrows(ax, log_norms, widest):
    for k in range(len(log_norms) - 1):
        share = 10 ** (log_norms[k] - log_norms[-1])
        _arrow(ax, (k + .95, .36), (k + .05, .36), LIT, max(.15, widest * share), 4 + 12 * min(1, share), bend=.42)
        percent = f"{100 * share:.0f} %" if share >= .01 else f"{100 * share:.1g} %"
        ax.text(k + .5, .78, percent, ha="center", fontsize="small", color=LIT)


@takes(ax=a(Axes), back_to=maybe(size(0)))
def e3_graph(ax, back_to=None):
    """The graph of the E₃ example: x_t → s_t → … → s_3 → z_3 → ŷ_3 → E_3. With `back_to` = k, coloured arrows
    lead back from E_3 to s_k, and the copy of W that is met there is marked."""
    places = {"$s_0$": 0, "$s_1$": 2, "$s_2$": 4, "$s_3$": 6, "$z_3$": 8, r"$\hat y_3$": 10, "$E_3$": 11.7}
    labels = ["$W$", "$W$", "$W$", "$V$", "softmax", ""]
    for k, (name, x) in enumerate(places.items()):
        _box(ax, x, 0, name)
        if k:
            before = list(places.values())[k - 1]
            marked = k == back_to
            _arrow(ax, (before + .3, 0), (x - .3, 0), head=12)
            ax.text((before + x) / 2, -.1, labels[k - 1], ha="center", va="top", fontsize=13 if marked else 10,
                    color=LIT if marked else "black")
            if back_to is not None and k > back_to:
                _arrow(ax, (x - .1, .32), (before + .1, .32), LIT, 2.4, 13, bend=.3)
    for t in (1, 2, 3):
        _box(ax, 2 * t, -1.5, f"$x_{t}$", colour="white")
        _arrow(ax, (2 * t, -1.21), (2 * t, -.29))
        ax.text(2 * t + .12, -.85, "$U$")
    return blank(ax, (-.6, 12.2), (-2.0, 1.0))
