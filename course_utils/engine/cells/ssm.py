"""The selective state space of Mamba, S6, for one channel a unit (Gu & Dao 2023)."""
from functools import lru_cache

import numpy as np

from ...ground.checks import as_size
from ..activations import LINEAR, SOFTPLUS
from .base import Cell, squashed_by

SIZE = 4  # states a channel, if nobody says otherwise (Mamba: 16)
SHORTEST, LONGEST = 1e-3, .1  # between these Mamba draws the first steps Δ


class SelectiveSSM(Cell):
    """Δ = softplus(a_Δ), A_k = −e^(α_k); s_k = e^(Δ A_k) s_k,prev + Δ b_k u; h = Σ_k c_k s_k + d u, k = 1 … N
    (Gu & Dao 2023, Mamba, algorithm 2: A discretised by zero-order hold, B by Euler's rule, as their code has it).

    a = x W_x + b reads the input alone. Each channel has b_k and c_k of its own here, the engine being elementwise;
    Mamba's are shared between channels: equal columns of W_x. N is 4, `with_size(N)` is the cell with another N. h is
    only shown: no later state reads it.
    """

    products = ()
    linear = True

    def __init_subclass__(cls):
        cls._name_parts(cls.size)

    @classmethod
    def _name_parts(cls, size):
        numbers = range(1, size + 1)
        cls.size = size
        cls.states = ("h", *(f"s{k}" for k in numbers))
        cls.gates = ("dt", "u", *(f"b{k}" for k in numbers), *(f"c{k}" for k in numbers))
        cls.weights = (*(f"alpha{k}" for k in numbers), "d")
        cls.activations = squashed_by(**dict.fromkeys(cls.gates, LINEAR) | {"dt": SOFTPLUS})

    @staticmethod
    def with_size(size):
        """The cell with N = size states a channel, the same one for the same N. Raises ValueError for size < 1."""
        return _with_size(as_size("size", size))

    @classmethod
    def start(cls, n_hidden, rng):
        """A_k = −k, d = 1, and b_Δ such that Δ is log-uniform between .001 and .1 without input, as in Mamba."""
        dt = np.exp(rng.uniform(np.log(SHORTEST), np.log(LONGEST), n_hidden))
        return {"dt": np.log(np.expm1(dt)), "d": np.ones(n_hidden),
                **{f"alpha{k}": np.full(n_hidden, np.log(k)) for k in range(1, cls.size + 1)}}

    @classmethod
    def step(cls, a, prev, weights, product):
        dt, u = a[0], a[1]
        SOFTPLUS(dt, out=dt)
        states, h = [], weights["d"] * u
        for k in range(1, cls.size + 1):
            b, c = a[1 + k], a[1 + cls.size + k]
            states.append(np.exp(-dt * np.exp(weights[f"alpha{k}"])) * prev[k] + dt * b * u)
            h = h + c * states[-1]
        return h, *states

    @classmethod
    def partials(cls, gates, prev, new, weights, product):
        dt, u = gates[0], gates[1]
        slope = SOFTPLUS.slope(dt)
        table = {("h", "u"): weights["d"], ("h", "d"): u}
        for k in range(1, cls.size + 1):
            b, c, s = gates[1 + k], gates[1 + cls.size + k], f"s{k}"
            speed = np.exp(weights[f"alpha{k}"])
            keep = np.exp(-dt * speed)
            table |= {(s, s + "_prev"): keep, (s, "dt"): (b * u - speed * keep * prev[k]) * slope,
                      (s, f"b{k}"): dt * u, (s, "u"): dt * b, (s, f"alpha{k}"): -dt * speed * keep * prev[k],
                      ("h", s): c, ("h", f"c{k}"): new[k]}
        return table


SelectiveSSM._name_parts(SIZE)


@lru_cache(maxsize=64)
def _with_size(size):
    if size == SIZE:
        return SelectiveSSM
    return type(f"SelectiveSSM({size})", (SelectiveSSM,), {"size": size, "__doc__": SelectiveSSM.__doc__})
