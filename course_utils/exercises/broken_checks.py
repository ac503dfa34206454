"""Bugs of notebook 18 that a single use does not show: the accumulator and the gradient check."""
import inspect

import numpy as np

from ..engine.gradcheck import numerical_jacobian, relative_error
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


@GradientSum.mistake("the sums that are handed out are set to 0.0",
                     ask="Are sums and self.sums two dicts, or two names of one?")
class ZeroInTheSameDict(Adds):
    def take(self):
        sums = self.sums
        for name in self.sums:
            self.sums[name] = 0.0
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


@exercise("verdict on a right gradient", "verdict on one without the bias", "verdict on a mean for the sum",
          "what it returns", "biases of two checks", draw=lambda rng, batch, dtype: (batch,), hints=(
    "The gradient is wrong and the check says that it is right. At which point is it checked?",
    "Which of the six arrays is not drawn at random? For which values of it is the wrong formula right?",
    "Draw b like the others, and hand the same b to both sides."))
def bias_error(step, backward, rng):
    x, h_prev, w = rng.normal(size=(5, 3)), rng.normal(size=(5, 4)), rng.normal(size=(5, 4))
    W_x, W_h, b = rng.normal(size=(3, 4)), rng.normal(size=(4, 4)), rng.normal(size=4)
    judge = numerical_jacobian(lambda value: np.sum(w * step(x, h_prev, W_x, W_h, value)), b)
    return relative_error(backward(w, x, h_prev, W_x, W_h, b), judge)


class Asked:
    """A function that remembers the arguments of its first call, and its first result."""

    def __init__(self, function):
        self.function, self.given, self.result = function, None, None

    def __call__(self, *arguments, **named):
        result = self.function(*arguments, **named)
        if self.given is None:
            bound = inspect.signature(self.function).bind(*arguments, **named)
            self.given, self.result = [np.array(one) for one in bound.args], np.array(result)
        return result


@bias_error.used_by
def what_the_check_says(answer, seed):
    """In words: the verdict on a right gradient and on two wrong ones, whether the number is the relative error, and
    whether another generator gives another bias."""
    steps = [Asked(tanh_step) for _ in range(3)]
    gradients = [Asked(backward) for backward in (bias_gradient, bias_left_out, mean_for_sum)]
    errors = [answer(step, backward, np.random.default_rng(seed + n))
              for n, (step, backward) in enumerate(zip(steps, gradients))]
    said = [error if error is None else "'right'" if error < 1e-6 else "'wrong'" for error in errors]
    return *said, number_of(errors, gradients), places_of(steps)


def number_of(errors, gradients):
    """Whether errors are the relative errors of what was computed, for the two wrong gradients."""
    if None in errors or any(one.given is None for one in gradients):
        return "'nothing is compared'"
    true = [relative_error(one.result, bias_gradient(*one.given)) for one in gradients]
    return "'the relative error'" if np.allclose(errors[1:], true[1:], atol=1e-5) else "'another number'"


def places_of(steps):
    """Whether the biases at which `step` was first called differ from check to check."""
    if any(step.given is None for step in steps):
        return "'step is never called'"
    first, second, third = (step.given[-1] for step in steps)
    if max(np.abs(one).max() for one in (first, second, third)) < 1e-3:  # but for the eps of the differences
        return "'zero'"
    equal = any(np.shape(one) == np.shape(other) and np.allclose(one, other, atol=1e-3)
                for one, other in ((first, second), (first, third)))
    return "'the same, though the generators differ'" if equal else "'different ones'"


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


@bias_error.mistake("every check is made at the same bias",
                    ask="`rng` is there to be used. Which bias does a second check get, with another generator?")
def one_place(step, backward, rng):
    x, h_prev, w = rng.normal(size=(5, 3)), rng.normal(size=(5, 4)), rng.normal(size=(5, 4))
    W_x, W_h, b = rng.normal(size=(3, 4)), rng.normal(size=(4, 4)), np.ones(4)
    judge = numerical_jacobian(lambda value: np.sum(w * step(x, h_prev, W_x, W_h, value)), b)
    return relative_error(backward(w, x, h_prev, W_x, W_h, b), judge)


@bias_error.mistake("the number is not the relative error", ask="What was handed back before, and what "
                    "do you hand back?")
def absolute_error(step, backward, rng):
    return 3 * bias_error.solution(step, backward, rng)


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
