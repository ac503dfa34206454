"""The LSTM with one part taken out: the ablations of Greff et al. (2017) that are no cell of their own. (Those without
forget gate and with coupled gates are `NoForgetLSTM` and `CoupledLSTM`.)"""
import numpy as np

from ..activations import LINEAR, sigmoid, sigmoid_slope, tanh_slope
from .base import Cell, squashed_by, squashing
from .lstm import LSTM, CoupledLSTM, output_edges


class NoInputGateLSTM(CoupledLSTM):
    """c = f c_prev + g: everything offered is written; h = o tanh(c). (The coupled cell's gates, another sum.)"""

    @staticmethod
    def step(a, prev, weights, product):
        f, g, o = a
        sigmoid(f, out=f)
        np.tanh(g, out=g)
        sigmoid(o, out=o)
        c = f * prev[1] + g
        return o * np.tanh(c), c

    @staticmethod
    def partials(gates, prev, new, weights, product):
        f, g, o = gates
        return output_edges(o, new[1]) | {
            ("c", "f"): prev[1] * sigmoid_slope(f), ("c", "g"): tanh_slope(g), ("c", "c_prev"): f}


class NoOutputGateLSTM(Cell):
    """c = f c_prev + i g; h = tanh(c): the memory is always shown."""

    states = ("h", "c")
    gates = ("i", "f", "g")
    products = (("h_prev", gates),)
    activations = squashing(gates)
    forget_gate = "f"

    @staticmethod
    def step(a, prev, weights, product):
        i, f, g = a
        sigmoid(a[:2], out=a[:2])
        np.tanh(g, out=g)
        c = f * prev[1] + i * g
        return np.tanh(c), c

    @staticmethod
    def partials(gates, prev, new, weights, product):
        i, f, g = gates
        return {("h", "c"): tanh_slope(new[0]), ("c", "i"): g * sigmoid_slope(i),
                ("c", "f"): prev[1] * sigmoid_slope(f), ("c", "g"): i * tanh_slope(g), ("c", "c_prev"): f}


class NoInputActivationLSTM(LSTM):
    """c = f c_prev + i a_g: the candidate is not squashed; h = o tanh(c)."""

    activations = squashed_by(**LSTM.activations | {"g": LINEAR})

    @staticmethod
    def step(a, prev, weights, product):
        i, f, g, o = a
        sigmoid(a[:2], out=a[:2])
        sigmoid(o, out=o)
        c = f * prev[1] + i * g
        return o * np.tanh(c), c

    @staticmethod
    def partials(gates, prev, new, weights, product):
        return LSTM.partials(gates, prev, new, weights, product) | {("c", "g"): gates[0]}


class NoOutputActivationLSTM(LSTM):
    """c = f c_prev + i g; h = o c: what is shown has no bound."""

    activations = squashed_by(**LSTM.activations | {"c": LINEAR})

    @staticmethod
    def step(a, prev, weights, product):
        i, f, g, o = a
        sigmoid(a[:2], out=a[:2])
        np.tanh(g, out=g)
        sigmoid(o, out=o)
        c = f * prev[1] + i * g
        return o * c, c

    @staticmethod
    def partials(gates, prev, new, weights, product):
        o, c = gates[3], new[1]
        return LSTM.partials(gates, prev, new, weights, product) | {("h", "o"): c * sigmoid_slope(o), ("h", "c"): o}
