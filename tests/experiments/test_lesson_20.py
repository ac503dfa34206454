"""What notebook 20 measures: gradients through the cells of today, through layers and through attention."""
import numpy as np
import pytest

from course_utils import LSTM, RGLRU, MinGRU, MinLSTM, SelectiveSSM, numerical_jacobian, relative_error
from course_utils.experiments.lessons import depth, modern

each_stack = pytest.mark.parametrize("kind", depth.STACKS)


def test_before_training_a_min_gru_loses_more_than_a_tanh_network():
    lost = {name: modern.arriving(name, n_seeds=2, n_steps=200)[:, 0].mean() for name in modern.AS_THEY_START}
    assert lost["minGRU"] < lost["tanh RNN"] - 20 and lost["minLSTM"] < lost["tanh RNN"] - 20
    assert min(lost["RG-LRU"], lost["S6"], lost["LRU"]) > -5
    assert all(modern.arriving(name, n_seeds=2, n_steps=200)[:, 0].min() > -4 for name in modern.TOLD_TO_KEEP)


@pytest.mark.parametrize("name", ("minGRU", "minLSTM", "RG-LRU"))
def test_the_direct_path_is_the_total(name):
    direct, total = modern.two_paths(name, n_seeds=2)
    np.testing.assert_allclose(direct, total, atol=1e-12)


def test_the_lstm_has_detours():
    direct, total = modern.two_paths("LSTM", n_seeds=2)
    assert (total - direct > 3).all()


@pytest.mark.parametrize("name", modern.SPELLINGS)
def test_a_memory_under_noise_has_the_size_of_the_closed_form(name):
    """w / √(1 − α²), with what is written beside α."""
    written = {"1": 1, "1 − α": .05, "√(1 − α²)": (1 - .95 ** 2) ** .5}[modern.SPELLINGS[name][1]]
    found = modern.memory_under_noise(name, .95, n_steps=2000, n_sequences=30)[500:].std()
    assert found == pytest.approx(written / (1 - .95 ** 2) ** .5, rel=.05)


@pytest.mark.parametrize("cell", (MinGRU, MinLSTM, RGLRU, SelectiveSSM))
def test_an_answer_of_linear_cells_turns_less_often_than_there_are_units(cell):
    assert max(modern.turns(cell, seed, n_units=6) for seed in range(30)) <= 5


def test_counting_turns_sees_an_answer_that_does(monkeypatch):
    monkeypatch.setattr(modern, "predict", lambda model, x: ((-1.) ** np.arange(len(x))[:, None, None], None))
    assert modern.turns(LSTM, n_steps=50) == 48


def test_the_best_rate_counts():
    rows = [{"cell": "GRU", "task": "copy", "lr": lr, "solved_at": at, "forget_bias": 0.0, "input_bias": 0.0,
             "recurrent": "glorot", "chrono": 0.0}
            for lr, at in ((.01, None), (.01, 5), (.003, 7), (.003, 9))]
    names, solved = modern.solved_at_best(rows)
    assert names == ["GRU"] and solved.tolist() == [[0, 0, 0, 2]]


def test_shares_kept_are_those_of_the_papers():
    assert .9 ** .7 < np.quantile(modern.kept_at_start("RG-LRU"), .05)
    assert modern.kept_at_start("LRU").max() < .991
    assert modern.kept_at_start("minGRU").mean() == pytest.approx(.5, abs=.03)


@each_stack
def test_a_layer_goes_back_as_differences_say(kind):
    x, weights = depth.draw_stack(1, 1.5, 1)
    d = np.random.default_rng(0).standard_normal(x.shape)
    found = depth.layer_back(d, x, weights[0], *depth.STACKS[kind])
    expected = numerical_jacobian(lambda v: np.sum(d * depth.layer(v, weights[0], *depth.STACKS[kind])), x)
    assert relative_error(found, expected) < 1e-7


def test_gradients_through_the_stacks():
    ratio = {(kind, gain): np.diff(depth.layer_gradients(kind, gain, 3)[:, [-1, 0]]).mean()
             for kind in depth.STACKS for gain in (.5, 2.0)}
    assert ratio["plain", .5] < -15 and ratio["plain", 2.0] > 3
    assert ratio["normalised", 2.0] > ratio["plain", 2.0]
    assert 0 < ratio["residual, normalised", .5] < ratio["residual, normalised", 2.0] < 1.5


def test_layers_of_the_residual_stack_change_less_and_less():
    first, *_, last = depth.shares_added("residual, normalised")
    assert first > 3 * last


def test_attention_goes_back_as_differences_say():
    x, *head = depth.draw_head(0, 6, 5)
    expected = numerical_jacobian(lambda v: depth.attend(np.vstack([v, x[-1:]]), *head)[0], x[:-1])
    assert relative_error(depth.attention_jacobians(x, *head).swapaxes(0, 1), expected) < 1e-8


def test_attention_is_as_large_far_away_as_near():
    logs = np.median(depth.attention_norms(400, n_seeds=3), axis=0)
    assert abs(np.median(logs[:100]) - np.median(logs[-100:])) < .2
    sought = depth.attention_norms(400, sought=True, n_seeds=3)
    assert (sought[:, 0] > -.5).all() and np.median(sought[:, 1:]) < -2
