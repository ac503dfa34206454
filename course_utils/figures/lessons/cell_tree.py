"""The LSTM and its relatives as a tree: what each changes, and the factor of its direct path (notebook 12)."""
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from ...ground.arguments import a, takes
from ..diagrams.pen import INK, blank
from ..plotting import COLOURS, GATE_COLOURS

NAMES = {"LSTM": "LSTM", "CoupledLSTM": "coupled gates", "PeepholeLSTM": "peepholes", "NoForgetLSTM": "no forget gate",
         "GRU": "GRU, reset before", "ResetAfterGRU": "GRU, reset after", "NoInputGateLSTM": "no input gate",
         "NoOutputGateLSTM": "no output gate", "NoInputActivationLSTM": "g not squashed",
         "NoOutputActivationLSTM": "c shown unsquashed"}
FACTOR, FONT, WIDTH, HEIGHT, TRUNK = GATE_COLOURS["f"], 10, 2.6, 1.0, 1.7
NODES = {  # cell: where it stands, and its memory; a minus stands for t − 1
    "LSTM": (0, 0, r"$c = f\circ c_- + i\circ g$"), "NoForgetLSTM": (4.9, 3.4, r"$c = c_- + i\circ g$"),
    "PeepholeLSTM": (4.9, 1.7, r"$c = f(c_-)\circ c_- + i(c_-)\circ g$"),
    "CoupledLSTM": (4.9, 0, r"$c = f\circ c_- + (1-f)\circ g$"), "GRU": (10, 0, r"$h = z\circ h_- + (1-z)\circ n$"),
    "ResetAfterGRU": (10, 2.55, r"$h = z\circ h_- + (1-z)\circ n$")}
EDGES = (  # from, to, what changes, the direct path's factor, stops on the way
    ("LSTM", "NoForgetLSTM", "$f = 1$", "$1$", 0), ("LSTM", "PeepholeLSTM", "gates see $c$", r"$f + \ldots$", 0),
    ("LSTM", "CoupledLSTM", "$i = 1 - f$", "$f$", 0),
    ("CoupledLSTM", "GRU", "no output gate\nno tanh: $h = c$\na reset gate $r$", "$z$", 2),
    ("GRU", "ResetAfterGRU", "$r$ behind the product", "$z$", 0))


def readable(name, cell):
    """The name of a cell, or the cell itself, if it is among NAMES."""
    known = getattr(cell, "__name__", cell)
    if not isinstance(known, str) or known not in NAMES:
        raise ValueError(f"{name} is {cell!r}, expected one of {', '.join(NAMES)}")
    return known


@takes(cell=readable)
def name_of(cell):
    """What a cell, or the class called so, is called in figures and tables: "GRU, reset after"."""
    return NAMES[cell]


@takes(ax=a(Axes))
def plot_cell_tree(ax):
    """Six cells with what becomes of their memory, an arrow for each change; above an arrow what changes, below it the
    factor of the direct path from then on. Small dots are cells on the way, which have no name. For a figure of 10 by
    4.6 inches. Returns ax."""
    blank(ax, (-1.45, 11.45), (-1.15, 4.25))
    for cell, (x, y, equation) in NODES.items():
        _node(ax, x, y, NAMES[cell], equation, COLOURS[cell])
    for start, end, change, factor, stops in EDGES:
        _edge(ax, NODES[start][:2], NODES[end][:2], change, factor, stops)
    ax.text(0, -.62, "direct path: $f$", color=FACTOR, ha="center", va="top", fontsize=FONT)
    ax.text(-1.3, 4.1, "in black: what changes", va="top", fontsize=FONT)
    ax.text(-1.3, 3.72, "in colour: factor of the\ndirect path", color=FACTOR, va="top", fontsize=FONT)
    return ax


def _node(ax, x, y, name, equation, colour):
    """A cell: its name and its memory in a frame."""
    ax.add_patch(FancyBboxPatch((x - WIDTH / 2, y - HEIGHT / 2), WIDTH, HEIGHT, facecolor="white", edgecolor=colour,
                                linewidth=1.6, boxstyle="round,pad=0,rounding_size=.12", zorder=2))
    ax.text(x, y + .22, name, ha="center", va="center", fontsize=FONT + .5, fontweight="bold", color=colour, zorder=3)
    ax.text(x, y - .2, equation, ha="center", va="center", fontsize=FONT, zorder=3)


def _edge(ax, start, end, change, factor, stops):
    """An arrow between two frames, with what changes above it (or left of it) and the factor below (or right)."""
    (x0, y0), (x1, y1) = start, end
    if x0 == x1:
        _arrow(ax, (x0, y0 + HEIGHT / 2), (x1, y1 - HEIGHT / 2))
        ax.text(x0 - .15, (y0 + y1) / 2, change, ha="right", va="center", fontsize=FONT)
        ax.text(x0 + .15, (y0 + y1) / 2, factor, ha="left", va="center", fontsize=FONT, color=FACTOR)
        return
    if y0 != y1:
        ax.plot([TRUNK, TRUNK], [y0, y1], color=INK, linewidth=1.4, zorder=1)
    left, right = (x0 + WIDTH / 2 if y0 == y1 else TRUNK), x1 - WIDTH / 2
    _arrow(ax, (left, y1), (right, y1))
    for n in range(1, stops + 1):
        ax.plot(left + (right - left) * n / (stops + 1), y1, "o", color=INK, markersize=5, zorder=2)
    middle = (max(left, TRUNK) + right) / 2
    ax.text(middle, y1 + .12, change, ha="center", va="bottom", fontsize=FONT, linespacing=1.25)
    ax.text(middle, y1 - .14, factor, ha="center", va="top", fontsize=FONT, color=FACTOR)


def _arrow(ax, start, end):
    """A line from one point to another, with a head."""
    ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.4, "shrinkA": 0,
                                            "shrinkB": 0, "mutation_scale": 13}, zorder=1)
