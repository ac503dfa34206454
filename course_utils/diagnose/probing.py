"""What the products of Jacobians of a large layer say, from a few random vectors instead of whole matrices.

For v of independent N(0, 1) entries the mean of ‖J v‖² is ‖J‖_F², so a few such vectors give the norm of a product
that is too large to write out (Hutchinson 1990). With m of them the estimate of ‖J‖² has a relative standard deviation
of √(2/m) at most, where one singular value is all there is: it is χ² of m degrees of freedom then, over m, and
log10 ‖J‖ has the standard deviation .217 √ψ′(m/2), which is .174 for m = 4.
"""
from typing import NamedTuple

import numpy as np

from ..engine.jacobians import each_jacobian

VECTORS, STARTS, EXPONENTS = 4, 24, 8

DEVIATION = .217 * float(np.sqrt(np.pi**2 / 6 - sum(1 / k**2 for k in range(1, VECTORS // 2))))  # √ψ′ of an integer


class Probed(NamedTuple):
    """log10 norms (Frobenius) at every `step`-th step: pairs (S, S) of ∂h_t/∂h_k, NaN above the diagonal; memory (S,)
    of ∂c_T/∂c_k (h of a GRU) at the steps k. exponents (n,): the largest Lyapunov exponents. deviation: the standard
    deviation of a norm, in log10, at most."""

    pairs: np.ndarray
    memory: np.ndarray
    exponents: np.ndarray
    step: int
    deviation: float


def probe(layer, trace, seed=0):
    """`Probed` of a trace of one sequence, in one pass forwards over its Jacobians."""
    T, H, K = trace.n_steps, layer.n_hidden, len(layer.cell.states)
    step = -(-T // STARTS)
    starts = np.arange(0, T + 1, step)
    V = np.random.default_rng(seed).standard_normal((H, VECTORS)).astype(trace.states.dtype)
    kinds = (0,) if K == 1 else (0, K - 1)  # the components that a column starts in: h, and the memory
    width = VECTORS * len(kinds)
    new = np.zeros((K * H, width), V.dtype)
    for n, kind in enumerate(kinds):
        new[kind * H:(kind + 1) * H, n * VECTORS:(n + 1) * VECTORS] = V
    wide, spare = np.empty((2, K * H, width * len(starts)), V.dtype)
    scale, active = np.zeros(len(starts)), 0
    pairs = np.full((len(starts), len(starts)), np.nan)
    Q, growth = np.linalg.qr(np.random.default_rng(seed).standard_normal((K * H, min(EXPONENTS, K * H))))[0], 0
    Q = Q.astype(V.dtype)
    jacobians = each_jacobian(layer.cell, layer.params, trace, T, forwards=True)
    for t in range(T + 1):
        if t % step == 0:
            wide[:, active * width:(active + 1) * width] = new
            active += 1
            pairs[active - 1, :active] = _norms(wide[:H, :active * width], active, width)[:, 0] + scale[:active]
            pairs[active - 1, active - 1] = np.log10(H) / 2  # of the identity, exactly
        if t == T:
            break
        J = next(jacobians)
        J = type(J)(J.dense[0], J.diagonal[0])
        J.right(wide[:, :active * width], out=spare[:, :active * width])
        wide, spare = spare, wide
        _rescale(wide[:, :active * width], scale[:active], width)
        Q, R = np.linalg.qr(J.right(Q, out=np.empty_like(Q)))
        with np.errstate(divide="ignore"):
            growth = growth + np.log(np.abs(np.diagonal(R)).astype(float))
    memory = _norms(wide[(K - 1) * H:, :active * width], active, width)[:, -1] + scale[:active]
    return Probed(pairs, memory, -np.sort(-growth / T), step, DEVIATION)


def _norms(rows, active, width):
    """log10 of the root of the mean of ‖J v‖², (starts, kinds)."""
    squares = np.square(rows.astype(float)).sum(axis=0).reshape(active, width // VECTORS, VECTORS).mean(axis=2)
    with np.errstate(divide="ignore"):
        return np.log10(squares) / 2


def _rescale(wide, scale, width):
    """Divide the columns of each start by their largest entry, in place, where it leaves what a float32 holds well."""
    largest = np.abs(wide).max(axis=0).reshape(-1, width).max(axis=1)
    far = (largest > 1e8) | ((largest < 1e-8) & (largest > 0))
    if far.any():
        factor = np.where(far, largest, 1).astype(wide.dtype)
        wide /= np.repeat(factor, width)
        scale += np.log10(factor.astype(float))


def spectral_radius(W, doublings=12):
    """ρ of a large matrix as ‖Wⁿ‖_F^(1/n), n = 2^doublings (Gelfand 1941): never below ρ, and above it by a factor of
    κ^(1/n), less than 1.003 as long as κ is below 10⁵."""
    power, log, n = W.copy(), 0.0, 1
    for _ in range(doublings):
        size = np.linalg.norm(power)
        if size == 0:
            return 0.0
        power /= size
        log += np.log(float(size)) / n
        power = power @ power
        n *= 2
    return float(np.exp(log + np.log(float(np.linalg.norm(power))) / n)) if power.any() else 0.0


def largest_singular_value(W, n_vectors=8, n_rounds=30):
    """σ_max of a large matrix by subspace iteration, from below."""
    V = np.linalg.qr(np.random.default_rng(0).standard_normal((W.shape[1], n_vectors)))[0].astype(W.dtype)
    for _ in range(n_rounds):
        V, _ = np.linalg.qr(W.T @ (W @ V))
    return float(np.linalg.norm(W @ V, 2))
