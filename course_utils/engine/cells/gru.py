"""The gated recurrent unit with its reset gate before or after the recurrent product."""
import numpy as np

from ..activations import sigmoid, sigmoid_slope, tanh_slope
from .base import Cell, squashing


def mixed(z, n, h_prev, out):
    """h = n + z (h_prev − n) = (1 − z) n + z h_prev, put into `out` where one is given."""
    h = np.subtract(h_prev, n, out=out)
    h *= z
    h += n
    return h


def update_edges(z, n, h_prev):
    """The edges into h = (1 − z) n + z h_prev."""
    return {("h", "z"): (h_prev - n) * sigmoid_slope(z), ("h", "n"): (1 - z) * tanh_slope(n), ("h", "h_prev"): z}


class GRU(Cell):
    """r, z = σ(a), n = tanh(x W_xn + b_n + (r h_prev) W_hn); h = (1 − z) n + z h_prev (Cho et al. 2014):
    the reset gate stands *before* the recurrent product. z keeps the old state, as in PyTorch; some
    texts write 1 − z for it."""

    gates = ("r", "z", "n")
    products = (("h_prev", ("r", "z")), ("m", ("n",)))  # m = r h_prev
    activations = squashing(gates, shown=())
    forget_gate = "z"

    @staticmethod
    def step(a, prev, weights, product, out=(None,)):
        both, r, z, n = a[:2], a[0], a[1], a[2]  # faster than to unpack a
        sigmoid(both, both)
        n += product(r * prev[0])
        np.tanh(n, n)
        return (mixed(z, n, prev[0], out[0]),)

    @staticmethod
    def partials(gates, prev, new, weights, product):
        r, z, n = gates
        return update_edges(z, n, prev[0]) | {
            ("m", "h_prev"): r, ("m", "r"): prev[0] * sigmoid_slope(r)}


class ResetAfterGRU(GRU):
    """n = tanh(x W_xn + b_n + r (h_prev W_hn + b_h)): PyTorch's GRU, the reset gate *after* the recurrent
    product q = h_prev W_hn, with a bias b_h of its own inside the reset."""

    weights = ("b_h",)
    products = (("h_prev", ("r", "z")), ("h_prev", ("q",)))

    @staticmethod
    def step(a, prev, weights, product, out=(None,)):
        both, r, z, n = a[:2], a[0], a[1], a[2]  # faster than to unpack a
        sigmoid(both, both)
        n += r * (product(prev[0]) + weights["b_h"])
        np.tanh(n, n)
        return (mixed(z, n, prev[0], out[0]),)

    @staticmethod
    def partials(gates, prev, new, weights, product):
        r, z, n = gates
        return update_edges(z, n, prev[0]) | {
            ("n", "q"): r, ("n", "b_h"): r, ("n", "r"): (product + weights["b_h"]) * sigmoid_slope(r)}
