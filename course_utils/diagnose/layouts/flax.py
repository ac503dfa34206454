"""Weights of Flax, linen and nnx: LSTMCell, OptimizedLSTMCell, GRUCell and SimpleCell."""
import re
from collections import defaultdict

import numpy as np

from ...ground.checks import as_array
from ..network import Layer
from ..weights import as_weight, some
from . import blocks
from .found import Found, choose

EXAMPLE = "hi/kernel"
NAME = re.compile(r"(?:(.*)[/.])?(i[ifgorzn]_?|h[ifgorzn]|dense_[ih]|[ih])[/.](kernel|bias)(?:[/.]value)?", re.DOTALL)
LSTM, GRU = "ifgo", "rzn"


def is_mine(names):
    """Whether these are names of Flax'."""
    return any((match := NAME.fullmatch(name)) and match[2][0] + match[2][-1] in ("hi", "hn", "dh", "hh")
               and match[3] == "kernel" for name in names)


def read(arrays, wishes):
    """`Found` of one cell, whose parameters are flattened with "/" or ".".

    Layout: a kernel (D, H) and (H, H) for each gate, ii, if, ig, io and hi, hf, hg, ho (nnx writes if_), biases on the
    h side; GRU ir, iz, in and hr, hz, hn, reset after the product, linen with a bias inside it (hn), nnx without;
    dense_i (D, G·H) and dense_h (H, G·H) of nnx hold all gates, i, f, g, o or r, z, n. A plain network is of tanh.
    Raises ValueError for several cells, missing arrays, shapes that do not fit, and an MGUCell.
    """
    cells = defaultdict(dict)
    for name in arrays:
        if match := NAME.fullmatch(name):
            cells[match[1] or ""][match[2].rstrip("_"), match[3]] = name
    cells = {module: held for module, held in cells.items()
             if any(part[0] in ("dense_h", "h") or part[0] in ("hi", "hn") for part in held)}
    module = choose("cells", cells, wishes.prefix)
    names = cells[module]
    held = {part: as_weight(full, arrays[full]) for part, full in names.items()}
    own = module or "cell"
    cell, params = _packed(own, held) if ("dense_h", "kernel") in held else _by_gate(own, held)
    return Found([Layer(own, wishes.squashed(cell), params)], set(names.values()))


def _packed(name, held):
    """nnx' cells with one kernel for all gates."""
    W_h = as_array(f"dense_h of {name}", held["dense_h", "kernel"], ("H", "G·H"))
    H, wide = W_h.shape
    W_x, zero = held.get(("dense_i", "kernel")), np.zeros(wide)
    if W_x is None:
        raise ValueError(f"{name} has no dense_i, there are {some(held)}")
    b_x, b_h = held.get(("dense_i", "bias"), zero), held.get(("dense_h", "bias"), zero)
    if wide == 3 * H:
        return _gru(name, W_x, W_h, b_x, b_h)
    return (blocks.lstm if wide == 4 * H else blocks.plain)(name, W_x, W_h, b_x + b_h)


def _by_gate(name, held):
    gates = {part[1:] for part, _ in held}
    order = {frozenset(LSTM): LSTM, frozenset(GRU): GRU, frozenset([""]): [""]}.get(frozenset(gates))
    if order is None:
        kind = " (an MGUCell, which this course has not)" if gates == set("fn") else ""
        raise ValueError(f"{name} has the gates {some(sorted(gates))}{kind}, expected {', '.join(LSTM)} or "
                         f"{', '.join(GRU)}")
    W_x, W_h = (_side(name, held, side, order, "kernel") for side in "ih")
    b_x, b_h = (_side(name, held, side, order, "bias", W_h.shape[1] // len(order)) for side in "ih")
    if order is GRU:
        return _gru(name, W_x, W_h, b_x, b_h)
    return (blocks.lstm if order is LSTM else blocks.plain)(name, W_x, W_h, b_x + b_h)


def _side(name, held, side, order, kind, H=None):
    """The kernels or biases of one side, gates side by side; a bias that is not there is zero."""
    parts = [held.get((side + gate, kind), None if H is None else np.zeros(H)) for gate in order]
    missing = [side + gate for gate, part in zip(order, parts) if part is None]
    if missing:
        raise ValueError(f"{name} has no {kind} of {some(missing)}, expected those of every gate")
    if len({part.shape for part in parts}) > 1:
        raise ValueError(f"{name} has {kind}s of shapes {some(part.shape for part in parts)}, expected the same")
    return np.concatenate(parts, axis=-1)


def _gru(name, W_x, W_h, b_x, b_h):
    H = len(W_h)
    return blocks.gru(name, W_x, W_h, b_x + np.r_[b_h[:2 * H], np.zeros(H)], b_h=b_h[2 * H:])
