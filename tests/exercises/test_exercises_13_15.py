"""The solutions of notebooks 13 to 15 against something that does not share their formulas: differences, the engine,
the package's own functions, an integral, all sentences tried."""
from itertools import pairwise

import numpy as np
import pytest
from solutions import ALL, said, solve

from course_utils import LSTM, chrono_biases, init_params, numerical_jacobian, sigmoid, softmax_cross_entropy
from course_utils.engine.params import Params
from course_utils.language.units import silence
from course_utils.learning.losses import log_softmax, softmax
from course_utils.learning.model import Model
from course_utils.tasks import Copy

CASES = range(5)
each_case = pytest.mark.parametrize("k", CASES)


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


def test_gates_in_the_place_of_biases_are_recognised():
    f = lambda n, longest: .5 ** (1 / np.geomspace(1, longest, n))  # noqa: E731
    assert "Are these gates?" in said("biases_for_all_lags", f)
    assert "Are these gates?" not in said("biases_for_all_lags", lambda n, longest: np.full(n, 3.))


@pytest.mark.parametrize(("name", "answer", "sentence"), (
    ("copying_four_of_ten", .25, "right"), ("copying_four_of_ten", .24, ".24 is not what comes out"),
    ("copying_four_of_ten", .17, "the symbols that are remembered are charged"),
    ("copying_four_of_ten", 1.2, "over the ten answers alone"), ("copying_four_of_ten", 1.248, "the ten answers alone"),
    ("copying_four_of_ten", .36, "bits"), ("copying_four_of_ten", .42, "the baseline"),
    ("copying_four_of_ten", .6, "a share of the baseline"), ("copying_four_of_ten", 12, "added up"),
    ("copying_four_of_ten", 6 * np.log(8), "added up"),
    ("bits_of_two_kinds", 2, "right"), ("bits_of_two_kinds", 1.9, "1.9 is not what comes out"),
    ("bits_of_two_kinds", 1.7, "the logarithm of the mean"), ("bits_of_two_kinds", 1.68, "the logarithm of the mean"),
    ("bits_of_two_kinds", 1.4, "nats"), ("bits_of_two_kinds", .3, "mean probability"),
    ("bits_of_two_kinds", .3125, "mean probability"), ("bits_of_two_kinds", 4, "added up"),
    ("exact_sentences", .63, "right"), ("exact_sentences", .55, "a mistake are added up"),
    ("exact_sentences", .66, "eight words"), ("exact_sentences", .6, "ten words"),
    ("exact_sentences", .95, "the share of right words"), ("exact_sentences", .37, "with a mistake is given"),
    ("exact_sentences", 1, "all words are wrong"),
))
def test_rounded_prediction_is_judged_as_the_exact_one(name, answer, sentence):
    assert sentence in said(name, answer)
    assert ("not right yet" in said(name, answer)) == (sentence != "right")


def test_bits_are_the_mean_cost_of_a_text():
    chances = np.tile([.5, .125], 50)
    assert np.isclose(-np.log2(chances).mean(), solve("bits_of_two_kinds"))


@each_case
def test_tempered_chances_are_the_softmax_of_divided_scores(k):
    p, theta = ALL["tempered_chances"].arguments(k)
    y = np.log(p.astype(float)) + np.arange(len(p))[:, None]  # any scores that give p
    assert np.allclose(solve("tempered_chances", p, theta), softmax(y / theta), rtol=1e-5)


def test_powers_that_all_become_zero():
    p, theta = ALL["tempered_chances"].arguments(3)
    assert p.dtype == np.float32 and not (p ** (1 / theta)).any(axis=-1).all()
    assert np.allclose(solve("tempered_chances", np.array([[.5, .3, .2], [.1, .6, .3]]), 1e-6), np.eye(3)[[0, 1]])


def test_temperature_through_logarithms_is_right_as_well():
    assert said("tempered_chances", lambda p, theta: softmax(np.log(p) / theta)) == "tempered_chances: right"


@each_case
def test_silenced_unit_counts_as_its_mean(k):
    W_h, b, W_y, b_y, unit, mean = ALL["silence_one_unit"].arguments(k)
    found = solve("silence_one_unit", W_h, b, W_y, b_y, unit, mean)
    h = np.random.default_rng(k).standard_normal((6, len(W_h)))
    fixed = h.copy()
    fixed[:, unit] = mean
    assert np.allclose(h @ found[0] + found[1], fixed @ W_h + b, atol=1e-5)
    assert np.allclose(h @ found[2] + found[3], fixed @ W_y + b_y, atol=1e-5)
    model = Model(LSTM, Params(W_x=np.ones((2, len(b)), b.dtype), W_h=W_h, b=b), Params(W_y=W_y, b_y=b_y))
    quiet = silence(model, [unit], np.full(len(W_h), mean, b.dtype))
    for one, other in zip(found, (quiet.params.W_h, quiet.params.b, quiet.readout.W_y, quiet.readout.b_y)):
        assert np.allclose(one, other, atol=1e-5)


@each_case
def test_odds_against_differences(k):
    c, o, W_y, one, other = (np.asarray(a, float) if np.ndim(a) else a for a in ALL["odds_and_cell_state"].arguments(k))
    b_y = np.random.default_rng(k).standard_normal(W_y.shape[1])

    def odds(c):
        log_p = log_softmax(o * np.tanh(c) @ W_y + b_y)
        return np.sum(log_p[:, one] - log_p[:, other])

    assert np.allclose(solve("odds_and_cell_state", c, o, W_y, one, other), numerical_jacobian(odds, c), atol=1e-8)


def keeper(**changes):
    """An answer to `number_keeper`: the solution with some entries of W_x or b changed."""
    def answer(lag):
        W_x, W_h, b = solve("number_keeper", lag)
        for gate, values in changes.items():
            W_x[:, "ifgo".index(gate)], b["ifgo".index(gate)] = values[:3], values[3]
        return W_x, W_h, b
    return answer


def test_number_keeper_by_hand():
    W_x, W_h, b = solve("number_keeper", 100)
    h, c = 0., 0.
    for n, word in enumerate([0, *[2] * 100, 1, *[2] * 100, 0]):
        i, f, g, o = W_x[word] + h * W_h[0] + b
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        assert abs(c) > .9 and (c < 0) == (101 <= n < 202)


@pytest.mark.parametrize(("changes", "sentence"), (
    ({"f": (0, 0, 0, 10)},
     "subject number 2, singular: 0 other words later c is -0.00018, expected below -0.5. Does it"),
    ({"f": (0, 0, 0, 1)}, "subject number 1, plural: 3 other words later c is 0.39, expected above 0.5. Does f keep"),
    ({"g": (0, 0, 0, 0)}, "subject number 1, plural: 0 other words later c is 0, expected above 0.5. Does it get in?"),
    ({"g": (-5, 5, 0, 0)}, "subject number 1, plural: 0 other words later c is -1, expected above 0.5. Which sign"),
))
def test_number_keeper_says_what_is_lost(changes, sentence):
    assert sentence in said("number_keeper", keeper(**changes))


def test_number_keeper_may_keep_in_other_ways():
    assert said("number_keeper", keeper(g=(2, -2, 0, 0), f=(-18, -18, 0, 9))) == "number_keeper: right"
    assert "W_h has shape (4,), expected (1, 4)" in said("number_keeper", lambda lag: (np.ones((3, 4)), np.ones(4), 1))
    assert "cannot be judged" in said("number_keeper", lambda lag: (np.full((3, 4), "a"), np.ones((1, 4)), np.ones(4)))


def test_exact_sentences_among_many():
    right = np.random.default_rng(0).random((400_000, 9)) < .95
    assert abs(right.all(axis=1).mean() - solve("exact_sentences")) < .002


@each_case
def test_tied_table_against_differences(k):
    dx, words, h, dy = ALL["tied_table_gradient"].arguments(k)
    E = np.random.default_rng(k).standard_normal((dy.shape[-1], h.shape[-1]))
    differences = numerical_jacobian(lambda E: np.sum(dx * E[words]) + np.sum(dy * (h @ E.T)), E)
    assert np.allclose(solve("tied_table_gradient", dx, words, h, dy), differences, rtol=1e-5, atol=1e-5)


@each_case
def test_start_state_against_differences(k):
    dh_0, dc_0, features, W_v, v = (a.astype(float) for a in ALL["start_state_backward"].arguments(k))
    b_v = (v - features @ W_v)[0]

    def loss(features=features, W_v=W_v, b_v=b_v):
        v = features @ W_v + b_v
        return np.sum(dh_0 * np.tanh(v)) + np.sum(dc_0 * v)

    found = solve("start_state_backward", dh_0, dc_0, features, W_v, features @ W_v + b_v)
    for gradient, (name, value) in zip(found, {"features": features, "W_v": W_v, "b_v": b_v}.items()):
        assert np.allclose(gradient, numerical_jacobian(lambda x, n=name: loss(**{n: x}), value), atol=1e-7)


@each_case
def test_smoothed_gradient_against_differences(k):
    y, target, mask, s = ALL["smoothed_gradient"].arguments(k)

    def loss(y):
        log_p = log_softmax(y)
        right = np.take_along_axis(log_p, target[..., None], -1)[..., 0]
        return -np.mean(((1 - s) * right + s * log_p.mean(axis=-1))[mask])

    differences = numerical_jacobian(loss, y.astype(float))
    assert np.allclose(solve("smoothed_gradient", y, target, mask, s), differences, atol=1e-6)
    plain = softmax_cross_entropy(y, target, mask)[1]
    assert np.allclose(solve("smoothed_gradient", y, target, mask, 0.), plain, atol=1e-6)
    assert not mask.all()


def best_of_all(start, following, n_words):
    """ln p of the most probable sentence, by dynamic programming."""
    best = np.log(start)
    for _ in range(n_words - 1):
        best = (best[:, None] + np.log(following)).max(axis=0)
    return best.max()


def score_of(words, start, following):
    """ln p of a sentence."""
    return np.log(start[words[0]]) + sum(np.log(following[one, two]) for one, two in pairwise(words))


@each_case
def test_beam_search(k):
    start, following, n_words, width = ALL["beam_search"].arguments(k)
    scores = []
    for w in (1, width, 8 ** 3):
        words, score = solve("beam_search", start, following, n_words, w)
        assert len(words) == n_words and np.isclose(score, score_of(words, start, following), rtol=1e-5)
        scores.append(score)
    greedy = [int(start.argmax())]
    while len(greedy) < n_words:
        greedy.append(int(following[greedy[-1]].argmax()))
    assert np.isclose(scores[0], score_of(greedy, start, following), rtol=1e-5)
    assert np.isclose(scores[2], best_of_all(start, following, n_words), rtol=1e-5) and scores[1] <= scores[2]


@each_case
def test_mistake_every_sentence_is_the_best_of_all(k):
    """The beam that is wide enough for every sentence, and better than the narrow one in some case."""
    start, following, n_words, width = ALL["beam_search"].arguments(k)
    (wide,) = [m.answer for m in ALL["beam_search"].mistakes if m.what.startswith("every sentence")]
    assert np.isclose(wide(start, following, n_words, width)[1], best_of_all(start, following, n_words), rtol=1e-5)


def test_a_search_through_every_sentence_is_recognised():
    def viterbi(start, following, n_words, width):
        best = [((k,), np.log(start[k])) for k in range(len(start))]
        for _ in range(n_words - 1):
            best = [max((((*words, k), score + np.log(following[words[-1], k])) for words, score in best),
                        key=lambda one: one[1]) for k in range(len(start))]
        return max(best, key=lambda one: one[1])

    assert "not those of the beam alone" in said("beam_search", viterbi)


def test_beam_keeps_the_best_after_each_word():
    start, following = np.array([.5, .3, .2]), np.array([[.4, .35, .25], [.9, .05, .05], [.02, .03, .95]])
    assert solve("beam_search", start, following, 2, 1)[0] == (0, 0)   # .5 · .4 = .2
    assert solve("beam_search", start, following, 2, 2)[0] == (1, 0)   # .3 · .9 = .27
    assert solve("beam_search", start, following, 3, 2)[0] == (1, 0, 0)   # .108; the third beginning was dropped
    assert solve("beam_search", start, following, 3, 3)[0] == (2, 2, 2)   # .2 · .95 · .95 = .1805
