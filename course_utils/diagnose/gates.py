"""What the gates of a layer do on real sequences: how open, how often saturated, what they keep, what drives them."""
from typing import NamedTuple

import numpy as np

from ..engine.cells import LinearRNN, NoInputActivationLSTM, NoOutputActivationLSTM, ReluRNN
from ..engine.graph import columns, gate_columns

LOW, HIGH = .05, .95  # outside these a gate is saturated: less than a fifth of the largest slope, ¼, is left
FAR = .95  # beyond ± this a tanh is: less than a tenth of the largest slope, 1, is left
CANDIDATES = ("g", "n")
BY_CELL = {"SigmoidRNN": "gate", "TanhRNN": "tanh"}  # what squashes the only gate of a plain network


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
    """ "gate" for a sigmoid, "tanh", or None for what nothing squashes."""
    if cell in (ReluRNN, LinearRNN) or (cell is NoInputActivationLSTM and gate == "g"):
        return None
    if gate == "a":
        return BY_CELL[cell.__name__]
    return "tanh" if gate in CANDIDATES else "gate"


def gate_uses(layer, trace):
    """{gate: `GateUse`} of all gates that something squashes.

    A sigmoid counts as saturated below .05 or above .95, where less than a fifth of its largest slope σ(1 − σ) = ¼ is
    left; a tanh below −.95 or above .95, where less than a tenth of 1 − tanh² = 1 is. (The limits are this course's.)
    """
    drives = _drives(layer, trace)
    return {name: _use(kind_of(layer.cell, name), values, *drives[name]) for name, values
            in zip(layer.cell.gates, trace.gates) if kind_of(layer.cell, name) is not None}


def _use(kind, values, input_drive, recurrent_drive):
    low, high = (LOW, HIGH) if kind == "gate" else (-FAR, FAR)
    mean = np.abs(values).mean() if kind == "tanh" else values.mean()
    shares = ((values < low).mean(), (values > high).mean(), (values < .5).mean())
    return GateUse(kind, float(mean), *map(float, shares), input_drive, recurrent_drive)


def _drives(layer, trace):
    """{gate: (rms of x W_x + b, rms of the recurrent part)}; q of PyTorch's GRU belongs to its candidate n."""
    cell, params, H = layer.cell, layer.params, len(layer.params.W_h)
    recurrent = {}
    for (source, targets), cols in zip(cell.products, columns(cell, H)):
        read = trace.states[0, :-1] if source == "h_prev" else trace.signal
        for name, block in zip(targets, np.split(params.W_h[:, cols], len(targets), axis=1)):
            recurrent["n" if name == "q" else name] = _rms(read @ block)
    inputs = trace.x @ params.W_x + params.b
    return {gate: (_rms(inputs[..., gate_columns(cell, gate, H)]), recurrent[gate]) for gate in cell.gates}


def _rms(values):
    return float(np.sqrt(np.mean(np.square(values))))


def half_lives(layer, trace):
    """ln ½ / ln f̄ (H,): after how many steps half of a unit's memory is left if its forget gate (z of a GRU) stays at
    its mean f̄ over all steps and sequences. inf where f̄ rounds to 1; None for a cell that has no such gate."""
    if layer.cell.forget_gate is None:
        return None
    mean = forget_gates(layer, trace).mean(axis=(0, 1))
    with np.errstate(divide="ignore"):
        return np.log(.5) / np.minimum(np.log(mean), -0.0)


def memory_use(layer, trace):
    """`Memory` of a cell that shows its c through tanh, else None."""
    if "c" not in layer.cell.states or layer.cell is NoOutputActivationLSTM:
        return None
    c = trace.states[layer.cell.states.index("c"), 1:]
    shown = np.tanh(c)
    return Memory(float(np.median(np.abs(c[-1]))), float((np.abs(shown) > FAR).mean()), float((1 - shown**2).mean()))


def forget_gates(layer, trace):
    """(T, B, H): the gate that multiplies the old state."""
    return trace.gates[layer.cell.gates.index(layer.cell.forget_gate)]


def direct_path(layer, trace):
    """log10 of ∏ f over the steps k + 1 … T, (T+1, B, H), for k = 0 … T: what the direct path alone hands back."""
    with np.errstate(divide="ignore"):
        logs = np.log10(forget_gates(layer, trace))
    path = np.zeros((len(logs) + 1, *logs.shape[1:]))
    path[:-1] = np.cumsum(logs[::-1], axis=0)[::-1]
    return path


def dead_units(layer, trace):
    """(H,) booleans: ReLU units that are 0 at all steps of all sequences, so that no gradient ever passes them; None
    for cells without ReLU."""
    return ~(trace.states[0, 1:] > 0).any(axis=(0, 1)) if layer.cell is ReluRNN else None
