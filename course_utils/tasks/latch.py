"""One bit, shown at the beginning, asked for at the end."""
from dataclasses import dataclass

import numpy as np

from ..ground.checks import as_real
from .base import Batch, Task, at_end


@dataclass(frozen=True)
class Latch(Task):
    """The class, −1 or 1, is shown for `shown` steps; then come noise N(0, noise²) and, at the end, the question.

    After Bengio, Simard & Frasconi (1994), whose inputs at the first steps were learned; here they are given.
    baseline ln 2: the class is a fair coin. Solved: the course's rule for all classes, see `Task`.

    Guessing (Schmidhuber, Hochreiter & Bengio 2001: one tanh unit, weights uniform on [−100, 100], noise of variance
    .2, lengths 500 to 600). Their variant I draws the recurrent weight w and both first inputs. Only signs matter: 4
    trials are expected at one length, where a negative w that ends on the right side will do, 8 at random lengths;
    they report 6. Variant II, with inputs ±1 as here, draws w, the input weight u and the bias b. Without noise |b|
    must be the smallest of the three and the signs right: 6 trials at one length, 12 at random lengths; they report
    22, with noise.
    """

    length: int
    shown: int = 1
    noise: float = .2
    n_inputs, n_outputs, baseline = 1, 2, np.log(2)

    def __post_init__(self):
        self.check(shown=1, length=1)
        if self.length <= self.shown:
            raise ValueError(f"length is {self.length}, expected at least {self.shown + 1}: shown is {self.shown}")
        if as_real("noise", self.noise) < 0:
            raise ValueError(f"noise is {self.noise}, expected no negative standard deviation")

    def batch(self, rng, n):
        classes = rng.integers(0, 2, n)
        x = rng.normal(0, self.noise, (self.length, n, 1))
        x[:self.shown, :, 0] = 2 * classes - 1
        return Batch(x, *at_end(self.length, classes))
