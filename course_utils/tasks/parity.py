"""Whether the number of ones so far is even or odd: the smallest task that needs a state that is tracked."""
from dataclasses import dataclass

import numpy as np

from .base import Batch, Task


@dataclass(frozen=True)
class Parity(Task):
    """Bits, −1 or 1 with even chances; after each the question whether there were evenly (0) or oddly (1) many ones.

    One bit of memory is enough, but each one must turn it over. A network whose state is linear in the old one, by
    factors between 0 and 1, has no step that does this (Grazzi et al. 2025). All steps count. baseline ln 2: the bits
    before the last few decide by a fair coin.
    """

    length: int
    n_inputs, n_outputs, baseline = 1, 2, np.log(2)

    def __post_init__(self):
        self.check(length=1)

    def batch(self, rng, n):
        ones = rng.integers(0, 2, (self.length, n))
        return Batch(2. * ones[..., None] - 1, ones.cumsum(axis=0) % 2, np.ones(ones.shape, bool))
