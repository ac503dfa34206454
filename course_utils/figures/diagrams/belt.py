"""The cell state as a conveyor belt through several time steps."""
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ...ground.arguments import a, maybe, real, size, some, takes
from .pen import RADIUS, Pen, blank, known, number

LENGTH, HALF = 12.0, .3  # of the belt, of the band while all of c_0 is left
BAND = {"plain": "#d3e1ee", "lit": "#f8d2b5", "pale": "#f0f0f0"}


@takes(ax=a(Axes), f=maybe(some(real())), write=maybe(some(real())), c=maybe(some(real())), until=maybe(size(0)))
def conveyor_belt(ax, f=None, write=None, c=None, until=None, lit=None):
    """The cell state through T time steps: each multiplies it by f_t and adds i_t g_t. The band along it is as high
    as the share of c_0 that is left, f_1 ⋯ f_t, which is ∂c_t/∂c_0 along the belt.

    f, write: T numbers f_t, i_t g_t; f=None is a cell without forget gate. c: the T+1 cell states from c_0 on, to
    print on the belt. until: draws the steps after it pale. lit: "belt" and step numbers 1 … T to light; the others
    turn pale, unless `until` says which do. Raises ValueError if none of f, write and c is there, if their lengths
    don't fit, if an f_t is not between 0 and 1, or for an unknown part. Figure size (9, 2.4), T up to 8.
    """
    steps = _steps(f, write, c)
    pen = Pen(ax, _look(steps, until, lit))
    stride = LENGTH / steps
    _band(pen, np.ones(steps) if f is None else f, stride)
    for t in range(1, steps + 1):
        if f is not None:
            _forget(pen, t, (t - .69) * stride, f[t - 1])
        _write(pen, t, (t - .31) * stride, write)
    for t in range(steps + 1):
        pen.text(t, t * stride - .2, .42 if c is None else .76, f"$c_{{{t}}}$", "center")
        if c is not None:
            pen.text(t, t * stride - .2, .42, number(c[t]), "center", 10.5)
    return blank(ax, (-.75, LENGTH + .8), (-1.85, 1.85))


def _steps(f, write, c):
    lengths = {name: len(some) - (name == "c") for name, some in (("f", f), ("write", write), ("c", c))
               if some is not None}
    if len(set(lengths.values())) != 1 or min(lengths.values()) < 1:
        raise ValueError(f"steps are {lengths or 'nowhere given'}, expected f, write (T) or c (T+1), the same T ≥ 1")
    for value in [] if f is None else f:
        if not 0 <= value <= 1:
            raise ValueError(f"f has {value}, expected numbers between 0 and 1")
    return lengths.popitem()[1]


def _look(steps, until, lit):
    lit = None if lit is None else known(lit, ("belt", *range(1, steps + 1)), "part")

    def look(part):  # a step, or the belt in it: ("belt", step)
        name, t = part if isinstance(part, tuple) else (part, part)
        if until is not None and t > until:
            return "pale"
        if lit is not None and name in lit:
            return "lit"
        return "plain" if lit is None or until is not None else "pale"
    return look


def _band(pen, f, stride):
    share = np.concatenate([[1], np.cumprod(f)])
    ends = [-.65, *((np.arange(1, len(share)) - .69) * stride), LENGTH + .4]
    for t, (left, right, left_over) in enumerate(zip(ends, ends[1:], share)):
        part, half = ("belt", t), HALF * left_over
        pen.ax.add_artist(Rectangle((left, -half), right - left, 2 * half, linewidth=0, zorder=.5,
                                    facecolor=BAND[pen.look(part)]))
        last = t + 1 == len(share)
        pen.wire(part, (left, 0), (right + .3 * last, 0), head=last, width=1.5)


def _forget(pen, t, x, value):
    pen.wire(t, (x, 1.0), (x, RADIUS))
    pen.circle(t, x, 0, "×")
    pen.text(t, x, 1.45, f"$f_{{{t}}}$", "center")
    pen.text(t, x, 1.12, number(value), "center", 10.5)


def _write(pen, t, x, write):
    pen.wire(t, (x, -1.0), (x, -RADIUS))
    pen.circle(t, x, 0, "+")
    pen.text(t, x, -1.3, f"$i_{{{t}}}g_{{{t}}}$", "center")
    if write is not None:
        pen.text(t, x, -1.65, number(write[t - 1]), "center", 10.5)
