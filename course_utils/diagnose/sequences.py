"""The sequences that a network reads, from a file: x, and with it their lengths and initial states."""
from math import prod
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..ground.files import reading
from ..ground.npz import MOST_BYTES, open_npy, open_npz
from .weights import some

KNOWN = ("x", "lengths", "h0", "c0")


class Sequences(NamedTuple):
    """x (T, B, D) · lengths (B,), h0 (layers, B, H) and c0 alike, each or None."""

    x: np.ndarray
    lengths: np.ndarray | None = None
    h0: np.ndarray | None = None
    c0: np.ndarray | None = None

    def state0(self, network):
        """For each layer of the network its initial state (K, B, H), or None for zero. h0 and c0 have an entry a layer
        in PyTorch's order, from the input upwards, forwards before backwards. Raises ValueError for states of another
        number of layers, or a c0 for cells without one."""
        if self.h0 is None and self.c0 is None:
            return None
        given = {"h": self.h0, "c": self.c0}
        if self.h0 is None:
            raise ValueError("the data hold c0 without h0, expected both")
        for name, states in given.items():
            if states is not None and (states.ndim != 3 or len(states) != network.n_layers):
                raise ValueError(f"{name}0 has shape {states.shape}, expected ({network.n_layers}, B, H): one entry a "
                                 "layer, forwards before backwards")
        found = []
        for n, layer in enumerate(network.layers):
            if "c" not in layer.cell.states and self.c0 is not None:
                raise ValueError(f"the data hold c0, but layer {layer.name} has no cell state; expected h0 alone")
            if "c" in layer.cell.states and self.c0 is None:
                raise ValueError(f"the data hold h0 without c0, which layer {layer.name} needs, too")
            found.append(np.stack([given[name][n] for name in layer.cell.states]))
        return found


def read_sequences(path):
    """The `Sequences` of an .npz, its array "x" or its only one beside lengths, h0 and c0; or of an .npy. Raises
    ValueError for a file that is none, for one that needs pickle or more than MOST_BYTES, and for token ids."""
    opener = open_npy if _is_npy(path) else open_npz
    with reading(path, "holds no sequences", "expected an .npz file with x (T, B, D)"), opener(path) as members:
        others = [name for name in members if name not in KNOWN]
        if "x" not in members and len(others) != 1:
            raise ValueError(f"it holds {some(members)}, and neither x nor one array alone")
        places = {name: name for name in KNOWN if name in members}
        found = Sequences(**{"x": _read(members, others[0])} if "x" not in places else {},
                          **{name: _read(members, place) for name, place in places.items()})
    if found.x.ndim == 2 and np.issubdtype(found.x.dtype, np.integer):
        raise ValueError(f"{path} holds whole numbers of shape {found.x.shape}, token ids by the look of it; the "
                         "recurrent layer reads what the embedding makes of them: np.savez('data.npz', x=E[ids]) with "
                         "its weights E")
    return found


def _is_npy(path):
    try:
        with open(Path(path), "rb") as file:
            return file.read(6) == b"\x93NUMPY"
    except OSError:
        return False


def _read(members, name):
    shape, dtype, read = members[name]()
    if (size := prod(shape) * max(8, dtype.itemsize)) > MOST_BYTES:
        raise ValueError(f"{name} of shape {shape} needs {size} bytes, expected at most {MOST_BYTES}")
    return read()
