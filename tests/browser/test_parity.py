"""What the browser computes is what NumPy computes, to 1e-10: cells, norms, random numbers, explorers.

The JavaScript is made from the cells' Python (course_utils/widgets/cells_table.py). The last tests prove that a table
that is wrong in one place does not pass.
"""
import json
import re

import lab
import numpy as np
import pytest
from helpers import begin, ends
from playwright.sync_api import sync_playwright

from course_utils import (
    ABLATIONS,
    CELLS,
    LSTM,
    SLSTM,
    SelectiveSSM,
    activated,
    activation,
    init_params,
    jacobian_norms,
    multihead,
    unroll,
)
from course_utils.engine.cells.base import Cell
from course_utils.exercises.glossary import look_up
from course_utils.experiments.curves.gates import FREE, GATED, HELD, gate_curves, gate_measures
from course_utils.widgets import (
    PRESETS,
    bound_explorer,
    cliff_explorer,
    gap_explorer,
    gate_explorer,
    glossary_explorer,
    keep_explorer,
)
from course_utils.widgets.cells_table import cell_table
from course_utils.widgets.front_end import ENGINE, script, source
from course_utils.widgets.keep_explorer import PRESETS as PRESETS_OF_KEEPING

RELATIVE = 1e-10
LENGTHS, SIZES = (1, 2, 7, 50, 200), ((1, 2), (5, 3), (8, 5))
RUN = """({cell, T, H, w, x, start}) => {
  const typed = Object.fromEntries(Object.entries(w).map(([name, values]) => [name, Float64Array.from(values)]));
  const table = CELLS[cell], trace = unroll(table, typed, Float64Array.from(x), T, H, start), m = table.states.at(-1);
  const norms = options => [...jacobianNorms(table, typed, trace, options)];
  const all = {two: norms(), fro: norms({order: 'fro'}), block: norms({rows: [m], columns: [m]})};
  for (const name of [...table.states, ...table.gates]) all[name] = [...trace.v[name]];
  return all }"""


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=lab.find_chromium(), args=lab.FLAGS, timeout=lab.ms(lab.START))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def open_with(browser):
    """An empty page that runs a script, and nothing else."""
    def opened(text):
        page = browser.new_page()
        page.set_default_timeout(lab.ms(lab.OPEN))
        page.add_script_tag(content=text.replace("export default { render };", ""))
        return page
    return opened


@pytest.fixture(scope="module")
def engine(open_with):
    return open_with("\n".join([cell_table(CELLS + ABLATIONS), *map(script, (*ENGINE, "random"))]))


def case(cell, T, H, D, rng, gain=.8):
    """(weights, input, first state) of a random network."""
    params = init_params(cell, D, H, rng, recurrent="gaussian", gain=gain)
    params.b[:] = rng.standard_normal(params.b.shape)
    for name in cell.weights:
        params[name] = rng.standard_normal(H)
    return params, rng.standard_normal((T, 1, D)), begin(cell, rng.standard_normal((len(cell.states), 1, H)) / 2)


def in_browser(page, cell, params, x, start):
    given = {"cell": cell.__name__, "T": len(x), "H": params.W_h.shape[0], "x": x.ravel().tolist(),
             "w": {name: array.ravel().tolist() for name, array in params.items()},
             "start": {name: start[k, 0].tolist() for k, name in enumerate(cell.states)}}
    return {name: np.array(values, float) for name, values in page.evaluate(RUN, given).items()}


def in_numpy(cell, params, x, start):
    trace = unroll(cell, params, x, start)
    norms = {"two": {}, "fro": {"ord": "fro"}, "block": {"block": (cell.states[-1],) * 2}}
    found = {name: jacobian_norms(cell, params, trace, **how)[:, 0] for name, how in norms.items()}
    found |= {name: trace.gates[k].ravel() for k, name in enumerate(cell.gates)}
    return found | {name: trace.states[k].ravel() for k, name in enumerate(cell.states)}


def error(found, wanted):
    """The largest error, relative where numbers are above 1; infinite values must agree."""
    found, wanted = np.asarray(found, float), np.asarray(wanted, float)
    finite = np.isfinite(wanted) & np.isfinite(found)
    if found.shape != wanted.shape or not np.array_equal(found[~finite], wanted[~finite]):
        return np.inf
    found, wanted = found[finite], wanted[finite]
    return float(np.max(np.abs(found - wanted) / np.maximum(1, np.abs(wanted)), initial=0))


def errors(page, cell, seed=0, cases=None):
    """{quantity: the largest error over lengths and sizes}."""
    rng, worst = np.random.default_rng(seed), {}
    for T, (H, D) in cases or [(T, size) for T in LENGTHS for size in SIZES]:
        network = case(cell, T, H, D, rng)
        found, wanted = in_browser(page, cell, *network), in_numpy(cell, *network)
        assert set(found) == set(wanted)
        for name in wanted:
            worst[name] = max(worst.get(name, 0), error(found[name], wanted[name]))
    return worst


@pytest.mark.parametrize("cell", CELLS + ABLATIONS, ids=lambda cell: cell.__name__)
def test_a_cell_in_the_browser_is_numpys(cell, engine):
    worst = errors(engine, cell)
    assert max(worst.values()) < RELATIVE, worst


DERIVED = (multihead(SLSTM, 2), SelectiveSSM.with_size(1), activated(LSTM, g=activation("relu")))


@pytest.mark.parametrize("cell", DERIVED, ids=lambda cell: cell.__name__)
def test_a_cell_that_is_made_when_asked_for(cell, open_with):
    """Its name is no name in JavaScript."""
    page = open_with("\n".join([cell_table((cell,)), *map(script, ENGINE)]))
    worst = errors(page, cell, cases=[(7, (4, 3)), (50, (2, 2))])
    assert max(worst.values()) < RELATIVE, worst
    page.close()


def test_norms_far_below_the_floats(engine):
    """0.1 to the power 700 is no float, its logarithm is."""
    cell = CELLS[0]
    params, x, start = case(cell, 700, 3, 1, np.random.default_rng(0))
    params.W_h[:] = np.eye(3) * .1
    found = in_browser(engine, cell, params, x, start)
    np.testing.assert_allclose(found["two"], -np.arange(700, -1, -1), rtol=RELATIVE, atol=1e-12)


def test_the_largest_singular_value_whatever_the_gap(engine):
    """Equal ones, nearly equal ones, of one row, of one column, of one number, of the size of a float's limits, and
    rows so different in size that a square of theirs is no float, as an S6's fast and slow states are."""
    rng = np.random.default_rng(2)
    q = np.linalg.qr(rng.standard_normal((8, 8)))[0]
    matrices = [np.eye(8), q, q * ([1, 1 - 1e-9] + 6 * [.5]), q * ([1, 1 - 1e-15] + 6 * [1e-9]),
                rng.standard_normal((8, 3)), rng.standard_normal((1, 7)), rng.standard_normal((7, 1)),
                np.full((1, 1), -3.0), np.ones((5, 5)),
                np.diag([0, 0, 2.0]), 1e-300 * rng.standard_normal((4, 4)), 1e300 * rng.standard_normal((2, 2)),
                rng.standard_normal((6, 6)) * 10.0 ** -(53 * np.arange(6))[:, None]]
    norm = "([A, R, C]) => logNorm([Float64Array.from(A)], R, C, 2)"
    for A in matrices:
        found = engine.evaluate(norm, [A.ravel().tolist(), *A.shape])
        assert found == pytest.approx(np.log10(np.linalg.norm(A, 2)), rel=1e-14, abs=1e-14)
    assert engine.evaluate("logNorm([new Float64Array(9)], 3, 3, 2) === -Infinity")


DRAWS = """seed => {
  const rng = generator(seed), all = [];
  for (let k = 0; k < 3; k++) {
    all.push(...rng.uniform(7, 2.5), ...rng.integers(5, 30), ...rng.normal(400), rng.random());
  }
  return all }"""


@pytest.mark.parametrize("seed", [0, 1, 2, 20, 12345, 2**32 - 1])
def test_random_numbers_are_numpys(seed, engine):
    rng, wanted = np.random.default_rng(seed), []
    for _ in range(3):
        wanted += [*rng.uniform(-2.5, 2.5, 7), *rng.integers(30, size=5), *rng.standard_normal(400), rng.random()]
    np.testing.assert_allclose(engine.evaluate(DRAWS, seed), wanted, rtol=1e-15, atol=0)


def stored(explorer, page, settings):
    """What the browser's `compute` finds at these settings."""
    state = json.loads(json.dumps(explorer.state))
    return page.evaluate("""([settings, state]) => {
      const plain = value => ArrayBuffer.isView(value) ? [...value] : Array.isArray(value) ? value.map(plain)
        : value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]))
        : typeof value === 'function' ? null : value;
      return plain(explorer.compute(settings, state)) }""", [settings, state])


@pytest.mark.parametrize(("gap", "gain"), [(50, .58), (1, .3), (80, .8), (12, 2.3)])
def test_gap_explorer(gap, gain, open_with):
    """(Above a gain of 1 the network is chaotic: it doubles rounding errors every few words, NumPy's too.)"""
    explorer, page = gap_explorer(), open_with(source("gap"))
    settings = explorer.start | {"gap": gap, "gain": gain}
    found = stored(explorer, page, settings)
    assert error(np.transpose(found["curves"]), explorer.compute(settings)) < RELATIVE
    page.close()


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "ReLU", "linear"])
def test_bound_explorer(activation, open_with):
    explorer, page = bound_explorer(), open_with(source("bound"))
    for other in ({}, {"gain": .3, "length": 100, "noise": 3.0}, {"gain": 3.0, "length": 12, "noise": 0.0}):
        settings = explorer.start | {"activation": activation} | other
        found, wanted = stored(explorer, page, settings), explorer.compute(settings)
        for name in ("norms", "bound", "radius"):
            assert error(found[name], wanted[name]) < RELATIVE, (name, other)
        values = np.sort_complex(np.array(found["eigenvalues"]) @ [1, 1j])
        np.testing.assert_allclose(values, np.sort_complex(wanted["eigenvalues"]), rtol=1e-9, atol=1e-9)
    page.close()


def test_cliff_explorer(open_with):
    explorer, page = cliff_explorer(), open_with(source("cliff"))
    for other in ({}, {"clip": 1.0}, {"lr": .05, "w": 5.5, "b": -2.3, "clip": .2}):
        settings = explorer.start | other
        found, wanted = stored(explorer, page, settings), explorer.compute(settings)
        for name, ours in zip(("points", "errors", "norms"), wanted):  # later a path thrown over the cliff is chaotic
            assert error(found[name][:20], ours[:20]) < RELATIVE, (name, other)
            assert len(found[name]) == len(ours)
    page.close()


GATE_SETTINGS = [{}, *PRESETS.values(), {"gates": HELD, "b_f": 2.0, "b_o": 1.0},
                 {"seed": 20, "spread": .9, "marker": 9.0},
                 {"length": 150, "b_f": -10.0}, {"length": 10, "candidate": 0.0}, {"recurrent": 0.0}]


@pytest.mark.parametrize("name", GATED)
def test_gate_explorer(name, open_with):
    explorer, page = gate_explorer(), open_with(source("gates"))
    for other in GATE_SETTINGS:
        settings = explorer.start | {"cell": name, "gates": FREE} | other
        found, wanted = stored(explorer, page, settings), gate_curves(settings)
        for ours in ("total", "reference", "direct", "half_life", "saturated", "reach"):
            theirs = {"half_life": "halfLives"}.get(ours, ours)
            if wanted[ours] is None:
                assert found[theirs] is None
            else:
                assert error(found[theirs], wanted[ours]) < RELATIVE, (theirs, other)
        seen = np.isfinite(wanted["inputs"])  # the browser goes on where a float of NumPy's underflows
        assert error(np.array(found["inputs"])[seen], wanted["inputs"][seen]) < RELATIVE, other
        for gate, values in wanted["gates"].items():
            assert error(found["v"][gate], values.ravel()) < RELATIVE
        measures = page.evaluate("([s, state]) => measures(compute(s, state))", [settings, explorer.state])
        for measure, value in gate_measures(wanted).items():
            if np.isfinite(value):
                assert measures[measure] == pytest.approx(value, rel=1e-9, abs=1e-9), (measure, other)
    page.close()


@pytest.mark.parametrize("other", [{}, *PRESETS_OF_KEEPING.values(), {"nines": 3.3, "write": 0.0, "lag": 1000},
                                   {"nines": .3, "write": 1.0, "lag": 1}, {"nines": 1.45, "write": .01, "lag": 37}])
def test_keep_explorer(other, open_with):
    explorer, page = keep_explorer(), open_with(source("keep"))
    settings = explorer.start | other
    found, wanted = stored(explorer, page, settings)["cells"], explorer.compute(settings)["cells"]
    assert found.keys() == wanted.keys()
    for name, cell in wanted.items():
        assert found[name].keys() == cell.keys()
        for what, values in cell.items():
            assert error(found[name][what], values) < RELATIVE, (name, what)
    page.close()


WRONG = {"1 - t3": "1 + t3", "t13 * t5": "t12 * t5", '["c", "i", 2, null]': '["c", "i", 3, null]',
         "v.h[n + H] = t23": "v.h[n + H] = t22", "const t22 = Math.tanh(t21)": "const t22 = Math.sin(t21)"}


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_table_is_caught(line, open_with):
    lstm = next(cell for cell in CELLS if cell.__name__ == "LSTM")
    text = cell_table((lstm,))
    assert text.count(line) >= 1
    page = open_with("\n".join([text.replace(line, WRONG[line], 1), *map(script, ENGINE)]))
    assert max(errors(page, lstm, cases=[(7, (5, 3))]).values()) > 1e-6
    page.close()


class OwnCell(Cell):
    """A cell that no one has: s = f s_prev + (1 − f) a², h = √(1 + s) a, written without a thought of browsers."""

    states, gates = ("h", "s"), ("a", "f")
    products = (("h_prev", gates),)

    @staticmethod
    def step(a, prev, weights, product):
        from course_utils import sigmoid
        a[1][...] = sigmoid(a[1])
        np.tanh(a[0], out=a[0])
        s = a[1] * prev[1] + (1 - a[1]) * np.square(a[0])
        return np.sqrt(1 + s) * a[0], s

    @staticmethod
    def partials(gates, prev, new, weights, product):
        from course_utils import sigmoid_slope, tanh_slope
        a, f = gates
        root, slope = np.sqrt(1 + new[1]), tanh_slope(a)
        return {("h", "a"): root * slope, ("h", "s"): a / (2 * root), ("s", "a"): (1 - f) * 2 * a * slope,
                ("s", "f"): (prev[1] - a * a) * sigmoid_slope(f), ("s", "s_prev"): f}


def test_a_cell_of_a_readers_own_appears_without_a_line_of_javascript(open_with):
    page = open_with("\n".join([cell_table((OwnCell,)), *map(script, ENGINE)]))
    worst = errors(page, OwnCell, cases=[(7, (5, 3)), (50, (4, 2))])
    assert max(worst.values()) < RELATIVE, worst
    page.close()


CORNERS = """([states, all]) => all.flatMap(settings => {
  const found = explorer.compute(settings, states), drawn = explorer.draw(found, {width: 700, ghost: found, settings});
  const parts = drawn.panels.flatMap(panel => Object.values(panel.parts()));
  const text = drawn.label + explorer.words(found) + parts.join('');
  return /NaN|undefined|Infinity|null/.test(text) ? [JSON.stringify(settings)] : [] })"""


CURVES = (gap_explorer, bound_explorer, cliff_explorer, gate_explorer, keep_explorer)


@pytest.mark.parametrize("make", CURVES, ids=lambda make: make.__name__)
def test_any_position_of_the_controls_gives_a_picture_and_words(make, open_with):
    explorer, rng = make(), np.random.default_rng(0)

    def anywhere(control, n):
        values = ends(control)
        if control.kind == "choice" or n % 2:
            return values[rng.integers(len(values))]
        return control.check("value", type(control.step)(rng.uniform(*values)))

    positions = [{id: anywhere(control, n) for id, control in explorer.controls.items()} for n in range(60)]
    page = open_with(source(explorer.kind))
    assert page.evaluate(CORNERS, [explorer.state, positions]) == []
    page.close()


@pytest.mark.parametrize("text", ["", "forget gate", "FORGET", "遗忘", "ρ", "b_f", " gate ", "Σ", "qqq"])
def test_the_glossary_finds_what_python_finds(text, open_with):
    explorer, page = glossary_explorer(), open_with(source("rows"))
    found = page.evaluate("([s, state]) => explorer.compute(s, state).rows.map(row => row.first[0])",
                          [{"look for": text}, explorer.state])
    assert found == [term.term for term in look_up(text)]
    page.close()


def test_numbers_are_never_minus_zero(open_with):
    page = open_with(script("notation"))
    assert page.evaluate("[fixed(-.04, 1), fixed(-12.34, 1)]") == ["0.0", "\N{MINUS SIGN}12.3"]
    page.close()


def test_the_modules_follow_anywidgets_specification():
    for kind in ("gap", "bound", "cliff", "gates", "keep", "answers", "rows"):
        assert re.search(r"^export default \{ render \};$", source(kind), re.MULTILINE)
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", source(kind))
