"""Exercises of notebook 18: ten bugs, in the order in which they are met, and two questions about finding them."""
import numpy as np

from . import broken_checks, broken_loops, broken_steps, broken_updates
from .exercise import exercise, prediction

gate_deltas = broken_steps.gate_deltas
backward_through_time = broken_loops.backward_through_time
lstm_step_backward = broken_steps.lstm_step_backward
backward_from_the_end = broken_loops.backward_from_the_end
relu_step_backward = broken_steps.relu_step_backward
gate_weights = broken_updates.gate_weights
sigmoid_by_tanh = broken_steps.sigmoid_by_tanh
GradientSum = broken_checks.GradientSum
bias_error = broken_checks.bias_error
clip_gradients = broken_updates.clip_gradients


@prediction(hints=("The change of the loss is, to first order, −(step size) · (gradient · direction).",
                   "Which sign has the product of two vectors, and at which angle does it change?"), tolerance=.001)
def harmless_angle():
    return 90


harmless_angle.wrong(45, "the limit is put halfway to a right angle",
                     ask="What is the sign of gradient · direction at 60 degrees?")
harmless_angle.wrong(180, "only the opposite direction is thought to do harm",
                     ask="What is the sign of gradient · direction at 120 degrees?")
harmless_angle.wrong(0, "nothing but the exact gradient is thought to help",
                     ask="Does the loss rise at once when the direction is turned by one degree?")


@exercise("a_right_one", "one_in_place", "one_that_adds_up", "one_with_a_buffer", "one_that_widens",
          draw=lambda rng, batch, dtype: (rng.standard_normal((batch, 3)),), hints=(
              "Hand f copies of x and keep x itself for comparison.",
              "If f hands out an array that it keeps and fills again, then your first result changes under your eyes. "
              "Copy it at once.",
              "Three questions in turn: is the copy still equal to x? Is the second result equal to the first? "
              "Which dtype comes from x.astype(np.float32)?"))
def complaint(f, x):
    given = x.copy()
    first = f(given).copy()
    if not np.array_equal(given, x):
        return "argument"
    if not np.array_equal(first, f(x.copy())):
        return "second call"
    return "fine" if f(x.astype(np.float32)).dtype == np.float32 else "dtype"


class Remembers:
    """A doubling function that adds what it was given before; own: whether it hands out its own array."""

    def __init__(self, own):
        self.own, self.sum = own, None

    def __call__(self, x):
        if not self.own or self.sum is None:
            self.sum = 2 * x + (0 if self.sum is None else self.sum)
        else:
            self.sum += 2 * x
        return self.sum


def in_place(x):
    """Doubles x itself."""
    x *= 2
    return x


@complaint.used_by
def about_five_functions(answer, x):
    """What is said of a right function and of four wrong ones."""
    return [answer(f, x.copy()) for f in (lambda x: 2 * x, in_place, Remembers(False), Remembers(True),
                                          lambda x: x * np.full(x.shape, 2.))]


@complaint.mistake("f is handed x itself, and nothing is left to compare with",
                   ask="If f changes x, where do you still have the old one?")
def without_copy(f, x):
    first = f(x).copy()
    if not np.array_equal(first, f(x)):
        return "second call"
    return "fine" if f(x.astype(np.float32)).dtype == np.float32 else "dtype"


@complaint.mistake("the first result is not kept", ask="What becomes of an array that f hands out and fills again at "
                   "the next call?")
def first_not_kept(f, x):
    given = x.copy()
    first = f(given)
    if not np.array_equal(given, x):
        return "argument"
    if not np.array_equal(first, f(x.copy())):
        return "second call"
    return "fine" if f(x.astype(np.float32)).dtype == np.float32 else "dtype"


@complaint.mistake("float32 is never tried", ask="Which dtype has x when you call f? Will it ever be another one?")
def float64_only(f, x):
    found = complaint.solution(f, x)
    return "fine" if found == "dtype" else found
