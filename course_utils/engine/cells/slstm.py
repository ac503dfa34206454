"""The sLSTM: exponential input gates, and a normaliser beside the memory (Beck et al. 2024).

Its sister, the mLSTM, is not here: its memory is a matrix that belongs to no single unit, and this engine is
elementwise.
"""
import numpy as np

from ..activations import LINEAR, SIGMOID, TANH, sigmoid, sigmoid_slope, tanh_slope
from .base import Cell, squashed_by


class SLSTM(Cell):
    """i = e^a, f, o = σ(a), g = tanh(a); c = f c_prev + i g; n = f n_prev + i; h = o c / n (Beck et al. 2024, xLSTM,
    section 2.2, with σ for the forget gate; the paper calls g z).

    e^a may overflow, so c and n are stored divided by e^m, with the stabiliser m = max(ln f + m_prev, a_i):
    i' = e^(a_i − m), f' = e^(ln f + m_prev − m), c = f' c_prev + i' g, n = f' n_prev + i'. h does not change by
    that, nor does ∂h_T/∂h_k; derivatives by c, n and m are those of the stored numbers. The input gate is kept in the
    trace as its logarithm a_i. Begin with n = 0 (what the zero state is), or above it. `multihead(SLSTM, n)` has the
    block-diagonal W_h of the paper.
    """

    states = ("h", "c", "n", "m")
    gates = ("i", "f", "g", "o")
    products = (("h_prev", gates),)
    activations = squashed_by(i=LINEAR, f=SIGMOID, g=TANH, o=SIGMOID)
    forget_gate = "f"

    @staticmethod
    def step(a, prev, weights, product):
        i, f, g, o = a
        sigmoid(f, out=f)
        np.tanh(g, out=g)
        sigmoid(o, out=o)
        old = np.log(f) + prev[3]
        m = np.maximum(old, i)
        keep, write = np.exp(old - m), np.exp(i - m)
        c = keep * prev[1] + write * g
        n = keep * prev[2] + write
        return o * c / n, c, n, m

    @staticmethod
    def partials(gates, prev, new, weights, product):
        i, f, g, o = gates
        h, c, n, m = new
        old = np.log(f) + prev[3]
        keep, write = np.exp(old - m), np.exp(i - m)
        kept = (old >= i) * 1.0  # whether m is the old one's
        return {("m", "i"): 1 - kept, ("m", "f"): kept * (1 - f), ("m", "m_prev"): kept,
                ("c", "i"): write * g, ("c", "f"): keep * (1 - f) * prev[1], ("c", "g"): write * tanh_slope(g),
                ("c", "c_prev"): keep, ("c", "m_prev"): keep * prev[1], ("c", "m"): -c,
                ("n", "i"): write, ("n", "f"): keep * (1 - f) * prev[2], ("n", "n_prev"): keep,
                ("n", "m_prev"): keep * prev[2], ("n", "m"): -n,
                ("h", "o"): c / n * sigmoid_slope(o), ("h", "c"): o / n, ("h", "n"): -h / n}

    @classmethod
    def kept(cls, gates, new):
        """The share of c_prev / n_prev in c / n, f' n_prev / n = 1 − i' / n: f itself once n has settled."""
        return 1 - np.exp(gates[0] - new[3]) / new[2]
