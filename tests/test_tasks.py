"""Every task: its shapes, its baseline against simulation, and what counts as wrong."""
import dataclasses
import hashlib
from pathlib import Path

import numpy as np
import pytest

from course_utils import LSTM, init_model, loss_and_gradients, softmax_cross_entropy, squared_error
from course_utils.tasks import (
    TASKS,
    Adding,
    ContinualReber,
    Copy,
    Digits,
    Latch,
    Multiplication,
    TemporalOrder,
    Timing,
    digits,
)
from course_utils.tasks.reber import SYMBOLS, automaton

EXAMPLES = (Latch(20), Latch(9, shown=3, noise=0), Adding(20), Adding(3), Multiplication(11), Copy(5), Copy(1, 2, 3),
            TemporalOrder(10), TemporalOrder(40, 3), TemporalOrder(100, layout="hochreiter"),
            TemporalOrder(100, 3, "hochreiter"), ContinualReber(50), Timing(4), Timing(1, 3), Digits(), Digits(7))
each_task = pytest.mark.parametrize("task", EXAMPLES, ids=repr)


def rng(seed=0):
    return np.random.default_rng(seed)


def perfect(task, batch):
    """Outputs that are right."""
    if task.loss == "squared_error":
        return batch.target.copy()
    return np.eye(task.n_outputs)[batch.target]


@each_task
@pytest.mark.parametrize("part", ("batch", "test"))
def test_a_batch_has_the_documented_shapes(task, part):
    batch = getattr(task, part)(rng(), 6)
    T = len(batch.x)
    assert batch.x.shape == (T, 6, task.n_inputs) and batch.x.dtype == float
    assert batch.mask.shape == (T, 6) and batch.mask.dtype == bool and batch.mask.any(axis=0).all()
    if task.loss == "squared_error":
        assert batch.target.shape == (T, 6, task.n_outputs) and batch.target.dtype == float
    else:
        assert batch.target.shape == (T, 6) and np.issubdtype(batch.target.dtype, np.integer)
        assert 0 <= batch.target.min() and batch.target.max() < task.n_outputs
    loss = loss_and_gradients(init_model(LSTM, task.n_inputs, 3, task.n_outputs, rng()), batch, task.loss).loss
    assert loss > 0


@each_task
def test_batches_follow_from_the_generator_alone(task):
    one, same, other = (task.batch(rng(seed), 5) for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, same))
    assert not np.array_equal(one.x, other.x)


@each_task
def test_right_answers_are_right_and_wrong_ones_wrong(task):
    batch = task.batch(rng(), 40)
    outputs = perfect(task, batch)
    if not isinstance(task, ContinualReber):  # there all legal symbols must be found, not the one that came
        assert not task.wrong(outputs, batch).any()
    assert task.wrong(outputs, batch).shape == (40,)
    for b in range(3):  # spoil the last answer of one sequence
        last, spoilt = np.flatnonzero(batch.mask[:, b])[-1], outputs.copy()
        spoilt[last, b] = 1 - spoilt[last, b] if task.loss == "cross_entropy" else spoilt[last, b] + .5
        assert task.wrong(spoilt, batch)[b]


@each_task
def test_answers_that_do_not_count_are_not_looked_at(task):
    batch = task.batch(rng(), 40)
    outputs = perfect(task, batch)
    before = task.wrong(outputs, batch)
    outputs[~batch.mask] = rng(1).normal(size=outputs[~batch.mask].shape)
    np.testing.assert_array_equal(task.wrong(outputs, batch), before)


def test_every_name_is_a_task_and_fields_are_settings():
    assert {type(task) for task in EXAMPLES} == set(TASKS.values())
    for task in EXAMPLES:
        assert type(task)(**dataclasses.asdict(task)) == task
        assert 0 < task.tolerance < 1 <= task.n_test and task.baseline > 0


# baselines, by simulation or by counting

@pytest.mark.parametrize("task, guess", ((Adding(20), 1.0), (Multiplication(20), .25)), ids=repr)
def test_constant_guess_has_the_baseline_as_its_error(task, guess):
    batch = task.batch(rng(), 200_000)
    found = squared_error(np.full(batch.target.shape, guess), batch.target, batch.mask)[0]
    assert found == pytest.approx(task.baseline, rel=.02)
    better = [squared_error(np.full(batch.target.shape, guess + d), batch.target, batch.mask)[0] for d in (-.02, .02)]
    assert min(better) > found


@pytest.mark.parametrize("task", (Latch(5), TemporalOrder(10), TemporalOrder(10, 3), Timing(3), Digits()), ids=repr)
def test_equal_probabilities_cost_the_baseline(task):
    """The classes are equally frequent (digits: nearly), so that nothing better is known without the past."""
    batch = task.batch(rng(), 20_000)
    zero = np.zeros((*batch.target.shape, task.n_outputs))
    assert softmax_cross_entropy(zero, batch.target, batch.mask)[0] == pytest.approx(task.baseline, rel=1e-12)
    counts = np.bincount(batch.target[batch.mask], minlength=task.n_outputs) / batch.mask.sum()
    np.testing.assert_allclose(counts, 1 / task.n_outputs, atol=.012)


def test_copy_baseline_is_that_of_blanks_known_and_symbols_guessed():
    task = Copy(7, 8, 3)
    batch = task.batch(rng(), 50)
    outputs = np.full((*batch.target.shape, 9), -1e3)
    outputs[:-3, :, 8] = 0
    outputs[-3:, :, :8] = 0
    assert softmax_cross_entropy(outputs, batch.target)[0] == pytest.approx(task.baseline, rel=1e-12)
    assert Copy(100, 8, 10).baseline == pytest.approx(.17329, abs=5e-6)
    assert Copy(500, 8, 10).baseline == pytest.approx(.03999, abs=5e-6)


def test_reber_floor_and_baseline_are_what_long_streams_cost():
    """Cross-entropy of the true probabilities, with the outer symbol known and not."""
    task = ContinualReber(4000)
    batch = task.batch(rng(), 50)
    follow, due = automaton()
    legal = follow[task.states(batch)] >= 0
    outputs = np.where(legal, 0.0, -1e3)
    assert softmax_cross_entropy(outputs, batch.target)[0] == pytest.approx(task.floor, rel=.01)
    outputs[due[task.states(batch)]] = np.where(np.isin(list(SYMBOLS), list("TP")), 0.0, -1e3)
    assert softmax_cross_entropy(outputs, batch.target)[0] == pytest.approx(task.baseline, rel=.01)
    assert task.floor < task.baseline


# what the sequences look like

def test_latch_shows_the_class_and_then_noise():
    batch = Latch(50, shown=3, noise=.1).batch(rng(), 300)
    np.testing.assert_array_equal(batch.x[:3, :, 0], np.tile(2 * batch.target[-1] - 1, (3, 1)))
    assert batch.x[3:].std() == pytest.approx(.1, rel=.05)
    assert not Latch(5, noise=0).batch(rng(), 4).x[1:].any()
    assert batch.mask[-1].all() and not batch.mask[:-1].any()


@pytest.mark.parametrize("task", (Adding(21), Multiplication(21)), ids=repr)
def test_two_numbers_are_marked_one_in_each_half(task):
    batch = task.batch(rng(), 2000)
    values, marks = batch.x[..., 0], batch.x[..., 1]
    assert set(np.unique(marks)) == {0, 1}
    assert (marks[:10].sum(0) == 1).all() and (marks[10:].sum(0) == 1).all()
    assert (marks.sum(1) > 0).all()
    combined = (values * marks).sum(0) if type(task) is Adding else np.where(marks == 1, values, 1).prod(0)
    np.testing.assert_allclose(batch.target[-1, :, 0], combined, rtol=1e-14)
    assert 0 <= values.min() and values.max() <= 1 and values.mean() == pytest.approx(.5, abs=.01)


@pytest.mark.parametrize("task, limit", ((Adding(5), .08), (Multiplication(5), .04)), ids=repr)
def test_an_answer_is_right_within_the_limit(task, limit):
    batch = task.batch(rng(), 3)
    off = np.array([-limit - 1e-9, limit - 1e-9, limit + 1e-9])[:, None]
    np.testing.assert_array_equal(task.wrong(batch.target + off, batch), [True, False, True])


def test_copy_shows_a_word_waits_and_asks():
    task = Copy(5, n_symbols=4, n_copied=3)
    batch = task.batch(rng(), 100)
    read = batch.x.argmax(-1)
    assert batch.x.shape == (11, 100, 6) and (batch.x.sum(-1) == 1).all()
    assert (read[:3] < 4).all() and (read[3:7] == 4).all() and (read[7] == 5).all() and (read[8:] == 4).all()
    assert (batch.target[:8] == 4).all()
    np.testing.assert_array_equal(batch.target[8:], read[:3])
    assert batch.mask.all()


@pytest.mark.parametrize("n_symbols", (2, 3))
def test_temporal_order_as_pascanu_has_it(n_symbols):
    task = TemporalOrder(50, n_symbols)
    batch = task.batch(rng(), 3000)
    read = batch.x.argmax(-1)
    assert batch.x.shape == (50, 3000, 6) and (batch.x.sum(-1) == 1).all()
    assert ((read < 2).sum(0) == n_symbols).all()
    places = [np.unique(np.sort(np.nonzero(read.T < 2)[1].reshape(3000, -1), axis=1)[:, k]) for k in range(n_symbols)]
    windows = ((5, 9), (25, 29)) if n_symbols == 2 else ((5, 9), (16, 21), (33, 37))
    for found, (first, last) in zip(places, windows):
        np.testing.assert_array_equal(found, np.arange(first, last + 1))
    order = np.nonzero(read.T < 2)[1].reshape(3000, -1)
    kinds = np.take_along_axis(read.T, order, axis=1)
    np.testing.assert_array_equal(batch.target[-1], kinds @ 2 ** np.arange(n_symbols)[::-1])


@pytest.mark.parametrize("n_symbols, windows", ((2, ((10, 20), (50, 60))), (3, ((10, 20), (33, 43), (66, 76)))))
def test_temporal_order_as_hochreiter_and_schmidhuber_have_it(n_symbols, windows):
    """Tasks 6a and 6b: lengths from 100 to 110, a begin, an end, and zeros after it."""
    task = TemporalOrder(100, n_symbols, "hochreiter")
    batch = task.batch(rng(), 3000)
    read, ends = batch.x.argmax(-1), batch.mask.argmax(0)
    assert tuple(task.windows) == windows and batch.x.shape == (110, 3000, 8)
    np.testing.assert_array_equal(np.unique(ends), np.arange(99, 110))
    assert (batch.mask.sum(0) == 1).all() and (read[0] == 6).all() and (read[ends, np.arange(3000)] == 7).all()
    after = np.arange(110)[:, None] > ends
    np.testing.assert_array_equal(batch.x.any(-1), ~after)
    relevant = (read < 2) & ~after
    assert (relevant.sum(0) == n_symbols).all()
    where = np.nonzero(relevant.T)[1].reshape(3000, -1)
    for column, (first, last) in zip(where.T, windows):
        np.testing.assert_array_equal(np.unique(column), np.arange(first, last + 1))


def test_reber_streams_are_legal_strings():
    """Every string begins with B and its outer symbol, ends with the same symbol and E, and holds a Reber string."""
    batch = ContinualReber(3000).batch(rng(), 2)
    for b in range(2):
        text = "".join(SYMBOLS[k] for k in batch.x[:, b].argmax(-1))
        strings, start = [], 0
        while (found := next((end for end in range(start + 8, len(text)) if text[end - 1:end + 1] in ("TE", "PE")
                              and text[end - 2] == "E"), None)) is not None:
            strings.append(text[start:found + 1])
            start = found + 1
        assert len(strings) > 200
        for string in strings:
            assert string[:3] in ("BTB", "BPB") and string[1] == string[-2] and string[-1] == "E"
            assert legal_reber(string[2:-2]), string
        np.testing.assert_array_equal(batch.x[1:, b].argmax(-1), batch.target[:-1, b])


def legal_reber(string):
    """Reber's grammar as a regular expression, written down apart from the automaton."""
    import re
    lower = "T*V(?:PXT*V)*(?:PS|V)"  # from the node that begins the lower branch
    return re.fullmatch(f"B(?:TS*X(?:X{lower}|S)|P{lower})E", string) is not None


def test_reber_wrong_and_outer_accuracy():
    task = ContinualReber(200)
    batch = task.batch(rng(), 20)
    follow, due = automaton()
    outputs = np.where(follow[task.states(batch)] >= 0, 1.0, 0.0)
    assert not task.wrong(outputs, batch).any() and task.outer_accuracy(outputs, batch) == 1
    at = due[task.states(batch)]
    forgetful = outputs.copy()
    forgetful[at] = np.isin(list(SYMBOLS), list("TP")) + .1 * (np.array(list(SYMBOLS)) == "T")  # always T
    assert task.wrong(forgetful, batch)[at.any(0)].any()
    assert .3 < task.outer_accuracy(forgetful, batch) < .7
    short = ContinualReber(2)
    assert np.isnan(short.outer_accuracy(np.zeros((2, 1, 7)), short.batch(rng(), 1)))


def test_timing_asks_at_every_spike_how_long_it_took():
    batch = Timing(4, n_spikes=6).batch(rng(), 500)
    for b in range(500):
        spikes = np.flatnonzero(batch.x[:, b, 0])
        assert spikes[0] == 0 and len(spikes) == 7
        np.testing.assert_array_equal(np.flatnonzero(batch.mask[:, b]), spikes[1:])
        np.testing.assert_array_equal(batch.target[spikes[1:], b], np.diff(spikes) - 4)
    assert set(np.unique(batch.x)) == {0, 1}


def test_digits_come_pixel_by_pixel_and_tests_show_others():
    images, classes = digits.load_digits()
    assert images.shape == (1797, 8, 8) and images.max() == 16 and classes.shape == (1797,)
    task = Digits(blanks=3)
    batch, held_out = task.batch(rng(), 50), task.test(rng(), 360)
    assert batch.x.shape == (67, 50, 1) and not batch.x[64:].any() and 0 <= batch.x.min() and batch.x.max() == 1
    known = {image.tobytes(): k for k, image in enumerate(images.reshape(1797, 64).astype(float) / 16)}

    def numbers(some):
        return [known[np.ascontiguousarray(some.x[:64, b, 0]).tobytes()] for b in range(some.x.shape[1])]
    assert max(numbers(batch)) < 1437 and sorted(numbers(held_out)) == list(range(1437, 1797))
    np.testing.assert_array_equal(batch.target[-1], classes[numbers(batch)])
    assert len(np.unique(classes[:1437])) == len(np.unique(classes[1437:])) == 10


def test_the_stored_digits_are_those_of_the_script():
    """The arrays' checksum, so that an accident is noticed, and that they are documented."""
    images, classes = digits.load_digits()
    assert hashlib.sha256(images.tobytes() + classes.tobytes()).hexdigest()[:16] == "87ff0c9e40dc7e2c"
    readme = Path(digits.FILE).with_name("README.md").read_text(encoding="utf-8")
    assert "`digits.npz`" in readme and "CC BY 4.0" in readme and "make_digits.py" in readme


def test_missing_digits_name_the_command(monkeypatch, tmp_path):
    monkeypatch.setattr(digits, "FILE", tmp_path / "digits.npz")
    digits.load_digits.cache_clear()
    try:
        with pytest.raises(FileNotFoundError, match=r"python data/make_digits\.py"):
            Digits().batch(rng(), 2)
    finally:
        monkeypatch.undo()
        digits.load_digits.cache_clear()


@pytest.mark.parametrize("make, words", (
    (lambda: Latch(1), ("length is 1", "at least 2")), (lambda: Latch(5, shown=5), ("length is 5", "at least 6")),
    (lambda: Latch(5, shown=0), ("shown is 0",)), (lambda: Latch(5, noise=-1), ("noise is -1", "negative")),
    (lambda: Latch(5, noise="no"), ("noise is 'no'",)), (lambda: Adding(1), ("length is 1", "at least 2")),
    (lambda: Adding(2.5), ("length is 2.5", "whole number")), (lambda: Multiplication("9"), ("length is '9'",)),
    (lambda: Copy(0), ("delay is 0",)), (lambda: Copy(5, n_symbols=1), ("n_symbols is 1", "at least 2")),
    (lambda: Copy(5, n_copied=0), ("n_copied is 0",)), (lambda: TemporalOrder(9), ("length is 9", "at least 10")),
    (lambda: TemporalOrder(20, 4), ("n_symbols is 4", "2, 3")),
    (lambda: TemporalOrder(20, layout="lstm"), ("layout is 'lstm'", "'pascanu', 'hochreiter'")),
    (lambda: ContinualReber(0), ("length is 0",)), (lambda: Timing(0), ("interval is 0",)),
    (lambda: Timing(3, n_spikes=0), ("n_spikes is 0",)), (lambda: Digits(-1), ("blanks is -1", "at least 0"))))
def test_tasks_refuse(make, words):
    with pytest.raises(ValueError) as error:
        make()
    assert all(word in str(error.value) for word in words), error.value
