"""All that is measured of one layer on a batch of sequences.

Gradients are those of L = w · h_T, what the last level shows after its last step along one random direction w of length
1, the same for all sequences: what a loss at the end would send back, up to a factor. A layer that reads backwards has
its last step at the first input. Where sequences have lengths of their own, each ends at its own last step, and step T
is the end of all of them. Norms are Euclidean, over all units of a state (h and c of an LSTM together).
"""
from typing import NamedTuple

import numpy as np
from tqdm.auto import tqdm

from ..engine.backprop import earliest
from .gates import Memory, dead_units, direct_path, gate_uses, half_lives, memory_use
from .lengths import aligned, as_lengths
from .network import Layer
from .running import as_sequences, gradient_flows, run
from .spectra import Pairs, block_spectra, is_large, spectra

LEAST = 1e-3  # of the last step's norm: where the course says that a gradient no longer reaches


class Flow(NamedTuple):
    """log10 of a gradient's norm, step by step: of the mean over the batch, of the smallest and of the largest, (N,)
    each; −inf where it underflowed, inf where it overflowed, within one piece of `gradient_flows`."""

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
    """What was measured of one layer. half_lives and path are None for a cell without forget gate, path also for an
    sLSTM, whose memory is c / n and no single state; dead for one without ReLU, memory for one that shows no cell state
    through tanh. See `gates` and `spectra` for what each is."""

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


def measure(network, x, lengths=None, state0=None, seed=0, progress=False):
    """([`Measures`] of every layer, the lowest first, forwards before backwards; the `Flow` of ∂L/∂x_t, (T,)) on the
    sequences x (T, B, D).

    lengths, state0: as in `run`. seed: of the direction w. progress: show a bar where it takes longer than two seconds.
    A network with a layer that `is_large` is run in float32, unless its states overflow there. Raises
    ValueError as `run` does.
    """
    x = as_sequences(x, network)
    lengths = as_lengths(lengths, *x.shape[:2])
    if lengths is not None:  # no sequence is longer
        x = x[:lengths.max()]
        lengths = as_lengths(lengths, *x.shape[:2])
    with tqdm(total=2 + network.n_layers, unit="part", delay=2, disable=not progress, leave=False) as bar:
        network, traces = _run(network, x, lengths, state0)
        bar.update()
        direct = _direction(network, lengths, x.shape, seed)
        norms, inputs = gradient_flows(network, traces, direct, lengths)
        bar.update()
        layers = []
        for layer in network.layers:
            layers.append(_of_layer(layer, traces.pop(0), norms[len(layers)], lengths))
            bar.update()
    return layers, flow_of(inputs, lengths, len(x))


def _run(network, x, lengths, state0):
    """(network, traces), of a large one in float32 if that holds its states."""
    if any(map(is_large, network.layers)):
        single = network.as_type(np.float32)
        try:
            return single, run(single, x, lengths, state0)
        except ValueError:  # which float64 may hold, or refuses with the reason
            pass
    return network, run(network, x, lengths, state0)


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


def _of_layer(layer, trace, norms, lengths):
    own, found = (layer, trace, lengths), spectra(layer, trace, lengths)
    return Measures(layer, flow_of(norms, lengths, trace.n_steps), found.pairs, found.lyapunov, block_spectra(layer),
                    gate_uses(*own), half_lives(*own), path_of(*own, found.memory), dead_units(*own), memory_use(*own))


def flow_of(logs, lengths=None, n_steps=None):
    """The `Flow` of log10 norms (N, B): of sequences of these lengths each from its own end, at step n_steps."""
    logs = aligned(logs, lengths, n_steps)
    low, high = np.nanmin(logs, axis=1), np.nanmax(logs, axis=1)
    scale = np.where(np.isfinite(high), high, 0)
    with np.errstate(divide="ignore", over="ignore"):
        return Flow(scale + np.log10(np.nanmean(10 ** (logs - scale[:, None]), axis=1)), low, high)


def path_of(layer, trace, lengths, total):
    """The `Path` of a layer, or None; total: what `spectra` says of its memory."""
    if layer.cell.forget_gate is None or layer.cell.states[-1] not in ("c", "h"):
        return None
    direct = aligned(direct_path(layer, trace, lengths), lengths, trace.n_steps)[:, :total.shape[1]]
    here = ~np.isnan(total).all(axis=1)  # from the first step of the longest of them on
    curves = direct.max(axis=2), np.median(direct, axis=2), total
    return Path(*(np.nanmean(curve[here], axis=1) for curve in curves))
