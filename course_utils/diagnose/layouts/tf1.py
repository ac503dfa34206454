"""Weights of TensorFlow 1's cells, BasicLSTMCell, LSTMCell and GRUCell: one kernel for inputs and state together."""
import re
from collections import defaultdict

import numpy as np

from ...ground.checks import as_array
from ..network import Layer, Level
from ..weights import as_weight, some
from . import blocks
from .found import Found, choose

EXAMPLE = "basic_lstm_cell/kernel"
NAME = re.compile(r"(.*?)((?:basic_)?lstm_cell|gru_cell/(?:gates|candidate))/(kernel|bias|w_[fio]_diag)(?::0)?",
                  re.DOTALL)
STACKED = re.compile(r"(.*?)cell_(\d+)/", re.DOTALL)
SIDES = {"fw": False, "bw": True}


def is_mine(names):
    """Whether these are names of TensorFlow 1's."""
    return (any((match := NAME.fullmatch(name)) and match[3] == "kernel" for name in names)
            and not any("recurrent_kernel" in name for name in names))


def read(arrays, wishes):
    """`Found` of the cells of one `dynamic_rnn`, of a MultiRNNCell in it, or of a `bidirectional_dynamic_rnn`.

    Layout of an LSTM: kernel (D + H, 4H), inputs above the state, bias (4H,), gates i, g, f, o; 1 is added to f's
    pre-activation at run time (forget_bias), which the arrays do not hold; w_f_diag, w_i_diag, w_o_diag (H,) are
    peepholes. Of a GRU: gates (D + H, 2H) of r, z and candidate (D + H, H), reset before the product. Raises
    ValueError for several networks, missing arrays and shapes that do not fit.
    """
    modules = defaultdict(dict)
    for name in arrays:
        if match := NAME.fullmatch(name):
            part = match[2].partition("/")[2]
            modules[match[1]][f"{part}/{match[3]}" if part else match[3]] = name
    stacks = defaultdict(dict)  # {stack: {(layer, direction): module}}
    for module in modules:
        numbered, side = STACKED.fullmatch(module), re.search(r"(?:^|/)(fw|bw)/", module)
        above = numbered[1] if numbered else module
        above = re.sub(r"(^|/)(fw|bw)/.*", r"\1", above)
        stacks[above.rstrip("/")][int(numbered[2]) if numbered else 0, side[1] if side else "fw"] = module
    name = choose("recurrent networks", stacks, wishes.prefix)
    found = Found()
    for layer in sorted({layer for layer, _ in stacks[name]}):
        sides = [side for side in SIDES if (layer, side) in stacks[name]]
        found.levels.append(Level([_layer(arrays, stacks[name][layer, side], modules, found, wishes, side)
                                   for side in sides]))
    return found


def _layer(arrays, module, modules, found, wishes, side):
    names, own = modules[module], module.rstrip("/") or "rnn"
    held = {part: as_weight(full, arrays[full]) for part, full in names.items()}
    found.used |= set(names.values())
    if "gates/kernel" in held:
        cell, params = _gru(own, held)
    else:
        cell, params = _lstm(own, held)
        found.assumed.append("that 1 is added to the forget gate's bias at run time, TensorFlow 1's forget_bias")
    return Layer(own, wishes.squashed(cell), params, reverse=SIDES[side])


def _lstm(name, held):
    kernel = as_array(f"kernel of {name}", held["kernel"], ("D + H", "4·H"))
    H = kernel.shape[1] // 4
    _check(name, kernel, H)
    peepholes = None
    if "w_f_diag" in held:
        peepholes = {f"p_{gate}": as_array(f"w_{gate}_diag of {name}", held.get(f"w_{gate}_diag"), (H,))
                     for gate in "ifo"}
    b = held.get("bias", np.zeros(4 * H))
    return blocks.lstm(name, kernel[:-H], kernel[-H:], b, "igfo", f_plus=1.0, peepholes=peepholes)


def _gru(name, held):
    for part in ("gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias"):
        if part not in held:
            raise ValueError(f"{name} has no {part}, there are {some(held)}")
    kernel = np.hstack([held["gates/kernel"], held["candidate/kernel"]])
    H = kernel.shape[1] // 3
    _check(name, kernel, H)
    b = np.concatenate([held["gates/bias"], held["candidate/bias"]])
    return blocks.gru(name, kernel[:-H], kernel[-H:], b)


def _check(name, kernel, H):
    if len(kernel) <= H:
        raise ValueError(f"kernel of {name} has shape {kernel.shape}, expected (D + H, G·H) with at least one input")
