"""Running the reader's code: whatever it does, what comes back is arrays or one sentence."""
import ctypes
import inspect
import threading
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

MOST_NUMBERS = 10_000_000  # that an answer may hold


@dataclass
class Outcome:
    """Of one case: the arrays by name, or a problem in words. kind: "", "not attempted", or a name of the problem."""

    arrays: dict = field(default_factory=dict)
    problem: str = ""
    kind: str = ""


class Stopped(BaseException):
    """Raised in the reader's code when its time is over."""


def outcomes(exercise, answer, seconds=None):
    """An `Outcome` for each case of an exercise, and one for its first case tried a second time.

    answer: what the reader handed to `check`. seconds: how long a case may take, the exercise's own limit if left out.
    After an endless case the others are not tried.
    """
    if answer is Ellipsis:
        return [Outcome(kind="not attempted")]
    if exercise.draw is None:
        return [Outcome(problem="this is a function, expected its value", kind="type") if callable(answer)
                else as_outcome(exercise, answer)]
    if not callable(answer):
        return [Outcome(problem=f"this is {described(answer)}, expected a function", kind="type")]
    found = []
    for trial in range(len(exercise.cases) + 1):
        found.append(one_case(exercise, answer, trial, seconds or exercise.seconds))
        if found[-1].kind in ("time", "not attempted"):
            break
    return found


def one_case(exercise, answer, trial, seconds):
    """The `Outcome` of a trial."""
    before, arguments = exercise.arguments(trial), exercise.arguments(trial)
    found, error = limited(lambda: as_outcome(exercise, exercise.use(answer, *arguments)), seconds)
    if isinstance(error, Stopped):
        return Outcome(problem=f"not finished after {seconds:g} s: does a loop never end?", kind="time")
    if error is not None:
        return raised(error, answer)
    changed = [n for n, (old, new) in enumerate(zip(before, arguments)) if not same(old, new)]
    if changed and not found.kind:
        return Outcome(problem=spoilt(exercise, changed[0], before, arguments), kind="changed")
    return found


def spoilt(exercise, n, before, after):
    """A sentence about the n-th argument, which is not what it was."""
    names = list(inspect.signature(exercise.solution).parameters)
    name = names[n] if len(names) > n else f"number {n + 1}"
    if isinstance(before[n], np.ndarray) and before[n].shape == after[n].shape and np.allclose(before[n], after[n]):
        return f"it gives its argument {name} back changed by rounding: keep the old entry and put that back"
    return f"it changes its argument {name}, which the caller may still need: work on a copy, or write a new array"


def limited(function, seconds):
    """(function(), None), or (None, what it raised), or (None, Stopped()) when it is stopped after so many seconds."""
    box = []

    def run():
        try:
            box.append((function(), None))
        except BaseException as error:
            box.append((None, error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        thread.join(seconds)
    finally:
        stop(thread)
    return box[0] if box else (None, Stopped())


def stop(thread, attempts=20):
    """Raise `Stopped` inside a thread until it ends; code that catches everything is asked again."""
    for _ in range(attempts):
        if not thread.is_alive():
            break
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(Stopped))
        thread.join(.05)


def raised(error, answer):
    """The `Outcome` of an exception: its message, and the line of the reader's code in which it arose."""
    if isinstance(error, NotImplementedError) or "ellipsis" in str(error):
        return Outcome(kind="not attempted")
    name, place = type(error).__name__, getattr(getattr(answer, "__code__", None), "co_filename", None)
    lines = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == place]
    where = f", in your line {lines[-1].lineno}: {lines[-1].line}" if lines else ""
    text = str(error).strip().split("\n")[0][:300]
    return Outcome(problem=f"it raised {name}{': ' if text else ''}{text}{where}", kind=name)


def same(old, new):
    """Whether two arguments are equal; what is neither an array, a number nor a container of these is not looked at."""
    if isinstance(old, Mapping):
        return isinstance(new, Mapping) and list(old) == list(new) and all(same(old[key], new[key]) for key in old)
    if isinstance(old, (tuple, list)):
        return isinstance(new, (tuple, list)) and len(old) == len(new) and all(map(same, old, new))
    if isinstance(old, (np.ndarray, np.generic, int, float, str)):
        return np.array_equal(old, new)
    return True


def as_outcome(exercise, value):
    """The `Outcome` of what a function returned: arrays by name, or in words why that is impossible."""
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, (tuple, list)) else [value]
    if any(part is Ellipsis for part in parts):
        return Outcome(kind="not attempted")
    names = exercise.outputs
    values = [value] if len(names) == 1 and not isinstance(value, (tuple, Mapping)) else value
    if isinstance(values, np.ndarray) and values.ndim and len(values) == len(names):
        values = list(values)  # an array of several outputs can be unpacked as well
    if isinstance(values, Mapping) and set(values) == set(names):
        values = [values[name] for name in names]
    if not isinstance(values, (tuple, list)) or len(values) != len(names):
        came = f"{len(values)} values" if isinstance(values, (tuple, list)) else described(values)
        return Outcome(problem=f"it gives {came}, expected {len(names)}: {', '.join(names)}"
                               + (" (is there a return?)" if values is None else ""), kind="number")
    return named(names, values)


def named(names, values):
    """The `Outcome` of one value for each name."""
    arrays = {}
    for name, part in zip(names, values):
        if isinstance(part, np.ma.MaskedArray):
            return Outcome(problem=f"{name} is a masked array, expected one without a mask", kind="type")
        try:
            array = np.array(part)
        except Exception as error:
            return Outcome(problem=f"{name} is no array: {str(error)[:200]}", kind="type")
        if array.dtype.kind not in "biufU" or array.size > MOST_NUMBERS:
            return Outcome(problem=f"{name} is {described(part)}, expected {'real ' * (array.dtype.kind == 'c')}numbers"
                                   + (" (is there a return?)" if part is None else ""), kind="type")
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            place = ", ".join(map(str, np.argwhere(~np.isfinite(array))[0]))
            return Outcome(problem=f"{name}[{place}] is {array[~np.isfinite(array)][0]}, expected finite numbers",
                           kind="not finite")
        arrays[name] = array
    return Outcome(arrays)


def described(value):
    """What kind of thing a value is, in a word or two."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype}, shape {value.shape}"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeio' else 'a'} {name}"
