"""Reading what a student's process wrote: anything may be in that file, and none of it is run."""
import json

import numpy as np

from ..exercises.calling import MOST_NUMBERS, Outcome
from ..ground.npz import open_archive, read_npz

MOST_BYTES = 200_000_000


def read(path, exercise):
    """The list of `Outcome`s in a file. Raises ValueError if it holds anything else."""
    try:
        with open_archive(path) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_BYTES:
                raise ValueError("it is too large")
        held = read_npz(path)
        listed = json.loads(str(held["listed"]))
        return [outcome(exercise, held, k, *entry) for k, entry in enumerate(listed)]
    except Exception as error:  # of zipfile, zlib, NumPy or json: none of them promises which
        raise ValueError(f"{type(error).__name__}: {str(error)[:100]}") from None


def outcome(exercise, held, k, kind, problem, names):
    """One `Outcome`. Raises ValueError."""
    if kind or problem:
        return Outcome(kind=str(kind)[:60], problem=str(problem)[:500] or str(kind)[:60])
    if list(names) != list(exercise.outputs):
        raise ValueError(f"outputs {str(names)[:100]}, expected {', '.join(exercise.outputs)}")
    arrays = {name: held[f"{k}/{name}"] for name in names}
    for name, array in arrays.items():
        if array.dtype.kind not in "biufU" or array.size > MOST_NUMBERS:
            raise ValueError(f"{name} has dtype {array.dtype} and {array.size} entries")
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise ValueError(f"{name} is not finite")
    return Outcome(arrays)
