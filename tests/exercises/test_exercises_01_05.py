"""The solutions of notebooks 01, 02, 04 and 05 against something that shares none of their reasoning: differences, the
engine, a count, a simulation."""
import numpy as np
import pytest
from helpers import problem
from solutions import ALL, solve

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
from course_utils.exercises.checking import exercises_of, modules
from course_utils.exercises.drawing import sizes
from course_utils.exercises.exercise import CASES

T, B, D, H, C = 6, 3, 4, 5, 2


def network(cell=TanhRNN, seed=0):
    """Weights with a bias, a trace from a start that is not zero, a direct gradient for every state, totals, grads."""
    params, _, _, trace, direct = problem(cell, (T, B, D, H), seed=seed)
    return params, trace, direct, *backprop(cell, params, trace, direct)


def close(one, other, tolerance=1e-7):
    return relative_error(one, other) < tolerance


# predictions

def test_words_to_a_millionth():
    assert solve("words_to_a_millionth") == next(n for n in range(100) if .59 ** n < 1e-6)


def test_terms_of_the_double_sum():
    assert solve("terms_of_the_double_sum") == len([(t, k) for t in range(1, 11) for k in range(1, t + 1)])


def test_factor_of_certain_vanishing():
    rng, factor = np.random.default_rng(0), solve("factor_of_certain_vanishing")
    W_h = init_params(SigmoidRNN, 1, 500, rng, recurrent="torch", gain=factor).W_h
    assert np.linalg.norm(W_h, 2) / 4 == pytest.approx(1, abs=.03)


def test_leaky_relu_rate():
    rng, v, logs = np.random.default_rng(0), np.ones(200) / np.sqrt(200), 0
    for _ in range(200):
        v = np.linalg.qr(rng.standard_normal((200, 200)))[0] @ v * rng.choice([1, .25], 200)
        logs, v = logs + np.log(np.linalg.norm(v)), v / np.linalg.norm(v)
    assert logs / 200 == pytest.approx(solve("leaky_relu_rate"), abs=.01)


# notebook 01

def test_factor_per_step_back():
    found = solve("factor_per_step_back", np.log10([.5, .9]) * np.arange(7, -1, -1)[:, None] + [3, -2])
    assert np.allclose(found, [.5, .9])
    logs = np.random.default_rng(0).standard_normal((9, 1))
    steps = np.arange(9) - 4
    assert np.log10(solve("factor_per_step_back", logs)) == pytest.approx(-(steps @ logs) / (steps @ steps))


def test_gradient_at_words():
    params, trace, direct, total, _ = network()
    found = solve("gradient_at_words", trace.states[0], total[0], params.W_x)
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
    assert solve("heard_by_biases", one.states[0], total[0], n) == pytest.approx([wanted])


# notebook 02

@pytest.mark.parametrize("seed", range(3))
def test_softsign_jacobian(seed):
    s_prev, W = np.random.default_rng(seed).standard_normal((2, H, H))  # a batch of H

    def step(before):
        a = 1 + before @ W
        return a / (1 + np.abs(a))

    found = solve("softsign_jacobian", step(s_prev), W)
    for b in range(H):
        assert close(found[b], numerical_jacobian(step, s_prev[b], order=4))


@pytest.mark.parametrize("n", (2, 5, 10))
def test_product_of_leaky_steps_is_nearly_the_identity(n):
    rng, alpha = np.random.default_rng(n), .004
    W, product = rng.standard_normal((H, H)), np.eye(H)
    for s_prev, x in zip(rng.standard_normal((n, 1, H)), rng.standard_normal((n, 1, H))):
        product = solve("leaky_jacobian", s_prev, x, np.eye(H), W, alpha)[0] @ product
    rest = np.linalg.norm(product - (1 - alpha) ** n * np.eye(H), 2)
    assert alpha / 100 < rest < 1.01 * n * alpha * np.linalg.norm(W, 2)


def test_leaky_jacobian():
    rng = np.random.default_rng(0)
    s_prev, x, U, W = (rng.standard_normal(shape) for shape in ((B, H), (B, D), (D, H), (H, H)))
    found = solve("leaky_jacobian", s_prev, x, U, W, .3)
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
    found = solve("initial_state_gradient", s, softmax(s[1:] @ V) - np.eye(C)[right], V, params.W_h)
    assert close(found, numerical_jacobian(loss, s[0]))


def test_gain_sensitivity():
    params, trace, *_ = network()

    def states(g):
        return unroll(TanhRNN, Params({**params, "W_h": g[0] * params.W_h}), trace.x, trace.states[:, 0]).states[0]

    found = solve("gain_sensitivity", states([1.4]), params.W_h, 1.4)
    assert close(found, numerical_jacobian(states, np.array([1.4]))[..., 0])


# notebook 04

@pytest.mark.parametrize("seed", range(5))
def test_sharper_bound_lies_between_measured_norm_and_bound(seed):
    params, trace, *_ = network(seed=seed)
    found, measured = solve("sharper_bound", trace.states[0], params.W_h), jacobian_norms(TanhRNN, params, trace)
    wide = np.arange(T, -1, -1)[:, None] * np.log10(np.linalg.norm(params.W_h, 2))
    assert np.all(measured <= found + 1e-9) and np.all(found <= wide + 1e-9) and not found[-1].any()
    assert np.any(found[:-1] < wide[:-1] - .01)
    norms = np.linalg.norm(np.eye(H) * (1 - trace.states[0, 1:] ** 2)[:, :, None], 2, axis=(-2, -1))
    assert np.allclose(10 ** found[0], np.prod(norms, axis=0) * np.linalg.norm(params.W_h, 2) ** T)


def test_settled_multiplier():
    w, b = np.array([-3., -1, .5, 2, 3]), np.array([.3, -1, 2, -1, 1])
    for found, one, bias in zip(solve("settled_multiplier", w, b), w, b):
        unit = Params(W_x=np.zeros((1, 1)), W_h=np.array([[one]]), b=np.array([bias]))
        trace = unroll(SigmoidRNN, unit, np.zeros((500, 1, 1)))
        end = trace.states[0, -1, 0]
        assert found == pytest.approx(numerical_jacobian(lambda h, w=one, b=bias: sigmoid(w * h + b), end)[0, 0], 1e-6)
        assert found == pytest.approx(step_jacobians(SigmoidRNN, unit, trace)[-1, 0, 0, 0])


def test_growth_along():
    params, trace, *_ = network()
    J, v = step_jacobians(TanhRNN, params, trace), np.random.default_rng(0).standard_normal((B, H))
    found = solve("growth_along", J, v)
    for b in range(B):
        end = np.linalg.multi_dot([*J[::-1, b], v[b]])
        assert found[b] == pytest.approx(np.log(np.linalg.norm(end) / np.linalg.norm(v[b])) / T)
    first = solve("growth_along", J, np.eye(H)[:1].repeat(B, axis=0))
    assert np.allclose(first, lyapunov_exponents(TanhRNN, params, trace, n=1)[:, 0])


def test_growth_along_tells_the_misconceptions_of_its_notebook_apart():
    """Norms, eigenvalues and determinants of single steps are far from the growth in ordinary cases."""
    for k in (1, 2):
        J, v = ALL["growth_along"].arguments(k)
        wanted = ALL["growth_along"].solution(J, v)
        for measure in (np.linalg.norm(J, 2, axis=(-2, -1)), abs(np.linalg.eigvals(J)).max(axis=-1)):
            assert abs(np.log(measure).mean(axis=0) - wanted).min() > .02 * abs(wanted).max()


# notebook 05

def test_tanh_twin():
    params, trace, *_ = network(SigmoidRNN)
    twin = Params(zip(("W_x", "W_h", "b"), solve("tanh_twin", *params.values())))
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

    found = solve("leaky_product", states(start), W_h, .3)
    for b in range(B):
        judge = numerical_jacobian(lambda h, b=b: states(np.where(np.eye(B)[:, [b]], h, start))[-1, b], start[b])
        assert close(found[b], judge)


@pytest.mark.parametrize("seed", range(4))
def test_scaled_to_radius(seed):
    W = np.random.default_rng(seed).standard_normal((B, H, H))
    found = solve("scaled_to_radius", W, .9)
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
    "too many rows": ("grows_before_it_shrinks", lambda radius, n, growth: np.eye(102), "W has 102 rows"),
    "slightly too large": ("grows_before_it_shrinks", lambda radius, n, growth: [[radius + .001, 1e5], [0, 0]],
                           "its spectral radius is 0.6"),
    "huge": ("grows_before_it_shrinks", lambda radius, n, growth: [[0, 1e300], [0, 0]], "below a million"),
    "vanishes": ("living_gain", lambda W_h, x: 1, "should it be larger?"),
    "explodes": ("living_gain", lambda W_h, x: 4., "should it be smaller?"),
    "no number": ("living_gain", lambda W_h, x: W_h, "should be one number"),
    "nothing": ("living_gain", lambda W_h, x: 0., "above 0"),
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
    W = solve("grows_before_it_shrinks", .4, n, growth)
    assert np.abs(np.roots([1, -np.trace(W), np.linalg.det(W)])) == pytest.approx([.4, .4], abs=1e-6)
    v = np.array([0., 1])
    for _ in range(n):
        v = W @ v
    assert growth <= np.linalg.norm(v) * (1 + 1e-12) <= growth + 1


def test_open_exercise_accepts_other_answers(capsys):
    check.grows_before_it_shrinks(lambda radius, n, growth: [[radius, 0, 0], [1e5, radius, 0], [0, 0, 0]])
    assert "right" in capsys.readouterr().out


@pytest.mark.parametrize("seed", range(5))
def test_defective_matrices_are_accepted_whose_eigenvalues_come_out_inexactly(seed, capsys):
    Q, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((2, 2)))
    check.grows_before_it_shrinks(lambda *given: Q @ solve("grows_before_it_shrinks", *given) @ Q.T)
    check.grows_before_it_shrinks(lambda radius, n, growth: (
        radius * np.eye(2) + growth / (n * radius ** (n - 1)) * np.array([[1, 1], [-1, -1]])))
    assert capsys.readouterr().out.count("right\n") == 2


def log_size(gain, W_h, x):
    """log10 of the size of the gradient after 100 steps."""
    params = Params(W_x=np.eye(16), W_h=gain * W_h, b=np.zeros(16))
    return jacobian_norms(TanhRNN, params, unroll(TanhRNN, params, x), ord="fro")[0, 0] - np.log10(16) / 2


@pytest.mark.parametrize("k", range(len(CASES)))
def test_living_gain_is_where_its_hints_lead(k):
    exercise = ALL["living_gain"]
    W_h, x = exercise.arguments(k)
    assert log_size(.5, W_h, x) < -10
    low = next(gain for gain in np.arange(.5, 4, .25) if log_size(gain + .25, W_h, x) > 0)
    high = low + .25
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (low, middle) if log_size(middle, W_h, x) > 0 else (middle, high)
    assert exercise.judge({"gain": np.array(high)}, W_h, x) is None


@pytest.mark.parametrize("k", range(len(CASES)))
def test_living_gain_is_between_two_that_fail(k):
    exercise = ALL["living_gain"]
    W_h, x = exercise.arguments(k)
    found = exercise.solution(W_h, x)
    assert exercise.judge({"gain": np.array(found)}, W_h, x) is None
    for gain, advice in ((.5, "larger"), (4., "smaller")):
        assert advice in exercise.judge({"gain": np.array(gain)}, W_h, x)


# the cases

DRAWN = [e for module in modules()[:5] for e in exercises_of(module).values() if e.draw]


@pytest.mark.parametrize("e", DRAWN, ids=lambda e: e.name)
def test_no_other_axis_is_as_long_as_the_batch(e):
    for k, (size, dtype) in enumerate(CASES):
        large = e.draw(np.random.default_rng(k), 997, dtype)
        if any(997 in np.shape(argument) for argument in large):
            for one, other in zip(e.arguments(k), large):
                others = [n for n, m in zip(np.shape(one), np.shape(other)) if m != 997]
                assert size not in others, f"{e.name}: case {k} has the shape {np.shape(one)}"


def test_sizes_leave_out():
    rng = np.random.default_rng(0)
    for _ in range(100):
        found = sizes(rng, 3, 3, 5, but=(3, 4))
        assert len(set(found)) == 3 and not {3, 4} & set(found) and all(3 <= size <= 7 for size in found)


# wrong predictions, as people round them

SAID = {("words_to_a_millionth", 12): "two kinds of logarithm",
        ("words_to_a_millionth", 11.4): "two kinds of logarithm",
        ("words_to_a_millionth", 3): "the same amount", ("words_to_a_millionth", 61): "the natural logarithm of a",
        ("words_to_a_millionth", 25): "25 is not what", ("words_to_a_millionth", 29): "29 is not what",
        ("words_to_a_millionth", 26): ": right", ("words_to_a_millionth", 28): ": right",
        ("words_to_a_millionth", 26.2): ": right", ("factor_of_certain_vanishing", 6): "the variance is taken",
        ("factor_of_certain_vanishing", 3.5): ": right", ("terms_of_the_double_sum", 65): "k is counted from 0",
        ("leaky_relu_rate", -.32): ": right", ("leaky_relu_rate", -.35): "lets nothing through",
        ("leaky_relu_rate", -.137): "the common logarithm", ("untrained_loss", 1.43): "the common logarithm",
        ("untrained_loss", -3.3): "the minus is left out"}


@pytest.mark.parametrize(("name", "value"), SAID)
def test_rounded_prediction_is_recognised(name, value, capsys):
    getattr(check, name)(value)
    assert SAID[name, value] in capsys.readouterr().out
