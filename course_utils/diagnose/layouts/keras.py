"""Weights named as Keras names them, kernel, recurrent_kernel and bias, and what they are in this course."""
import re
from collections import defaultdict
from dataclasses import replace

import numpy as np

from ...engine.activations import activation
from ...engine.cells import LSTM, TanhRNN
from ...engine.params import Params
from ...ground.checks import as_array
from ..network import Layer, Level
from ..weights import as_weight, some
from . import blocks
from .found import Found, choose
from .keras_config import precision, snake, squashing, stacks, version_of

EXAMPLE = "recurrent_kernel"
NAME = re.compile(r"(?:(.*)[/.])?(kernel|recurrent_kernel|bias)(?::\d+)?", re.DOTALL)
NUMBERED = re.compile(r"(.*cell(?:_\d+)?)/vars/([012])", re.DOTALL)  # a .weights.h5 of Keras 3 counts a cell's arrays
KINDS = ("kernel", "recurrent_kernel", "bias")
OPTIMISER = re.compile(r"(optimizer|optimizer_weights|training_config)/")
SIDE = re.compile(r"(?:^|/)(forward|backward)_[^/]*")
OLD = (2, 3)  # before this Keras, hard_sigmoid was the gates' default


def is_mine(names):
    """Whether these are names of Keras'."""
    return any("recurrent_kernel" in found for found in _cells(names).values())


def read(arrays, wishes):
    """`Found` of the SimpleRNN, LSTM and GRU layers of a Keras model, in one direction or both.

    Layout: kernel (D, G·H), recurrent_kernel (H, G·H), bias (G·H,); `to_params` says what becomes of them. Where the
    file describes its model, the description says which layers feed one another and what squashes them. Where it does
    not: one layer is read; several in an order that the arrays keep are taken for a stack, unless another kernel
    stands between them; otherwise `wishes` must say; and the activations are the defaults of the Keras that wrote the
    file, so far as it says which. Optimisers' arrays, embeddings and dense layers are passed over.
    Raises ValueError for missing arrays, shapes that do not fit, and layers of which nothing says how they belong
    together.
    """
    cells = {path: names for path, names in _cells(arrays).items() if "recurrent_kernel" in names}
    if not cells:
        raise ValueError(f"no recurrent_kernel is among the arrays, expected those of a SimpleRNN, LSTM or GRU; there "
                         f"are {some(arrays)}")
    if wishes.config and wishes.config.get("model"):
        found, assumed = _described(arrays, cells, wishes)
    else:
        found, assumed = _by_names(arrays, cells, wishes)
    mine = [f"{path}/" for path, names in cells.items() if path and found.used & set(names.values())]
    if beside := [name for name in arrays if name not in found.used and "seed" not in name
                  and name.startswith(tuple(mine))]:
        assumed.append(f"that {some(beside)} beside the weights changes nothing in the cell, which Keras' own has not")
    return Found(found.levels, found.used, assumed)


class _Levels:
    """Levels that are being put together, and the arrays that they took."""

    def __init__(self, arrays, cells, wishes, gates=None):
        self.arrays, self.cells, self.wishes, self.levels, self.used = arrays, cells, wishes, [], set()
        self.gates = gates  # what squashes gates where nothing says it
        self.told = []  # of each layer, whether its weights are cuDNN's, which has tanh and sigmoid alone

    def layer(self, path, name, wishes=None, **options):
        """The `Layer` whose arrays lie at `path`."""
        wishes, names = wishes or self.wishes, self.cells[path]
        held = {kind: as_weight(full, self.arrays[full]) for kind, full in names.items()}
        cell, params = to_params(path, held, wishes.reset_after)
        self.told.append(is_cudnn(held))
        if self.gates is not None and not self.told[-1]:
            wishes = replace(wishes, gate_activation=self.gates)
        self.used |= set(names.values())
        return Layer(name, wishes.squashed(cell), params, **options)


# with a description of the model

def _described(arrays, cells, wishes):
    """The layers that the model's description names."""
    version = version_of(wishes.config.get("keras_version"))
    known, unheeded = stacks(wishes.config["model"])
    if not known:
        raise ValueError("the model's description names no recurrent layer, but there is "
                         f"{some(cells)}; expected one of SimpleRNN, LSTM, GRU, RNN or Bidirectional")
    found, assumed = _Levels(arrays, cells, wishes), list(unheeded)
    for spec in _chosen(known, wishes.prefix):
        paths = _paths(spec, cells)
        squashed = [_squashed(wishes, settings, version) for settings in spec.cells]
        if spec.both:
            sides = {SIDE.findall(path)[-1]: path for path in paths if SIDE.findall(path)}
            if set(sides) != {"forward", "backward"} or len(paths) != 2:
                raise ValueError(f"layer {spec.name} is bidirectional, expected arrays of a forward and a backward "
                                 f"layer, there are {some(paths)}")
            found.levels.append(Level([
                found.layer(sides["forward"], f"{spec.name} forward", squashed[0]),
                found.layer(sides["backward"], f"{spec.name} backward", squashed[1], reverse=True)], spec.merge))
        else:
            for n, (path, wished) in enumerate(zip(_of_cells(spec, paths), squashed)):
                name = spec.name if len(spec.cells) == 1 else f"{spec.name} cell {n + 1}"
                backwards = bool(spec.backwards and n == 0)
                found.levels.append(Level([found.layer(path, name, wished, reverse=backwards)], turned=not backwards))
        if spec.started:
            assumed.append(f"that {spec.name} starts from zero: in the model its initial state comes from another "
                           "layer (h0 and c0 in the data file)")
        if spec.backwards and any("masked" in one for one in unheeded):
            assumed.append(f"that {spec.name}, which reads backwards, shows its steps first and the padding after "
                           "them: Keras shows the padding first, and hands the mask on as it came")
        if coarse := sorted({precision(settings) for settings in spec.cells if "16" in precision(settings)}):
            assumed.append(f"that {spec.name} computes in double precision: in the model it does in {some(coarse)}")
        if spec.calls > 1:
            assumed.append(f"that {spec.name} is called once: the model calls it {spec.calls} times")
    if wishes.prefix is None and (left := [path for path in cells if not found.used & set(cells[path].values())]):
        assumed.append(f"that {some(left)} is another network: its layer is none that the course knows")
    return found, assumed


def _squashed(wishes, settings, version):
    """The wishes, with the activations of the settings where none are wished for."""
    try:
        own, recurrent = squashing(settings, version, wishes.activation, wishes.gate_activation)
    except ValueError as error:
        raise ValueError(f"layer {settings.get('name', settings['class'])}: {error}") from None
    reset_after = settings.get("reset_after", False) if settings["class"] == "GRU" else wishes.reset_after
    return replace(wishes, activation=own, gate_activation=recurrent, reset_after=reset_after)


def _chosen(known, prefix):
    """The specs that are meant: the only stack, or the layer called `prefix`."""
    names = [spec.name for stack in known for spec in stack]
    layers = {spec.name if names.count(spec.name) == 1 else "/".join((*spec.within, spec.name)): spec
              for stack in known for spec in stack}
    if prefix is not None:
        return [layers[choose("recurrent layers", layers, prefix)]]
    if len(known) == 1:
        return known[0]
    full = {id(spec): name for name, spec in layers.items()}
    ways = " or ".join(f"--layers {','.join(full[id(spec)] for spec in stack)}" for stack in known[:6])
    raise ValueError(f"the model has {len(known)} separate stacks of recurrent layers; expected layers= with one of "
                     f"them ({ways})")


def _paths(spec, cells):
    """Where the arrays of a layer lie."""
    modern = {path: re.sub(r"^_layer_checkpoint_dependencies/", "layers/", path) for path in cells}
    if any(path.startswith("layers/") for path in modern.values()):
        found = [path for path, at in modern.items() if f"{at}/".startswith(f"{spec.place}/")]
    else:
        top = f"{(*spec.within, spec.name)[0]}/"  # a whole .h5 has a group for each layer of the outermost model
        mine = [path for path in cells if path.removeprefix("model_weights/").startswith(top)]
        found = [path for path in mine or cells if f"/{spec.name}/" in f"/{path}/"]
    if not found:
        raise ValueError(f"no arrays of layer {spec.name} were found, there are those of {some(cells)}")
    return found


def _of_cells(spec, paths):
    """The path of each cell of a layer, from the input upwards."""
    if len(spec.cells) != len(paths):
        raise ValueError(f"layer {spec.name} has {len(spec.cells)} cells and arrays of {len(paths)}: {some(paths)}")
    if len(paths) == 1:
        return paths
    counts, found = {}, []
    for settings in spec.cells:
        kind = snake(f"{settings['class']}Cell")
        counts[kind] = counts.get(kind, -1) + 1
        by_class = kind + (f"_{counts[kind]}" if counts[kind] else "")
        modern = any("/cells/" in path for path in paths)
        wanted = by_class if modern else settings.get("name", by_class)
        mine = [path for path in paths if wanted in path.split("/")]
        if len(mine) != 1:
            raise ValueError(f"layer {spec.name} has no arrays of its cell {wanted}, there are {some(paths)}")
        found += mine
    return found


# without one

def _by_names(arrays, cells, wishes):
    """The layers in the only order, or in that of the arrays."""
    grouped = defaultdict(dict)  # {layer: {"forward" or "backward" or path: path}}
    for path in cells:
        side = SIDE.search(path)
        if side:
            held = grouped[path[:side.start()] or "bidirectional"]
            if side[1] in held:
                raise ValueError(f"{held[side[1]]} and {path} are both of one direction, expected one cell for each")
            held[side[1]] = path
        else:
            grouped[_layer_name(path)][path] = path
    names = _short_names(sorted(grouped, key=_natural) if not wishes.ordered else grouped)
    if wishes.prefix is not None:
        wanted = [names[choose("recurrent layers", names, wishes.prefix)]]
    elif len(grouped) == 1:
        wanted = list(grouped)
    else:
        wanted = _in_order(arrays, cells, grouped, names, wishes)
    found, assumed = _Levels(arrays, cells, wishes, _usual_gates(wishes)), []
    shorts = {name: short for short, name in names.items()}
    for name in wanted:
        _add(found, shorts[name], grouped[name], assumed)
    return found, assumed + _unsaid(found, wishes, len(wanted))


def _add(found, name, held, assumed):
    if set(held) == {"forward", "backward"}:
        found.levels.append(Level([found.layer(held["forward"], f"{name} forward"),
                                   found.layer(held["backward"], f"{name} backward", reverse=True)]))
        assumed.append(f"that {name} puts its two directions side by side (merge_mode concat)")
        return
    if {"forward", "backward"} & set(held):
        raise ValueError(f"{name} has {some(held)} of a bidirectional layer, expected both directions")
    kinds = {re.sub(r"_\d+$", "", path.rpartition("/")[2]) for path in held}
    if len(kinds) > 1:
        raise ValueError(f"{name} holds cells of several kinds, {some(held)}, and nothing says in which order; "
                         "expected the model's description (a .keras file, or a whole .h5)")
    for n, path in enumerate(sorted(held.values(), key=_natural)):
        found.levels.append(Level([found.layer(path, name if len(held) == 1 else f"{name} cell {n + 1}")]))


def _in_order(arrays, cells, grouped, names, wishes):
    """All layers, where the arrays keep their order and nothing stands between them."""
    ways = f"expected layers= with those that feed one another, from the input upwards (--layers {','.join(names)})"
    if not wishes.ordered:
        raise ValueError(f"the file does not say how {some(names)} are connected; {ways}, or prefix= with one of "
                         "them, or what describes the model (a .keras file, a whole .h5, or config= with its JSON, "
                         "--config)")
    mine = {full: path for path, held in cells.items() for full in held.values()}
    first = {}
    places = [mine.get(name, "") for name in arrays if name in mine or re.search(r"kernel(:\d+)?$", name)]
    for n, path in enumerate(places):
        first.setdefault(path, n)
    inside = places[min(n for path, n in first.items() if path):len(places) - next(
        n for n, path in enumerate(reversed(places)) if path)]
    if "" in inside:
        raise ValueError(f"a kernel of another layer stands between {some(names)}, which are no stack then; {ways}, or "
                         "prefix= with one of them")
    return list(grouped)


def _usual_gates(wishes):
    """hard_sigmoid for a file of Keras before 2.3 whose gates are nobody's wish, None for sigmoid; TensorFlow's Keras
    of that time had either."""
    written = (wishes.config or {}).get("keras_version")
    if wishes.gate_activation is None and (version_of(written) or OLD) < OLD and "tf" not in written:
        return activation("hard_sigmoid", alpha=.2)
    return None


def _unsaid(found, wishes, n_layers):
    """What names and shapes do not say."""
    said = []
    if n_layers > 1:
        said.append("that the layers feed one another in the order of their arrays (layers, --layers)")
    layers = [layer for level in found.levels for layer in level.layers]
    open_ones = [layer for layer, is_told in zip(layers, found.told) if not is_told]
    gated = any(len(layer.cell.gates) > 1 for layer in open_ones)
    if open_ones and (wishes.activation is None or (gated and wishes.gate_activation is None)):
        gates = " and sigmoid" if found.gates is None else " and, of the gates, hard_sigmoid"
        said.append("that the activations are tanh" + gates * gated + ": the file does not say "
                    "(activation and gate_activation, --activation and --gate-activation)")
        version = version_of((wishes.config or {}).get("keras_version"))
        if gated and version is not None and version < OLD and wishes.gate_activation is None:
            had = f"Keras {version[0]}.{version[1]}, which wrote the file, had hard_sigmoid as the default of the gates"
            said.append(f"this because {had} (--gate-activation sigmoid)" if found.gates is not None else
                        f"this although {had} until TensorFlow 2 (--gate-activation hard_sigmoid)")
    if not all(len(level.layers) > 1 for level in found.levels):
        said.append("that layers read from the first step on: the file does not say (go_backwards, --config)")
    return said


def to_params(path, held, reset_after=None):
    """(cell, params) of one layer; held {"kernel" (D, G·H), "recurrent_kernel" (H, G·H), "bias"} in float64.

    G = 1 is a SimpleRNN, 4 an LSTM with gates i, f, c (here g), o: W_x, W_h, b as they are. G = 3 is a GRU with gates
    z, r, h, here r, z, n; z multiplies the old state in both. bias (2, 3H): input and recurrent biases, reset after
    the product (reset_after=True); (3H,): reset before it; without a bias, `reset_after` must say so. A bias of twice
    the length is a cuDNN layer's, whose kernels `from_cudnn` puts right.
    """
    if "kernel" not in held:
        raise ValueError(f"{path} has no kernel beside its recurrent_kernel, expected kernel, recurrent_kernel, bias")
    U = as_array(f"recurrent_kernel of {path}", held["recurrent_kernel"], ("H", "G·H"))
    H, wide = U.shape
    if wide not in (H, 3 * H, 4 * H):
        raise ValueError(f"recurrent_kernel of {path} has shape {U.shape}, expected (H, G·H) with G = 1 (SimpleRNN), "
                         "3 (GRU) or 4 (LSTM)")
    W, bias = as_array(f"kernel of {path}", held["kernel"], ("D", wide)), held.get("bias")
    if wide > H and is_cudnn(held):
        W, U, bias = from_cudnn(W, U, bias)
    if wide == 3 * H:
        return _gru(path, W, U, bias, reset_after)
    b = as_array(f"bias of {path}", np.zeros(wide) if bias is None else bias, (wide,))
    return (LSTM if wide == 4 * H else TanhRNN), Params(W_x=W, W_h=U, b=b)


def is_cudnn(held):
    """Whether the arrays of a layer are those of a CuDNNLSTM or CuDNNGRU, by their two biases in one row."""
    bias, U = held.get("bias"), held["recurrent_kernel"]
    return bias is not None and bias.ndim == 1 and U.ndim == 2 and len(bias) == 2 * U.shape[1]


def from_cudnn(W, U, bias):
    """Kernels and bias of a CuDNNLSTM or CuDNNGRU as the layer without cuDNN has them: each gate's kernel is stored
    with its rows and columns exchanged but its shape kept, each recurrent block is transposed, and there are two
    biases, which an LSTM adds up and a GRU keeps, (2, 3H)."""
    n = U.shape[1] // len(U)
    W = np.hstack([block.T.reshape(block.shape, order="F") for block in np.hsplit(W, n)])
    U = np.hstack([block.T for block in np.hsplit(U, n)])
    both = bias.reshape(2, -1)
    return W, U, both if n == 3 else both.sum(axis=0)


def _gru(path, W, U, bias, reset_after):
    H = len(U)
    if bias is None:
        if reset_after is None:
            raise ValueError(f"{path} is a GRU without bias, which does not say where its reset gate stands; expected "
                             "reset_after=True or False")
        bias = np.zeros((2, 3 * H) if reset_after else 3 * H)
    if bias.ndim == 1:
        return blocks.gru(path, W, U, as_array(f"bias of {path}", bias, (3 * H,)), "zrn")
    given, recurrent = as_array(f"bias of {path}", bias, (2, 3 * H))
    b = given + np.r_[recurrent[:2 * H], np.zeros(H)]  # the candidate's recurrent bias stands inside the reset
    return blocks.gru(path, W, U, b, "zrn", b_h=recurrent[2 * H:])


def _cells(names):
    """{path: {kind: full name}} of everything that has a kernel or a bias, in order of appearance."""
    cells = defaultdict(dict)
    for name in names:
        if OPTIMISER.match(name):
            continue
        if match := NUMBERED.fullmatch(name):
            cells[match[1]][KINDS[int(match[2])]] = name
        elif match := NAME.fullmatch(name):
            cells[match[1] or ""][match[2]] = name
    return cells


def _layer_name(path):
    """The layer that a cell is in: "layers/lstm" of "layers/lstm/cell", "rnn" of "rnn/stacked_rnn_cells/lstm_cell"."""
    path = re.sub(r"/(?:cell/cells|stacked_rnn_cells(?:_\d+)?)/[^/]*$", "", path)
    return re.sub(r"/[^/]*cell(_\d+)?$", "", path) or "layer"


def _short_names(names):
    """{name as one would type it: name}: the last part of each, or all of it where that is not one layer's alone."""
    lasts = [name.rpartition("/")[2] for name in names]
    return {last if lasts.count(last) == 1 else name: name for last, name in zip(lasts, names)}


def _natural(name):
    """A key that sorts lstm_2 before lstm_10: text and numbers by turns."""
    return [int(part) if k % 2 else part for k, part in enumerate(re.split(r"(\d{1,6})", name))]
