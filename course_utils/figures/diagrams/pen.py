"""The pen all drawings of cells are made with: it knows which parts are lit, and draws wires, boxes and labels."""
import math

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Ellipse, FancyBboxPatch, Polygon

from ...ground.arguments import a, mapping, real

LIT, DIM, BOX = "#D55E00", "#9a9a9a", "#eef3f8"
INK, PALE, PALE_TEXT = "#26323f", "#c3c3c3", "#767676"
LOOKS = {  # line, text, face of a box, line width, layer
    "plain": (INK, INK, BOX, 1.4, .1), "lit": (LIT, "#b84f00", "#fdebdd", 2.4, .2),
    "pale": (PALE, PALE_TEXT, "#fafafa", 1.2, 0)}
OPERATORS = {"×": "x", "+": "+", "−": "_"}
HEAD, RADIUS = .2, .21


def blank(ax, xlim, ylim):
    """Fix the limits, one unit as long upwards as to the right, and take the frame away."""
    ax.set(xlim=xlim, ylim=ylim, aspect="equal")
    ax.axis("off")
    return ax


def number(value):
    """Two decimals with a true minus sign; raises ValueError for what is not finite."""
    if not math.isfinite(value):
        raise ValueError(f"value is {value}, expected a finite number")
    return f"{round(float(value), 2) + 0.0:.2f}".replace("-", "−")  # + 0.0 makes −0 a 0


def known(names, choices, what):
    """The names as a set; raises ValueError that tells the choices if one is not among them."""
    try:
        names = {names} if isinstance(names, (str, bytes)) else set(names)
    except TypeError:
        raise ValueError(f"{what} is {names!r}, a {type(names).__name__}, expected among {choices}") from None
    if unknown := names - set(choices):
        came, expected = (", ".join(map(repr, some)) for some in (sorted(unknown, key=str), choices))
        raise ValueError(f"unknown {what} {came}, expected among {expected}")
    return names


class Pen:
    """Draws on `ax`; `look(part)` is the name of a part's entry in LOOKS, `values` the numbers to print.

    What is drawn is added by `add_artist`, which leaves the limits to `blank`: to follow them took a fifth of the time
    of a frame."""

    def __init__(self, ax, look, values=None):
        self.ax, self.look = a(Axes)("ax", ax), look
        self.values = {} if values is None else mapping("values", values)
        for value in self.values.values():
            real()("value", value)

    @classmethod
    def for_parts(cls, ax, lit, parts, values, value_names):
        """A pen that knows `parts`: all plain with lit=None, otherwise those in `lit` lit and the others pale."""
        lit = None if lit is None else known(lit, parts, "part")
        known({} if values is None else mapping("values", values), value_names, "value")
        return cls(ax, lambda part: "plain" if lit is None else "lit" if part in lit else "pale", values)

    def wire(self, part, *points, head=True, dashed=False, width=1.0):
        """A line through the points, with an arrowhead whose tip is the last of them."""
        line, _, _, linewidth, layer = LOOKS[self.look(part)]
        if head:
            (x0, y0), (x, y) = points[-2:]
            length = math.hypot(x - x0, y - y0)
            dx, dy = HEAD * (x - x0) / length, HEAD * (y - y0) / length
            corners = [(x, y), (x - dx - .4 * dy, y - dy + .4 * dx), (x - dx + .4 * dy, y - dy - .4 * dx)]
            self.ax.add_artist(Polygon(corners, facecolor=line, edgecolor="none", zorder=1.5 + layer))
            points = (*points[:-1], (x - .9 * dx, y - .9 * dy))
        self.ax.add_artist(Line2D(*zip(*points), color=line, linewidth=width * linewidth, zorder=1 + layer,
                                  linestyle=(0, (3, 1.6)) if dashed else "-", solid_joinstyle="miter"))

    def dot(self, part, x, y):
        """A junction: the lines that meet here are connected."""
        line, *_, layer = LOOKS[self.look(part)]
        self.ax.add_artist(Circle((x, y), .065, color=line, linewidth=0, zorder=1.05 + layer))

    def box(self, part, x, y, text, width=.9, height=.6):
        """A box with `text`; its function has weights."""
        line, colour, face, linewidth, layer = LOOKS[self.look(part)]
        self.ax.add_artist(FancyBboxPatch(
            (x - width / 2, y - height / 2), width, height, facecolor=face, edgecolor=line,
            linewidth=linewidth, boxstyle="round,pad=0,rounding_size=.08", zorder=2 + layer))
        self.ax.text(x, y, text, ha="center", va="center_baseline", fontsize=11.5, color=colour, zorder=3 + layer)

    def circle(self, part, x, y, sign, width=2 * RADIUS, height=2 * RADIUS):
        """A round sign works elementwise and has no weights: × + − as strokes, anything else as text."""
        line, colour, _, linewidth, layer = LOOKS[self.look(part)]
        self.ax.add_artist(Ellipse((x, y), width, height, facecolor="white", edgecolor=line, linewidth=linewidth,
                                   zorder=2 + layer))
        if sign in OPERATORS:
            self.ax.add_artist(Line2D([x], [y], marker=OPERATORS[sign], linestyle="none", color=line, markersize=8,
                                      markeredgewidth=linewidth + .3, zorder=3 + layer))
        else:
            self.ax.text(x, y, sign, ha="center", va="center_baseline", fontsize=10.5, color=colour, zorder=3 + layer)

    def one_minus(self, part, x, y, start, end):
        """A wire from (start, y) to (end, y) through a circle "1−" at x."""
        self.wire(part, (start, y), (x - .25, y))
        self.circle(part, x, y, "1−", .5, .5)
        self.wire(part, (x + .25, y), (end, y))

    def text(self, part, x, y, text, ha="left", size=11):
        """Text that stands on y: its place does not change if a number is added to it."""
        _, colour, *_, layer = LOOKS[self.look(part)]
        self.ax.text(x, y, text, ha=ha, va="baseline", fontsize=size, color=colour, zorder=3 + layer)

    def quantity(self, part, x, y, symbol, name):
        """A symbol beside its wire, and the number that `values` has for `name`."""
        value = f" = {number(self.values[name])}" if name in self.values else ""
        self.text(part, x, y, symbol + value)

    def value(self, part, x, y, name):
        """The number that `values` has for `name`, on its wire, for a wire with a symbol at its end."""
        if name in self.values:
            self.text(part, x, y, number(self.values[name]), size=10.5)
