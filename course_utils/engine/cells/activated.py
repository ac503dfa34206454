"""Cells with other activations than their own: what Keras' `activation=` and ONNX' `activations` make of them."""
from functools import lru_cache

from ...ground.checks import one_of
from ..activations import Activation
from .base import squashed_by
from .gru import GRU, ResetAfterGRU
from .lstm import LSTM, CoupledLSTM, PeepholeLSTM
from .rnn import LinearRNN, PlainRNN, ReluRNN, SigmoidRNN, TanhRNN


def squash(cls, gates, names):
    """Each gate of these names through its activation, in place."""
    for name in names:
        gate = gates[cls.gates.index(name)]
        cls.activations[name].function(gate, out=gate)


def slopes(cls, gates):
    """{gate: φ′} from the gates' values."""
    return {name: cls.activations[name].slope(value) for name, value in zip(cls.gates, gates)}


def shown_edges(cls, o, c, slope):
    """The edges into h = o φ(c)."""
    shown = cls.activations["c"].function(c)
    return {("h", "o"): shown * slope["o"], ("h", "c"): o * cls.activations["c"].slope(shown)}


class AnyLSTM(LSTM):
    """i, f, o = φ(a), g = φ_g(a); c = f c_prev + i g; h = o φ_c(c)."""

    @classmethod
    def step(cls, a, prev, weights, product):
        i, f, g, o = a
        squash(cls, a, cls.gates)
        c = f * prev[1] + i * g
        return o * cls.activations["c"].function(c), c

    @classmethod
    def partials(cls, gates, prev, new, weights, product):
        (i, f, g, o), slope = gates, slopes(cls, gates)
        return shown_edges(cls, o, new[1], slope) | {
            ("c", "i"): g * slope["i"], ("c", "f"): prev[1] * slope["f"], ("c", "g"): i * slope["g"],
            ("c", "c_prev"): f}


class AnyPeepholeLSTM(PeepholeLSTM):
    """`PeepholeLSTM` with the activations of `AnyLSTM`."""

    @classmethod
    def step(cls, a, prev, weights, product):
        i, f, g, o = a
        i += weights["p_i"] * prev[1]
        f += weights["p_f"] * prev[1]
        squash(cls, a, "ifg")
        c = f * prev[1] + i * g
        o += weights["p_o"] * c
        squash(cls, a, "o")
        return o * cls.activations["c"].function(c), c

    @classmethod
    def partials(cls, gates, prev, new, weights, product):
        peepholes = {edge: value for edge, value in PeepholeLSTM.partials(gates, prev, new, weights, product).items()
                     if edge not in LSTM_EDGES}
        return AnyLSTM.partials.__func__(cls, gates, prev, new, weights, product) | peepholes


LSTM_EDGES = {("h", "o"), ("h", "c"), ("c", "i"), ("c", "f"), ("c", "g"), ("c", "c_prev")}


class AnyCoupledLSTM(CoupledLSTM):
    """f, o = φ(a), g = φ_g(a); c = f c_prev + (1 − f) g; h = o φ_c(c)."""

    @classmethod
    def step(cls, a, prev, weights, product):
        f, g, o = a
        squash(cls, a, cls.gates)
        c = f * prev[1] + (1 - f) * g
        return o * cls.activations["c"].function(c), c

    @classmethod
    def partials(cls, gates, prev, new, weights, product):
        (f, g, o), slope = gates, slopes(cls, gates)
        return shown_edges(cls, o, new[1], slope) | {
            ("c", "f"): (prev[1] - g) * slope["f"], ("c", "g"): (1 - f) * slope["g"], ("c", "c_prev"): f}


class AnyGRU(GRU):
    """r, z = φ(a), n = φ_n(x W_xn + b_n + (r h_prev) W_hn); h = (1 − z) n + z h_prev."""

    @classmethod
    def step(cls, a, prev, weights, product):
        r, z, n = a
        squash(cls, a, "rz")
        n += cls.reset(r, prev[0], weights, product)
        squash(cls, a, "n")
        return (n + z * (prev[0] - n),)

    @staticmethod
    def reset(r, h_prev, weights, product):
        return product(r * h_prev)

    @classmethod
    def partials(cls, gates, prev, new, weights, product):
        (r, z, n), slope = gates, slopes(cls, gates)
        return update_edges(z, n, prev[0], slope) | {("m", "h_prev"): r, ("m", "r"): prev[0] * slope["r"]}


def update_edges(z, n, h_prev, slope):
    """The edges into h = (1 − z) n + z h_prev."""
    return {("h", "z"): (h_prev - n) * slope["z"], ("h", "n"): (1 - z) * slope["n"], ("h", "h_prev"): z}


class AnyResetAfterGRU(ResetAfterGRU):
    """`ResetAfterGRU` with the activations of `AnyGRU`."""

    step = AnyGRU.__dict__["step"]

    @staticmethod
    def reset(r, h_prev, weights, product):
        return r * (product(h_prev) + weights["b_h"])

    @classmethod
    def partials(cls, gates, prev, new, weights, product):
        (r, z, n), slope = gates, slopes(cls, gates)
        return update_edges(z, n, prev[0], slope) | {
            ("n", "q"): r, ("n", "b_h"): r, ("n", "r"): (product + weights["b_h"]) * slope["r"]}


ANY = {LSTM: AnyLSTM, PeepholeLSTM: AnyPeepholeLSTM, CoupledLSTM: AnyCoupledLSTM, GRU: AnyGRU,
       ResetAfterGRU: AnyResetAfterGRU}
PLAIN = TanhRNN, SigmoidRNN, ReluRNN, LinearRNN


def activated(cell, **activations):
    """The cell with other activations: a subclass of it, the same one for the same activations.

    activations: {gate: `Activation`} by the names of the cell's gates, and c for what an LSTM's cell state is shown
    through: activated(LSTM, g=activation("relu"), c=activation("relu")). What is left out stays as it is. Gates are
    not kept between 0 and 1, nor states bounded, where the activations don't. Raises ValueError for a cell that is
    neither plain, LSTM, PeepholeLSTM, CoupledLSTM, GRU nor ResetAfterGRU, a gate it has not, or no `Activation`.
    """
    one_of("cell", cell, (*PLAIN, *ANY))
    for name, given in activations.items():
        if name not in cell.activations:
            raise ValueError(f"{cell.__name__} is given an activation of {name}, expected some of "
                             f"{', '.join(cell.activations)}")
        if not isinstance(given, Activation):
            raise ValueError(f"{name} is {given!r}, expected an Activation, as activation(name) returns it")
    return _activated(cell, tuple(sorted((cell.activations | activations).items())))


@lru_cache(maxsize=256)
def _activated(cell, items):
    asked = dict(items)
    if cell in PLAIN:
        known = {plain.activations["a"]: plain for plain in PLAIN}
        return known.get(asked["a"]) or type(f"RNN({asked['a']})", (PlainRNN,), {
            "activations": squashed_by(**asked), "__doc__": f"h = φ(a), φ = {asked['a']}."})
    changed = [f"{name} {asked[name]}" for name, own in cell.activations.items() if asked[name] != own]
    if not changed:
        return cell
    return type(f"{cell.__name__}({', '.join(changed)})", (ANY[cell],), {
        "activations": squashed_by(**asked), "__doc__": ANY[cell].__doc__})
