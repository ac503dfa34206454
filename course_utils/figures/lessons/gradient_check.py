"""The error of central differences over the size of the move (notebook 03)."""
from matplotlib.axes import Axes

from ...ground.arguments import a, numbers, takes, text
from ..plotting import colour as a_colour


@takes(ax=a(Axes), moves=numbers("N"), errors=numbers("N"), label=text, colour=a_colour)
def plot_errors(ax, moves, errors, label, colour):
    """Relative errors of a gradient over the size of the move, both on log axes, the line's name at its right end."""
    ax.loglog(moves, errors, "o-", markersize=4, color=colour)
    ax.annotate(label, (moves[-1], errors[-1]), xytext=(8, 0), textcoords="offset points", color=colour, va="center",
                fontsize=9.5)
    ax.set(xlabel="size of the move", ylabel="relative error")
    return ax
