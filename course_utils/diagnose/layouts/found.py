"""What every layout is asked, and what it answers."""
from dataclasses import dataclass, field, replace

from ...engine.activations import FAMILIES, PLAIN, Activation, activation
from ...engine.cells import activated
from ...ground.arguments import some as each_of
from ...ground.arguments import text
from ...ground.checks import one_of
from ..network import Network
from ..weights import some

GATES = "ifozr"  # what gate_activation squashes; the others are candidates, or what a cell state is shown through


@dataclass(frozen=True)
class Wishes:
    """What arrays do not say. prefix: the module or layer that is meant, where there are several. layers: prefixes of
    modules that feed one another, from the input upwards. activation: of a plain network, of an LSTM's candidate and
    of what its cell state is shown through, of a GRU's candidate. gate_activation: of the gates. Both are names of
    `activation`, with numbers after a colon where they have others than its defaults ("hard_sigmoid:.1667,.5").
    reset_after: where the reset gate of a Keras GRU without bias stands. ordered: False if the order of the arrays says
    nothing of that of the layers. config: the layers as Keras' JSON describes them, with "keras_version"."""

    prefix: str | None = None
    layers: tuple = ()
    activation: Activation | None = None
    gate_activation: Activation | None = None
    reset_after: bool | None = None
    ordered: bool = True
    config: dict | None = None

    @classmethod
    def checked(cls, *, prefix, layers, activation, gate_activation, reset_after, **more):
        """The wishes, once each is found to be of its kind. Raises ValueError."""
        if not (prefix is None or isinstance(prefix, str)):
            raise ValueError(f"prefix is {prefix!r}, expected text or None")
        layers = tuple(each_of(text)("layers", layers))
        if prefix is not None and layers:
            raise ValueError(f"prefix is {prefix!r} and layers are {', '.join(layers)}, expected one of the two")
        if reset_after is not None:
            one_of("reset_after", reset_after, (True, False))
        return cls(prefix, layers, as_activation("activation", activation),
                   as_activation("gate_activation", gate_activation), reset_after, **more)

    def squashed(self, cell):
        """The cell with the activations that are wished for."""
        gates = {name: self.gate_activation for name in cell.activations if name in GATES}
        others = {name: self.activation for name in cell.activations if name not in GATES}
        wished = {name: one for name, one in (gates | others).items() if one is not None}
        return activated(cell, **wished) if wished else cell


def as_activation(name, value):
    """None, an `Activation`, or the one that a text such as "relu" or "hard_sigmoid:.1667,.5" means. Raises
    ValueError."""
    if value is None or isinstance(value, Activation):
        return value
    kind, _, numbers = text(name, value).partition(":")
    if kind not in (*PLAIN, *FAMILIES):
        raise ValueError(f"{name} is {value!r}, expected one of {', '.join((*PLAIN, *FAMILIES))}")
    try:
        numbers = [float(part) for part in numbers.split(",")] if numbers else []
    except ValueError:
        raise ValueError(f"{name} is {value!r}, expected numbers after the colon, as in hard_sigmoid:.2,.5") from None
    _, known = FAMILIES.get(kind, (None, {}))
    if len(numbers) > len(known):
        raise ValueError(f"{name} is {value!r}, expected {' and '.join(known) or 'no numbers'} after {kind}")
    return activation(kind, **dict(zip(known, numbers)))


@dataclass
class Found:
    """What a layout found: `levels` of `Layer`s from the input upwards, the names of the arrays that were used, and
    sentences on what the arrays do not say and was taken to be so."""

    levels: list = field(default_factory=list)
    used: set = field(default_factory=set)
    assumed: list = field(default_factory=list)


def read_network_of(layout, arrays, wishes, source):
    """The `Network` that a layout finds in arrays: one module, or those that `wishes.layers` names, put together."""
    if wishes.layers:
        parts = [layout.read(arrays, replace(wishes, layers=(), prefix=prefix)) for prefix in wishes.layers]
    else:
        parts = [layout.read(arrays, wishes)]
    levels = tuple(level for part in parts for level in part.levels)
    used = set().union(*(part.used for part in parts))
    assumed = dict.fromkeys(sentence for part in parts for sentence in part.assumed)
    return Network(levels, source, tuple(name for name in arrays if name not in used), tuple(assumed))


def choose(what, names, prefix):
    """The one of the names that `prefix` means, or the only one. Raises ValueError that lists them, with the line to
    type where several are there."""
    if prefix is None:
        if len(names) == 1:
            return next(iter(names))
        raise ValueError(f"there are {len(names)} {what}, {some(map(repr, names))}, and nothing says how they are "
                         f"connected; expected prefix= with the one that is meant (--prefix {next(iter(names))!r}), or "
                         "layers= with those that feed one another, from the input upwards "
                         f"(--layers {','.join(names)})")
    for name in (prefix, prefix.rstrip("./")):
        if name in names:
            return name
    raise ValueError(f"prefix is {prefix!r}, expected one of {some(map(repr, names))}")

