"""Two marked numbers among many: their sum, or their product, at the end."""
from dataclasses import dataclass

import numpy as np

from .base import Batch, Task, at_end


@dataclass(frozen=True)
class Adding(Task):
    """Inputs: a number uniform on [0, 1], and a mark, which is 1 at two steps: one uniform over the first half, one
    over the second. Target at the end: the sum of the two marked numbers.

    Hochreiter & Schmidhuber's task (1997), laid out as in the code of Arjovsky, Shah & Bengio (2016); the original
    marks one of the first ten steps and another within the first half, and its lengths vary. baseline 1/6 = 2/12:
    the variance of the sum of two numbers uniform on [0, 1], the squared error of always saying 1 (one addend known:
    1/12). Wrong: an error of .08 or more. That is their .04: their target .5 + (X₁ + X₂)/4 with X = 2v − 1 is half of
    ours.

    quiet: no mark in the last so many steps. Without it the second mark is often late, and one who hears only the last
    steps still learns from the sequences in which it is; what is learned there the shared weights carry over.
    """

    length: int
    quiet: int = 0
    n_inputs, n_outputs, baseline, loss, limit = 2, 1, 1 / 6, "squared_error", .08

    def __post_init__(self):
        self.check(length=2, quiet=0)
        if self.quiet >= (most := self.length - self.length // 2):
            raise ValueError(f"quiet is {self.quiet} and length is {self.length}, expected quiet below {most}: the "
                             "second half needs a step for its mark")

    def batch(self, rng, n):
        T, each = self.length, np.arange(n)
        x = np.zeros((T, n, 2))
        x[..., 0] = rng.random((T, n))
        marked = rng.integers(0, T // 2, n), rng.integers(T // 2, T - self.quiet, n)
        for steps in marked:
            x[steps, each, 1] = 1
        answers = self.answer(*(x[steps, each, 0] for steps in marked))
        return Batch(x, *at_end(T, answers[:, None]))

    def answer(self, one, other):
        return one + other

    def wrong(self, outputs, batch):
        return np.abs(outputs[-1] - batch.target[-1])[:, 0] >= self.limit


@dataclass(frozen=True)
class Multiplication(Adding):
    """As `Adding`, with the product for target (Hochreiter & Schmidhuber 1997). baseline 7/144 = 1/9 − 1/16: the
    variance of the product. Wrong: an error of .04 or more, as theirs."""

    baseline, limit = 7 / 144, .04

    def answer(self, one, other):
        return one * other
