"""Masked arrays and matrices: every public function refuses them for each of its arrays, and inside what it is given;
NumPy would drop the mask without a word, and multiply matrices in their own way."""
import contextlib
import dataclasses

import numpy as np
import pytest
from spoiling import call
from test_every_public_name import GOOD, label

import course_utils as cu
from course_utils.diagnose import network_from_arrays
from course_utils.engine.params import Params
from course_utils.exercises.calling import named
from course_utils.ground.checks import as_array, as_numbers, ordinary

UNREAD = {"examine": {"model.readout.W_y", "model.readout.b_y"},  # what a function does not look at
          "mean_output": {"trace.x", "trace.gates"}}


def masked(array):
    return np.ma.masked_array(array, mask=np.arange(array.size).reshape(array.shape) == 0)


def places(value, depth=2):
    """(where, value with a masked array or a matrix in the place of an array) for each array in a value: in weights and
    in records, unless a record refuses it itself."""
    if isinstance(value, np.ndarray) and value.size and value.dtype.kind in "fiub":
        yield "", masked(value)
        if value.ndim == 2:
            yield "", np.asmatrix(value)
    elif depth:
        for name, held, put in parts(value):
            for where, bad in places(held, depth - 1):
                with contextlib.suppress(ValueError):
                    yield f".{name}{where}", put(name, bad)


def parts(value):
    """(name, what is held, a function that puts something else there) for all that weights or a record hold."""
    if isinstance(value, Params):
        yield from ((name, value[name], lambda name, bad: Params(value | {name: bad})) for name in value)
    elif hasattr(value, "_replace"):
        yield from ((name, getattr(value, name), lambda name, bad: value._replace(**{name: bad}))
                    for name in value._fields)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value) if field.init]
        yield from ((name, getattr(value, name), lambda name, bad: dataclasses.replace(value, **{name: bad}))
                    for name in names)


def taken(function):
    """Where the function takes a masked array or a matrix."""
    for name, good in GOOD[function]().items():
        for where, bad in () if name in ("out", "self") else places(good):
            if name + where in UNREAD.get(function.__name__, ()):
                continue
            try:
                call(function, GOOD[function]() | {name: bad})
            except ValueError as error:
                if not any(kind in str(error) for kind in ("MaskedArray", "matrix")):
                    yield f"{name}{where}: {error}"
            else:
                yield f"{name}{where}"


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
@pytest.mark.parametrize("function", sorted(GOOD, key=label), ids=label)
def test_no_mask_is_lost(function, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert list(taken(function)) == []


def test_what_is_said_of_them():
    x = np.arange(4.).reshape(2, 2)
    with pytest.raises(ValueError, match=r"^x is a MaskedArray of shape \(2, 2\), expected an ordinary"):
        as_array("x", masked(x), ("T", "B"))
    with pytest.raises(ValueError, match=r"^x is a matrix of shape \(2, 2\), expected an ordinary array; np.asarray"):
        as_numbers("x", np.asmatrix(x))
    for inside in ([x, masked(x)], (x, [masked(x)])):
        with pytest.raises(ValueError, match="x is a MaskedArray"):
            as_numbers("x", inside)
    assert ordinary("x", [[x]]) == [[x]]


def test_weights_of_elsewhere_keep_their_mask_or_are_refused():
    weights = {"weight_ih_l0": np.ones((8, 3)), "weight_hh_l0": np.ones((8, 2))}
    assert network_from_arrays(weights).n_layers == 1
    with pytest.raises(ValueError, match=r"weight_hh_l0 is .*MaskedArray"):
        network_from_arrays(weights | {"weight_hh_l0": masked(np.ones((8, 2)))})


def test_a_function_and_an_answer_with_a_mask_are_told():
    with pytest.raises(ValueError, match=r"f\(x\) is a MaskedArray"):
        cu.numerical_jacobian(masked, np.ones(3))
    outcome = named(("y",), [masked(np.ones(2))])
    assert outcome.problem == "y is a masked array, expected one without a mask"
