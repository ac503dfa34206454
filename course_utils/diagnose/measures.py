"""All that is measured of one layer on a batch of sequences.

Gradients are those of L = w · h_T, the last layer's hidden state after the last step along one random direction w of
length 1, the same for all sequences: what a loss at the end would send back, up to a factor. Their norms are Euclidean,
over all units of a state (h and c of an LSTM together).
"""
from typing import NamedTuple

import numpy as np

from ..engine.backprop import earliest, scaled_norm
from .gates import Memory, dead_units, direct_path, gate_uses, half_lives, memory_use
from .network import Layer
from .running import run, total_gradients
from .spectra import Pairs, block_spectra, exponents, memory_norms, pairs

LEAST = 1e-3  # of the last step's norm: where the course says that a gradient no longer reaches


class Flow(NamedTuple):
    """log10 of a gradient's norm, step by step: of the mean over the batch, of the smallest and of the largest, (N,)
    each; −inf where it underflowed (below 10⁻³⁰⁸), inf where it overflowed."""

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @property
    def reach(self):
        """Over how many steps back from the last the mean never falls below a thousandth of the last."""
        return len(self.mean) - 1 - earliest(self.mean, np.log10(LEAST) + self.mean[-1])

    @property
    def growth(self):
        """log10 of the largest mean over the last: 0 if the gradient is nowhere larger than where it starts."""
        with np.errstate(invalid="ignore"):
            return float(np.nan_to_num(self.mean.max() - self.mean[-1], nan=0.0, posinf=np.inf, neginf=0.0))


class Path(NamedTuple):
    """The way through the memory from step k to T, log10, (T+1,) each, mean over the first sequences: the direct path
    ∏ f of the unit that keeps most and of the median unit, and the total ‖∂c_T/∂c_k‖ (h for a GRU)."""

    best: np.ndarray
    median: np.ndarray
    total: np.ndarray


class Measures(NamedTuple):
    """What was measured of one layer. half_lives and path are None for a cell without forget gate, dead for one without
    ReLU, memory for one that shows no cell state through tanh. See `gates` and `spectra` for what each is."""

    layer: Layer
    flow: Flow
    pairs: Pairs
    lyapunov: np.ndarray
    spectra: dict
    gates: dict
    half_lives: np.ndarray | None
    path: Path | None
    dead: np.ndarray | None
    memory: Memory | None


def measure(network, x, seed=0):
    """([`Measures`] of every layer, the lowest first; the `Flow` of ∂L/∂x_t, (T,)) on the sequences x (T, B, D).

    seed: of the direction w. Raises ValueError as `run` does.
    """
    traces = run(network, x)
    totals, dx = total_gradients(network, traces, _direction(traces[-1], seed))
    layers = [_of_layer(*each) for each in zip(network.layers, traces, totals)]
    return layers, flow_of(dx[None])


def _direction(trace, seed):
    """w at the last step, zero before, (T, B, H)."""
    direct = np.zeros_like(trace.states[0, 1:])
    w = np.random.default_rng(seed).standard_normal(direct.shape[-1])
    direct[-1] = w / np.linalg.norm(w)
    return direct


def _of_layer(layer, trace, total):
    return Measures(layer, flow_of(total), pairs(layer, trace), exponents(layer, trace), block_spectra(layer),
                    gate_uses(layer, trace), half_lives(layer, trace), path_of(layer, trace), dead_units(layer, trace),
                    memory_use(layer, trace))


def flow_of(total):
    """The `Flow` of gradients (K, N, B, H)."""
    total = np.nan_to_num(total, nan=np.inf, posinf=np.inf, neginf=np.inf)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        norms = np.nan_to_num(scaled_norm(total, (0, 3))[0, ..., 0], nan=np.inf, posinf=np.inf)
        return Flow(np.log10(norms.mean(axis=1)), np.log10(norms.min(axis=1)), np.log10(norms.max(axis=1)))


def path_of(layer, trace):
    """The `Path` of a layer, or None."""
    if layer.cell.forget_gate is None:
        return None
    total = memory_norms(layer, trace)
    direct = direct_path(layer, trace)[:, :total.shape[1]]
    return Path(direct.max(axis=2).mean(axis=1), np.median(direct, axis=2).mean(axis=1), total.mean(axis=1))
