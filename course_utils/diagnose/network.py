"""What is diagnosed: levels of recurrent layers, each reading what the level below shows."""
from copy import copy
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from ..engine.params import Params, check_params
from ..ground.arguments import some, texts
from ..ground.checks import as_array, one_of
from .weights import as_weight, printable, weight_shape

MERGES = ("concat", "sum", "ave")


@dataclass(frozen=True, eq=False)
class Layer:
    """A cell with its weights, W_x (D, G·H), W_h (H, G·H), b (G·H,) and elementwise ones (H,), as float64 copies.

    reverse: it reads each sequence from its last step to its first. state0: the (K, H) that it starts from unless the
    caller says otherwise, zero if left out. Raises ValueError for weights that are not the cell's, or not finite.
    """

    name: str
    cell: type
    params: Params
    reverse: bool = False
    state0: np.ndarray | None = None

    def __post_init__(self):
        check_params(self.cell, self.params)
        one_of("reverse", self.reverse, (True, False))
        object.__setattr__(self, "name", printable(str(self.name)))
        object.__setattr__(self, "params", Params({
            name: as_weight(name, w, weight_shape(self.cell, name)) for name, w in self.params.items()}))
        if self.state0 is not None:
            shape = len(self.cell.states), self.n_hidden
            object.__setattr__(self, "state0", as_array("state0", as_weight("state0", self.state0), shape))

    @property
    def n_inputs(self):
        return self.params.W_x.shape[0]

    @property
    def n_hidden(self):
        return self.params.W_h.shape[0]


@dataclass(frozen=True, eq=False)
class Level:
    """Layers side by side that read the same sequence: one, or the two directions of a bidirectional network.

    merge: what the level shows of them, "concat" (T, B, sum of H), "sum" or their mean, "ave" (T, B, H). turned: what a
    layer that reads backwards shows is put into the order of the input again, as both directions of one level need;
    False for Keras' `go_backwards`, which leaves it in the order in which it was read. Raises ValueError for layers
    that read different numbers of inputs, or cannot be added.
    """

    layers: tuple
    merge: str = "concat"
    turned: bool = True

    def __post_init__(self):
        some(lambda _, layer: layer)("layers", self.layers)
        one_of("turned", self.turned, (True, False))
        object.__setattr__(self, "layers", tuple(self.layers))
        one_of("merge", self.merge, MERGES)
        if not self.layers or not all(isinstance(layer, Layer) for layer in self.layers):
            kinds = ", ".join(type(layer).__name__ for layer in self.layers) or "nothing"
            raise ValueError(f"layers hold {kinds}, expected one Layer at least")
        for what, sizes in (("inputs", [layer.n_inputs for layer in self.layers]),
                            ("units", [layer.n_hidden for layer in self.layers])):
            if len(set(sizes)) > 1 and (what == "inputs" or self.merge != "concat"):
                raise ValueError(f"layers {', '.join(layer.name for layer in self.layers)} have {sizes} {what}, "
                                 f"expected the same number side by side (merge {self.merge!r})")

    @property
    def n_inputs(self):
        return self.layers[0].n_inputs

    @property
    def width(self):
        """How many numbers a step the level shows."""
        sizes = [layer.n_hidden for layer in self.layers]
        return sum(sizes) if self.merge == "concat" else sizes[0]


def as_level(entry):
    """A `Level` of a `Layer`, of a tuple of layers side by side, or as it is."""
    if isinstance(entry, Level):
        return entry
    return Level(entry if isinstance(entry, tuple | list) else (entry,))


@dataclass(frozen=True, eq=False)
class Network:
    """Levels from the input upwards: each a `Layer`, a tuple of layers side by side, or a `Level`. `layers` holds all
    layers one after the other, forwards before backwards, and `levels` the levels.

    source: where they come from. ignored: names of the arrays that were left out, such as an embedding or a readout.
    assumed: sentences that say what the file does not, and was taken to be so. Raises ValueError for levels that do
    not fit on one another.
    """

    layers: tuple
    source: str
    ignored: tuple = ()
    assumed: tuple = ()
    levels: tuple = field(init=False)

    def __post_init__(self):
        some(lambda _, layer: layer)("layers", self.layers)
        for name in ("ignored", "assumed"):
            texts(name, getattr(self, name))
            object.__setattr__(self, name, tuple(map(printable, getattr(self, name))))
        levels = tuple(map(as_level, self.layers))
        if not levels:
            raise ValueError("layers hold nothing, expected one Layer at least")
        for below, above in pairwise(levels):
            if above.n_inputs != below.width:
                raise ValueError(f"layer {above.layers[0].name} reads {above.n_inputs} inputs, but layer "
                                 f"{below.layers[0].name} below it has {below.width} units; expected layers that fit "
                                 "on one another")
        object.__setattr__(self, "levels", levels)
        object.__setattr__(self, "layers", tuple(layer for level in levels for layer in level.layers))

    @property
    def n_inputs(self):
        return self.levels[0].n_inputs

    @property
    def n_hidden(self):
        """The units of every layer, from the input upwards."""
        return tuple(layer.n_hidden for layer in self.layers)

    @property
    def n_layers(self):
        return len(self.layers)

    @property
    def width(self):
        """How many numbers a step the last level shows."""
        return self.levels[-1].width

    def as_type(self, dtype):
        """A copy whose weights are float32 or float64."""
        def changed(layer):
            new = copy(layer)
            object.__setattr__(new, "params", Params({name: w.astype(dtype) for name, w in layer.params.items()}))
            return new

        levels = [replace(level, layers=tuple(map(changed, level.layers))) for level in self.levels]
        return replace(self, layers=tuple(levels))

    def outputs(self, x, lengths=None, state0=None):
        """What the recurrent layers of the framework return for x (T, B, D): (T, B, H), or (T, B, 2H) for two
        directions, forwards first; zero in the padding. lengths, state0: as in `run`. Errors as there."""
        from .running import run, shown  # which need a Network to be checked

        return shown(self, run(self, x, lengths, state0), lengths)
