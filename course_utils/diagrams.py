"""Drawings of networks, on the `ax` they are given; every function says what it lights."""
import numpy as np
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

LIT, DIM, BOX = "#D55E00", "#9a9a9a", "#eef3f8"


def _box(ax, x, y, text, width=.56, height=.5, colour=BOX, edge="#556"):
    ax.add_patch(FancyBboxPatch((x - width / 2, y - height / 2), width, height, facecolor=colour, edgecolor=edge,
                                boxstyle="round,pad=0.02,rounding_size=0.08", zorder=2))
    ax.text(x, y, text, ha="center", va="center", zorder=3)


def _arrow(ax, start, end, colour=DIM, width=1.2, head=8.0, bend=0.0):
    ax.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=head, color=colour, linewidth=width,
                                 shrinkA=0, shrinkB=0, connectionstyle=f"arc3,rad={bend}", zorder=1))


def _blank(ax, xlim, ylim):
    ax.set(xlim=xlim, ylim=ylim, aspect="equal")
    ax.axis("off")
    return ax


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
    return _blank(ax, (-.6, last + .6), (-1.5, 1.4))


def _gradient_arrows(ax, log_norms, widest):
    for k in range(len(log_norms) - 1):
        share = 10 ** (log_norms[k] - log_norms[-1])
        _arrow(ax, (k + .95, .36), (k + .05, .36), LIT, max(.15, widest * share), 4 + 12 * min(1, share), bend=.42)
        percent = f"{100 * share:.0f} %" if share >= .01 else f"{100 * share:.1g} %"
        ax.text(k + .5, .78, percent, ha="center", fontsize="small", color=LIT)


def e3_graph(ax, back_to=None):
    """The graph of the E₃ example: x_t → s_t → … → s_3 → z_3 → ŷ_3 → E_3. `back_to` = k lights the path by which
    E_3 reaches the copy of W that is used at step k (U at 1 … 3 alike); None lights nothing."""
    lit = range(4) if back_to is None else range(back_to, 4)
    for t in range(4):
        _box(ax, 2 * t, 0, f"$s_{t}$", edge=LIT if back_to is not None and t in lit and t else "#556")
        if t:
            _box(ax, 2 * t, -1.5, f"$x_{t}$", colour="white")
            _arrow(ax, (2 * t, -1.21), (2 * t, -.29))
            ax.text(2 * t + .12, -.8, "$U$")
            on = back_to is not None and t > back_to
            _arrow(ax, (2 * t - 1.7, 0), (2 * t - .3, 0), LIT if on else DIM, 2.6 if on else 1.2, 12)
            here = back_to == t
            ax.text(2 * t - 1, .12, "$W$", ha="center", color=LIT if here else "black", fontsize=14 if here else 10.5)
    _readout(ax, back_to is not None)
    return _blank(ax, (-.6, 12.2), (-2.0, .7))


def _readout(ax, on):
    colour, width = (LIT, 2.6) if on else (DIM, 1.2)
    for x, name, label in ((8, "$z_3$", "$V$"), (10, r"$\hat y_3$", "softmax"), (11.6, "$E_3$", "")):
        before = x - (1.6 if x > 11 else 2)
        _arrow(ax, (before + .3, 0), (x - .3, 0), colour, width, 12)
        ax.text((before + x) / 2, .12, label, ha="center", fontsize="small")
        _box(ax, x, 0, name, edge=LIT if on else "#556")
