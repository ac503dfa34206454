"""Solutions of notebooks 03, 17 and 19, held against another way to the same number."""
import numpy as np
import pytest
from helpers import problem
from solutions import ALL, solve

from course_utils import (
    LSTM,
    Params,
    SigmoidRNN,
    TanhRNN,
    backprop,
    init_params,
    jacobian_norms,
    numerical_jacobian,
    sigmoid,
    step_jacobians,
    unroll,
)


@pytest.mark.parametrize("seed", range(3))
def test_sigmoid_step_backward(seed):
    params, _, _, trace, dh = problem(SigmoidRNN, (1, 2, 3, 4), seed=seed)
    total, grads = backprop(SigmoidRNN, params, trace, dh)
    x, h = trace.x[0], trace.states[0]
    *weights, dh_prev = solve("sigmoid_step_backward", dh[0, 1], x, h[0], h[1], params.W_h)
    for ours, name in zip(weights, ("W_x", "W_h", "b")):
        assert np.allclose(ours, grads[name], atol=1e-12)
    assert np.allclose(dh_prev + dh[0, 0], total[0, 0], atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_total_gradients(seed):
    params, _, _, trace, dh = problem(TanhRNN, (6, 2, 3, 4), seed=seed)
    total, _ = backprop(TanhRNN, params, trace, dh)
    assert np.allclose(solve("total_gradients", dh[0], trace.states[0], params.W_h), total[0], atol=1e-12)


def test_central_differences():
    def f(x):
        return float(np.sum(np.sin(x)) * x[0])

    x = np.arange(1., 4)
    assert np.allclose(solve("central_differences", f, x), numerical_jacobian(f, x), atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_direct_and_total(seed):
    params, _, _, trace, _ = problem(LSTM, (6, 1, 3, 4), seed=seed)
    f, J = trace.gates[LSTM.gates.index("f"), :, 0], step_jacobians(LSTM, params, trace)[:, 0]
    direct, total = solve("direct_and_total", f, J)

    def last_c(c):
        return unroll(LSTM, params, trace.x, np.array([trace.states[0, 0], c])).states[1, -1]

    differences = numerical_jacobian(last_c, trace.states[1, 0])[0, :, 0]
    assert np.isclose(total, np.log10(np.linalg.norm(differences, 2)), atol=1e-6)
    assert jacobian_norms(LSTM, params, trace)[0, 0] >= total
    assert np.isclose(direct, np.log10(f.prod(axis=0)).max())


@pytest.mark.parametrize(("W", "said"), (
    ([[.975, 1.], [0, .975]], None), ([[.97, 0], [-1, .97]], None), ([[.984, 1.], [0, .984]], None),
    ([[.9, 3.], [0, .9]], "an entry is 3 in absolute value, expected 1 at most"),
    ([[np.nan, 1.], [0, .9]], "an entry is nan in absolute value"), ([[.9]], "shape (1, 1), expected (2, 2)"),
    ([[.5, 0], [0, .5]], "the largest norm of a power is 0.5, at k = 1"),
    ([[.96, 1.], [0, .96]], "the largest norm of a power is 9."),
    ([[1., 0], [1., .5]], "the spectral radius is 1, expected below 1"),
    ([[.99, 1.], [0, .99]], "after 1000 steps the norm is still")))
def test_growth_before_decay(W, said):
    found = ALL["growth_before_decay"].judge({"W": np.array(W)})
    assert found is None if said is None else said in found


def test_predictions():
    assert np.isclose(solve("size_of_the_power"),
                      np.log10(np.linalg.norm(np.linalg.matrix_power(np.diag([1.5, .1]), 30), 2)))
    params = init_params(LSTM, 3, 5, np.random.default_rng(0))
    assert solve("lstm_weight_count") == sum(array.size for array in params.values())
    assert np.isclose(solve("untrained_loss"), -np.log(1 / 27))


@pytest.mark.parametrize("seed", range(3))
def test_row_vectors_give_the_same_step(seed):
    rng = np.random.default_rng(seed)
    stacked, b, x, h, c = (rng.standard_normal(shape) for shape in ((16, 7), 16, 3, 4, 4))
    i, f, o, g = np.split(stacked @ np.concatenate([h, x]) + b, 4)
    c_new = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    params = Params(zip(("W_x", "W_h", "b"), solve("as_row_vectors", stacked, b)))
    found = unroll(LSTM, params, x[None, None], np.array([h, c])[:, None]).states[:, 1, 0]
    assert np.allclose(found, [sigmoid(o) * np.tanh(c_new), c_new], atol=1e-12)
