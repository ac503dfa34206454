"""Arrays in a .safetensors file, by the library of that name."""
from contextlib import contextmanager

import numpy as np

HEADER = 1 << 24  # bytes of JSON: room for some 100,000 names
DTYPES = {"F16": "float16", "F32": "float32", "F64": "float64"}


@contextmanager
def open_safetensors(path):
    """(names, entry) of the arrays in the file, entry(name) → (shape, dtype, function that reads it).

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
        yield tuple(file.keys()), lambda name: _entry(file, name)


def _entry(file, name):
    part = file.get_slice(name)
    if part.get_dtype() not in DTYPES:
        raise ValueError(f"{name} has dtype {part.get_dtype()}, expected one of {', '.join(DTYPES)}: convert it with "
                         ".float() before saving")
    return part.get_shape(), np.dtype(DTYPES[part.get_dtype()]), lambda: file.get_tensor(name)
