"""Losses, model, optimisers, regulariser, training: against differences, against PyTorch, and after a kill."""
import contextlib
import dataclasses
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest
from helpers import each_cell, problem, reference_script

from course_utils import (
    GRU,
    LSTM,
    MODERN,
    SGD,
    Adam,
    LinearRNN,
    NotFinite,
    Params,
    ReluRNN,
    RMSprop,
    TanhRNN,
    TrainingDiverged,
    backprop,
    clip_by_norm,
    clip_by_value,
    fit,
    from_torch,
    init_model,
    loss_and_gradients,
    numerical_jacobian,
    predict,
    relative_error,
    share_wrong,
    softmax,
    softmax_cross_entropy,
    squared_error,
    truncated_backprop,
    unroll,
    vanishing_regulariser,
)
from course_utils.engine.backprop import backprop_with_inputs, input_gradients
from course_utils.ground.places import DATA
from course_utils.learning.checkpoints import load_checkpoint, load_model, save_checkpoint, save_model
from course_utils.learning.model import Model
from course_utils.learning.training import reach, spectral_radius
from course_utils.tasks import Batch, Latch, Task, TemporalOrder
from course_utils.tasks.base import at_end

STORED = dict(np.load(DATA / "torch_reference.npz"))
REFERENCE = {name.removeprefix("training/"): array for name, array in STORED.items() if name.startswith("training/")}
RULES = {"sgd": lambda: SGD(.3), "momentum": lambda: SGD(.1, momentum=.9), "rmsprop": lambda: RMSprop(.03),
         "adam": lambda: Adam(.03)}


class Sum(Task):
    """A toy task: the sign of the sum of three noisy numbers, told at the end of six steps."""

    n_inputs, n_outputs, tolerance, n_test = 1, 2, .1, 300

    def __repr__(self):
        return "Sum()"

    def batch(self, rng, n):
        x = np.zeros((6, n, 1))
        x[:3] = rng.standard_normal((3, n, 1))
        return Batch(x, *at_end(6, (x.sum((0, 2)) > 0).astype(int)))

    def stream(self, k, n):
        return self.batch(np.random.default_rng(k), n)


def random_batch(loss, T=6, B=3, D=2, n_outputs=3, seed=0):
    rng = np.random.default_rng(seed)
    x, mask = rng.standard_normal((T, B, D)), rng.random((T, B)) < .5
    mask[2] = False  # a step that no sequence answers
    wanted = rng.integers(0, n_outputs, (T, B)) if loss == "cross_entropy" else rng.standard_normal((T, B, n_outputs))
    return Batch(x, wanted, mask)


def random_model(cell, seed=0, n_outputs=3):
    rng = np.random.default_rng(seed)
    model = init_model(cell, 2, 4, n_outputs, rng)
    for array in model.weights.values():
        array += rng.normal(0, .3, array.shape)
    return model


each_loss = pytest.mark.parametrize("loss", ("cross_entropy", "squared_error"))
each_rule = pytest.mark.parametrize("rule", RULES)


# losses

@pytest.mark.parametrize("function", (softmax_cross_entropy, squared_error))
@pytest.mark.parametrize("masked", (True, False))
def test_gradient_of_a_loss_is_that_of_differences(function, masked):
    batch = random_batch("cross_entropy" if function is softmax_cross_entropy else "squared_error")
    outputs, mask = np.random.default_rng(1).standard_normal((6, 3, 3)), batch.mask if masked else None
    loss, gradient = function(outputs, batch.target, mask)
    differences = numerical_jacobian(lambda y: function(y, batch.target, mask)[0], outputs)
    assert relative_error(gradient, differences) < 1e-8
    assert isinstance(loss, float)
    if masked:
        assert not gradient[~batch.mask].any()


def test_losses_by_hand():
    """Equal outputs give ln O; a distance of (3, 4) gives 25; the mean counts what the mask counts."""
    zero, target = np.zeros((2, 1, 4)), np.array([[3], [0]])
    assert softmax_cross_entropy(zero, target)[0] == pytest.approx(np.log(4), abs=1e-15)
    assert squared_error(np.array([[[3.0, 4.0]]]), np.zeros((1, 1, 2)))[0] == 25
    assert squared_error(np.array([[[3.0, 4.0]]]), np.array([[[2.0, 6.0]]]))[0] == 5
    mask = np.array([[True], [False]])
    assert squared_error(np.array([[[1.0]], [[9.0]]]), np.zeros((2, 1, 1)), mask)[0] == 1
    assert softmax_cross_entropy(zero, np.array([[3], [99]]), mask)[0] == pytest.approx(np.log(4))


@pytest.mark.parametrize("given, found", ((np.float32, np.float32), (float, float), (int, float), (bool, np.float32)))
def test_softmax_keeps_single_precision_and_makes_numbers_of_integers(given, found):
    p = softmax(np.array([[[0, 1]]], given))
    assert p.dtype == found
    np.testing.assert_allclose(p[0, 0], [1 / (1 + np.e), np.e / (1 + np.e)], rtol=1e-6)


def test_large_outputs_do_not_overflow():
    outputs = np.array([[[1e4, 0.0, -1e4]]])
    loss, gradient = softmax_cross_entropy(outputs, np.array([[2]]))
    assert loss == 2e4 and np.isfinite(gradient).all()
    np.testing.assert_array_equal(softmax(outputs), [[[1, 0, 0]]])
    np.testing.assert_array_equal(softmax(np.array([[1e4, 0], [0, 0]])), [[1, 0], [.5, .5]])


@pytest.mark.parametrize("outputs, target, mask, words", (
    (np.zeros((2, 1)), np.zeros((2, 1), int), None, ("outputs has shape (2, 1)", "(T, B, O)")),
    (np.zeros((2, 1, 3)), np.zeros((1, 2), int), None, ("target has shape (1, 2)", "(2, 1) of integers")),
    (np.zeros((2, 1, 3)), np.zeros((2, 1)), None, ("dtype float64", "integers")),
    (np.zeros((2, 1, 3)), np.full((2, 1), 3), None, ("3 … 3", "0 … 2")),
    (np.zeros((2, 1, 3)), np.zeros((2, 1), int), np.zeros((2, 1), bool), ("counts no answer",)),
    (np.zeros((2, 1, 3)), np.zeros((2, 1), int), np.ones((2, 1)), ("mask", "dtype float64", "of bool")),
    (np.full((2, 1, 3), np.nan), np.zeros((2, 1), int), None, ("outputs must be finite",))))
def test_losses_refuse(outputs, target, mask, words):
    with pytest.raises(ValueError) as error:
        softmax_cross_entropy(outputs, target, mask)
    assert all(word in str(error.value) for word in words), error.value


def test_squared_error_refuses_a_target_of_another_shape():
    with pytest.raises(ValueError, match=r"target has shape \(2, 1\), expected \(2, 1, 3\)"):
        squared_error(np.zeros((2, 1, 3)), np.zeros((2, 1)))


# the model

@each_cell
@each_loss
def test_gradients_of_a_model_are_those_of_differences(cell, loss):
    model, batch = random_model(cell), random_batch(loss)
    grads = loss_and_gradients(model, batch, loss).grads
    assert set(grads) == set(model.weights)
    for name, array in model.weights.items():
        if not array.size:  # W_h of a cell without recurrent product
            continue

        def f(value, name=name):
            other = model.copy()
            other.weights[name][:] = value
            return loss_and_gradients(other, batch, loss).loss
        assert relative_error(grads[name], numerical_jacobian(f, array, order=4)) < 1e-7, name


@pytest.mark.parametrize("cell", MODERN, ids=lambda cell: cell.__name__)
def test_modern_cells_train_are_clipped_carry_and_go_on_from_a_checkpoint(cell, tmp_path):
    """W_h without columns goes through optimisers, clipping and checkpoints; `rho` is logged where there is a W_h."""
    task, path = Sum(), tmp_path / "training.npz"
    options = {"batch_size": 4, "carry": True, "restart_every": 3, "clip_norm": .5, "log_every": 1, "progress": False}
    whole, halves = (init_model(cell, task.n_inputs, 4, task.n_outputs, np.random.default_rng(0)) for _ in range(2))
    log = fit(whole, task, Adam(.01), np.random.default_rng(1), 4, **options)
    fit(halves, task, Adam(.01), np.random.default_rng(1), 2, checkpoint=path, **options)
    again = init_model(cell, task.n_inputs, 4, task.n_outputs, np.random.default_rng(0))
    fit(again, task, Adam(.01), np.random.default_rng(1), 4, checkpoint=path, **options)
    for name, array in whole.weights.items():
        np.testing.assert_array_equal(again.weights[name], array)
    assert len(log.reach) == 4 and len(log.rho) == (4 if cell.products else 0)
    fit(whole, task, RMSprop(.01), np.random.default_rng(1), 1, **options | {"clip_norm": None, "clip_value": .1})
    save_model(tmp_path / "model.npz", whole)
    kept, _, _ = load_model(tmp_path / "model.npz")
    assert kept.cell is cell and all(np.array_equal(kept.weights[name], w) for name, w in whole.weights.items())


def test_predict_reads_every_step_and_goes_on_from_a_state():
    model, x = random_model(LSTM), random_batch("cross_entropy").x
    outputs, trace = predict(model, x)
    np.testing.assert_allclose(outputs, trace.states[0, 1:] @ model.readout.W_y + model.readout.b_y, rtol=1e-14)
    later, _ = predict(model, x[3:], trace.states[:, 3])
    np.testing.assert_allclose(later, outputs[3:], rtol=1e-12)


def test_float32_stays_float32():
    model = init_model(TanhRNN, 2, 4, 3, np.random.default_rng(0), dtype=np.float32)
    grads = loss_and_gradients(model, random_batch("cross_entropy"), "cross_entropy").grads
    assert {array.dtype for array in grads.values()} == {np.dtype(np.float32)}


def test_overflow_says_from_which_step_on():
    model = random_model(LinearRNN)
    model.params.W_h[:] = 1e100 * np.eye(4)
    with pytest.raises(NotFinite) as error:
        loss_and_gradients(model, random_batch("squared_error"), "squared_error")
    with np.errstate(all="ignore"):
        states = unroll(LinearRNN, model.params, random_batch("squared_error").x).states[0]
    assert error.value.step == np.argmax(~np.isfinite(states).all((1, 2)))
    assert f"from time step {error.value.step} on" in str(error.value)


def test_a_model_without_outputs_is_refused():
    with pytest.raises(ValueError, match="n_outputs is 0"):
        random_model(TanhRNN, n_outputs=0)


def test_unknown_loss_is_refused():
    with pytest.raises(ValueError, match="loss is 'hinge', expected one of 'cross_entropy', 'squared_error'"):
        loss_and_gradients(random_model(TanhRNN), random_batch("cross_entropy"), "hinge")


# truncation, clipping, regulariser

@each_cell
@pytest.mark.parametrize("length", (1, 2, 5))
def test_truncated_backprop_is_backprop_of_the_pieces(cell, length):
    """The gradient is the sum over pieces run one after the other, each from the state the last one ended with."""
    p = problem(cell, (5, 2, 3, 4))
    total, grads = truncated_backprop(cell, p.params, p.trace, p.w, length)
    wanted = {name: np.zeros_like(array) for name, array in p.params.items()}
    for start in range(0, 5, length):
        piece = unroll(cell, p.params, p.x[start:start + length], p.trace.states[:, start])
        direct = p.w[:, start:start + length + 1].copy()
        if start:
            direct[:, 0] = 0
        here, more = backprop(cell, p.params, piece, direct)
        at = slice(start + (start > 0), start + length + 1)
        np.testing.assert_allclose(total[:, at], here[:, int(start > 0):], rtol=1e-12, atol=1e-12)
        wanted = {name: wanted[name] + more[name] for name in wanted}
    for name, array in wanted.items():
        np.testing.assert_allclose(grads[name], array, rtol=1e-10, atol=1e-12)


@each_cell
@pytest.mark.parametrize("length", (5, 99))
def test_truncation_beyond_the_end_changes_nothing(cell, length):
    p = problem(cell, (5, 2, 3, 4))
    for one, other in zip(truncated_backprop(cell, p.params, p.trace, p.w, length),
                          backprop(cell, p.params, p.trace, p.w)):
        pairs = [(one[name], other[name]) for name in one] if isinstance(one, dict) else [(one, other)]
        for a, b in pairs:
            np.testing.assert_array_equal(a, b)


def test_clipping_by_value_cuts_each_entry_off_and_turns():
    grads = Params(a=np.array([3.0, -.5]), b=np.array([[-4.0]]))
    clipped = clip_by_value(grads, 1)
    np.testing.assert_array_equal(clipped.a, [1, -.5])
    np.testing.assert_array_equal(clipped.b, [[-1]])
    np.testing.assert_array_equal(grads.a, [3, -.5])
    scaled, _ = clip_by_norm(grads, 1)
    assert scaled.a[0] / scaled.a[1] == pytest.approx(-6) and clipped.a[0] / clipped.a[1] == -2


@pytest.mark.parametrize("call, words", (
    (lambda g: clip_by_value(g, 0), ("limit is 0", "above 0")),
    (lambda g: clip_by_value({}, 1), ("grads is empty",)),
    (lambda g: clip_by_value({"a": np.array([np.nan])}, 1), ("a must be finite",))))
def test_clipping_by_value_refuses(call, words):
    with pytest.raises(ValueError) as error:
        call(Params(a=np.ones(2)))
    assert all(word in str(error.value) for word in words)


@pytest.mark.parametrize("cell", (TanhRNN, ReluRNN, LinearRNN), ids=lambda cell: cell.__name__)
def test_regulariser_is_its_definition_and_its_gradient_that_of_differences(cell):
    """Ω with δ and slopes held, step by step and sequence by sequence, and differences with respect to W_h."""
    p = problem(cell, (6, 3, 2, 4))
    total, _ = backprop(cell, p.params, p.trace, p.w)
    slope = cell.partials(p.trace.gates, p.trace.states[:, :-1], p.trace.states[:, 1:], p.params, None)["h", "a"]
    slope = np.broadcast_to(np.asarray(slope, float), total[0, 1:].shape)
    delta = total[0, 1:] * slope

    def omega(W_h):
        found = 0
        for b in range(3):
            for t in range(1, 6):
                if delta[t, b].any():
                    back = (delta[t, b] @ W_h.T) * slope[t - 1, b]
                    if back.any():
                        found += (np.linalg.norm(back) / np.linalg.norm(delta[t, b]) - 1)**2 / 3
        return found

    value, gradient = vanishing_regulariser(cell, p.params, p.trace, total)
    assert value == pytest.approx(omega(p.params.W_h), rel=1e-12)
    assert relative_error(gradient, numerical_jacobian(omega, p.params.W_h)) < 1e-7


def test_regulariser_is_zero_for_a_rotation_and_refuses_gates():
    p = problem(LinearRNN, (6, 3, 2, 4))
    p.params.W_h = np.linalg.qr(p.params.W_h)[0]
    trace = unroll(LinearRNN, p.params, p.x)
    value, gradient = vanishing_regulariser(LinearRNN, p.params, trace, p.w)
    assert value < 1e-28 and np.abs(gradient).max() < 1e-13
    q = problem(LSTM)
    with pytest.raises(ValueError, match="cells without gates, got one with i, f, g, o"):
        vanishing_regulariser(LSTM, q.params, q.trace, q.w)


@pytest.mark.filterwarnings("error")
def test_regulariser_leaves_out_steps_that_no_gradient_reaches():
    """ReLU units that are all off at step 3 pass nothing on, and nothing comes to steps 5 and 6."""
    p = problem(ReluRNN, (6, 3, 2, 4))
    states = np.abs(p.trace.states) + 1
    states[:, 3] = 0
    total = np.random.default_rng(1).standard_normal(states.shape)
    total[:, 5:] = 0
    trace = dataclasses.replace(p.trace, states=states)
    first, second = (vanishing_regulariser(ReluRNN, p.params, dataclasses.replace(
        trace, x=p.x[part], states=states[:, start:stop], gates=trace.gates[:, part]), total[:, start:stop])
        for start, stop, part in ((0, 3, slice(0, 2)), (3, 5, slice(3, 4))))
    for _ in range(3):
        junk = [np.full((5, 3, 4), np.nan) for _ in range(9)]  # what lies in memory must not come back
        del junk
        value, gradient = vanishing_regulariser(ReluRNN, p.params, trace, total)
        assert value == pytest.approx(first[0] + second[0], rel=1e-12) and value > 0
        np.testing.assert_allclose(gradient, first[1] + second[1], rtol=1e-12)


def test_regulariser_survives_gradients_that_are_tiny():
    p = problem(TanhRNN, (6, 3, 2, 4))
    total, _ = backprop(TanhRNN, p.params, p.trace, p.w)
    ordinary = vanishing_regulariser(TanhRNN, p.params, p.trace, total)
    tiny = vanishing_regulariser(TanhRNN, p.params, p.trace, total * 1e-250)
    assert tiny[0] == pytest.approx(ordinary[0], rel=1e-12)
    np.testing.assert_allclose(tiny[1], ordinary[1], rtol=1e-10)


# optimisers

@each_rule
def test_optimisers_take_the_steps_that_pytorch_takes(rule):
    """Six steps of an LSTM with a masked cross-entropy: losses and weights as PyTorch's (stored)."""
    r = REFERENCE
    state = {f"{name}": r[f"weight/{name}"] for name in ("weight_ih_l0", "weight_hh_l0")}
    cell, params = from_torch(state)
    model = Model(cell, params, Params(W_y=r["weight/W_y"].T.copy(), b_y=r["weight/b_y"].copy()))
    optimiser, batch, losses = RULES[rule](), Batch(r["x"], r["target"], r["mask"]), []
    for _ in r[f"{rule}/losses"]:
        found = loss_and_gradients(model, batch, "cross_entropy")
        losses.append(found.loss)
        free = [name for name in model.weights if name != "b"]  # PyTorch's LSTM had no biases
        optimiser.step({name: model.weights[name] for name in free}, {name: found.grads[name] for name in free})
    np.testing.assert_allclose(losses, r[f"{rule}/losses"], rtol=1e-10)
    after = {"W_x": "weight_ih_l0", "W_h": "weight_hh_l0", "W_y": "W_y", "b_y": "b_y"}
    for ours, theirs in after.items():
        np.testing.assert_allclose(model.weights[ours], r[f"{rule}/after/{theirs}"].T, rtol=1e-8, atol=1e-10)


def test_stored_steps_are_what_this_pytorch_gives():
    live = reference_script().run_training()
    for name, array in REFERENCE.items():
        np.testing.assert_allclose(live[name], array, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("make, words", (
    (lambda: SGD(0), ("lr is 0", "above 0")), (lambda: SGD(.1, momentum=1), ("momentum is 1.0", "not including, 1")),
    (lambda: Adam(.1, betas=(.9, -1)), ("betas is -1.0",)), (lambda: RMSprop("fast"), ("lr is 'fast'", "number")),
    (lambda: Adam(.1, eps=0), ("eps is 0",)), (lambda: Adam(.1, n_total=0), ("n_total is 0",)),
    (lambda: RMSprop(.1, decay=1), ("decay is 1.0",)), (lambda: RMSprop(.1, eps=0), ("eps is 0",)),
    (lambda: SGD(.1).step({"a": np.ones(1)}, {"b": np.ones(1)}), ("grads hold b, expected a",))))
def test_optimisers_refuse(make, words):
    with pytest.raises(ValueError) as error:
        make()
    assert all(word in str(error.value) for word in words), error.value


def test_adam_s_learning_rate_falls_in_a_line():
    rule = Adam(.1, n_total=4)
    rates = []
    for _ in range(6):
        rule.step({"a": np.ones(1)}, {"a": np.ones(1)})
        rates.append(rule.falling_lr())
    np.testing.assert_allclose(rates, [.1, .075, .05, .025, .025, .025])


# training

def new(cell=TanhRNN, lr=.02):
    rng = np.random.default_rng(0)
    return init_model(cell, 1, 8, 2, rng), Sum(), Adam(lr), rng


@pytest.mark.parametrize("cell", (TanhRNN, LSTM), ids=lambda cell: cell.__name__)
def test_training_solves_a_small_task_and_stops(cell):
    model, task, optimiser, rng = new(cell)
    log = fit(model, task, optimiser, rng, 2000, test_every=10, progress=False)
    assert log.solved_at is not None and log.solved_at == log.tested[-1] < 2000
    assert log.wrong[-1] <= task.tolerance and all(wrong > task.tolerance for wrong in log.wrong[:-1])
    assert log.loss[-1] < log.loss[0] < 2
    assert share_wrong(model, task, rng, 1000) < .15
    lengths = {len(getattr(log, name)) for name in ("iteration", "loss", "gradient_norm", "rho", "reach")}
    assert lengths == {len(log.iteration)} and log.iteration[:2] == [1, 10]


@pytest.mark.parametrize("options, words", (
    ({"n_iterations": -1}, "n_iterations is -1"), ({"batch_size": 0}, "batch_size is 0"),
    ({"clip_norm": 0}, "clip_norm is 0"), ({"clip_value": -1}, "clip_value is -1"),
    ({"truncate": 2.5}, "truncate is 2.5"), ({"truncate": 0}, "truncate is 0"),
    ({"test_every": -3}, "test_every is -3"), ({"regulariser": "much"}, "regulariser is 'much'"),
    ({"log_every": 0}, "log_every is 0")), ids=str)
def test_options_that_do_not_fit_are_refused_before_anything_is_done(options, words):
    model, task, rule, rng = new()
    before = model.copy()
    with pytest.raises(ValueError, match=words):
        fit(model, task, rule, rng, **{"n_iterations": 5, "progress": False} | options)
    assert same(model, before)


@pytest.mark.parametrize("options", ({"clip_norm": .01}, {"clip_value": .001}, {"regulariser": 1.0}, {"truncate": 2},
                                     {"carry": True}), ids=str)
def test_options_change_what_is_learned(options):
    plain, other = new(), new()
    fit(*plain, 5, progress=False)
    fit(*other, 5, progress=False, **options)
    assert not np.array_equal(plain[0].params.W_h, other[0].params.W_h)


def test_clipping_limits_what_the_optimiser_sees():
    model, task, _, rng = new()
    before = {name: array.copy() for name, array in model.weights.items()}
    log = fit(model, task, SGD(1.0), rng, 1, clip_norm=.01, progress=False)
    moved = np.sqrt(sum(np.sum((array - before[name])**2) for name, array in model.weights.items()))
    assert moved == pytest.approx(.01, rel=1e-9) and log.gradient_norm[0] > .01


def test_regulariser_is_added_with_its_weight():
    """One step of SGD is lr (∂L/∂W + λ ∂Ω/∂W)."""
    model, task, _, rng = new()
    before, same_draws = model.copy(), np.random.default_rng()
    same_draws.bit_generator.state = rng.bit_generator.state
    fit(model, task, SGD(.1), rng, 1, regulariser=3.0, progress=False)
    same_draws.integers(2**62)  # the seed of the tests
    found = loss_and_gradients(before, task.batch(same_draws, 32), "cross_entropy")
    _, extra = vanishing_regulariser(TanhRNN, before.params, found.trace, found.total)
    wanted = before.params.W_h - .1 * (found.grads.W_h + 3 * extra)
    np.testing.assert_allclose(model.params.W_h, wanted, rtol=1e-12)
    np.testing.assert_allclose(model.params.W_x, before.params.W_x - .1 * found.grads.W_x, rtol=1e-12)


def test_carry_goes_on_with_the_states_of_the_batch_before():
    """Two batches of a stream, learning rate next to nothing: the second starts where the first ended."""
    model, _, _, rng = new()
    seen = []

    class Spy(Sum):
        def stream(self, k, n):
            seen.append(k)
            return super().stream(k, n)

    fit(model, Spy(), SGD(1e-300), rng, 2, carry=True, batch_size=4, log_every=1, progress=False)
    first, second = Sum().stream(0, 4), Sum().stream(1, 4)
    state = predict(model, first.x)[1].states[:, -1]
    wanted = loss_and_gradients(model, second, "cross_entropy", state0=state).loss
    again = fit(model, Sum(), SGD(1e-300), rng, 2, carry=True, batch_size=4, log_every=1, progress=False)
    assert seen == [0, 1] and again.loss[1] == pytest.approx(wanted, rel=1e-12)


def test_without_carry_every_batch_begins_with_zeros():
    model, task, _, rng = new()
    same_draws = np.random.default_rng()
    same_draws.bit_generator.state = rng.bit_generator.state
    log = fit(model, task, SGD(1e-300), rng, 2, log_every=1, progress=False)
    same_draws.integers(2**62)  # the seed of the tests
    wanted = [loss_and_gradients(model, task.batch(same_draws, 32), "cross_entropy").loss for _ in range(2)]
    np.testing.assert_allclose(log.loss, wanted, rtol=1e-12)


def test_log_holds_spectral_radius_and_reach():
    model = random_model(LSTM)
    assert spectral_radius(model) == pytest.approx(np.abs(np.linalg.eigvals(model.params.W_h[:, 8:12])).max())
    model = random_model(GRU)
    assert spectral_radius(model) == pytest.approx(np.abs(np.linalg.eigvals(model.params.W_h[:, 8:12])).max())
    total = np.zeros((1, 6, 1, 1))
    total[0, :, 0, 0] = [1, 1e-4, .5, .01, .1, 1]
    assert reach(total) == reach(1000 * total) == 3
    assert reach(np.ones((2, 6, 1, 1))) == 5


def test_reach_counts_from_each_sequences_own_end():
    """What follows a sequence's end, and so has no gradient, changes nothing; the shortest one ends the count."""
    fades = np.array([1e-6, 1e-5, 1e-4, 1e-2, 1.])[None, :, None, None]
    later = np.concatenate([np.full((1, 3, 1, 1), 1e-7), fades], axis=1)
    earlier = np.concatenate([fades, np.zeros((1, 3, 1, 1))], axis=1)
    assert reach(fades) == reach(later) == reach(earlier) == 1
    assert reach(np.concatenate([earlier, later], axis=2)) == reach(np.concatenate([later, earlier], axis=2)) == 1
    assert reach(np.concatenate([np.ones((1, 8, 1, 1)), np.sign(earlier)], axis=2)) == 4


def test_reach_of_task_6a_does_not_depend_on_who_ends_last():
    """Ends differ by up to ten steps: a default LSTM's reach is that of its sequences, not 110 where none ends last."""
    task = TemporalOrder(100, layout="hochreiter")
    model = init_model(LSTM, 8, 8, 4, np.random.default_rng(1))
    found = []
    for seed in range(8):
        batch = task.batch(np.random.default_rng(seed), 4)
        found.append(reach(loss_and_gradients(model, batch, task.loss).total))
    assert max(found) < 30


@pytest.mark.parametrize("cell, scale, step", ((LinearRNN, 1e200, True), (TanhRNN, 1, False)), ids=("state", "loss"))
def test_divergence_says_where_and_keeps_the_weights(cell, scale, step):
    model, task, _, rng = new(cell)
    model.params.W_h *= scale
    if cell is TanhRNN:
        model.readout.W_y[:] = 1e308
        model.readout.b_y[:] = [1e308, -1e308]
    before = {name: array.copy() for name, array in model.weights.items()}
    says = r"diverged at iteration 1: the \w+ is not finite( from time step \d+ on)?\. Try"
    with pytest.raises(TrainingDiverged, match=says) as error:
        fit(model, task, SGD(.1), rng, 5, progress=False)
    assert error.value.iteration == 1 and (error.value.step is not None) == step
    for name, array in model.weights.items():
        np.testing.assert_array_equal(array, before[name])


def test_a_gradient_that_overflows_on_its_way_from_the_output_is_a_divergence_too():
    """States of 1e-20 and W_y of 1e170: the loss is finite, its gradient times W_y is not."""
    model, task, _, rng = new()
    for array in model.params.values():
        array[:] = 0
    model.params.b[:], model.readout.W_y[:] = 1e-20, 1e170
    batch = task.batch(rng, 4)
    batch = batch._replace(target=np.zeros((*batch.target.shape, 2)))
    with pytest.raises(NotFinite, match="the gradient is not finite"):
        loss_and_gradients(model, batch, "squared_error")


def test_a_loss_that_overflows_is_a_divergence_though_its_gradient_is_finite():
    """An output of 1e200 is off by 1e400 when squared, and its gradient is 2e200."""
    model, task, _, rng = new()
    model.readout.W_y[:], model.readout.b_y[:] = 0, 1e200
    batch = task.batch(rng, 1)
    with pytest.raises(NotFinite, match="the loss is not finite"):
        loss_and_gradients(model, batch._replace(target=np.zeros((6, 1, 2))), "squared_error")


def test_training_never_warns(recwarn):
    model, task, _, rng = new(LinearRNN)
    with pytest.raises(TrainingDiverged, match=r"not finite.*; gradient norm last logged: [0-9]"):
        fit(model, task, SGD(1e6), rng, 300, progress=False)
    assert not recwarn.list


@pytest.mark.filterwarnings("error")
def test_a_model_that_overflows_is_tried_without_a_warning():
    model, task, _, rng = new(LinearRNN)
    model.params.W_h *= 1e200
    assert 0 <= share_wrong(model, task, rng, 50) <= 1
    with pytest.raises(NotFinite, match="the state is not finite from time step"):
        loss_and_gradients(model, task.batch(rng, 50), "cross_entropy")


def test_the_share_wrong_is_that_of_as_many_fresh_sequences_as_asked_for():
    """Two pieces of up to 500; with `enough` it stops after the piece that brought too many wrong ones."""
    model, _, _, rng = new()
    drawn = []

    class Spy(Sum):
        def test(self, rng, n):
            drawn.append(n)
            return super().test(rng, n)

    same_draws = np.random.default_rng()
    same_draws.bit_generator.state = rng.bit_generator.state
    share = share_wrong(model, Spy(), rng, 800)
    assert drawn == [500, 300] and 0 < share < 1
    batches = [Sum().test(same_draws, n) for n in drawn]
    assert share == sum(Sum().wrong(predict(model, batch.x)[0], batch).sum() for batch in batches) / 800
    assert share_wrong(model, Spy(), rng, 800, enough=.01) * 500 % 1 == pytest.approx(0, abs=1e-9)
    assert drawn == [500, 300, 500]
    with pytest.raises(ValueError, match="n is 0"):
        share_wrong(model, Spy(), rng, 0)


def test_the_bar_begins_at_the_iteration_that_a_checkpoint_was_written_at(tmp_path, monkeypatch):
    import tqdm.auto
    bars = []

    class Bar(contextlib.nullcontext):
        def __init__(self, **options):
            bars.append(options)
            super().__init__(self)

        def update(self):
            bars[-1]["initial"] += 1

    monkeypatch.setattr(tqdm.auto, "tqdm", Bar)
    fit(*new(), 3, checkpoint=tmp_path / "c.npz")
    fit(*new(), 5, checkpoint=tmp_path / "c.npz", progress=False)
    assert [(bar["initial"], bar["total"], bar["disable"]) for bar in bars] == [(3, 3, False), (5, 5, True)]


# checkpoints

def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one.weights.values(), other.weights.values()))


@pytest.mark.parametrize("rule", ("momentum", "rmsprop", "adam"))
@pytest.mark.parametrize("carry", (False, True))
def test_a_training_that_stops_and_goes_on_ends_as_if_it_had_not(tmp_path, rule, carry):
    whole, halved = new(LSTM), new(LSTM)
    options = {"progress": False, "test_every": 7, "log_every": 3, "carry": carry}
    log = fit(whole[0], whole[1], RULES[rule](), whole[3], 40, **options)
    fit(halved[0], halved[1], RULES[rule](), halved[3], 17, checkpoint=tmp_path / "c.npz", **options)
    fresh = new(LSTM)
    again = fit(fresh[0], fresh[1], RULES[rule](), fresh[3], 40, checkpoint=tmp_path / "c.npz", **options)
    assert same(fresh[0], whole[0]) and again == log
    assert np.array_equal(fresh[3].random(3), whole[3].random(3))
    assert [path.name for path in tmp_path.iterdir()] == ["c.npz"]


def test_a_resumed_training_takes_its_generator_from_the_checkpoint(tmp_path):
    """Whatever generator it is given: batches and tests go on as they would have."""
    options = {"progress": False, "test_every": 5}
    whole, halved, (model, task, rule, _) = new(), new(), new()
    log = fit(*whole, 20, **options)
    fit(*halved, 10, checkpoint=tmp_path / "c.npz", **options)
    again = fit(model, task, rule, np.random.default_rng(77), 20, checkpoint=tmp_path / "c.npz", **options)
    assert again == log and same(model, whole[0])


@pytest.mark.parametrize("where", ("loss_and_gradients", "share_wrong"), ids=("in a step", "in a test"))
def test_an_interrupted_training_loses_at_most_the_iteration_it_was_in(tmp_path, monkeypatch, where):
    """Ctrl-C in the middle of iteration 18, or of a test: what is on the disk goes on to the same bits."""
    import course_utils.learning.training as module
    whole, broken, calls = new(), new(), []
    log, real = fit(*whole, 40, test_every=9, progress=False), getattr(module, where)

    def interrupted(*args, **kwargs):
        calls.append(1)
        if len(calls) == (18 if where == "loss_and_gradients" else 2):
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    monkeypatch.setattr(module, where, interrupted)
    with pytest.raises(KeyboardInterrupt):
        fit(*broken, 40, test_every=9, checkpoint=tmp_path / "c.npz", checkpoint_every=0, progress=False)
    monkeypatch.undo()
    assert load_checkpoint(tmp_path / "c.npz")[1]["iteration"] == 17
    again, fresh = new(), np.random.default_rng(5)
    found = fit(*again[:3], fresh, 40, test_every=9, checkpoint=tmp_path / "c.npz", progress=False)
    assert found == log and same(again[0], whole[0])


def test_a_finished_training_is_only_read(tmp_path):
    a, b = new(), new()
    log = fit(*a, 20, checkpoint=tmp_path / "c.npz", progress=False)
    assert fit(*b, 20, checkpoint=tmp_path / "c.npz", progress=False) == log and same(a[0], b[0])


def test_a_checkpoint_of_another_training_is_refused(tmp_path):
    a, b = new(), new(LSTM)
    fit(*a, 5, checkpoint=tmp_path / "c.npz", progress=False)
    before = {name: array.copy() for name, array in b[0].weights.items()}
    with pytest.raises(ValueError, match="belongs to another training: its cell is TanhRNN, here LSTM"):
        fit(*b, 5, checkpoint=tmp_path / "c.npz", progress=False)
    assert all(np.array_equal(array, before[name]) for name, array in b[0].weights.items())
    with pytest.raises(ValueError, match="its options is"):
        fit(*new(), 5, batch_size=3, checkpoint=tmp_path / "c.npz", progress=False)
    with pytest.raises(ValueError, match="its optimiser is"):
        fit(*new(lr=.5), 5, checkpoint=tmp_path / "c.npz", progress=False)
    _, task, optimiser, rng = new()
    with pytest.raises(ValueError, match=r"its weights is .*'W_x': \[\[1, 8\], 'float64'.* here .*'W_x': \[\[1, 7\],"):
        fit(init_model(TanhRNN, 1, 7, 2, rng), task, optimiser, rng, 5, checkpoint=tmp_path / "c.npz", progress=False)
    with pytest.raises(ValueError, match=r"its task is Sum\(\), here Latch"):
        fit(new()[0], Latch(6), optimiser, rng, 5, checkpoint=tmp_path / "c.npz", progress=False)


@pytest.mark.parametrize("content", (b"", b"not a checkpoint", b"PK\x03\x04 torn"))
def test_a_file_that_is_no_checkpoint_is_refused(tmp_path, content):
    (tmp_path / "c.npz").write_bytes(content)
    with pytest.raises(ValueError, match="is no checkpoint"):
        fit(*new(), 5, checkpoint=tmp_path / "c.npz", progress=False)
    assert (tmp_path / "c.npz").read_bytes() == content


def test_a_checkpoint_without_notes_or_with_pickles_is_refused(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.ones(3))
    np.savez(tmp_path / "b.npz", notes=np.array([{"a": 1}], object))
    for name in ("a.npz", "b.npz"):
        with pytest.raises(ValueError, match="is no checkpoint"):
            load_checkpoint(tmp_path / name)


def test_a_failed_write_leaves_the_old_checkpoint(tmp_path, monkeypatch):
    save_checkpoint(tmp_path / "c.npz", {"a": np.ones(2)}, {"n": 1})
    monkeypatch.setattr(np, "savez", lambda *args, **kwargs: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        save_checkpoint(tmp_path / "c.npz", {"a": np.zeros(2)}, {"n": 2})
    monkeypatch.undo()
    assert load_checkpoint(tmp_path / "c.npz")[1] == {"n": 1}
    assert len(list(tmp_path.iterdir())) == 1


def test_a_checkpoint_is_replaced_at_the_last_moment(tmp_path, monkeypatch):
    """Until the new file is whole, and put in its place, the old one stands."""
    save_checkpoint(tmp_path / "c.npz", {"a": np.ones(2)}, {"n": 1})

    def stop(part, path):
        assert load_checkpoint(part)[1] == {"n": 2} and load_checkpoint(path)[1] == {"n": 1}
        assert Path(part).parent == tmp_path and Path(part).match("c.npz*.part")  # beside it: on the same disk
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        save_checkpoint(tmp_path / "c.npz", {"a": np.zeros(2)}, {"n": 2})
    assert load_checkpoint(tmp_path / "c.npz")[1] == {"n": 1} and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("every, saved", ((60, 1), (0, 4)))
def test_checkpoints_are_written_when_they_are_due_and_at_the_end(every, saved, tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr("course_utils.learning.training.save_checkpoint", lambda *what: written.append(what))
    fit(*new(LSTM), 3, checkpoint=tmp_path / "c.npz", checkpoint_every=every, progress=False)
    assert len(written) == saved


def test_a_share_of_wrong_ones_that_is_just_the_tolerance_solves_the_task():
    class Easy(Sum):
        tolerance = 0

        def wrong(self, outputs, batch):
            return np.zeros(batch.mask.shape[1], bool)

    model, _, optimiser, rng = new()
    log = fit(model, Easy(), optimiser, rng, 20, test_every=5, progress=False)
    assert log.solved_at == 5 and log.wrong == [0]


@pytest.mark.parametrize("name", ("none/c.npz", "folder"))
def test_what_cannot_be_written_is_named_and_leaves_nothing(name, tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError) as refused:
        save_checkpoint(tmp_path / name, {}, {})
    assert refused.value.filename == str(tmp_path / name)
    assert [path.name for path in tmp_path.rglob("*")] == ["folder"]


KILLED = """
    import sys
    sys.path[:0] = {tests!r}
    from test_training import LSTM, fit, new
    model, task, optimiser, rng = new(LSTM)
    task.tolerance = 0
    fit(model, task, optimiser, rng, 400, test_every=50, checkpoint={file!r}, checkpoint_every=0, progress=False)
    print(repr(model.weights["W_h"].tobytes()))
"""


@pytest.mark.parametrize("delay", (.05, .3))
def test_a_killed_process_goes_on_to_the_same_bits(tmp_path, delay):
    """SIGKILL once the first checkpoint is there (and a moment later); the next process ends as an undisturbed one."""
    def start(name):
        tests = [folder for folder in sys.path if "tests" in Path(folder).parts]
        code = textwrap.dedent(KILLED.format(tests=tests, file=str(tmp_path / name)))
        return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)

    victim, deadline = start("a.npz"), time.monotonic() + 60
    while not (tmp_path / "a.npz").exists() and time.monotonic() < deadline:
        time.sleep(.01)
    time.sleep(delay)
    assert victim.poll() is None, "the process ended before it could be killed"
    os.kill(victim.pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    victim.communicate(timeout=60)
    assert 0 < load_checkpoint(tmp_path / "a.npz")[1]["iteration"] < 400
    undisturbed, resumed = start("b.npz"), start("a.npz")
    ends = [process.communicate(timeout=120)[0] for process in (undisturbed, resumed)]
    assert ends[0] == ends[1] and len(ends[0]) > 100


def test_checkpoints_hold_json_and_arrays_only(tmp_path):
    fit(*new(), 5, checkpoint=tmp_path / "c.npz", progress=False)
    with np.load(tmp_path / "c.npz", allow_pickle=False) as file:
        assert json.loads(str(file["notes"]))["iteration"] == 5
        assert {"weight/W_h", "slot/mean/W_h", "slot/square/b_y"} <= set(file.files)


@each_cell
def test_one_pass_back_gives_what_two_give(cell):
    model, rng = init_model(cell, 3, 4, 2, np.random.default_rng(0)), np.random.default_rng(1)
    trace = unroll(cell, model.params, rng.standard_normal((6, 2, 3)))
    direct = rng.standard_normal(trace.states.shape)
    total, grads, d_x = backprop_with_inputs(cell, model.params, trace, direct)
    wanted, wanted_grads = backprop(cell, model.params, trace, direct)
    np.testing.assert_array_equal(total, wanted)
    np.testing.assert_array_equal(d_x, input_gradients(cell, model.params, trace, direct))
    assert list(grads) == list(wanted_grads)
    assert all(np.array_equal(grads[name], array) for name, array in wanted_grads.items())
