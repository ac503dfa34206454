"""Exercises of notebook 03: the backward step and the backward loop, in another guise."""
import numpy as np

from ..engine.activations import sigmoid
from .drawing import normal, sizes
from .exercise import exercise, prediction


@prediction(hints=("An untrained network gives each of the 27 symbols about the same probability.",
                   "The loss is minus the natural logarithm of the right symbol's probability."), tolerance=.02)
def untrained_loss():
    return np.log(27)


untrained_loss.wrong(np.log2(27), "the loss is counted in bits",
                     ask="Which logarithm does the notebook's loss use?")
untrained_loss.wrong(np.log10(27), "the common logarithm is taken",
                     ask="Which logarithm does the notebook's loss use?")
untrained_loss.wrong(-np.log(27), "the minus is left out", ask="Is the logarithm of a probability above or below 0?")
untrained_loss.wrong(1 / 27, "the probability itself is given",
                     ask="The loss is minus the logarithm of what?")
untrained_loss.wrong(0.0, "the loss is thought to start at zero",
                     ask="What would a loss of zero say about the predictions?")


def one_step(rng, B, dtype):
    """dh, x, h_prev, h and W_h of a sigmoid step."""
    D, H = sizes(rng, 2, 3, 6, but=(B,))
    h = sigmoid(normal(rng, dtype, B, H, scale=2))
    return normal(rng, dtype, B, H), normal(rng, dtype, B, D), normal(rng, dtype, B, H), h, normal(rng, dtype, H, H)


@exercise("dW_x", "dW_h", "db", "dh_prev", draw=one_step, hints=(
    "Only one thing is different from the tanh step: the slope.",
    "With h = σ(a), the slope σ′(a) can be written with h alone.",
    "σ′ = h (1 − h). The four lines that use da stay as they are."))
def sigmoid_step_backward(dh, x, h_prev, h, W_h):
    da = dh * h * (1 - h)
    return x.T @ da, h_prev.T @ da, da.sum(axis=0), da @ W_h.T


def with_slope(da, x, h_prev, W_h):
    """What follows from a (wrong) da."""
    return x.T @ da, h_prev.T @ da, da.sum(axis=0), da @ W_h.T


@sigmoid_step_backward.mistake("the slope is left out", ask="What does dh have to be multiplied by to become da?")
def slope_left_out(dh, x, h_prev, h, W_h):
    return with_slope(dh, x, h_prev, W_h)


@sigmoid_step_backward.mistake("the slope of tanh is used",
                               ask="What is the derivative of σ(a), written with h = σ(a)?")
def slope_of_tanh(dh, x, h_prev, h, W_h):
    return with_slope(dh * (1 - h ** 2), x, h_prev, W_h)


@sigmoid_step_backward.mistake("the slope is applied twice", ask="Is h the value before or after the sigmoid? σ(h) is "
                               "the sigmoid of a sigmoid.")
def sigmoid_twice(dh, x, h_prev, h, W_h):
    return with_slope(dh * sigmoid(h) * (1 - sigmoid(h)), x, h_prev, W_h)


@sigmoid_step_backward.mistake("W_h is not transposed", ask="Forwards, row h_prev is multiplied by W_h. Which entry of "
                               "h_prev does W_h[i, j] read, and where must da[j] go back to?")
def not_transposed(dh, x, h_prev, h, W_h):
    da = dh * h * (1 - h)
    return x.T @ da, h_prev.T @ da, da.sum(axis=0), da @ W_h


@sigmoid_step_backward.mistake("h and h_prev are interchanged", ask="Which state was multiplied by W_h in this step?")
def wrong_state(dh, x, h_prev, h, W_h):
    da = dh * h * (1 - h)
    return x.T @ da, h.T @ da, da.sum(axis=0), da @ W_h.T


@sigmoid_step_backward.mistake("half of the slope is missing", ask="The slope of the sigmoid is a product of two "
                               "factors that add up to 1. Which is the other?")
def half_a_slope(dh, x, h_prev, h, W_h):
    return with_slope(dh * h, x, h_prev, W_h)


@sigmoid_step_backward.mistake("the slope is read from the state before",
                               ask="h = σ(a): from which of the two states can the slope at a be read?")
def slope_of_the_state_before(dh, x, h_prev, h, W_h):
    return with_slope(dh * h_prev * (1 - h_prev), x, h_prev, W_h)


@sigmoid_step_backward.mistake("dh meets W_hᵀ before the slope", ask="On the way back from h to h_prev, what comes "
                               "first, the sigmoid or W_h?")
def slope_after_weights(dh, x, h_prev, h, W_h):
    return *sigmoid_step_backward.solution(dh, x, h_prev, h, W_h)[:3], dh @ W_h.T * h * (1 - h)


def whole_sequence(rng, B, dtype):
    """dh, what each loss says of its state directly, the states h, and W_h."""
    T, H = sizes(rng, 2, 3, 7, but=(B - 1, B))
    h = np.tanh(normal(rng, dtype, T + 1, B, H))
    return normal(rng, dtype, T + 1, B, H), h, normal(rng, dtype, H, H)


@exercise("total", draw=whole_sequence, hints=(
    "Start from a copy of dh and go from the last step to the first.",
    "At step t two things are known of h[t]: what its own loss says, and the carry from step t + 1, already added.",
    "total[t − 1] += (total[t] · (1 − h[t]²)) W_hᵀ"))
def total_gradients(dh, h, W_h):
    total = dh.copy()
    for t in range(len(h) - 1, 0, -1):
        total[t - 1] += total[t] * (1 - h[t] ** 2) @ W_h.T
    return total


@total_gradients.mistake("the carry goes back one step and is then dropped",
                         ask="At step t − 1, do you send back what its own loss says, or that and what came from "
                             "step t? And does your loop reach step t before step t − 1?")
def carry_dropped(dh, h, W_h):
    total = dh.copy()
    total[:-1] += dh[1:] * (1 - h[1:] ** 2) @ W_h.T
    return total


@total_gradients.mistake("nothing is handed on to earlier steps",
                         ask="Where in your loop does step t − 1 get something from step t?")
def no_carry(dh, h, W_h):
    return dh.copy()


@total_gradients.mistake("the loss of the last step is counted at every step",
                         ask="Which entry of dh belongs to step t?")
def last_loss_everywhere(dh, h, W_h):
    return total_gradients.solution(np.concatenate([dh[:1], np.broadcast_to(dh[-1], dh[1:].shape)]), h, W_h)


@total_gradients.mistake("the slope is taken from the state before", ask="h[t] = tanh(a_t): from which state can the "
                         "slope at a_t be read?")
def state_off_by_one(dh, h, W_h):
    total = dh.copy()
    for t in range(len(h) - 1, 0, -1):
        total[t - 1] += total[t] * (1 - h[t - 1] ** 2) @ W_h.T
    return total


@total_gradients.mistake("what the loss of an earlier step says is overwritten",
                         ask="h[t − 1] has a loss of its own and gets something from step t. Do you set its entry, or "
                             "add to it?")
def overwritten(dh, h, W_h):
    return total_gradients.solution(np.concatenate([0 * dh[:-1], dh[-1:]]), h, W_h)


@total_gradients.mistake("the slope is left out", ask="What does total[t] pass between h[t] and W_h?")
def carry_without_slope(dh, h, W_h):
    return total_gradients.solution(dh, 0 * h, W_h)


@total_gradients.mistake("W_h is not transposed", ask="What is ∂h_t/∂h_{t−1}, and is it read by rows or by columns "
                         "when you go backwards?")
def carry_not_transposed(dh, h, W_h):
    total = dh.copy()
    for t in range(len(h) - 1, 0, -1):
        total[t - 1] += total[t] * (1 - h[t] ** 2) @ W_h
    return total


@total_gradients.mistake("the loop stops before h₀", ask="Does h[0] have an influence on h[1], and so on the losses?")
def stops_before_the_start(dh, h, W_h):
    return np.concatenate([dh[:1], total_gradients.solution(dh[1:], h[1:], W_h)])


@total_gradients.mistake("the last step is left out", ask="What does the loss of step T say of h[T − 1]?")
def starts_a_step_late(dh, h, W_h):
    return np.concatenate([total_gradients.solution(dh[:-1], h[:-1], W_h), dh[-1:]])


@total_gradients.mistake("the carry meets W_hᵀ before the slope", ask="On the way back from h[t] to h[t − 1], what "
                         "comes first, the tanh or W_h?")
def carry_slope_after_weights(dh, h, W_h):
    total = dh.copy()
    for t in range(len(h) - 1, 0, -1):
        total[t - 1] += total[t] @ W_h.T * (1 - h[t] ** 2)
    return total


def cubic(rng, B, dtype):
    """A smooth function of a vector, and a place. (float64 always: differences need its digits.)"""
    weights = rng.standard_normal(B + 2)
    return (lambda x: float(np.sum(weights * x ** 3) + np.sum(x) ** 2)), rng.standard_normal(B + 2)


@exercise("gradient", draw=cubic, tolerance=1e-7, hints=(
    "For every entry: move it up by eps, move it down by eps, and call f both times.",
    "The two places are 2 eps apart.",
    "Move the entry in a copy; the others, and x itself, stay as they were. Adding eps and taking it away again brings "
    "x back only up to rounding."))
def central_differences(f, x, eps=1e-5):
    gradient = np.zeros_like(x)
    for j in range(x.size):
        move = eps * (np.arange(x.size) == j)
        gradient[j] = (f(x + move) - f(x - move)) / (2 * eps)
    return gradient


@central_differences.mistake("a difference to one side is taken", ask="What is the error of (f(x + eps) − f(x)) / eps, "
                             "in powers of eps? And of the symmetric one?")
def one_sided(f, x, eps=1e-5):
    return np.array([(f(x + eps * unit) - f(x)) / eps for unit in np.eye(x.size)])


@central_differences.mistake("the difference is divided by eps", ask="How far apart are x + eps and x − eps?")
def divided_by_eps(f, x, eps=1e-5):
    return 2 * central_differences.solution(f, x, eps)


@central_differences.mistake("all entries are moved at once",
                             ask="What do the other entries do while x_j moves, in ∂f/∂x_j?")
def all_at_once(f, x, eps=1e-5):
    return np.full_like(x, (f(x + eps) - f(x - eps)) / (2 * eps))
