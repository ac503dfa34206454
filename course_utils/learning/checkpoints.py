"""Checkpoints: arrays and settings in one file that is either the old one or the new one, whatever happens."""
import json

import numpy as np

from ..engine.cells import find_cell
from ..engine.params import Params, cell_name, check_params
from ..ground.arguments import mapping
from ..ground.checks import as_array
from ..ground.files import reading, replacing
from ..ground.npz import read_npz
from .model import Model


def save_checkpoint(path, arrays, notes):
    """Write {name: array} and `notes` (anything JSON holds) to `path` as .npz."""
    with replacing(path) as file:
        np.savez(file, notes=np.array(json.dumps(notes)), **arrays)


def save_model(path, model, arrays=None, **notes):
    """Write a model's weights with more `arrays` by name and `notes`."""
    save_checkpoint(path, {f"weight/{name}": array for name, array in model.weights.items()} | (arrays or {}),
                    {"cell": cell_name(model.cell)} | notes)


def load_model(path):
    """(model, arrays, notes) of a file that `save_model` wrote. Raises ValueError for a file that is none."""
    arrays, notes = load_checkpoint(path)
    with reading(path, "holds no model", "expected a file that save_model wrote"):
        held = {name.removeprefix("weight/"): arrays.pop(name) for name in list(arrays) if name.startswith("weight/")}
        readout = Params({name: held.pop(name, None) for name in ("W_y", "b_y")})
        cell = find_cell(notes.pop("cell", None))
        _, n_hidden, dtype = check_params(cell, Params(held))
        as_array("W_y", readout.W_y, (n_hidden, "O"), dtype)
        as_array("b_y", readout.b_y, readout.W_y.shape[1:], dtype)
    return Model(cell, Params(held), readout), arrays, notes


def load_checkpoint(path):
    """(arrays, notes) as `save_checkpoint` was given them. Raises ValueError for a file that is none."""
    with reading(path, "is no checkpoint", "delete it to start anew"):
        arrays = read_npz(path)
        if "notes" not in arrays:
            raise ValueError("it lacks notes")
        return arrays, mapping("notes", json.loads(str(arrays.pop("notes"))))


def arrays_like(wanted, arrays, prefix):
    """{name: array} of those whose names start with the prefix: one for each of `wanted`, of its shape and dtype.
    Raises ValueError."""
    found = {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
    for name, like in wanted.items():
        if name not in found:
            raise ValueError(f"it lacks {prefix}{name}")
        if found[name].shape != like.shape or found[name].dtype != like.dtype:
            raise ValueError(f"{prefix}{name} has shape {found[name].shape} and dtype {found[name].dtype}, expected "
                             f"{like.shape} and {like.dtype}")
    return found
