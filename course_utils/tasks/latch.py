"""One bit, shown at the beginning, asked for at the end."""
from dataclasses import dataclass

import numpy as np

from ..checks import as_real
from .base import Batch, Task, at_end


@dataclass(frozen=True)
class Latch(Task):
    """The class, −1 or 1, is shown for `shown` steps; then come noise N(0, noise²) and, at the end, the question.

    After Bengio, Simard & Frasconi (1994), whose inputs at the first steps were learned; here they are given.
    baseline ln 2: the class is a fair coin. Solved: the course's rule for all classes, see `Task`.
    """

    length: int
    shown: int = 1
    noise: float = .2
    n_inputs, n_outputs, baseline = 1, 2, np.log(2)

    def __post_init__(self):
        self.check(shown=1, length=self.shown + 1)
        if as_real("noise", self.noise) < 0:
            raise ValueError(f"noise is {self.noise}, expected no negative standard deviation")

    def batch(self, rng, n):
        classes = rng.integers(0, 2, n)
        x = rng.normal(0, self.noise, (self.length, n, 1))
        x[:self.shown, :, 0] = 2 * classes - 1
        return Batch(x, *at_end(self.length, classes))
