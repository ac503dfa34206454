"""Activations as parameters of a cell: values, slopes from values, and gradients of cells that have others than their
own."""
import re

import numpy as np
import pytest

from course_utils import (
    ACTIVATIONS,
    GRU,
    LSTM,
    CoupledLSTM,
    LinearRNN,
    NoForgetLSTM,
    PeepholeLSTM,
    ReluRNN,
    ResetAfterGRU,
    TanhRNN,
    activated,
    activation,
    backprop,
    check_gradients,
    init_params,
    jacobian_norms,
    numerical_jacobian,
    unroll,
)
from course_utils.engine.cells.activated import ANY

A = np.linspace(-4, 4, 81) + .0123  # no kink lies on it
VALUES = {  # by the definitions of Keras and ONNX, written out
    "sigmoid": 1 / (1 + np.exp(-A)), "tanh": np.tanh(A), "relu": np.where(A > 0, A, 0), "linear": A,
    "softsign": A / (1 + abs(A)), "softplus": np.log(1 + np.exp(A)), "hard_sigmoid": np.clip(.2 * A + .5, 0, 1),
    "affine": A, "scaled_tanh": np.tanh(A), "leaky_relu": np.where(A > 0, A, .01 * A),
    "thresholded_relu": np.where(A > 1, A, 0), "elu": np.where(A > 0, A, np.exp(A) - 1)}
NUMBERS = {"hard_sigmoid": {"alpha": 1 / 6, "beta": .4}, "affine": {"alpha": -.7, "beta": .3},
           "scaled_tanh": {"alpha": 1.7, "beta": .6}, "leaky_relu": {"alpha": .3}, "thresholded_relu": {"alpha": .5},
           "elu": {"alpha": 1.4}}
each_name = pytest.mark.parametrize("name", ACTIVATIONS)
each_family = pytest.mark.parametrize("cell", ANY, ids=[cell.__name__ for cell in ANY])


@each_name
def test_values_are_those_of_the_definition(name):
    one, out = activation(name), np.empty_like(A)
    np.testing.assert_allclose(one(A), VALUES[name], rtol=1e-13)
    assert np.shares_memory(one(A, out=out), out)
    np.testing.assert_allclose(out, VALUES[name], rtol=1e-13)
    assert one.low <= out.min() and out.max() <= one.high


@each_name
@pytest.mark.parametrize("own", (False, True), ids=("defaults", "own numbers"))
def test_slopes_come_from_values(name, own):
    one = activation(name, **NUMBERS.get(name, {}) if own else {})
    differences = (one(A + 1e-6) - one(A - 1e-6)) / 2e-6
    np.testing.assert_allclose(one.slope(one(A)), differences, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("name", ("sigmoid", "hard_sigmoid"))
def test_gates_know_the_argument_of_a_value(name):
    one = activation(name)
    np.testing.assert_allclose(one(one.inverse(.9)), .9, rtol=1e-14)


@pytest.mark.parametrize("dtype", (np.float32, np.float64))
@each_name
def test_precision_is_kept(name, dtype):
    one, a = activation(name), A.astype(dtype)
    assert one(a).dtype == one.slope(one(a)).dtype == dtype


def problem(cell, seed=0, dtype=float):
    rng = np.random.default_rng(seed)
    params = init_params(cell, 3, 4, rng, recurrent="torch", dtype=dtype)
    return params, rng.standard_normal((6, 2, 3)).astype(dtype)


def worst(cell, params, x):
    """The error of the gradients; from a state that is not zero, where no c lies on the kink of a ReLU."""
    state0 = np.random.default_rng(1).normal(0, .5, (len(cell.states), 2, 4))
    return check_gradients(cell, params, x, state0=state0)


@each_family
def test_with_its_own_activations_a_cell_is_itself(cell):
    assert activated(cell) is activated(cell, **cell.activations) is cell
    params, x = problem(cell)
    one, other = unroll(cell, params, x), unroll(ANY[cell], params, x)
    np.testing.assert_array_equal(one.states, other.states)
    direct = np.random.default_rng(1).standard_normal(one.states.shape)
    for left, right in zip(backprop(cell, params, one, direct), backprop(ANY[cell], params, other, direct)):
        for name in left if isinstance(left, dict) else [...]:
            np.testing.assert_allclose(left[name], right[name], rtol=1e-12)


@each_family
@each_name
def test_gradients_are_those_of_differences(cell, name):
    """Every activation in every place, gates with a hard sigmoid of their own beside it."""
    params, x = problem(cell)
    for places in (set("gnc"), set("ifozr")):
        one = activated(cell, **{gate: activation(name) for gate in places & set(cell.activations)})
        assert worst(one, params, x) < 1e-7
    both = {gate: activation("hard_sigmoid", alpha=1 / 6) if gate in "ifozr" else activation(name)
            for gate in cell.activations}
    assert worst(activated(cell, **both), params, x) < 1e-7


@each_name
def test_plain_networks_take_any_activation(name):
    cell = activated(TanhRNN, a=activation(name))
    params, x = problem(TanhRNN)
    assert worst(cell, params, x) < 1e-7


def test_known_networks_are_known_again():
    assert activated(LinearRNN, a=activation("relu")) is ReluRNN
    assert activated(ReluRNN, a=activation("linear")) is LinearRNN
    assert activated(LSTM, g=activation("relu")) is activated(LSTM, g=activation("relu"), o=activation("sigmoid"))


def test_jacobians_of_an_activated_cell_are_those_of_differences():
    cell = activated(LSTM, g=activation("softsign"), c=activation("softsign"), i=activation("hard_sigmoid"))
    params, x = problem(cell)
    trace = unroll(cell, params, x[:, :1])

    def end(state):
        return unroll(cell, params, x[:, :1], state.reshape(2, 1, 4)).states[:, -1].ravel()

    wanted = np.log10(np.linalg.norm(numerical_jacobian(end, np.zeros(8)), 2))
    np.testing.assert_allclose(jacobian_norms(cell, params, trace)[0, 0], wanted, rtol=1e-6)


@pytest.mark.parametrize(("call", "words"), (
    (lambda: activation("gelu"), "name is 'gelu', expected one of 'sigmoid'"),
    (lambda: activation("relu", alpha=1), "relu is given alpha, expected no numbers"),
    (lambda: activation("elu", beta=1), "elu is given beta, expected alpha"),
    (lambda: activation("elu", alpha=-1), "alpha of elu is -1.0, expected a number above 0"),
    (lambda: activation("hard_sigmoid", alpha=0), "alpha of hard_sigmoid is 0.0"),
    (lambda: activation("scaled_tanh", alpha=0), "alpha of scaled_tanh is 0.0"),
    (lambda: activation("affine", alpha="1"), "alpha is '1', expected a number"),
    (lambda: activated(NoForgetLSTM), "cell is"),
    (lambda: activated(GRU, g=activation("relu")), "GRU is given an activation of g, expected some of r, z, n"),
    (lambda: activated(LSTM, g="relu"), "g is 'relu', expected an Activation")))
def test_what_does_not_fit_is_refused(call, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        call()


def test_names_tell_what_is_different():
    assert activated(LSTM, g=activation("relu"), c=activation("relu")).__name__ == "LSTM(g relu, c relu)"
    keras3 = activation("hard_sigmoid", alpha=1 / 6)
    assert activated(ResetAfterGRU, z=keras3).__name__ == "ResetAfterGRU(z hard_sigmoid(0.1667, 0.5))"
    assert {PeepholeLSTM, CoupledLSTM} <= set(ANY)
