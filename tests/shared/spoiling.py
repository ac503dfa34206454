"""Bad arguments in place of good ones, and what a function owes to whoever hands it one."""
import dataclasses
import os
import re
import warnings
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from hypothesis import strategies as st
from ipywidgets import Widget

NUMBERS = (int, float, np.ndarray, np.generic)
ANYTHING = (None, "no such name", "", b"raw", 3 + 4j, float("nan"), float("inf"), -1, 0, 1.5, True, 10**12, [], {},
            set(),
            (None,), object(), np.array([None]), np.zeros(0), np.zeros((2, 2, 2, 2, 2)), Path("no/such/file"))


def spoilt(good):
    """A strategy of what may come in the place of a good argument: of another type, or nearly right."""
    return st.one_of(st.sampled_from([*ANYTHING, *nearly(good)]), st.integers(-3, 12), st.floats(-1e6, 1e6),
                     st.text(max_size=3))


def nearly(good):
    """What looks like the good argument and is not, by its type."""
    if dataclasses.is_dataclass(good) or hasattr(good, "_fields"):
        return list(_records(good))
    return [bad for kind, spoil in SPOILERS.items() if isinstance(good, kind) for bad in spoil(good)]


def _arrays(good):
    yield from (good[None], good[..., :-1], good[:0], good.astype(object), good.astype(complex), good.astype(str),
                good.astype(np.float32), good.astype(int), good.tolist(), good.astype(bool),
                np.full_like(good, None, object))
    if good.ndim:
        yield from (good[0], [*good.tolist(), [[1.0, 2.0], [3.0]]])
    for value in (-1, 10**6) if good.dtype.kind in "iu" else (np.nan, np.inf,
                                                              -np.inf) if good.dtype.kind == "f" else ():
        bad = good.copy()
        bad.flat[-1] = value
        yield bad


def _mappings(good):
    yield type(good)({})
    for name in list(good)[:3]:
        yield type(good)({other: good[other] for other in good if other != name})
        yield from (type(good)({**good, name: bad}) for bad in (None, "text", float("nan"), np.array([None])))
    yield {**good, "no such name": 1}


def _sequences(good):
    kind = list if isinstance(good, list) else tuple
    yield from (kind(good[:-1]), kind([*good, None]), kind([*good, *good[:1]]), kind([None] * len(good)), kind(["x"]))


def _records(good):
    names = getattr(good, "_fields", None) or [field.name for field in dataclasses.fields(good)]
    for name in names:
        for bad in (None, "text", -1, *nearly(getattr(good, name))[:3]):
            try:
                yield good._replace(**{name: bad}) if hasattr(good,
                                                              "_replace") else dataclasses.replace(good, **{name: bad})
            except (ValueError, TypeError):
                pass  # this record looks after itself


SPOILERS = {np.ndarray: _arrays, Mapping: _mappings, list: _sequences, tuple: _sequences,
            np.random.Generator: lambda _: (0, np.random.RandomState(0)),
            str: lambda good: (good.upper() + "?", good * 300, "\0", good.encode()),
            type: lambda _: (object, int, "LSTM")}


def frozen(value):
    """What shows that a value changed: its content as something that can be compared."""
    if isinstance(value, np.ndarray):
        return value.shape, str(value.dtype), value.tobytes() if value.dtype != object else repr(value)
    if isinstance(value, np.random.Generator):
        return repr(value.bit_generator.state)
    if isinstance(value, plt.Axes):
        return len(value.get_children()), value.get_xlim()
    if isinstance(value, Mapping):
        return [(name, frozen(held)) for name, held in value.items()]
    if isinstance(value, (list, tuple, set)):
        return [frozen(held) for held in value]
    if isinstance(value, Path):
        return sorted((str(path), path.stat().st_mtime_ns) for path in value.parent.glob("*"))
    ours = type(value).__module__.startswith("course_utils") and hasattr(value, "__dict__")
    return frozen(vars(value)) if ours else repr(value)


def names_of(*values, depth=2):
    """The names of what the values hold, under which a message may speak of it."""
    for value in values:
        held = value if isinstance(value, Mapping) else (
            value._asdict() if hasattr(value, "_asdict") else getattr(value, "__dict__", {}))
        yield from map(str, held)
        if depth:
            yield from names_of(*held.values(), depth=depth - 1)


def signs_of(bad, depth=2):
    """What a message may say of the thing that came: its value, its type, its size, or what it holds."""
    yield from (type(bad).__name__, repr(bad)[:12], str(bad)[:12])
    if isinstance(bad, (bool, int)):
        yield from (f"{bad:d}", f"{bad:.1f}")
    if hasattr(bad, "__len__"):
        yield from (f"{len(bad)} ", f" {len(bad)},", f" {len(bad)}}}", f": {len(bad) - 1}}}", "empty", "lack", "hold")
    yield from _sizes(bad)
    for value in _held(bad) if depth else ():
        yield from signs_of(value, depth - 1)


def _held(value):
    if isinstance(value, Mapping):
        return [*value, *value.values()]
    if isinstance(value, np.ndarray):
        return value.ravel()[:20].tolist() if value.dtype == object else ()
    if isinstance(value, str):
        return [*value.split(), *value]
    if isinstance(value, (list, tuple)):
        return value[:20]
    return vars(value).values() if hasattr(value, "__dict__") and not isinstance(value, type) else ()


def _sizes(value):
    if isinstance(value, np.ndarray):
        yield from ("is nan", "is inf", "is -inf")
        if value.size and value.dtype.kind in "iufb":
            yield from (repr(value.flat[-1].item())[:12], str(value.max()))
    try:
        yield from (str(np.shape(value)), str(np.asarray(value).dtype))
    except ValueError:
        yield "is no array"


ALSO = {"name": ("cell",), "truncate": ("length",), "start": ("symbols",), "number": ("claim",),
        **dict.fromkeys(("symbols", "sentences", "text"), ("vocabulary", "text")),
        "settings": ("length", "n_hidden", "setting"), "row": ("length", "n_hidden"),
        "n_words": ("words",), **dict.fromkeys(("f", "write", "c"), ("steps",)), "tokens": ("vocabulary", "text"),
        "lit": ("part",), "n_symbols": ("symbols",), "unit": ("value",), "values": ("value",), "numbers": ("value",),
        "scenes": ("sentences",)}  # under which other names messages speak of an argument


def names(word, said):
    """Whether a message names an argument; one of a single letter must be followed by what came."""
    return re.search(rf"\b{re.escape(word)}\b" + r"['\]]* (is|has|must|hold|\()" * (len(word) == 1), said)


def call(function, arguments):
    """Call it, the first argument without its name: `singledispatch` wants it so."""
    names = list(arguments)
    return function(*(arguments[name] for name in names[:1]), **{name: arguments[name] for name in names[1:]})


@cache
def kind_of_result(function, good):
    """The type of what the function gives for good arguments."""
    return type(call(function, good()))


def fault(function, arguments, name, bad, kind):
    """What is wrong with how `function` takes `bad` for the argument `name` among good ones; None if nothing is.

    kind: of the result, for good arguments."""
    wanted, arguments = arguments[name], arguments | {name: bad}
    before = {other: frozen(value) for other, value in arguments.items()} | {"the folder": sorted(os.listdir())}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)
            warnings.simplefilter("error", DeprecationWarning)
            result = call(function, arguments)
    except (ValueError, TypeError) as error:
        said = " ".join(str(error).split())
    except OSError as error:
        return None if isinstance(bad, (str, Path)) else repr(error)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    else:
        return _wrong_kind(result, kind)
    finally:
        plt.close("all")
    after = {other: frozen(value) for other, value in arguments.items()} | {"the folder": sorted(os.listdir())}
    if changed := [other for other in after if after[other] != before[other]]:
        return f"changed {changed} before it said: {said}"
    return _wrong_message(said, arguments, name, wanted, bad)


def _wrong_kind(result, kind):
    alike = any(isinstance(result, group) and issubclass(kind, group) for group in (NUMBERS, Widget))
    if not (isinstance(result, kind) or alike or result is None):
        return f"gave a {type(result).__name__}, with good arguments a {kind.__name__}"


def _wrong_message(said, arguments, name, wanted, bad):
    others = [other for other in arguments if other != name] if any(size in said for size in _sizes(bad)) else []
    if not any(names(word, said) for word in (name, *ALSO.get(name, ()), *names_of(wanted, bad), *others)):
        return f"does not say which argument: {said}"
    if not any(sign.strip() and " ".join(sign.split()) in said for sign in signs_of(bad)):
        return f"does not say what came: {said}"
