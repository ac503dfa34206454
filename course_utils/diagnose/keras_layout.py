"""Weights named as Keras names them, kernel, recurrent_kernel and bias, and what they are in this course."""
import re
from collections import defaultdict
from itertools import islice

import numpy as np

from ..engine.cells import GRU, LSTM, ReluRNN, ResetAfterGRU, TanhRNN
from ..engine.params import Params
from ..ground.checks import as_array
from .weights import as_weight, some

NAME = re.compile(r"(?:(.*)[/.])?(kernel|recurrent_kernel|bias)(?::\d+)?", re.DOTALL)
NUMBERED = re.compile(r"(.*cell(?:_\d+)?)/vars/([012])", re.DOTALL)  # a .weights.h5 of Keras 3 counts a cell's arrays
KINDS = ("kernel", "recurrent_kernel", "bias")
PLAIN = {"tanh": TanhRNN, "relu": ReluRNN}


def is_mine(names):
    """Whether these are names of Keras'."""
    return any("recurrent_kernel" in found for found in _cells(names).values())


def read_layers(arrays, *, prefix=None, nonlinearity="tanh", reset_after=None, ordered=True, **_):
    """([(name, cell, params) from the input upwards], names of the arrays that were used) of the SimpleRNN, LSTM and
    GRU layers of a Keras model.

    Layout: kernel (D, G·H), recurrent_kernel (H, G·H), bias (G·H,); `to_params` says what becomes of them. prefix: the
    layer that is meant, or what it lies in, where not all are. Layers come in the order of their arrays; ordered=False
    (a file that keeps none) takes lstm before lstm_1 before lstm_2, and lets the shapes say how layers of several
    kinds follow one another. Raises ValueError for missing arrays, shapes that do not fit, bidirectional layers.
    """
    cells = {path: names for path, names in _cells(arrays).items() if "recurrent_kernel" in names}
    if not cells:
        raise ValueError(f"no recurrent_kernel is among the arrays, expected those of a SimpleRNN, LSTM or GRU; there "
                         f"are {some(arrays)}")
    cells = _under(cells, prefix)
    if backwards := [path for path in cells if re.search(r"(^|/)backward_", path)]:
        raise ValueError(f"{backwards[0]} belongs to a bidirectional layer, expected one that runs forwards only")
    found = []
    for path, names in cells.items():
        held = {kind: as_weight(name, arrays[name]) for kind, name in names.items()}
        found.append((_layer_name(path), *to_params(path, held, nonlinearity, reset_after)))
    used = {name for names in cells.values() for name in names.values()}
    return (found if ordered else _in_order(found)), used


def to_params(path, held, nonlinearity="tanh", reset_after=None):
    """(cell, params) of one layer; held {"kernel" (D, G·H), "recurrent_kernel" (H, G·H), "bias"} in float64.

    G = 1 is a SimpleRNN, 4 an LSTM with gates i, f, c (here g), o: W_x, W_h, b as they are. G = 3 is a GRU with gates
    z, r, h, here r, z, n; z multiplies the old state in both. bias (2, 3H): input and recurrent biases, reset after
    the product (reset_after=True); (3H,): reset before it; without a bias, `reset_after` must say so.
    """
    if "kernel" not in held:
        raise ValueError(f"{path} has no kernel beside its recurrent_kernel, expected kernel, recurrent_kernel, bias")
    U = as_array(f"recurrent_kernel of {path}", held["recurrent_kernel"], ("H", "G·H"))
    H, wide = U.shape
    if wide not in (H, 3 * H, 4 * H):
        raise ValueError(f"recurrent_kernel of {path} has shape {U.shape}, expected (H, G·H) with G = 1 (SimpleRNN), "
                         "3 (GRU) or 4 (LSTM)")
    W = as_array(f"kernel of {path}", held["kernel"], ("D", wide))
    if wide == 3 * H:
        return _gru(path, W, U, held.get("bias"), reset_after)
    b = as_array(f"bias of {path}", held.get("bias", np.zeros(wide)), (wide,))
    return (LSTM if wide == 4 * H else PLAIN[nonlinearity]), Params(W_x=W, W_h=U, b=b)


def _gru(path, W, U, bias, reset_after):
    H = len(U)
    if bias is None:
        if reset_after is None:
            raise ValueError(f"{path} is a GRU without bias, which does not say where its reset gate stands; expected "
                             "reset_after=True or False")
        bias = np.zeros((2, 3 * H) if reset_after else 3 * H)
    order = np.r_[H:2 * H, :H, 2 * H:3 * H]  # z, r, h → r, z, n
    if bias.ndim == 1:
        b = as_array(f"bias of {path}", bias, (3 * H,))[order]
        return GRU, Params(W_x=W[:, order], W_h=U[:, order], b=b)
    given, recurrent = as_array(f"bias of {path}", bias, (2, 3 * H))[:, order]
    b = given + np.r_[recurrent[:2 * H], np.zeros(H)]  # the candidate's recurrent bias stands inside the reset
    return ResetAfterGRU, Params(W_x=W[:, order], W_h=U[:, order], b=b, b_h=recurrent[2 * H:])


def _cells(names):
    """{path: {kind: full name}} of everything that has a kernel or a bias, in order of appearance."""
    cells = defaultdict(dict)
    for name in names:
        if match := NUMBERED.fullmatch(name):
            cells[match[1]][KINDS[int(match[2])]] = name
        elif match := NAME.fullmatch(name):
            cells[match[1] or ""][match[2]] = name
    return cells


def _under(cells, prefix):
    found = {path: names for path, names in cells.items()
             if prefix is None or f"{path}/".startswith(f"{prefix.rstrip('/')}/")}
    if not found:
        raise ValueError(f"prefix is {prefix!r}, expected one of {some(map(_layer_name, cells))}")
    return found


def _layer_name(path):
    """The layer that a cell is in: "layers/lstm" of "layers/lstm/cell"."""
    return re.sub(r"/[^/]*cell(_\d+)?$", "", path) or "layer"


def _in_order(found):
    """The layers in the only order that names and shapes allow."""
    queues = defaultdict(list)
    for layer in sorted(found, key=lambda layer: _natural(layer[0])):
        queues[re.sub(r"_\d+(?=/|$)", "", layer[0])].append(layer)
    if len(queues) == 1:
        return next(iter(queues.values()))
    orders = list(islice(_orders(tuple(queues.values()), None), 2)) if len(found) <= 8 else ()
    if len(orders) != 1:
        raise ValueError(f"the file does not say in which order {some(layer[0] for layer in found)} follow one "
                         "another; expected shapes that fit in one order only, or prefix= with one of them, or "
                         "network_from_arrays({v.path: v.numpy() for v in model.weights}, framework='keras')")
    return orders[0]


def _natural(name):
    """A key that sorts lstm_2 before lstm_10: text and numbers by turns."""
    return [int(part) if k % 2 else part for k, part in enumerate(re.split(r"(\d{1,6})", name))]


def _orders(queues, width):
    """Every way to take layers from the heads of the queues such that each reads what the last one gives."""
    if not any(queues):
        yield []
    for k, queue in enumerate(queues):
        if queue and width in (None, len(queue[0][2].W_x)):
            rest = (*queues[:k], queue[1:], *queues[k + 1:])
            yield from ([queue[0], *others] for others in _orders(rest, len(queue[0][2].W_h)))
