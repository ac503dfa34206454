"""Bugs of notebook 18 that a single use does not show: the accumulator and the gradient check."""
import numpy as np

from ..gradcheck import numerical_jacobian, relative_error
from .drawing import normal, sizes
from .exercise import exercise


def two_passes(rng, B, dtype):
    """The gradients of each step, of a first sequence and a second."""
    D, H = sizes(rng, 2)
    return tuple([{"W": normal(rng, dtype, D, H), "b": normal(rng, dtype, H)} for _ in range(B + extra)]
                 for extra in (1, 2))


@exercise("first_W", "first_b", "second_W", "second_b", draw=two_passes, hints=(
    "Use it twice, as the symptom cell does, and read the message to its end.",
    "What is self.sums before the first pass? And after take?",
    "Afterwards self.sums must be what __init__ made: a dict with a 0.0 for every name."))
class GradientSum:
    def __init__(self, names):
        self.sums = {name: 0.0 for name in names}

    def add(self, grads):
        for name in grads:
            self.sums[name] = self.sums[name] + grads[name]

    def take(self):
        sums, self.sums = self.sums, {name: 0.0 for name in self.sums}
        return sums


@GradientSum.used_by
def used_twice(answer, first, second):
    """The sums of the first pass and of the second."""
    sums, taken = answer(list(first[0])), []
    for steps in (first, second):
        for grads in steps:
            sums.add(grads)
        taken.append(sums.take())
    return [one[name] for one in taken for name in first[0]]


@GradientSum.bug("the sums are reset to a list", ask="Which type has self.sums before the first pass, which after it?")
class ResetToList:
    def __init__(self, names):
        self.sums = {name: 0.0 for name in names}

    def add(self, grads):
        for name in grads:
            self.sums[name] = self.sums[name] + grads[name]

    def take(self):
        sums, self.sums = self.sums, []
        return sums


class Adds:
    """What the wrong repairs have in common."""

    __init__, add = GradientSum.solution.__init__, GradientSum.solution.add


@GradientSum.mistake("the second pass begins with the sums of the first",
                     ask="What should a gradient of the second sequence know of the first?")
class NeverReset(Adds):
    def take(self):
        return dict(self.sums)


@GradientSum.mistake("the sums are reset to a dict without names",
                     ask="It is a dict now. What does add look up in it at its first step?")
class ResetToNothing(Adds):
    def take(self):
        sums, self.sums = self.sums, {}
        return sums


@GradientSum.mistake("the reset reaches the sums that are handed out as well",
                     ask="Are sums and self.sums two dicts, or two names of one?")
class OneObject(Adds):
    def take(self):
        sums = self.sums
        for name in self.sums:
            self.sums[name] = 0 * self.sums[name]
        return sums


def bias_gradient(dh, x, h_prev, W_x, W_h, b):
    """db (H,) of a tanh step."""
    return (dh * (1 - np.tanh(x @ W_x + h_prev @ W_h + b) ** 2)).sum(axis=0)


def bias_left_out(dh, x, h_prev, W_x, W_h, b):
    """db (H,), wrong: the pre-activation is computed once more, without the bias."""
    return (dh * (1 - np.tanh(x @ W_x + h_prev @ W_h) ** 2)).sum(axis=0)


def mean_for_sum(dh, x, h_prev, W_x, W_h, b):
    """db (H,), wrong: a mean over the batch."""
    return (dh * (1 - np.tanh(x @ W_x + h_prev @ W_h + b) ** 2)).mean(axis=0)


def tanh_step(x, h_prev, W_x, W_h, b):
    """A step of a tanh RNN."""
    return np.tanh(x @ W_x + h_prev @ W_h + b)


@exercise("right_gradient", "bias_left_out", "mean_for_sum", draw=lambda rng, batch, dtype: (batch,), hints=(
    "The gradient is wrong and the check says that it is right. At which point is it checked?",
    "Which of the six arrays is not drawn at random? For which values of it is the wrong formula right?",
    "Draw b like the others, and hand the same b to both sides."))
def bias_error(step, backward, rng):
    x, h_prev, w = rng.normal(size=(5, 3)), rng.normal(size=(5, 4)), rng.normal(size=(5, 4))
    W_x, W_h, b = rng.normal(size=(3, 4)), rng.normal(size=(4, 4)), rng.normal(size=4)
    judge = numerical_jacobian(lambda value: np.sum(w * step(x, h_prev, W_x, W_h, value)), b)
    return relative_error(backward(w, x, h_prev, W_x, W_h, b), judge)


@bias_error.used_by
def what_the_check_says(answer, seed):
    """"agrees" or "differs" for one right gradient and two wrong ones."""
    errors = [answer(tanh_step, backward, np.random.default_rng(seed))
              for backward in (bias_gradient, bias_left_out, mean_for_sum)]
    return [error if error is None else "agrees" if error < 1e-6 else "differs" for error in errors]


@bias_error.bug("the check is made where the bias is zero", ask="For which b is the wrong formula right?")
def at_zero(step, backward, rng):
    x, h_prev, w = rng.normal(size=(5, 3)), rng.normal(size=(5, 4)), rng.normal(size=(5, 4))
    W_x, W_h, b = rng.normal(size=(3, 4)), rng.normal(size=(4, 4)), np.zeros(4)
    judge = numerical_jacobian(lambda value: np.sum(w * step(x, h_prev, W_x, W_h, value)), b)
    return relative_error(backward(w, x, h_prev, W_x, W_h, b), judge)


def checked(step, backward, rng, *, batch=5, at=lambda b: b):
    """The check at a random bias, with differences taken at another one."""
    x, h_prev, w = rng.normal(size=(batch, 3)), rng.normal(size=(batch, 4)), rng.normal(size=(batch, 4))
    W_x, W_h, b = rng.normal(size=(3, 4)), rng.normal(size=(4, 4)), rng.normal(size=4)
    judge = numerical_jacobian(lambda value: np.sum(w * step(x, h_prev, W_x, W_h, value)), at(b))
    return relative_error(backward(w, x, h_prev, W_x, W_h, b), judge)


@bias_error.mistake("the two sides are compared at different biases",
                    ask="At which b are the differences taken, and which b does backward get?")
def two_places(step, backward, rng):
    return checked(step, backward, rng, at=np.zeros_like)


@bias_error.mistake("the check uses a batch of one", ask="With one row, what tells a sum over the batch from a mean?")
def batch_of_one(step, backward, rng):
    return checked(step, backward, rng, batch=1)


@bias_error.mistake("every row has a bias of its own", ask="Which shape has b, and which shape has db?")
def bias_for_each_row(step, backward, rng):
    return checked(step, backward, rng, at=lambda b: np.tile(b, (5, 1)))
