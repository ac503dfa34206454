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
    Agreement,
    ContinualReber,
    Copy,
    Digits,
    Latch,
    Multiplication,
    Parity,
    Recall,
    TemporalOrder,
    Timing,
    digits,
)
from course_utils.tasks.reber import SYMBOLS, automaton

EXAMPLES = (Latch(20), Latch(9, shown=3, noise=0), Adding(20), Adding(3), Adding(20, quiet=9), Multiplication(11),
            Copy(5), Copy(1, 2, 3),
            TemporalOrder(10), TemporalOrder(40, 3), TemporalOrder(100, layout="hochreiter"),
            TemporalOrder(100, 3, "hochreiter"), ContinualReber(50), Timing(4), Timing(1, 3), Digits(), Digits(7),
            Recall(), Recall(3), Recall(1, "place"), Agreement(), Agreement(5), Parity(12), Parity(1))
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


@pytest.mark.parametrize("name, settings, expected", (
    ("latch", {"length": 9}, Latch(9, 1, .2)), ("adding", {"length": 9}, Adding(9)),
    ("multiplication", {"length": 9}, Multiplication(9)), ("copy", {"delay": 9}, Copy(9, 8, 10)),
    ("temporal order", {"length": 20}, TemporalOrder(20, 2, "pascanu")),
    ("continual Reber", {"length": 9}, ContinualReber(9)), ("timing", {"interval": 9}, Timing(9, 5)),
    ("digits", {}, Digits(0)), ("recall", {}, Recall(0, "language")), ("agreement", {}, Agreement(0)),
    ("parity", {"length": 9}, Parity(9))))
def test_names_defaults_and_criteria_are_those_documented(name, settings, expected):
    task = TASKS[name](**settings)
    assert task == expected and type(task) is type(expected)
    tolerance, n_test = {"digits": (.1, 360), "continual Reber": (.1, 100), "recall": (.01, 1000),
                         "agreement": (.01, 1000)}.get(name, (.01, 10_000))
    assert (task.tolerance, task.n_test) == (tolerance, n_test)


# baselines, by simulation or by counting

@pytest.mark.parametrize("task, guess", ((Adding(20), 1.0), (Multiplication(20), .25)), ids=repr)
def test_constant_guess_has_the_baseline_as_its_error(task, guess):
    batch = task.batch(rng(), 200_000)
    found = squared_error(np.full(batch.target.shape, guess), batch.target, batch.mask)[0]
    assert found == pytest.approx(task.baseline, rel=.02)
    better = [squared_error(np.full(batch.target.shape, guess + d), batch.target, batch.mask)[0] for d in (-.02, .02)]
    assert min(better) > found


@pytest.mark.parametrize("task, guess, cost", (
    (Adding(20), lambda one: one + .5, 1 / 12), (Multiplication(20), lambda one: one / 2, 1 / 36)),
    ids=("adding", "multiplication"))
def test_one_number_known_leaves_the_variance_due_to_the_other(task, guess, cost):
    batch = task.batch(rng(), 100_000)
    one = (batch.x[:10, :, 0] * batch.x[:10, :, 1]).sum(0)
    found = squared_error(np.broadcast_to(guess(one)[:, None], batch.target.shape), batch.target, batch.mask)[0]
    assert found == pytest.approx(cost, rel=.02)


@pytest.mark.parametrize("task", (TemporalOrder(20), TemporalOrder(100, 3, "hochreiter")), ids=repr)
def test_one_symbol_known_leaves_the_others_to_be_guessed(task):
    """Whoever knows the last symbol has half as many classes to choose from, all equally likely."""
    batch = task.batch(rng(), 20_000)
    possible = np.arange(task.n_outputs) % 2 == batch.target[..., None] % 2
    found = softmax_cross_entropy(np.where(possible, 0.0, -1e3), batch.target, batch.mask)[0]
    assert found == pytest.approx(task.baseline - np.log(2), rel=1e-12)
    np.testing.assert_allclose(np.bincount(batch.target[batch.mask]) / 20_000, 1 / task.n_outputs, atol=.012)


@pytest.mark.parametrize("task", (Latch(5), TemporalOrder(10), TemporalOrder(10, 3), Timing(3), Digits(), Parity(5)),
                         ids=repr)
def test_equal_probabilities_cost_the_baseline(task):
    """The classes are equally frequent (digits: nearly), so that nothing better is known without the past."""
    batch = task.batch(rng(), 20_000)
    zero = np.zeros((*batch.target.shape, task.n_outputs))
    assert softmax_cross_entropy(zero, batch.target, batch.mask)[0] == pytest.approx(task.baseline, rel=1e-12)
    counts = np.bincount(batch.target[batch.mask], minlength=task.n_outputs) / batch.mask.sum()
    np.testing.assert_allclose(counts, 1 / task.n_outputs, atol=.012)


def test_copy_baseline_is_that_of_blanks_known_and_symbols_guessed():
    task = Copy(7, 5, 3)
    batch = task.batch(rng(), 50)
    outputs = np.full((*batch.target.shape, 6), -1e3)
    outputs[:-3, :, 5] = 0
    outputs[-3:, :, :5] = 0
    assert task.n_outputs == 6
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


def test_reber_floor_and_baseline_are_seven_and_eight_twelfths_of_ln_2():
    """A string: B, the outer symbol, an inner string of 8 symbols on average, the outer symbol, E: 12. By the first
    step analysis of the grammar's nodes, e.g. a₄ = 1 + a₃/2, its walk takes 5 symbols; 7 of the 12 are a choice of
    two."""
    a = np.linalg.solve([[.5, 0, -.5, 0], [0, .5, 0, -.5], [0, -.5, 1, 0], [0, 0, -.5, 1]], np.ones(4))  # nodes 2 … 5
    assert 2 + 1 + 1 + a[:2].mean() + 1 + 2 == pytest.approx(12, rel=1e-12)
    task = ContinualReber(7)
    assert task.floor == pytest.approx(7 / 12 * np.log(2), rel=1e-12)
    assert task.baseline == pytest.approx(8 / 12 * np.log(2), rel=1e-12)


@pytest.mark.parametrize("length", (50, 150))
def test_a_reber_stream_that_begins_with_a_string_costs_a_little_more(length):
    """Choices come early in a string, the outer symbol's last: in all .53 nats more than the floor, .35 more than the
    baseline."""
    task = ContinualReber(length)
    states, (follow, due) = task.states(task.batch(rng(), 50_000)), automaton()
    known = np.log((follow[states] >= 0).sum(-1)).sum(0).mean()
    assert known - length * task.floor == pytest.approx(.53, abs=.03)
    assert known + due[states].sum(0).mean() * np.log(2) - length * task.baseline == pytest.approx(.35, abs=.03)


# what the sequences look like

def test_latch_shows_the_class_and_then_noise():
    batch = Latch(50, shown=3, noise=.1).batch(rng(), 300)
    np.testing.assert_array_equal(batch.x[:3, :, 0], np.tile(2 * batch.target[-1] - 1, (3, 1)))
    assert batch.x[3:].std() == pytest.approx(.1, rel=.05)
    assert not Latch(5, noise=0).batch(rng(), 4).x[1:].any()
    assert batch.mask[-1].all() and not batch.mask[:-1].any()


def kept(h, w, u, b, steps):
    """Which tanh units h (2, n) still tell the classes, −1 and 1, after so many steps without input."""
    for _ in range(steps):
        h = np.tanh(w * h + b)
    return (h[0] < 0) & (h[1] > 0)


@pytest.mark.parametrize("variant, at_one_length, at_any_length", ((1, 4, 8), (2, 6, 12)))
def test_the_latch_is_guessed_in_the_documented_number_of_trials(variant, at_one_length, at_any_length):
    """Weights so large that tanh is a sign; a length of either parity stands for any length."""
    one, other, w = rng().uniform(-1e5, 1e5, (3, 100_000))
    u, b = (1.0, 0.0) if variant == 1 else (one, other)
    first = np.tanh([one, other] if variant == 1 else [b - u, b + u])
    even, odd = (kept(first, w, u, b, steps) for steps in (20, 21))
    assert 1 / even.mean() == pytest.approx(at_one_length, rel=.03)
    assert 1 / odd.mean() == pytest.approx(at_one_length, rel=.03)
    assert 1 / (even & odd).mean() == pytest.approx(at_any_length, rel=.03)


@pytest.mark.parametrize("quiet", (0, 1, 9))
def test_the_end_of_adding_is_quiet_and_no_quieter(quiet):
    """The second mark comes everywhere in the second half but at its end; what is drawn before stays as it was."""
    marks = Adding(21, quiet=quiet).batch(rng(), 2000).x[..., 1]
    assert set(marks.sum(0)) == {2} and (marks[:10].sum(0) == 1).all()
    assert set(np.nonzero(marks)[0]) == set(range(21 - quiet))
    assert np.array_equal(marks[:10], Adding(21).batch(rng(), 2000).x[:10, :, 1])


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
    outputs = perfect(task, batch)
    outputs[:8] = rng(1).normal(size=outputs[:8].shape)
    assert not task.wrong(outputs, batch).any(), "only what is written decides"


@pytest.mark.parametrize("n_symbols", (2, 3))
def test_temporal_order_as_pascanu_has_it(n_symbols):
    task = TemporalOrder(50, n_symbols)
    batch = task.batch(rng(), 3000)
    read = batch.x.argmax(-1)
    assert batch.x.shape == (50, 3000, 6) and (batch.x.sum(-1) == 1).all()
    assert ((read < 2).sum(0) == n_symbols).all()
    np.testing.assert_allclose(np.bincount(read[read >= 2])[2:] / (read >= 2).sum(), 1 / 4, atol=.01)
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
    kinds = np.take_along_axis(read.T, where, axis=1)
    np.testing.assert_array_equal(batch.target[ends, np.arange(3000)], kinds @ 2 ** np.arange(n_symbols)[::-1])


def test_parity_turns_over_with_each_one():
    batch = Parity(40).batch(rng(), 30)
    before = np.vstack([np.zeros_like(batch.target[:1]), batch.target[:-1]])
    np.testing.assert_array_equal(batch.target != before, batch.x[..., 0] == 1)
    assert batch.mask.all() and set(np.unique(batch.x)) == {-1, 1}


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
    undecided = np.zeros_like(outputs)
    assert task.wrong(undecided, batch).all() and task.outer_accuracy(undecided, batch) == 0
    short = ContinualReber(2)
    assert np.isnan(short.outer_accuracy(np.zeros((2, 1, 7)), short.batch(rng(), 1)))


def test_timing_asks_at_every_spike_how_long_it_took():
    batch = Timing(4, n_spikes=6).batch(rng(), 500)
    assert batch.x.shape == (6 * 5 + 1, 500, 1), "as long as the longest"
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
    (lambda: Adding(9, quiet=5), ("quiet is 5 and length is 9", "below 5")), (lambda: Adding(9, -1), ("quiet is -1",)),
    (lambda: Adding(2.5), ("length is 2.5", "whole number")), (lambda: Multiplication("9"), ("length is '9'",)),
    (lambda: Copy(0), ("delay is 0",)), (lambda: Copy(5, n_symbols=1), ("n_symbols is 1", "at least 2")),
    (lambda: Copy(5, n_copied=0), ("n_copied is 0",)), (lambda: TemporalOrder(9), ("length is 9", "at least 10")),
    (lambda: TemporalOrder(20, 4), ("n_symbols is 4", "2, 3")),
    (lambda: TemporalOrder(20, layout="lstm"), ("layout is 'lstm'", "'pascanu', 'hochreiter'")),
    (lambda: ContinualReber(0), ("length is 0",)), (lambda: Timing(0), ("interval is 0",)),
    (lambda: Timing(3, n_spikes=0), ("n_spikes is 0",)), (lambda: Digits(-1), ("blanks is -1", "at least 0")),
    (lambda: Recall(-1), ("phrases is -1", "at least 0")), (lambda: Recall(0, "star"), ("kind is 'star'", "'place'")),
    (lambda: Parity(0), ("length is 0", "at least 1")),
    (lambda: Agreement(1.5), ("phrases is 1.5", "whole number"))))
def test_tasks_refuse(make, words):
    with pytest.raises(ValueError) as error:
        make()
    assert all(word in str(error.value) for word in words), error.value
