"""What the weights and the products of Jacobians of a layer say of its gradients."""
from typing import NamedTuple

import numpy as np

from ..engine.graph import gate_columns
from ..engine.products import all_pairs_norms, jacobian_norms, lyapunov_exponents
from .running import part_of

FEW, MOST_EXPONENTS = 4, 32  # sequences that Jacobians are computed for, exponents of each
WORK = 2e10  # multiplications that a heat map may take: a few seconds


class Block(NamedTuple):
    """Of one gate's block of W_h: spectral radius ρ and largest singular value σ_max."""

    rho: float
    sigma_max: float


class Pairs(NamedTuple):
    """log10 ‖∂h_t/∂h_k‖ (Frobenius) of the first sequence for all pairs k ≤ t of the steps from `first` to T,
    (S+1, S+1), NaN above the diagonal; entry [i, j] is step first + i by step first + j."""

    logs: np.ndarray
    first: int

    @property
    def growth(self):
        """log10 of the largest norm over that of the identity, on the diagonal."""
        return float(np.nanmax(self.logs) - self.logs[0, 0])


def block_spectra(layer):
    """{gate: `Block`}. ρ says what a linear network does in the long run, and only that; σ_max times the largest slope
    is the bound on one step of a network without gates (Pascanu, Mikolov & Bengio 2013)."""
    H, W_h = len(layer.params.W_h), layer.params.W_h
    found = {}
    for gate in layer.cell.gates:
        block = W_h[:, gate_columns(layer.cell, gate, H)]
        found[gate] = Block(float(np.abs(np.linalg.eigvals(block)).max()), float(np.linalg.norm(block, 2)))
    return found


def exponents(layer, trace):
    """The largest Lyapunov exponents (n,), natural log per step, mean over the first few sequences; n = K·H, 32 at
    most. Above 0 a small change grows and the gradient with it; ln ½ = −.69 halves it at each step."""
    few = part_of(trace, slice(0, FEW))
    n = min(MOST_EXPONENTS, len(layer.cell.states) * len(layer.params.W_h))
    return np.atleast_2d(lyapunov_exponents(layer.cell, layer.params, few, n)).mean(axis=0)


def pairs(layer, trace):
    """`Pairs` over as many of the last steps as WORK allows (T² K H³ multiplications for T steps)."""
    size = len(layer.cell.states) * len(layer.params.W_h) ** 3
    steps = min(trace.n_steps, max(8, int(np.sqrt(WORK / size))))
    first = trace.n_steps - steps
    last = part_of(trace, slice(0, 1), first)
    return Pairs(all_pairs_norms(layer.cell, layer.params, last)[..., 0], first)


def memory_norms(layer, trace):
    """log10 ‖∂c_T/∂c_k‖ (largest singular value; h for a GRU), (T+1, B) for the first few sequences: the total that
    the direct path is a part of."""
    few = part_of(trace, slice(0, FEW if len(layer.params.W_h) <= 64 else 1))
    memory = layer.cell.states[-1]
    return jacobian_norms(layer.cell, layer.params, few, block=(memory, memory))
