"""The solutions of notebook 16 against something that does not share their formulas: the package's own measures,
differences, a loop, the engine."""
import numpy as np
import pytest
from helpers import problem
from solutions import ALL, solve, verdict

from course_utils import TanhRNN, sigmoid
from course_utils.diagnose import Layer, Network
from course_utils.diagnose.gates import half_lives
from course_utils.diagnose.measures import Flow
from course_utils.diagnose.running import run, total_gradients
from course_utils.engine.sequence import Trace


def test_share_left_is_the_gate_at_the_advised_bias():
    assert np.isclose(solve("share_left_after_the_lag"), np.prod(np.full(100, sigmoid(np.log(99.)))), rtol=1e-12)


@pytest.mark.parametrize("k", range(3))
def test_half_lives_are_the_package_s(k):
    from course_utils import LSTM

    (f,) = ALL["half_life_of_units"].arguments(k)
    params = problem(LSTM, (1, 1, 1, f.shape[-1])).params
    zeros = np.zeros((len(f), f.shape[1], 1))
    trace = Trace("LSTM", zeros, np.zeros((2, len(f) + 1, *f.shape[1:])), np.stack([f, f, f, f]))
    np.testing.assert_allclose(solve("half_life_of_units", f), half_lives(Layer("", LSTM, params), trace))


@pytest.mark.parametrize("k", range(5))
def test_reach_is_the_package_s_and_that_of_a_loop(k):
    (norms,) = ALL["reach_of_norms"].arguments(k)
    steps = 0
    while steps < len(norms) - 1 and norms[-2 - steps] >= norms[-1] / 1000:
        steps += 1
    assert solve("reach_of_norms", norms) == steps == Flow(np.log10(norms), None, None).reach
    assert solve("reach_of_norms", np.ones(7)) == 6 and solve("reach_of_norms", np.array([1., 1e-4, 1.])) == 0


def test_reach_is_asked_where_no_norm_is_below_and_where_the_first_one_is():
    found = [solve("reach_of_norms", norms) for (norms,) in map(ALL["reach_of_norms"].arguments, range(5))]
    assert 0 in found and len(ALL["reach_of_norms"].arguments(3)[0]) - 1 == found[3]
    unguarded = verdict("reach_of_norms", lambda n: len(n) - 2 - np.flatnonzero(n < n[-1] / 1000)[-1])
    assert unguarded.state == "wrong"


def test_two_layers_are_those_of_the_engine():
    T, B, D, H1, H2 = 6, 3, 2, 4, 5
    below, above = problem(TanhRNN, (T, B, D, H1), seed=1), problem(TanhRNN, (T, B, H1, H2), seed=2)
    network = Network((Layer("1", TanhRNN, below.params), Layer("2", TanhRNN, above.params)), "")
    traces, direct = run(network, below.x), np.random.default_rng(0).standard_normal((T, B, H2))
    totals, _ = total_gradients(network, traces, direct)
    found = solve("lower_layer_total", *(trace.states[0, 1:] for trace in traces), below.params.W_h, above.params.W_x,
                  above.params.W_h, direct)
    np.testing.assert_allclose(found, totals[0][0, 1:], rtol=1e-10)
