"""Good arguments of the public functions and classes for tasks, texts, experiments, claims and terms."""
from functools import lru_cache

import numpy as np
from good_engine import rng

from course_utils import LSTM, init_model, unroll
from course_utils import tasks as ct
from course_utils.exercises.claims import CLAIMS, Ledger, weigh
from course_utils.exercises.glossary import look_up, read_glossary, stated_shape
from course_utils.experiments import check_slice, group, load, prepare, run, successes, sweep
from course_utils.experiments.models import stored
from course_utils.experiments.runs import settings_of
from course_utils.ground.places import DATA
from course_utils.language.agreement import pulls, verb_odds
from course_utils.language.annotations import annotate
from course_utils.language.corpora import module_source, python_text
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
from course_utils.language.units import mean_output, separability, silence
from course_utils.tasks.grammar import WORDS, bits_per_word, story
from course_utils.tasks.vocabulary import Vocabulary

SYMBOLS = np.arange(60) % 4
SETTINGS = {"task": "latch", "task.length": 5, "hidden": 2, "n_iterations": 1, "seed": 0}


@lru_cache(maxsize=4)
def speaker(n=4, cell=LSTM):
    """A small model of a language of n symbols."""
    return init_model(cell, n, 3, n, rng())


@lru_cache(maxsize=1)
def row():
    return run(SETTINGS | {"n_iterations": 10})


def ledger():
    found = Ledger(CLAIMS[:2])
    found.record(1, measured="3", verdict="holds")
    return found


def drawn(task):
    return lambda: {"self": task, "rng": rng(), "n": 3}


EACH_TASK = (ct.Adding(6), ct.Copy(3), ct.Digits(), ct.Latch(4), ct.TemporalOrder(10), ct.ContinualReber(5),
             ct.Agreement(1), ct.Recall(1), ct.NextSymbol(SYMBOLS, 4, 5), ct.Timing(3), ct.Parity(4))

GOOD = {
    ct.Adding: lambda: {"length": 6, "quiet": 1}, ct.Multiplication: lambda: {"length": 6, "quiet": 1},
    ct.Copy: lambda: {"delay": 3, "n_symbols": 4, "n_copied": 2}, ct.Digits: lambda: {"blanks": 1},
    ct.Latch: lambda: {"length": 4, "shown": 1, "noise": .2},
    ct.TemporalOrder: lambda: {"length": 10, "n_symbols": 2, "layout": "pascanu"},
    ct.ContinualReber: lambda: {"length": 5}, ct.Agreement: lambda: {"phrases": 1},
    ct.Recall: lambda: {"phrases": 1, "kind": "place"}, ct.Timing: lambda: {"interval": 3, "n_spikes": 2},
    ct.NextSymbol: lambda: {"symbols": SYMBOLS, "n_symbols": 4, "length": 5},
    ct.Parity: lambda: {"length": 4},
    ct.one_hot: lambda: {"symbols": SYMBOLS, "n": 4}, ct.Task: dict,
    **{type(task).batch: drawn(task) for task in EACH_TASK},
    **{type(task).test: drawn(task) for task in EACH_TASK},
    ct.NextSymbol.stream: lambda: {"self": EACH_TASK[8], "k": 1, "n": 2},
    ct.NextSymbol.pieces: lambda: {"self": EACH_TASK[8], "n": 2},
    verb_odds: lambda: {"model": speaker(len(WORDS)), "phrases": 1, "n": 4, "seed": 1},
    pulls: lambda: {"odds": np.array([1., 2., 3.]), "plural": np.array([True, False, True]),
                    "nearest": np.array([True, True, False])},
    annotate: lambda: {"source": "a = (1,)  # one\n"},
    bits_per_symbol: lambda: {"model": speaker(), "symbols": SYMBOLS, "n_streams": 2, "length": 5},
    bits_with_context: lambda: {"model": speaker(), "symbols": SYMBOLS, "places": np.array([5, 7]), "n": 2},
    surprises: lambda: {"model": speaker(), "start": SYMBOLS[:4], "symbols": SYMBOLS[4:9]},
    preferences: lambda: {"model": speaker(), "symbols": SYMBOLS[:12].reshape(6, 2), "kinds": {"low": [0, 1]},
                          "target": SYMBOLS[1:13].reshape(6, 2)},
    read: lambda: {"model": speaker(), "symbols": SYMBOLS, "state0": np.zeros((2, 1, 3))},
    generate: lambda: {"model": speaker(), "start": SYMBOLS[:3], "n_symbols": 2, "rng": rng(), "temperature": 1.0},
    influence: lambda: {"model": speaker(), "symbols": SYMBOLS[:5], "step": 3, "answer": 1},
    NGrams: lambda: {"symbols": SYMBOLS, "n_symbols": 4, "n": 2},
    NGrams.probabilities: lambda: {"self": NGrams(SYMBOLS, 4, 2), "symbols": SYMBOLS[:9], "n": 2},
    NGrams.bits_per_symbol: lambda: {"self": NGrams(SYMBOLS, 4, 2), "symbols": SYMBOLS[:9], "n": 2},
    compressed_bits: lambda: {"text": "abab", "after": "ab"},
    mean_output: lambda: {"trace": unroll(LSTM, speaker().params, np.ones((3, 1, 4)))},
    separability: lambda: {"values": np.array([1., 2., 3.]), "labels": np.array([True, False, True])},
    silence: lambda: {"model": speaker(), "directions": np.eye(3)[:, :1], "mean": np.zeros(3)},
    Vocabulary: lambda: {"symbols": "abc", "unknown": "c"},
    Vocabulary.encode: lambda: {"self": Vocabulary(["a", "b"]), "symbols": ["a", "b"]},
    Vocabulary.decode: lambda: {"self": Vocabulary("ab"), "numbers": np.array([0, 1])},
    python_text: lambda: {"part": "test"}, module_source: lambda: {"name": "bisect"},
    story: lambda: {"part": "test"}, bits_per_word: dict,
    check_slice: lambda: {"row": row()}, run: lambda: {"settings": SETTINGS}, prepare: lambda: {"settings": SETTINGS},
    settings_of: lambda: {"row": row()}, stored: lambda: {"name": "words"},
    group: lambda: {"rows": [row(), row()]}, successes: lambda: {"rows": [row()]},
    load: lambda: {"path": DATA / "timing.csv", "columns": ("task", "cell")},
    sweep: lambda: {"runs": [], "path": "sweep.csv", "command": "made", "jobs": 1, "backend": "loky", "scheduler": None,
                    "progress": False},
    read_glossary: lambda: {"path": DATA / "glossary.csv"},
    look_up: lambda: {"text": "gate", "terms": read_glossary()},
    stated_shape: lambda: {"symbol": "x", "sizes": {"T": 7, "B": 5, "D": 3}},
    weigh: lambda: {"always": False, "when": True, "true_if": False, "misprint": False},
    Ledger: lambda: {"claims": CLAIMS[:2], "name": "claim"},
    Ledger.record: lambda: {"self": ledger(), "number": 2, "measured": "4", "verdict": "holds when", "when": "small"},
    Ledger.rows: lambda: {"self": ledger(), "verdict": "holds", "source": "S0"},
    Ledger.counts: lambda: {"self": ledger(), "source": "S0"}, Ledger.missing: lambda: {"self": ledger()},
}

RECORDS = {ct.Batch}
