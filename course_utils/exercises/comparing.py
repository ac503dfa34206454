"""When two outcomes of a case are the same."""
from functools import cache

import numpy as np

from .calling import outcomes

PATIENCE = 120  # seconds for a case of a solution, whose own limit is meant for readers
FLOAT32_SLACK = 4000  # how much coarser float32 is judged: 1e-6 becomes 4e-3


@cache
def expected(exercise, answer):
    """The outcomes of the solution, or of a mistake; kept, so that a busy machine must not cut the solution short."""
    seconds = PATIENCE if answer is exercise.solution else None
    return outcomes(exercise, answer if exercise.draw else answer(), seconds)


def agree(exercise, one, other, k):
    """Whether two outcomes of case k are the same, up to the exercise's tolerance."""
    if one.problem or other.problem:
        return one.kind == other.kind and bool(one.problem) == bool(other.problem)
    return all(close(exercise, one.arrays[name], other.arrays[name], k) for name in exercise.outputs)


def close(exercise, one, other, k):
    """Whether two arrays of case k are the same, up to the exercise's tolerance."""
    if one.shape != other.shape:
        return False
    texts = [array.dtype.kind == "U" for array in (one, other)]
    if any(texts):
        return all(texts) and np.array_equal(folded(one), folded(other))
    return off(one, other) <= tolerance(exercise, k)


def folded(words):
    """Words in lower case, without spaces around them."""
    return np.char.lower(np.char.strip(words.astype(str)))


def off(came, wanted):
    """Largest deviation, relative to the largest entry of what was wanted (or to 1e-12)."""
    return float(np.abs(came.astype(float) - wanted).max(initial=0) / max(np.abs(wanted).max(initial=0), 1e-12))


def tolerance(exercise, k):
    """How far off case k may be."""
    _, _, dtype = exercise.case(k)
    return exercise.tolerance * (FLOAT32_SLACK if dtype == np.float32 else 1)


def matches(exercise, found, wrong):
    """Whether an answer does in every case what a wrong implementation does."""
    return len(found) == len(wrong) and all(agree(exercise, *pair, k) for k, pair in enumerate(zip(found, wrong)))
