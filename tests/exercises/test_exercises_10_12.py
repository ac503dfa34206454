"""Solutions of the exercises of notebooks 10, 11 and 12, held against differences, the engine and closed forms."""
import numpy as np
import pytest
from helpers import problem
from solutions import ALL, solve, verdict

from course_utils import (
    GRU,
    LSTM,
    CoupledLSTM,
    NoOutputActivationLSTM,
    Params,
    PeepholeLSTM,
    backprop,
    init_params,
    jacobian_norms,
    numerical_jacobian,
    sigmoid,
    step_jacobians,
    unroll,
)
from course_utils.engine.gradcheck import relative_error
from course_utils.exercises.calling import outcomes
from course_utils.exercises.judging import judge
from course_utils.experiments.curves.gates import gate_curves

each_seed = pytest.mark.parametrize("seed", (0, 1))


def taken(cell, seed, T=1):
    """A generator, weights, and T steps from a random state."""
    params, _, _, trace, _ = problem(cell, (T, 2, 3, 5), seed=seed)
    return np.random.default_rng(seed), params, trace


def agree(*pairs):
    assert max(relative_error(*pair) for pair in pairs) < 1e-8


def from_pre_activations(da, params, trace):
    """dW_h, db of one step."""
    return trace.states[0, 0].T @ da, da.sum(axis=0)


# notebook 10

def test_resting_bias_keeps_an_eigenvalue_of_one():
    params = init_params(LSTM, 1, 6, np.random.default_rng(0), recurrent="gaussian",
                         forget_bias=solve("resting_bias"))
    W_g = params.W_h[:, 12:18]
    W_g[:] = np.diag([1, .5, -.5, .2, -1, 0]) + np.triu(W_g, 1)
    J = step_jacobians(LSTM, params, unroll(LSTM, params, np.zeros((2, 1, 1))))[1, 0]
    assert np.linalg.eigvals(J).real.max() == pytest.approx(1)


@each_seed
def test_unsquashed_step(seed):
    rng, params, trace = taken(NoOutputActivationLSTM, seed)
    direct = np.zeros(trace.states.shape)
    direct[:, 1] = rng.normal(size=direct[:, 1].shape)
    total, grads = backprop(NoOutputActivationLSTM, params, trace, direct)
    da, dc_prev = solve("unsquashed_step_backward", *direct[:, 1], *trace.gates[:, 0], *trace.states[1])
    agree((da @ params.W_h.T, total[0, 0]), (dc_prev, total[1, 0]),
          *zip(from_pre_activations(da, params, trace), (grads.W_h, grads.b)))


@each_seed
def test_push_forward_is_the_jacobian_times_a_vector(seed):
    rng, params, trace = taken(LSTM, seed)
    v = rng.normal(size=(2, 2, 5))
    found = solve("push_forward", *v, *trace.gates[:, 0], *trace.states[1], params.W_h)
    wanted = np.einsum("bij,bj->bi", step_jacobians(LSTM, params, trace)[0], np.hstack(v))
    start = trace.states[:, 0]
    moved = numerical_jacobian(lambda s: unroll(LSTM, params, trace.x, start + s * v).states[:, 1], np.zeros(1))
    agree((np.hstack(found), wanted), (np.array(found), moved[..., 0]))


@each_seed
def test_forget_bias_gradientes_the_last_memory(seed):
    _, params, trace = taken(LSTM, seed, T=6)
    params.W_h[:] = 0
    start = trace.states[:, 0]
    trace = unroll(LSTM, params, trace.x, start)

    def last(b_f):
        b = params.b.copy()
        b[5:10] = b_f
        return unroll(LSTM, Params({**params, "b": b}), trace.x, start).states[1, -1]

    wanted = np.einsum("bhh->bh", numerical_jacobian(last, params.b[5:10], order=4))
    agree((solve("forget_bias_gradient", trace.gates[1], trace.states[1]), wanted))


@pytest.mark.parametrize(("answer", "state"), (
    (lambda b, n: 4 * (1 - sigmoid(b)) * np.linalg.qr(np.random.default_rng(0).normal(size=(n, n)))[0], "wrong"),
    (lambda b, n: np.eye(n), "wrong"), (lambda b, n: np.zeros((n, n)), "wrong"), (lambda b, n: np.zeros(n), "wrong"),
    (lambda b, n: 1e9 * np.ones((n, n)), "wrong"), (lambda b, n: np.full((n, n), np.inf), "wrong"),
    (lambda b, n: 4 * (.99 - sigmoid(b)) * np.eye(n), "right"),
    (lambda b, n: -4 * (1 + sigmoid(b)) * np.eye(n), "right")))
def test_weights_that_keep_are_accepted_for_what_they_do(answer, state):
    assert verdict("weights_that_keep", answer).state == state


# notebook 11

def held(b_f):
    """Norm over 50 steps of an LSTM's direct path, with one unit and without recurrent weights."""
    params = init_params(LSTM, 1, 1, np.random.default_rng(0), gain=0., forget_bias=b_f)
    return jacobian_norms(LSTM, params, unroll(LSTM, params, np.zeros((50, 1, 1))), block=("c", "c"))[0, 0]


def test_steps_to_a_tenth():
    assert 50 / -held(3.) == pytest.approx(solve("steps_to_a_tenth"))


@pytest.mark.parametrize("n", (1.7, 5., 25.))
def test_bias_of_half_life(n):
    b_f = solve("bias_of_half_life", np.array([n]))
    assert 50 * np.log10(.5) / held(float(b_f[0])) == pytest.approx(n)
    assert b_f == pytest.approx(-np.log(np.expm1(np.log(2) / n)))


@each_seed
def test_measured_half_life_is_the_explorers(seed):
    found = gate_curves({"b_f": 2., "seed": seed})
    agree((solve("measured_half_life", found["gates"]["f"][:, None])[0], found["half_life"]))


@pytest.mark.parametrize("dtype", (np.float32, np.float64))
def test_measured_half_life_where_the_product_underflows(dtype):
    f = np.full((500, 1, 1), sigmoid(dtype(-6)))
    assert f.prod() == 0 and f.dtype == dtype
    assert solve("measured_half_life", f) == pytest.approx(np.log(2) / np.logaddexp(0, 6), rel=1e-6)


def test_a_product_underflows_in_some_unit_of_every_case():
    exercise = ALL["measured_half_life"]
    assert all((exercise.arguments(k)[0].prod(axis=0) == 0).any() for k in range(len(exercise.cases)))


@each_seed
def test_left_by_inputs(seed):
    _, params, trace = taken(LSTM, seed, T=4)
    params.W_h[:] = 0
    params.b[10:15] = 0
    params.W_x[:, :10] = 0
    f, i = sigmoid(params.b[5:10]), sigmoid(params.b[:5])
    wanted = numerical_jacobian(lambda x: unroll(LSTM, params, x).states[1, -1], trace.x, order=4)
    found = solve("left_by_inputs", trace.x, params.W_x[:, 10:15], f, i)
    agree((found, np.einsum("bhtbd->tbhd", wanted)))


@pytest.mark.parametrize(("biases", "said"), (
    ((7.5, -4.7, -1), "right"), ((6, 0, -8), "b_o is below −1"), ((6, -4, -1.01), "b_o is below −1"),
    ((6, -4, -1), "the total over 100 steps"), ((8, 0, 0), "the total over 100 steps"),
    ((0, 0, 0), "the total"), ((6, -9, 0), "comes back to the first input"), (([6], 0, -8), "three numbers"),
    (("a", 0, 0), "three numbers"), ((-2000, 0, 0), "the total"), ((1e300, 0, 0), "the total"),
    ((6, -4, np.nan), "expected finite numbers")))
@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning")
def test_biases_for_gain_are_accepted_for_what_they_do(biases, said):
    exercise = ALL["biases_for_gain"]
    assert said in str(judge(exercise, outcomes(exercise, lambda gain: biases)))


# notebook 12

def test_coupled_memory_after_ten():
    params = init_params(CoupledLSTM, 1, 1, np.random.default_rng(0), gain=0., forget_bias=np.log(9))
    params.b[1] = 50
    trace = unroll(CoupledLSTM, params, np.zeros((10, 1, 1)))
    assert trace.states[1, -1, 0, 0] == pytest.approx(solve("coupled_memory_after_ten"))


@each_seed
def test_coupled_step(seed):
    rng, params, trace = taken(CoupledLSTM, seed)
    direct = np.zeros(trace.states.shape)
    direct[1, 1] = rng.normal(size=direct[1, 1].shape)
    da = np.hstack([*solve("coupled_step_gradients", direct[1, 1], *trace.gates[:2, 0], trace.states[1, 0]),
                    np.zeros((2, 5))])
    grads = backprop(CoupledLSTM, params, trace, direct)[1]
    agree(*zip(from_pre_activations(da, params, trace), (grads.W_h, grads.b)))


@each_seed
def test_coupled_cell_is_an_lstm(seed):
    _, params, trace = taken(CoupledLSTM, seed, T=7)
    twin = Params(zip(("W_x", "W_h", "b"), solve("coupled_as_lstm", params.W_x, params.W_h, params.b)))
    agree((unroll(LSTM, twin, trace.x, trace.states[:, 0]).states, trace.states))


@each_seed
def test_peephole_partial(seed):
    _, params, trace = taken(PeepholeLSTM, seed)
    found = solve("peephole_partial", *trace.gates[:, 0], *trace.states[1], params.p_i, params.p_f, params.p_o)
    h_prev, c_prev = trace.states[:, 0]
    moved = numerical_jacobian(lambda c: unroll(PeepholeLSTM, params, trace.x, np.array([h_prev, c])).states[0, 1],
                               c_prev, order=4)
    agree((found, np.einsum("bhbh->bh", moved)))


@each_seed
def test_gru_step(seed):
    rng, params, trace = taken(GRU, seed)
    direct = np.zeros(trace.states.shape)
    direct[0, 1] = rng.normal(size=direct[0, 1].shape)
    total, grads = backprop(GRU, params, trace, direct)
    da, dh_prev = solve("gru_step_backward", direct[0, 1], *trace.gates[:, 0], trace.states[0, 0], params.W_h)
    agree((dh_prev, total[0, 0]), (da.sum(axis=0), grads.b), (trace.x[0].T @ da, grads.W_x))
