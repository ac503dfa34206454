"""Bad input is refused before any work is done: what came, what was expected."""
import operator

import numpy as np

FLOATS = (np.dtype(np.float32), np.dtype(np.float64))


def as_array(name, value, shape, dtype=None):
    """`value` as an array, after checking that it is float32 or float64, finite and of the given shape.

    shape: one entry per axis, a number where the size is fixed and a letter where any size ≥ 1 will do.
    dtype: the dtype it must have; None allows either. Raises ValueError.
    """
    array = _read(name, value)
    fits = array.ndim == len(shape) and all(
        size == want if isinstance(want, (int, np.integer)) else size >= 1
        for size, want in zip(array.shape, shape))
    if not fits:
        expected = ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "")
        raise ValueError(f"{name} has shape {array.shape}, expected ({expected}), every size at least 1")
    if array.dtype not in FLOATS or (dtype is not None and array.dtype != dtype):
        expected = "float32 or float64" if dtype is None else f"{np.dtype(dtype)} as everywhere else in this call"
        raise ValueError(f"{name} has dtype {array.dtype}, expected {expected}")
    finite = np.isfinite(array)
    if not finite.all():
        place = tuple(map(int, np.argwhere(~finite)[0]))
        raise ValueError(f"{name} must be finite, but {name}[{', '.join(map(str, place))}] is {array[place]}")
    return array


def as_numbers(name, value):
    """`value` as an array of real numbers of any shape, NaN and infinity among them. Raises ValueError.

    Symbols that stand for numbers (they say `symbolic`) are handed on as they are: with them a cell's code is read."""
    if getattr(value, "symbolic", False) is True:
        return value
    array = _read(name, value)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{name} has shape {array.shape} and dtype {array.dtype}, expected real numbers")
    return array


def ordinary(name, value):
    """`value`, unless it is a masked array, whose mask NumPy would drop without a word, or a matrix, which multiplies
    in its own way; or a list that holds such a thing. Raises ValueError."""
    if type(value) is np.ndarray:
        return value
    for kind, advice in ((np.ma.MaskedArray, "leave out what is masked, or fill it: .filled(0)"),
                         (np.matrix, "np.asarray(…) makes one of it")):
        if isinstance(value, kind):
            raise ValueError(f"{name} is a {kind.__name__} of shape {value.shape}, expected an ordinary array; "
                             f"{advice}")
    if isinstance(value, (list, tuple)):
        for part in value:
            ordinary(name, part)
    return value


def _read(name, value):
    ordinary(name, value)
    try:
        return np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name} is no array of numbers: {error}") from None


def as_symbols(value, n):
    """`value` as an array (N,) of whole numbers from 0 to n − 1, one at least. Raises ValueError."""
    symbols = as_numbers("symbols", value)
    if symbols.ndim != 1 or not symbols.size or not np.issubdtype(symbols.dtype, np.integer):
        raise ValueError(f"symbols have shape {symbols.shape} and dtype {symbols.dtype}, expected (N,) of integers, "
                         "one at least")
    if symbols.min() < 0 or symbols.max() >= n:
        raise ValueError(f"symbols hold {symbols.min()} … {symbols.max()}, expected 0 … {n - 1}")
    return symbols


def as_size(name, value, least=1, most=None):
    """`value` as an int between `least` and `most`. Raises ValueError."""
    try:
        number = int(operator.index(value))
    except TypeError:
        raise ValueError(f"{name} is {value!r}, expected a whole number") from None
    if number < least or (most is not None and number > most):
        limits = f"at least {least}" if most is None else f"from {least} to {most}"
        raise ValueError(f"{name} is {number}, expected {limits}")
    return number


def as_real(name, value, above=None):
    """`value` as a finite float, above `above` where that is given. Raises ValueError."""
    try:
        number = float(operator.pos(value))  # text has no sign, so "1" is refused
    except (TypeError, ValueError):
        raise ValueError(f"{name} is {value!r}, expected a number") from None
    if not np.isfinite(number):
        raise ValueError(f"{name} is {number}, expected a finite number")
    if above is not None and number <= above:
        raise ValueError(f"{name} is {number}, expected a number above {above}")
    return number


def one_of(name, value, choices):
    """`value` if it is among `choices`. Raises ValueError."""
    if not any(isinstance(value, type(choice)) and value == choice for choice in choices):
        raise ValueError(f"{name} is {value!r}, expected one of {', '.join(map(repr, choices))}")
    return value
