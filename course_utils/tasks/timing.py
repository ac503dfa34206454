"""How long ago was the last spike?"""
from dataclasses import dataclass

import numpy as np

from .base import Batch, Task, at_steps


@dataclass(frozen=True)
class Timing(Task):
    """Spikes, 1 among zeros, whose distances are `interval` or `interval` + 1 steps at random; at each spike but the
    first, say which of the two it was.

    After the "measuring spike delays" task of Gers & Schmidhuber (2000) and Gers, Schraudolph & Schmidhuber (2002), who
    also tell distances one step apart (49 and 50). Ours are a class for an answer, `n_spikes` distances a sequence and
    what counts as solved, see `Task`. baseline ln 2: a fair coin.
    """

    interval: int
    n_spikes: int = 5
    n_inputs, n_outputs, baseline = 1, 2, np.log(2)

    def __post_init__(self):
        self.check(interval=1, n_spikes=1)

    def batch(self, rng, n):
        longer = rng.integers(0, 2, (self.n_spikes, n))
        at = np.cumsum(self.interval + longer, axis=0)
        T = self.n_spikes * (self.interval + 1) + 1
        target, mask = at_steps(at, T, longer)
        x = mask[..., None].astype(float)
        x[0] = 1
        return Batch(x, target, mask)
