"""Exercises of notebook 16: what is left after a lag, half-lives, reach, and gradients through two layers."""
import numpy as np

from .drawing import normal, sizes
from .exercise import exercise, prediction


@prediction(hints=("What is σ(ln(lag − 1))? The odds of a gate are e to the power of its bias.",
                   "The gate is 1 − 1/lag. How much is left after `lag` such steps, and what does that tend to?"),
            tolerance=.02)
def share_left_after_the_lag():
    return .99**100


share_left_after_the_lag.wrong(.5, "the lag is taken for the half-life",
                               ask="With which gate would half be left after 100 steps, and is that 1 − 1/100?")
share_left_after_the_lag.wrong(.99, "one step is counted, not a hundred",
                               ask="How often is the cell state multiplied by the gate on its way over the lag?")
share_left_after_the_lag.wrong(.01, "what is lost in a step is given",
                               ask="Does a gate of 1 − 1/lag keep much or little of its cell state in one step?")
share_left_after_the_lag.wrong(1 - .99**100, "what is lost over the lag is given",
                               ask="Is it asked what is lost on the way, or what is left?")


def gates(rng, B, dtype):
    """Forget gates (T, B, H), of units that differ."""
    T, H = sizes(rng, 2, 3, 7)
    return (rng.uniform(.05, .95, (T, B, H)).astype(dtype),)


@exercise("half_lives", draw=gates, hints=(
    "Which axes are steps and sequences? Over those the mean is taken, one for each unit.",
    "After n steps f̄ⁿ is left. For which n is that ½? Take the logarithm of both sides.",
    "np.log(.5) / np.log(f.mean(axis=(0, 1)))"))
def half_life_of_units(f):
    return np.log(.5) / np.log(f.mean(axis=(0, 1)))


@half_life_of_units.mistake("the mean is taken of the logarithms, not of the gates",
                            ask="Which comes first here, the logarithm or the mean over steps and sequences?")
def mean_of_logarithms(f):
    return np.log(.5) / np.log(f).mean(axis=(0, 1))


@half_life_of_units.mistake("a half-life is taken at every step, and then the mean of them",
                            ask="Is the mean of the half-lives the half-life of the mean gate? Try .1 and .9.")
def mean_of_half_lives(f):
    return (np.log(.5) / np.log(f)).mean(axis=(0, 1))


@half_life_of_units.mistake("the quotient is upside down",
                            ask="Does a gate nearer to 1 give a longer half-life in your formula, or a shorter one?")
def upside_down(f):
    return np.log(f.mean(axis=(0, 1))) / np.log(.5)


@half_life_of_units.mistake("the time constant is given, after which 1/e is left",
                            ask="Which share is left after your number of steps: put it in and see?")
def time_constant(f):
    return -1 / np.log(f.mean(axis=(0, 1)))


@half_life_of_units.mistake("1/(1 − f̄) is given, as if the same amount were lost at every step",
                            ask="A share of what is *left* is lost in every step. After how many is half left?")
def lost_evenly(f):
    return 1 / (1 - f.mean(axis=(0, 1)))


@half_life_of_units.mistake("only the first sequence is looked at",
                            ask="Over which axes is the mean to be taken, and what becomes of the batch?")
def first_sequence(f):
    return np.log(.5) / np.log(f[:, 0].mean(axis=0))


def uneven_norms(rng, B, dtype):
    """Norms (T+1,) that fall backwards, dip below a thousandth of the last, rise above it, and fall for good; in case 2
    below it at once, in case 4 growing backwards and nowhere below."""
    T, dip = 12 + int(rng.integers(5)), 4 + int(rng.integers(3))
    logs = np.linspace(4 if B == 2 else -3.6, 0, T + 1) + rng.uniform(-.03, .03, T + 1)
    if B != 2:
        logs[[2, T - dip, T - 3, T - 2]] = 1.2, -3.4, -2.3, -1.9  # a thousandth of the largest is −1.8
    if B == 3:
        logs[T - 1] = -3.2
    return ((10**(logs + rng.uniform(.42, .48))).astype(dtype),)  # .001 by itself is lower than the dip


@exercise("reach", draw=uneven_norms, hints=(
    "Which steps are below a thousandth of the last norm? np.flatnonzero finds them all.",
    "Walking back from the last step, which of them do you meet first?",
    "If k is the last step that is below, the steps k + 1 … T are not: how many steps back is that from T?"))
def reach_of_norms(norms):
    below = np.flatnonzero(norms < norms[-1] / 1000)
    return len(norms) - 2 - below[-1] if len(below) else len(norms) - 1


@reach_of_norms.mistake("the earliest step that is high enough is taken, across dips",
                        ask="Your steps back must never be below. Is there one in between that is?")
def across_dips(norms):
    return len(norms) - 1 - np.flatnonzero(norms >= norms[-1] / 1000)[0]


@reach_of_norms.mistake("all steps that are high enough are counted, before and after a dip",
                        ask="What happens in your count after a step that is below: does it go on?")
def counted_all(norms):
    return np.count_nonzero(norms >= norms[-1] / 1000) - 1


@reach_of_norms.mistake("the number of the step is given, counted from the beginning",
                        ask="From which end is a reach counted, the first step or the last?")
def counted_from_the_beginning(norms):
    return np.flatnonzero(norms < norms[-1] / 1000).max(initial=-1) + 1


@reach_of_norms.mistake("the step that is below counts as well",
                        ask="If the last but one is below already, the reach should be 0. What do you give?")
def one_too_many(norms):
    return len(norms) - 1 - np.flatnonzero(norms < norms[-1] / 1000).max(initial=-1)


@reach_of_norms.mistake("the limit is a thousandth by itself, not of the last norm",
                        ask="If all norms were a hundred times as large, should the reach be another one?")
def absolute_limit(norms):
    below = np.flatnonzero(norms < 1e-3)
    return len(norms) - 2 - below[-1] if len(below) else len(norms) - 1


@reach_of_norms.mistake("the limit is a thousandth of the largest norm, not of the last",
                        ask="With which norm is each step compared: that of which step?")
def of_the_largest(norms):
    below = np.flatnonzero(norms < norms.max() / 1000)
    return len(norms) - 2 - below[-1] if len(below) else len(norms) - 1


@reach_of_norms.mistake("the limit is a thousandth of the first norm, not of the last",
                        ask="From which end does a gradient set out, and which of your norms is that?")
def of_the_first(norms):
    below = np.flatnonzero(norms < norms[0] / 1000)
    return len(norms) - 2 - below[-1] if len(below) else len(norms) - 1


def two_layers(rng, B, dtype):
    """States and weights of a network of two tanh layers, and direct gradients of the upper states."""
    T, H1, H2 = sizes(rng, 3, 3, 6)
    h1, h2 = (np.tanh(normal(rng, dtype, T, B, H)) for H in (H1, H2))
    return (h1, h2, normal(rng, dtype, H1, H1, scale=.6), normal(rng, dtype, H1, H2, scale=.6),
            normal(rng, dtype, H2, H2, scale=.6), normal(rng, dtype, T, B, H2))


@exercise("total", draw=two_layers, hints=(
    "Do the upper layer first, as if it were alone: its total gradients need nothing of the lower layer.",
    "Behind h2_t stands a pre-activation: da2_t = (1 − h2_t²) ∘ total2_t. What of it arrives at h1_t?",
    "da2_t W_x2ᵀ is the direct gradient of h1_t. Now walk back through the lower layer with these, carry included."))
def lower_layer_total(h1, h2, W_h1, W_x2, W_h2, direct):
    total1, total2 = np.zeros_like(h1), direct.copy()
    for t in reversed(range(len(h1))):
        if t + 1 < len(h1):
            total2[t] += ((1 - h2[t + 1]**2) * total2[t + 1]) @ W_h2.T
            total1[t] += ((1 - h1[t + 1]**2) * total1[t + 1]) @ W_h1.T
        total1[t] += ((1 - h2[t]**2) * total2[t]) @ W_x2.T
    return total1


def walk_back(h1, h2, W_h1, W_x2, W_h2, direct, *, carry1=True, carry2=True, slope=True, later=0, own=1, upper=1,
              through=None):
    """The solution with a part changed."""
    total1, total2 = np.zeros_like(h1), direct.copy()
    for t in reversed(range(len(h1))):
        if t + 1 < len(h1):
            total2[t] += carry2 * ((1 - h2[t + upper]**2) * total2[t + 1]) @ W_h2.T
            total1[t] += carry1 * ((1 - h1[t + own]**2) * total1[t + 1]) @ (W_h1.T if through is None else through)
        if t + later < len(h1):
            total1[t] += ((1 - h2[t + later]**2 if slope else 1) * total2[t + later]) @ W_x2.T
    return total1


@lower_layer_total.mistake("the lower layer carries nothing to the step before",
                           ask="By which two ways does h1_t act on the loss: upwards at once, and where else?")
def no_carry_below(*arguments):
    return walk_back(*arguments, carry1=False)


@lower_layer_total.mistake("the upper layer carries nothing to the step before",
                           ask="Is what the loss says of h2_t all that depends on it, or do later states, too?")
def no_carry_above(*arguments):
    return walk_back(*arguments, carry2=False)


@lower_layer_total.mistake("the slope of the upper tanh is left out on the way down",
                           ask="Between h1_t and h2_t stands a tanh. Where is its slope?")
def no_slope_between(*arguments):
    return walk_back(*arguments, slope=False)


@lower_layer_total.mistake("the lower state is thought to act on the upper one a step later",
                           ask="At which step does h1_t enter the upper layer: t or t + 1?")
def a_step_late(*arguments):
    return walk_back(*arguments, later=1)


@lower_layer_total.mistake("the slope of the lower tanh is taken a step too early",
                           ask="On its way from h1_t to h1_{t+1}, which of the two tanhs does the gradient pass?")
def slope_too_early(*arguments):
    return walk_back(*arguments, own=0)


@lower_layer_total.mistake("W_h1 is not transposed", ask="Forwards, the row h1_prev is multiplied by W_h1. Which entry "
                           "does W_h1[i, j] read, and where must the gradient go back to?")
def not_transposed_below(h1, h2, W_h1, *others):
    return walk_back(h1, h2, W_h1, *others, through=W_h1)


@lower_layer_total.mistake("W_h2 is not transposed", ask="Forwards, the row h2_prev is multiplied by W_h2. Which entry "
                           "does W_h2[i, j] read, and where must the gradient go back to?")
def not_transposed_above(h1, h2, W_h1, W_x2, W_h2, direct):
    return walk_back(h1, h2, W_h1, W_x2, W_h2.T, direct)


@lower_layer_total.mistake("the slope of the upper tanh is taken a step too early",
                           ask="On its way from h2_t to h2_{t+1}, which of the two tanhs does the gradient pass?")
def upper_slope_too_early(*arguments):
    return walk_back(*arguments, upper=0)


@lower_layer_total.mistake("nothing is carried to the step before, in either layer",
                           ask="h1_t acts on h1_{t+1}, h2_t on h2_{t+1}. Where does your gradient come back that way?")
def no_carry(*arguments):
    return walk_back(*arguments, carry1=False, carry2=False)


@lower_layer_total.mistake("the direct gradients of the upper layer are overwritten by what is carried",
                           ask="The loss reads h2_t itself, at every step: is that still in your sum?")
def direct_overwritten(h1, h2, W_h1, W_x2, W_h2, direct):
    alone = np.zeros_like(direct)
    alone[-1] = direct[-1]
    return walk_back(h1, h2, W_h1, W_x2, W_h2, alone)


@lower_layer_total.mistake("the slope of the lower tanh stands between h1_t and h2_t, where the upper one's belongs",
                           ask="From h2_t down to h1_t, which tanh lies between: the one that made h1_t, or h2_t?")
def lower_slope_between(h1, h2, W_h1, W_x2, W_h2, direct):
    total1, total2 = np.zeros_like(h1), direct.copy()
    for t in reversed(range(len(h1))):
        if t + 1 < len(h1):
            total2[t] += ((1 - h2[t + 1]**2) * total2[t + 1]) @ W_h2.T
            total1[t] += ((1 - h1[t + 1]**2) * total1[t + 1]) @ W_h1.T
        total1[t] += (1 - h1[t]**2) * (total2[t] @ W_x2.T)
    return total1
