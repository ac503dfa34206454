"""The squashing functions and their slopes.

A slope is always computed from the *value* of the function, never from its argument, because the value
is what a forward pass has at hand: φ′ = slope(φ(a)). Applying the activation a second time inside a slope
is one of the commonest bugs in hand-written back-propagation.
"""
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np

from ..ground.checks import FLOATS, as_numbers, as_real, one_of

ONE = {dtype: np.ones((), dtype) for dtype in FLOATS}


def sigmoid(a, out=None):
    """σ(a) = 1 / (1 + e^−a), between 0 and 1, accurate in relative terms as far as a normal float reaches.

    a: array of any shape; out: where to put the result (may be `a` itself). Returns an array like `a`. With `out`, as
    cells call it, it is for the caller to have NumPy pass over an e^−a too large for a float, as `unroll` does once for
    all steps: infinity gives σ = 0, the correctly rounded answer.
    """
    if out is None:
        a = as_numbers("a", a)
        dtype = np.result_type(a.dtype, np.float32)
        with np.errstate(over="ignore"):
            return sigmoid(a.astype(dtype, copy=False), np.empty_like(a, dtype))[()]
    np.negative(a, out)
    np.exp(out, out)
    np.add(out, ONE[out.dtype], out)  # half the time of adding 1 to a small array
    return np.reciprocal(out, out)


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


class Activation(NamedTuple):
    """φ with its slope, both elementwise: function(a, out=None) → φ(a), slope(value) → φ′ from the value φ(a). low and
    high bound the values, −∞ and ∞ where nothing does. `inverse(value)` → a is None for all but σ and its straight
    line, the two that make gates between 0 and 1."""

    name: str
    function: object
    slope: object
    low: float
    high: float
    inverse: object = None

    def __call__(self, a, out=None):
        return self.function(a, out=out)

    def __repr__(self):
        return self.name


def _into(out, values):
    """`values`, written into `out` where one is given."""
    if out is None:
        return values
    out[...] = values
    return out


def _line(a, out=None, *, alpha, beta, low=-np.inf, high=np.inf):
    return _into(out, np.clip(alpha * a + beta, low, high))


def _line_slope(value, *, alpha, low=-np.inf, high=np.inf):
    return alpha * ((value > low) & (value < high)).astype(value.dtype)


def _scaled_tanh(a, out=None, *, alpha, beta):
    return _into(out, alpha * np.tanh(beta * a))


def _scaled_tanh_slope(value, *, alpha, beta):
    return alpha * beta * tanh_slope(value / alpha)


def _leaky(a, out=None, *, alpha):
    return _into(out, np.where(a > 0, a, alpha * a))


def _leaky_slope(value, *, alpha):
    return np.where(value > 0, 1, alpha).astype(value.dtype)


def _thresholded(a, out=None, *, alpha):
    return _into(out, np.where(a > alpha, a, 0))


def _thresholded_slope(value):
    return (value != 0).astype(value.dtype)


def _elu(a, out=None, *, alpha):
    return _into(out, np.where(a > 0, a, alpha * np.expm1(np.minimum(a, 0))))


def _elu_slope(value, *, alpha):
    return np.where(value > 0, 1, value + alpha).astype(value.dtype)


def _softsign(a, out=None):
    return _into(out, a / (1 + np.abs(a)))


def _softsign_slope(value):
    return np.square(1 - np.abs(value))


def _softplus(a, out=None):
    return _into(out, np.logaddexp(0, a))


def _softplus_slope(value):
    return -np.expm1(-value)


SIGMOID = Activation("sigmoid", sigmoid, sigmoid_slope, 0, 1, lambda value: np.log(value / (1 - value)))
TANH = Activation("tanh", np.tanh, tanh_slope, -1, 1)
RELU = Activation("relu", relu, relu_slope, 0, np.inf)
LINEAR = Activation("linear", identity, identity_slope, -np.inf, np.inf)
SOFTPLUS = Activation("softplus", _softplus, _softplus_slope, 0, np.inf)


def _hard_sigmoid(name, alpha, beta):
    ends = {"low": 0, "high": 1}
    return Activation(name, partial(_line, alpha=alpha, beta=beta, **ends), partial(_line_slope, alpha=alpha, **ends),
                      0, 1, lambda value: (value - beta) / alpha)


def _affine(name, alpha, beta):
    return Activation(name, partial(_line, alpha=alpha, beta=beta), partial(_line_slope, alpha=alpha), -np.inf, np.inf)


def _tanh_of_size(name, alpha, beta):
    return Activation(name, partial(_scaled_tanh, alpha=alpha, beta=beta),
                      partial(_scaled_tanh_slope, alpha=alpha, beta=beta), -abs(alpha), abs(alpha))


PLAIN = {one.name: one for one in (
    SIGMOID, TANH, RELU, LINEAR, Activation("softsign", _softsign, _softsign_slope, -1, 1), SOFTPLUS)}
FAMILIES = {  # name: (how it is made of its numbers, their defaults)
    "hard_sigmoid": (_hard_sigmoid, {"alpha": .2, "beta": .5}),
    "affine": (_affine, {"alpha": 1., "beta": 0.}),
    "scaled_tanh": (_tanh_of_size, {"alpha": 1., "beta": 1.}),
    "leaky_relu": (lambda name, alpha: Activation(name, partial(_leaky, alpha=alpha),
                                                  partial(_leaky_slope, alpha=alpha), -np.inf, np.inf), {"alpha": .01}),
    "thresholded_relu": (lambda name, alpha: Activation(name, partial(_thresholded, alpha=alpha), _thresholded_slope,
                                                        0, np.inf), {"alpha": 1.}),
    "elu": (lambda name, alpha: Activation(name, partial(_elu, alpha=alpha), partial(_elu_slope, alpha=alpha),
                                           -alpha, np.inf), {"alpha": 1.})}
ACTIVATIONS = (*PLAIN, *FAMILIES)
POSITIVE = ("hard_sigmoid", "leaky_relu", "thresholded_relu", "elu")  # of these, with α < 0, a value tells no slope


def activation(name, **numbers):
    """The `Activation` of this name, by default with the numbers given here:

    sigmoid · tanh · relu · linear · softsign a / (1 + |a|) · softplus ln(1 + eᵃ) ·
    hard_sigmoid clip(αa + β, 0, 1), α .2, β .5 (Keras before 3; Keras 3 has α 1/6) · affine αa + β, α 1, β 0 ·
    scaled_tanh α tanh(βa), α 1, β 1 · leaky_relu a > 0 ? a : αa, α .01 · thresholded_relu a > α ? a : 0, α 1 ·
    elu a > 0 ? a : α(eᵃ − 1), α 1

    numbers: alpha, beta. Raises ValueError for another name, a number that this one has not, an α of 0 (hard_sigmoid,
    scaled_tanh), and a negative one (hard_sigmoid, leaky_relu, thresholded_relu, elu), from whose values no slope
    could be told.
    """
    one_of("name", name, ACTIVATIONS)
    _, known = FAMILIES.get(name, (None, {}))
    if strange := set(numbers) - set(known):
        raise ValueError(f"{name} is given {', '.join(sorted(strange))}, expected "
                         f"{' and '.join(known) or 'no numbers'}")
    numbers = known | {key: as_real(key, value) for key, value in numbers.items()}
    least = numbers.get("alpha", 1)
    if (least < 0 and name in POSITIVE) or (least == 0 and name in ("hard_sigmoid", "scaled_tanh")):
        raise ValueError(f"alpha of {name} is {least}, expected a number above 0")
    return _made(name, tuple(numbers.items()))


@lru_cache(maxsize=256)
def _made(name, numbers):
    if name in PLAIN:
        return PLAIN[name]
    make, _ = FAMILIES[name]
    shown = ", ".join(f"{value:.4g}" for value in dict(numbers).values())
    return make(f"{name}({shown})", **dict(numbers))
