"""What a file holds, whatever its format: names, a way to read each array, and what else it says."""
import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod


@dataclass(frozen=True)
class Contents:
    """names: of the arrays. entry(name) → (shape, dtype, a function without arguments that reads it), itself reading
    little. ordered: whether the names come in the order in which they were saved. config: what describes the model,
    {"model": Keras' JSON, "keras_version": text}, as far as the file has it."""

    names: tuple
    entry: object
    ordered: bool = False
    config: dict | None = None


class Arrays(Mapping):
    """{name: array} of a file: an array is read when it is asked for, as long as all of them fit into most_bytes.

    renamed: {name in the file: name that it is given}."""

    def __init__(self, contents, most_bytes, renamed=None):
        renamed = renamed or {}
        if strange := [name for name in renamed if name not in contents.names]:
            raise ValueError(f"names maps {strange[0]!r}, which the file has not; there are "
                             f"{', '.join(contents.names[:12])}")
        self.names = {renamed.get(name, name): name for name in contents.names}
        self.entry, self.left, self.most_bytes = contents.entry, most_bytes, most_bytes

    def __iter__(self):
        return iter(self.names)

    def __len__(self):
        return len(self.names)

    def __contains__(self, name):
        return name in self.names

    def __getitem__(self, name):
        if name not in self.names:
            raise KeyError(name)
        shape, dtype, read = self.entry(self.names[name])
        needed = prod(map(int, shape)) * max(dtype.itemsize, 8)
        if needed > self.left:
            raise ValueError(f"{name} of shape {tuple(shape)} needs {needed} bytes, which makes more than the "
                             f"{self.most_bytes} allowed; expected smaller weights, or a larger most_bytes")
        self.left -= needed
        return read()


def read_json(text):
    """A JSON object. Raises ValueError, also for one that is nested too deeply."""
    try:
        found = json.loads(text)
    except RecursionError:
        raise ValueError("the description of the model is nested too deeply, expected JSON as Keras has it") from None
    if not isinstance(found, dict):
        raise ValueError(f"the description of the model is a {type(found).__name__}, expected a JSON object")
    return found
