"""The smallest case in which an answer is wrong: what came and what was expected, side by side."""
import inspect

import numpy as np

from .comparing import close

SHOWN = 6  # numbers in a line


def smallest(exercise, found, wanted, names):
    """Lines on the smallest case in which one of these outputs is wrong: its arguments, and for each output the row in
    which it is furthest off; none if all are single numbers, which are told already."""
    wrong = {k: shown for k in range(min(len(found), len(exercise.cases)))
             if (shown := wrong_arrays(exercise, found[k], wanted[k], k, names))}
    if not wrong:
        return ()
    k = min(wrong, key=lambda k: (exercise.case(k)[2] == np.float32, entries(exercise.arguments(k)), k))
    rows = [row for name in wrong[k] for row in beside(name, found[k].arrays[name], wanted[k].arrays[name])]
    given = f' (check.case("{exercise.name}") gives them)' if k == smallest_of(exercise) else ""
    return (f"the smallest case that fails has {in_words(exercise, k)}{given}:", *rows)


def smallest_of(exercise):
    """The number of the smallest float64 case."""
    cases = [k for k, (_, dtype) in enumerate(exercise.cases) if dtype == np.float64]
    return min(cases, key=lambda k: entries(exercise.arguments(k)))


def wrong_arrays(exercise, outcome, want, k, names):
    """Those outputs of case k that are wrong though of the right shape, and more than one number."""
    if outcome.problem:
        return []
    pairs = [(name, outcome.arrays[name], want.arrays[name]) for name in names]
    return [name for name, one, other in pairs if one.shape == other.shape and other.ndim
            and "U" not in (one.dtype.kind, other.dtype.kind) and not close(exercise, one, other, k)]


def beside(name, came, wanted):
    """Two lines: the row of an array that is furthest off, and what was expected there."""
    off = np.abs(came.astype(float) - wanted)
    *row, at = np.unravel_index(off.argmax(), off.shape)
    start = max(0, min(at - SHOWN // 2, wanted.shape[-1] - SHOWN))
    stop = min(start + SHOWN, wanted.shape[-1])
    span = ":" if stop - start == wanted.shape[-1] else f"{start}:{stop}"
    place = f"{name}[{', '.join([*map(str, row), span])}]"
    yours, expected = ("  ".join(f"{value:>9.3g}" for value in array[(*row, slice(start, stop))].astype(float))
                       for array in (came, wanted))
    return f"  {place}  yours     {yours}", f"  {' ' * len(place)}  expected  {expected}"


def in_words(exercise, k):
    """The arguments of case k: arrays by their shape, numbers and texts by their value."""
    named = by_name(exercise, k).items()
    said = [f"{name} {value.shape}" if isinstance(value, np.ndarray) else
            f"{name} = {value:.4g}" if isinstance(value, float) else f"{name} = {value!r}"
            for name, value in named if isinstance(value, (np.ndarray, str, int, float))]
    return ", ".join(said) or exercise.describe(k)


def by_name(exercise, k):
    """{name of the argument: its value} of case k."""
    arguments, names = exercise.arguments(k), list(inspect.signature(exercise.solution).parameters)
    if len(names) != len(arguments):  # a class, or a function that the exercise calls in its own way
        names = [f"argument {n}" for n in range(1, len(arguments) + 1)]
    return dict(zip(names, arguments))


def entries(arguments):
    """How many numbers are in all arrays among arguments."""
    return sum(argument.size for argument in arguments if isinstance(argument, np.ndarray))
