"""Weights named as PyTorch names them, weight_ih_l0, weight_hh_l0, …, in any module of a state_dict."""
import re
from collections import defaultdict

from ..engine.torch_weights import from_torch
from .weights import as_weight, some

NAME = re.compile(r"(.*?)((?:weight_(?:ih|hh|hr)|bias_(?:ih|hh))(?:_l(0|[1-9]\d{0,5}))?(?:_reverse)?)", re.DOTALL)
LAYER = re.compile(r"_l(\d+)")


def is_mine(names):
    """Whether these are names of PyTorch's."""
    return any((match := NAME.fullmatch(name)) and "weight_hh" in match[2] for name in names)


def read_layers(arrays, *, prefix=None, nonlinearity="tanh", **_):
    """([(name, cell, params) from the input upwards], names of the arrays that were used) of one `torch.nn.RNN`,
    `LSTM` or `GRU`, or one of their cells (`LSTMCell` …), alone or within a larger model.

    Layout: weight_ih (G·H, D), weight_hh (G·H, H), bias_ih and bias_hh (G·H,), gates in the order i, f, g, o or
    r, z, n; `from_torch` says what becomes of them. prefix: the module that is meant, where there are several.
    Raises ValueError for several modules, for a missing layer or array, and as `from_torch` does.
    """
    module, names = _choose(_modules(arrays), prefix, arrays)
    weights = {own if layer is not None else f"{own}_l0": name for own, (name, layer) in names.items()}
    if len(weights) < len(names):
        raise ValueError(f"module {module!r} holds arrays both with and without _l0: {some(names)}; expected one kind")
    n_layers = _count(module, names.values())
    _check_biases(weights, n_layers)
    held = defaultdict(dict)
    for own, name in weights.items():
        held[int(LAYER.search(own)[1])][own] = as_weight(name, arrays[name])
    found = [(f"{module}l{layer}", *from_torch(held[layer], layer, nonlinearity=nonlinearity))
             for layer in range(n_layers)]
    return found, set(weights.values())


def _modules(arrays):
    """{prefix: {own name of a weight: (its full name, its layer or None)}}"""
    modules = defaultdict(dict)
    for name in arrays:
        if match := NAME.fullmatch(name):
            modules[match[1]][match[2]] = (name, match[3])
    return modules


def _choose(modules, prefix, arrays):
    if not modules:
        raise ValueError(f"no weight_hh_l0 is among the arrays, expected those of an RNN, LSTM or GRU; there are "
                         f"{some(arrays)}")
    known = some(repr(module.removesuffix(".")) for module in modules)
    if prefix is None:
        if len(modules) > 1:
            raise ValueError(f"there are {len(modules)} recurrent modules, {known}; expected one, or prefix= with the "
                             "one that is meant")
        return next(iter(modules.items()))
    for module in (prefix, f"{prefix}."):
        if module in modules:
            return module, modules[module]
    raise ValueError(f"prefix is {prefix!r}, expected one of {known}")


def _count(module, entries):
    """How many layers there are, if none is missing."""
    numbers = {int(layer or 0) for _, layer in entries}
    if missing := set(range(min(max(numbers), len(numbers)))) - numbers:
        raise ValueError(f"module {module!r} has weights of layer {max(numbers)} and none of layer {min(missing)}; "
                         "expected every layer from 0 on")
    return len(numbers)


def _check_biases(weights, n_layers):
    """PyTorch gives biases to all layers or to none."""
    without = [layer for layer in range(n_layers) if f"bias_ih_l{layer}" not in weights]
    if 0 < len(without) < n_layers:
        raise ValueError(f"bias_ih_l{without[0]} is missing, expected biases in every layer or in none")
