"""Checkpoints: arrays and settings in one file that is either the old one or the new one, whatever happens."""
import json
import zipfile

import numpy as np

from ..engine.cells import find_cell
from ..engine.params import Params, cell_name, check_params
from ..ground.checks import as_array
from ..ground.files import replacing
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
    held = {name.removeprefix("weight/"): arrays.pop(name) for name in list(arrays) if name.startswith("weight/")}
    readout = Params({name: held.pop(name, None) for name in ("W_y", "b_y")})
    cell = find_cell(notes.pop("cell", None))
    _, n_hidden, dtype = check_params(cell, Params(held))
    as_array("W_y", readout.W_y, (n_hidden, "O"), dtype)
    as_array("b_y", readout.b_y, readout.W_y.shape[1:], dtype)
    return Model(cell, Params(held), readout), arrays, notes


def load_checkpoint(path):
    """(arrays, notes) as `save_checkpoint` was given them. Raises ValueError for a file that is none."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        return arrays, json.loads(str(arrays.pop("notes")))
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} is no checkpoint ({error}); delete it to start anew") from None
