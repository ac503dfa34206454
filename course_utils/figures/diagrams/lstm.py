"""The modules of the LSTM and of its variants: every part stands where it stands in the LSTM's drawing."""
from .pen import RADIUS, Pen, blank

BELT, ROW, MEET, H_BUS, X_BUS = 4.05, 1.5, 2.85, .4, -.25  # heights: cell state, gates, i·g, the two inputs
GATES = {"f": (2.1, "σ"), "i": (3.95, "σ"), "g": (5.6, "tanh"), "o": (7.2, "σ")}
OUT = 9.5
ENDS = ("x", "h_prev", "c_prev")


def _inputs(pen, last):
    for part, symbol, y in (("h_prev", "$h_{t-1}$", H_BUS), ("x", "$x_t$", X_BUS)):
        pen.text(part, .5, y - .06, symbol, "right")
        pen.wire(part, (.62, y), (GATES[last][0] + (.2 if part == "x" else -.2), y), head=False)
        pen.value(part, .72, y + .11, part)


def gate_box(pen, name, x, y, function, buses=(H_BUS, X_BUS)):
    """A gate's box with an arrow from each bus."""
    for dx, bus in zip((-.2, .2), buses):
        pen.dot(name, x + dx, bus)
        pen.wire(name, (x + dx, bus), (x + dx, y - .3))
    pen.box(name, x, y, function)


def _gate(pen, name):
    x, function = GATES[name]
    gate_box(pen, name, x, ROW, function)
    return x


def _belt(pen, stops):
    pen.text("c", .5, BELT - .06, "$c_{t-1}$", "right")
    ends = [.62] + [x + RADIUS for x in stops]
    for start, end in zip(ends, [x - RADIUS for x in stops] + [10.6]):
        pen.wire("c", (start, BELT), (end, BELT), width=1.9)
    pen.text("c", 10.7, BELT - .06, "$c_t$")
    pen.value("c", .72, BELT + .16, "c_prev")
    pen.value("c", OUT + .29, BELT + .16, "c")


def _forget(pen):
    x = _gate(pen, "f")
    pen.wire("f", (x, ROW + .3), (x, BELT - RADIUS))
    pen.circle("f", x, BELT, "×")
    pen.quantity("f", x + .12, 2.1, "$f_t$", "f")


def _input(pen):
    x = _gate(pen, "i")
    pen.wire("i", (x, ROW + .3), (x, MEET), (GATES["g"][0] - RADIUS, MEET))
    pen.quantity("i", x + .12, 2.1, "$i_t$", "i")


def _write(pen):
    x = _gate(pen, "g")
    pen.wire("g", (x, ROW + .3), (x, MEET - RADIUS))
    pen.quantity("g", x + .12, 2.1, "$g_t$", "g")
    pen.circle("write", x, MEET, "×")
    pen.wire("write", (x, MEET + RADIUS), (x, BELT - RADIUS))
    pen.circle("write", x, BELT, "+")


def _output(pen):
    x = _gate(pen, "o")
    pen.wire("o", (x + .45, ROW), (OUT - RADIUS, ROW))
    pen.quantity("o", x + .56, ROW + .16, "$o_t$", "o")
    pen.dot("h", OUT, BELT)
    pen.wire("h", (OUT, BELT), (OUT, MEET + .27))
    pen.circle("h", OUT, MEET, "tanh", .96, .54)
    pen.wire("h", (OUT, MEET - .27), (OUT, ROW + RADIUS))
    pen.circle("h", OUT, ROW, "×")
    pen.wire("h", (OUT + RADIUS, ROW), (10.6, ROW))
    pen.text("h", 10.7, ROW - .06, "$h_t$")
    pen.value("h", OUT + .29, ROW + .16, "h")


def _module(ax, lit, values, gates, extra=(), draw=()):
    parts = ("x", "h_prev", "c", *gates, *extra, "write", "o", "h")
    names = (*ENDS, *gates, *(name for name in extra if name != "p"), "o", "c", "h")
    pen = Pen.for_parts(ax, lit, parts, values, names)
    _inputs(pen, "o")
    _belt(pen, [GATES[name][0] for name in ("f", "g") if name in gates])
    for step in (*draw, _write, _output):
        step(pen)
    return blank(ax, (-.25, 11.25), (-.6, 4.65))


def lstm_module(ax, lit=None, values=None):
    """One step of an LSTM, c_t = f_t c_{t-1} + i_t g_t and h_t = o_t tanh(c_t): a box has weights and a bias, what is
    round works elementwise, lines are connected where a dot is.

    lit: names of the parts to light, None draws all alike. "x", "h_prev": the two inputs · "c": the cell state, from
    c_{t-1} to c_t · "f", "i", "g", "o": a gate with its inputs and its output ("f" with its multiplication)
    · "write": i_t g_t is added to the cell state · "h": from the cell state through tanh to h_t.
    values: {name: number} to print, names "x", "h_prev", "c_prev", "f", "i", "g", "o", "c", "h".
    Raises ValueError for an unknown name. Figure size (8.5, 4).
    """
    return _module(ax, lit, values, ("f", "i", "g"), draw=(_forget, _input))


def no_forget_module(ax, lit=None, values=None):
    """The LSTM without forget gate, c_t = c_{t-1} + i_t g_t: `lstm_module` without the part and the value "f"."""
    return _module(ax, lit, values, ("i", "g"), draw=(_input,))


def coupled_module(ax, lit=None, values=None):
    """The LSTM with i = 1 − f, c_t = f_t c_{t-1} + (1 − f_t) g_t: `lstm_module` with a part and value "1-f" (from
    the forget gate through 1 − to the multiplication with g) in place of "i"."""
    return _module(ax, lit, values, ("f", "g"), ("1-f",), (_forget, _one_minus))


def _one_minus(pen):
    (x, _), (end, _) = GATES["f"], GATES["g"]
    middle = x + 1.0
    pen.dot("1-f", x, MEET)
    pen.one_minus("1-f", middle, MEET, x, end - RADIUS)
    pen.quantity("1-f", middle + .45, MEET + .16, "$1-f_t$", "1-f")


def peephole_module(ax, lit=None, values=None):
    """The LSTM with peepholes: `lstm_module` and a part "p", the dashed lines by which i and f look at c_{t-1} and
    o at c_t (each by one weight a unit)."""
    return _module(ax, lit, values, ("f", "i", "g"), ("p",), (_forget, _input, _peepholes))


def _peepholes(pen):
    tap, level, top = 1.2, 2.55, ROW + .3
    f, i, o = (GATES[name][0] for name in "fio")
    pen.dot("p", tap, BELT)
    pen.dot("p", f - .27, level)
    pen.wire("p", (tap, BELT), (tap, level), (i - .27, level), (i - .27, top), dashed=True)
    pen.wire("p", (f - .27, level), (f - .27, top), dashed=True)
    pen.dot("p", o, BELT)
    pen.wire("p", (o, BELT), (o, top), dashed=True)
