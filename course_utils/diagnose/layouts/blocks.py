"""Weights whose gates stand in another order than this course's, as this course's cells have them."""
import numpy as np

from ...engine.cells import GRU, LSTM, CoupledLSTM, PeepholeLSTM, ResetAfterGRU, TanhRNN
from ...engine.params import Params
from ...ground.checks import as_array


def reordered(array, order, wanted):
    """(…, G·H) whose blocks stand in the order of the letters `order`, with those of `wanted`."""
    blocks = np.split(array, len(order), axis=-1)
    return np.concatenate([blocks[order.index(gate)] for gate in wanted], axis=-1)


def checked(name, W_x, W_h, b, n_gates):
    """H, once W_x (D, G·H), W_h (H, G·H) and b (G·H,) are found to fit together. Raises ValueError."""
    W_h = as_array(f"the recurrent weights of {name}", W_h, ("H", "G·H"))
    H, wide = W_h.shape
    if wide != n_gates * H:
        raise ValueError(f"the recurrent weights of {name} have shape {W_h.shape}, expected (H, {n_gates}·H)")
    as_array(f"the input weights of {name}", W_x, ("D", wide))
    as_array(f"the bias of {name}", b, (wide,))
    return H


def lstm(name, W_x, W_h, b, order="ifgo", *, f_plus=0.0, peepholes=None):
    """(cell, params) of an LSTM with gates in this order; f_plus is added to f's bias, as some frameworks do at run
    time. peepholes: {"p_i", "p_f", "p_o": (H,)} or None."""
    H = checked(name, W_x, W_h, b, 4)
    W_x, W_h, b = (reordered(array, order, "ifgo") for array in (W_x, W_h, b))
    b = b.copy()
    b[H:2 * H] += f_plus
    if peepholes is None:
        return LSTM, Params(W_x=W_x, W_h=W_h, b=b)
    return PeepholeLSTM, Params(W_x=W_x, W_h=W_h, b=b, **peepholes)


def coupled(name, W_x, W_h, b, order):
    """(cell, params) of an LSTM whose input gate is 1 − f: its own block of i is not read."""
    checked(name, W_x, W_h, b, 4)
    return CoupledLSTM, Params(zip(("W_x", "W_h", "b"), (reordered(array, order, "fgo") for array in (W_x, W_h, b))))


def gru(name, W_x, W_h, b, order="rzn", *, b_h=None, takes_new=False):
    """(cell, params) of a GRU with gates in this order. b_h (H,): the candidate's recurrent bias, inside the reset that
    stands after the product; without one it stands before it. takes_new: h = z n + (1 − z) h_prev, which is this
    course's with 1 − σ(a) = σ(−a) for z."""
    H = checked(name, W_x, W_h, b, 3)
    W_x, W_h, b = (reordered(array, order, "rzn").copy() for array in (W_x, W_h, b))
    if takes_new:
        for array in (W_x, W_h, b):
            array[..., H:2 * H] *= -1
    if b_h is None:
        return GRU, Params(W_x=W_x, W_h=W_h, b=b)
    return ResetAfterGRU, Params(W_x=W_x, W_h=W_h, b=b, b_h=as_array(f"the recurrent bias of {name}", b_h, (H,)))


def plain(name, W_x, W_h, b, cell=TanhRNN):
    """(cell, params) of a network without gates."""
    checked(name, W_x, W_h, b, 1)
    return cell, Params(W_x=W_x, W_h=W_h, b=b)
