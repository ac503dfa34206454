"""Keep long, write little: cell states beside the forget bias, and who learned when (notebook 13)."""
import numpy as np
from matplotlib.axes import Axes

from ...ground.arguments import a, having, mapping, numbers, pair, size, some, table, takes, text

WRITES = {"b_i = 0": ("#D55E00", "o"), "b_i = −b_f": ("#332288", "s")}  # colour and marker


@takes(axes=some(a(Axes)), b_f=numbers("N"), found=table(numbers("N", 2, "S")))
def plot_size_and_slope(axes, b_f, found):
    """Left the size |c| of the memory, right the slope tanh′(c), beside N forget biases: lines through the medians of S
    networks and bands from the least to the most, for each name of WRITES. found: `memory_size.beside_bias`. Returns
    axes. Raises ValueError for another name, or unless there are two axes."""
    if len(axes) != 2 or set(found) - set(WRITES):
        raise ValueError(f"axes are {len(axes)} and found has {', '.join(map(str, found))}, expected two axes, and "
                         f"{' or '.join(WRITES)}")
    for name, each in found.items():
        colour, marker = WRITES[name]
        for ax, values in zip(axes, each.swapaxes(0, 1)):
            ax.plot(b_f, np.median(values, axis=1), marker + "-", color=colour, markersize=4, label=f"${name}$")
            ax.fill_between(b_f, values.min(axis=1), values.max(axis=1), color=colour, alpha=.15, linewidth=0)
    for ax, label, wide in zip(axes, ("size of the memory, $|c_{100}|$", "slope left, $\\tanh'(c_{100})$"),
                               ((.02, 40), (0, 1.05))):
        ax.set(xlabel="forget bias $b_f$", ylabel=label, ylim=wide)
    for ax in axes[:1]:
        ax.set_yscale("log")
        ax.legend(loc="upper left")
    return axes


def two_lists(name, value):
    """Two lists of rows of a table of trainings."""
    for rows in pair(name, value):
        some(mapping)(name, rows)
        if any("solved_at" not in row for row in rows):
            raise ValueError(f"{name} holds a row without solved_at, expected those of trainings")
    return value


@takes(ax=a(Axes), cases=table(two_lists), most=size(), title=text)
def plot_two_way(ax, cases, most, title):
    """When each training had learned its task: a dot a seed, a column for each name of `cases`, whose values are two
    lists of rows, with b_i = 0 and with b_i = −b_f, told apart by colour and marker. Those that did not learn stand in
    a strip on top. most: batches after which training was given up. Returns ax."""
    for side, (name, (colour, marker)) in enumerate(WRITES.items()):
        for place, lists in enumerate(cases.values()):
            at = sorted(row["solved_at"] or 1.12 * most for row in lists[side])
            x = place + .36 * (side - .5) + .055 * (np.arange(len(at)) - (len(at) - 1) / 2)
            ax.plot(x, at, marker, color=colour, markersize=5, alpha=.8, label="" if place else f"${name}$")
    ax.axhspan(1.04 * most, 1.2 * most, color="#eeeeee", zorder=0)
    ax.text(-.46, 1.215 * most, "did not learn", va="bottom", fontsize="small")
    ax.set_xticks(range(len(cases)), [f"${name}$" if name.startswith("b") else name.replace("b_f", "$b_f$")
                                      for name in cases])
    ax.set(xlim=(-.5, len(cases) - .5), ylim=(0, 1.2 * most), ylabel="batches until learned")
    ax.set_yticks(np.linspace(0, most, 7))
    ax.set_title(title, pad=18)
    ax.grid(axis="x", visible=False)
    return ax


@takes(ax=a(Axes), logs=some(having("iteration", "loss")))
def plot_two_losses(ax, logs):
    """The losses of two trainings on temporal order, called A and B, with ln 4, the loss of a network that knows
    nothing. logs: two of `fit`. Returns ax."""
    for log, name, (colour, marker) in zip(pair("logs", logs), ("network A", "network B"), WRITES.values()):
        ax.plot(log.iteration, log.loss, marker + "-", color=colour, markersize=3.5)
        ax.annotate(name, (log.iteration[-1], log.loss[-1]), (8, 0), textcoords="offset points", color=colour,
                    va="center", annotation_clip=False)
    ax.axhline(np.log(4), color="#444444", linestyle=":")
    ax.text(logs[0].iteration[-1] / 2, np.log(4) + .07, "ln 4: nothing known")
    ax.set(xlabel="batches", ylabel="loss in nats", xlim=(0, logs[0].iteration[-1]), ylim=(0, 1.7))
    return ax
