"""One step of RNN, LSTM and GRU as PyTorch defines them, in any array library, on weights in this course's layout.

A state is a tuple of its components, u = x W_x + b for the step, p holds W_h and, for a GRU, b_h.
"""
from collections.abc import Callable
from typing import NamedTuple


class Library(NamedTuple):
    """What a step needs of an array library: two functions, `split(a, n)` along the last axis and its inverse."""

    tanh: Callable
    sigmoid: Callable
    split: Callable
    join: Callable


def rnn(lib, state, u, p):
    h, = state
    return (lib.tanh(u + h @ p["W_h"]),)


def lstm(lib, state, u, p):
    h, c = state
    i, f, g, o = lib.split(u + h @ p["W_h"], 4)
    c = lib.sigmoid(f) * c + lib.sigmoid(i) * lib.tanh(g)
    return lib.sigmoid(o) * lib.tanh(c), c


def gru(lib, state, u, p):
    h, = state
    (u_r, u_z, u_n), (h_r, h_z, h_n) = lib.split(u, 3), lib.split(h @ p["W_h"], 3)
    r, z = lib.sigmoid(u_r + h_r), lib.sigmoid(u_z + h_z)
    n = lib.tanh(u_n + r * (h_n + p["b_h"]))
    return ((1 - z) * n + z * h,)


STEPS = {"RNN": rnn, "LSTM": lstm, "GRU": gru}
COMPONENTS = {"RNN": 1, "LSTM": 2, "GRU": 1}


def joined(lib, kind, s, u, p):
    """The step on a state whose components stand side by side, as in a Jacobian."""
    return lib.join(STEPS[kind](lib, tuple(lib.split(s, COMPONENTS[kind])), u, p))
