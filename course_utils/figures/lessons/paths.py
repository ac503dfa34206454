"""The three paths that are added in the gradient of the recurrent weights, in an unrolled network (notebook 02)."""
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from ...ground.arguments import a, takes
from ..diagrams.pen import BOX, DIM, blank

COLUMNS = (0.0, 2.3, 4.6, 6.9)  # of s_0 … s_3
LOSS = 9.2
COLOURS = {3: "#0072B2", 2: "#B34A00", 1: "#00785A"}
ROWS = {3: -1.2, 2: -2.25, 1: -3.3}


@takes(ax=a(Axes))
def plot_paths(ax):
    """The network of three steps, and below it the path from E_3 to each copy of W, in a colour of its own.

    On each path stand the factors that are multiplied: ∂E₃/∂s₃, a Jacobian ∂s_j/∂s_{j−1} for every step that is made
    back, and ∂s_k/∂W for the copy that is met. Figure size (10, 4.6).
    """
    _network(ax)
    for k in (3, 2, 1):
        _path(ax, k)
    ax.text(LOSS + .8, ROWS[2], "added up:\n\n" + r"$\dfrac{\partial E_3}{\partial W}$", ha="center", va="center",
            fontsize=12)
    return blank(ax, (-.5, LOSS + 1.4), (-3.75, 1.75))


def _box(ax, x, y, name, colour=BOX):
    ax.add_patch(FancyBboxPatch((x - .28, y - .25), .56, .5, facecolor=colour, edgecolor="#556", zorder=2,
                                boxstyle="round,pad=0.02,rounding_size=0.08"))
    ax.text(x, y, name, ha="center", va="center", fontsize=12, zorder=3)


def _arrow(ax, start, end, colour=DIM, width=1.4):
    ax.annotate("", end, start, zorder=1, arrowprops={
        "arrowstyle": "-|>", "color": colour, "linewidth": width, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 13})


def _network(ax):
    for t, x in enumerate(COLUMNS):
        _box(ax, x, 0, f"$s_{t}$")
        if t:
            _arrow(ax, (COLUMNS[t - 1] + .3, 0), (x - .3, 0))
            ax.text((COLUMNS[t - 1] + x) / 2, .1, "$W$", ha="center", fontsize=13, color=COLOURS[t])
            _box(ax, x, 1.4, f"$x_{t}$", "white")
            _arrow(ax, (x, 1.13), (x, .29))
            ax.text(x + .12, .66, "$U$", fontsize=11)
    _box(ax, LOSS, 0, "$E_3$")
    _arrow(ax, (COLUMNS[3] + .3, 0), (LOSS - .3, 0))
    ax.text((COLUMNS[3] + LOSS) / 2, .1, "$V$, softmax", ha="center", fontsize=11)


def _path(ax, k):
    colour, y, start = COLOURS[k], ROWS[k], LOSS + .16 * (2 - k)
    copy = (COLUMNS[k - 1] + COLUMNS[k]) / 2
    ax.plot([start, start, copy], [-.29, y, y], color=colour, linewidth=2, zorder=1, solid_joinstyle="miter")
    _arrow(ax, (copy, y), (copy, -.03), colour, 2)
    _factor(ax, (COLUMNS[3] + LOSS) / 2, y, r"\partial E_3", r"\partial s_3", colour)
    for j in range(3, k, -1):
        _factor(ax, (COLUMNS[j - 1] + COLUMNS[j]) / 2, y, rf"\partial s_{j}", rf"\partial s_{j - 1}", colour)
    _factor(ax, COLUMNS[k] - .5, y, rf"\partial s_{k}", r"\partial W", colour)
    for j in range(k, 4):
        ax.plot(COLUMNS[j], y, "o", color=colour, markersize=5)


def _factor(ax, x, y, above, below, colour):
    ax.text(x, y, rf"$\dfrac{{{above}}}{{{below}}}$", ha="center", va="center", color=colour, fontsize=12, zorder=3,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})
