"""Notebook 09's counting unit: the engine's LSTM with twelve weights, and what it loses with a gate held open."""
import json

import numpy as np
import pytest

from course_utils import LSTM, Params, unroll
from course_utils.experiments.lessons.counter import WEIGHTS, count
from course_utils.ground.places import NOTEBOOKS

STREAM = np.random.default_rng(2).choice([1, 0, -1], size=50, p=[.25, .65, .1])


def test_it_is_the_engines_lstm():
    u, w, b = WEIGHTS.T
    states = unroll(LSTM, Params(W_x=u[None], W_h=w[None], b=b), STREAM[:, None, None].astype(float)).states
    np.testing.assert_allclose(count(STREAM), states[1, :, 0, 0], rtol=0, atol=1e-12)


def test_the_notebook_has_the_same_weights():
    path, = NOTEBOOKS.glob("09_*.ipynb")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    source, = ("".join(cell["source"]) for cell in cells if "".join(cell["source"]).startswith("STREAM = "))
    names = {"np": np}
    exec(source, names)
    np.testing.assert_array_equal(names["WEIGHTS"], WEIGHTS)


def test_it_counts_keeps_and_starts_again():
    c = count(STREAM)
    change = np.diff(c)
    assert (change[STREAM == 1] > .5).all() and (change[STREAM == 1] < .77).all()
    assert (change[STREAM == 0] <= 0).all() and (change[STREAM == 0] > -.12).all()
    assert (c[1:][STREAM == -1] < .04).all() and (c >= 0).all()


@pytest.mark.parametrize("gate", "fio")
def test_what_it_loses_with_a_gate_held_open(gate):
    intact, c = count(STREAM), count(STREAM, gate)
    at_reset, at_one = c[1:][STREAM == -1], np.diff(c)[STREAM == 1]
    if gate == "f":
        assert (at_reset > 2).all() and c[-1] > 2 * intact[-1]
    elif gate == "i":
        assert (at_reset < -.7).all() and abs(c[46]) < .05 < intact[46]
    else:
        assert (at_reset < .04).all() and (at_one < np.diff(intact)[STREAM == 1] + 1e-12).all()
        assert at_one.sum() < .9 * np.diff(intact)[STREAM == 1].sum()


def test_only_gates_can_be_held_open():
    with pytest.raises(ValueError, match="open_gates is 'g', expected letters of ifo, not g"):
        count(STREAM, "g")
