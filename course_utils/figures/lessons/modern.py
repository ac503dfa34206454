"""What arrives through the cells of today, through layers and through attention; a ladder of factors (notebook 20)."""
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from ...ground.arguments import a, flag, mapping, numbers, takes, text
from ..diagrams.pen import blank
from ..plotting import COLOURS, powers_of_ten

KINDS = {"tanh RNN": "TanhRNN", "LSTM": "LSTM", "sLSTM": "SLSTM", "minGRU": "MinGRU", "minLSTM": "MinLSTM",
         "RG-LRU": "RGLRU", "S6": "SelectiveSSM", "LRU": "LRU"}
DASHES = {"minLSTM": "--", "sLSTM": (0, (6, 2)), "S6": "-.", "LRU": (0, (1, 1.4))}
STACK_LINES = {"plain": ("#0072B2", "-"), "normalised": ("#56B4E9", "--"), "residual": ("#D55E00", "-"),
               "residual, normalised": ("#E69F00", "--")}
ATTENTION_LINES = ("#0072B2", "-"), ("#D55E00", "--"), ("#6b6b6b", ":")
WEIGHTS, BOTH, INPUT, FIXED = "#0072B2", "#D55E00", "#009E73", "#6b6b6b"
RUNGS = (  # cell, factor on the direct path, what sets it, its colour, whether there are detours
    ("tanh RNN", r"$\mathrm{diag}(1-h_t^2)\,W_h^\top$", "the weights", WEIGHTS, True),
    ("LSTM", "$f$", "a gate that reads $x_t$ and $h_{t-1}$", BOTH, True),
    ("GRU", "$z$", "a gate that reads $x_t$ and $h_{t-1}$", BOTH, True),
    ("sLSTM, by the normalised $c/n$", r"$f\,n_{t-1}/n_t$", "gates that read $x_t$ and $h_{t-1}$", BOTH, True),
    ("minGRU", "$1-z$", "a gate that reads $x_t$", INPUT, False),
    ("minLSTM", "$f/(f+i)$", "two gates that read $x_t$", INPUT, False),
    ("RG-LRU (Griffin)", r"$\sigma(\Lambda)^{8r}$", "a gate that reads $x_t$", INPUT, False),
    ("S6 (Mamba)", r"$e^{-\Delta e^{\alpha}}$", r"a step size $\Delta$ that reads $x_t$", INPUT, False),
    ("LRU", r"$\lambda$, which turns", "the weights", FIXED, False))


@takes(ax=a(Axes), found=mapping, title=text)
def plot_arriving(ax, found, title):
    """log10 ‖∂L/∂x_k‖ over the steps, {name: (networks, T)}, a line for each cell of KINDS through the means, with a
    legend, down to 150 powers of ten. Returns ax."""
    lowest = 0
    for name, logs in found.items():
        logs, plain = numbers("N", "T", finite=False)(f"found[{name!r}]", logs), name.split(",")[0]
        if plain not in KINDS:
            raise ValueError(f"found holds {name!r}, expected names among {', '.join(KINDS)}")
        mean = logs.mean(axis=0)
        mean[~np.isfinite(mean)] = -400
        lowest = min(lowest, mean.min())
        ax.plot(np.arange(1, len(mean) + 1), mean, color=COLOURS[KINDS[plain]], linestyle=DASHES.get(plain, "-"),
                label=name)
    powers_of_ten(ax.yaxis)
    ax.set(xlabel="time step $k$", title=title, ylim=(max(lowest - 7, -150), 3))
    ax.legend(fontsize=9.5)
    return ax


@takes(ax=a(Axes), found=mapping, title=text, legend=flag)
def plot_layers(ax, found, title, legend=False):
    """log10 ‖∂L/∂x_l‖ over the layers, {kind of stack: (networks, L + 1)}: means, in a band from the smallest to the
    largest. Returns ax."""
    for kind, logs in found.items():
        logs, (colour, dashes) = numbers("N", "L")(f"found[{kind!r}]", logs), STACK_LINES[kind]
        layers = np.arange(logs.shape[1])
        ax.plot(layers, logs.mean(axis=0), color=colour, linestyle=dashes, label=kind)
        ax.fill_between(layers, logs.min(axis=0), logs.max(axis=0), color=colour, alpha=.18, linewidth=0)
    powers_of_ten(ax.yaxis)
    ax.set(xlabel="layer $l$", title=title)
    if legend:
        ax.legend(fontsize=9.5)
    return ax


@takes(ax=a(Axes), found=mapping)
def plot_attention(ax, found):
    """log10 norms over the distance to the last step, {label: (networks, T − 1) from the far end to the near one}: the
    median of the networks, smoothed over 25 steps but for the farthest one. Raises ValueError for more than three.
    Returns ax."""
    if len(found) > len(ATTENTION_LINES):
        raise ValueError(f"found holds {len(found)} lines, expected at most {len(ATTENTION_LINES)}")
    for (label, logs), (colour, dashes) in zip(found.items(), ATTENTION_LINES):
        logs = np.median(numbers("N", "T", finite=False)("found", logs), axis=0)[::-1]
        smooth = np.array([np.median(logs[max(0, k - 12):k + 13]) for k in range(len(logs) - 1)])
        ax.plot(np.arange(1, len(logs)), smooth, color=colour, linestyle=dashes, label=label)
        ax.plot(len(logs), logs[-1], "o", color=colour)
    powers_of_ten(ax.yaxis)
    ax.set(xlabel="steps back $n$", xlim=(1020, -10))
    ax.legend(fontsize=9.5)
    return ax


@takes(ax=a(Axes))
def plot_ladder(ax):
    """A rung for each cell: what multiplies a gradient on its way one step back along the direct path, and what sets
    it, and whether detours are added. For a figure of 10 by 5.6 inches. Returns ax."""
    blank(ax, (-.1, 10.1), (-.9, len(RUNGS) + .35))
    for x, words in ((1.5, "cell"), (4.5, "factor of one step back"), (7.9, "set by")):
        ax.text(x, len(RUNGS) + .05, words, ha="center", fontweight="bold")
    for x in (3.05, 6.0):
        ax.plot([x, x], [-.15, len(RUNGS) - .25], color="#888888", linewidth=3, zorder=0)
    for k, (cell, factor, setter, colour, detours) in enumerate(RUNGS):
        y = len(RUNGS) - 1 - k + .3
        ax.add_patch(FancyBboxPatch((3.15, y - .33), 2.75, .66, facecolor="white", edgecolor=colour, linewidth=1.8,
                                    boxstyle="round,pad=0,rounding_size=.12", zorder=2))
        ax.text(2.85, y, cell, ha="right", va="center")
        ax.text(4.52, y, factor, ha="center", va="center", fontsize=11.5, color=colour, zorder=3)
        ax.text(6.2, y, setter + (", and detours" if detours else ""), va="center", color=colour)
    ax.text(4.52, -.62, "no detours from minGRU on: no gate reads the state", ha="center", color="#444444")
    return ax
