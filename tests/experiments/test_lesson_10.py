"""What notebook 10 measures: the two functions agree, the closed form at rest, and the facts that its text states."""
import numpy as np
import pytest

from course_utils import LSTM, Params, TanhRNN, jacobian_norms, sigmoid, step_jacobians
from course_utils.experiments.lessons.carries import MISTAKES, differences, engine_gradients, report, spoilt
from course_utils.experiments.lessons.detours import both_paths, cell_gradients, random_networks, total_norms


@pytest.fixture(scope="module")
def networks():
    return random_networks(LSTM, 3, b_f=1, n_steps=20)


def test_both_paths_are_the_products_by_hand(networks):
    direct, total = both_paths(networks)
    for (params, trace), by_gates, by_all in zip(networks, direct, total):
        product = np.linalg.multi_dot(step_jacobians(LSTM, params, trace)[::-1, 0])
        assert np.allclose(by_all[0], np.log10(np.linalg.norm(product[32:, 32:], 2)), rtol=0, atol=1e-9)
        assert np.allclose(by_gates[0], np.log10(trace.gates[1, :, 0].prod(axis=0).max()), rtol=0, atol=1e-9)
    assert (direct[:, -1] == 0).all() and np.allclose(total[:, -1], 0, atol=1e-12)
    assert np.allclose(total_norms(networks), total[:, 0], rtol=0, atol=1e-9)


@pytest.mark.parametrize("cell", (LSTM, TanhRNN))
def test_the_norm_of_the_whole_state_is_the_engines(cell):
    networks = random_networks(cell, 2, n_steps=20)
    wanted = [jacobian_norms(cell, params, trace)[0, 0] for params, trace in networks]
    assert np.allclose(total_norms(networks, cell, whole=True), wanted, rtol=0, atol=1e-9)


@pytest.mark.parametrize(("b_f", "b_i"), ((0.0, 0.0), (1.0, 0.0), (3.0, -3.0)))
def test_at_rest_a_step_adds_the_detour_to_the_forget_gate(b_f, b_i):
    (params, trace), = random_networks(LSTM, 1, b_f=b_f, b_i=b_i, noise=0)
    product = np.linalg.multi_dot(step_jacobians(LSTM, params, trace)[::-1, 0])[32:, 32:]
    one = sigmoid(b_f) * np.eye(32) + sigmoid(b_i) / 2 * params.W_h[:, 64:96].T
    closed = np.linalg.matrix_power(one, 59) * sigmoid(b_f)
    assert np.abs(product - closed).max() <= 1e-12 * np.abs(closed).max()


def test_the_total_grows_where_the_forget_gates_shrink_it():
    direct, total = both_paths(random_networks(LSTM, start="torch", b_f=3, noise=1, n_steps=100))
    assert direct[:, 0].max() < -1 and total[:, 0].mean() > .2


def test_whether_the_lstm_keeps_more_depends_on_the_start():
    for start, ahead in (("torch", 20), ("gaussian", 0)):
        tanh, lstm = (logs[:, 0] for logs in cell_gradients(start, .5, ["tanh RNN", "LSTM, b_f = 0"]).values())
        assert np.sum(lstm > tanh) == ahead


def test_what_a_cell_has_not_is_refused():
    with pytest.raises(ValueError, match="no input gate"):
        random_networks(TanhRNN, 1, b_i=1.0)
    with pytest.raises(ValueError, match="one with h and c"):
        total_norms(random_networks(TanhRNN, 1), TanhRNN)


def test_each_mistake_hands_on_what_it_says():
    def step_backward(params, kept, dh, dc):
        return 1, 2, 3, 10 * dh, 100 * dc

    kept, dh, dc = [np.full((1, 1), .5)] * 8, np.ones((1, 1)), np.ones((1, 1))
    found = {mistake: spoilt(step_backward, mistake)(Params(), kept, dh, dc) for mistake in MISTAKES}
    assert all(gradients[:3] == (1, 2, 3) for gradients in found.values())
    read_as_dh = (1 + 10 * .5 * (1 - np.tanh(.5) ** 2)) * .5
    assert [float(c.item()) for *_, c in found.values()] == pytest.approx([0, 0, read_as_dh])
    assert [float(h.item()) for *_, h, _ in found.values()] == [0, 10, 10]


def test_differences_report_and_engine_agree(capsys, networks):
    params, trace = networks[0]
    x = np.array([1.0, 2.0])
    report("x²", [2 * x], differences(lambda x: np.sum(x ** 2), [x]), 1e-8)
    report("x³", [2 * x], [x], 1e-8)
    assert capsys.readouterr().out == ("x²: off by 1e-09 at most (wanted: 1e-08)\n"
                                       "x³: off by 5e-01 at most (wanted: 1e-08)\n")
    assert [np.shape(one) for one in engine_gradients(params, trace, np.ones((20, 1, 32)))] == [
        (32, 128), (32, 128), (128,), (1, 32), (1, 32)]
    for call in (lambda: report("x", [x], [], 1e-8), lambda: engine_gradients(params, trace, np.ones((1, 1, 32)))):
        with pytest.raises(ValueError, match=r"expected|has"):
            call()
