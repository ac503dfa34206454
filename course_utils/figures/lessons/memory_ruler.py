"""A training curve beside what predictors of limited memory can reach (notebook 03)."""
from matplotlib.axes import Axes

from ...ground.arguments import a, numbers, real, table, takes
from ..plotting import COLOURS


@takes(ax=a(Axes), losses=numbers("N"), floors=table(real(above=0)))
def plot_ruler(ax, losses, floors):
    """The loss of a tanh network over training steps (log axis), and a dotted line for each of the losses in `floors`,
    {name: loss}, with its name at the right end."""
    ax.semilogy(losses, color=COLOURS["TanhRNN"])
    for name, floor in floors.items():
        ax.hlines(floor, 0, len(losses), color="#444444", linestyle=":", linewidth=1)
        ax.text(1.01 * len(losses), floor, name, va="center", fontsize=9.5)
    ax.set(xlabel="training step", ylabel="loss (nats per letter)", xlim=(0, 1.25 * len(losses)), ylim=(.03, 4))
    return ax
