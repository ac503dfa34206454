"""Words and characters: vocabularies, texts, grammars, n-grams, and what a language model makes of them."""
import dataclasses
import importlib.util
import math
import os
import re
import signal
import subprocess
import sys
from collections import Counter

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import CELLS, GRU, LSTM, SGD, ResetAfterGRU, TanhRNN, fit, init_model, predict, softmax, unroll
from course_utils.experiments import language as trainings
from course_utils.experiments import models
from course_utils.figures.coloured_text import colour_text, lay_out, shades, text_figure
from course_utils.figures.plotting import plot_runs
from course_utils.ground.places import DATA
from course_utils.language.agreement import pulls, verb_odds
from course_utils.language.annotations import annotate
from course_utils.language.corpora import CHARACTERS, TEST, TRAIN, UNKNOWN, module_source, python_text, reference
from course_utils.language.ngrams import NGrams, compressed_bits
from course_utils.language.reading import (
    bits_per_symbol,
    bits_with_context,
    generate,
    influence,
    preferences,
    read,
    surprises,
)
from course_utils.language.units import carries_its_output, mean_output, separability, silence
from course_utils.learning import checkpoints as files
from course_utils.learning.losses import log_softmax
from course_utils.tasks import Agreement, Recall
from course_utils.tasks.grammar import (
    ASIDES,
    LANGUAGES,
    NEAR,
    PEOPLE,
    PLACES,
    PRONOUN,
    VERB,
    WORDS,
    bits_per_word,
    story,
)
from course_utils.tasks.text import NextSymbol
from course_utils.tasks.vocabulary import Vocabulary

RNG = np.random.default_rng
TEXT = RNG(0).integers(0, 5, 400)


def small_model(cell=LSTM, seed=0, n=5, hidden=4):
    return init_model(cell, n, hidden, n, RNG(seed), recurrent="torch", gain=3.0)


def refuses(words, call, *args, **options):
    with pytest.raises(ValueError) as error:
        call(*args, **options)
    assert all(word in str(error.value) for word in words), error.value


# symbols

def test_words_become_numbers_and_words_again():
    words = Vocabulary(["a", "b", "c"])
    np.testing.assert_array_equal(words.encode("b a c a".split()), [1, 0, 2, 0])
    assert words.decode([1, 0, 2]) == ["b", "a", "c"] and len(words) == 3 and "a" in words and "d" not in words
    assert words.decode([]) == []


def test_symbols_outside_the_vocabulary_are_an_error_or_unknown():
    refuses(("vocabulary of 2", "'x'", "'y'"), Vocabulary("ab").encode, "axby")
    refuses(("'5'", "and 3 more"), Vocabulary("ab").encode, "12345678")
    np.testing.assert_array_equal(Vocabulary("ab?", unknown="?").encode("axb"), [0, 2, 1])
    refuses(("empty",), Vocabulary("ab").encode, "")
    refuses(("empty",), Vocabulary("ab?", unknown="?").encode, [])
    refuses(("1 symbols occur more than once",), Vocabulary, "aba")
    refuses(("unknown is '?'",), Vocabulary, "ab", unknown="?")
    for numbers in ([2], [-1], [0, 5]):
        refuses(("expected 0 … 1",), Vocabulary("ab").decode, numbers)


# the text of the reader's own machine

def test_the_text_is_python_source_and_its_reference():
    train, test = python_text(), python_text("test")
    assert len(train) > 3_000_000 and 100_000 < len(test) < 400_000
    assert "class ArgumentParser(" in train and "class Fraction(" in test and "class Fraction(" not in train
    assert any(text[:200] in train for text in reference().values())
    numbers = CHARACTERS.encode(train)
    assert np.mean(numbers == CHARACTERS.numbers[UNKNOWN]) < .001 and len(CHARACTERS) == 97
    assert "".join(CHARACTERS.decode(CHARACTERS.encode("if x:\n    y = 'ü'"))) == f"if x:\n    y = '{UNKNOWN}'"


def test_hardly_a_line_of_the_test_text_is_in_the_training_text():
    known = {line.strip() for line in python_text().splitlines()}
    long = [line.strip() for line in python_text("test").splitlines() if len(line.strip()) > 40]
    assert any(text[-300:] in python_text("test") for text in reference().values())
    assert len(long) > 1000 and sum(line in known for line in long) < .02 * len(long)
    assert not set(TRAIN) & set(TEST)


def test_modules_that_are_not_there_are_left_out(monkeypatch):
    assert module_source("no_such_module") is None and module_source("no_such_package.module") is None
    assert "def insort" in module_source("bisect")
    refuses(("part is 'all'", "train or test"), python_text, "all")
    python_text.__wrapped__.cache_clear()
    monkeypatch.setattr("course_utils.language.corpora.module_source", lambda name: None)
    with pytest.raises(FileNotFoundError, match="source is not on this machine"):
        python_text()
    python_text.__wrapped__.cache_clear()
    monkeypatch.undo()
    monkeypatch.setattr("course_utils.language.corpora.reference", dict)
    assert "def insort" in python_text("test")
    python_text.__wrapped__.cache_clear()


# the grammars

def judged(words):
    """Whether a sentence keeps the grammar's rules, checked on its words."""
    if words[0] == "i":
        return words[-2] == LANGUAGES[words[4]] and words[-5:-2] == "i speak fluent".split()
    if words[1] in PLACES:
        return words[-2] == PLACES[words[1]] and words[-5:-2] == "are in the".split()
    who = PEOPLE[words[1]]
    return words[-6:] == [VERB[who], "home", "with", PRONOUN[who], "dog", "."]


def test_every_sentence_of_the_story_keeps_the_rules():
    sentences = " ".join(story("test")).split(" . ")
    assert len(sentences) == 3000
    kinds = Counter(("countries" if s.startswith("i ") else "places" if s.split()[1] in PLACES else "people")
                    for s in sentences)
    assert all(judged([*s.removesuffix(" .").split(), "."]) for s in sentences)
    assert abs(kinds["people"] / 3000 - .5) < .04 and abs(kinds["places"] / 3000 - .25) < .04
    assert story("test") == story("test") and story("test")[:2000] != story("train")[:2000]
    assert all(word in WORDS for word in story("test"))
    refuses(("part is 'all'",), story, "all")


@pytest.mark.parametrize("phrases", (0, 1, 5))
def test_agreement_asks_for_the_first_noun(phrases):
    task = Agreement(phrases)
    batch = task.batch(RNG(1), 200)
    plural = 0
    for b in range(200):
        words, due = WORDS.decode(batch.x[:, b].argmax(axis=-1)), np.flatnonzero(batch.mask[:, b])
        verb, pronoun = WORDS.decode(batch.target[due, b])
        who = PEOPLE[words[1]]
        assert (verb, pronoun) == (VERB[who], PRONOUN[who]) and words[-3:] == [verb, "home", "with"]
        assert due[0] == task.gap and len(words) == 5 + 3 * phrases and due[1] == len(words) - 1
        assert all(words[k] + " the" in NEAR and words[k + 2] in PEOPLE for k in range(2, 2 + 3 * phrases, 3))
        plural += who == "they"
    assert 70 < plural < 130


@pytest.mark.parametrize("kind, pairs", (("language", LANGUAGES), ("place", PLACES)))
@pytest.mark.parametrize("phrases", (0, 3))
def test_recall_asks_for_what_the_cause_decides(kind, pairs, phrases):
    task = Recall(phrases, kind)
    batch = task.batch(RNG(1), 50)
    for b in range(50):
        words = WORDS.decode(batch.x[:, b].argmax(axis=-1))
        cause = next(k for k, word in enumerate(words) if word in pairs)
        assert np.flatnonzero(batch.mask[:, b]).tolist() == [len(words) - 1] and len(words) - cause == task.gap
        assert WORDS.decode([batch.target[-1, b]]) == [pairs[words[cause]]]
        asides = " ".join(words[cause + 2:-3])
        assert sum(asides.count(aside) for aside in ASIDES) == phrases


# the text as a task

def test_streams_read_each_part_from_its_beginning_on():
    task = NextSymbol(TEXT, 5, length=7)
    each = task.pieces(4)
    assert each == 399 // 28
    for part in range(4):
        read_ = np.concatenate([task.stream(k, 4).x[:, part].argmax(axis=-1) for k in range(each)])
        due = np.concatenate([task.stream(k, 4).target[:, part] for k in range(each)])
        start = part * each * 7
        np.testing.assert_array_equal(read_, TEXT[start:start + each * 7])
        np.testing.assert_array_equal(due, TEXT[start + 1:start + each * 7 + 1])
    np.testing.assert_array_equal(task.stream(each + 2, 4).x, task.stream(2, 4).x)
    batch = task.batch(RNG(0), 30)
    assert batch.x.shape == (7, 30, 5) and batch.x.dtype == np.float32 and batch.mask.all()
    np.testing.assert_array_equal(batch.x[1:].argmax(axis=-1), batch.target[:-1])


def test_a_text_that_is_too_short_or_no_text_is_refused():
    refuses(("the text has 7 symbols", "at least 8", "pieces of 7"), NextSymbol, TEXT[:7], 5, 7)
    assert NextSymbol(TEXT[:8], 5, 7).pieces(1) == 1
    refuses(("8 symbols are too few for 2 parts of 7", "at least 15"), NextSymbol(TEXT[:8], 5, 7).stream, 0, 2)
    refuses(("symbols have shape (400,) and dtype float64",), NextSymbol, TEXT.astype(float), 5)
    refuses(("symbols hold 0 … 4", "expected 0 … 3"), NextSymbol, TEXT, 4)
    refuses(("length is 0",), NextSymbol, TEXT, 5, 0)
    refuses(("n is 0",), NextSymbol(TEXT, 5, 7).pieces, 0)


def test_the_baseline_is_the_entropy_of_single_symbols():
    assert NextSymbol(np.array([0, 1, 0, 1, 0, 1]), 3, 2).baseline == pytest.approx(math.log(2))
    assert NextSymbol(np.zeros(9, int), 3, 2).baseline == 0


def test_a_checkpoint_belongs_to_one_text(tmp_path):
    model, other = small_model(), TEXT.copy()
    other[200] = (other[200] + 1) % 5
    fit(model, NextSymbol(TEXT, 5, 7), SGD(.1), RNG(0), 3, batch_size=2, carry=True, checkpoint=tmp_path / "c",
        progress=False)
    refuses(("its task is", "crc32"), fit, model, NextSymbol(other, 5, 7), SGD(.1), RNG(0), 3, batch_size=2,
            carry=True, checkpoint=tmp_path / "c", progress=False)


def test_carried_states_make_of_pieces_one_long_text():
    """With a learning rate of (nearly) nothing, losses are those of the whole part read at once."""
    task, model = NextSymbol(TEXT, 5, 7), small_model()
    log = fit(model, task, SGD(1e-300), RNG(0), task.pieces(3), batch_size=3, carry=True, log_every=1, progress=False)
    each = task.pieces(3) * 7
    x = np.eye(5)[np.stack([TEXT[k * each:(k + 1) * each] for k in range(3)], axis=1)]
    right = np.stack([TEXT[k * each + 1:(k + 1) * each + 1] for k in range(3)], axis=1)
    losses = -np.take_along_axis(log_softmax(predict(model, x)[0]), right[..., None], axis=-1)
    np.testing.assert_allclose(log.loss, losses.reshape(-1, 7 * 3).mean(axis=1), rtol=1e-12)


def test_sequences_begin_anew_in_turns():
    task, model = NextSymbol(TEXT, 5, 7), small_model()
    log = fit(model, task, SGD(1e-300), RNG(0), 9, batch_size=5, carry=True, restart_every=3, log_every=1,
              progress=False)
    states, losses = None, []
    for k in range(9):
        batch = task.stream(k, 5)
        outputs, trace = predict(model, batch.x, states)
        losses.append(-np.take_along_axis(log_softmax(outputs), batch.target[..., None], axis=-1).mean())
        states = trace.states[:, -1].copy()
        states[:, [b for b in range(5) if (k + 1 + b) % 3 == 0]] = 0
    np.testing.assert_allclose(log.loss, losses, rtol=1e-12)
    refuses(("restart_every is 0",), fit, model, task, SGD(.1), RNG(0), 1, carry=True, restart_every=0)


# n-grams

def slow_probability(text, n_symbols, n, context, symbol):
    """Witten and Bell's recursion, word for word, by counting."""
    if n == 0:
        return 1 / n_symbols
    context = context[max(0, len(context) - n + 1):]
    lower = slow_probability(text, n_symbols, n - 1, context, symbol)
    if len(context) < n - 1:
        return lower
    follow = [text[k + n - 1] for k in range(len(text) - n + 1) if tuple(text[k:k + n - 1]) == context]
    kinds = len(set(follow))
    return (follow.count(symbol) + kinds * lower) / (len(follow) + kinds) if follow else lower


@pytest.mark.parametrize("n", (1, 2, 3, 5))
def test_ngrams_are_witten_and_bells(n):
    train, test = TEXT[:60], TEXT[300:330]
    p = NGrams(train, 5, n).probabilities(test)
    slow = [slow_probability(train.tolist(), 5, n, tuple(test[:t].tolist()), test[t]) for t in range(30)]
    np.testing.assert_allclose(p, slow, rtol=1e-12)
    assert NGrams(train, 5, n).bits_per_symbol(test) == pytest.approx(-np.mean(np.log2(slow)))
    np.testing.assert_array_equal(NGrams(train, 5, 6).probabilities(test, n), p)


def test_ngram_probabilities_sum_to_one():
    model = NGrams(TEXT, 6, 3)
    for context in ([0, 1], [5, 5], [2]):
        assert sum(model.probabilities(np.array([*context, w]))[-1] for w in range(6)) == pytest.approx(1)


def test_ngrams_refuse():
    refuses(("n is 0",), NGrams, TEXT, 5, 0)
    refuses(("n is 3", "from 1 to 2"), NGrams(TEXT, 5, 2).probabilities, TEXT, 3)
    refuses(("n is 10", "at most 9 for 97"), NGrams, TEXT, 97, 10)
    refuses(("the text has 2 symbols", "n = 3"), NGrams, TEXT[:2], 5, 3)
    refuses(("symbols hold 0 … 4", "0 … 3"), NGrams, TEXT, 4, 2)
    for text in (TEXT[:0], TEXT[None], TEXT / 2):
        refuses(("expected (N,) of integers",), NGrams(TEXT, 5, 2).probabilities, text)


# what a model makes of a text

def test_bits_are_those_of_the_text_read_in_parts():
    model = small_model()
    each = (len(TEXT) - 1) // (3 * 10) * 10
    bits = []
    for part in range(3):
        chances, _ = read(model, TEXT[part * each:(part + 1) * each])
        bits.append(-np.log2(chances[np.arange(each), TEXT[part * each + 1:(part + 1) * each + 1]]).mean())
    assert bits_per_symbol(model, TEXT, 3, 10) == pytest.approx(np.mean(bits))
    refuses(("too few for 500 parts",), bits_per_symbol, model, TEXT, 500)
    refuses(("the text has 2 symbols",), bits_per_symbol, model, TEXT[:2], 1)


def test_read_gives_the_softmax_after_every_symbol():
    model = small_model()
    chances, trace = read(model, TEXT[:9])
    np.testing.assert_allclose(chances, softmax(predict(model, np.eye(5)[TEXT[:9]][:, None])[0][:, 0]))
    later, _ = read(model, TEXT[9:12], trace.states[:, -1])
    np.testing.assert_allclose(later, read(model, TEXT[:12])[0][9:])
    for symbols, words in ((TEXT[:0], "one at least"), (np.array([5]), "expected 0 … 4"), ([0.5], "of integers"),
                           ([[1, 2]], "shape (1, 2)"), ([-1], "symbols hold -1")):
        refuses((words,), read, model, symbols)


def test_generate_draws_from_the_tempered_softmax():
    model = small_model()
    start = TEXT[:6]
    chances = read(model, start)[0][-1]
    for temperature in (1.0, .5, 3.0):
        drawn = [generate(model, start, 1, RNG(seed), temperature)[0] for seed in range(2000)]
        wanted = chances**(1 / temperature) / np.sum(chances**(1 / temperature))
        np.testing.assert_allclose(np.bincount(drawn, minlength=5) / 2000, wanted, atol=.04)
    greedy = generate(model, start, 12, RNG(0), 0)
    for k in range(12):
        assert greedy[k] == read(model, np.r_[start, greedy[:k]])[0][-1].argmax()
    draws, text = RNG(4), start.tolist()
    for _ in range(25):
        text.append(np.searchsorted(np.cumsum(read(model, text)[0][-1]), draws.random()))
    np.testing.assert_array_equal(generate(model, start, 25, RNG(4)), text[6:])
    assert generate(model, start, 0, RNG(0)).shape == (0,)
    np.testing.assert_array_equal(generate(model, start, 20, RNG(1)), generate(model, start, 20, RNG(1)))
    refuses(("temperature is -1.0",), generate, model, start, 3, RNG(0), -1)
    refuses(("one at least",), generate, model, [], 3, RNG(0))
    refuses(("n_symbols is -1",), generate, model, start, -1, RNG(0))


def test_surprises_are_of_each_symbol_given_those_before_it():
    model = small_model()
    found = surprises(model, TEXT[:3], TEXT[3:8])
    expected = [-np.log2(read(model, TEXT[:t])[0][-1, TEXT[t]]) for t in range(3, 8)]
    np.testing.assert_allclose(found, expected, rtol=1e-10)
    refuses(("one at least",), surprises, model, np.array([], int), TEXT[:1])


@pytest.mark.parametrize("cell", (LSTM, GRU, TanhRNN))
def test_influence_is_the_norm_of_the_difference_quotient(cell):
    model, text = small_model(cell), TEXT[:8]
    found = influence(model, text, 6, 3)
    x, slopes = np.eye(5)[text][:, None], np.zeros((8, 5))
    for t in range(8):
        for d in range(5):
            ends = []
            for sign in (1, -1):
                moved = x.copy()
                moved[t, 0, d] += sign * 1e-5
                ends.append(log_softmax(predict(model, moved)[0][6, 0])[3])
            slopes[t, d] = (ends[0] - ends[1]) / 2e-5
    np.testing.assert_allclose(found, np.linalg.norm(slopes, axis=1)[:7], rtol=1e-6)
    assert len(found) == 7 and np.all(slopes[7] == 0)
    refuses(("step is 8", "from 0 to 7"), influence, model, text, 8, 0)
    refuses(("answer is 5", "from 0 to 4"), influence, model, text, 2, 5)


# units

def test_separability_counts_pairs():
    labels = np.array([True, True, False, False, False])
    assert separability(np.array([3.0, 4, 1, 2, 0]), labels) == 1 == separability(np.array([0.0, 1, 3, 4, 2]), labels)
    assert separability(np.ones(5), labels) == .5
    assert separability(np.array([1.0, 3, 0, 2, 4]), labels) == pytest.approx(.5)
    np.testing.assert_allclose(separability(np.array([[3.0, 4, 1, 2, 0], [2, 4, 1, 2, 3]]), labels), [1, 4.5 / 6])
    for bad in (labels[:3], np.ones(5, bool), np.zeros(5, bool), labels.astype(int)):
        refuses(("labels have shape",), separability, np.ones(5), bad)


class Leaky(TanhRNN):
    """h = (h_prev + tanh a) / 2: without a forget gate, and yet it carries h over."""

    @classmethod
    def step(cls, a, prev, weights, product):
        return ((prev[0] + np.tanh(a[0], out=a[0])) / 2,)

    @classmethod
    def partials(cls, gates, prev, new, weights, product):
        return {("h", "a"): (1 - gates[0] ** 2) / 2, ("h", "h_prev"): .5}


@pytest.mark.parametrize("cell", [cell for cell in CELLS if not carries_its_output(cell, small_model(cell).params)])
@pytest.mark.parametrize("which", ("unit", "direction"))
def test_a_silenced_network_is_one_whose_output_is_overwritten(cell, which):
    """Step by step, with h replaced before anyone reads it: the same outputs."""
    model, rng = small_model(cell), RNG(3)
    V = np.eye(4)[:, [2]] if which == "unit" else np.linalg.qr(rng.standard_normal((4, 2)))[0]
    mean, x = rng.standard_normal(4), rng.standard_normal((6, 2, 5))
    outputs, _ = predict(silence(model, [2] if which == "unit" else V, mean), x)
    assert np.abs(outputs - predict(model, x)[0]).max() > .01
    # what is read at the first step: the initial state, replaced too
    states, by_hand = np.zeros((len(cell.states), 2, 4)), []
    for t in range(6):
        read_ = states.copy()
        read_[0] += (mean - read_[0]) @ V @ V.T
        states = unroll(cell, model.params, x[t:t + 1], read_).states[:, -1]
        h = states[0] + (mean - states[0]) @ V @ V.T
        by_hand.append(h @ model.readout.W_y + model.readout.b_y)
    np.testing.assert_allclose(outputs, by_hand, atol=1e-12)


def test_silence_leaves_the_model_and_refuses_what_does_not_fit():
    model = small_model()
    before = model.copy()
    silence(model, [1], np.zeros(4))
    assert all(np.array_equal(array, before.weights[name]) for name, array in model.weights.items())
    refuses(("directions has shape (3, 1)",), silence, model, np.eye(3)[:, :1], np.zeros(4))
    refuses(("not orthonormal",), silence, model, np.ones((4, 1)), np.zeros(4))
    refuses(("mean has shape (3,)",), silence, model, [1], np.zeros(3))
    for cell in (GRU, ResetAfterGRU, Leaky):
        refuses((cell.__name__,), silence, small_model(cell), [1], np.zeros(4))
    assert mean_output(predict(model, np.eye(5)[TEXT[:9]][:, None])[1]).shape == (4,)


# models in files

@pytest.mark.parametrize("cell", CELLS)
def test_a_model_is_loaded_as_it_was_saved(cell, tmp_path):
    model = small_model(cell)
    files.save_model(tmp_path / "m.npz", model, {"more": np.arange(3)}, note=7)
    loaded, arrays, notes = files.load_model(tmp_path / "m.npz")
    assert loaded.cell is cell and notes == {"note": 7} and arrays["more"].tolist() == [0, 1, 2] and len(arrays) == 1
    assert list(loaded.weights) == list(model.weights)
    assert all(np.array_equal(loaded.weights[name], array) for name, array in model.weights.items())
    assert (tmp_path / "m.npz").stat().st_mode & 0o777 == 0o644


def test_files_that_hold_no_model_are_refused(tmp_path):
    model, path = small_model(), tmp_path / "m.npz"
    for change, words in (({"weight/W_h": np.zeros((4, 7))}, "W_h"), ({"weight/b": None}, "params"),
                          ({"weight/W_y": None}, "W_y"), ({"weight/b_y": np.zeros(3)}, "b_y has shape"),
                          ({"weight/W_y": model.readout.W_y.astype(np.float32)}, "W_y has dtype"),
                          ({"weight/b_y": model.readout.b_y.astype(np.float32)}, "b_y has dtype")):
        arrays = {f"weight/{name}": array for name, array in model.weights.items()} | change
        files.save_checkpoint(path, {k: v for k, v in arrays.items() if v is not None}, {"cell": "LSTM"})
        refuses((words,), files.load_model, path)
    files.save_checkpoint(path, {}, {"cell": "Transformer"})
    refuses(("cell is 'Transformer'",), files.load_model, path)
    path.write_bytes(b"PK\x03\x04 broken")
    refuses(("no checkpoint",), files.load_model, path)
    path.write_bytes(b"")
    refuses(("no checkpoint",), files.load_model, path)


# the stored trainings

TINY = models.Setup(lambda part: "the cat sat on the mat . " * 40, Vocabulary("abcdehmnost ."), 6, 3, 5,
                       ((2e-2, 2), (5e-3, 1)))


def test_a_training_keeps_its_curve_and_cleans_up(tmp_path):
    out = tmp_path / "tiny.npz"
    rows = trainings.train_all(TINY, out)
    model, arrays, notes = files.load_model(out)
    assert [row[0] for row in rows] == [1, 2, 3] and rows[-1][2] < rows[0][2] < 3.8
    np.testing.assert_array_equal(arrays["epochs"], rows)
    assert rows[1][1] == pytest.approx(arrays["loss"][7:14].mean() / np.log(2))  # iterations 70 … 130 of 132
    assert arrays["loss"].ndim == 1 and notes["text"] == repr(TINY.task())
    assert [path.name for path in tmp_path.glob("[!.]*")] == ["tiny.npz"]  # and a hidden lock
    assert rows[-1][2] == bits_per_symbol(model, TINY.task("test").symbols, length=5)


@pytest.mark.parametrize("after", (1, 66, 67, 100, 133, 188))
def test_a_training_that_was_stopped_goes_on_to_the_same_weights(after, tmp_path, monkeypatch):
    """Stopped in each epoch (they have 66 iterations) and between two."""
    whole = trainings.train_all(TINY, tmp_path / "whole.npz")
    step, done = models.Adam.step, [0]

    def stop(self, *args):
        done[0] += 1
        if done[0] == after:
            raise KeyboardInterrupt
        return step(self, *args)

    monkeypatch.setattr(models.Adam, "step", stop)
    with pytest.raises(KeyboardInterrupt):
        trainings.train_all(TINY, tmp_path / "cut.npz")
    assert not (tmp_path / "cut.npz").exists()
    np.testing.assert_array_equal(trainings.train_all(TINY, tmp_path / "cut.npz"), whole)
    one, two = (files.load_model(tmp_path / f"{name}.npz") for name in ("whole", "cut"))
    assert all(np.array_equal(one[0].weights[name], array) for name, array in two[0].weights.items())
    assert all(np.array_equal(one[1][name], array) for name, array in two[1].items())


def test_an_interrupted_command_leaves_what_it_needs(tmp_path):
    """The real command, on the words, stopped by Ctrl-C in the first epoch: the file appears only when all is done."""
    out = tmp_path / "words.npz"
    command = [sys.executable, "-m", "course_utils.experiments.language", "words", "--out", str(out)]
    # background jobs ignore Ctrl-C, and so would what they start
    heed = None if os.name == "nt" else lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=heed) as process:
        shown = b""
        while not re.search(rb" [1-9]\d*/\d+ \[", shown) and process.poll() is None:
            shown += process.stderr.read1()  # the progress bar: iterations are being done
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    part = tmp_path / "words.npz.stage1.part"
    assert not out.exists() and part.exists()
    model, setup = models.SETUPS["words"].first_model(), models.SETUPS["words"]
    done = setup.train(model, setup.task(), 1, checkpoint=part, progress=False)
    assert done.iteration[0] == 1


@pytest.mark.parametrize("name", models.SETUPS)
def test_the_stored_models_are_what_the_first_iterations_promise(name):
    """The first ten iterations again: on the same text the same losses, on another Python's text similar ones."""
    setup, (model, arrays, notes) = models.SETUPS[name], models.stored(name)
    task = setup.task()
    log = setup.train(setup.first_model(), task, 10, progress=False)
    same = repr(task) == notes["text"]
    np.testing.assert_allclose(log.loss, arrays["loss"][:2], rtol=1e-4 if same else .1)
    assert notes["stages"] == [list(stage) for stage in setup.stages] and model.params.W_h.shape[0] == setup.hidden
    test = setup.task("test").symbols[:20_000]
    assert abs(bits_per_symbol(model, test, 4, 50) - arrays["epochs"][-1, 2]) < .35
    assert (DATA / f"{name}.npz").stat().st_size < 5 * 2**20


def test_a_missing_training_names_its_command(monkeypatch, tmp_path):
    monkeypatch.setattr(models, "DATA", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"course_utils\.experiments\.language words --out"):
        models.stored("words")
    refuses(("name is 'pictures'",), models.stored, "pictures")


# coloured text

def test_tokens_are_laid_out_in_rows():
    assert lay_out(["the", "man", "goes"], 8) == ([(0, 0), (0, 4), (1, 0)], 2)
    assert lay_out(["the", "man"], 3) == ([(0, 0), (1, 0)], 2) and lay_out(["words"], 3) == ([(0, 0)], 1)
    assert lay_out(["a", "man"], 5) == ([(0, 0), (0, 2)], 1)
    assert lay_out(list("ab\nc"), 5) == ([(0, 0), (0, 1), (0, 2), (1, 0)], 2)


def test_colours_follow_the_values():
    dark, zero, other = (colour for colour, _ in shades([-2.0, 0, 2]))
    assert len({dark, zero, other}) == 3
    assert [ink for _, ink in shades([-2.0, 0, 2])] == ["#ffffff", "#000000", "#ffffff"]
    assert shades([1.0], limit=2) == shades([2.0, 4])[:1] and shades([0.0])[0] == shades([0.0, 1])[0]
    assert shades([0.0, 1], signed=False)[0] != shades([0.0, 1])[0]


def test_a_text_figure_shows_every_token():
    texts = {"a": (["the", "man", "goes"], [0, 1, -1]), "b": (list("if x"), [1, 2, 3, 4])}
    fig = text_figure(texts, columns=9, mark=(1,))
    assert [[text.get_text() for text in ax.texts] for ax in fig.axes] == [["the", "man", "goes"], list("if x")]
    assert [text.get_text() for text in fig.texts] == ["a", "b"] and len(fig.axes[0].patches) == 4
    plt.close(fig)
    refuses(("values have shape (2,)", "(3,)"), colour_text, None, list("abc"), [1, 2])


def test_a_text_figure_has_a_key_if_it_is_asked_for():
    one, two = {"a": (list("if"), [0, -2.])}, {"a": (list("if"), [0, 1]), "b": (list("x"), [3])}
    for texts, options, ends in ((one, {}, ["c: −2", "+2"]), (two, {}, ["c: −", "+"]),
                                 (two, {"signed": False, "limit": 10}, ["c: 0", "10"])):
        fig = text_figure(texts, columns=40, key="c", **options)
        assert [text.get_text() for text in fig.texts][len(texts):] == ends and len(fig.axes) == len(texts) + 1
        plt.close(fig)


def test_no_value_without_a_token():
    refuses(("values have shape (0,)",), colour_text, None, [], [])


def test_setups_are_values():
    assert dataclasses.replace(TINY, hidden=7).first_model().params.W_h.shape == (7, 28)


# annotations

def test_characters_belong_to_comments_strings_and_brackets():
    source = 'def f(a,\n      b):\n    # (no)\n    return "[x" + g(a)[1]  # end\n'
    found = annotate(source)

    def marked(name):
        return "".join(letter if mark else "·" if letter != "\n" else "\n" for letter, mark in zip(source, found[name]))

    assert marked("comment").splitlines() == ["········", "·········", "····# (no)", "·" * 27 + "# end"]
    assert '"[x"' in marked("string") and marked("string").count("·") == len(source.replace("\n", "")) - 4
    assert marked("bracket").splitlines()[0] == "·····(a," and marked("bracket").splitlines()[1] == "      b··"
    assert marked("bracket").splitlines()[3].startswith("·" * 19 + "(a·[1·")
    assert found["indentation"][source.index("return")] == 4 and found["column"][source.index("return")] == 4
    assert found["column"][source.index("b)")] == 6 and found["indentation"][0] == 0


def test_lines_are_those_of_the_tokenizer():
    source = "x = 1\n\x0c\n# c\n"
    assert [k for k, mark in enumerate(annotate(source)["comment"]) if mark] == [8, 9, 10]


def test_only_spaces_indent():
    assert annotate("if x:\n\ty = 1\n")["indentation"].max() == 0
    assert annotate("if x:\n  y = 1\n")["indentation"][-1] == 2


def test_source_that_is_none_is_refused():
    for source in ("(", "'''", "x = (1,\n", "(]\n", "x = ')'\n)\n"):
        refuses(("no Python source",), annotate, source)
    assert all(len(values) == 0 for values in annotate("").values())


# agreement

@pytest.mark.parametrize("subject, nearest", ((2.0, 0.5), (0.0, -1.0)))
def test_pulls_are_those_that_made_the_odds(subject, nearest):
    plural, near = RNG(0).random((2, 500)) < .5
    odds = subject * plural + nearest * near + .3 + RNG(1).normal(0, .01, 500)
    np.testing.assert_allclose(pulls(odds, plural, near), [subject, nearest], atol=.01)


@pytest.mark.parametrize("phrases", (0, 2))
def test_verb_odds_are_read_where_the_verb_is_due(phrases):
    model, _, _ = models.stored("words")
    odds, plural, near = verb_odds(model, phrases, 50)
    batch = Agreement(phrases).batch(RNG(1), 50)
    opening = "the clouds , are in the sky .".split()
    for b in range(50):
        words = WORDS.decode(batch.x[:, b].argmax(axis=-1))[:2 + 3 * phrases]
        chances, _ = read(model, WORDS.encode([*opening, *words]))
        go, goes = WORDS.encode(["go", "goes"])
        assert odds[b] == pytest.approx(np.log(chances[-1, go] / chances[-1, goes]), abs=1e-3)
        assert plural[b] == (PEOPLE[words[1]] == "they") and near[b] == (PEOPLE[words[-1]] == "they")
    refuses(("phrases is -1",), verb_odds, model, -1)


# with a short memory, and among a few symbols

def test_a_short_context_is_read_from_the_zero_state():
    model, places = small_model(), np.array([7, 50, 399])
    bits = [-np.log2(read(model, TEXT[k - 4:k])[0][-1, TEXT[k]]) for k in places]
    assert bits_with_context(model, TEXT, places, 4) == pytest.approx(np.mean(bits))
    refuses(("places go from 7 to 399", "expected 8"), bits_with_context, model, TEXT, places, 8)
    refuses(("expected 4 … 398",), bits_with_context, model, TEXT[:-1], places, 4)
    refuses(("n is 0",), bits_with_context, model, TEXT, places, 0)


def test_preferences_compare_the_symbols_of_a_kind_only():
    model, x, target = small_model(), TEXT[:30].reshape(10, 3), TEXT[100:130].reshape(10, 3)
    shares, trace = preferences(model, x, target, {"low": [0, 1], "high": np.array([2, 4])})
    outputs = predict(model, np.eye(5)[x])[0]
    assert trace.states.shape == (2, 11, 3, 4)
    for kind, some in (("low", [0, 1]), ("high", [2, 4])):
        right = [some[int(outputs[t, b, some].argmax())] == target[t, b] for t in range(10) for b in range(3)
                 if target[t, b] in some]
        assert shares[kind] == pytest.approx(np.mean(right))


def test_a_compressor_copies_what_it_has_read():
    text = python_text("test")[:4000]
    alone, again = compressed_bits(text), compressed_bits(text, text)
    assert 1.5 < alone < 6 and again < .2 and compressed_bits(text, "x" * 4000) == pytest.approx(alone, abs=.3)


def test_an_empty_text_cannot_be_compressed():
    refuses(("the text is empty",), compressed_bits, "")


def test_runs_are_drawn_as_means_and_dots():
    rows = [{"name": name, "gap": gap, "wrong": gap / 10 + seed} for name in "ab" for gap in (1, 3) for seed in (0, .2)]
    fig, ax = plt.subplots()
    plot_runs(ax, rows, "gap", lambda row: row["wrong"], {"a": ("red", "-"), "b": ("blue", ":")})
    assert [line.get_label() for line in ax.lines if not line.get_label().startswith("_")] == ["a", "b"]
    np.testing.assert_allclose(ax.lines[0].get_xydata(), [[1, .2], [3, .4]])
    assert len(ax.lines[1].get_xdata()) == 4
    plt.close(fig)


def test_the_storys_entropy_is_that_of_counted_sentences():
    """Against the empirical entropy of whole sentences: kinds, subjects, phrases and asides are all independent."""
    sentences = " ".join(story()).split(" . ")
    words = [len(s.removesuffix(" .").split()) + 1 for s in sentences]
    surprises = []
    for s in (s.split() for s in sentences):
        if s[0] == "i":
            n = sum(" ".join(s).count(aside) for aside in ASIDES)
            surprises.append(-math.log2(1 / 4 / 8 / 4 / 8**n))
        elif s[1] in PLACES:
            n = sum(" ".join(s).count(aside) for aside in ASIDES)
            surprises.append(-math.log2(1 / 4 / 8 / 2 / 8**n))
        else:
            n = sum(" ".join(s[2:]).count(near) for near in NEAR)
            surprises.append(-math.log2(1 / 2 / 12 / 5 / 48**n * (.3 if "wig" in s else .7)))
    assert bits_per_word() == pytest.approx(sum(surprises) / sum(words), rel=.004)


def test_log_softmax_is_the_logarithm_of_softmax():
    y = RNG(0).normal(0, 5, (3, 4, 6))
    np.testing.assert_allclose(log_softmax(y), np.log(softmax(y)), rtol=1e-12)
    np.testing.assert_allclose(log_softmax(np.array([[1000.0, 0, -1000], [0, 0, -1000]]))[:, 0], [0, -np.log(2)])


def test_pytorch_is_trained_the_same_way():
    """The same first losses from `data/make_characters_torch.py` as from the course, through a restart and all."""
    torch = pytest.importorskip("torch")
    spec = importlib.util.spec_from_file_location("make_characters_torch", DATA / "make_characters_torch.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    setup = dataclasses.replace(models.SETUPS["characters"], hidden=16, streams=21)
    task, model = setup.task(), setup.first_model()
    log = setup.train(model, task, 10, log_every=1, progress=False)
    network, states, losses = script.Characters(setup.first_model()), None, []
    rule = torch.optim.Adam([w for w in network.parameters() if w.requires_grad], lr=setup.stages[0][0])
    script.SETUP = setup
    for k in range(10):
        loss, states = script.train_step(network, rule, task, k, states)
        losses.append(loss)
    np.testing.assert_allclose(losses, log.loss, rtol=2e-5)
    assert [b for b in range(21) if not states[0][0, b].any()] == [10]  # 10 pieces read, 20 the period
