"""What a training looks like from outside: its loss, its reach, the traces of symbols (notebook 07)."""
import numpy as np
from matplotlib.axes import Axes

from ...ground.arguments import a, having, numbers, size, takes, text
from ..plotting import COLOURS

TRACES = {"earlier": "#882255", "later": "#7a7a1f"}


@takes(ax=a(Axes), log=having("iteration", "loss"))
def plot_order_loss(ax, log):
    """The loss of a training on temporal order, with the losses of one who knows nothing (ln 4) and of one who knows a
    single symbol (ln 2). log: the History of `fit`."""
    ax.plot(log.iteration, log.loss, color=COLOURS["TanhRNN"])
    for level, name in ((np.log(4), "ln 4: nothing known"), (np.log(2), "ln 2: one symbol known")):
        ax.axhline(level, color="#444444", linestyle=":")
        ax.text(log.iteration[-1], level + .03, name, ha="right")
    ax.set(xlabel="iteration", ylabel="loss in nats", ylim=(0, 1.6))
    return ax


@takes(ax=a(Axes), loss_ax=a(Axes), log=having("iteration", "loss", "reach"), name=text, quiet=size())
def plot_reach_and_loss(ax, loss_ax, log, name, quiet):
    """The reach of the gradient on `ax`, the loss on the adding problem on `loss_ax`. name: of the cell. quiet: steps
    without marks at the end. Returns ax."""
    for axes, values, level, words, above in ((ax, log.reach, quiet, "length of the quiet end", 4),
                                              (loss_ax, log.loss, 1 / 6, "always saying 1", -14)):
        if not axes.lines:
            axes.axhline(level, color="#444444", linestyle=":")
            axes.annotate(words, (log.iteration[-1], level), (0, above), textcoords="offset points", ha="right")
        axes.plot(log.iteration, values, "o-", color=COLOURS.get(name, "black"), label=name)
        axes.set(xlabel="iteration")
        axes.legend(loc="upper left" if axes is ax else "upper right")
    ax.set(ylabel="reach of the gradient, in steps", ylim=(0, None))
    loss_ax.set(ylabel="loss (squared error)", yscale="log")
    return ax


@takes(ax=a(Axes), distance=numbers("T"), first=size(0), name=text)
def plot_trace(ax, distance, first, name):
    """What a symbol leaves behind: the distance (T+1,) of the states, from the step after `first` on, log axis. name:
    "earlier" or "later"."""
    steps = np.arange(len(distance))[first + 1:]
    ax.semilogy(steps, distance[first + 1:], color=TRACES.get(name, "black"), label=f"{name} symbol swapped")
    ax.set(xlabel="time step $t$", xlim=(0, len(distance) - 1), xticks=range(0, len(distance), 5))
    return ax
