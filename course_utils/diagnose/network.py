"""What is diagnosed: recurrent layers, each reading the hidden states of the one below."""
from collections.abc import Mapping
from dataclasses import dataclass

from ..engine.params import Params, check_params
from ..ground.arguments import some, texts
from ..ground.checks import one_of
from . import course_layout, keras_layout, torch_layout
from .weights import as_weight, printable

LAYOUTS = {"torch": torch_layout, "keras": keras_layout, "course": course_layout}


@dataclass(frozen=True, eq=False)
class Layer:
    """A cell with its weights, W_x (D, G·H), W_h (H, G·H), b (G·H,) and elementwise ones (H,), as float64 copies.
    Raises ValueError for weights that are not the cell's, or not finite."""

    name: str
    cell: type
    params: Params

    def __post_init__(self):
        check_params(self.cell, self.params)
        object.__setattr__(self, "name", printable(str(self.name)))
        object.__setattr__(self, "params", Params({name: as_weight(name, w) for name, w in self.params.items()}))

    @property
    def n_inputs(self):
        return self.params.W_x.shape[0]

    @property
    def n_hidden(self):
        return self.params.W_h.shape[0]


@dataclass(frozen=True, eq=False)
class Network:
    """Layers from the input upwards; `source` says where they come from, `ignored` names the arrays that were left
    out, such as an embedding or a readout. Raises ValueError for layers that do not fit on one another."""

    layers: tuple
    source: str
    ignored: tuple = ()

    def __post_init__(self):
        some(lambda _, layer: layer)("layers", self.layers)
        texts("ignored", self.ignored)
        object.__setattr__(self, "layers", tuple(self.layers))
        object.__setattr__(self, "ignored", tuple(map(printable, self.ignored)))
        if not self.layers or not all(isinstance(layer, Layer) for layer in self.layers):
            kinds = ", ".join(type(layer).__name__ for layer in self.layers) or "nothing"
            raise ValueError(f"layers hold {kinds}, expected one Layer at least")
        for below, above in zip(self.layers, self.layers[1:]):
            if above.n_inputs != below.n_hidden:
                raise ValueError(f"layer {above.name} reads {above.n_inputs} inputs, but layer {below.name} below it "
                                 f"has {below.n_hidden} units; expected layers that fit on one another")

    @property
    def n_inputs(self):
        return self.layers[0].n_inputs

    @property
    def n_hidden(self):
        """The units of every layer, from the input upwards."""
        return tuple(layer.n_hidden for layer in self.layers)

    @property
    def n_layers(self):
        return len(self.layers)


def network_from_arrays(arrays, *, framework="torch", nonlinearity="tanh", prefix=None, reset_after=None,
                        ordered=True, source="arrays"):
    """The `Network` in {name: array}, arrays or tensors; other entries than recurrent weights are left out.

    framework: how they are named and laid out, "torch" for a `state_dict`, "keras" for {v.path: v.numpy() for v in
    model.weights}, "course" for a file of `checkpoints.save_model`. What the arrays do not say: nonlinearity, "tanh" or
    "relu", of plain RNNs; reset_after, True or False, of a Keras GRU without bias; gates' activations, which are taken
    to be σ and tanh. prefix: the module or layer that is meant, where there are several. ordered: False if the order
    of the arrays says nothing of that of the layers (Keras alone; see `keras_layout.read_layers`).
    Modules that feed one another are read one by one, then Network((*first.layers, *second.layers), "both").
    Raises ValueError for anything missing, not finite or of a shape that does not fit, and for networks that are
    bidirectional or projected.
    """
    layout = LAYOUTS[one_of("framework", framework, tuple(LAYOUTS))]
    one_of("nonlinearity", nonlinearity, ("tanh", "relu"))
    if not isinstance(arrays, Mapping) or not all(isinstance(name, str) for name in arrays):
        raise ValueError(f"arrays is a {type(arrays).__name__}, expected a mapping of names to arrays")
    if not (prefix is None or isinstance(prefix, str)):
        raise ValueError(f"prefix is {prefix!r}, expected text or None")
    if reset_after is not None:
        one_of("reset_after", reset_after, (True, False))
    options = {"prefix": prefix, "nonlinearity": nonlinearity, "reset_after": reset_after, "ordered": ordered}
    found, used = layout.read_layers(arrays, **options)
    ignored = tuple(name for name in arrays if name not in used)
    return Network(tuple(Layer(*layer) for layer in found), source, ignored)
