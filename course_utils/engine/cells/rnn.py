"""Plain recurrent networks: one gate, whose value is the new state."""
from ..activations import LINEAR, RELU, SIGMOID, TANH
from .base import Cell, squashed_by


class PlainRNN(Cell):
    """h = φ(a); the four cells below differ in `activation` φ and its `slope`, which reads h, alone."""

    def __init_subclass__(cls):
        if "activations" in vars(cls):
            phi = cls.activations["a"]
            cls.activation, cls.slope = staticmethod(phi.function), staticmethod(phi.slope)

    @classmethod
    def step(cls, a, prev, weights, product):
        value = a[0]
        return (cls.activation(value, out=value),)

    @classmethod
    def partials(cls, gates, prev, new, weights, product):
        return {("h", "a"): cls.slope(new[0])}


class TanhRNN(PlainRNN):
    """h = tanh(a), the plain recurrent network (Elman 1990)."""

    activations = squashed_by(a=TANH)


class SigmoidRNN(PlainRNN):
    """h = σ(a)."""

    activations = squashed_by(a=SIGMOID)


class ReluRNN(PlainRNN):
    """h = max(0, a); with W_h = identity it is the IRNN of Le, Jaitly & Hinton (2015)."""

    activations = squashed_by(a=RELU)


class LinearRNN(PlainRNN):
    """h = a: no squashing, so that every Jacobian has a closed form."""

    activations = squashed_by(a=LINEAR)
