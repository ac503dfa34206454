"""autograd's side: the loop that one writes in NumPy, differentiated by `make_vjp`."""
from functools import partial

import autograd.numpy as np
from autograd import make_vjp

from benchmarks.engine.peers.steps import COMPONENTS, STEPS, Library

LIB = Library(np.tanh, lambda a: 1 / (1 + np.exp(-a)), partial(np.split, axis=-1), partial(np.concatenate, axis=-1))


def hidden(kind, p, x):
    """h of every step (T, B, H)."""
    zero = np.zeros((x.shape[1], len(p["W_h"])), x.dtype)
    state, h = (zero,) * COMPONENTS[kind], []
    for x_t in x:
        state = STEPS[kind](LIB, state, x_t @ p["W_x"] + p["b"], p)
        h.append(state[0])
    return np.stack(h)


def forward_backward(kind, params, x, dh):
    """A function that gives {"h": hidden states, and the gradient of every weight array}."""
    def run():
        pull, h = make_vjp(lambda p: hidden(kind, p, x))(dict(params))
        return {"h": h} | pull(dh)

    return run
