"""The linear recurrent unit: a complex number for a memory (Orvieto et al. 2023)."""
import numpy as np

from ..activations import LINEAR
from .base import Cell, squashed_by

INNER, OUTER, TURN = .4, .99, np.pi / 10  # |λ| and its angle are drawn up to these


class LRU(Cell):
    """λ = e^(−e^ν + i e^θ), γ = e^(ln γ); s = λ s_prev + γ (u + i v) (Orvieto et al. 2023, sections 3.2 to 3.4), a
    complex s as two real components, h = Re s and c = Im s. a = x W_x + b is the input's real and imaginary part, u and
    v.

    nu, theta and gamma (H,) are ν, θ and ln γ, the logarithms that the paper trains. Of the paper's output Re(C s) +
    D x a readout of h is that part that sees Re s alone.
    """

    states = ("h", "c")
    gates = ("u", "v")
    weights = ("nu", "theta", "gamma")
    products = ()
    activations = squashed_by(u=LINEAR, v=LINEAR)
    linear = True

    @staticmethod
    def start(n_hidden, rng):
        """λ uniform on the ring .4 ≤ |λ| ≤ .99, its angle up to π/10 (the paper's for long sequences); γ is
        √(1 − |λ|²)."""
        size = np.sqrt(rng.uniform(INNER ** 2, OUTER ** 2, n_hidden))
        angle = rng.uniform(0, TURN, n_hidden)
        return {"nu": np.log(-np.log(size)), "theta": np.log(angle), "gamma": np.log1p(-size ** 2) / 2}

    @staticmethod
    def step(a, prev, weights, product):
        real, imaginary = _parts(weights)
        gamma = np.exp(weights["gamma"])
        return (real * prev[0] - imaginary * prev[1] + gamma * a[0],
                imaginary * prev[0] + real * prev[1] + gamma * a[1])

    @staticmethod
    def partials(gates, prev, new, weights, product):
        real, imaginary = _parts(weights)
        gamma, decay, turn = (np.exp(weights[name]) for name in ("gamma", "nu", "theta"))
        h, c = real * prev[0] - imaginary * prev[1], imaginary * prev[0] + real * prev[1]
        return {("h", "u"): gamma, ("h", "h_prev"): real, ("h", "c_prev"): -imaginary,
                ("c", "v"): gamma, ("c", "h_prev"): imaginary, ("c", "c_prev"): real,
                ("h", "nu"): -decay * h, ("h", "theta"): -turn * c, ("h", "gamma"): gamma * gates[0],
                ("c", "nu"): -decay * c, ("c", "theta"): turn * h, ("c", "gamma"): gamma * gates[1]}


def _parts(weights):
    """λ's real and imaginary part."""
    size, angle = np.exp(-np.exp(weights["nu"])), np.exp(weights["theta"])
    return size * np.cos(angle), size * np.sin(angle)
