"""Weights named as PyTorch names them, weight_ih_l0, weight_hh_l0, …, in any module of a state_dict; Equinox' one bias,
MindSpore's and Paddle's names, and what PyTorch's wrappers of weights leave behind."""
import re
from collections import defaultdict

import numpy as np

from ...engine.torch_weights import from_torch
from ..network import Layer, Level
from ..weights import as_weight, some
from . import blocks
from .found import Found, choose

EXAMPLE = "weight_hh_l0"
WEIGHT = r"weight_(?:ih|hh|hr)|bias_(?:ih|hh|n)|bias"
NAME = re.compile(rf"(.*?)((?:parametrizations\.)?)({WEIGHT})((?:_l(?:0|[1-9]\d{{0,5}}))?)((?:_reverse)?)"
                  r"((?:_raw|_g|_v|\.original[01]?)?)", re.DOTALL)
COPY = re.compile(r"(.*?)\d+\.cell(?:_fw|_bw)?\.?", re.DOTALL)  # Paddle's state_dict holds every tensor twice
OWN = re.compile(r"norm|(?:^|[._])ln")  # a module that is a part of the cell
DIRECTIONS = ("", "_reverse")


def is_mine(names):
    """Whether these are names of PyTorch's."""
    return any((match := NAME.fullmatch(name)) and match[3] == "weight_hh" for name in names)


def read(arrays, wishes):
    """`Found` of one `torch.nn.RNN`, `LSTM` or `GRU`, in one direction or both, or one of their cells (`LSTMCell` …),
    alone or within a larger model.

    Layout: weight_ih (G·H, D), weight_hh (G·H, H), bias_ih and bias_hh (G·H,), gates in the order i, f, g, o or
    r, z, n; `from_torch` says what becomes of them. One `bias` (G·H,) beside them, with a GRU's bias_n (H,), is
    Equinox'. weight_hh_l0_raw is what weight drop keeps the weight in; weight_norm's two are put together,
    w = g v / ‖v‖, the norm of each row. Raises ValueError for several modules, for a missing layer or array, for
    projected networks, and as `from_torch` does.
    """
    module, entries = _module(arrays, wishes.prefix)
    layers = sorted({layer for layer, _ in entries})
    if missing := set(range(min(max(layers), len(layers)))) - set(layers):
        raise ValueError(f"module {module!r} has weights of layer {max(layers)} and none of layer {min(missing)}; "
                         "expected every layer from 0 on")
    _check_biases(module, entries)
    found = Found(used={name for held in entries.values() for names in held.values() for name in names.values()})
    for layer in layers:
        sides = [side for side in DIRECTIONS if (layer, side) in entries]
        if sides != [side for side in DIRECTIONS if (0, side) in entries]:
            raise ValueError(f"module {module!r} has both directions in some layers only, expected {layer} to have "
                             "those of layer 0")
        found.levels.append(Level([_layer(arrays, module, layer, side, entries[layer, side], wishes)
                                   for side in sides]))
    if found.levels[0].layers[0].cell.gates == ("a",) and wishes.activation is None:
        found.assumed.append("that the plain network is of tanh: a state_dict does not say whether it is, or ReLU "
                             "(activation, --activation)")
    if beside := _beside(arrays, module, found.used):
        found.assumed.append(f"that {some(beside)} beside the weights changes nothing in the cell, which PyTorch's own "
                             "has not")
    return found


def _beside(arrays, module, used):
    """Names of arrays within the module, such as a normalisation's, that none of PyTorch's has. What a whole model of
    which the weights themselves are a part has in other modules counts as a readout."""
    names = [name for name in arrays if name.startswith(module) and name not in used and not NAME.fullmatch(name)]
    return [name for name in names if module or "." not in name or OWN.search(name)]


def _layer(arrays, module, number, side, held, wishes):
    """The `Layer` of the arrays {weight_ih: names of what it is made of, …}."""
    name = f"{module}l{number}{side}"
    weights = {own: _whole(arrays, names) for own, names in held.items()}
    if "weight_hr" in weights:
        raise ValueError(f"{name} is a projected LSTM (weight_hr), expected one with proj_size = 0")
    if "bias" in weights or "bias_n" in weights:
        cell, params = _with_one_bias(name, weights)
    else:
        cell, params = from_torch({f"{own}_l{number}": array for own, array in weights.items()}, number)
    return Layer(name, wishes.squashed(cell), params, reverse=side == "_reverse")


def _with_one_bias(name, weights):
    """(cell, params) as Equinox has them."""
    for own in ("weight_ih", "weight_hh", "bias"):
        if own not in weights:
            raise ValueError(f"{name} has {some(weights)}, expected weight_ih, weight_hh and bias")
    if extra := {"bias_ih", "bias_hh"} & set(weights):
        raise ValueError(f"{name} has {some(sorted(extra))} beside bias, expected one kind of biases")
    W_x, W_h, b = weights["weight_ih"].T, weights["weight_hh"].T, weights["bias"]
    H = len(W_h)
    if W_h.shape[1] == 4 * H:
        return blocks.lstm(name, W_x, W_h, b)
    if W_h.shape[1] == 3 * H:
        return blocks.gru(name, W_x, W_h, b, b_h=weights.get("bias_n", np.zeros(H)))
    return blocks.plain(name, W_x, W_h, b)


def _whole(arrays, names):
    """One weight, put together from its parts {"": name} or {"g": name, "v": name}."""
    if set(names) == {""}:
        return as_weight(names[""], arrays[names[""]])
    if set(names) != {"g", "v"}:
        raise ValueError(f"{some(names.values())} is one part of a normalised weight, expected both, its length and "
                         "its direction")
    g, v = (as_weight(names[part], arrays[names[part]]) for part in "gv")
    if g.shape != (len(v), 1):
        raise ValueError(f"{names['g']} has shape {g.shape}, expected ({len(v)}, 1), the norm of each row of "
                         f"{names['v']} {v.shape}")
    return g * v / np.linalg.norm(v, axis=1, keepdims=True)


def _module(arrays, prefix):
    """(prefix, {(layer, direction): {own name: {part: full name}}}) of the module that is meant."""
    modules = defaultdict(dict)
    for name in arrays:
        if match := NAME.fullmatch(name):
            module, _, own, layer, side, part = match.groups()
            if part == ".original":
                raise ValueError(f"{name} is a parametrized weight of an unknown kind, expected weight_norm's "
                                 "original0 and original1")
            part = {"_raw": "", "_g": "g", "_v": "v", ".original0": "g", ".original1": "v"}.get(part, part)
            modules[module].setdefault((layer, side), {}).setdefault(own, {})[part] = name
    for name in list(modules):  # weight drop keeps the raw weight beside the module that it wraps
        if f"{name}module." in modules:
            for key, own in modules.pop(name).items():
                modules[f"{name}module."][key] = modules[f"{name}module."].get(key, {}) | own
    modules = {name: held for name, held in modules.items()
               if any("weight_hh" in own for own in held.values())
               and not ((copy := COPY.fullmatch(name)) and copy[1] in modules)}
    if not modules:
        raise ValueError(f"no weight_hh_l0 is among the arrays, expected those of an RNN, LSTM or GRU; there are "
                         f"{some(arrays)}")
    short = {name.removesuffix("."): name for name in modules}
    module = short[choose("recurrent modules", short, prefix)]
    held = modules[module]
    if "" in {layer for layer, _ in held} and len({layer for layer, _ in held}) > 1:
        raise ValueError(f"module {module!r} holds arrays both with and without _l0: "
                         f"{some(_names(held))}; expected one kind")
    return module, {(int(layer[2:] or 0), side): own for (layer, side), own in held.items()}


def _names(held):
    return [name for own in held.values() for parts in own.values() for name in parts.values()]


def _check_biases(module, entries):
    """PyTorch gives biases to all layers or to none."""
    without = [key for key, held in sorted(entries.items()) if not any(own.startswith("bias") for own in held)]
    if 0 < len(without) < len(entries):
        layer, side = without[0]
        raise ValueError(f"bias_ih_l{layer}{side} is missing in module {module!r}, expected biases in every layer or "
                         "in none")
