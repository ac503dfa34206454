"""One gate of one unit, from its inputs to the place where it acts."""
from matplotlib.axes import Axes

from ...ground.arguments import a, mapping, takes
from .pen import OPERATORS, RADIUS, Pen, blank, known, number

STAGES = {"x": 0, "h_prev": 0, "u": 1, "w": 1, "b": 1, "a": 1, "value": 2}
GATES = {"f": "σ", "i": "σ", "g": "tanh", "o": "σ"}
ROW, UPPER, LOWER, SUM, SQUASH, ACT = .87, 1.42, .32, 3.95, 6.15, 8.35


@takes(ax=a(Axes), numbers=mapping)
def gate_flow(ax, gate, numbers, stage=None):
    """One gate of one unit with its numbers, left to right: a = u x_t + w h_{t-1} + b, squashed to the gate's value,
    which acts on a quantity of the cell.

    gate: "f", "i", "g" or "o". numbers: {"x", "h_prev", "u", "w", "b", "a", "value": number} and, if it is to be drawn,
    "acts_on": (symbol, number, result's symbol, result, operator "×", "+" or "−"). stage: 0 the inputs, 1 the weighted
    sum, 2 squashing, 3 acting is lit and what comes later is pale and has no numbers yet; None shows all alike. Nothing
    moves from stage to stage. Raises ValueError for an unknown gate, stage or operator and for missing numbers.
    Figure size (8, 1.3).
    """
    known([gate], GATES, "gate")
    known([stage], (None, *range(4)), "stage")
    if missing := [name for name in STAGES if name not in numbers]:
        raise ValueError(f"numbers lack {', '.join(missing)}, expected {', '.join(STAGES)}")
    reached = {name: numbers[name] for name, first in STAGES.items() if stage is None or first <= stage}
    pen = Pen(ax, lambda part: _look(part, stage), reached)
    _inputs(pen)
    _sum(pen)
    pen.box(2, SQUASH, ROW, GATES[gate], .8, .56)
    acts_on = numbers.get("acts_on")
    pen.wire(2, (SQUASH + .4, ROW), (ACT - (RADIUS if acts_on else 0), ROW))
    pen.quantity(2, SQUASH + .47, ROW + .16, f"${gate}_t$", "value")
    if acts_on:
        _act(pen, *acts_on, shown=stage in (None, 3))
    return blank(ax, (0, 10.9), (0, 1.77))


def _look(part, stage):
    if stage is None or part < stage:
        return "plain"
    return "lit" if part == stage else "pale"


def _inputs(pen):
    for y, symbol, name in ((UPPER, "$x_t$", "x"), (LOWER, "$h_{t-1}$", "h_prev")):
        pen.box(0, .98, y, "", 1.86, .5)
        pen.quantity(0, .18, y - .07, symbol, name)


def _sum(pen):
    for y, end, name, above in ((UPPER, ROW + RADIUS, "u", .1), (LOWER, ROW - RADIUS, "w", -.25)):
        pen.wire(1, (1.91, y), (SUM, y), (SUM, end))
        pen.quantity(1, 2.03, y + above, f"${name}$", name)
    pen.quantity(1, 2.03, ROW - .06, "$b$", "b")
    pen.wire(1, (SUM - .54, ROW), (SUM - RADIUS, ROW))
    pen.circle(1, SUM, ROW, "Σ")
    pen.wire(1, (SUM + RADIUS, ROW), (SQUASH - .4, ROW))
    pen.quantity(1, SUM + .28, ROW + .16, "$a$", "a")


def _act(pen, symbol, value, result_symbol, result, operator, *, shown):
    known([operator], OPERATORS, "operator")
    pen.wire(3, (ACT, 1.72), (ACT, ROW + RADIUS))
    pen.circle(3, ACT, ROW, operator)
    pen.wire(3, (ACT + RADIUS, ROW), (10.75, ROW))
    for x, y, name, what in ((ACT + .14, 1.45, symbol, value), (ACT + .35, ROW + .16, result_symbol, result)):
        pen.text(3, x, y, f"{name} = {number(what)}" if shown else name)
