"""A network of several levels run forwards and back, and the derivative of any layer's state by any other's."""
from dataclasses import replace

import numpy as np

from ..engine.backprop import backward_pass
from ..engine.sequence import Trace, unroll
from ..ground.arguments import a, some, takes
from ..ground.checks import as_array, as_numbers, as_size
from ..learning.model import NotFinite, check_states
from .lengths import as_lengths, blanked, turned
from .network import Network

PIECE = 8  # steps


@takes(network=a(Network))
def run(network, x, lengths=None, state0=None):
    """A `Trace` for each layer, the lowest first and forwards before backwards, of the sequences x (T, B, D), each in
    the order in which the layer reads it.

    Level l + 1 reads what level l shows. lengths (B,): of sequences that are padded at the end; padding is zero in
    every trace. state0: for each layer a (K, B, H), or None for what the layer itself starts from, as for all if left
    out. x may hold any real numbers; each layer computes in the precision of its weights. Raises ValueError for another
    number of inputs, values that are not finite, lengths and states that don't fit, and states that overflow.
    """
    x = as_sequences(x, network)
    lengths = as_lengths(lengths, *x.shape[:2])
    starts, traces = _starts(network, state0, x.shape[1]), []
    for level in network.levels:
        mine = [_run_layer(layer, turned(x, lengths) if layer.reverse else x, lengths, starts[len(traces) + n])
                for n, layer in enumerate(level.layers)]
        traces += mine
        x = _merged(level, mine, lengths)
    return traces


def _run_layer(layer, x, lengths, state0):
    dtype = layer.params.W_h.dtype
    start = None if state0 is None else state0.astype(dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        trace = _without_padding(unroll(layer.cell, layer.params, x.astype(dtype, copy=False), start), lengths)
    try:
        check_states(trace)
    except NotFinite as error:
        raise ValueError(f"layer {layer.name} overflows: {error}") from None
    return trace


def _without_padding(trace, lengths):
    if lengths is None:
        return trace
    cut = {name: blanked(getattr(trace, name), lengths) for name in ("x", "signal", "product")
           if getattr(trace, name) is not None}
    states = trace.states.copy()
    for component in states:
        component[1:] = blanked(component[1:], lengths)
    return replace(trace, states=states, gates=np.stack([blanked(gate, lengths) for gate in trace.gates]), **cut)


def _starts(network, state0, n_batch):
    """For each layer its initial state (K, B, H), or None for zero."""
    if state0 is None:
        return [None if layer.state0 is None else np.repeat(layer.state0[:, None], n_batch, axis=1)
                for layer in network.layers]
    if not isinstance(state0, list | tuple) or len(state0) != network.n_layers:
        came = f"{len(state0)} states" if isinstance(state0, list | tuple) else f"a {type(state0).__name__}"
        raise ValueError(f"state0 is {came}, expected a list of {network.n_layers} arrays or None: one a layer")
    return [own if start is None else
            as_doubles(f"state0 of layer {layer.name}", start, (len(layer.cell.states), n_batch, layer.n_hidden))
            for layer, start, own in zip(network.layers, state0, _starts(network, None, n_batch))]


def _merged(level, traces, lengths):
    """What a level shows (T, B, width)."""
    parts = [trace.states[0, 1:] for trace in traces]
    parts = [_as_shown(level, layer, part, lengths) for layer, part in zip(level.layers, parts)]
    if level.merge == "concat":
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=2)
    return sum(parts) / (len(parts) if level.merge == "ave" else 1)


def _parted(level, above, lengths):
    """For each layer of a level ∂L/∂h_t (T, B, H) in the order in which it reads, from ∂L/∂(what the level shows)."""
    if level.merge == "concat":
        ends = np.cumsum([layer.n_hidden for layer in level.layers])
        parts = np.split(above, ends[:-1], axis=2)
    else:
        parts = [above / (len(level.layers) if level.merge == "ave" else 1)] * len(level.layers)
    return [_as_shown(level, layer, part, lengths) for layer, part in zip(level.layers, parts)]


def _as_shown(level, layer, array, lengths):
    """(T, B, …) of a layer from the order in which it reads into that in which its level shows it, or back."""
    return turned(array, lengths) if layer.reverse and level.turned else array


def shown(network, traces, lengths=None):
    """What the last level shows (T, B, width), in the order of the input."""
    lengths = as_lengths(lengths, *traces[0].x.shape[:2])
    level = network.levels[-1]
    return _merged(level, traces[-len(level.layers):], lengths)


def as_sequences(x, network):
    """x (T, B, D) as float32 or float64, whichever it is, other real numbers as float64. Raises ValueError."""
    x = as_numbers("x", x)
    return as_array("x", x if x.dtype == np.float32 else x.astype(float, copy=False), ("T", "B", network.n_inputs))


def as_doubles(name, value, shape):
    """`value` as float64 of this shape (as `as_array` reads it). Raises ValueError for what holds no real numbers."""
    return as_array(name, as_numbers(name, value).astype(float), shape)


@takes(network=a(Network), traces=some(a(Trace)))
def total_gradients(network, traces, direct, lengths=None):
    """(totals, dx) for direct (T, B, width) = ∂L/∂(what the *last* level shows), t = 1 … T, in the input's order.

    totals: for each layer, as `run` orders them, ∂L/∂s_t (K, T+1, B, H) through all later steps and all levels above;
    entry 0 of the first axis is h's, and the components count as independent, as in `backprop`. dx (T, B, D): ∂L/∂x.
    In every layer: total_t = direct_t + J_tᵀ total_{t+1}, where the direct gradient of a layer is what the level above
    says of its inputs. A gradient that overflows comes out as inf or NaN. lengths: those that the traces were made
    with. Raises ValueError for shapes that don't fit.
    """
    _check_traces(network, traces)
    n_steps, n_batch, _ = traces[0].x.shape
    lengths = as_lengths(lengths, n_steps, n_batch)
    above, totals, left = as_doubles("direct", direct, (n_steps, n_batch, network.width)), [], list(traces)
    for level in reversed(network.levels):
        mine, left = left[-len(level.layers):], left[:-len(level.layers)]
        parts = _parted(level, blanked(above, lengths), lengths)
        found = [_layer_back(*each) for each in zip(level.layers, mine, parts)]
        totals = [total for total, _ in found] + totals
        with np.errstate(invalid="ignore", over="ignore"):
            above = sum(turned(dx, lengths) if layer.reverse else dx for layer, (_, dx) in zip(level.layers, found))
    return totals, above


def gradient_flows(network, traces, direct, lengths=None):
    """(log10 ‖∂L/∂s_t‖ (T+1, B) of each layer in the order in which it reads, log10 ‖∂L/∂x_t‖ (T, B)): the norms of
    what `total_gradients` gives, for the same arguments, without keeping the gradients.

    Between pieces of PIECE steps a gradient is scaled back to 1 and the logarithm of its size kept, so that it may
    shrink or grow beyond what a float holds; within a piece it is 0 or infinite where it leaves that.
    """
    n_steps, n_batch, _ = traces[0].x.shape
    lengths = as_lengths(lengths, n_steps, n_batch)
    dtype = network.layers[0].params.W_h.dtype
    above, logs = direct.astype(dtype), np.zeros((n_steps, n_batch))  # the gradient is above · e^logs
    norms, left = [], list(traces)
    for level in reversed(network.levels):
        mine, left = left[-len(level.layers):], left[:-len(level.layers)]
        found = []
        for layer, trace, part in zip(level.layers, mine, _parted(level, blanked(above, lengths), lengths)):
            norm, dx, scale = _flow_back(layer, trace, part, _as_shown(level, layer, logs, lengths))
            norms.append(norm)
            found.append((turned(dx, lengths), turned(scale, lengths)) if layer.reverse else (dx, scale))
        norms[-len(found):] = norms[-len(found):][::-1]
        above, logs = _added(found)
    return norms[::-1], _log_norms(above[None]) + logs / np.log(10)


def _flow_back(layer, trace, above, logs):
    """(log10 norms (T+1, B), ∂L/∂x and the logarithms of its scale) of one layer, for ∂L/∂h_t = above · e^logs."""
    K, n_states, n_batch, H = trace.states.shape
    norms, dx, scales = np.empty((n_states, n_batch)), np.empty_like(trace.x), np.empty((n_states - 1, n_batch))
    carried, carried_log = np.zeros((K, n_batch, H), above.dtype), np.full(n_batch, -np.inf)
    logs = np.where(np.any(above, axis=2), logs, -np.inf)
    for stop in range(n_states - 1, 0, -PIECE):
        start = max(0, stop - PIECE)
        here = slice(start, stop)
        common = np.maximum(carried_log, logs[here].max(axis=0))
        common[np.isneginf(common)] = 0
        dstates = np.zeros((K, stop - start + 1, n_batch, H), above.dtype)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            dstates[0, 1:] = above[here] * np.exp(logs[here] - common).astype(above.dtype)[..., None]
            dstates[:, -1] += carried * np.exp(carried_log - common).astype(above.dtype)[:, None]
            if not np.isfinite(dstates).all():
                norms[:stop + 1], dx[:stop], scales[:stop] = np.inf, np.inf, 0
                return norms, dx, scales
            total, d = backward_pass(layer.cell, layer.params, part_of(trace, slice(None), start, stop), dstates)
            norms[start:stop + 1] = _log_norms(total) + common / np.log(10)
            dx[here], scales[here] = d.gates @ layer.params.W_x.T, common
            size = np.abs(total[:, 0]).max(axis=(0, 2))
            carried = total[:, 0] / np.where(size > 0, size, 1)[:, None]
            carried_log = common + np.log(size.astype(float))
    return norms, dx, scales


def _added(parts):
    """The sum of gradients array · e^logs, (array, logs)."""
    if len(parts) == 1:
        return parts[0]
    common = np.max([logs for _, logs in parts], axis=0)
    with np.errstate(over="ignore", invalid="ignore"):
        return sum(array * np.exp(logs - common).astype(array.dtype)[..., None] for array, logs in parts), common


def _log_norms(arrays):
    """log10 of the norms (N, B) of arrays (K, N, B, H) over K and H, ∞ where something is not finite."""
    largest = np.maximum(arrays.max(axis=(0, 3)), -arrays.min(axis=(0, 3)))
    scale = np.where((largest > 0) & np.isfinite(largest), largest, 1)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        shares = arrays / scale[..., None]
        squares = np.einsum("knbh,knbh->nb", shares, shares).astype(float)
        return np.where(np.isfinite(largest), np.log10(scale.astype(float)) + np.log10(squares) / 2, np.inf)


def _layer_back(layer, trace, above):
    """(total (K, T+1, B, H), ∂L/∂x (T, B, D)) of one layer, in the order in which it reads."""
    dstates = np.zeros_like(trace.states)
    dstates[0, 1:] = above
    if not np.isfinite(dstates).all():  # it overflowed above, and nothing finite can come of it
        return np.full_like(dstates, np.inf), np.full_like(trace.x, np.inf)
    with np.errstate(over="ignore", invalid="ignore"):
        total, d = backward_pass(layer.cell, layer.params, trace, dstates)
        return total, d.gates @ layer.params.W_x.T


def _check_traces(network, traces):
    if len(traces) != network.n_layers:
        raise ValueError(f"{len(traces)} traces, expected {network.n_layers}: one a layer, as run returns them")


def layer_jacobian(network, traces, to, by):
    """∂h^l_t/∂h^m_k (B, H_l, H_m) for to = (l, t) and by = (m, k), layers counted from 0, m ≤ l and k ≤ t, steps from
    0 (the initial state) to T: through all layers and steps between. (An LSTM's c^m_k counts as independent of h^m_k.)

    One pass back over a batch in which every sequence stands H_l times. Raises ValueError for indices out of range,
    and for a network in which a layer reads backwards: there no step is after all others.
    """
    _check_traces(network, traces)
    if backwards := [layer.name for layer in network.layers if layer.reverse]:
        raise ValueError(f"layer {backwards[0]} reads backwards, expected layers that read forwards only")
    (upper, t), (lower, k) = to, by
    upper = as_size("layer of to", upper, 0, network.n_layers - 1)
    lower = as_size("layer of by", lower, 0, upper)
    t = as_size("step of to", t, 0, traces[0].n_steps)
    k = as_size("step of by", k, 0, t)
    B, H = traces[upper].states.shape[2:]
    if t == 0:  # an initial state depends on itself alone
        return np.tile(np.eye(H) if upper == lower else np.zeros((H, network.n_hidden[lower])), (B, 1, 1))
    part = Network(network.layers[lower:upper + 1], network.source)
    wide = [repeated(trace, H) for trace in traces[lower:upper + 1]]
    direct = np.zeros_like(wide[-1].states[0, 1:])
    direct[t - 1] = np.tile(np.eye(H), (B, 1))
    return total_gradients(part, wide, direct)[0][0][0, k].reshape(B, H, -1)


def repeated(trace, n):
    """The trace with every sequence n times, side by side."""
    return _changed(trace, lambda array: np.repeat(array, n, axis=-2))


def part_of(trace, sequences, first=0, last=None):
    """The trace of some of the sequences (a slice), from after step `first` to step `last`, the end if left out."""
    later = _changed(trace, lambda array: array[..., sequences, :])
    end = None if last is None else last + 1
    cut = {name: None if getattr(later, name) is None else getattr(later, name)[first:last]
           for name in ("x", "signal", "product")}
    return replace(later, states=later.states[:, first:end], gates=later.gates[:, first:last], **cut)


def _changed(trace, change):
    names = ("x", "states", "gates", "signal", "product")
    return replace(trace, **{name: change(getattr(trace, name)) for name in names if getattr(trace, name) is not None})
