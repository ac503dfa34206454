"""One file a framework: how it names its recurrent weights, and what they are in this course. Each has
`is_mine(names)`, `read(arrays, wishes)` → `Found`, and EXAMPLE, a name as it gives them."""
from collections.abc import Mapping

from ...ground.checks import one_of
from . import course, deepmind, flax, keras, mlx, tf1, torch
from .found import Wishes, read_network_of

LAYOUTS = {"torch": torch, "keras": keras, "course": course, "tf1": tf1, "flax": flax, "deepmind": deepmind,
           "mlx": mlx}


def network_from_arrays(arrays, *, framework="torch", prefix=None, layers=(), activation=None, gate_activation=None,
                        reset_after=None, ordered=True, source="arrays"):
    """The `Network` in {name: array}, arrays or tensors; other entries than recurrent weights are left out.

    framework: how they are named and laid out: "torch" for a `state_dict` (and Equinox, MindSpore, Paddle), "keras" for
    {v.path: v.numpy() for v in model.weights}, "course" for a file of `checkpoints.save_model`, "tf1" for TensorFlow
    1's cells, "flax" (linen and nnx), "deepmind" (Haiku and Sonnet), "mlx". What the arrays do not say:

    * prefix: the module or layer that is meant, where there are several; layers: those that feed one another, from
      the input upwards
    * activation, gate_activation: names as `activation` has them, numbers after a colon ("hard_sigmoid:.1667,.5")
    * reset_after: True or False, of a Keras GRU without bias
    * ordered: False if the order of the arrays says nothing of that of the layers (Keras alone)

    `Network.assumed` says what was taken to be so. Raises ValueError for anything missing, not finite or of a shape
    that does not fit, and for layers of which nothing says how they belong together.
    """
    layout = LAYOUTS[one_of("framework", framework, tuple(LAYOUTS))]
    if not isinstance(arrays, Mapping) or not all(isinstance(name, str) for name in arrays):
        raise ValueError(f"arrays is a {type(arrays).__name__}, expected a mapping of names to arrays")
    wishes = Wishes.checked(prefix=prefix, layers=layers, activation=activation, gate_activation=gate_activation,
                            reset_after=reset_after, ordered=ordered)
    return read_network_of(layout, arrays, wishes, source)


__all__ = ["LAYOUTS", "network_from_arrays"]
