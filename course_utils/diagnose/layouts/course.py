"""Weights as this course stores them: files of `checkpoints.save_model`."""
import json

from ...engine.cells import find_cell
from ...engine.params import Params
from ..network import Layer
from ..weights import as_weight, some, weight_shape
from .found import Found

HEAD = "weight/"
EXAMPLE = "weight/W_h"


def is_mine(names):
    """Whether these are names of `save_model`."""
    return f"{HEAD}W_h" in names


def read(arrays, wishes):
    """`Found` of a model that `save_model` wrote: weight/W_x, weight/W_h, … and `notes`, JSON text, whose "cell" names
    the cell. Raises ValueError for a missing array, notes that do not name a cell, and a prefix: there is one layer
    only."""
    if wishes.prefix is not None:
        raise ValueError(f"prefix is {wishes.prefix!r}, expected None: a model of this course has one recurrent layer")
    cell = find_cell(_notes(arrays).get("cell"))
    names = {name: f"{HEAD}{name}" for name in ("W_x", "W_h", "b", *cell.weights)}
    if missing := [name for name in names.values() if name not in arrays]:
        raise ValueError(f"{some(missing)} of {cell.__name__} is missing, there are {some(arrays)}")
    params = Params({own: as_weight(name, arrays[name], weight_shape(cell, own)) for own, name in names.items()})
    return Found([Layer(cell.__name__, cell, params)], {*names.values(), "notes"})


def _notes(arrays):
    try:
        notes = json.loads(str(arrays["notes"]))
    except (KeyError, RecursionError) as error:
        raise ValueError(f"no notes that name a cell ({type(error).__name__}), there are {some(arrays)}") from None
    if not isinstance(notes, dict):
        raise ValueError(f"notes are {type(notes).__name__}, expected an object with the name of the cell")
    return notes
