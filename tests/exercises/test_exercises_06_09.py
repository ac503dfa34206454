"""Exercises of notebooks 06 to 09: every solution against an independent way to the same numbers."""
import numpy as np
import pytest
from solutions import ALL, said, verdict

from course_utils import (
    LSTM,
    NoForgetLSTM,
    Params,
    SigmoidRNN,
    TanhRNN,
    backprop,
    clip_by_norm,
    init_params,
    numerical_jacobian,
    truncated_backprop,
    unroll,
)
from course_utils.engine.activations import sigmoid
from course_utils.experiments.curves import cliff
from course_utils.learning.regulariser import vanishing_regulariser
from course_utils.learning.training import reach

CASES_64 = (0, 1, 2)
each_case = pytest.mark.parametrize("k", CASES_64)


def case(name, k):
    """(solution, arguments) of case k of an exercise."""
    return ALL[name].solution, ALL[name].arguments(k)


def near(one, other, tolerance=1e-12):
    """Whether two arrays are equal up to `tolerance` of the larger entry."""
    one, other = np.asarray(one), np.asarray(other)
    return one.shape == other.shape and np.abs(one - other).max() <= tolerance * max(np.abs(other).max(), 1)


def pairs_by_counting():
    return sum((t - 1) // 5 == (k - 1) // 5 for t in range(1, 13) for k in range(1, t + 1))


def trials_by_drawing():
    w, u, b = np.random.default_rng(0).uniform((-100, -100, -10), (100, 100, 10), (200_000, 3)).T
    h = np.tanh(b + u * np.array([[-1.], [1.]]))
    for _ in range(20):
        h = np.tanh(w * h + b)
    return 1 / np.mean((h[0] < 0) & (h[1] > 0))


def leak_by_search():
    leaks = np.linspace(.98, 1, 200_001)
    left = np.ones_like(leaks)
    for _ in range(100):
        left *= leaks
    return leaks[np.argmin(abs(left - .5))]


def count_by_running():
    params = Params(W_x=np.zeros((1, 4)), W_h=np.zeros((1, 4)), b=np.array([-800., 3, 0, 0]))
    return unroll(LSTM, params, np.zeros((10, 1, 1)), np.ones((2, 1, 1))).states[1, -1, 0, 0]


PREDICTIONS = {"pairs_kept": (pairs_by_counting, 0), "trials_with_small_bias": (trials_by_drawing, .02),
               "leak_for_half": (leak_by_search, 1e-5), "count_left": (count_by_running, 1e-12)}


@pytest.mark.parametrize("name", PREDICTIONS)
def test_prediction_is_what_comes_out(name):
    compute, tolerance = PREDICTIONS[name]
    assert abs(ALL[name].solution() / compute() - 1) <= tolerance


@each_case
def test_clipping_is_the_packages(k):
    solution, (dW, db, limit) = case("clip_jointly", k)
    clipped, norm = clip_by_norm(Params(W=dW, b=db), limit)
    assert all(near(*pair) for pair in zip(solution(dW, db, limit), (clipped.W, clipped.b, norm)))
    assert (norm > limit) == (k != 1)


@each_case
def test_derivative_along_the_steps(k):
    solution, (w, b, h0, n) = case("derivative_along", k)
    h, dh_dw, dh_db = solution(w, b, h0, n)
    assert near(dh_dw, numerical_jacobian(lambda w: solution(w[0], b, h0, n)[0], np.array([w]))[:, 0], 1e-8)
    assert near(dh_db, numerical_jacobian(lambda b: solution(w, b[0], h0, n)[0], np.array([b]))[:, 0], 1e-8)
    assert near(cliff(w, b)[1], 2 * (solution(w, b, sigmoid(.5), 50)[0] - .7) * solution(w, b, sigmoid(.5), 50)[1])
    params = Params(W_x=np.zeros((1, 1)), W_h=np.array([[w]]), b=np.array([b]))
    trace = unroll(SigmoidRNN, params, np.zeros((n, len(h0), 1)), h0[None, :, None])
    assert near(h, trace.states[0, -1, :, 0])


@each_case
def test_truncated_gradient_is_the_engines(k):
    solution, (dh, h, W_h, tau) = case("truncated_dW_h", k)
    H = len(W_h)
    params = Params(W_x=np.eye(H), W_h=W_h, b=np.zeros(H))
    trace = unroll(TanhRNN, params, np.arctanh(h[1:]) - h[:-1] @ W_h, h[:1])
    assert near(trace.states[0], h)
    for length in (tau, len(h)):
        assert near(solution(dh, h, W_h, length), truncated_backprop(TanhRNN, params, trace, dh[None], length)[1].W_h)


@each_case
def test_gradient_of_the_latch(k):
    solution, (w, u, b, x, h0) = case("latch_gradient", k)

    def end(h):
        for x_t in x:
            h = np.tanh(w * h + u * x_t + b)
        return h
    assert near(solution(w, u, b, x, h0), np.diag(numerical_jacobian(end, h0)), 1e-8)


@each_case
def test_reach_is_the_one_that_training_logs(k):
    solution, (norms, share) = case("reach_back", k)
    assert solution(norms) == reach(norms[None, :, None, None])
    assert solution(norms, share) == reach(norms[None, :, None, None], share)
    assert solution(np.ones(5)) == 4 and solution(np.array([1., 0, 1])) == 0


@each_case
def test_regulariser_is_the_packages(k):
    solution, (delta, h, W_h) = case("size_regulariser", k)
    params = Params(W_x=np.eye(len(W_h)), W_h=W_h, b=np.zeros(len(W_h)))
    before = np.concatenate([np.zeros_like(h[:1]), h[:-1]])
    trace = unroll(TanhRNN, params, np.arctanh(h) - before @ W_h)
    total = np.concatenate([np.zeros_like(h[:1]), delta / (1 - h ** 2)])[None]
    assert near(solution(delta, h, W_h), vanishing_regulariser(TanhRNN, params, trace, total)[0], 1e-10)


@each_case
def test_shares_on_the_belt_are_derivatives(k):
    solution, (f,) = case("shares_on_the_belt", k)

    def end(written):
        c = 0
        for share, new in zip(f, written):
            c = share * c + new
        return c
    slopes = numerical_jacobian(end, np.zeros_like(f))
    assert near(solution(f), np.stack([slopes[b, :, b] for b in range(f.shape[1])], axis=1), 1e-8)


@each_case
def test_jacobian_of_the_gated_accumulator(k):
    solution, (i, g, W_i, W_g) = case("gated_accumulator_jacobian", k)
    for row, (i_b, g_b) in enumerate(zip(i, g)):
        def step(s, i=i_b, g=g_b):
            return s + sigmoid(np.log(i / (1 - i)) + s @ W_i) * np.tanh(np.arctanh(g) + s @ W_g)
        assert near(solution(i, g, W_i, W_g)[row], numerical_jacobian(step, np.zeros_like(i_b)), 1e-8)


@each_case
def test_backward_step_of_the_carousel_is_the_engines(k):
    solution, (dh, dc, i, g, o, c) = case("carousel_step_backward", k)
    H = c.shape[1]
    params = init_params(NoForgetLSTM, 3 * H, H, np.random.default_rng(0))
    params.W_x[:] = np.eye(3 * H)
    x = np.concatenate([np.log(i / (1 - i)), np.arctanh(g), np.log(o / (1 - o))], axis=-1)[None]
    trace = unroll(NoForgetLSTM, params, x, np.stack([0 * c, c - i * g]))
    assert near(trace.states[1, 1], c)
    total, grads = backprop(NoForgetLSTM, params, trace, np.stack([[0 * dh, dh], [0 * dc, dc]]))
    *da, dc_prev = solution(dh, dc, i, g, o, c)
    assert near(np.concatenate(da, axis=-1).sum(axis=0), grads.b) and near(dc_prev, total[1, 0])
    assert near(x[0].T @ np.concatenate(da, axis=-1), grads.W_x)


@each_case
def test_memory_behind_an_output(k):
    solution, (h, o) = case("memory_behind", k)
    assert near(o * np.tanh(solution(h, o)), h)


@each_case
def test_reordered_weights_give_the_same_gates(k):
    solution, (W, old, new) = case("gates_in_order", k)
    by_old, by_new = np.split(W, 4, axis=-1), np.split(solution(W, old, new), 4, axis=-1)
    assert all(np.array_equal(by_old[old.index(name)], by_new[new.index(name)]) for name in "ifgo")


@each_case
def test_last_real_output_is_that_of_the_unpadded_sequence(k):
    solution, (x, lengths, W_x, W_h, b) = case("last_real_output", k)
    found = solution(x, lengths, W_x, W_h, b)
    for row, n in enumerate(lengths):
        alone = unroll(LSTM, Params(W_x=W_x, W_h=W_h, b=b), x[:n, row:row + 1])
        assert near(found[row], alone.states[0, -1, 0])


def forget(change):
    """A schedule as in the solution, changed."""
    def schedule(T):
        f = ALL["forget_schedule"].solution(T)
        change(f)
        return f
    return schedule


def even_pieces(T):
    """Forget values that cut T steps into pieces of nearly equal length, at every tenth step on average."""
    f = np.ones(T)
    f[[piece[0] for piece in np.array_split(np.arange(T), T // 10 + 1)[1:]]] = 0
    return f


WRONG = {  # (exercise, answer): what is said
    "turned_far: a corner": ("turned_far", np.ones, "turns it by 0.0° (wanted: more than 60°)"),
    "turned_far: zero": ("turned_far", np.zeros, "no direction"),
    "turned_far: text": ("turned_far", lambda n: ["a"] * n, "numbers"),
    "turned_far: short": ("turned_far", lambda n: np.ones(3), "expected (8,)"),
    "latch: held too well": ("latch_weights", lambda: (2, 2, 0), "the gradient is 10^-3"),
    "latch: in turns": ("latch_weights", lambda: (-1.2, -.3, 0), "kept in 0.0%"),
    "latch: not held": ("latch_weights", lambda: (1., 1., 0), "wanted: 99 % or more"),
    "latch: huge": ("latch_weights", lambda: (1e308, 1e308, -1e308), "wanted"),
    "latch: text": ("latch_weights", lambda: ("2", 2, 0), "numbers"),
    "forget: a leak": ("forget_schedule", lambda T: np.full(T, .9), "only 47.8% is left"),
    "forget: nothing": ("forget_schedule", np.ones, "the memory grows to"),
    "forget: most": ("forget_schedule", lambda T: np.r_[np.zeros(T - 7), np.ones(7)],
                     "f is below 1 at 41 of the 48 steps: 4 at most"),
    "forget: every eighth": ("forget_schedule", lambda T: np.where(np.arange(T, 0, -1) % 8, 1., 0),
                             "f is below 1 at 6 of the 48 steps"),
    "forget: negative": ("forget_schedule", forget(lambda f: f.__setitem__(0, -1)), "lies between 0 and 1"),
    "forget: text": ("forget_schedule", lambda T: ["a"] * T, "numbers"),
    "switch: the notebook's counter": ("switch_weights", lambda: ((6, 0, -3), (7, 0, 3), (1, -.5, 0), (-2, 1, 1)),
                                       "the switch should be on, but h = 0.17 (c = 0.73)"),
    "switch: never cleared": ("switch_weights", lambda: ((20, 0, -10), (0, 0, 10), (0, 0, 10), (0, 0, 10)),
                              "the switch should be off, but h = "),
    "switch: counts": ("switch_weights", lambda: ((20, 0, -10), (11, 0, 7), (0, 0, 10), (0, 0, 10)),
                       "at step 121 (input -1) the switch should be off, but h = "),
    "switch: one number": ("switch_weights", lambda: (1, 2, 3, 4), "three numbers u, w, b"),
    "switch: huge": ("switch_weights", lambda: ((1e308, 1e308, 1e308),) * 4, "but h = "),
}


@pytest.mark.parametrize("name", WRONG)
def test_open_exercise_says_what_is_missing(name):
    exercise, answer, says = WRONG[name]
    found = verdict(exercise, answer)
    assert found.state == "wrong" and says in str(found), str(found)


def test_open_exercises_accept_other_answers():
    others = {"turned_far": lambda n: [-1e6] + [-2] * (n - 1), "latch_weights": lambda: (1.18, .33, 0),
              "forget_schedule": even_pieces,
              "switch_weights": lambda: {"i": (50, 0, -20), "f": (50, 0, 20), "g": (40, 0, 0), "o": (0, 0, 3)}}
    for name, answer in others.items():
        assert said(name, answer) == f"{name}: right"


NAMED = {  # what a learner wrote: the mistake that is recognised in it
    "pairs_kept": ((21, "k = t are left out"), (45, "cut off are counted")),
    "trials_with_small_bias": ((2.1, "only one of the two"), (2.47, "taken for 10"), (2.5, "taken for 10")),
    "leak_for_half": ((.995, "same amount"), (.9950, "same amount"), (.99, "one hundredth")),
    "count_left": ((.60, "rounded to .95"), (.599, "rounded to .95")),
}


@pytest.mark.parametrize("name, answer, says", [(name, *pair) for name, pairs in NAMED.items() for pair in pairs])
def test_wrong_prediction_is_recognised_as_it_is_written(name, answer, says):
    found = verdict(name, answer)
    assert found.state == "wrong" and says in found.mistake, str(found)


@pytest.mark.parametrize("answer, state", [(.9931, "right"), (.99309, "right"), (.993, "wrong"), (.9932, "wrong")])
def test_leak_is_wanted_to_four_digits(answer, state):
    assert verdict("leak_for_half", answer).state == state


def steps_back(norms, measure, share):
    """How many steps back from the last no norm is below share · measure."""
    large = (norms[:-1] >= share * measure)[::-1]
    return len(large) if large.all() else int(np.argmin(large))


def by_slope(w, b, h0, n, slope):
    """h, ∂h/∂w and ∂h/∂b with a slope of its own, from the old and the new state."""
    h, dw, db = h0, 0 * h0, 0 * h0
    for _ in range(n):
        new = sigmoid(w * h + b)
        dw, db, h = slope(h, new) * (h + w * dw), slope(h, new) * (1 + w * db), new
    return h, dw, db


def against_the_next(norms, share=1e-3):
    return steps_back(norms, norms[1:], share)


def without_share(norms, share=1e-3):
    return steps_back(norms, np.full(len(norms) - 1, norms[-1]), 1e-3)


LOOPS = (  # exercise, an answer written as a learner would, the mistake that is recognised
    ("reach_back", against_the_next, "the one after it"),
    ("reach_back", without_share, "share is not used"),
    ("derivative_along", lambda *given: by_slope(*given, lambda old, new: 1 - new ** 2), "that of the tanh"),
    ("derivative_along", lambda *given: by_slope(*given, lambda old, new: old * (1 - old)), "state before the step"),
    ("shares_on_the_belt", lambda f: np.vstack([np.ones_like(f[:1]), np.cumprod(f[:-1], 0)]),
     "factors before the step"),
)


def unguarded(norms, share=1e-3):
    steps = 0
    while norms[-2 - steps] >= share * norms[-1]:
        steps += 1
    return steps


def more_than_share(norms, share=1e-3):
    steps = 0
    while steps < len(norms) - 1 and norms[-2 - steps] > share * norms[-1]:
        steps += 1
    return steps


def test_reach_is_tried_on_norms_that_never_fall_and_on_one_at_the_limit():
    assert "IndexError" in str(verdict("reach_back", unguarded))
    assert "exactly share times the last one" in verdict("reach_back", more_than_share).mistake


@pytest.mark.parametrize("name, answer, says", LOOPS)
def test_wrong_function_is_recognised(name, answer, says):
    found = verdict(name, answer)
    assert found.state == "wrong" and says in found.mistake, str(found)
