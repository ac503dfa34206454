"""Good arguments of what notebook 14 measures and draws."""
import numpy as np
from good_learning import speaker
from matplotlib.figure import Figure

from course_utils.experiments.lessons import code_units, gaps, peers, story_readers
from course_utils.figures.lessons import bits, sentences
from course_utils.language import right_verb
from course_utils.tasks import WORDS, Agreement

SYMBOLS = np.arange(30) % 4
ROW = {"task": "agreement", "task.phrases": 2, "cell": "LSTM", "forget_bias": 1.0, "input_bias": -3.0, "lr": .005,
       "solved_at": 100, "wrong": 0.0, "reach_last": 11}
END = {"seed": 0, "right": .99, "unit": 2, "without_first": .6, "without_second": .9, "missed": 1, "telling": 1,
       "transplants": 40}


def drawing(**more):
    return lambda: {"ax": Figure().add_subplot(), **more}


def named():
    """A training of every network, as `name_sentences` returns it."""
    return [{"name": name, "kind": "agreement", "gap": 7, "needed": 10, "wrong": .1, "reach_last": 11}
            for name in sentences.STYLES]


def reader():
    return speaker(len(WORDS))


GRAMS = [{"peer": "n-gram", "n": n, "read": 100, "bits": 3.0 - n / 10} for n in (1, 2)]
GOOD = {
    right_verb: lambda: {"model": reader(), "phrases": 1, "n": 9, "seed": 1},
    gaps.example: lambda: {"task": Agreement(1), "seed": 4},
    gaps.name_sentences: lambda: {"rows": [dict(ROW)]},
    gaps.solved_by_gap: lambda: {"rows": gaps.name_sentences([ROW])},
    story_readers.pieces: lambda: {"symbols": np.tile(WORDS.encode("the man goes .".split()), 6), "n": 2,
                                         "length": 3},
    story_readers.without_each_unit: lambda: {"model": reader(), "read": SYMBOLS[:12].reshape(6, 2),
                                              "due": SYMBOLS[1:13].reshape(6, 2), "kinds": {"low": [0, 1]}},
    story_readers.asked_for: dict,
    story_readers.young_reader: lambda: {"seed": 1},
    story_readers.verb_and_pulls: lambda: {"model": reader()},
    story_readers.number_by_unit: lambda: {"model": reader()},
    story_readers.transplants: lambda: {"model": reader(), "unit": 1},
    story_readers.say_ends: lambda: {"rows": [dict(END)]},
    peers.of_peer: lambda: {"rows": [dict(GRAMS[0])], "peer": "n-gram", "n": 1, "read": 100},
    peers.ngram_bits: lambda: {"n": 2, "read": 3000, "tested": 2000},
    peers.lzma_bits: lambda: {"read": 3000, "tested": 2000},
    peers.lstm_bits: lambda: {"tested": 2100},
    peers.context_bits: lambda: {"n": 2, "places": 3},
    peers.owed_by_distance: lambda: {"model": speaker(), "symbols": SYMBOLS, "places": np.array([5, 7]), "n": 2},
    code_units.cell_states: lambda: {"model": speaker(), "symbols": SYMBOLS},
    code_units.tell_properties: lambda: {"model": speaker(97), "module": "textwrap", "n": 5000},
    sentences.plot_gaps: lambda: {"axes": list(Figure().subplots(2)), "rows": named(), "kind": "agreement",
                                  "guess": .5},
    sentences.plot_pulls: drawing(rows=[{"seed": 0, "batch": batch, "subject": 1.0, "nearest": .5}
                                        for batch in (0, 50)]),
    sentences.plot_without: drawing(whole=.9, without=np.array([.9, .6]), chance=.5, marked=[1]),
    bits.plot_peers: drawing(rows=[*GRAMS, {"peer": "LSTM", "n": None, "read": 100, "bits": 2.0}]),
    bits.plot_epochs: drawing(ours=np.ones((3, 2)), others=np.ones((3, 2))),
    bits.plot_distance: drawing(norms=np.array([1.0, .5, .1])),
}
RECORDS = set()
