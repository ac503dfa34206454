"""The real-gated linear recurrent unit of Griffin (De et al. 2024)."""
import numpy as np

from ..activations import LINEAR, SIGMOID, sigmoid, sigmoid_slope
from .base import Cell, squashed_by

C = 8.0  # the paper's constant
SLOWEST, FASTEST = .999, .9  # the paper draws σ(Λ)^c between these


def log_sigmoid(a):
    """ln σ(a)."""
    return -np.logaddexp(0, -a)


class RGLRU(Cell):
    """r, i = σ(a), u = a_u; α = σ(Λ)^(c r), c = 8; h = α h_prev + √(1 − α²) i u (De et al. 2024, Griffin, section 2.4).

    a = x W_x + b reads the input alone. lam is Λ (H,); at r = 1/2, where training begins, α is σ(Λ)⁴. Of the linear map
    that Griffin has before the unit a_u is part.
    """

    gates = ("r", "i", "u")
    weights = ("lam",)
    products = ()
    activations = squashed_by(r=SIGMOID, i=SIGMOID, u=LINEAR)
    linear = True

    @staticmethod
    def start(n_hidden, rng):
        """Λ such that σ(Λ)^c is uniform between .9 and .999."""
        return {"lam": SIGMOID.inverse(rng.uniform(FASTEST, SLOWEST, n_hidden) ** (1 / C))}

    @staticmethod
    def step(a, prev, weights, product):
        r, i, u = a
        sigmoid(a[:2], out=a[:2])
        log_keep = C * r * log_sigmoid(weights["lam"])
        return (np.exp(log_keep) * prev[0] + np.sqrt(-np.expm1(2 * log_keep)) * i * u,)

    @staticmethod
    def partials(gates, prev, new, weights, product):
        r, i, u = gates
        log_base = log_sigmoid(weights["lam"])
        keep = np.exp(C * r * log_base)
        write = np.sqrt(-np.expm1(2 * C * r * log_base))
        by_log = keep * prev[0] - keep * keep / write * i * u  # ∂h/∂ln α
        return {("h", "r"): by_log * C * log_base * sigmoid_slope(r), ("h", "i"): write * u * sigmoid_slope(i),
                ("h", "u"): write * i, ("h", "h_prev"): keep,
                ("h", "lam"): by_log * C * r * (1 - np.exp(log_base))}
