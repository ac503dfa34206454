"""Weights of MLX: nn.LSTM, nn.GRU and nn.RNN."""
import re
from collections import defaultdict

import numpy as np

from ..network import Layer
from ..weights import as_weight, some
from . import blocks
from .found import Found, choose

EXAMPLE = "Wh"
NAME = re.compile(r"(?:(.*)[/.])?(Wx|Wh|Wxh|Whh|bias|b|bhn)", re.DOTALL)


def is_mine(names):
    """Whether these are names of MLX'."""
    return any({"Wx", "Wh"} <= set(held) or {"Wxh", "Whh"} <= set(held) for held in _cells(names).values())


def read(arrays, wishes):
    """`Found` of one layer.

    Layout: Wx (G·H, D), Wh (G·H, H), one bias (G·H,), gates i, f, g, o; a GRU has r, z, n, b (3H,) and bhn (H,), the
    candidate's bias inside the reset, after the product; Wxh and Whh are a plain network of tanh. Raises ValueError
    for several layers, missing arrays and shapes that do not fit.
    """
    cells = {module: held for module, held in _cells(arrays).items() if "Wh" in held or "Whh" in held}
    module = choose("layers", cells, wishes.prefix)
    names, own = cells[module], module or "layer"
    held = {part: as_weight(full, arrays[full]) for part, full in names.items()}
    x, h = ("Wx", "Wh") if "Wh" in held else ("Wxh", "Whh")
    if x not in held:
        raise ValueError(f"{own} has no {x}, there are {some(held)}")
    W_x, W_h = held[x].T, held[h].T
    H, b = len(W_h), held.get("bias", held.get("b", np.zeros(W_h.shape[-1])))
    if h == "Whh":
        cell, params = blocks.plain(own, W_x, W_h, b)
    elif W_h.shape[1] == 3 * H:
        cell, params = blocks.gru(own, W_x, W_h, b, b_h=held.get("bhn", np.zeros(H)))
    else:
        cell, params = blocks.lstm(own, W_x, W_h, b)
    return Found([Layer(own, wishes.squashed(cell), params)], set(names.values()))


def _cells(names):
    cells = defaultdict(dict)
    for name in names:
        if match := NAME.fullmatch(name):
            cells[match[1] or ""][match[2]] = name
    return cells
