"""Exercises of notebook 07: guessing, the gradient of a latch, its reach, the regulariser."""
import numpy as np

from .drawing import normal, sizes
from .exercise import exercise, prediction


@prediction(hints=("Write down the conditions again. How likely is it now that |u| is above |b|? And |w| as well?",
                   "For a given |b| both hold with probability (1 − |b|/100)², and |b| is uniform on [0, 10].",
                   "That is .90 on average. Half of the cases have the right signs."), tolerance=.03)
def trials_with_small_bias():
    return 2 / ((1 - .9 ** 3) / (3 * .1))


trials_with_small_bias.wrong(6, "the three still count as equals",
                             ask="|b| is never above 10. How often is it the smallest of the three?")
trials_with_small_bias.wrong(1 / ((1 - .9 ** 3) / (3 * .1)), "the signs are forgotten",
                             ask="May the unit end positive for the class −1?")
trials_with_small_bias.wrong((1 - .9 ** 3) / (3 * .1) / 2, "the share that works is given",
                             ask="If one draw in n works, how many trials is that?")
trials_with_small_bias.wrong(2 / .95, "only one of the two conditions is counted",
                             ask="|b| must be below |u|. Below what else?")
trials_with_small_bias.wrong(2 / .9 ** 2, "|b| is taken for 10 every time",
                             ask="How large is |b| on average, if it is drawn from [0, 10]?")
trials_with_small_bias.wrong(2, "the bias is thought never to be in the way",
                             ask="Two trials would be right for b = 0. How often is |u| or |w| below |b| now?")


def one_latch(rng, B, dtype):
    """w, u, b, the inputs x (T, B) and the first state (B,) of a tanh unit."""
    w, u, b = (float(value) for value in rng.uniform((1.1, .3, .1), (1.8, .8, .4)))
    return w, u, b, normal(rng, dtype, 5 + B % 2, B, scale=.6), normal(rng, dtype, B, scale=.5)


@exercise("dh_dh0", draw=one_latch, hints=(
    "Each step multiplies a small difference by one number. Which?",
    "∂h_t/∂h_{t−1} is the slope at a_t times the weight.",
    "Start with 1 and multiply by w (1 − h_t²) at every step, with the h_t that the step has just made."))
def latch_gradient(w, u, b, x, h0):
    h, product = h0, np.ones_like(h0)
    for x_t in x:
        h = np.tanh(w * h + u * x_t + b)
        product = product * w * (1 - h ** 2)
    return product


@latch_gradient.mistake("the weight is left out", ask="h_{t−1} is multiplied by something before the tanh. By what?")
def without_weight(w, u, b, x, h0):
    return latch_gradient.solution(w, u, b, x, h0) / w ** len(x)


@latch_gradient.mistake("the slope is left out", ask="What does the tanh do to a small difference?")
def without_slope(w, u, b, x, h0):
    return np.full_like(h0, w ** len(x))


@latch_gradient.mistake("the slope is taken from the state before the step",
                        ask="h_t = tanh(a_t): from which state can the slope at a_t be read?")
def slope_before(w, u, b, x, h0):
    h, product = h0, np.ones_like(h0)
    for x_t in x:
        product = product * w * (1 - h ** 2)
        h = np.tanh(w * h + u * x_t + b)
    return product


@latch_gradient.mistake("the factors are added up", ask="A difference is halved, and halved again. What is left?")
def factors_added(w, u, b, x, h0):
    h, total = h0, np.zeros_like(h0)
    for x_t in x:
        h = np.tanh(w * h + u * x_t + b)
        total = total + w * (1 - h ** 2)
    return total


@latch_gradient.mistake("u stands where w belongs", ask="Which of the two multiplies h_{t−1}: u or w?")
def input_weight(w, u, b, x, h0):
    return latch_gradient.solution(w, u, b, x, h0) * (u / w) ** len(x)


@latch_gradient.mistake("the bias is left out of the states", ask="Is every h_t computed with all three numbers?")
def states_without_bias(w, u, b, x, h0):
    return latch_gradient.solution(w, u, 0., x, h0)


@latch_gradient.mistake("the input is left out of the states", ask="On what does h_t depend besides h_{t−1}?")
def states_without_input(w, u, b, x, h0):
    return latch_gradient.solution(w, u, b, 0 * x, h0)


def some_norms(rng, B, dtype):
    """Norms of a gradient over time: a hump, and, but for B = 1, a gap with a second life before it; and a share. With
    B = 3 a norm is exactly share times the last one, before it falls; with a single float32 none ever falls."""
    back = np.arange(14 + B)
    logs = np.where(back < 4, .3 * back, 1.9 - .5 * back) + rng.uniform(-.1, .1, back.size) - 2
    if B == 1:
        logs = np.maximum(logs, -4.7)
    logs[-2:] = -2.5
    share = 10.0 ** -(3 - B % 2)  # another one where the batch size is odd
    logs[6:-2] -= 4 * (B == 2)  # and once a fall by more than share in a single step
    norms = 10 ** logs[::-1]
    if B == 3:
        share, norms[-1], norms[-8] = 2.0 ** -7, 2.0 ** -6, 2.0 ** -13
        norms[-7:-1] = np.maximum(norms[-7:-1], 2.0 ** -12)
        norms[:-8] = np.minimum(norms[:-8], 2.0 ** -14)
    if dtype == np.float32 and B == 1:
        norms = np.maximum(norms, 10 * share * norms[-1])
    return norms.astype(dtype), share


@exercise("reach", draw=some_norms, hints=(
    "With which of the norms are the others compared?",
    "Go back from the last step, and stop at the first norm that is too small.",
    "How many steps lie between the last state and the earliest that you came to?"))
def reach_back(norms, share=1e-3):
    steps = 0
    while steps < len(norms) - 1 and norms[-2 - steps] >= share * norms[-1]:
        steps += 1
    return steps


@reach_back.mistake("steps beyond a gap are counted",
                        ask="The norm falls below the limit and rises again further back. Where does the reach end?")
def all_that_are_large(norms, share=1e-3):
    return np.sum(norms[:-1] >= share * norms[-1])


@reach_back.mistake("share is not used: the limit is always a thousandth",
                    ask="What does your function give for share = .01?")
def fixed_share(norms, share=1e-3):
    return reach_back.solution(norms)


@reach_back.mistake("each norm is compared with the one after it",
                    ask="A norm that halves at every step: where does the reach end?")
def of_the_neighbour(norms, share=1e-3):
    small = np.flatnonzero(norms[-2::-1] < share * norms[:0:-1])
    return small[0] if small.size else len(norms) - 1


@reach_back.mistake("a norm of exactly share times the last one is not counted",
                        ask="“At least”: which sign of comparison is that?")
def strictly_more(norms, share=1e-3):
    small = np.flatnonzero(norms[-2::-1] <= share * norms[-1])
    return small[0] if small.size else len(norms) - 1


@reach_back.mistake("the search begins at the first step",
                        ask="From which end are the steps counted, and what is there if a gap lies between?")
def from_the_start(norms, share=1e-3):
    return len(norms) - 1 - np.argmax(norms >= share * norms[-1])


@reach_back.mistake("the norms are compared with the largest one", ask="Which step's norm is the measure here?")
def of_the_largest(norms, share=1e-3):
    return reach_back.solution(norms, share * norms.max() / norms[-1])


@reach_back.mistake("the norms are compared with a thousandth, not with a thousandth of the last",
                        ask="If the whole loss were ten times as large, should the reach change?")
def absolute(norms, share=1e-3):
    return reach_back.solution(norms, share / norms[-1])


@reach_back.mistake("the last state is counted, too",
                        ask="If only the last norm is large enough, over how many steps back does the gradient reach?")
def one_too_many(norms, share=1e-3):
    return reach_back.solution(norms, share) + 1


def some_deltas(rng, B, dtype):
    """δ and the states of T steps, (T, B, H), and W_h."""
    T, H = 2 + B, sizes(rng, 1, 7, 8)[0]
    return normal(rng, dtype, T, B, H), np.tanh(normal(rng, dtype, T, B, H)), normal(rng, dtype, H, H, scale=.6)


@exercise("omega", draw=some_deltas, hints=(
    "All steps and all sequences can be done at once: delta[1:] goes back, and meets h[:-1].",
    "Norms are taken over the last axis only. There is one ratio for each step and each sequence.",
    "ratio = ‖(δ_t W_hᵀ) ∘ (1 − h_{t−1}²)‖ / ‖δ_t‖. Sum (ratio − 1)² over steps, take the mean over the batch."))
def size_regulariser(delta, h, W_h):
    back = (delta[1:] @ W_h.T) * (1 - h[:-1] ** 2)
    ratio = np.linalg.norm(back, axis=-1) / np.linalg.norm(delta[1:], axis=-1)
    return np.sum((ratio - 1) ** 2) / delta.shape[1]


def punished(delta, back, power=1):
    """Ω from what arrives at the earlier steps; the norms raised to a power."""
    ratio = np.linalg.norm(back, axis=-1) / np.linalg.norm(delta[1:], axis=-1)
    return np.sum((ratio ** power - 1) ** 2) / delta.shape[1]


@size_regulariser.mistake("the norms are squared before their ratio is taken",
                          ask="Is there a square inside the bracket of the formula, or outside only?")
def squared_norms(delta, h, W_h):
    return punished(delta, (delta[1:] @ W_h.T) * (1 - h[:-1] ** 2), power=2)


@size_regulariser.mistake("the slope is left out", ask="δ is the gradient at a. What lies between a_{t−1} and h_{t−1}?")
def back_without_slope(delta, h, W_h):
    return punished(delta, delta[1:] @ W_h.T)


@size_regulariser.mistake("the slope is taken from the later state",
                          ask="δ_t contains the slope of step t already. Which slope comes next on the way back?")
def later_slope(delta, h, W_h):
    return punished(delta, (delta[1:] @ W_h.T) * (1 - h[1:] ** 2))


@size_regulariser.mistake("W_h is not transposed",
                          ask="Forwards, row h_{t−1} is multiplied by W_h. And the row δ_t on its way back?")
def back_not_transposed(delta, h, W_h):
    return punished(delta, (delta[1:] @ W_h) * (1 - h[:-1] ** 2))


@size_regulariser.mistake("the batch is summed", ask="Would Omega double if the batch were given twice?")
def batch_summed(delta, h, W_h):
    return size_regulariser.solution(delta, h, W_h) * delta.shape[1]


@size_regulariser.mistake("the norm of δ_{t−1} itself is taken",
                          ask="What does δ_{t−1} contain besides what comes back from step t?")
def of_the_next_delta(delta, h, W_h):
    return punished(delta, delta[:-1])


@size_regulariser.mistake("the mean is taken over the steps, too", ask="Does Ω grow with the length of the sequence?")
def mean_over_steps(delta, h, W_h):
    return size_regulariser.solution(delta, h, W_h) / (len(delta) - 1)


@exercise("w", "u", "b", draw=lambda rng, B, dtype: (), hints=(
    "w = 2, u = 2 keeps the bit. How large is its gradient? And with w = 1.1?",
    "The noise comes in through u, like the class. What does a smaller u change?",
    "Let u be a third or so, and look for w between 1.1 and 1.3."))
def latch_weights():
    return 1.2, .3, 0.0


@np.errstate(over="ignore")
def kept_and_gradient(w, u, b, T=50, noise=.2, n=1000):
    """(share of n noisy sequences whose class a unit has at the last two steps, mean log10 |∂h_T/∂h_1|)."""
    rng, classes, logs = np.random.default_rng(0), np.where(np.arange(n) % 2, 1.0, -1.0), 0
    h = np.tanh(u * classes + b)
    for _ in range(T - 1):
        before, h = h, np.tanh(w * h + u * noise * rng.standard_normal(n) + b)
        logs = logs + np.log10(np.maximum(np.abs(w * (1 - h ** 2)), 1e-300))
    return np.mean((np.sign(before) == classes) & (np.sign(h) == classes)), np.mean(logs)


@latch_weights.accepts
def keeps_both(outputs):
    if any(value.shape or value.dtype.kind == "U" for value in outputs.values()):
        return "expected three single numbers: w, u, b"
    kept, log = kept_and_gradient(*(float(value) for value in outputs.values()))
    if kept >= .99 and log >= -9:
        return None
    return (f"the bit is kept in {kept:.1%} of the sequences (wanted: 99 % or more), "
            f"and the gradient is 10^{log:.1f} (wanted: 10^-9 or more)")
