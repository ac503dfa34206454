"""Arrays in a .safetensors file, by the library of that name."""
import json
from contextlib import contextmanager

import numpy as np

from .contents import Contents

HEADER = 1 << 24  # bytes of JSON: room for some 100,000 names
DTYPES = {"F16": "float16", "F32": "float32", "F64": "float64", "BF16": "float32"}


@contextmanager
def open_safetensors(path):
    """The `Contents` of the file; bfloat16 is read as the float32 numbers that it means. What `save_model` left out
    because it is another array of the file, as its metadata say, is that array.

    Raises ImportError where `safetensors` is not installed, ValueError for a header too long to be meant, and
    safetensors.SafetensorError for what else is wrong with the file.
    """
    try:
        from safetensors import safe_open
    except ImportError:
        raise ImportError("safetensors is needed to read .safetensors files: "
                          'pip install "vanishing-gradients-course[diagnose]"') from None
    with open(path, "rb") as file:
        size = int.from_bytes(file.read(8), "little")
    if size > HEADER:
        raise ValueError(f"the header is said to have {size} bytes, expected {HEADER} at most")
    with safe_open(path, framework="numpy") as file:
        names = dict.fromkeys(file.keys())
        names |= {tied: name for tied, name in (file.metadata() or {}).items() if name in names and tied not in names
                  and any(_module(tied) == _module(one) for one in names)}
        yield Contents(tuple(names), lambda name: _entry(file, path, size, names[name] or name))


def _module(name):
    return name.rpartition(".")[0]


def _entry(file, path, size, name):
    part = file.get_slice(name)
    kind, shape = part.get_dtype(), part.get_shape()
    if kind not in DTYPES:
        raise ValueError(f"{name} has dtype {kind}, expected one of {', '.join(DTYPES)}: convert it with .float() "
                         "before saving")
    if kind == "BF16":  # which NumPy has not
        return shape, np.dtype("float32"), lambda: _bfloat16(path, size, name, shape)
    return shape, np.dtype(DTYPES[kind]), lambda: file.get_tensor(name)


def _bfloat16(path, size, name, shape):
    """The upper halves of float32 numbers, whose lower halves are zero."""
    with open(path, "rb") as file:
        file.seek(8)
        start, stop = json.loads(file.read(size))[name]["data_offsets"]
        file.seek(8 + size + start)
        halves = np.frombuffer(file.read(stop - start), "<u2")
    return (halves.astype("<u4") << 16).view("<f4").reshape(shape)
