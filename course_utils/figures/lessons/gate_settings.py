"""What gates do to a gradient, from the dicts that `gate_curves` returns (notebook 11)."""
import numpy as np
from matplotlib.axes import Axes

from ...ground.arguments import a, mapping, numbers, some, takes, text
from ..plotting import COLOURS, PALE, plot_log_norms, powers_of_ten

FONT, GREY = 9.5, "#555555"
LEVELS = (-60, -30, -20, -10, -5, -3, -2, -1, 0, 1)


@takes(ax=a(Axes), found=some(mapping), label=text, at=numbers(2))
def plot_forget_gates(ax, found, label, at, **style):
    """The forget gate of several networks, its mean over units and networks with the range of the networks' means;
    `label` and the mean over all steps stand at the point `at`. Returns ax."""
    means = np.array([each["gates"]["f"].mean(axis=1) for each in found])
    steps = np.arange(1, means.shape[1] + 1)
    _mean_and_band(ax, steps, means, f"{label}: {means.mean():.2f}", at, style)
    ax.set(ylim=(None, 1), xlabel="time step $k$", ylabel="forget gate")
    return ax


@takes(ax=a(Axes), found=some(mapping), label=text, at=numbers(2))
def plot_totals(ax, found, label, at, **style):
    """The total norm of several networks: mean of the logarithms and range; `label` and the mean at step 0
    stand at the point `at`. Returns ax."""
    totals = np.array([each["total"] for each in found])
    label = f"{label}: $10^{{{totals[:, 0].mean():.1f}}}$ at step 0"
    _mean_and_band(ax, np.arange(totals.shape[1]), totals, label, at, style)
    powers_of_ten(ax.yaxis)
    ax.set(xlabel="time step $k$", ylabel=r"$\Vert\partial c_T/\partial c_k\Vert_2$")
    return ax


@takes(ax=a(Axes), xs=numbers("N"), logs=numbers("N", "S"), label=text, at=numbers(2))
def plot_over(ax, xs, logs, label, at, **style):
    """log10 norms of S networks at each x (N, S): mean and range; `label` stands at the point `at`. Returns ax."""
    if len(xs) != len(logs):
        raise ValueError(f"xs has {len(xs)} numbers, logs has {len(logs)} rows")
    _mean_and_band(ax, xs, logs.T, label, at, {"marker": "o"} | style)
    powers_of_ten(ax.yaxis)
    return ax


def _mean_and_band(ax, xs, rows, label, at, style):
    """The mean of rows (networks, N) over xs, its range as a band, and a label in the line's colour."""
    line, = ax.plot(xs, rows.mean(axis=0), **{"color": COLOURS["LSTM"]} | style)
    ax.fill_between(xs, rows.min(axis=0), rows.max(axis=0), color=line.get_color(), alpha=.15, linewidth=0)
    ax.text(*at, label, color=line.get_color(), fontsize=FONT)


@takes(axes=some(a(Axes)), named=mapping)
def plot_settings(axes, named):
    """A panel for each setting, {name: what `gate_curves` found}: total, direct path, inputs and tanh RNN. The first
    panel names the lines. Raises ValueError if there are fewer axes than settings. Returns axes."""
    if len(axes) < len(named):
        raise ValueError(f"axes are {len(axes)}, expected {len(named)}, one for each setting")
    for ax, (name, found) in zip(axes, named.items()):
        colour = COLOURS[found["cell"].__name__]
        ax.plot(found["reference"], color=PALE, linewidth=2.5, label="tanh RNN")
        ax.plot(found["direct"], "--", color=colour, label="direct path")
        ax.plot(range(1, len(found["inputs"]) + 1), found["inputs"], ".", color=GREY, markersize=2, label="inputs")
        plot_log_norms(ax, found["total"], color=colour, linewidth=2.5).lines[-1].set_label("total")
        ax.set(ylim=(-22, 4), ylabel="norm")
        ax.set_title(name)
        ax.label_outer()
    axes[0].legend(loc="lower right", fontsize=9, markerscale=4)
    return axes


@takes(ax=a(Axes), b_f=numbers("F"), b_i=numbers("I"), logs=numbers("I", "F"))
def plot_bias_map(ax, b_f, b_i, logs):
    """Lines of equal gradient, log10 (I, F), in the plane of the two biases, and the line b_i = −b_f. Returns ax.
    Raises ValueError for biases that do not rise, and if none of LEVELS lies between the logs."""
    if logs.shape != (len(b_i), len(b_f)):
        raise ValueError(f"logs has shape {logs.shape}, b_i has {len(b_i)} numbers and b_f {len(b_f)}: not (I, F)")
    for name, values in (("b_f", b_f), ("b_i", b_i)):
        if len(values) < 2 or (np.diff(values) <= 0).any():
            raise ValueError(f"{name} is {values}, expected two or more rising numbers")
    levels = [n for n in LEVELS if logs.min() < n < logs.max()]
    if not levels:
        raise ValueError(f"logs go from {logs.min():.1f} to {logs.max():.1f}, expected some of {LEVELS} between")
    lines = ax.contour(b_f, b_i, logs, levels=levels, colors=COLOURS["LSTM"], linestyles="-", linewidths=1.6)
    ax.clabel(lines, fmt=lambda value: f"$10^{{{value:g}}}$", fontsize=FONT)
    ends = np.array([max(b_f.min(), -b_i.max()), min(b_f.max(), -b_i.min())])
    ax.plot(ends, -ends, color=GREY, linewidth=1)
    x = .27 * ends[0] + .73 * ends[1]
    ax.text(x, -x - 1.3, "$b_i = -b_f$", color=GREY, fontsize=FONT, va="top")
    ax.set(xlim=(b_f.min(), b_f.max()), ylim=(b_i.min(), b_i.max()), xlabel="forget bias $b_f$",
           ylabel="input bias $b_i$")
    ax.grid(False)
    return ax
