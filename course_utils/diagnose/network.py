"""What is diagnosed: recurrent layers on top of one another, each a cell and its weights."""
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..cells import Cell
from ..params import Params, check_params
from ..torch_weights import from_torch


@dataclass(frozen=True)
class Layer:
    """One recurrent layer: its name, a cell of this course, and `Params` in float64."""

    name: str
    cell: type[Cell]
    params: Params


@dataclass(frozen=True)
class Network:
    """Layers, the lowest first, each reading the hidden states of the one before; `source` says where the weights came
    from, `ignored` which arrays there were left aside. Raises ValueError where layers don't fit together."""

    layers: tuple[Layer, ...]
    source: str
    ignored: tuple[str, ...] = ()

    def __post_init__(self):
        if not self.layers:
            raise ValueError("a network without layers, expected one at least")
        layers = tuple(Layer(layer.name, layer.cell, _doubles(layer.params)) for layer in self.layers)
        object.__setattr__(self, "layers", layers)
        for below, above in pairwise(layers):
            width, wanted = len(below.params.W_h), len(above.params.W_x)
            if width != wanted:
                raise ValueError(f"layer {above.name} reads {wanted} inputs, but {below.name} below has {width}")
        for layer in layers:
            check_params(layer.cell, layer.params)

    @property
    def n_inputs(self):
        return len(self.layers[0].params.W_x)

    @property
    def n_hidden(self):
        return tuple(len(layer.params.W_h) for layer in self.layers)

    @property
    def n_layers(self):
        return len(self.layers)


def _doubles(params):
    return Params({name: np.asarray(array, float) for name, array in params.items()})


def network_from_arrays(arrays, *, framework="torch", nonlinearity="tanh"):
    """A `Network` of the arrays of a PyTorch state_dict."""
    if framework != "torch":
        raise ValueError(f"framework is {framework!r}, expected 'torch'")
    n_layers = sum("weight_hh_l" in name for name in arrays)
    found = (from_torch(arrays, layer, nonlinearity=nonlinearity) for layer in range(max(1, n_layers)))
    return Network(tuple(Layer(f"l{k}", cell, params) for k, (cell, params) in enumerate(found)), "arrays")
