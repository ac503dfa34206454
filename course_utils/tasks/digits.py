"""Handwritten digits, read pixel by pixel."""
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..ground.arguments import whole
from ..ground.files import reading
from ..ground.npz import read_npz
from ..ground.places import DATA
from .base import Batch, Task, at_end

FILE = DATA / "digits.npz"
N_TRAIN, N_TEST = 1437, 360  # in their order


@lru_cache(maxsize=1)
def load_digits():
    """(images (1797, 8, 8) in 0 … 16, uint8; classes (1797,)), the first N_TRAIN for training. Raises
    FileNotFoundError, and ValueError for a damaged file."""
    if not FILE.exists():
        raise FileNotFoundError(f"{FILE} is missing; `python data/make_digits.py` makes it (needs scikit-learn)")
    with reading(FILE, "holds no digits", "`python data/make_digits.py` makes it"):
        found = read_npz(FILE)
        images, classes = found["images"], found["classes"]
        whole(N_TRAIN + N_TEST, 8, 8, most=16)("images", images)
        whole(N_TRAIN + N_TEST, most=9)("classes", classes)
        return images, classes


@dataclass(frozen=True)
class Digits(Task):
    """An 8 × 8 digit, one pixel a step from the upper left, line by line, on [0, 1]; then `blanks` steps of zeros; then
    the question which digit it was.

    Data: UCI's optical recognition of handwritten digits (Alpaydin & Kaynak 1998), see data/README.md. `batch` draws
    from the first 1437 images, `test` from the other 360. baseline ln 10. Solved with at most a tenth of all test
    images wrong (ours).
    """

    blanks: int = 0
    n_inputs, n_outputs, baseline, tolerance, n_test = 1, 10, np.log(10), .1, N_TEST

    def __post_init__(self):
        self.check(blanks=0)

    def batch(self, rng, n):
        return self._read(rng.integers(0, N_TRAIN, n))

    def test(self, rng, n):
        """n different images that `batch` never shows, all of them, which are 360, for n ≥ 360."""
        return self._read(N_TRAIN + rng.permutation(N_TEST)[:n])

    def _read(self, which):
        images, classes = load_digits()
        x = np.zeros((64 + self.blanks, len(which), 1))
        x[:64, :, 0] = images[which].reshape(len(which), 64).T / 16
        return Batch(x, *at_end(len(x), classes[which].astype(int)))
