"""Networks that do not learn: how far their gradients reach, what their memories hold, which of them were cured
(notebook 16)."""
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from ...ground.arguments import a, mapping, numbers, real, some, table, takes, text
from ..plotting import COLOURS, plot_all_pairs, powers_of_ten, typeset_biases

FONT, PALE_LSTM, GREY = 9.5, "#f2a268", "#444444"
STARTS = {"b_f": ("#AA4499", "--"), "b_f and b_i": (COLOURS["LSTM"], "-"), "nothing": (PALE_LSTM, ":")}
PATIENTS = {"first patient": COLOURS["LSTM"], "second patient": COLOURS["TanhRNN"], "third patient": COLOURS["ReluRNN"]}
DONE = {"nothing": "neither", "b_f": "$b_f = 4$ alone", "b_f and b_i": "$b_f = 4$, $b_i = -4$"}


@takes(ax=a(Axes), logs=table(numbers("T", finite=False)))
def plot_back(ax, logs):
    """Gradient norms of several networks over the steps back n, the end at the right. logs: {name: log10 (T+1,) over
    the time steps}; where one gets exactly zero, it ends in a cross on the lower edge. Returns ax."""
    for name, values in logs.items():
        back, colour = np.arange(len(values))[::-1], PATIENTS.get(name, "black")
        good = np.isfinite(values)
        ax.plot(back[good], values[good], "o-" if good.sum() < 3 else "-", color=colour)
        end = back[good].max(initial=0)
        if end < back[0]:
            below = end + 1, 0  # on the lower edge: a log axis has no place for zero
            ax.plot(*below, "X", color=colour, markersize=9, clip_on=False, transform=ax.get_xaxis_transform())
            _name(ax, f"{name}: 0 (below the axis)", below, (-10, 6), "right", colour, ax.get_xaxis_transform())
        elif values[0] > values[-1]:
            _name(ax, name, (end, values[0]), (-8, -8), "right", colour)
        else:
            _name(ax, name, (back[len(back) // 3], values[len(back) // 3]), (10, -14), "left", colour)
    powers_of_ten(ax.yaxis)
    ax.set(xlabel="steps back $n$", xlim=(61, -1))
    ax.set_ylabel(r"$\Vert\partial L/\partial s_{T-n}\Vert$")
    return ax


def _name(ax, words, at, offset, side, colour, coords="data"):
    """Words beside a point, in the colour of its line, darker where it is bright."""
    colour = "#8a5f00" if colour == COLOURS["ReluRNN"] else colour
    ax.annotate(words, at, offset, xycoords=coords, textcoords="offset points", ha=side, color=colour, fontsize=FONT)


@takes(ax=a(Axes), rows=some(mapping), names=table(text))
def plot_cures(ax, rows, names):
    """A dot for each training at its share of wrong answers, a line for each thing that was done. names: {done: what is
    written}, the first on top; biases in it, such as b_f = 4, are typeset. Returns ax."""
    for n, done in enumerate(names):
        wrong = np.sort([row["wrong"] for row in rows if row["done"] == done])
        lift = np.linspace(-.25, .25, len(wrong)) if len(wrong) > 1 else 0
        ax.plot(wrong, n + lift, "o", color=COLOURS["LSTM"], markersize=6, alpha=.75, clip_on=False)
    ax.axvline(.75, color=GREY, linestyle=":")
    ax.text(.76, -.62, "guessing", color=GREY, fontsize=FONT)
    ax.set_yticks(range(len(names)), [typeset_biases(name) for name in names.values()])
    ax.xaxis.set_major_formatter(PercentFormatter(1))
    ax.set(xlabel="share of fresh sequences that are wrong", ylim=(len(names) - .5, -.8), xlim=(-.02, .9))
    return ax


@takes(axes=some(a(Axes)), maps=table(numbers("T", "T", finite=False)), low=real(), high=real())
def plot_maps(axes, maps, low, high):
    """Heat maps of log10 norms of all pairs side by side, on one scale from low to high with one colour bar. maps:
    {title: (T+1, T+1)}, as many as axes. Returns axes."""
    if len(axes) != len(maps) or not low < high:
        raise ValueError(f"axes are {len(axes)} for {len(maps)} maps, low is {low} and high is {high}, expected as "
                         "many axes as maps, and low below high")
    for ax, (title, logs) in zip(axes, maps.items()):
        plot_all_pairs(ax, logs, vmin=low, vmax=high, colorbar=False)
        ticks = range(0, len(logs), max(1, (len(logs) - 1) // 4))
        ax.set(title=title, xticks=ticks, yticks=ticks)
        ax.label_outer()
    bar = ax.figure.colorbar(ax.images[0], ax=list(axes), shrink=.8)
    bar.set_label(r"$\Vert\partial h_t/\partial h_k\Vert$")
    powers_of_ten(bar.ax.yaxis)
    return axes


@takes(ax=a(Axes), slope_ax=a(Axes), cells=table(numbers("T", "B", "H")))
def plot_filling(ax, slope_ax, cells):
    """The median size of c on `ax`, the mean slope 1 − tanh² c on `slope_ax`, over the time steps. cells: {what was
    done: c (T, B, H)}. Returns ax."""
    for done, c in cells.items():
        steps, (colour, style) = np.arange(1, len(c) + 1), STARTS.get(done, ("black", "-"))
        slope = (1 - np.tanh(c)**2).mean(axis=(1, 2))
        for axes, values in ((ax, np.median(np.abs(c), axis=(1, 2))), (slope_ax, slope)):
            axes.plot(steps, values, color=colour, linestyle=style, label=DONE.get(done, done))
    ax.set(xlabel="time step $k$", ylabel="median of $|c_k|$", ylim=(0, None))
    slope_ax.set(xlabel="time step $k$", ylabel=r"mean of $1-\tanh^2 c_k$", ylim=(0, 1.04))
    ax.legend(loc="upper left")
    return ax


@takes(ax=a(Axes), h=numbers("T", "H"), title=text)
def plot_on(ax, h, title):
    """Which of H ReLU units are on at each of T steps, dark where on. Returns ax."""
    T, H = h.shape
    ax.imshow(h.T > 0, cmap="gray_r", aspect="auto", interpolation="nearest", vmin=0, vmax=1.4,
              extent=(.5, T + .5, H - .5, -.5))
    ax.set(xlabel="time step $k$", ylabel="unit", title=title, xticks=range(5, T + 1, 5))
    ax.grid(False)
    ax.label_outer()
    return ax
