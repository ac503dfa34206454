"""The continual embedded Reber grammar: strings without end, and nobody says where one begins."""
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from .base import Batch, Task, one_hot

SYMBOLS = "BTPSXVE"
INNER = {  # node: {symbol: next node} of Reber's grammar; its last E leads out
    0: {"B": 1}, 1: {"T": 2, "P": 3}, 2: {"S": 2, "X": 4}, 3: {"T": 3, "V": 5}, 4: {"X": 3, "S": 6},
    5: {"P": 4, "V": 6}, 6: {"E": 7}}


@lru_cache(maxsize=1)
def automaton():
    """(follow (S, 7) next states, −1 where a symbol is illegal; ask: the states in which the outer T or P is due).

    State 0 begins a string: B; then T or P, the outer symbol, which is remembered in the state through a whole Reber
    string, comes again, and is followed by E.
    """
    names = ["B", "TP"] + [(outer, node) for outer in "TP" for node in range(9)]
    follow = -np.ones((len(names), len(SYMBOLS)), int)
    edges = [("B", "B", "TP"), ("TP", "T", ("T", 0)), ("TP", "P", ("P", 0))]
    for outer in "TP":
        edges += [((outer, node), symbol, (outer, to)) for node, out in INNER.items() for symbol, to in out.items()]
        edges += [((outer, 7), outer, (outer, 8)), ((outer, 8), "E", "B")]
    for state, symbol, to in edges:
        follow[names.index(state), SYMBOLS.index(symbol)] = names.index(to)
    return follow, np.array([name[1:] == (7,) for name in names])


@dataclass(frozen=True)
class ContinualReber(Task):
    """A stream of `length` symbols of embedded Reber strings, one after the other (Gers, Schmidhuber & Cummins 2000);
    every legal next symbol is equally likely. Input: the symbol, one-hot (B, T, P, S, X, V, E); target: the next one,
    at every step.

    floor: the entropy of the next symbol, in nats, of someone who knows the grammar and the outer T or P. baseline:
    the floor plus ln 2 wherever that symbol is due: the same without memory of it. Both are exact for a stream without
    end, from the stationary distribution of the grammar's states: a string has 12 symbols and 7 choices of two on
    average, so the floor is 7/12 ln 2 and the baseline 8/12 ln 2. A stream that begins with a string, as a batch does,
    costs about .53/length and .35/length more. Wrong: at some step of the stream a symbol that cannot follow gets no
    less than one that can. Solved with at most a tenth of 100 fresh streams wrong (ours; theirs, by notes on the
    paper, is ten streams of 10⁵ symbols without a mistake).
    """

    length: int
    n_inputs, n_outputs, tolerance, n_test = 7, 7, .1, 100

    def __post_init__(self):
        self.check(length=1)

    def batch(self, rng, n):
        follow, _ = automaton()
        counts, picks = (follow >= 0).sum(axis=1), np.argsort(follow < 0, axis=1, kind="stable")
        symbols, state = np.zeros((self.length + 1, n), int), np.zeros(n, int)
        for t, draw in enumerate(rng.random((self.length + 1, n))):
            symbols[t] = picks[state, (draw * counts[state]).astype(int)]
            state = follow[state, symbols[t]]
        return Batch(one_hot(symbols[:-1], 7), symbols[1:], np.ones((self.length, n), bool))

    def states(self, batch):
        """(T, B): the grammar's state after each symbol read."""
        follow, _ = automaton()
        read, states = batch.x.argmax(axis=-1), np.zeros((len(batch.x) + 1, batch.x.shape[1]), int)
        for t, symbols in enumerate(read):
            states[t + 1] = follow[states[t], symbols]
        return states[1:]

    def wrong(self, outputs, batch):
        legal = automaton()[0][self.states(batch)] >= 0
        least = np.where(legal, outputs, np.inf).min(axis=-1)
        return (np.where(legal, -np.inf, outputs).max(axis=-1) >= least).any(axis=0)

    def outer_accuracy(self, outputs, batch):
        """The share of outer T's and P's, the symbols that need the long memory, that are rightly preferred to the
        other; NaN if none is due in the batch."""
        due = automaton()[1][self.states(batch)]
        if not due.any():
            return float("nan")
        t, p = (outputs[due][:, SYMBOLS.index(symbol)] for symbol in "TP")
        return float(np.mean(np.where(batch.target[due] == SYMBOLS.index("T"), t > p, p > t)))

    @cached_property
    def _stationary(self):
        """The share of time spent in each state."""
        follow, _ = automaton()
        step = np.zeros((len(follow), len(follow)))
        for state, row in enumerate(follow):
            np.add.at(step[state], row[row >= 0], 1 / np.count_nonzero(row >= 0))
        system = np.vstack([step.T - np.eye(len(follow)), np.ones(len(follow))])
        return np.linalg.lstsq(system, np.r_[np.zeros(len(follow)), 1], rcond=None)[0]

    @property
    def floor(self):
        return float(self._stationary @ np.log((automaton()[0] >= 0).sum(axis=1)))

    @property
    def baseline(self):
        return float(self.floor + self._stationary @ automaton()[1] * np.log(2))
