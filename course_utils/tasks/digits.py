"""Handwritten digits, read pixel by pixel."""
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..ground.places import DATA
from .base import Batch, Task, at_end

FILE = DATA / "digits.npz"
N_TRAIN = 1437  # of 1797, in their order; the rest is kept for testing


@lru_cache(maxsize=1)
def load_digits():
    """(images (1797, 8, 8) in 0 … 16, uint8; classes (1797,)), the first N_TRAIN for training. Raises
    FileNotFoundError."""
    if not FILE.exists():
        raise FileNotFoundError(f"{FILE} is missing; `python data/make_digits.py` makes it (needs scikit-learn)")
    with np.load(FILE, allow_pickle=False) as file:
        return file["images"], file["classes"]


@dataclass(frozen=True)
class Digits(Task):
    """An 8 × 8 digit, one pixel a step from the upper left, line by line, on [0, 1]; then `blanks` steps of zeros; then
    the question which digit it was.

    Data: UCI's optical recognition of handwritten digits (Alpaydin & Kaynak 1998), see data/README.md. `batch` draws
    from the first 1437 images, `test` from the other 360. baseline ln 10. Solved with at most a tenth of all test
    images wrong (ours).
    """

    blanks: int = 0
    n_inputs, n_outputs, baseline, tolerance, n_test = 1, 10, np.log(10), .1, 360

    def __post_init__(self):
        self.check(blanks=0)

    def batch(self, rng, n):
        return self._read(rng.integers(0, N_TRAIN, n))

    def test(self, rng, n):
        """n different images that `batch` never shows, all of them, which are 360, for n ≥ 360."""
        return self._read(N_TRAIN + rng.permutation(len(load_digits()[0]) - N_TRAIN)[:n])

    def _read(self, which):
        images, classes = load_digits()
        x = np.zeros((64 + self.blanks, len(which), 1))
        x[:64, :, 0] = images[which].reshape(len(which), 64).T / 16
        return Batch(x, *at_end(len(x), classes[which].astype(int)))
