"""Exercises of notebook 01: what is lost per word, and what the words and the biases hear."""
import numpy as np

from .drawing import normal, sizes
from .exercise import exercise, prediction


@prediction(hints=("After two words 0.59 · 0.59 is left, after three 0.59 · 0.59 · 0.59.",
                   "0.59 to the power n should be 10⁻⁶. Take logarithms on both sides.",
                   "n = log(10⁻⁶) / log(0.59), with any logarithm, if it is the same one twice."), tolerance=.04)
def words_to_a_millionth():
    return np.ceil(np.log(1e-6) / np.log(.59))


words_to_a_millionth.wrong(3, "each word takes away the same amount",
                           ask="After the second word, is 0.59 − 0.41 left, or 0.59 of 0.59?")
words_to_a_millionth.wrong(6, "each word costs a power of ten",
                           ask="How many words at 0.59 each does it take until a tenth is left?")
words_to_a_millionth.wrong(11.7, "two kinds of logarithm are mixed",  # 11.4, rounded up 12
                           ask="Which logarithm did you take of a millionth, and which of 0.59?")
words_to_a_millionth.wrong(np.log(1e-6) / np.log10(.59),
                           "the natural logarithm of a millionth is divided by the common one of 0.59",
                           ask="Which logarithm did you take of a millionth, and which of 0.59?")


def noisy_lines(rng, B, dtype):
    """log10 norms (T+1, B) that rise unevenly towards T. (float64 always, as jacobian_norms gives them.)"""
    (T,) = sizes(rng, 1, 8, 15)
    return (rng.uniform(.1, .5, B) * np.arange(-T, 1)[:, None] + rng.normal(0, .2, (T + 1, B)),)


@exercise("factor", draw=noisy_lines, hints=(
    "np.polyfit(steps, logs, 1) fits all columns of logs at once. Which of its two rows is the slope?",
    "The slope says by how much log10 of the norm rises per step forwards. You are asked about a step back.",
    "What is not a logarithm any more is 10 to the power of it."))
def factor_per_step_back(logs):
    slope, _ = np.polyfit(np.arange(len(logs)), logs, 1)
    return 10 ** -slope


@factor_per_step_back.mistake("the factor is that of a step forwards",
                              ask="Which way does the gradient travel, and is it longer or shorter after a step?")
def forwards(logs):
    return 1 / factor_per_step_back.solution(logs)


@factor_per_step_back.mistake("the logarithms are taken for natural ones",
                              ask="If an entry of logs is −2, which part of the gradient is left?")
def natural(logs):
    return np.exp(-np.polyfit(np.arange(len(logs)), logs, 1)[0])


@factor_per_step_back.mistake("the slope of the logarithms is given, not the factor",
                              ask="If the logarithm falls by 1 with each step back, what is the norm multiplied by?")
def slope_for_factor(logs):
    return -np.polyfit(np.arange(len(logs)), logs, 1)[0]


@factor_per_step_back.mistake("only the first and the last entry are used",
                              ask="If one entry in the middle is moved, should the fitted line stay as it is?")
def end_to_end(logs):
    return 10 ** ((logs[0] - logs[-1]) / (len(logs) - 1))


@factor_per_step_back.mistake("the number of entries is taken for the number of steps",
                              ask="How many steps lie between the first and the last of T + 1 states?")
def one_step_too_many(logs):
    return 10 ** ((logs[0] - logs[-1]) / len(logs))


@factor_per_step_back.mistake("the factors of single steps are averaged",
                              ask="A factor of 0.1 and then one of 10: what is left, and what is the mean of the two?")
def mean_factor(logs):
    return (10 ** (logs[:-1] - logs[1:])).mean(axis=0)


def states_and_totals(rng, B, dtype):
    """States h, total gradients at them, and W_x."""
    T, D, H = sizes(rng, 3, 3, 7, but=(B - 1, B))
    return (np.tanh(normal(rng, dtype, T + 1, B, H)), normal(rng, dtype, T + 1, B, H), normal(rng, dtype, D, H))


@exercise("dx", draw=states_and_totals, hints=(
    "A word enters its state through the tanh only: hₜ = tanh(aₜ), aₜ = xₜ W_x + …",
    "First to aₜ: multiply by the slope, which can be read from hₜ. Then to xₜ: through W_x, transposed.",
    "Word t enters state t, and the words are counted from 1: entry 0 of h is the start, before any word."))
def gradient_at_words(h, total, W_x):
    return (total[1:] * (1 - h[1:] ** 2)) @ W_x.T


@gradient_at_words.mistake("the slope is left out", ask="What lies between hₜ and xₜ W_x?")
def no_slope(h, total, W_x):
    return total[1:] @ W_x.T


@gradient_at_words.mistake("the slope is taken from the state before",
                           ask="hₜ = tanh(aₜ): from which state can the slope at aₜ be read?")
def slope_of_state_before(h, total, W_x):
    return (total[1:] * (1 - h[:-1] ** 2)) @ W_x.T


@gradient_at_words.mistake("the first T states are taken instead of the last T",
                           ask="Which word is read on the way to h[0]?")
def first_states(h, total, W_x):
    return (total[:-1] * (1 - h[:-1] ** 2)) @ W_x.T


@gradient_at_words.mistake("tanh is applied to h once more before the slope is taken",
                           ask="Is h the value before or after the tanh?")
def tanh_twice(h, total, W_x):
    return (total[1:] * (1 - np.tanh(h[1:]) ** 2)) @ W_x.T


@gradient_at_words.mistake("the totals are taken one step too early",
                           ask="Word t enters state t. Which entry of total belongs to that state?")
def totals_early(h, total, W_x):
    return (total[:-1] * (1 - h[1:] ** 2)) @ W_x.T


def contributions(rng, B, dtype):
    """States h, total gradients at them, and a number of steps."""
    T, H = sizes(rng, 2, 4, 8, but=(B - 1, B))
    return np.tanh(normal(rng, dtype, T + 1, B, H)), normal(rng, dtype, T + 1, B, H), int(rng.integers(2, T - 1))


@exercise("share", draw=contributions, hints=(
    "The bias is added to aₜ at every step, so step t contributes ∂L/∂aₜ.",
    "∂L/∂aₜ = (1 − hₜ²) ∂L/∂hₜ. That is (T, B, H), for steps 1 … T.",
    "Sum over the steps first, then take the length of the sum (np.linalg.norm with axis=-1)."))
def heard_by_biases(h, total, n):
    parts = (1 - h[1:] ** 2) * total[1:]
    return np.linalg.norm(parts[-n:].sum(axis=0), axis=-1) / np.linalg.norm(parts.sum(axis=0), axis=-1)


def share(parts, n):
    """What follows from (wrong) contributions."""
    return np.linalg.norm(parts[-n:].sum(axis=0), axis=-1) / np.linalg.norm(parts.sum(axis=0), axis=-1)


@heard_by_biases.mistake("lengths are added up where vectors should be", ask="Two contributions of the same length "
                         "point in opposite directions: what do the biases hear of them?")
def lengths_added(h, total, n):
    lengths = np.linalg.norm((1 - h[1:] ** 2) * total[1:], axis=-1)
    return lengths[-n:].sum(axis=0) / lengths.sum(axis=0)


@heard_by_biases.mistake("the slope is left out", ask="The bias is added before the tanh: what arrives there?")
def bias_without_slope(h, total, n):
    return share(total[1:], n)


@heard_by_biases.mistake("each slope is taken from the state before",
                         ask="hₜ = tanh(aₜ): from which state can the slope at aₜ be read?")
def bias_slope_before(h, total, n):
    return share((1 - h[:-1] ** 2) * total[1:], n)


@heard_by_biases.mistake("the totals are taken one step too early",
                         ask="The bias of step t acts on state t. Which entry of total belongs to that state?")
def bias_totals_early(h, total, n):
    return share((1 - h[1:] ** 2) * total[:-1], n)


@heard_by_biases.mistake("the first steps are taken for the last", ask="From which end do you count the n steps?")
def first_steps(h, total, n):
    return share(((1 - h ** 2) * total)[:0:-1], n)


@heard_by_biases.mistake("the initial state is counted as a step", ask="Was the bias added on the way to h[0]?")
def start_counted(h, total, n):
    return share((1 - h ** 2) * total, n)


@heard_by_biases.mistake("the last n steps are compared with the others instead of with all",
                         ask="If n is T, should the answer be 1?")
def against_the_rest(h, total, n):
    parts = (1 - h[1:] ** 2) * total[1:]
    return np.linalg.norm(parts[-n:].sum(axis=0), axis=-1) / np.linalg.norm(parts[:-n].sum(axis=0), axis=-1)


@heard_by_biases.mistake("the contributions to W_h are compared",
                         ask="By what is W_h multiplied at step t, and by what is b?")
def contributions_to_W_h(h, total, n):
    parts = np.einsum("tbi,tbj->tbij", h[:-1], (1 - h[1:] ** 2) * total[1:])
    return np.linalg.norm(parts[-n:].sum(axis=0), axis=(-2, -1)) / np.linalg.norm(parts.sum(axis=0), axis=(-2, -1))
