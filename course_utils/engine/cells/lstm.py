"""The LSTM and three variants, each one change from it."""
import numpy as np

from ..activations import sigmoid, sigmoid_slope, tanh_slope
from .base import Cell, squashing


def shown(o, c, out):
    """h = o tanh(c), put into `out` where one is given."""
    h = np.tanh(c, out=out)
    h *= o
    return h


def output_edges(o, c):
    """The edges into h = o tanh(c): from the output gate's pre-activation and from the new cell state."""
    tanh_c = np.tanh(c)
    return {("h", "o"): tanh_c * sigmoid_slope(o), ("h", "c"): o * tanh_slope(tanh_c)}


class LSTM(Cell):
    """i, f, o = σ(a), g = tanh(a); c = f c_prev + i g; h = o tanh(c) (Gers, Schmidhuber & Cummins 2000).

    Gate order i, f, g, o is PyTorch's and Keras'; CS231n's assignment has i, f, o, g.
    """

    states = ("h", "c")
    gates = ("i", "f", "g", "o")
    products = (("h_prev", gates),)
    activations = squashing(gates)
    forget_gate = "f"

    @staticmethod
    def step(a, prev, weights, product, out=(None, None)):
        both, i, f, g, o = a[:2], a[0], a[1], a[2], a[3]  # faster than to unpack a
        sigmoid(both, both)
        np.tanh(g, g)
        sigmoid(o, o)
        c = np.multiply(f, prev[1], out=out[1])
        c += i * g
        return shown(o, c, out[0]), c

    @staticmethod
    def partials(gates, prev, new, weights, product):
        i, f, g, o = gates
        return output_edges(o, new[1]) | {
            ("c", "i"): g * sigmoid_slope(i), ("c", "f"): prev[1] * sigmoid_slope(f),
            ("c", "g"): i * tanh_slope(g), ("c", "c_prev"): f}


class NoForgetLSTM(Cell):
    """c = c_prev + i g: the LSTM without forget gate, with its constant error carousel
    (Hochreiter & Schmidhuber 1997); h = o tanh(c)."""

    states = ("h", "c")
    gates = ("i", "g", "o")
    products = (("h_prev", gates),)
    activations = squashing(gates)

    @staticmethod
    def step(a, prev, weights, product, out=(None, None)):
        i, g, o = a
        sigmoid(i, out=i)
        np.tanh(g, out=g)
        sigmoid(o, out=o)
        c = np.add(prev[1], i * g, out=out[1])
        return shown(o, c, out[0]), c

    @staticmethod
    def partials(gates, prev, new, weights, product):
        i, g, o = gates
        return output_edges(o, new[1]) | {
            ("c", "i"): g * sigmoid_slope(i), ("c", "g"): i * tanh_slope(g), ("c", "c_prev"): 1}


class CoupledLSTM(Cell):
    """c = f c_prev + (1 − f) g: input and forget gate coupled, i = 1 − f (Greff et al. 2017); h = o tanh(c)."""

    states = ("h", "c")
    gates = ("f", "g", "o")
    products = (("h_prev", gates),)
    activations = squashing(gates)
    forget_gate = "f"

    @staticmethod
    def step(a, prev, weights, product, out=(None, None)):
        f, g, o = a
        sigmoid(f, out=f)
        np.tanh(g, out=g)
        sigmoid(o, out=o)
        c = np.multiply(f, prev[1], out=out[1])
        c += (1 - f) * g
        return shown(o, c, out[0]), c

    @staticmethod
    def partials(gates, prev, new, weights, product):
        f, g, o = gates
        return output_edges(o, new[1]) | {
            ("c", "f"): (prev[1] - g) * sigmoid_slope(f), ("c", "g"): (1 - f) * tanh_slope(g),
            ("c", "c_prev"): f}


class PeepholeLSTM(LSTM):
    """The LSTM whose gates also see the cell state: i and f add p c_prev to their pre-activation, o adds
    p_o c with the *new* c (Gers & Schmidhuber 2000; diagonal peepholes)."""

    weights = ("p_i", "p_f", "p_o")

    @staticmethod
    def step(a, prev, weights, product, out=(None, None)):
        i, f, g, o = a
        i += weights["p_i"] * prev[1]
        f += weights["p_f"] * prev[1]
        sigmoid(a[:2], out=a[:2])
        np.tanh(g, out=g)
        c = np.multiply(f, prev[1], out=out[1])
        c += i * g
        o += weights["p_o"] * c
        return shown(sigmoid(o, out=o), c, out[0]), c

    @staticmethod
    def partials(gates, prev, new, weights, product):
        return LSTM.partials(gates, prev, new, weights, product) | {
            ("i", "c_prev"): weights["p_i"], ("f", "c_prev"): weights["p_f"], ("o", "c"): weights["p_o"],
            ("i", "p_i"): prev[1], ("f", "p_f"): prev[1], ("o", "p_o"): new[1]}
