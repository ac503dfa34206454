"""The days of the week, over and over: the text of which notebook 03 predicts the next letter."""
import numpy as np

from ...ground.arguments import generator, size, takes, whole

TEXT = "monday tuesday wednesday thursday friday saturday sunday "
LETTERS = sorted(set(TEXT))
N, C, T = len(TEXT), len(LETTERS), 30  # letters, different ones, steps of a window
IDS = np.array([LETTERS.index(letter) for letter in TEXT])


@takes(starts=whole("B"))
def cut(starts):
    """Inputs (T, B, C) one-hot and targets (T, B), the numbers of the letters that follow, of the windows that begin at
    the places `starts` (B,) of the text, which goes round in a circle."""
    window = IDS[(starts + np.arange(T + 1)[:, None]) % N]
    return np.eye(C)[window[:-1]], window[1:]


@takes(rng=generator, B=size(most=10_000))
def windows(rng, B):
    """`cut` at B random places."""
    return cut(rng.integers(N, size=B))
