"""A text, symbol by symbol: which one comes next?"""
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from ..ground.arguments import size, takes
from ..ground.checks import as_symbols
from .base import Batch, Task, one_hot


@dataclass(frozen=True, repr=False)
class NextSymbol(Task):
    """The next symbol of a text, at every step; pieces of `length` steps, one-hot, float32.

    symbols (N,): the text as numbers from 0 to n_symbols − 1 (`Vocabulary.encode`). `batch` draws pieces from
    anywhere; `stream(k, n)` cuts the text into n equal parts and gives piece k of each, so that a state carried from
    one piece to the next has read all of its part (after the last piece the parts begin anew). A text of fewer than
    length + 1 symbols, or parts as short as that, raise ValueError. baseline: the entropy of single symbols, in nats.
    """

    symbols: np.ndarray
    n_symbols: int
    length: int = 100
    tolerance, n_test = 0.0, 1

    def __post_init__(self):
        self.check(length=1, n_symbols=2)
        symbols = as_symbols(self.symbols, self.n_symbols)
        if len(symbols) <= self.length:
            raise ValueError(f"the text has {len(symbols)} symbols, expected at least {self.length + 1}: "
                             f"pieces of {self.length} and the one to be predicted last")

    def __repr__(self):
        """With a checksum of the text: a checkpoint belongs to one text."""
        text = np.asarray(self.symbols, np.int64)
        return f"NextSymbol({len(text)} symbols, crc32 {crc32(text)}, n_symbols={self.n_symbols}, length={self.length})"

    @property
    def n_inputs(self):
        return self.n_symbols

    n_outputs = n_inputs

    @property
    def baseline(self):
        share = np.bincount(self.symbols) / len(self.symbols)
        return float(-np.sum(share[share > 0] * np.log(share[share > 0])))

    @takes(n=size())
    def pieces(self, n):
        """How many pieces each of n parts of the text has. Raises ValueError if a part is too short for one."""
        each = (len(self.symbols) - 1) // (n * self.length)
        if not each:
            raise ValueError(f"n is {n}: {len(self.symbols)} symbols are too few for {n} parts of {self.length}, "
                             f"expected at least {n * self.length + 1}")
        return each

    def batch(self, rng, n):
        return self._cut(rng.integers(0, len(self.symbols) - self.length, n))

    @takes(k=size(0, np.inf), n=size())
    def stream(self, k, n):
        each = self.pieces(n)
        return self._cut((np.arange(n) * each + k % each) * self.length)

    def _cut(self, starts):
        rows = self.symbols[starts + np.arange(self.length + 1)[:, None]]
        return Batch(one_hot(rows[:-1], self.n_symbols).astype(np.float32), rows[1:], np.ones(rows[1:].shape, bool))
