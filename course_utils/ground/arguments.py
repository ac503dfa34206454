"""What a function takes, said above it: `@takes(n=size(), path=path)` looks at the arguments once, before any work.

A check is a function of the argument's name and value; it returns the value to go on with, or raises ValueError that
says what came and what was expected. Defaults are not looked at.
"""
import inspect
from collections.abc import Iterable, Mapping
from functools import wraps
from os import PathLike

import numpy as np

from .checks import FLOATS, as_numbers, as_real, as_size, one_of, ordinary

MOST = 10**7  # what is larger, for a number of things, is taken for a mistake: it would fill the memory


def takes(**checks):
    """A decorator: each argument named here goes through its check."""
    def decorate(function):
        signature = inspect.signature(function)

        @wraps(function)
        def checked(*args, **options):
            try:
                bound = signature.bind(*args, **options)
            except TypeError:
                return function(*args, **options)  # Python says itself which argument is missing or too many
            for name in checks.keys() & bound.arguments.keys():
                bound.arguments[name] = checks[name](name, bound.arguments[name])
            return function(*bound.args, **bound.kwargs)
        return checked
    return decorate


def a(*kinds):
    """An instance of one of these classes."""
    def check(name, value):
        if not isinstance(value, kinds):
            expected = " or ".join(kind.__name__ for kind in kinds)
            raise ValueError(f"{name} is {_short(value)}, a {type(value).__name__}, expected a {expected}")
        return value
    return check


def having(*names):
    """Whatever has these attributes."""
    def check(name, value):
        if missing := [part for part in names if not hasattr(value, part)]:
            raise ValueError(f"{name} is {_short(value)}, a {type(value).__name__} without {', '.join(missing)}")
        return value
    return check


def maybe(check):
    """None, or what `check` takes."""
    return lambda name, value: None if value is None else check(name, value)


def size(least=1, most=MOST):
    """A whole number from `least` to `most`."""
    def check(name, value):
        number = as_size(name, value, least)
        if number > most:
            raise ValueError(f"{name} is {value}, expected at most {most}")
        return number
    return check


def real(least=-np.inf, most=np.inf, above=None):
    """A finite number from `least` to `most`, and above `above`."""
    def check(name, value):
        number = as_real(name, value, above)
        if not least <= number <= most:
            raise ValueError(f"{name} is {_short(value)}, expected a number from {least} to {most}")
        return value
    return check


def among(*choices):
    """One of these."""
    return lambda name, value: one_of(name, value, choices)


def some(check):
    """A list or a tuple, or what else can be counted and gone through, of what `check` takes."""
    def check_all(name, values):
        if not isinstance(values, Iterable) or not hasattr(values, "__len__") or isinstance(values, bytes):
            raise ValueError(f"{name} is {_short(values)}, a {type(values).__name__}, expected a list")
        if isinstance(values, np.ndarray) and values.ndim != 1:
            raise ValueError(f"{name} has shape {values.shape}, expected a list")
        entry = f"an entry of {name}"
        for value in values:
            check(entry, value)
        return values
    return check_all


def table(check):
    """A dict, or another mapping, of names to what `check` takes."""
    def check_all(name, values):
        mapping(name, values)
        for key, value in values.items():
            check(f"{name}[{key!r}]", value)
        return values
    return check_all


def numbers(*shape, finite=True):
    """An array of real numbers. shape: a number where the size is fixed, a letter where any size ≥ 1 will do, the same
    for the same letter; … before them stands for any axes."""
    tail = shape[1:] if shape[:1] == (...,) else shape
    expected = ", ".join("…" if want is ... else str(want) for want in shape)

    def check(name, value):
        array = as_numbers(name, value)
        sizes = array.shape[array.ndim - len(tail):] if len(tail) < len(shape) else array.shape
        if not _fits(sizes, tail):
            raise ValueError(f"{name} has shape {array.shape}, expected ({expected}{',' * (len(shape) == 1)})")
        if finite and not np.isfinite(array).all():
            bad = array[~np.isfinite(array)][0]
            raise ValueError(f"{name} must be finite, but one of its entries is {bad}")
        return array
    return check


def _fits(sizes, wanted):
    letters = {}
    return len(sizes) == len(wanted) and all(
        size == (want if isinstance(want, int) else letters.setdefault(want, max(size, 1)))
        for size, want in zip(sizes, wanted))


def whole(*shape, least=0, most=np.inf):
    """An array of whole numbers from `least` to `most`."""
    def check(name, value):
        array = numbers(*shape)(name, value)
        if array.dtype.kind not in "iu" and array.size:
            raise ValueError(f"{name} is {_short(value)} of dtype {array.dtype}, expected whole numbers")
        if array.size and (array.min() < least or array.max() > most):
            raise ValueError(f"{name} holds {array.min()} … {array.max()}, expected numbers from {least} to {most}")
        return array.astype(int, copy=False)
    return check


def array(name, value):
    """A NumPy array of numbers."""
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiub":
        raise ValueError(f"{name} is {_short(value)}, a {type(value).__name__}, expected a NumPy array of numbers")
    return ordinary(name, value)


def pair(name, value):
    """Two things."""
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise ValueError(f"{name} is {_short(value)}, expected two things")
    return value


def sides(name, value):
    """Width and height of a figure, in inches."""
    for side in pair(name, value):
        real(above=0, most=1000)(f"an entry of {name}", side)
    return value


def function(name, value):
    """What can be called."""
    if not callable(value):
        raise ValueError(f"{name} is {_short(value)}, a {type(value).__name__}, expected a function")
    return value


def float_type(name, value):
    """float32 or float64, or a name of theirs."""
    if not isinstance(value, (str, type, np.dtype)) or value not in FLOATS:
        raise ValueError(f"{name} is {value!r}, expected float32 or float64")
    return value


def path(name, value):
    """A path as text or `Path`; whether there is a file is not looked at."""
    if not isinstance(value, (str, PathLike)) or not str(value) or "\0" in str(value):
        raise ValueError(f"{name} is {_short(value)}, a {type(value).__name__}, expected a path")
    return value


text, mapping, generator, flag = a(str), a(Mapping), a(np.random.Generator), a(bool, np.bool_)
seed = size(0, 2**64)


def texts(name, value):
    """A list of texts, or a text, whose characters they are."""
    return value if isinstance(value, str) else some(text)(name, value)


def _short(value):
    said = " ".join(repr(value).split())
    return said if len(said) <= 60 else f"{said[:58]} …"
