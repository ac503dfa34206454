"""Weights of Haiku and Sonnet 2, which name theirs alike."""
import re
from collections import defaultdict

import numpy as np

from ...engine.cells import ReluRNN, TanhRNN
from ...ground.checks import as_array
from ..network import Layer
from ..weights import as_weight, some
from . import blocks
from .found import Found, choose

EXAMPLE = "lstm/linear/w"
NAME = re.compile(r"(?:(.*?)[/.])?(linear(?:_1)?[/.][wb]|w_[ih]|b|(?:input|hidden)_to_hidden[/.]w)(?::0)?", re.DOTALL)
KINDS = {"lstm": {"linear/w"}, "vanilla": {"linear/w", "linear_1/w"}}  # of Haiku, by the name of the module


def is_mine(names):
    """Whether these are names of Haiku's or Sonnet's."""
    cells = _cells(names)
    return any(_is_cell(module, held) for module, held in cells.items())


def read(arrays, wishes):
    """`Found` of one LSTM, GRU or VanillaRNN, whose parameters are flattened with "/" or ".".

    Layout: Haiku's LSTM has linear/w (D + H, 4H) and linear/b, gates i, g, f, o, and adds 1 to f at run time; Sonnet's
    w_i (D, 4H), w_h (H, 4H), b, gates i, f, g, o, with the 1 in b. Both GRUs have w_i, w_h, b, gates z, r, n, reset
    before the product, and z takes the new: z of this course is 1 minus theirs. A VanillaRNN has linear and linear_1
    for inputs and state in Haiku, and is of ReLU; input_to_hidden, hidden_to_hidden and b in Sonnet, and is of tanh
    unless it was made otherwise. Raises ValueError for several cells, missing arrays and shapes that do not
    fit.
    """
    cells = {module: held for module, held in _cells(arrays).items() if _is_cell(module, held)}
    module = choose("cells", cells, wishes.prefix)
    names, own = cells[module], module or "cell"
    held = {part: as_weight(full, arrays[full]) for part, full in names.items()}
    found = Found(used=set(names.values()))
    if "linear_1/w" in held:
        cell, params = _vanilla(own, held, "linear", "linear_1", ReluRNN)
    elif "linear/w" in held:
        cell, params = _haiku_lstm(own, held)
        found.assumed.append("that 1 is added to the forget gate's bias at run time, as Haiku does")
    elif "w_h" in held:
        cell, params = _with_two(own, held)
    else:
        cell, params = _vanilla(own, held, "input_to_hidden", "hidden_to_hidden", TanhRNN)
        if wishes.activation is None:
            found.assumed.append("that the activation is tanh, as Sonnet has it unless it is told otherwise "
                                 "(activation, --activation)")
    found.levels.append(Layer(own, wishes.squashed(cell), params))
    return found


def _cells(names):
    cells = defaultdict(dict)
    for name in names:
        if match := NAME.fullmatch(name):
            cells[match[1] or ""][match[2].replace(".", "/")] = name
    return cells


def _is_cell(module, held):
    return bool({"w_h", "hidden_to_hidden/w"} & set(held)) or any(
        kind in module.lower() and parts <= set(held) for kind, parts in KINDS.items())


def _haiku_lstm(name, held):
    w = as_array(f"linear/w of {name}", held["linear/w"], ("D + H", "4·H"))
    H = w.shape[1] // 4
    if len(w) <= H:
        raise ValueError(f"linear/w of {name} has shape {w.shape}, expected (D + H, 4·H) with at least one input")
    return blocks.lstm(name, w[:-H], w[-H:], held.get("linear/b", np.zeros(w.shape[1])), "igfo", f_plus=1.0)


def _with_two(name, held):
    if missing := {"w_i", "w_h", "b"} - set(held):
        raise ValueError(f"{name} has no {some(sorted(missing))}, expected w_i, w_h and b")
    W_x, W_h, b = held["w_i"], held["w_h"], held["b"]
    if W_h.ndim == 2 and W_h.shape[1] == 4 * len(W_h):
        return blocks.lstm(name, W_x, W_h, b)
    return blocks.gru(name, W_x, W_h, b, "zrn", takes_new=True)


def _vanilla(name, held, inputs, hidden, cell):
    if missing := {f"{inputs}/w", f"{hidden}/w"} - set(held):
        raise ValueError(f"{name} has no {some(sorted(missing))}, expected both kernels of a VanillaRNN")
    W_h = held[f"{hidden}/w"]
    b = sum(held.get(part, np.zeros(len(W_h))) for part in (f"{inputs}/b", f"{hidden}/b", "b"))
    return blocks.plain(name, held[f"{inputs}/w"], W_h, b, cell)
