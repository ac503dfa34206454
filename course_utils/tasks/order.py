"""In which order did the symbols X and Y appear, long ago, among distractors?"""
from dataclasses import dataclass

import numpy as np

from ..ground.checks import one_of
from .base import Batch, Task, at_steps, one_hot

LAYOUTS = ("pascanu", "hochreiter")
WINDOWS = {2: ((.1, .2), (.5, .6)), 3: ((.1, .2), (.33, .43), (.66, .76))}  # where they stand, as shares of the length
X, Y = 0, 1


@dataclass(frozen=True)
class TemporalOrder(Task):
    """`n_symbols` (2 or 3) relevant symbols, X or Y, at random steps within their windows, distractors elsewhere; the
    class at the end is their order: XX, XY, YX, YY, or XXX … YYY.

    layout "pascanu": six one-hot symbols, X, Y and four distractors; the windows are [.1 L, .2 L) and [.5 L, .6 L)
    (Pascanu, Mikolov & Bengio 2013; with three symbols, the third window is Hochreiter & Schmidhuber's).
    layout "hochreiter": their tasks 6a and 6b (1997) at length 100: eight symbols, a begin and an end besides; each
    sequence has a length of its own, uniform from L to 1.1 L, zeros follow it; windows with both ends.
    baseline ln 4 or ln 8 (one symbol known: ln 2 or ln 4). Solved, in both layouts: Pascanu's less than 1 % of 10,000
    fresh sequences wrong (Hochreiter & Schmidhuber ask that every output be within .3 of its target).
    """

    length: int
    n_symbols: int = 2
    layout: str = "pascanu"

    def __post_init__(self):
        one_of("n_symbols", self.n_symbols, (2, 3))
        one_of("layout", self.layout, LAYOUTS)
        self.check(length=10)

    @property
    def theirs(self):
        """Whether the layout is Hochreiter and Schmidhuber's."""
        return self.layout == "hochreiter"

    @property
    def n_inputs(self):
        return 8 if self.theirs else 6

    @property
    def n_outputs(self):
        return 2**self.n_symbols

    @property
    def baseline(self):
        return self.n_symbols * np.log(2)

    @property
    def windows(self):
        """[(first, last) step, counted from 0] of each relevant symbol."""
        found = [(round(a * self.length), round(b * self.length)) for a, b in WINDOWS[self.n_symbols]]
        return found if self.theirs else [(a, max(a, b - 1)) for a, b in found]

    def batch(self, rng, n):
        each = np.arange(n)
        T = round(1.1 * self.length) if self.theirs else self.length
        symbols = rng.integers(2, 6, (T, n))
        relevant = rng.integers(X, Y + 1, (self.n_symbols, n))
        for (first, last), kind in zip(self.windows, relevant):
            symbols[rng.integers(first, last + 1, n), each] = kind
        x, ends = one_hot(symbols, self.n_inputs), np.full(n, T - 1)
        if self.theirs:
            ends = rng.integers(self.length, T + 1, n) - 1
            x[0], x[ends, each] = one_hot(6, 8), one_hot(7, 8)
            x[np.arange(T)[:, None] > ends] = 0
        return Batch(x, *at_steps(ends, T, 2 ** np.arange(self.n_symbols)[::-1] @ relevant))
