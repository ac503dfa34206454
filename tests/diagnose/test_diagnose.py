"""Diagnosing a network: running it agrees with PyTorch, measures with closed forms, and every piece of advice has its
reason. (Reading files of weights: test_diagnose_files.py.)"""
import importlib.util
import re
import subprocess
import sys
import warnings
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from helpers import each_cell, problem, weights

from course_utils import (
    GRU,
    LRU,
    LSTM,
    RGLRU,
    SLSTM,
    CoupledLSTM,
    LinearRNN,
    MinGRU,
    MinLSTM,
    NoForgetLSTM,
    NoInputGateLSTM,
    NoOutputActivationLSTM,
    PeepholeLSTM,
    ReluRNN,
    ResetAfterGRU,
    SelectiveSSM,
    TanhRNN,
    chrono_biases,
    init_params,
    numerical_jacobian,
    sigmoid,
    step_jacobians,
    unroll,
)
from course_utils.diagnose import Diagnosis, Layer, Network, diagnose, network_from_arrays, pictures
from course_utils.diagnose import advice as rules
from course_utils.diagnose.__main__ import main
from course_utils.diagnose.gates import dead_units, direct_path, gate_uses, half_lives, memory_use
from course_utils.diagnose.html import set_exponents
from course_utils.diagnose.measures import flow_of, measure
from course_utils.diagnose.running import layer_jacobian, part_of, repeated, run, total_gradients
from course_utils.diagnose.sequences import read_sequences
from course_utils.diagnose.spectra import FEW, MOST_EXPONENTS, block_spectra, exponents, spectra
from course_utils.diagnose.text import number, power
from course_utils.engine.cells import CELLS
from course_utils.engine.graph import gate_columns
from course_utils.ground.places import DATA

STORED = dict(np.load(DATA / "diagnose_reference.npz"))
CASES = sorted({name.split("/")[0] for name in STORED})
each_case = pytest.mark.parametrize("case", CASES)


def torch_script():
    """data/make_diagnose_reference.py as a module; skips the test where PyTorch is not installed."""
    pytest.importorskip("torch").set_num_threads(1)
    path = DATA / "make_diagnose_reference.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stacked(cell, n_layers=2, sizes=(3, 5, 4, 2), seed=0, **options):
    """A random network of layers of different sizes."""
    rng = np.random.default_rng(seed)
    return Network(tuple(Layer(f"layer {n}", cell, problem(cell, (1, 1, sizes[n], sizes[n + 1]), seed=seed + n).params)
                         for n in range(n_layers)), "a test"), rng.standard_normal((7, 3, sizes[0]))


def single(cell, params, name="rnn"):
    return Network((Layer(name, cell, params),), "a test")


# running, against PyTorch

def agrees(case, reference, tolerance=1e-10):
    """Hidden states of every layer, ∂L/∂x and ∂h^l_t/∂h^m_k are PyTorch's."""
    def same(found, expected):
        np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance * max(1, np.abs(expected).max()))

    arrays = {name.removeprefix("weight/"): array for name, array in reference.items() if name.startswith("weight/")}
    network = network_from_arrays(arrays, framework="torch", activation="relu" if "relu" in case else None)
    traces = run(network, reference["x"])
    same(np.stack([trace.states[0, 1:] for trace in traces]), reference["h"])
    totals, dx = total_gradients(network, traces, reference["w"])
    same(dx, reference["grad_x"])
    compared = [name for name in reference if name.startswith("pair/")]
    for name in compared:
        upper, t, lower, k = map(int, name.removeprefix("pair/").split("."))
        same(layer_jacobian(network, traces, (upper, t), (lower, k)), reference[name])
    assert compared and len(totals) == network.n_layers


@each_case
def test_states_and_gradients_are_those_that_pytorch_gave(case):
    agrees(case, {name.removeprefix(f"{case}/"): array for name, array in STORED.items()
                  if name.startswith(f"{case}/")})


def test_reference_is_small_and_has_one_to_three_layers():
    assert (DATA / "diagnose_reference.npz").stat().st_size < 200 * 1024
    assert set(CASES) == {f"{kind}_{n}" for kind in ("tanh", "relu", "lstm", "gru") for n in (1, 2, 3)}
    assert all(array.any() for name, array in STORED.items() if "relu" not in name)


@each_case
def test_script_still_gives_the_stored_results(case):
    script = torch_script()
    for name, array in script.run(*script.CASES[case]).items():
        np.testing.assert_allclose(array, STORED[f"{case}/{name}"], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (20, 2, 3, 6), (4, 3, 1, 2)], ids=str)
@each_case
def test_live_pytorch_agrees(case, shape):
    script = torch_script()
    if shape[0] == 1:
        script.pairs_of = lambda n_layers, n_steps: {(n_layers - 1, 1, m, 1) for m in range(n_layers)}
    agrees(case, script.run(*script.CASES[case], shape, 5))


# running, against the engine and differences

@each_cell
def test_total_gradients_are_those_of_differences(cell):
    network, x = stacked(cell, 3)
    x = x[:4, :2]
    direct = np.random.default_rng(1).standard_normal((4, 2, 2))
    _, dx = total_gradients(network, run(network, x), direct)
    expected = numerical_jacobian(lambda x: np.sum(direct * run(network, x)[-1].states[0, 1:]), x)
    np.testing.assert_allclose(dx, expected, atol=1e-7 * np.abs(expected).max())


@each_cell
def test_layer_jacobian_of_neighbours_is_the_step_jacobian(cell):
    network, x = stacked(cell, 2)
    traces = run(network, x)
    H = network.n_hidden[0]
    J = step_jacobians(cell, network.layers[0].params, traces[0])
    np.testing.assert_allclose(layer_jacobian(network, traces, (0, 4), (0, 3)), J[3][:, :H, :H], atol=1e-13)
    np.testing.assert_allclose(layer_jacobian(network, traces, (1, 3), (1, 3)), np.tile(np.eye(4), (3, 1, 1)))
    assert not layer_jacobian(network, traces, (1, 0), (0, 0)).any()
    np.testing.assert_array_equal(layer_jacobian(network, traces, (1, 0), (1, 0))[2], np.eye(4))


def test_modules_that_feed_one_another_are_put_together():
    arrays = {name.removeprefix("lstm_2/weight/"): array for name, array in STORED.items()
              if name.startswith("lstm_2/weight/")}
    first, second = (network_from_arrays({f"{module}.{name[:-1]}0": array for name, array in arrays.items()
                                          if name.endswith(layer)}, prefix=module)
                     for module, layer in (("encoder", "_l0"), ("decoder", "_l1")))
    both = Network((*first.layers, *second.layers), "both")
    np.testing.assert_array_equal(run(both, STORED["lstm_2/x"])[1].states,
                                  run(network_from_arrays(arrays), STORED["lstm_2/x"])[1].states)


def test_numbers_of_any_real_kind_are_read():
    network, _ = stacked(LSTM)
    bits = np.random.default_rng(0).integers(0, 2, (5, 2, 3))
    expected = run(network, bits.astype(float))[1].states
    for kind in (np.float32, np.float64, np.int8, bool):
        np.testing.assert_array_equal(run(network, bits.astype(kind))[1].states, expected)


@pytest.mark.parametrize("x, words", [
    (np.zeros((5, 2, 4)), "expected (T, B, 3)"), (np.zeros((5, 3)), "expected (T, B, 3)"), ("abc", "real numbers"),
    (np.full((2, 1, 3), np.nan), "x must be finite"), (np.zeros((2, 1, 3), complex), "real numbers"), (None, "dtype"),
    (np.zeros((0, 1, 3)), "at least 1"), (np.array([[{}]]), "dtype object")])
def test_bad_sequences_are_refused(x, words):
    network, _ = stacked(LSTM)
    for function in (run, measure, diagnose):
        with pytest.raises(ValueError, match=re.escape(words)):
            function(network, x)


def test_overflow_is_named():
    params = weights(ReluRNN, 1e200 * np.eye(2), 1.)
    with pytest.raises(ValueError, match="layer rnn overflows: the state is not finite from time step 3 on"):
        diagnose(single(ReluRNN, params), np.ones((9, 1, 1)))


@pytest.mark.parametrize("to, by, words", [
    ((2, 1), (0, 1), "layer of to is 2"), ((0, 1), (1, 1), "layer of by is 1"), ((1, 8), (0, 1), "step of to is 8"),
    ((1, 3), (0, 4), "step of by is 4, expected from 0 to 3"), ((1, 3), (-1, 2), "layer of by is -1")])
def test_indices_out_of_range_are_refused(to, by, words):
    network, x = stacked(GRU)
    with pytest.raises(ValueError, match=words):
        layer_jacobian(network, run(network, x), to, by)


def test_traces_and_directs_that_do_not_fit_are_refused():
    network, x = stacked(GRU)
    traces = run(network, x)
    with pytest.raises(ValueError, match="1 traces, expected 2"):
        total_gradients(network, traces[:1], np.zeros((7, 3, 4)))
    with pytest.raises(ValueError, match=re.escape("direct has shape (7, 3, 5), expected (7, 3, 4)")):
        total_gradients(network, traces, np.zeros((7, 3, 5)))


@each_cell
def test_part_of_a_trace_is_the_trace_of_that_part(cell):
    p = problem(cell, (6, 3, 2, 4))
    part, trace = part_of(p.trace, slice(1, 3), 2), unroll(cell, p.params, p.x[2:, 1:], p.trace.states[:, 2, 1:])
    for name in ("x", "states", "gates", "signal", "product"):
        found, expected = getattr(part, name), getattr(trace, name)
        assert (found is None) == (expected is None)
        if expected is not None:
            np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert repeated(p.trace, 2).states.shape[2] == 6 and repeated(p.trace, 2).n_steps == 6


# measures, against closed forms

def test_half_life_and_direct_path_of_a_constant_gate():
    """ln ½ / ln σ(b): 1, 2.213 and 14.27 steps for b = 0, 1, 3; the direct path is σ(b) to the number of steps."""
    biases = np.array([0., 1., 3.])
    params = weights(LSTM, np.zeros((3, 12)))
    params.b[3:6] = biases
    layer = Layer("rnn", LSTM, params)
    (trace,) = run(Network((layer,), ""), np.zeros((8, 2, 1)))
    np.testing.assert_allclose(half_lives(layer, trace), [1, 2.213, 14.27], rtol=1e-3)
    expected = np.log10(sigmoid(biases)) * np.arange(8, -1, -1)[:, None]
    np.testing.assert_allclose(direct_path(layer, trace)[:, 1], expected, atol=1e-12)


def test_half_life_of_gates_that_are_shut_or_open():
    params = weights(LSTM, np.zeros((2, 8)))
    params.b[2:4] = 800, -800
    layer = Layer("rnn", LSTM, params)
    lives = half_lives(layer, run(Network((layer,), ""), np.zeros((3, 1, 1)))[0])
    assert lives[0] == np.inf and lives[1] == 0


@pytest.mark.parametrize("cell", (LinearRNN, TanhRNN, ReluRNN, NoForgetLSTM))
def test_cells_without_forget_gate_have_no_half_life(cell):
    (found,), _ = measure(single(cell, problem(cell).params), problem(cell).x)
    assert found.half_lives is None and found.path is None
    assert (found.dead is None) == (cell is not ReluRNN)


def test_memory_of_an_lstm_without_recurrent_weights_is_its_direct_path():
    """W_h = 0: there is no other path, ∂c_T/∂c_k = ∏ f, and the largest singular value is the best unit's."""
    params = problem(LSTM).params
    params.W_h[:] = 0
    (found,), _ = measure(single(LSTM, params), problem(LSTM).x[:, :1])
    np.testing.assert_allclose(found.path.best, found.path.total, atol=1e-12)
    assert (found.path.median <= found.path.best).all()


def test_saturation_is_counted_at_both_ends():
    """Pre-activations ±4, 0, ±1 of a sigmoid: .018, .982, .5 …; of a tanh ±4 are saturated, ±1 not."""
    a = np.array([-4., -4, 4, 0, 1])
    params = weights(LSTM, np.zeros((5, 20)), np.tile(a, 4))
    layer = Layer("rnn", LSTM, params)
    uses = gate_uses(layer, run(Network((layer,), ""), np.zeros((3, 2, 1)))[0])
    for gate in "ifo":
        assert (uses[gate].kind, uses[gate].low, uses[gate].high, uses[gate].below_half) == ("gate", .4, .2, .4)
    assert (uses["g"].kind, uses["g"].low, uses["g"].high) == ("tanh", .4, .2)
    assert np.isclose(uses["g"].mean, np.abs(np.tanh(a)).mean()) and np.isclose(uses["f"].saturated, .6)


@each_cell
def test_drives_add_up_to_the_pre_activation(cell):
    """With a recurrent part of zero the inputs' is all of it, and the other way round it is the recurrent one's."""
    p = problem(cell)
    for name, other in (("input_drive", "W_h"), ("recurrent_drive", "W_x")):
        params = p.params.copy()
        params[other][:] = 0
        if other == "W_x":
            params.b[:] = 0
        network = single(cell, params)
        layer = network.layers[0]
        for use in gate_uses(layer, run(network, p.x)[0]).values():
            assert use._asdict()[{"input_drive": "recurrent_drive"}.get(name, "input_drive")] == 0
    trace = run(single(cell, p.params), p.x)[0]
    squashed = [gate for gate in cell.gates if np.isfinite(cell.activations[gate].high)]
    assert list(gate_uses(Layer("", cell, p.params), trace)) == squashed


def test_drive_of_a_tanh_network_is_computed_by_hand():
    p = problem(TanhRNN)
    layer = Layer("rnn", TanhRNN, p.params)
    use = gate_uses(layer, run(Network((layer,), ""), p.x)[0])["a"]
    h = unroll(TanhRNN, p.params, p.x).states[0, :-1]
    assert np.isclose(use.input_drive, np.sqrt(np.mean((p.x @ p.params.W_x + p.params.b)**2)))
    assert np.isclose(use.recurrent_drive, np.sqrt(np.mean((h @ p.params.W_h)**2)))


def test_dead_units_are_those_that_never_speak():
    params = weights(ReluRNN, np.zeros((3, 3)), np.array([-1., 0., .5]))
    layer = Layer("rnn", ReluRNN, params)
    assert dead_units(layer, run(Network((layer,), ""), np.zeros((4, 2, 1)))[0]).tolist() == [True, True, False]
    params.W_x[:] = 3
    x = np.zeros((4, 2, 1))
    x[3, 1] = 1  # one step of one sequence is enough
    assert not dead_units(layer, run(single(ReluRNN, params), x)[0]).any()


def test_spectra_are_those_of_each_gate_s_block():
    blocks = [np.diag([2., .1]), np.array([[0., 10.], [0, 0]]), 3 * np.eye(2), np.zeros((2, 2))]
    found = block_spectra(Layer("rnn", LSTM, weights(LSTM, np.hstack(blocks))))
    assert list(found) == list("ifgo")
    np.testing.assert_allclose(np.array([*found.values()]), [(2, 2), (0, 10), (3, 3), (0, 0)], atol=1e-12)


def test_exponents_of_a_linear_network_are_logarithms_of_its_scales():
    layer = Layer("rnn", LinearRNN, weights(LinearRNN, np.diag([.5, 2., 1.])))
    (trace,) = run(Network((layer,), ""), np.zeros((6, FEW + 1, 1)))
    np.testing.assert_allclose(exponents(layer, trace), np.log([2, 1, .5]), atol=1e-12)
    wide = Layer("rnn", LinearRNN, weights(LinearRNN, np.eye(MOST_EXPONENTS + 3)))
    assert len(exponents(wide, run(Network((wide,), ""), np.zeros((2, 1, 1)))[0])) == MOST_EXPONENTS


def test_exponents_are_means_over_sequences():
    """One tanh unit, w = 2: at rest ln 2 a step, far out in its saturation next to nothing is left."""
    layer = Layer("rnn", TanhRNN, weights(TanhRNN, [[2.]]))
    layer.params.W_x[:] = 1
    x = np.stack([np.zeros((30, 1)), np.full((30, 1), 5.)], axis=1)
    (trace,) = run(Network((layer,), ""), x)
    each = [exponents(layer, part_of(trace, slice(b, b + 1)))[0] for b in (0, 1)]
    assert np.isclose(each[0], np.log(2)) and each[1] < -5
    assert np.isclose(exponents(layer, trace)[0], np.mean(each))


def test_heat_map_covers_the_whole_sequence_at_any_cost(monkeypatch):
    layer = Layer("rnn", LinearRNN, weights(LinearRNN, .1 * np.eye(2)))
    (trace,) = run(Network((layer,), ""), np.zeros((50, 2, 1)))
    whole = spectra(layer, trace).pairs
    assert (whole.step, whole.deviation) == (1, 0) and whole.logs.shape == (51, 51) and np.isclose(whole.growth, 0)
    np.testing.assert_allclose(whole.logs[:, 0], np.log10(np.sqrt(2)) - np.arange(51))
    monkeypatch.setattr("course_utils.diagnose.spectra.WORK", 8 * 20**2)
    probed = spectra(layer, trace).pairs
    assert probed.step == 3 and probed.logs.shape == (17, 17) and 0 < probed.deviation < .2
    np.testing.assert_allclose(probed.logs[:, 0], whole.logs[::3, 0], atol=4 * probed.deviation)
    assert np.isnan(probed.logs[0, 1]) and "a norm is right within a factor of about 1.4" in pictures.probed(.153)


@pytest.mark.parametrize("cell", (TanhRNN, LSTM, GRU, ResetAfterGRU), ids=lambda cell: cell.__name__)
def test_large_layers_are_measured_as_small_ones_are(cell, monkeypatch):
    """By a few random vectors and in float32 what whole matrices give, within the error that is stated."""
    x = np.random.default_rng(2).standard_normal((70, 1, 3))
    network = single(cell, init_params(cell, 3, 40, np.random.default_rng(1), recurrent="orthogonal"))
    exact = measure(network, x)
    monkeypatch.setattr("course_utils.diagnose.spectra.LARGE", 20)
    (probed,), inputs = measure(network, x)
    (whole,), wanted = exact
    assert probed.layer.params.W_h.dtype == np.float32
    np.testing.assert_allclose(inputs.mean, wanted.mean, atol=1e-3)
    np.testing.assert_allclose(probed.flow.mean, whole.flow.mean, atol=1e-3)
    off = (probed.pairs.logs - whole.pairs.logs[::probed.pairs.step, ::probed.pairs.step])
    assert np.nanmax(np.abs(off)) < 4 * probed.pairs.deviation
    np.testing.assert_allclose(probed.lyapunov[0], whole.lyapunov[0], atol=.02)
    for gate, block in whole.spectra.items():
        np.testing.assert_allclose(probed.spectra[gate], block, rtol=.02)
    if whole.path is not None:
        np.testing.assert_allclose(probed.path.best, whole.path.best, atol=1e-3)
        assert (probed.path.total[:40] > whole.path.total[:40] - .5).all()  # the Frobenius norm is the larger


def test_gradients_beyond_what_a_float_holds_are_measured():
    """.01 a step over 400 steps: 10⁻⁸⁰⁰, which no float64 holds, and 100 a step likewise."""
    for scale in (.01, 100.):
        (found,), inputs = measure(single(LinearRNN, weights(LinearRNN, scale * np.eye(2))), np.zeros((400, 1, 1)))
        np.testing.assert_allclose(found.flow.mean, np.log10(scale) * np.arange(400, -1, -1), atol=1e-9)
        assert found.flow.reach == (1 if scale < 1 else 400) and np.isneginf(inputs.mean).all()


def test_what_float32_cannot_hold_is_run_in_float64(monkeypatch):
    monkeypatch.setattr("course_utils.diagnose.spectra.LARGE", 1)
    params = weights(LinearRNN, 10. * np.eye(2))
    params.W_x[:] = 1
    (found,), _ = measure(single(LinearRNN, params), np.ones((60, 1, 1)))
    assert found.layer.params.W_h.dtype == np.float64 and np.isclose(found.flow.mean[0], 60)


def test_long_measurements_show_how_far_they_are(capsys):
    network, x = stacked(LSTM)
    measure(network, x, progress=True)
    assert not capsys.readouterr().err  # a quick one shows nothing


def test_flow_of_a_scaled_rotation_is_a_straight_line():
    W = .1 * np.array([[0., 1], [-1, 0]])
    (found,), inputs = measure(single(LinearRNN, weights(LinearRNN, W)), np.zeros((9, 4, 1)))
    np.testing.assert_allclose(found.flow.mean, np.arange(-9., 1), atol=1e-12)
    np.testing.assert_array_equal(found.flow.low, found.flow.high)
    assert found.flow.reach == 2 or found.flow.reach == 3  # 10^−3 itself may round to either side
    assert found.flow.growth == 0 and np.isneginf(inputs.mean).all()
    (found,), _ = measure(single(LinearRNN, weights(LinearRNN, 100 * W)), np.zeros((9, 4, 1)))
    assert np.isclose(found.flow.growth, 9) and found.flow.reach == 9


def test_mean_of_a_flow_is_taken_over_sequences():
    flow = flow_of(np.array([[0., 2], [-np.inf, -np.inf]]))
    np.testing.assert_allclose(flow.mean[0], np.log10(50.5))
    assert (flow.low[0], flow.high[0]) == (0, 2) and np.isneginf(flow.mean[1])


@pytest.mark.parametrize("scale", (1e-200, 1e200))
def test_gradients_that_leave_the_floats_are_named_so(scale):
    params = weights(LinearRNN, scale * np.eye(2))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        d = diagnose(single(LinearRNN, params), np.zeros((9, 1, 1)))
        said = d.to_text() + d.to_html()
    assert "nan" not in said.lower().replace("nance", "")
    assert ("more than 10³⁰⁸" if scale > 1 else "0 (or below 10⁻³⁰⁸)") in said
    assert ("more than 10<sup>308</sup>" if scale > 1 else "0 (or below 10<sup>−308</sup>)") in said
    assert [one.because for one in d.advice if "beyond what a float64 holds" in one.because] or scale < 1


def test_overflow_of_an_upper_layer_reaches_the_lower_one_as_infinity():
    layers = [Layer(name, LinearRNN, weights(LinearRNN, scale * np.eye(1))) for name, scale in (("a", 1), ("b", 1e200))]
    layers[1].params.W_x[:] = 1
    found, inputs = measure(Network(tuple(layers), ""), np.zeros((9, 1, 1)))
    assert np.isposinf(found[0].flow.mean[0]) and np.isposinf(inputs.mean).all()


def test_measuring_twice_gives_the_same():
    network, x = stacked(LSTM)
    first, second = diagnose(network, x), diagnose(network, x)
    assert first.to_text() == second.to_text() and first.to_html() == second.to_html()


@each_cell
def test_every_cell_is_diagnosed(cell):
    network, x = stacked(cell)
    d = diagnose(network, x, lag=3)
    assert isinstance(d, Diagnosis) and len(d.layers) == 2 and d.shape == x.shape
    assert cell.__name__ in d.to_text() and well_formed(d.to_html())


@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 1, 3), (90, 2, 3)], ids=str)
@pytest.mark.parametrize("cell", CELLS)
def test_short_and_long_sequences_are_diagnosed(cell, shape):
    network, _ = stacked(cell)
    assert well_formed(diagnose(network, .1 * np.ones(shape)).to_html())


# advice

def advice_on(cell, params, x, lag):
    """{rule that fired: Advice} for one layer."""
    (found,), _ = measure(single(cell, params), x)
    names = ("exploding", "dead", "saturated", "forgetting", "overfull", "vanishing", "decaying")
    return {name: one for name in names if (one := getattr(rules, name)(found, lag)) is not None}


def noise(T=60, D=3, scale=1.):
    return scale * np.random.default_rng(5).standard_normal((T, 6, D))


def drawn(cell, H=24, **options):
    return init_params(cell, 3, H, np.random.default_rng(3), **options)


@pytest.mark.parametrize("cell", (LSTM, GRU, ResetAfterGRU, CoupledLSTM, PeepholeLSTM))
def test_forgetting_network_is_told_a_bias_that_keeps_over_the_lag(cell):
    (one,) = advice_on(cell, drawn(cell), noise(), 40).values()
    assert one.numbers["bias"] == np.log(39) and np.isclose(sigmoid(one.numbers["bias"]), 1 - 1 / 40)
    assert .4 < one.numbers["below_half"] < .6 and .8 < one.numbers["half_life"] < 1.2 and one.numbers["lag"] == 40
    assert one.what.startswith(f"start the biases of {cell.forget_gate} at ln u, u uniform in 1 … 39 (0 … 3.7)")
    assert "but your data has lag 40" in one.because and one.source == "Tallec & Ollivier 2018"


@pytest.mark.parametrize("cell, lag, words", [
    (LSTM, 40, "those of i at −ln u (chrono_biases does both); or f at 3.7 and i at −3.7 in all units"),
    (PeepholeLSTM, 3, "start the biases of f at 1.0 and i at −1.0"),
    (GRU, 40, "or at 3.7 in all units; 1 − z, which writes, starts small with it"),
    (CoupledLSTM, 3, "start the biases of f at 1.0; 1 − f, which writes, starts small with it"),
    (MinGRU, 40, "z at −ln u, u uniform in 1 … 39 (chrono_biases); or at −3.7 in all units; z, which writes, starts"),
    (MinGRU, 3, "start the biases of z at −1.0; z, which writes, starts small with it"),
    (MinLSTM, 40, "those of i at −ln u (chrono_biases does both); or f at 3.7 and i at −3.7 in all units"),
    (NoInputGateLSTM, 40, "nothing makes this cell write less")], ids=str)
def test_who_is_told_to_keep_long_is_told_to_write_little(cell, lag, words):
    assert words in rules.opening(cell, lag)
    if lag > 3 and cell is not NoInputGateLSTM:
        (one,) = advice_on(cell, drawn(cell), noise(), lag).values()
        assert one.what == rules.opening(cell, lag)


@pytest.mark.parametrize("cell", (LSTM, GRU, CoupledLSTM, MinGRU, MinLSTM, SLSTM))
def test_advice_on_the_bias_ends_once_it_is_followed(cell):
    followed = chrono_biases(cell, drawn(cell), 40, np.random.default_rng(0))
    assert not advice_on(cell, followed, noise(), 40)
    assert not advice_on(cell, opened(cell), noise(), 40)


def opened(cell, b_i=-3.7):
    params = drawn(cell, forget_bias=np.log(39))
    if "i" in cell.gates and cell is not SLSTM:  # whose normaliser makes up for it
        params.b[gate_columns(cell, "i", 24)] = b_i
    return params


@pytest.mark.parametrize("cell", (LSTM, PeepholeLSTM))
def test_half_of_the_advice_on_the_biases_leads_to_the_other_half(cell):
    (one,) = advice_on(cell, opened(cell, b_i=0.), noise(), 40).values()
    assert one.what == "start the biases of i at −3.7" and "fills up: i is 0.5" in one.because
    assert one.numbers["bias"] == -np.log(39) and one.numbers["saturated"] >= .25 and one.numbers["slope"] < .5


def test_cell_that_keeps_everything_is_told_to_write_less():
    assert "overfull" in advice_on(NoForgetLSTM, drawn(NoForgetLSTM), noise(), 40)
    assert "overfull" not in advice_on(GRU, drawn(GRU, forget_bias=6.), noise(), 40)


def test_memory_is_measured_where_tanh_shows_it():
    """c_t = f c_{t−1} + i g with f = i = ½ and tanh⁻¹ g given: c = g (1 − 2⁻ᵗ)."""
    params = weights(LSTM, np.zeros((2, 8)), np.r_[0, 0, 0, 0, np.arctanh(.5), np.arctanh(-.25), 0, 0])
    layer = Layer("", LSTM, params)
    trace = run(Network((layer,), ""), np.zeros((4, 3, 1)))[0]
    c = np.outer(1 - .5**np.arange(1, 5), [.5, -.25])
    found = memory_use(layer, trace)
    assert np.isclose(found.size, np.abs(c[-1]).mean()) and found.saturated == 0
    assert np.isclose(found.slope, (1 - np.tanh(c)**2).mean())
    large = replace(trace, states=100 * trace.states)
    assert memory_use(layer, large).saturated == 1 and memory_use(layer, large).slope < 1e-3
    assert memory_use(Layer("", NoOutputActivationLSTM, params), trace) is None
    assert memory_use(Layer("", GRU, drawn(GRU)), trace) is None


def test_short_lags_get_a_bias_of_one():
    params = drawn(LSTM, gain=.1, forget_bias=-6.)
    params.b[gate_columns(LSTM, "i", 24)] = -6  # nothing comes through by other ways, either
    one = advice_on(LSTM, params, noise(), 3)["forgetting"]
    assert one.numbers["bias"] == 1 and "Jozefowicz" in one.source
    assert not advice_on(LSTM, drawn(LSTM), noise(), 2)


def test_exploding_network_is_told_to_clip_and_to_shrink():
    found = advice_on(TanhRNN, drawn(TanhRNN, gain=4.), noise(20, scale=.1), 10)
    one = found["exploding"]
    assert one.numbers["growth"] > 1 and one.numbers["rho"] > 1 and one.numbers["lyapunov"] > 0
    assert f"divide W_h by its ρ = {one.numbers['rho']:.2f}" in one.what and "clip" in one.what
    assert one.source == "Pascanu, Mikolov & Bengio 2013 (the clipping), this course (the division)"
    params = drawn(TanhRNN, gain=4.)
    params.W_h /= one.numbers["rho"]
    assert "exploding" not in advice_on(TanhRNN, params, noise(20, scale=.1), 10)


def test_transient_growth_with_a_small_radius_is_no_reason_to_divide_by_it():
    """W = [[.5, 100], [0, .5]]: ρ = .5, and the gradient grows for a while."""
    params = weights(LinearRNN, [[.5, 100.], [0, .5]])
    one = advice_on(LinearRNN, params, np.zeros((5, 1, 1)), 4)["exploding"]
    assert one.what == "clip the gradient by its norm" and one.numbers["rho"] == .5
    assert one.source == "Pascanu, Mikolov & Bengio 2013"


def test_explosion_that_the_first_sequence_does_not_show_is_told():
    params = init_params(GRU, 3, 24, np.random.default_rng(1), gain=4.)
    x = noise(40, scale=.1)
    (measured,), _ = measure(single(GRU, params), x)
    assert measured.pairs.growth < 1 < measured.flow.growth and "exploding" in advice_on(GRU, params, x, 10)


@pytest.mark.parametrize("cell, words", [(TanhRNN, "by its ρ = "), (GRU, "by the ρ of its block of n = ")])
def test_dividing_by_the_radius_ends_the_explosion(cell, words):
    params, x = init_params(cell, 3, 24, np.random.default_rng(2), gain=4.), noise(40, scale=.1)
    one = advice_on(cell, params, x, 10)["exploding"]
    assert words in one.what
    params.W_h /= one.numbers["rho"]
    assert "exploding" not in advice_on(cell, params, x, 10)


def test_directions_that_are_lost_at_once_are_counted_and_not_drawn():
    shut = init_params(LinearRNN, 1, 3, np.random.default_rng(0))
    shut.W_h = np.diag([.5, 1e-9, 0.])
    (page,) = re.findall("The . largest Lyapunov[^<]*</figcaption>",
                         diagnose(single(LinearRNN, shut), np.ones((4, 1, 1))).to_html())
    assert page.startswith("The 1 largest") and "2 more are below −10 and not drawn" in page


def test_layer_below_an_exploding_one_is_not_blamed():
    good, bad = drawn(TanhRNN, recurrent="orthogonal"), init_params(
        TanhRNN, 24, 24, np.random.default_rng(1), gain=4.)
    network = Network((Layer("good", TanhRNN, good), Layer("bad", TanhRNN, bad)), "")
    told = {one.layer for one in diagnose(network, noise(20, scale=.1), lag=5).advice if "clip" in one.what}
    assert told == {"bad"}


def test_vanishing_network_is_told_of_orthogonal_weights_and_gates():
    one = advice_on(TanhRNN, drawn(TanhRNN, gain=.5), noise(), 40)["vanishing"]
    assert one.numbers["reach"] < 40 and "orthogonal" in one.what and "gated" in one.what
    assert "vanishing" not in advice_on(LinearRNN, drawn(LinearRNN, recurrent="orthogonal"), noise(), 40)


@pytest.mark.parametrize("cell, weight, value", [(RGLRU, "lam", -1.), (SelectiveSSM, "dt", 3.), (LRU, "nu", 0.)])
def test_cells_without_recurrent_product_are_told_to_keep_more(cell, weight, value):
    """No word of W_h, which has no columns; as the cell starts, and with a lag of 2, nothing is to be said."""
    params = drawn(cell)
    if weight in cell.gates:
        params.b[gate_columns(cell, weight, 24)] = value
    else:
        params[weight][:] = value
    one = advice_on(cell, params, noise(), 40)
    assert list(one) == ["decaying"] and "W_h" not in one["decaying"].what
    assert one["decaying"].numbers["factor"] == pytest.approx(.001 ** (1 / 40))
    assert "nearer to 1" in one["decaying"].what
    assert not advice_on(cell, drawn(cell), noise(), 2)
    assert "W_h" not in diagnose(single(cell, params), noise(), lag=40).to_text()


@pytest.mark.parametrize("cell, kept", [
    (MinGRU, lambda z, n: 1 - z), (MinLSTM, lambda i, f, n: f / (f + i)), (GRU, lambda r, z, n: z)])
def test_direct_path_and_half_life_are_those_of_what_is_kept(cell, kept):
    """1 − z of a minGRU and f / (f + i) of a minLSTM; without recurrent product the best unit's path is the total."""
    params = problem(cell).params
    (found,), _ = measure(single(cell, params), problem(cell).x[:, :1])
    f = kept(*unroll(cell, params, problem(cell).x[:, :1]).gates)
    np.testing.assert_allclose(found.half_lives, np.log(.5) / np.log(f.mean((0, 1))), rtol=1e-12)
    np.testing.assert_allclose(found.path.best[0], np.log10(f.prod(axis=0)).max(), rtol=1e-12)
    if not cell.products:
        np.testing.assert_allclose(found.path.best, found.path.total, atol=1e-12)


def test_an_slstm_keeps_what_its_normaliser_says():
    """c / n = kept c_prev / n_prev + (1 − kept) g; its memory is no single state, so there is no path to compare."""
    p = problem(SLSTM)
    trace = unroll(SLSTM, p.params, p.x, p.state0)
    (_, c, n, _), kept = trace.states, SLSTM.kept(trace.gates, trace.states[:, 1:])
    np.testing.assert_allclose((c / n)[1:], kept * (c / n)[:-1] + (1 - kept) * trace.gates[2], rtol=1e-10)
    (found,), _ = measure(single(SLSTM, p.params), p.x)
    assert found.path is None and (found.half_lives > 0).all()


def test_dead_units_are_told_of_and_nothing_else_is_blamed():
    params = drawn(ReluRNN)
    params.b -= 100
    (one,) = advice_on(ReluRNN, params, noise(), 40).values()
    assert one.numbers == {"dead": 1.} and "identity" in one.what and "100% of the ReLU units" in one.because
    assert "dead" not in advice_on(ReluRNN, drawn(ReluRNN, recurrent="identity"), noise(), 40)


@pytest.mark.parametrize("n_dead, fires", [(1, False), (2, True)])
def test_a_quarter_of_dead_units_is_the_limit(n_dead, fires):
    params = weights(ReluRNN, np.zeros((8, 8)), np.where(np.arange(8) < n_dead, -1., 1.))
    assert ("dead" in advice_on(ReluRNN, params, np.zeros((4, 2, 1)), 1)) == fires


@pytest.mark.parametrize("scale, fires", [(9.9, False), (10.1, True)])
def test_tenfold_growth_is_the_limit(scale, fires):
    params = weights(LinearRNN, scale**.5 * np.eye(2))
    assert ("exploding" in advice_on(LinearRNN, params, np.zeros((2, 1, 1)), 1)) == fires


def test_saturation_is_blamed_on_what_drives_it():
    by_input = advice_on(TanhRNN, drawn(TanhRNN), noise(scale=50), 5)["saturated"]
    assert "scale the inputs down" in by_input.what and by_input.numbers["inputs"] > by_input.numbers["recurrent"]
    by_state = advice_on(TanhRNN, drawn(TanhRNN, gain=20.), noise(), 5)["saturated"]
    assert "make W_h smaller" in by_state.what and by_state.numbers["recurrent"] > by_state.numbers["inputs"]
    assert by_input.numbers["saturated"] >= .5
    assert "saturated" not in advice_on(TanhRNN, drawn(TanhRNN), noise(), 5)


def test_open_forget_gate_is_no_fault():
    """Biases of 6: all forget gates are saturated, at 1, which is what they are there for."""
    found = advice_on(LSTM, drawn(LSTM, forget_bias=6.), noise(), 40)
    assert "saturated" not in found and "forgetting" not in found


def test_network_without_fault_gets_no_advice():
    params = drawn(LinearRNN, recurrent="orthogonal")
    d = diagnose(single(LinearRNN, params), noise(), lag=40)
    assert d.advice == () and "nothing stands out" in d.to_text() and "nothing stands out" in d.to_html()


def test_lag_that_is_left_out_is_the_longest_and_said_to_be():
    d = diagnose(single(LSTM, drawn(LSTM)), noise())
    assert d.lag == 59 and "lag 59 (none given" in d.to_text() and d.advice[0].numbers["lag"] == 59
    assert diagnose(single(LSTM, drawn(LSTM)), noise(1)).lag == 1


@pytest.mark.parametrize("lag, words", [(0, "lag is 0"), (61, "lag is 61, expected from 1 to 60"),
                                        (2.5, "whole number"), ("4", "whole number")])
def test_lag_that_does_not_fit_is_refused(lag, words):
    with pytest.raises(ValueError, match=words):
        diagnose(single(LSTM, drawn(LSTM)), noise(), lag=lag)


def test_other_things_than_networks_are_refused():
    with pytest.raises(ValueError, match="network is a Params, expected a Network"):
        diagnose(drawn(LSTM), noise())


def test_every_source_is_in_the_list_of_references():
    text = (DATA / "references.csv").read_text(encoding="utf-8")
    for author, year in re.findall(r"(\w+)(?:, \w+)* & \w+\s+(\d{4})", rules.__doc__):
        assert re.search(rf'"{author}, .*\({year}\)', text), (author, year)


# text, pages, command line

class Checker(HTMLParser):
    """Tags that are closed in order, ids, what is loaded."""

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.loaded, self.roles = [], [], [], 0

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.ids += [given["id"]] if "id" in given else []
        self.loaded += [given[name] for name in ("src", "href") if name in given]
        if tag == "svg" and "svg" not in self.open:  # one inside another only cuts curves off
            assert given["role"] == "img" and len(given["aria-label"]) > 30
        if tag not in ("meta", "path", "rect", "polyline", "polygon"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def well_formed(page):
    checker = Checker()
    checker.feed(page)
    assert not checker.open and len(set(checker.ids)) == len(checker.ids) and not checker.loaded
    return page.startswith("<!DOCTYPE html>") and "<script" not in page


def test_page_is_whole_and_loads_nothing():
    network, x = stacked(LSTM)
    page = diagnose(network, x).to_html()
    assert well_formed(page) and page.count('role="img"') == 10 and page.count("<table>") == 4
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")


def test_notebook_shows_what_the_page_shows():
    network, x = stacked(GRU)
    d = diagnose(network, x)
    shown = d._repr_html_()
    assert "<h1" not in shown and re.sub(r"(</?h)3>", r"\g<1>1>", re.sub(r"(</?h)4>", r"\g<1>2>", shown)) in d.to_html()
    assert "2 layers" in repr(d)


def test_names_from_a_file_cannot_break_out():
    name = '<script>alert("x")</script>&'
    network = Network((Layer(name, LSTM, problem(LSTM).params),), name, (name,))
    d = diagnose(network, problem(LSTM).x)
    assert well_formed(d.to_html()) and name not in d.to_html() and "&lt;script&gt;" in d.to_html()


def test_page_is_written_as_a_whole_or_not_at_all(tmp_path):
    network, x = stacked(LSTM)
    d = diagnose(network, x)
    (tmp_path / "r.html").write_text("old")
    assert d.to_html(tmp_path / "r.html") == (tmp_path / "r.html").read_text(encoding="utf-8")
    with pytest.raises(OSError):
        d.to_html(tmp_path / "none" / "r.html")
    assert [path.name for path in tmp_path.iterdir()] == ["r.html"]


@pytest.mark.parametrize("value, expected", [(-0.001, "0.00"), (-1.5, "−1.50"), (np.inf, "∞"), (-np.inf, "−∞"),
                                             (np.nan, "NaN")])
def test_numbers_are_written_with_care(value, expected):
    assert number(value) == expected
    assert power(-np.inf).startswith("0") and power(2.04) == "10²·⁰" and power(np.inf) == "more than 10³⁰⁸"


@pytest.mark.parametrize("text, expected", [
    ("10⁻⁷·⁴, 10⁰·⁰", "10<sup>−7.4</sup>, 10<sup>0.0</sup>"), ("10 of 10", "10 of 10"),
    ("by 10⁺¹²", "by 10<sup>+12</sup>"), ("m² of 10^3", "m² of 10^3")])
def test_exponents_are_set_on_a_page(text, expected):
    assert set_exponents(text) == expected


def test_no_report_writes_an_exponent_with_a_caret():
    network, x = stacked(LSTM)
    d = diagnose(network, x)
    assert "^" not in d.to_text() + d.to_html() and "<sup>−" in d.to_html() and "⁻" in d.to_text()
    assert not re.search("<sup>", "".join(re.findall('aria-label="[^"]*"', d.to_html())))


@pytest.fixture
def files(tmp_path):
    """Weights of PyTorch's two-layer LSTM and a batch for it."""
    arrays = {name.removeprefix("lstm_2/weight/"): array for name, array in STORED.items()
              if name.startswith("lstm_2/weight/")}
    np.savez(tmp_path / "weights.npz", **arrays)
    np.savez(tmp_path / "data.npz", x=STORED["lstm_2/x"].astype(np.float32), y=np.ones(3))
    return tmp_path


def test_command_writes_the_page_and_prints_the_text(files, capsys):
    out = str(files / "report.html")
    assert main([str(files / "weights.npz"), str(files / "data.npz"), "--out", out, "--lag", "5", "--text"]) == 0
    said = capsys.readouterr().out
    assert "lag 5" in said and "LSTM, 3 → 4 units" in said and well_formed(Path(out).read_text(encoding="utf-8"))


def test_command_runs_as_a_module(files):
    done = subprocess.run([sys.executable, "-m", "course_utils.diagnose", "weights.npz", "data.npz", "--out", "r.html"],
                          cwd=files, capture_output=True, text=True, env={"PYTHONPATH": str(DATA.parent)}, timeout=60)
    assert done.returncode == 0 and done.stdout.startswith("r.html is written"), done.stderr


def test_command_says_nothing_to_a_reader_who_has_left(files):
    argv = [sys.executable, "-m", "course_utils.diagnose", "weights.npz", "data.npz", "--text"]
    with subprocess.Popen(argv, cwd=files, env={"PYTHONPATH": str(DATA.parent)}, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as command:
        command.stdout.close()
        assert command.wait(60) == 1 and command.stderr.read() == b""


def spoil(path, content):
    path.write_bytes(content)
    return str(path)


@pytest.mark.parametrize("argv, words", [
    (("none.npz", "data.npz"), "none.npz"), (("weights.npz", "none.npz"), "none.npz"),
    (("data.npz", "data.npz"), "expected names as one of the frameworks"),
    (("weights.npz", "weights.npz"), "neither x nor one array alone"),
    (("weights.npz", "bad.npz"), "holds no sequences"), (("weights.npz", "pickled.npz"), "holds no sequences"),
    (("weights.npz", "ids.npy"), "holds whole numbers of shape (4, 2), token ids"),
    (("weights.npz", "data.npz", "--lag", "9"), "lag is 9, expected from 1 to 6"),
    (("weights.npz", "narrow.npz"), "expected (T, B, 3)"), (("weights.npz", "nan.npz"), "x must be finite"),
    (("weights.npz", "data.npz", "--out", "none/r.html"), "No such file or directory: 'none/r.html'"),
    (("weights.npz", "data.npz", "--out", "."), ": '.'")])
def test_command_says_in_one_line_what_is_wrong(argv, words, files, capsys, monkeypatch):
    monkeypatch.chdir(files)
    spoil(files / "bad.npz", b"PK\3\4 not a zip")
    np.save(files / "ids.npy", np.zeros((4, 2), int))
    np.savez(files / "pickled.npz", x=np.array([{}, []], object))
    np.savez(files / "narrow.npz", np.zeros((4, 1, 2)))
    np.savez(files / "nan.npz", x=np.full((4, 1, 3), np.nan))
    assert main([*argv, "--text"]) == 2
    said = capsys.readouterr()
    assert words in said.err and said.err.count("\n") == 1 and not said.out


def test_command_turns_sequences_that_come_batch_first(files, capsys):
    np.savez(files / "turned.npz", x=STORED["lstm_2/x"].swapaxes(0, 1))
    for data in (("data.npz",), ("turned.npz", "--batch-first")):
        assert main([str(files / "weights.npz"), str(files / data[0]), *data[1:], "--text"]) == 0
    first, second = capsys.readouterr().out.split("Where does it forget?")[1:]
    assert first == second and "2 sequences of 6 steps" in first


def test_command_needs_something_to_do(files, capsys):
    with pytest.raises(SystemExit, match="2"):
        main([str(files / "weights.npz"), str(files / "data.npz")])
    assert "expected --out or --text" in capsys.readouterr().err


def test_sequences_that_are_too_large_are_not_read(files, monkeypatch):
    monkeypatch.setattr("course_utils.diagnose.sequences.MOST_BYTES", 100)
    with pytest.raises(ValueError, match=r"x of shape \(6, 2, 3\) needs 288 bytes, expected at most 100"):
        read_sequences(files / "data.npz")


def test_truncated_data_are_refused(files):
    whole = (files / "data.npz").read_bytes()
    for length in range(0, len(whole), 7):
        spoil(files / "cut.npz", whole[:length])
        with pytest.raises(ValueError, match="holds no sequences"):
            read_sequences(files / "cut.npz")
