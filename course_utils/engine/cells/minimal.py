"""minGRU and minLSTM: the gates of a GRU and an LSTM without their view of the old state (Feng et al. 2024)."""
from ..activations import LINEAR, SIGMOID, sigmoid, sigmoid_slope
from .base import Cell, squashed_by


class MinGRU(Cell):
    """z = σ(a), n = a_n; h = (1 − z) h_prev + z n (Feng, Tung, Ahmed, Bengio & Hajimirsadeghi 2024, section 3.1).

    a = x W_x + b reads the input alone, so W_h has no columns. z *takes* the new value, as published: a GRU's z keeps
    the old one in this course, and `forget_bias` is subtracted from b_z.
    """

    gates = ("z", "n")
    products = ()
    activations = squashed_by(z=SIGMOID, n=LINEAR)
    forget_gate, forget_sign, linear = "z", -1, True

    @staticmethod
    def step(a, prev, weights, product):
        z, n = a
        sigmoid(z, out=z)
        return (prev[0] + z * (n - prev[0]),)

    @staticmethod
    def partials(gates, prev, new, weights, product):
        z, n = gates
        return {("h", "z"): (n - prev[0]) * sigmoid_slope(z), ("h", "n"): z, ("h", "h_prev"): 1 - z}


class MinLSTM(Cell):
    """i, f = σ(a), n = a_n; f' = f / (f + i), i' = i / (f + i); h = f' h_prev + i' n (Feng et al. 2024, section 3.2).

    What is kept and what is written add up to 1. a = x W_x + b reads the input alone; there is no output gate.
    """

    gates = ("i", "f", "n")
    products = ()
    activations = squashed_by(i=SIGMOID, f=SIGMOID, n=LINEAR)
    forget_gate, linear = "f", True

    @staticmethod
    def step(a, prev, weights, product):
        i, f, n = a
        sigmoid(a[:2], out=a[:2])
        return (prev[0] + i / (f + i) * (n - prev[0]),)

    @staticmethod
    def partials(gates, prev, new, weights, product):
        i, f, n = gates
        write = i / (f + i)
        swing = write * (1 - write) * (n - prev[0])  # ∂h/∂ln i = −∂h/∂ln f
        return {("h", "i"): swing * (1 - i), ("h", "f"): -swing * (1 - f), ("h", "n"): write,
                ("h", "h_prev"): 1 - write}

    @classmethod
    def kept(cls, gates, new):
        """f' = f / (f + i)."""
        return gates[1] / (gates[1] + gates[0])
