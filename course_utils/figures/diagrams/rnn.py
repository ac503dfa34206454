"""The module of a plain RNN."""
from .pen import Pen, blank

PARTS = ("x", "h_prev", "h")


def rnn_module(ax, lit=None, values=None):
    """One step of a plain RNN, h_t = tanh(x_t W_x + h_{t-1} W_h + b): the state goes through the tanh.

    lit: names of the parts to light, among "x" (the input and its arrow), "h_prev" (the old state and its
    arrow), "h" (the tanh box and the new state); None draws all alike. values: {name: number} to print, names
    "x", "h_prev", "h". Raises ValueError for an unknown name. Figure size (5.5, 2).
    """
    pen = Pen.for_parts(ax, lit, PARTS, values, PARTS)
    pen.text("h_prev", .5, 1.44, "$h_{t-1}$", "right")
    pen.wire("h_prev", (.62, 1.5), (3.05, 1.5))
    pen.value("h_prev", .72, 1.62, "h_prev")
    pen.text("x", .5, .24, "$x_t$", "right")
    pen.wire("x", (.62, .3), (3.5, .3), (3.5, 1.2))
    pen.value("x", .72, .42, "x")
    pen.box("h", 3.5, 1.5, "tanh")
    pen.wire("h", (3.95, 1.5), (6.35, 1.5))
    pen.text("h", 6.47, 1.44, "$h_t$")
    pen.value("h", 4.95, 1.62, "h")
    return blank(ax, (-.25, 7.15), (0, 2.2))
