"""What Keras' JSON says of a model: its recurrent layers, which of them feed one another, and what squashes them."""
import re
from itertools import pairwise
from typing import NamedTuple

from ...engine.activations import activation
from ..weights import some

RECURRENT = ("SimpleRNN", "LSTM", "GRU", "CuDNNLSTM", "CuDNNGRU")
TRANSPARENT = ("InputLayer", "Dropout", "SpatialDropout1D", "GaussianDropout", "GaussianNoise", "AlphaDropout",
               "Masking", "ActivityRegularization")  # at inference a sequence comes out of these as it went in
OWNERS = ("keras", "tf_keras", "tensorflow")  # where Keras 3 says that a class comes from; None of one's own
MODELS = ("Sequential", "Functional", "Model")
MERGES = {"concat": "concat", "sum": "sum", "ave": "ave"}
ALIKE = ("relu", "sigmoid", "tanh", "linear", "softsign", "softplus", "elu")  # the same in every Keras


class Spec(NamedTuple):
    """A recurrent layer of the model. name: its own; place: where a .weights.h5 of Keras 3 has it, which names layers
    by their class; cells: the settings of its cells, of both directions if `both`; merge; backwards: `go_backwards`;
    sequences: whether it shows every step; started: whether its initial state comes from another layer; calls: how
    often the model calls it; within: the names of the models that it is in, the outermost first."""

    name: str
    place: str
    cells: tuple
    both: bool
    merge: str
    backwards: bool
    sequences: bool
    started: bool
    calls: int = 1
    within: tuple = ()


def stacks(model):
    """([[`Spec`, …], …], sentences): the recurrent layers of a model, those that feed one another in one list, from
    the input upwards; and what `unheeded` says of it. Raises ValueError for a description of another form."""
    try:
        return [*_stacks(model, "layers")], unheeded(model)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError(f"the model's description is none of Keras': {type(error).__name__}: {error}") from None


def unheeded(model):
    """Sentences on what a model does beside its layers: steps that it masks, and what it drops out at inference."""
    masks, drops, kept = [], [], []
    for name, layer in _all_layers(model):
        called = [*_arguments(layer.get("inbound_nodes"))]
        masked = layer["class_name"] == "Masking" or layer["config"].get("mask_zero")
        masks += [name] * bool(masked or any(key == "mask" and given for key, given in called))
        inner = layer["config"].get("layer")
        settings = inner["config"] if isinstance(inner, dict) else layer["config"]
        kept += [name] * (settings.get("stateful") is True)
        drops += [name] * any(key == "training" and given is True for key, given in called)
    said = [f"that no step is masked unless lengths are given, of padding at the end: the model masks steps "
            f"({some(masks)}; --lengths)"] * bool(masks)
    said += [f"that every batch starts from zero: {some(kept)} goes on from the last one (stateful)"] * bool(kept)
    return said + [f"that nothing is dropped out: the model calls {some(drops)} with training=True"] * bool(drops)


def _all_layers(model):
    """(name, layer) of all layers of a model and of those in it."""
    for layer in _layers(model):
        yield layer["config"].get("name") or layer.get("name") or layer["class_name"], layer
        if layer["class_name"] in MODELS:
            yield from _all_layers(layer)


def _arguments(nodes):
    """(name, value) of whatever is given by name in nodes."""
    for part in nodes.values() if isinstance(nodes, dict) else nodes if isinstance(nodes, list) else ():
        yield from _arguments(part)
    if isinstance(nodes, dict):
        yield from nodes.items()


def _layers(model):
    inner = model.get("config", model)
    return inner if isinstance(inner, list) else inner["layers"]


def _stacks(model, place):
    layers = _layers(model)
    counts, specs, seen = {}, {}, {}
    for layer in layers:
        kind, settings = layer["class_name"], layer["config"]
        by_class = snake(kind)
        counts[by_class] = counts.get(by_class, -1) + 1
        here = f"{place}/{by_class}" + (f"_{counts[by_class]}" if counts[by_class] else "")
        name = settings.get("name") or layer.get("name") or here.rpartition("/")[2]
        seen[name] = layer
        if kind in MODELS:
            calls = max(1, len(layer.get("inbound_nodes") or []))
            for stack in _stacks(layer, f"{here}/layers"):
                yield [spec._replace(calls=calls * spec.calls, within=(name, *spec.within)) for spec in stack]
        elif (spec := _spec(kind, settings, name, here, layer)) is not None:
            specs[name] = spec
    before = _sources(layers, seen)
    below = {name: _recurrent_below(name, specs, seen, before) for name in specs}
    for name in specs:
        if name not in below.values():  # the last of its stack
            stack = [name]
            while below[stack[0]] is not None:
                stack.insert(0, below[stack[0]])
            yield [specs[one] for one in stack]


def _spec(kind, settings, name, place, layer):
    """The `Spec` of a layer, or None where it is not recurrent, or of one's own."""
    if not _is_keras(layer):
        return None
    called = {"started": _is_started(layer), "calls": max(1, len(layer.get("inbound_nodes") or []))}
    if kind == "Bidirectional":
        inner = settings["layer"]
        other = settings.get("backward_layer") or inner
        if inner["class_name"] not in (*RECURRENT, "RNN") or not _is_keras(inner):
            return None
        if inner["config"].get("go_backwards"):
            raise ValueError(f"layer {name} is bidirectional around one that reads backwards itself (go_backwards), "
                             "which Keras shows from its end to its beginning; expected go_backwards=False")
        merge = settings.get("merge_mode")
        if merge not in MERGES:
            raise ValueError(f"layer {name} merges its directions by {merge!r}, expected {some(MERGES)}")
        return Spec(name, place, (_cell(inner), _cell(other)), True, merge, False,
                    inner["config"].get("return_sequences", False), **called)
    if kind == "RNN":
        cell = settings["cell"]
        cells = cell["config"]["cells"] if cell["class_name"] == "StackedRNNCells" else [cell]
    elif kind in RECURRENT:
        cells = [layer]
    else:
        return None
    return Spec(name, place, tuple(map(_cell, cells)), False, "concat", settings.get("go_backwards", False),
                settings.get("return_sequences", False), **called)


def _cell(layer):
    """{"class": LSTM, …} and the settings of a layer or of one of its cells."""
    kind = layer["class_name"]
    if kind == "RNN":
        return _cell(layer["config"]["cell"])
    if not _is_keras(layer) or kind.removesuffix("Cell") not in RECURRENT:
        raise ValueError(f"the cell {kind} is none of the course's, expected SimpleRNNCell, LSTMCell or GRUCell, one "
                         "for each direction")
    return layer["config"] | {"class": kind.removesuffix("Cell")}


def _is_keras(layer):
    """Whether a class is Keras' own: a class of one's own may have any name."""
    return "module" not in layer or str(layer["module"]).partition(".")[0] in OWNERS


def snake(name):
    """The name of a class as Keras 3 writes it in its files, without the package that it is registered in."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", name.rpartition(">")[2]))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def _sources(layers, seen):
    """{name: what it reads, or None}: the one before in a Sequential, what its first argument is in a graph."""
    names = list(seen)
    if not any("inbound_nodes" in layer for layer in layers):
        return {names[0]: None} | {above: below for below, above in pairwise(names)} if names else {}
    found = {}
    for name, layer in seen.items():
        nodes = layer.get("inbound_nodes") or []
        first = next(_tensors(nodes[0]), None) if len(nodes) == 1 else None
        found[name] = first[0] if first and first[2] == 0 else None  # its sequence, not a state that it hands on
    return found


def _tensors(node):
    """(layer, node, output) of every tensor in a node, as Keras 2 and 3 write them, in order."""
    if isinstance(node, dict):
        if "keras_history" in node:
            yield tuple(node["keras_history"])
            return
        for name, part in node.items():
            if name != "mask":
                yield from _tensors(part)
    elif isinstance(node, list):
        if len(node) >= 3 and isinstance(node[0], str) and isinstance(node[1], int):
            yield tuple(node[:3])
            yield from _tensors(node[3:])
        else:
            for part in node:
                yield from _tensors(part)


def _is_started(layer):
    nodes = layer.get("inbound_nodes") or []
    return any(len([*_tensors(node)]) > 1 for node in nodes)


def _recurrent_below(name, specs, seen, before):
    """The recurrent layer whose sequence this one reads, or None."""
    passed, at = set(), before.get(name)
    while at is not None and at not in specs and at not in passed:
        passed.add(at)
        layer = seen.get(at)
        plain = layer is not None and (layer["class_name"] in TRANSPARENT or (
            layer["class_name"] == "Activation" and layer["config"].get("activation") == "linear"))
        at = before.get(at) if plain else None
    return at if at in specs and specs[at].sequences else None


def squashing(settings, version, own=None, recurrent=None):
    """(activation, recurrent activation or None) of a cell's settings, in the Keras of this version; those that are
    given overrule them, and what they overrule may be any."""
    if settings["class"].startswith("CuDNN"):
        return own or activation("tanh"), recurrent or activation("sigmoid")
    own = own or _activation(settings.get("activation", "tanh"), version)
    if settings["class"] == "SimpleRNN":
        return own, recurrent
    return own, recurrent or _activation(settings.get("recurrent_activation", "sigmoid"), version)


def precision(settings):
    """The name of the dtype in which a layer computes, "" where the settings do not say."""
    policy = settings.get("dtype")
    policy = (policy.get("config") or {}).get("name") if isinstance(policy, dict) else policy
    return policy if isinstance(policy, str) else ""


def _activation(value, version):
    """The `Activation` that Keras calls so. Raises ValueError for one that the course has not."""
    if isinstance(value, dict):
        inner = value.get("config")
        value = inner if isinstance(inner, str) else value.get("class_name", value)
    if value is None:
        return activation("linear")
    if value in ALIKE:
        return activation(value)
    if value == "hard_sigmoid":
        if version is None:
            raise ValueError("the file says hard_sigmoid and not which Keras wrote it: 2 has clip(.2a + .5), 3 "
                             "clip(a/6 + .5); expected --gate-activation hard_sigmoid:.2,.5 or hard_sigmoid:.16667,.5")
        return activation("hard_sigmoid", alpha=1 / 6 if version[0] >= 3 else .2)
    if value == "leaky_relu" and version is not None and version[0] >= 3:
        return activation("leaky_relu", alpha=.2)
    raise ValueError(f"the activation {value!r} is none of the course's, expected {some((*ALIKE, 'hard_sigmoid'))}")


def version_of(text):
    """(2, 3, …) of "2.3.1", or None. Keras of TensorFlow 1 and 2 writes "2.2.4-tf"."""
    numbers = re.match(r"(\d+)\.(\d+)", text or "")
    return tuple(map(int, numbers.groups())) if numbers else None
