"""Plain recurrent networks: one gate, whose value is the new state."""
import numpy as np

from ..activations import identity, identity_slope, relu, relu_slope, sigmoid, sigmoid_slope, tanh_slope
from .base import Cell


class PlainRNN(Cell):
    """h = φ(a); the four cells below differ in φ and its slope alone."""

    @classmethod
    def step(cls, a, prev, weights, product):
        return (cls.activation(a[0], out=a[0]),)

    @classmethod
    def partials(cls, gates, prev, new, weights, product):
        return {("h", "a"): cls.slope(new[0])}


class TanhRNN(PlainRNN):
    """h = tanh(a), the plain recurrent network (Elman 1990)."""

    activation, slope = staticmethod(np.tanh), staticmethod(tanh_slope)


class SigmoidRNN(PlainRNN):
    """h = σ(a)."""

    activation, slope = staticmethod(sigmoid), staticmethod(sigmoid_slope)


class ReluRNN(PlainRNN):
    """h = max(0, a); with W_h = identity it is the IRNN of Le, Jaitly & Hinton (2015)."""

    activation, slope = staticmethod(relu), staticmethod(relu_slope)


class LinearRNN(PlainRNN):
    """h = a: no squashing, so that every Jacobian has a closed form."""

    activation, slope = staticmethod(identity), staticmethod(identity_slope)
