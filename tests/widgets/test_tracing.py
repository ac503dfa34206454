"""A cell's Python, run once on symbols: what cannot become JavaScript is refused, with a word that says why.

That the JavaScript computes what NumPy computes is tested in a browser (tests/browser/test_parity.py).
"""
import numpy as np
import pytest

from course_utils import CELLS, sigmoid
from course_utils.engine.cells import ABLATIONS, LSTM
from course_utils.engine.cells.base import Cell
from course_utils.ground.checks import as_numbers
from course_utils.widgets.cells_table import cell_source, cell_table, traced_step
from course_utils.widgets.front_end import CURVES, TABLES, source
from course_utils.widgets.tracing import Lines, Symbol


def cell_of(step):
    """A plain cell with this step."""
    return type("Own", (Cell,), {"step": staticmethod(step), "partials": staticmethod(lambda *given: {("h", "a"): 1})})


def test_every_cell_has_a_table():
    text = cell_table(CELLS + ABLATIONS)
    assert all(f'  "{cell.__name__}": {{' in text for cell in CELLS + ABLATIONS)


def test_an_operation_is_a_line_and_writing_into_a_part_changes_the_whole():
    lines = Lines()
    row = Symbol(lines, [["a"], ["b"], ["c"]], True)
    part, (a, b, _) = row[1:], row
    part += 1
    np.exp(b, out=b)
    a *= b
    assert lines.text(0) == ["const t0 = b + 1;", "const t1 = c + 1;", "const t2 = Math.exp(t0);", "const t3 = a * t2;"]
    assert row.slots == [["t3"], ["t2"], ["t1"]]


def test_the_lstm_is_short():
    (step,), sources, kept = traced_step(LSTM)
    assert len([line for line in step if "= v." not in line]) == 24 and sources == kept == []


def test_what_a_later_stage_needs_is_kept():
    def step(a, prev, weights, product):
        early = np.tanh(a[0])
        return (early + product(prev[0] * early),)

    stages, sources, kept = traced_step(cell_of(step))
    assert len(stages) == 2 and len(sources) == 1 and len(kept) == 3
    assert any(f"v.{sources[0]}[n] = {sources[0]};" == line for line in stages[0])


@pytest.mark.parametrize(("step", "message"), (
    (lambda a, prev, weights, product: (np.tan(a[0]),), "uses numpy.tan, of which the browser knows nothing; expected"),
    (lambda a, prev, weights, product: (np.cumsum(a[0]),), "uses numpy.cumsum, of which the browser knows nothing"),
    (lambda a, prev, weights, product: (np.add.reduce(a[0]),), "uses numpy.add, of which the browser knows nothing"),
    (lambda a, prev, weights, product: (a[0] if a[0] > 0 else -a[0],), "asks whether a number is true"),
    (lambda a, prev, weights, product: (a[0][1:],), "a cell is elementwise, but its step takes"),
    (lambda a, prev, weights, product: (a[0] / len(a[0]),), "asks for the length of a single gate or state"),
    (lambda a, prev, weights, product: (a[0] * np.ones(3),), r"holds an array of shape \(3,\), expected numbers")))
def test_what_has_no_javascript_is_refused(step, message):
    with pytest.raises(ValueError, match=message):
        cell_source(cell_of(step))


def test_symbols_alone_pass_the_check_of_numbers():
    symbol = Symbol(Lines(), [["a"]])
    assert as_numbers("a", symbol) is symbol and sigmoid(symbol).slots == [["t3"]]
    with pytest.raises(ValueError, match="expected real numbers"):
        as_numbers("a", object())


@pytest.mark.parametrize("kind", (*CURVES, *TABLES))
def test_a_module_is_small(kind):
    assert len(source(kind).encode()) < 60_000


def test_an_unknown_kind_is_named():
    with pytest.raises(ValueError, match="kind is 'spiral', expected one of 'gap', 'bound'"):
        source("spiral")
