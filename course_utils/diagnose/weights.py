"""One array of somebody else's weights: as float64, or refused with its name."""
import numpy as np

from ..ground.checks import as_array, ordinary

SIZES = (2, 4, 8)  # bytes of the floating-point numbers that float64 holds exactly


def as_weight(name, value, shape=None):
    """`value`, an array or a tensor of float16, float32 or float64, as a new float64 array: the same numbers.
    shape: as for `as_array`; any, without empty axes, if left out.

    Raises ValueError that names the array for another dtype or shape, and for NaN and infinity, with the
    place of the first one.
    """
    try:
        value = value.detach().cpu().numpy() if hasattr(value, "detach") else value  # a tensor
        array = np.asarray(ordinary(name, value))
    except (ValueError, TypeError, RuntimeError) as error:
        raise ValueError(f"{name} is no array of numbers: {error}; expected float16, float32 or float64") from None
    if array.dtype.kind != "f" or array.dtype.itemsize not in SIZES:
        raise ValueError(f"{name} has dtype {array.dtype}, expected float16, float32 or float64")
    return as_array(name, array.astype(float), ("N",) * array.ndim if shape is None else shape)


def weight_shape(cell, name):
    """What `as_weight` shall expect of a cell's weight: W_h has no columns where no gate reads h_prev."""
    return ("H", 0) if name == "W_h" and not cell.products else None


def some(names, most=12):
    """The first names, for a message."""
    names = [str(name) for name in names]
    return (", ".join(names[:most]) or "none") + (f" and {len(names) - most} more" if len(names) > most else "")


def printable(text):
    """The text with a mark for every character that a terminal would obey rather than show: names in a file may hold
    anything."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)
