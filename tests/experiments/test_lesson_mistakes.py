"""Notebook 03's table of right and wrong backward steps: complete, made by this code, and saying what the page says."""
import numpy as np
import pytest

from course_utils import Params, TanhRNN, backprop, unroll
from course_utils.experiments import load
from course_utils.experiments.lessons import mistakes
from course_utils.experiments.lessons.deviation import off
from course_utils.experiments.lessons.week import TEXT, C, N, T, cut
from course_utils.ground.places import DATA

ROWS = load(DATA / "mistakes.csv")


def end(name, rate, seed, step):
    """The loss of a training at a step."""
    found, = [row for row in ROWS if (row["name"], row["rate"], row["seed"]) == (name, rate, seed)]
    return found[str(step)]


def ends(name, rate, step):
    return np.array([end(name, rate, seed, step) for seed in mistakes.SEEDS])


def test_every_training_is_there():
    wanted = {(name, rate, seed) for name in mistakes.NAMES for rate in mistakes.RATES for seed in mistakes.SEEDS}
    assert {(row["name"], row["rate"], row["seed"]) for row in ROWS} == wanted and len(ROWS) == 120


@pytest.mark.parametrize("name", mistakes.NAMES)
@pytest.mark.parametrize(("rate", "seed"), ((.003, 0), (.3, 5)))
def test_first_steps_come_out_as_stored(name, rate, seed):
    mean = mistakes.losses_of(name, rate, seed, mistakes.PIECE).mean()
    assert mean == pytest.approx(end(name, rate, seed, mistakes.PIECE), abs=1e-4)


def test_the_right_backward_step_is_the_engines_and_the_wrong_ones_are_not():
    params, rng = mistakes.network(0)
    x, targets = mistakes.windows(rng, mistakes.B)
    weights = Params(W_x=params.W_x, W_h=params.W_h, b=params.b)
    trace = unroll(TanhRNN, weights, x)
    p = np.exp(trace.states[0, 1:] @ params.V + params.c)
    d_scores = (p / p.sum(axis=-1, keepdims=True) - np.eye(C)[targets]) / targets.size
    direct = np.concatenate([np.zeros((1, *trace.states[0, :1].shape[1:])), d_scores @ params.V.T])[None]
    _, engine = backprop(TanhRNN, weights, trace, direct)
    for name in mistakes.NAMES:
        _, grads = mistakes.gradients(params, x, targets, name)
        right = max(np.abs(grads[key] - engine[key]).max() for key in engine) < 1e-12
        assert right == (name == "right")


def test_a_wrong_gradient_can_be_ahead_for_hundreds_of_steps_and_loses_in_the_end():
    right, wrong = ({step: ends(name, .003, step) for step in (400, 2000)} for name in ("right", "tanh_twice"))
    assert (wrong[400] < right[400]).all() and (wrong[2000] > 2 * right[2000]).all()
    assert mistakes.ahead(ROWS, .003, 400) == "6 of 6" and mistakes.ahead(ROWS, .003, 2000) == "0 of 6"


@pytest.mark.parametrize("rate", mistakes.RATES)
def test_the_mistake_that_is_furthest_off_does_the_least_harm(rate):
    right, *wrong = (ends(name, rate, 2000) for name in mistakes.NAMES)
    assert (right < wrong[0]).all() and (wrong[0] < np.minimum(wrong[1], wrong[2])).all()


def test_which_mistake_is_worst_depends_on_the_rate():
    medians = {rate: [np.median(ends(name, rate, 2000)) for name in mistakes.NAMES] for rate in mistakes.RATES}
    worst = {rate: mistakes.NAMES[np.argmax(found)] for rate, found in medians.items()}
    assert worst == {.003: "no_slope", .01: "no_slope", .03: "tanh_twice", .1: "tanh_twice", .3: "tanh_twice"}


def test_windows_are_pieces_of_the_text():
    x, targets = cut(np.arange(N))
    assert x.shape == (T, N, C) and targets.shape == (T, N) and (x.argmax(axis=-1)[1:] == targets[:-1]).all()
    assert mistakes.median_table(ROWS, 2000).count("\n") == 4 and TEXT[:6] == "monday"


@pytest.mark.parametrize(("error", "said"), ((0, "off by less than 1e-12"), (1e-13, "off by less than 1e-12"),
                                             (.25, "off by 20.0%")))
def test_what_is_below_the_floor_is_not_given_in_digits(error, said):
    assert off(np.array([1, 1 + error]), np.ones(2)) == said
