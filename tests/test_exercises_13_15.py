"""The solutions of notebooks 13 to 15 against something that does not share their formulas: differences, the engine,
the package's own functions, an integral, all sentences tried."""
import numpy as np
import pytest

from course_utils import LSTM, chrono_biases, init_params, sigmoid, softmax_cross_entropy
from course_utils.exercises import check
from course_utils.exercises.calling import outcomes
from course_utils.exercises.judging import judge
from course_utils.tasks import Copy
from course_utils.training import reach

ALL = check.exercises()
CASES = range(5)
each_case = pytest.mark.parametrize("k", CASES)


def solve(name, *arguments):
    """What the solution of an exercise gives."""
    return ALL[name].solution(*arguments)


def said(name, function):
    """What is printed about an answer."""
    return str(judge(ALL[name], outcomes(ALL[name], function)))


def test_copying_loss_is_the_loss_of_such_a_network():
    batch = Copy(30).batch(np.random.default_rng(0), 6)
    y = 50. * np.eye(9)[batch.target]
    y[-6:, :, :8], y[-6:, :, 8] = 0, -50
    assert np.isclose(softmax_cross_entropy(y, batch.target)[0], solve("copying_four_of_ten"), rtol=1e-9)


def test_chrono_biases_are_the_package_s():
    params = init_params(LSTM, 2, 7, np.random.default_rng(0), forget_bias=1.)
    u = np.random.default_rng(1).uniform(1, 49, 7)
    expected = chrono_biases(LSTM, params, 50, np.random.default_rng(1)).b
    assert np.allclose(solve("chrono_bias_vector", params.b, u), expected, rtol=1e-12)
    i, f, *_ = sigmoid(solve("chrono_bias_vector", np.ones(28), u).reshape(4, 7))
    assert np.allclose(f, u / (1 + u)) and np.allclose(i + f, 1)


def test_mean_gate_is_the_integral():
    for T_max in (2.5, 10., 200.):
        u = 1 + (T_max - 2) * (np.arange(100_000) + .5) / 100_000
        assert np.isclose(solve("chrono_mean_gate", np.array([T_max]))[0], np.mean(u / (1 + u)), rtol=1e-9)


@each_case
def test_reach_is_the_package_s(k):
    norms, least = ALL["gradient_reach"].arguments(k)
    found = solve("gradient_reach", norms, least)
    assert [reach(norms[None, :, b:b + 1, None], least) for b in range(norms.shape[1])] == list(found)


@pytest.mark.parametrize("n_units", range(5, 9))
def test_ladder_of_biases_covers_every_lag(n_units):
    for longest in (40, 199):
        b_f = solve("biases_for_all_lags", n_units, longest)
        assert ALL["biases_for_all_lags"].judge({"b_f": b_f}, n_units, longest) is None


def test_no_single_bias_and_no_chrono_covers_every_lag():
    assert "at lag 1 no unit keeps" in said("biases_for_all_lags", lambda n, longest: np.full(n, 3.))
    assert "shape (), expected" in said("biases_for_all_lags", lambda n, longest: 3.)
    rng = np.random.default_rng(0)
    assert "no unit keeps" in said("biases_for_all_lags", lambda n, longest: np.log(rng.uniform(1, longest - 1, n)))
    gap = lambda n, longest: np.log(1 / (2 ** (1 / np.r_[np.ones(n - 1), longest]) - 1))  # noqa: E731
    assert "at lag 3 no unit keeps" in said("biases_for_all_lags", gap)
