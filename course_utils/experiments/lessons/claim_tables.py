"""What the stored trainings say of five claims (notebook 17): counts of those that learned."""
import numpy as np

from ...ground.arguments import among, size, takes
from ...ground.places import DATA
from ...language.units import separability
from ...learning.model import predict
from ...tasks import TASKS, Agreement, Latch
from ...tasks.grammar import WORDS
from ..models import stored
from ..results import group, load
from ..runs import check_slice, prepare, settings_of
from .latch import latch_states

TABLES = ("ablation", "lags", "latch", "no_forget", "quiet", "sentences")
SENTENCES = ("place", "recall", "agreement")
LONG_LAGS = {  # cell, start, forget bias
    "ReLU": ("ReluRNN", "identity", 0), "LSTM, b_f 1": ("LSTM", "glorot", 1), "LSTM, b_f 3": ("LSTM", "glorot", 3)}


def solved(rows):
    """How many of these trainings solved their task."""
    return sum(row["solved_at"] is not None for row in rows)


@takes(name=among(*TABLES))
def begun_again(name):
    """The difference between the stored loss at iteration 10 and the same computed again, for the middle row of this
    table."""
    rows = load(DATA / f"{name}.csv")
    return check_slice(rows[len(rows) // 2])


@takes(length=among(2, 5, 10, 20, 40))
def latch_counts(length):
    """(learned, tried, learned, tried): units that keep a bit for so many steps, those that started with |w| > 1 and
    those with |w| < 1. data/latch.csv: three rates, twenty seeds."""
    rows = [row for row in load(DATA / "latch.csv") if row["task.length"] == length]
    able = [abs(prepare(settings_of(row))[1].params.W_h[0, 0]) > 1 for row in rows]
    parts = [[row for row, fits in zip(rows, able) if fits == wanted] for wanted in (True, False)]
    return tuple(number for part in parts for number in (solved(part), len(part)))


@takes(length=size(2, 200), n=size(2, 100_000))
def kept_by_hand(length, n=1000):
    """Of n noisy bits, the share that one tanh unit with w = 2, u = 2, b = 0 still holds after so many steps."""
    batch = Latch(length).batch(np.random.default_rng(0), n)
    return float(np.mean((latch_states(2, 2, 0, batch.x[:, :, 0])[-1] > 0) == batch.target[-1]))


@takes(cell=among("TanhRNN", "GRU", "LSTM"), kind=among(*SENTENCES))
def sentence_counts(cell, kind):
    """[(gap, solved, tried)] of data/sentences.csv: a place in the sky, a country's language, or a subject's verb, with
    so many words between cause and effect. Three seeds; LSTMs with the biases 1 and 3 together."""
    rows = [row for row in load(DATA / "sentences.csv") if row["cell"] == cell]
    rows = [row for row in rows if (row["task.kind"] or row["task"]) == kind]
    return [(TASKS[same[0]["task"]](phrases).gap, solved(same), len(same))
            for phrases, same in group(rows, "task.phrases").items()]


def adding_without_forgetting():
    """(with, without, tried) of data/no_forget.csv: of so many LSTMs with a forget gate, and of as many without, how
    many solved adding over 60 steps at rate .01."""
    rows = group(load(DATA / "no_forget.csv"), "lr", "cell")
    return solved(rows[.01, "LSTM"]), solved(rows[.01, "NoForgetLSTM"]), len(rows[.01, "LSTM"])


def grammar_without_forgetting():
    """(with, without): the mean number of updates in which LSTMs with a forget gate and without solved the endless
    grammar, three seeds each, of data/ablation.csv."""
    rows = group(load(DATA / "ablation.csv"), "task", "cell")
    cells = rows["continual Reber", "LSTM"], rows["continual Reber", "NoForgetLSTM"]
    return tuple(float(np.mean([row["solved_at"] for row in some if row["solved_at"] is not None])) for some in cells)


@takes(name=among(*LONG_LAGS))
def long_lag(name):
    """(first, last, solved, tried) of data/lags.csv: temporal order over 120 steps at learning rate .01, ReLU networks
    from the identity or LSTMs with forget bias 1 or 3; the mean reach of the gradient before training and after it."""
    rows = group(load(DATA / "lags.csv"), "cell", "recurrent", "forget_bias", "task.length")[(*LONG_LAGS[name], 120)]
    rows = [row for row in rows if row["lr"] == .01]
    first, last = (float(np.mean([row[name] for row in rows])) for name in ("reach_first", "reach_last"))
    return first, last, solved(rows), len(rows)


@takes(quiet=among(0, 15))
def default_lstm(quiet):
    """(solved, tried) of data/quiet.csv: LSTMs with all biases of PyTorch's start, adding over 50 steps at rate .01,
    without a mark in the last `quiet` steps."""
    rows = group(load(DATA / "quiet.csv"), "cell", "lr", "task.length", "forget_bias", "input_bias", "task.quiet")
    rows = rows["LSTM", .01, 50, 0, 0, quiet]
    return solved(rows), len(rows)


def _with_forget_bias():
    """{forget bias: rows} of the LSTMs of data/forget_bias.csv that have no other bias."""
    return group([row for row in load(DATA / "forget_bias.csv")
                  if row["cell"] == "LSTM" and not row["chrono"] and not row["input_bias"]], "forget_bias")


def stored_gates():
    """(biases, learned, gates): for each forget bias of data/forget_gates.csv, which `forget_gates` makes, how many of
    five LSTMs learned (data/forget_bias.csv), and the mean of all forget gates before training and after 100, 300 and
    1000 batches, (biases, 5, 4)."""
    gates, trained = group(load(DATA / "forget_gates.csv"), "forget_bias"), _with_forget_bias()
    return tuple(gates), [solved(trained[bias]) for bias in gates], np.array(
        [[[row[n] for n in ("0", "100", "300", "1000")] for row in rows] for rows in gates.values()])


@takes(bias=among(0, 1, 3, 5))
def reach_with_bias(bias):
    """(first, last), (5,) each: over how many of 100 steps the gradient reaches back before training and after it, in
    the LSTMs of data/forget_bias.csv with this forget bias."""
    rows = _with_forget_bias()[bias]
    return tuple(np.array([row[name] for row in rows]) for name in ("reach_first", "reach_last"))


@takes(n=size(10, 2000))
def subject_unit(n=400):
    """(old, new, left, middle): how well the cell state of one unit tells the subject's number, as the area under the
    ROC curve, in the words model of notebook 14, which reads n pairs of sentences with four people between subject and
    verb. old: at the worst word from the subject to its verb, for the best unit; new: that unit in the second sentence,
    whose subject is another; left: what it still tells there of the first; middle: the median unit, for the old."""
    first, second = (Agreement(4).batch(np.random.default_rng(seed), n) for seed in (5, 6))
    verb = np.flatnonzero(first.mask.any(axis=1))[0]
    ending = [first.target[-1], *(np.full(n, WORDS.numbers[word]) for word in ("dog", "."))]
    words = np.array([*first.x.argmax(-1), *ending, *second.x.argmax(-1)])
    c = predict(stored("words")[0], np.eye(len(WORDS))[words])[1].states[1, 1:].swapaxes(1, 2)
    plural, other = (some.target[verb] == WORDS.numbers["go"] for some in (first, second))
    found, T = separability(c[1:verb + 1], plural).min(axis=0), len(words) - len(second.x)
    unit = found.argmax()
    new = separability(c[T + 1:T + verb + 1, unit], other).min()
    return found[unit], new, separability(c[T + verb, unit], plural), np.median(found)
