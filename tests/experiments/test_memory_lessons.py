"""What notebook 08 says of a memory cell on long streams: which writes a leak serves, and what only gates can do."""
import numpy as np
import pytest

from course_utils import LSTM, Params, TanhRNN, jacobian_norms, step_jacobians, unroll
from course_utils.experiments.lessons.chains import chain_norms
from course_utils.experiments.lessons.random_networks import random_network, stretching_factors, totals
from course_utils.experiments.lessons.streams import explained, marked_numbers, size_of_memory


def arriving(f, writes, lag):
    """∂h_T/∂c_{T−lag} of the engine's LSTM with fixed f and i = o = ½, mean over the streams of writes (T, B)."""
    b = np.array([0, np.log(f / (1 - f)), 0, 0])
    params = Params(W_x=np.array([[0, 0, 1., 0]]), W_h=np.zeros((1, 4)), b=b)
    trace = unroll(LSTM, params, np.arctanh(2 * writes)[..., None])
    logs = jacobian_norms(LSTM, params, trace, block=("h", "c"))[-1 - lag]
    return np.mean(10 ** logs)


def test_a_leak_serves_small_writes_and_those_of_random_sign():
    """The share of the gradient that arrives over a lag of 100, of at most ½: the best of some leaks."""
    leaks = (.9, .937, .97, .983, .99, .996, .9995)
    signs = np.random.default_rng(0).choice([-1., 1.], (200, 400))
    best = {(size, kind): max(arriving(f, size * writes, 100) for f in leaks)
            for size in (.02, .2) for kind, writes in (("steady", np.ones((200, 1))), ("random", signs))}
    assert 4e-6 < best[.2, "steady"] < 6e-6
    assert .1 < best[.2, "random"] < .15
    assert .02 < best[.02, "steady"] < .04
    assert .4 < best[.02, "random"] < .5


def hold(i, f, g):
    c, states = 0.0, []
    for t in range(len(g)):
        c = f[t] * c + i[t] * g[t]
        states.append(c)
    return np.array(states)


@pytest.mark.parametrize("every", (20, 100))
def test_only_both_gates_hold_the_number_that_was_marked_last(every):
    g, mark, wanted = marked_numbers(1000, 100, every, np.random.default_rng(1))
    one, leaks = np.ones_like(g), (.5, .9, .95, .98, .99, .995)
    assert np.array_equal(hold(mark, 1 - mark, g), wanted)
    assert explained(hold(mark, 1 - mark, g), wanted) == pytest.approx(1)
    assert .4 < max(explained(hold(mark, f * one, g), wanted) for f in leaks) < .6
    for others in (hold(one, 1 - mark, g), hold(mark, one, g), *(hold(one, f * one, g) for f in leaks)):
        assert explained(others, wanted) < .25


def test_marks_come_about_as_often_as_is_said():
    g, mark, wanted = marked_numbers(500, 100, 20, np.random.default_rng(0))
    assert (mark[0] == 1).all() and mark[1:].mean() == pytest.approx(1 / 20, rel=.05)
    assert np.array_equal(wanted[mark == 1], g[mark == 1]) and abs(g).max() < 1


@pytest.mark.parametrize(("mean", "listens", "bias", "exponent"), ((.5, 0, 0, 1), (.5, 0, -3, 1), (0, 0, 0, .5),
                                                                   (0, 1, 0, 1)))
def test_what_piles_up_grows_like_a_power(mean, listens, bias, exponent):
    x = mean + np.random.default_rng(0).standard_normal((1000, 400))
    c = size_of_memory(x, listens, bias)
    assert c[0] == 0 and np.log(c[1000] / c[100]) / np.log(10) == pytest.approx(exponent, abs=.06)


@pytest.mark.parametrize("noise", (0, .5, 2))
def test_the_total_is_above_1_in_random_networks(noise):
    """The direct path alone, which is all that gain 0 leaves, is exactly 1."""
    assert not totals(0, noise, 30, 2).any()
    assert totals(.5, noise)[:, 0].min() > .5


def test_chain_norms_are_those_of_the_engine():
    params, trace = random_network(TanhRNN, 0, n_steps=20, n_units=5)
    J = step_jacobians(TanhRNN, params, trace)[:, 0]
    np.testing.assert_allclose(chain_norms(J), jacobian_norms(TanhRNN, params, trace)[:, 0], atol=1e-9)


def test_the_largest_stretching_factor_is_the_norm():
    assert np.isclose(np.log10(stretching_factors(1, .5, 1)[0]), totals(1, .5, n_networks=2)[1, 0])
    assert np.allclose(stretching_factors(0, .5, 0), 1)
