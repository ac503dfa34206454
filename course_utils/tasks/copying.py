"""Remember a word of random symbols, and write it out when told."""
from dataclasses import dataclass

import numpy as np

from .base import Batch, Task, one_hot


@dataclass(frozen=True)
class Copy(Task):
    """`n_copied` symbols out of `n_symbols`, `delay` − 1 blanks, a go signal, and as many blanks as symbols to write:
    delay + 2 n_copied steps. Target: blank, until the symbols are to be written, in their order.

    After Hochreiter & Schmidhuber (1997), in the form of Arjovsky, Shah & Bengio (2016). The loss counts every step;
    baseline K ln N / (delay + 2K): blanks known, symbols guessed. Wrong: one of the written symbols is.
    """

    delay: int
    n_symbols: int = 8
    n_copied: int = 10

    def __post_init__(self):
        self.check(delay=1, n_symbols=2, n_copied=1)

    @property
    def n_inputs(self):
        return self.n_symbols + 2  # the symbols, then blank, then go

    @property
    def n_outputs(self):
        return self.n_symbols + 1

    @property
    def baseline(self):
        return self.n_copied * np.log(self.n_symbols) / (self.delay + 2 * self.n_copied)

    def batch(self, rng, n):
        K, blank = self.n_copied, self.n_symbols
        word = rng.integers(0, self.n_symbols, (K, n))
        read = np.full((self.delay + 2 * K, n), blank)
        target = read.copy()
        read[:K], read[K + self.delay - 1], target[-K:] = word, blank + 1, word
        return Batch(one_hot(read, self.n_inputs), target, np.ones(read.shape, bool))

    def wrong(self, outputs, batch):
        K = self.n_copied
        return (outputs[-K:].argmax(axis=-1) != batch.target[-K:]).any(axis=0)
