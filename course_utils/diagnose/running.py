"""A network of several layers run forwards and back, and the derivative of any layer's state by any other's."""
from dataclasses import replace

import numpy as np

from ..engine.backprop import backward_pass
from ..engine.sequence import Trace, unroll
from ..ground.arguments import a, some, takes
from ..ground.checks import as_array, as_numbers, as_size
from ..learning.model import NotFinite, check_states
from .network import Network


@takes(network=a(Network))
def run(network, x):
    """A `Trace` for each layer, the lowest first, of the sequences x (T, B, D); every state starts from zero.

    Layer l + 1 reads h of layer l. x may hold any real numbers; it is computed in float64. Raises ValueError for
    another number of inputs, values that are not finite, and states that overflow.
    """
    traces, x = [], as_doubles("x", x, ("T", "B", network.n_inputs))
    for layer in network.layers:
        with np.errstate(over="ignore", invalid="ignore"):
            trace = unroll(layer.cell, layer.params, x)
        try:
            check_states(trace)
        except NotFinite as error:
            raise ValueError(f"layer {layer.name} overflows: {error}") from None
        traces.append(trace)
        x = trace.states[0, 1:]
    return traces


def as_doubles(name, value, shape):
    """`value` as float64 of this shape (as `as_array` reads it). Raises ValueError for what holds no real numbers."""
    return as_array(name, as_numbers(name, value).astype(float), shape)


@takes(network=a(Network), traces=some(a(Trace)))
def total_gradients(network, traces, direct):
    """(totals, dx) for direct (T, B, H) = ∂L/∂h_t, t = 1 … T, what the loss itself says of the *last* layer's h.

    totals: for each layer, the lowest first, ∂L/∂s_t (K, T+1, B, H) through all later steps and all layers above;
    entry 0 of the first axis is h's, and the components count as independent, as in `backprop`. dx (T, B, D): ∂L/∂x.
    In every layer: total_t = direct_t + J_tᵀ total_{t+1}, where the direct gradient of a layer is what the layer above
    says of its inputs. A gradient that overflows comes out as inf or NaN. Raises ValueError for shapes that don't fit.
    """
    _check_traces(network, traces)
    above, totals = as_doubles("direct", direct, traces[-1].states[0, 1:].shape), []
    for layer, trace in zip(reversed(network.layers), reversed(traces)):
        total, above = _layer_back(layer, trace, above)
        totals.insert(0, total)
    return totals, above


def _layer_back(layer, trace, above):
    """(total (K, T+1, B, H), ∂L/∂x (T, B, D)) of one layer."""
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

    One pass back over a batch in which every sequence stands H_l times. Raises ValueError for indices out of range.
    """
    _check_traces(network, traces)
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


def part_of(trace, sequences, first=0):
    """The trace of some of the sequences (a slice), from after step `first` on."""
    later = _changed(trace, lambda array: array[..., sequences, :])
    cut = {name: None if getattr(later, name) is None else getattr(later, name)[first:]
           for name in ("x", "signal", "product")}
    return replace(later, states=later.states[:, first:], gates=later.gates[:, first:], **cut)


def _changed(trace, change):
    names = ("x", "states", "gates", "signal", "product")
    return replace(trace, **{name: change(getattr(trace, name)) for name in names if getattr(trace, name) is not None})
