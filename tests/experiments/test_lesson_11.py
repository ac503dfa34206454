"""What notebook 11 says of gates before training: at rest, with blocks of W_h left out, and beside a GRU."""
import numpy as np
import pytest
from matplotlib.figure import Figure

from course_utils import GRU, LSTM, sigmoid, step_jacobians, unroll
from course_utils.experiments.curves import gate_curves
from course_utils.experiments.lessons import gate_biases
from course_utils.figures.lessons import gate_settings


@pytest.mark.parametrize("k", (0.0, 1.0, 3.0))
def test_at_rest_a_gru_and_an_lstm_that_closes_i_obey_one_formula(k):
    """A step multiplies c, and a GRU's h, by σ(k) + ½ σ(−k) W_gᵀ."""
    (params, x), = gate_biases.lstms("gaussian", k, -k, "", False, 1, 5, 0.0)
    W_g = params.W_h[:, 10:15]
    closed = sigmoid(k) * np.eye(5) + sigmoid(-k) / 2 * W_g.T
    steps = step_jacobians(LSTM, params, unroll(LSTM, params, x))[:3, 0]
    two = (steps[2] @ steps[1])[5:, 5:]
    np.testing.assert_allclose(two, closed * sigmoid(k), atol=1e-12)  # h_0 is given: no detour in the first
    (params, x), = gate_biases.lstms("gaussian", k, 0.0, "", False, 1, 5, 0.0)
    gru = gate_biases.as_gru(params)
    np.testing.assert_allclose(step_jacobians(GRU, gru, unroll(GRU, gru, x))[2, 0], closed, atol=1e-12)


@pytest.mark.parametrize("start", ("torch", "gaussian"))
def test_of_the_recurrent_weights_only_the_candidate_counts_at_the_start(start):
    for b_f in (0.0, 3.0):
        full, rest, without = (gate_biases.lstm_factor(start, b_f, without=gates) for gates in ("", "ifo", "g"))
        none = gate_biases.lstm_factor(start, b_f, without="ifgo")
        assert abs(full - rest) < .003
        assert full - without > .06 and abs(without - none) < .014
        assert abs(gate_biases.lstm_factor(start, b_f, turned=True) - full) < .006


@pytest.mark.parametrize("n_hidden", (16, 32, 64))
def test_an_lstm_that_closes_i_decays_like_a_gru(n_hidden):
    for k in (1.0, 2.0, 3.0):
        opened, closed, gru = gate_biases.opened_and_closed(k, n_hidden)
        assert abs(closed - gru) < .003 and opened - closed > .02


def test_closing_the_input_gate_leaves_the_direct_path_and_a_memory_that_can_be_read():
    loud, quiet = (gate_biases.summary(gate_biases.over_seeds({"b_f": 5.0, "b_i": b_i})) for b_i in (0.0, -5.0))
    assert loud[0] > 1 and loud[3] > 5 and loud[4] < .01
    assert abs(quiet[0] - quiet[1]) < .2 and quiet[3] < .1 and quiet[4] > .98


def test_the_network_that_forgets_more_keeps_more():
    first, second = (gate_biases.over_seeds(settings, 4) for settings in ({"b_f": 2.0}, {"b_f": 2.5, "b_i": -4.0}))
    means = [np.mean([found["gates"]["f"] for found in networks]) for networks in (first, second)]
    totals = [gate_biases.summary(networks)[0] for networks in (first, second)]
    assert means[0] < means[1] and totals[0] > totals[1] + 1


def test_the_map_has_the_mean_over_the_networks():
    found = gate_biases.bias_map(np.array([1.0, 2.0]), np.array([-3.0]), 2)
    wanted = np.mean([gate_curves({"b_f": 2.0, "b_i": -3.0, "seed": seed})["total"][0] for seed in range(2)])
    assert found.shape == (1, 2) and found[0, 1] == pytest.approx(wanted)


def test_labels_carry_their_numbers():
    ax, networks = Figure().add_subplot(), gate_biases.over_seeds({"length": 5}, 2)
    gate_settings.plot_totals(gate_settings.plot_forget_gates(ax, networks, "one", (0, 0)), networks, "two", (0, 0))
    f, total = np.mean([each["gates"]["f"] for each in networks]), np.mean([each["total"][0] for each in networks])
    assert [text.get_text() for text in ax.texts] == [f"one: {f:.2f}", f"two: $10^{{{total:.1f}}}$ at step 0"]
