"""What a task is: sequences to read, answers to give, and when an answer counts as right.

A task is a frozen dataclass whose fields are its settings. It has

    n_inputs, n_outputs    sizes D and O
    loss                   "cross_entropy" or "squared_error" (`course_utils.learning.losses`)
    baseline               the expected loss, in nats or squared error, of the best answers of someone who has not seen
                           what happened long ago: the loss that must be beaten before anything long was learned
    batch(rng, n)          a fresh `Batch` of n sequences; everything random comes from the numpy Generator rng
    test(rng, n)           the same for testing
    wrong(outputs, batch)  (B,) booleans: the sequences that are not answered correctly; outputs (T, B, O)
    tolerance, n_test      solved: at most the share `tolerance` of `n_test` fresh sequences is wrong
"""
from typing import NamedTuple

import numpy as np

from ..ground.arguments import generator, size, takes, whole


class Batch(NamedTuple):
    """x (T, B, D) input · target (T, B) classes, or (T, B, O) numbers · mask (T, B): which answers count."""

    x: np.ndarray
    target: np.ndarray
    mask: np.ndarray


class Task:
    """Defaults: an answer is a class, a sequence is right if the largest output is the right class wherever an answer
    counts, and the task is solved with less than 1 % of 10,000 fresh sequences wrong (Pascanu, Mikolov & Bengio
    2013)."""

    loss, tolerance, n_test = "cross_entropy", .01, 10_000

    def check(self, **least):
        """Every named field is a whole number, and no smaller than said. Raises ValueError."""
        for name, smallest in least.items():
            size(smallest)(name, getattr(self, name))

    def __init_subclass__(cls):
        """Whatever draws a batch refuses what is no generator, and no number of sequences."""
        for name in {"batch", "test"} & set(vars(cls)):
            setattr(cls, name, takes(rng=generator, n=size())(vars(cls)[name]))

    @takes(rng=generator, n=size())
    def test(self, rng, n):
        """A batch to test with: other sequences than those of training."""
        return self.batch(rng, n)

    def wrong(self, outputs, batch):
        return ((outputs.argmax(axis=-1) != batch.target) & batch.mask).any(axis=0)


def one_hot(symbols, n):
    """(…) whole numbers from 0 to n − 1 as (…, n) zeros and ones."""
    n, symbols = size(most=10**6)("n", n), whole(...)("symbols", symbols)
    if symbols.size and symbols.max() >= n:
        raise ValueError(f"symbols go up to {symbols.max()} and n is {n}, expected 0 … {n - 1}")
    return (symbols[..., None] == np.arange(n)).astype(float)


def at_steps(steps, T, answers):
    """(target, mask) for answers (…, B) or (…, B, O) at the steps (…, B) out of T."""
    n, each = steps.shape[-1], np.arange(steps.shape[-1])
    target, mask = np.zeros((T, n, *answers.shape[steps.ndim:]), answers.dtype), np.zeros((T, n), bool)
    target[steps, each], mask[steps, each] = answers, True
    return target, mask


def at_end(T, answers):
    """(target, mask) for one answer (B,) or (B, O) at the last of T steps."""
    return at_steps(np.full(len(answers), T - 1), T, answers)
