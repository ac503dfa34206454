"""The paths of a gradient through an LSTM: the blocks of a step's Jacobian, what the direct path along the cell state
leaves, and what arrives by all paths and by some (notebook 10)."""
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ...ground.arguments import a, mapping, numbers, some, takes, text
from ..diagrams import lstm_module
from ..plotting import BOUND, COLOURS, plot_log_norms, powers_of_ten

LSTM, FONT = COLOURS["LSTM"], 9.5
DOORS = {"all shut": "all shut", "o": "only o open", "i": "only i open", "f": "only f open", "g": "only g open",
         "all but g": "only g shut", "all open": "all open"}
CELLS = {"tanh RNN": (COLOURS["TanhRNN"], "-"), "LSTM, b_f = 0": (LSTM, "-"), "LSTM, b_f = 1": (LSTM, "--"),
         "LSTM, b_f = 5": (LSTM, ":")}
DETOUR = (("direct path, step $t$", ["c"]), ("direct path, step $t+1$", ["c"]), ("detour, step $t$", ["c", "h"]),
          ("detour, step $t+1$", ["h_prev", "g", "write"]))


@takes(ax=a(Axes), direct=numbers("N", "T"), total=numbers("N", "T"), title=text)
def plot_two_paths(ax, direct, total, title=""):
    """Norms of N networks over the time steps, from log10 (N, T+1): dashed the direct path, solid the total; means of
    the logarithms, with a band from the smallest to the largest. The labels give the factor per step. Returns ax."""
    for logs, name, style in ((total, "total", "-"), (direct, "direct path", "--")):
        band = np.array([logs.min(axis=0), logs.max(axis=0)])
        line = plot_log_norms(ax, logs.mean(axis=0), band=band, linestyle=style, color=LSTM).lines[-1]
        line.set_label(f"{name}, {10 ** (logs[:, 0].mean() / max(logs.shape[1] - 1, 1)):.2f} per step")
    ax.legend(loc="lower right", fontsize=FONT)
    ax.set_ylabel(r"$\Vert\partial c_T/\partial c_k\Vert_2$")
    ax.set_title(readable(title))
    ax.label_outer()
    return ax


def readable(name):
    """The biases in a name, as mathematics."""
    for bias in "fi":
        name = name.replace(f"b_{bias}", f"$b_{bias}$")
    return name


@takes(ax=a(Axes), arrived=mapping, title=text)
def plot_doors(ax, arrived, title=""):
    """What arrives through some doors, as bars on a log axis. arrived: {"all shut", "o", "i", "f", "g", "all but g",
    "all open": log10 of the norm}, any of these. Raises ValueError for another name. Returns ax."""
    if unknown := set(arrived) - set(DOORS):
        raise ValueError(f"arrived has {', '.join(map(str, unknown))}, expected among {', '.join(DOORS)}")
    rows = [name for name in DOORS if name in arrived]
    values = numbers("N")("arrived", [arrived[name] for name in rows])
    bars = ax.barh([DOORS[name] for name in rows], values, color=LSTM, height=.62, alpha=.75)
    ax.bar_label(bars, [f"$10^{{{value:.1f}}}$" for value in values], padding=3, fontsize=FONT)
    ax.axvline(0, color=BOUND, linewidth=1)
    ax.margins(x=.38)
    powers_of_ten(ax.xaxis)
    ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    ax.set_xlabel(r"$\Vert\partial c_T/\partial c_0\Vert_2$")
    ax.set_title(readable(title))
    ax.label_outer()
    return ax


@takes(ax=a(Axes), biases=numbers("N"), direct=numbers("N"), at_rest=numbers("N"), total=numbers("N", "S"), title=text)
def plot_factors(ax, biases, direct, at_rest, total, title=""):
    """Factor per step over the forget bias: dashed the direct path's, dotted the total's at rest, solid the total's as
    measured in S networks (N, S), the mean with a band from the smallest to the largest. Returns ax. Raises ValueError
    if there are not as many factors as biases."""
    for name, factors in (("direct", direct), ("at_rest", at_rest), ("total", total)):
        if len(factors) != len(biases):
            raise ValueError(f"{name} has {len(factors)} rows, biases has {len(biases)}")
    ax.plot(biases, total.mean(axis=1), color=LSTM, label="total, measured")
    ax.fill_between(biases, total.min(axis=1), total.max(axis=1), color=LSTM, alpha=.18, linewidth=0)
    ax.plot(biases, direct, "--", color=LSTM, label="direct path at rest")
    ax.plot(biases, at_rest, ":", color=BOUND, label="total at rest")
    ax.axhline(1, color="#777777", linewidth=.8)
    ax.set(xlabel="forget bias $b_f$", ylabel="factor per step")
    ax.set_title(readable(title))
    ax.legend(loc="lower right")
    ax.label_outer()
    return ax


@takes(ax=a(Axes), J=numbers("N", "N"))
def plot_blocks(ax, J):
    """∂(h, c)_t/∂(h, c)_{t−1}, (2H, 2H), red for positive, blue for negative: a row is an output, the columns are what
    it depends on. Returns ax."""
    half, end = len(J) / 2, len(J) - .5
    image = ax.imshow(J, cmap="RdBu_r", vmin=-1, vmax=1)
    ax.hlines(half - .5, -.5, end, color="black", linewidth=1)
    ax.vlines(half - .5, -.5, end, color="black", linewidth=1)
    centres = ((half - 1) / 2, (3 * half - 1) / 2)
    ax.set_xticks(centres, ("$h_{t-1}$", "$c_{t-1}$"))
    ax.set_yticks(centres, ("$h_t$", "$c_t$"))
    ax.grid(False)
    ax.figure.colorbar(image, ax=ax, label="entry of the Jacobian", extend="both")
    return ax


@takes(ax=a(Axes), found=mapping, title=text)
def plot_cells(ax, found, title=""):
    """Gradients of several cells on one axis. found: {one of CELLS: log10 ‖∂L/∂s_k‖ (networks, T+1)}; means of the
    logarithms, with a band from the smallest to the largest. Raises ValueError for another name. Returns ax."""
    if unknown := set(found) - set(CELLS):
        raise ValueError(f"found has {', '.join(map(str, unknown))}, expected among {', '.join(CELLS)}")
    for name, logs in found.items():
        logs, (colour, style) = numbers("N", "T")(f"found[{name!r}]", logs), CELLS[name]
        band = np.array([logs.min(axis=0), logs.max(axis=0)])
        plot_log_norms(ax, logs.mean(axis=0), band=band, color=colour, linestyle=style)
        steps = len(logs[0]) - 1
        ax.text(-.02 * steps, logs[:, 0].mean(), readable(name), color=colour, ha="right", va="center", fontsize=FONT)
        ax.set_xlim(-.36 * steps, 1.02 * steps)
        ax.set_xticks(np.linspace(0, steps, 6).round())
    ax.set_ylabel(r"$\Vert\partial L/\partial s_k\Vert$")
    ax.set_title(readable(title))
    ax.label_outer()
    return ax


@takes(axes=some(a(Axes)))
def plot_detour(axes):
    """Two steps of an LSTM on the first two of four axes with the direct path lit, on the others with a detour through
    the candidate. Figure size (12.5, 6) for 2 × 2 of them. Returns axes."""
    if len(axes) != len(DETOUR):
        raise ValueError(f"axes are {len(axes)}, expected {len(DETOUR)}")
    for ax, (title, lit) in zip(axes, DETOUR):
        lstm_module(ax, lit=lit)
        ax.set_title(title)
    return axes
