"""All that is measured of one layer on a batch of sequences.

Gradients are those of L = w · h_T, what the last level shows after its last step along one random direction w of length
1, the same for all sequences: what a loss at the end would send back, up to a factor. A layer that reads backwards has
its last step at the first input. Where sequences have lengths of their own, each ends at its own last step, and step T
is the end of all of them. Norms are Euclidean, over all units of a state (h and c of an LSTM together).
"""
from typing import NamedTuple

import numpy as np

from ..engine.backprop import earliest, scaled_norm
from .gates import Memory, dead_units, direct_path, gate_uses, half_lives, memory_use
from .lengths import aligned, as_lengths
from .network import Layer
from .running import as_doubles, run, total_gradients
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


def measure(network, x, lengths=None, state0=None, seed=0):
    """([`Measures`] of every layer, the lowest first, forwards before backwards; the `Flow` of ∂L/∂x_t, (T,)) on the
    sequences x (T, B, D).

    lengths, state0: as in `run`. seed: of the direction w. Raises ValueError as `run` does.
    """
    x = as_doubles("x", x, ("T", "B", network.n_inputs))
    lengths = as_lengths(lengths, *x.shape[:2])
    if lengths is not None:  # no sequence is longer
        x = x[:lengths.max()]
        lengths = as_lengths(lengths, *x.shape[:2])
    traces = run(network, x, lengths, state0)
    totals, dx = total_gradients(network, traces, _direction(network, lengths, x.shape, seed), lengths)
    layers = [_of_layer(*each, lengths) for each in zip(network.layers, traces, totals)]
    return layers, flow_of(dx[None], lengths, len(x))


def _direction(network, lengths, shape, seed):
    """w where each layer of the last level has its last step, zero elsewhere, (T, B, width)."""
    (T, B, _), level = shape, network.levels[-1]
    w = np.random.default_rng(seed).standard_normal(level.width)
    w /= np.linalg.norm(w)
    direct, ends = np.zeros((T, B, level.width)), np.full(B, T) if lengths is None else lengths
    for n, layer in enumerate(level.layers):
        at = 0 if layer.reverse and level.turned else ends - 1
        cols = slice(None)
        if level.merge == "concat":
            start = sum(one.n_hidden for one in level.layers[:n])
            cols = slice(start, start + layer.n_hidden)
        direct[at, np.arange(B), cols] = w[cols]
    return direct


def _of_layer(layer, trace, total, lengths):
    own = layer, trace, lengths
    return Measures(layer, flow_of(total, lengths, trace.n_steps), pairs(*own), exponents(*own), block_spectra(layer),
                    gate_uses(*own), half_lives(*own), path_of(*own), dead_units(*own), memory_use(*own))


def flow_of(total, lengths=None, n_steps=None):
    """The `Flow` of gradients (K, N, B, H): of sequences of these lengths each from its own end, at step n_steps."""
    total = np.nan_to_num(total, nan=np.inf, posinf=np.inf, neginf=np.inf)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        norms = np.nan_to_num(scaled_norm(total, (0, 3))[0, ..., 0], nan=np.inf, posinf=np.inf)
        norms = aligned(norms, lengths, n_steps)
        return Flow(*(np.log10(of(norms, axis=1)) for of in (np.nanmean, np.nanmin, np.nanmax)))


def path_of(layer, trace, lengths=None):
    """The `Path` of a layer, or None."""
    if layer.cell.forget_gate is None:
        return None
    total = memory_norms(layer, trace, lengths)
    direct = aligned(direct_path(layer, trace, lengths), lengths, trace.n_steps)[:, :total.shape[1]]
    here = ~np.isnan(total).all(axis=1)  # from the first step of the longest of them on
    curves = direct.max(axis=2), np.median(direct, axis=2), total
    return Path(*(np.nanmean(curve[here], axis=1) for curve in curves))
