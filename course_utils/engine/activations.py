"""The squashing functions and their slopes.

A slope is always computed from the *value* of the function, never from its argument, because the value
is what a forward pass has at hand: φ′ = slope(φ(a)). Applying the activation a second time inside a slope
is one of the commonest bugs in hand-written back-propagation.
"""
import numpy as np

from ..ground.checks import as_numbers


@np.errstate(over="ignore")  # e^−a = inf gives σ = 0, the correctly rounded answer
def sigmoid(a, out=None):
    """σ(a) = 1 / (1 + e^−a), between 0 and 1, accurate in relative terms as far as a normal float reaches.

    a: array of any shape; out: where to put the result (may be `a` itself). Returns an array like `a`.
    """
    if out is None:
        a = as_numbers("a", a)
        out = np.empty_like(a, np.result_type(a.dtype, np.float32))
    np.negative(a, out=out, dtype=out.dtype)
    np.exp(out, out=out)
    out += 1
    return np.reciprocal(out, out=out)[()]


def relu(a, out=None):
    """max(0, a), elementwise; `out` as in `sigmoid`."""
    return np.maximum(as_numbers("a", a) if out is None else a, 0, out=out)[()]


def identity(a, out=None):
    """a itself: the activation of a linear network; `out` as in `sigmoid`."""
    return np.positive(a, out=out)


def sigmoid_slope(value):
    """σ′ = σ(1 − σ), in (0, 1/4], from the value σ."""
    value = as_numbers("value", value)
    return value * (1 - value)


def tanh_slope(value):
    """tanh′ = 1 − tanh², in (0, 1], from the value tanh."""
    value = as_numbers("value", value)
    return 1 - value * value


def relu_slope(value):
    """1 where the unit is on, 0 where it is off; at the kink (value 0) the slope is taken as 0."""
    value = as_numbers("value", value)
    return (value > 0).astype(value.dtype)[()]


def identity_slope(value):
    """1 everywhere."""
    return np.ones_like(value)
