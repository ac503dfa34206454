"""What the gates of a layer do on real sequences: how open, how often saturated, what they keep, what drives them."""
from typing import NamedTuple

import numpy as np

from ..engine.activations import RELU
from ..engine.graph import columns, gate_columns
from .lengths import last, without_padding

LOW, HIGH = .05, .95  # outside these a gate is saturated: less than a fifth of the largest slope, ¼, is left
FAR = .95  # beyond ± this a tanh is: less than a tenth of the largest slope, 1, is left
KINDS = {(0, 1): "gate", (-1, 1): "tanh"}  # by the bounds of what squashes it


class GateUse(NamedTuple):
    """Of one gate, over all units, steps and sequences: its mean (of |value| for a tanh), the shares of its values that
    are saturated at the low and at the high end, the share below ½, and the root mean squares of its pre-activation's
    two parts, inputs with bias (x W_x + b) and recurrent."""

    kind: str
    mean: float
    low: float
    high: float
    below_half: float
    input_drive: float
    recurrent_drive: float

    @property
    def saturated(self):
        return self.low + self.high


class Memory(NamedTuple):
    """Of the cell state c that is shown through tanh: its median size |c| at the last step, and over all units, steps
    and sequences the share of the values of tanh c beyond ±.95 and the mean slope 1 − tanh² c, through which every
    gradient goes from h to c."""

    size: float
    saturated: float
    slope: float


def kind_of(cell, gate):
    """ "gate" for what lies between 0 and 1, "tanh" between −1 and 1, None for what nothing squashes on both sides."""
    squashed = cell.activations.get(gate)
    return KINDS.get((squashed.low, squashed.high)) if squashed else None


def gate_uses(layer, trace, lengths=None):
    """{gate: `GateUse`} of all gates that something squashes, without the padding of sequences of these lengths.

    A sigmoid counts as saturated below .05 or above .95, where less than a fifth of its largest slope σ(1 − σ) = ¼ is
    left; a tanh below −.95 or above .95, where less than a tenth of 1 − tanh² = 1 is. (The limits are this course's.)
    """
    drives = _drives(layer, trace, lengths)
    return {name: _use(kind_of(layer.cell, name), without_padding(values, lengths), *drives[name]) for name, values
            in zip(layer.cell.gates, trace.gates) if kind_of(layer.cell, name) is not None}


def _use(kind, values, input_drive, recurrent_drive):
    low, high = (LOW, HIGH) if kind == "gate" else (-FAR, FAR)
    mean = np.abs(values).mean() if kind == "tanh" else values.mean()
    shares = ((values < low).mean(), (values > high).mean(), (values < .5).mean())
    return GateUse(kind, float(mean), *map(float, shares), input_drive, recurrent_drive)


def _drives(layer, trace, lengths):
    """{gate: (rms of x W_x + b, rms of the recurrent part, 0 for a gate that does not read h_prev)}; q of PyTorch's GRU
    belongs to its candidate n."""
    cell, params, H = layer.cell, layer.params, len(layer.params.W_h)
    signal = None if trace.signal is None else without_padding(trace.signal, lengths)
    recurrent, h_prev = {}, without_padding(trace.states[0, :-1], lengths)
    for (source, targets), cols in zip(cell.products, columns(cell, H)):
        read = h_prev if source == "h_prev" else signal
        for name, block in zip(targets, np.split(params.W_h[:, cols], len(targets), axis=1)):
            recurrent["n" if name == "q" else name] = _rms(read @ block)
    inputs = without_padding(trace.x, lengths) @ params.W_x + params.b
    return {gate: (_rms(inputs[..., gate_columns(cell, gate, H)]), recurrent.get(gate, 0.0)) for gate in cell.gates}


def _rms(values):
    return float(np.sqrt(np.mean(np.square(values))))


def half_lives(layer, trace, lengths=None):
    """ln ½ / ln f̄ (H,): after how many steps half of a unit's memory is left if what it keeps a step (`Cell.kept`: the
    forget gate, z of a GRU) stays at its mean f̄ over all steps and sequences. inf where f̄ rounds to 1, or is
    larger; None for a cell without such a gate."""
    if layer.cell.forget_gate is None:
        return None
    mean = without_padding(forget_gates(layer, trace), lengths).mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(.5) / np.minimum(np.log(np.maximum(mean, 0)), -0.0)


def memory_use(layer, trace, lengths=None):
    """`Memory` of a cell that shows its c through tanh, or what else lies between −1 and 1; else None."""
    if "c" not in layer.cell.states or kind_of(layer.cell, "c") != "tanh":
        return None
    c, squash = trace.states[layer.cell.states.index("c"), 1:], layer.cell.activations["c"]
    shown = squash(without_padding(c, lengths))
    return Memory(float(np.median(np.abs(last(c, lengths)))), float((np.abs(shown) > FAR).mean()),
                  float(squash.slope(shown).mean()))


def forget_gates(layer, trace):
    """(T, B, H): what multiplies the old state, the forget gate or what a cell makes of it."""
    return layer.cell.kept(trace.gates, trace.states[:, 1:])


def direct_path(layer, trace, lengths=None):
    """log10 of |∏ f| over the steps k + 1 … T, (T+1, B, H), for k = 0 … T, T being each sequence's own last step: what
    the direct path alone hands back."""
    with np.errstate(divide="ignore"):
        logs = np.log10(np.abs(forget_gates(layer, trace)))
    if lengths is not None:
        logs[np.arange(len(logs))[:, None] >= lengths] = 0
    path = np.zeros((len(logs) + 1, *logs.shape[1:]))
    path[:-1] = np.cumsum(logs[::-1], axis=0)[::-1]
    return path


def dead_units(layer, trace, lengths=None):
    """(H,) booleans: ReLU units that are 0 at all steps of all sequences, so that no gradient ever passes them; None
    for cells other than a plain network of ReLU."""
    if layer.cell.activations.get("a") != RELU:
        return None
    return ~(without_padding(trace.states[0, 1:], lengths) > 0).any(axis=0)
