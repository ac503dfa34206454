"""The solutions of notebooks 01, 02, 04 and 05 against something that shares none of their reasoning: differences, the
engine, a count, a simulation."""
import numpy as np
import pytest

from course_utils import (
    LinearRNN,
    Params,
    SigmoidRNN,
    TanhRNN,
    backprop,
    init_params,
    input_gradients,
    jacobian_norms,
    lyapunov_exponents,
    numerical_jacobian,
    relative_error,
    sigmoid,
    softmax,
    step_jacobians,
    unroll,
)
from course_utils.exercises import check
from course_utils.exercises.exercise import CASES

T, B, D, H, C = 6, 3, 4, 5, 2


def solution(name):
    """The solution of an exercise."""
    return check.exercises()[name].solution


def network(cell=TanhRNN, seed=0):
    """Weights with a bias, a trace from a start that is not zero, a direct gradient for every state, totals, grads."""
    rng = np.random.default_rng(seed)
    params = init_params(cell, D, H, rng, gain=1.5)
    params.b = rng.standard_normal(H)
    trace = unroll(cell, params, rng.standard_normal((T, B, D)), rng.standard_normal((1, B, H)) / 2)
    direct = rng.standard_normal(trace.states.shape)
    return params, trace, direct, *backprop(cell, params, trace, direct)


def close(one, other, tolerance=1e-7):
    return relative_error(one, other) < tolerance


# predictions

def test_words_to_a_millionth():
    words = solution("words_to_a_millionth")()
    assert .59 ** 26 > 1e-6 > .59 ** 27 and 26 < words < 27


def test_terms_of_the_double_sum():
    assert solution("terms_of_the_double_sum")() == len([(t, k) for t in range(1, 11) for k in range(1, t + 1)])


def test_gain_of_certain_vanishing():
    rng, gain = np.random.default_rng(0), solution("gain_of_certain_vanishing")()
    W_h = init_params(SigmoidRNN, 1, 500, rng, recurrent="torch", gain=gain).W_h
    assert np.linalg.norm(W_h, 2) / 4 == pytest.approx(1, abs=.03)


def test_leaky_relu_rate():
    rng, v, logs = np.random.default_rng(0), np.ones(200) / np.sqrt(200), 0
    for _ in range(200):
        v = np.linalg.qr(rng.standard_normal((200, 200)))[0] @ v * rng.choice([1, .25], 200)
        logs, v = logs + np.log(np.linalg.norm(v)), v / np.linalg.norm(v)
    assert logs / 200 == pytest.approx(solution("leaky_relu_rate")(), abs=.01)


# notebook 01

def test_factor_per_step_back():
    found = solution("factor_per_step_back")(np.log10([.5, .9]) * np.arange(7, -1, -1)[:, None] + [3, -2])
    assert np.allclose(found, [.5, .9])
    logs = np.random.default_rng(0).standard_normal((9, 1))
    steps = np.arange(9) - 4
    assert np.log10(solution("factor_per_step_back")(logs)) == pytest.approx(-(steps @ logs) / (steps @ steps))


def test_gradient_at_words():
    params, trace, direct, total, _ = network()
    found = solution("gradient_at_words")(trace.states[0], total[0], params.W_x)
    judge = numerical_jacobian(lambda x: np.sum(direct * unroll(TanhRNN, params, x, trace.states[:, 0]).states),
                               trace.x)
    assert close(found, judge) and close(found, input_gradients(TanhRNN, params, trace, direct), 1e-12)


@pytest.mark.parametrize("n", (1, 4, T))
def test_heard_by_biases(n):
    params, trace, direct, total, grads = network()
    one = unroll(TanhRNN, params, trace.x[:, :1], trace.states[:, 0, :1])
    total, grads = backprop(TanhRNN, params, one, direct[:, :, :1])
    late = unroll(TanhRNN, params, one.x[-n:], one.states[:, -n - 1])
    last = backprop(TanhRNN, params, late, direct[:, -n - 1:, :1])[1]
    wanted = np.linalg.norm(last.b) / np.linalg.norm(grads.b)
    assert solution("heard_by_biases")(one.states[0], total[0], n) == pytest.approx([wanted])


# notebook 02

@pytest.mark.parametrize("seed", range(3))
def test_sigmoid_jacobian(seed):
    params, trace, *_ = network(SigmoidRNN, seed)
    found = solution("sigmoid_jacobian")(trace.states[0, 1], params.W_h)
    assert close(found, step_jacobians(SigmoidRNN, params, trace)[0], 1e-12)


def test_leaky_jacobian():
    rng = np.random.default_rng(0)
    s_prev, x, U, W = (rng.standard_normal(shape) for shape in ((B, H), (B, D), (D, H), (H, H)))
    found = solution("leaky_jacobian")(s_prev, x, U, W, .3)
    for b in range(B):
        judge = numerical_jacobian(lambda s, b=b: .7 * s + .3 * np.tanh(x[b] @ U + s @ W), s_prev[b], order=4)
        assert close(found[b], judge)


def test_initial_state_gradient():
    params, trace, *_ = network()
    rng = np.random.default_rng(1)
    V, right = rng.standard_normal((H, C)), rng.integers(C, size=(T, B))

    def loss(start):
        s = unroll(TanhRNN, params, trace.x, start[None]).states[0]
        return -np.log(np.take_along_axis(softmax(s[1:] @ V), right[..., None], -1)).sum()

    s = trace.states[0]
    found = solution("initial_state_gradient")(s, softmax(s[1:] @ V) - np.eye(C)[right], V, params.W_h)
    assert close(found, numerical_jacobian(loss, s[0]))


def test_gain_sensitivity():
    params, trace, *_ = network()

    def states(g):
        return unroll(TanhRNN, Params({**params, "W_h": g[0] * params.W_h}), trace.x, trace.states[:, 0]).states[0]

    found = solution("gain_sensitivity")(states([1.4]), params.W_h, 1.4)
    assert close(found, numerical_jacobian(states, np.array([1.4]))[..., 0])


# notebook 04

@pytest.mark.parametrize("seed", range(5))
def test_sharper_bound_lies_between_measured_norm_and_bound(seed):
    params, trace, *_ = network(seed=seed)
    found, measured = solution("sharper_bound")(trace.states[0], params.W_h), jacobian_norms(TanhRNN, params, trace)
    wide = np.arange(T, -1, -1)[:, None] * np.log10(np.linalg.norm(params.W_h, 2))
    assert np.all(measured <= found + 1e-9) and np.all(found <= wide + 1e-9) and not found[-1].any()
    assert np.any(found[:-1] < wide[:-1] - .01)
    norms = np.linalg.norm(np.eye(H) * (1 - trace.states[0, 1:] ** 2)[:, :, None], 2, axis=(-2, -1))
    assert np.allclose(10 ** found[0], np.prod(norms, axis=0) * np.linalg.norm(params.W_h, 2) ** T)


def test_settled_multiplier():
    w, b = np.array([-3., -1, .5, 2, 3]), np.array([.3, -1, 2, -1, 1])
    for found, one, bias in zip(solution("settled_multiplier")(w, b), w, b):
        unit = Params(W_x=np.zeros((1, 1)), W_h=np.array([[one]]), b=np.array([bias]))
        trace = unroll(SigmoidRNN, unit, np.zeros((500, 1, 1)))
        end = trace.states[0, -1, 0]
        assert found == pytest.approx(numerical_jacobian(lambda h, w=one, b=bias: sigmoid(w * h + b), end)[0, 0], 1e-6)
        assert found == pytest.approx(step_jacobians(SigmoidRNN, unit, trace)[-1, 0, 0, 0])


def test_growth_along():
    params, trace, *_ = network()
    J, v = step_jacobians(TanhRNN, params, trace), np.random.default_rng(0).standard_normal((B, H))
    found = solution("growth_along")(J, v)
    for b in range(B):
        end = np.linalg.multi_dot([*J[::-1, b], v[b]])
        assert found[b] == pytest.approx(np.log(np.linalg.norm(end) / np.linalg.norm(v[b])) / T)
    first = solution("growth_along")(J, np.eye(H)[:1].repeat(B, axis=0))
    assert np.allclose(first, lyapunov_exponents(TanhRNN, params, trace, n=1)[:, 0])


# notebook 05

def test_tanh_twin():
    params, trace, *_ = network(SigmoidRNN)
    twin = Params(zip(("W_x", "W_h", "b"), solution("tanh_twin")(*params.values())))
    ours = unroll(TanhRNN, twin, trace.x, 2 * trace.states[:, 0] - 1)
    assert np.allclose(ours.states, 2 * trace.states - 1, atol=1e-12)
    assert np.allclose(jacobian_norms(TanhRNN, twin, ours), jacobian_norms(SigmoidRNN, params, trace))


@pytest.mark.parametrize("seed", range(4))
def test_leaky_product(seed):
    rng = np.random.default_rng(seed)
    W_h, x, start = rng.standard_normal((H, H)), rng.standard_normal((T, B, H)), rng.standard_normal((B, H))

    def states(h):
        found = [h]
        for x_t in x:
            a = x_t + found[-1] @ W_h
            found.append(np.maximum(a, .3 * a))
        return np.array(found)

    found = solution("leaky_product")(states(start), W_h, .3)
    for b in range(B):
        judge = numerical_jacobian(lambda h, b=b: states(np.where(np.eye(B)[:, [b]], h, start))[-1, b], start[b])
        assert close(found[b], judge)


@pytest.mark.parametrize("seed", range(4))
def test_scaled_to_radius(seed):
    W = np.random.default_rng(seed).standard_normal((B, H, H))
    found = solution("scaled_to_radius")(W, .9)
    powers = [jacobian_norms(LinearRNN, *linear(one))[0, 0] / 2000 for one in found]
    assert np.allclose(powers, np.log10(.9), atol=1e-3)
    assert all(np.ptp(ratio) < 1e-12 for ratio in found / W)


def linear(W):
    """Weights and trace of a linear network over 2000 steps."""
    params = Params(W_x=np.zeros((1, H)), W_h=W, b=np.zeros(H))
    return params, unroll(LinearRNN, params, np.zeros((2000, 1, 1)))


# open ones: what is refused, and why

REFUSED = {
    "shrinks": ("grows_before_it_shrinks", lambda radius, n, growth: radius * np.eye(2), "is wanted: what grows"),
    "large eigenvalues": ("grows_before_it_shrinks", lambda radius, n, growth: growth * np.eye(3), "spectral radius"),
    "no square": ("grows_before_it_shrinks", lambda radius, n, growth: np.ones((2, 3)), "expected a square matrix"),
    "a word": ("grows_before_it_shrinks", lambda radius, n, growth: "W", "expected a square matrix"),
    "huge": ("grows_before_it_shrinks", lambda radius, n, growth: [[0, 1e300], [0, 0]], "below a million"),
    "vanishes": ("living_gain", lambda W_h, x: 1, "should it be larger?"),
    "explodes": ("living_gain", lambda W_h, x: 4., "should it be smaller?"),
    "no number": ("living_gain", lambda W_h, x: W_h, "should be one number"),
    "negative": ("living_gain", lambda W_h, x: -1., "should be one number"),
    "text": ("living_gain", lambda W_h, x: "one", "should be one number"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_open_exercise_refuses(case, capsys):
    name, answer, sentence = REFUSED[case]
    getattr(check, name)(answer)
    assert sentence in capsys.readouterr().out


@pytest.mark.parametrize("growth", (2., 100.))
@pytest.mark.parametrize("n", (2, 7))
def test_grows_before_it_shrinks(n, growth):
    W = solution("grows_before_it_shrinks")(.4, n, growth)
    assert np.abs(np.roots([1, -np.trace(W), np.linalg.det(W)])) == pytest.approx([.4, .4], abs=1e-6)
    v = np.array([0., 1])
    for _ in range(n):
        v = W @ v
    assert growth <= np.linalg.norm(v) * (1 + 1e-12) <= growth + 1


def test_open_exercise_accepts_other_answers(capsys):
    check.grows_before_it_shrinks(lambda radius, n, growth: [[radius, 0, 0], [1e5, radius, 0], [0, 0, 0]])
    assert "right" in capsys.readouterr().out


@pytest.mark.parametrize("k", range(len(CASES)))
def test_living_gain_is_between_two_that_fail(k):
    exercise = check.exercises()["living_gain"]
    W_h, x = exercise.arguments(k)
    found = exercise.solution(W_h, x)
    assert exercise.judge({"gain": np.array(found)}, W_h, x) is None
    for gain, advice in ((.5, "larger"), (4., "smaller")):
        assert advice in exercise.judge({"gain": np.array(gain)}, W_h, x)
