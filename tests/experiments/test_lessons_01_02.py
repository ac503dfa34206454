"""What notebooks 01 and 02 measure and draw for themselves."""
from itertools import combinations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from course_utils import TanhRNN, init_params, jacobian_norms, step_jacobians, unroll
from course_utils.experiments.curves import gap_curves
from course_utils.experiments.lessons.products import jacobians_to_the_end, second_over_first
from course_utils.experiments.lessons.sentences import SENTENCES, VOCABULARY, gradient_shares, split, stretched
from course_utils.figures.lessons.paths import plot_paths
from course_utils.figures.lessons.shares import plot_shares
from course_utils.figures.lessons.stripes import plot_rows


@pytest.fixture
def ax():
    figure = Figure(figsize=(10, 4.6))
    FigureCanvasAgg(figure)
    return figure.add_subplot()


def test_pytorchs_start_has_the_gain_one_over_root_three():
    rng = np.random.default_rng(0)
    params, words = init_params(TanhRNN, 30, 32, rng, recurrent="torch"), np.eye(30)[rng.integers(30, size=(6, 1))]
    norms = jacobian_norms(TanhRNN, params, unroll(TanhRNN, params, words), ord="fro")[1:, 0] - np.log10(32) / 2
    np.testing.assert_allclose(gap_curves(5, 1 / np.sqrt(3))[:, 0], norms, rtol=1e-12)
    large = init_params(TanhRNN, 1, 1000, rng, recurrent="torch").W_h
    assert np.sqrt(1000) * large.std() == pytest.approx(1 / np.sqrt(3), rel=1e-2)


@pytest.mark.parametrize("name", SENTENCES)
def test_the_cause_is_read_and_the_effect_is_not(name):
    read, cause, effect = split(name)
    assert f"{' '.join(read)} {effect}" in SENTENCES[name][0] and read[cause] == SENTENCES[name][1]


@pytest.mark.parametrize("gap", [1, 4, 5, 15, 16, 50, 200])
def test_a_stretched_sentence_has_the_gap_that_is_asked_for(gap):
    words = stretched(gap)
    assert len(words) - words.index("France") - 1 == gap and set(words) <= set(VOCABULARY)
    assert words == split("France")[0] or gap != 15


@pytest.mark.parametrize("name", SENTENCES)
def test_shares_of_the_gradient_are_those_of_a_row_times_jacobians(name):
    read, _, effect = split(name)
    rng = np.random.default_rng(0)
    params = init_params(TanhRNN, 32, 32, rng, recurrent="torch")
    V = rng.uniform(-1, 1, (32, 32)) / np.sqrt(32)
    words = np.eye(32)[[VOCABULARY.index(word) for word in read]][:, None]
    trace = unroll(TanhRNN, params, words)
    scores = np.exp(trace.states[0, -1, 0] @ V)
    row = V @ (scores / scores.sum() - np.eye(32)[VOCABULARY.index(effect)])
    norms = [np.linalg.norm(row)]
    for J in step_jacobians(TanhRNN, params, trace)[:0:-1, 0]:
        row = row @ J
        norms.append(np.linalg.norm(row))
    np.testing.assert_allclose(gradient_shares(name), np.array(norms[::-1]) / norms[0], rtol=1e-10)


def test_products_of_jacobians_have_the_norms_of_the_engine():
    rng = np.random.default_rng(0)
    params, inputs = init_params(TanhRNN, 3, 4, rng), rng.normal(size=(7, 2, 3))
    logs = jacobian_norms(TanhRNN, params, unroll(TanhRNN, params, inputs))[:, 0]
    found = jacobians_to_the_end(params, inputs)
    np.testing.assert_allclose(np.log10(np.linalg.norm(found, 2, axis=(1, 2))), logs, rtol=1e-10, atol=1e-12)


def test_second_over_first_is_that_of_the_product():
    rng = np.random.default_rng(3)
    params, inputs = init_params(TanhRNN, 5, 8, rng, gain=1.5), rng.normal(size=(24, 1, 5))
    values = np.linalg.svd(jacobians_to_the_end(params, inputs)[0], compute_uv=False)
    assert second_over_first(8, 24, 1.5, 3) == pytest.approx(values[1] / values[0])
    assert second_over_first(2, 10, 0.0, 0) == 0


def test_bars_are_as_high_as_the_shares(ax):
    plot_shares(ax, ["a", "b", "c"], np.array([.1, .5, 1]), 0, "d")
    assert [bar.get_height() for bar in ax.patches[:3]] == pytest.approx([10, 50, 100])
    assert [label.get_text() for label in ax.get_xticklabels()] == ["a", "b", "c", "d"]
    with pytest.raises(ValueError, match="words has 1, shares has 3 and cause is 0"):
        plot_shares(ax, ["a"], np.array([.1, .5, 1]), 0, "d")


def test_rows_that_are_multiples_of_one_another_look_alike(ax):
    plot_rows(ax, np.outer([1, -3, .01], [1, 2, -4]), "k")
    np.testing.assert_allclose(ax.images[0].get_array(), np.tile([-.25, -.5, 1], (3, 1)))


def test_each_path_has_a_jacobian_more_and_no_label_covers_another(ax):
    plot_paths(ax)
    ax.figure.canvas.draw()
    colours = [text.get_color() for text in ax.texts if r"\dfrac" in text.get_text()]
    assert sorted(colours.count(colour) for colour in set(colours) - {"black"}) == [2, 3, 4]
    boxes = [text.get_window_extent() for text in ax.texts if text.get_text()]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
