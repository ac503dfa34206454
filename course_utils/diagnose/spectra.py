"""What the weights and the products of Jacobians of a layer say of its gradients."""
from typing import NamedTuple

import numpy as np

from ..engine.graph import gate_columns
from ..engine.products import all_pairs_norms, jacobian_norms, lyapunov_exponents
from .probing import largest_singular_value, probe, spectral_radius
from .running import part_of

FEW, MOST_EXPONENTS = 4, 32  # sequences that Jacobians are computed for, exponents of each
LARGE = 256  # units: beyond it a few random vectors stand for matrices (`probing`)
WORK = 2e10  # multiplications that a heat map may take, a few seconds; beyond it likewise


class Block(NamedTuple):
    """Of one gate's block of W_h: spectral radius ρ and largest singular value σ_max."""

    rho: float
    sigma_max: float


class Pairs(NamedTuple):
    """log10 ‖∂h_t/∂h_k‖ (Frobenius) of the first sequence for all pairs k ≤ t of every `step`-th step from `first` on,
    (S+1, S+1), NaN above the diagonal; entry [i, j] is step first + i·step by step first + j·step. deviation: the
    standard deviation of an entry where random vectors gave it, 0 where whole matrices did."""

    logs: np.ndarray
    first: int = 0
    step: int = 1
    deviation: float = 0.0

    @property
    def growth(self):
        """log10 of the largest norm over that of the identity, on the diagonal."""
        return float(np.nanmax(self.logs) - self.logs[0, 0])


def is_large(layer):
    """Whether matrices of H × H are too large to be multiplied for every pair of steps."""
    return layer.n_hidden > LARGE


def block_spectra(layer):
    """{gate: `Block`}, none for a cell without recurrent product. ρ says what a linear network does in the long run,
    and only that; σ_max times the largest slope is the bound on one step of a network without gates (Pascanu, Mikolov &
    Bengio 2013). Of large layers to 1 %."""
    H, W_h = len(layer.params.W_h), layer.params.W_h
    found = {}
    for gate in layer.cell.gates if layer.cell.products else ():
        block = W_h[:, gate_columns(layer.cell, gate, H)]
        if is_large(layer):
            found[gate] = Block(spectral_radius(block), largest_singular_value(block))
            continue
        found[gate] = Block(float(np.abs(np.linalg.eigvals(block)).max()), float(np.linalg.norm(block, 2)))
    return found


def each(trace, lengths, n):
    """The traces of the first n sequences, each without its padding; all in one where none has any."""
    n_batch = trace.x.shape[1]
    if lengths is None:
        return [part_of(trace, slice(0, n))]
    return [part_of(trace, slice(b, b + 1), 0, int(lengths[b])) for b in range(min(n, n_batch))]


def exponents(layer, trace, lengths=None):
    """The largest Lyapunov exponents (n,), natural log per step, mean over the first few sequences; n = K·H, 32 at
    most. Above 0 a small change grows and the gradient with it; ln ½ = −.69 halves it at each step."""
    n = min(MOST_EXPONENTS, len(layer.cell.states) * len(layer.params.W_h))
    found = [np.atleast_2d(lyapunov_exponents(layer.cell, layer.params, few, n)) for few in each(trace, lengths, FEW)]
    return np.concatenate(found).mean(axis=0)


class Spectra(NamedTuple):
    """What the products of a layer's Jacobians say: `Pairs`, the largest Lyapunov exponents (n,), and log10 ‖∂c_T/∂c_k‖
    (T+1, B) (h of a GRU), each sequence from its own end, NaN before its first step: the largest singular value, or of
    a large layer the Frobenius norm."""

    pairs: Pairs
    lyapunov: np.ndarray
    memory: np.ndarray


def spectra(layer, trace, lengths=None):
    """The `Spectra` of a layer: of its first sequences by whole matrices, of a large layer's first sequence by a few
    random vectors."""
    end = trace.n_steps if lengths is None else int(lengths[0])
    exact = end**2 * len(layer.cell.states) * layer.n_hidden**3 <= WORK
    if exact and not is_large(layer):
        first = part_of(trace, slice(0, 1), 0, end)
        return Spectra(Pairs(all_pairs_norms(layer.cell, layer.params, first)[..., 0]),
                       exponents(layer, trace, lengths), memory_norms(layer, trace, lengths))
    found = probe(layer, part_of(trace, slice(0, 1), 0, end))
    places = np.arange(len(found.memory)) * found.step
    memory = np.interp(np.arange(end + 1), np.r_[places, end + 1e-9], np.r_[found.memory, np.log10(layer.n_hidden) / 2])
    memory = np.pad(memory, (trace.n_steps - end, 0), constant_values=np.nan)[:, None]
    pairs = Pairs(found.pairs, 0, found.step, found.deviation)
    if is_large(layer):
        return Spectra(pairs, found.exponents, memory)
    return Spectra(pairs, exponents(layer, trace, lengths), memory_norms(layer, trace, lengths))


def memory_norms(layer, trace, lengths=None):
    """log10 ‖∂c_T/∂c_k‖ (largest singular value; h for a GRU), (T+1, B) for the first few sequences, each from its own
    end (NaN before its first step): the total that the direct path is a part of."""
    memory, T = layer.cell.states[-1], trace.n_steps
    some = each(trace, lengths, FEW if len(layer.params.W_h) <= 64 else 1)
    found = [jacobian_norms(layer.cell, layer.params, few, block=(memory, memory)) for few in some]
    return np.concatenate([np.pad(norms, ((T + 1 - len(norms), 0), (0, 0)), constant_values=np.nan)
                           for norms in found], axis=1)
