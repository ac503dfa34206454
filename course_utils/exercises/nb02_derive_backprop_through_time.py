"""Exercises of notebook 02: one step's Jacobian in other networks, and two sweeps of another kind."""
import numpy as np

from .drawing import normal, sizes
from .exercise import exercise, prediction


@prediction(hints=("The loss of step 1 has one term, that of step 2 has two.", "1 + 2 + 3 + … + 10"))
def terms_of_the_double_sum():
    return 55


terms_of_the_double_sum.wrong(10, "each loss is given one term only",
                              ask="On how many copies of W does the loss of step 10 depend?")
terms_of_the_double_sum.wrong(100, "losses also reach forwards",
                              ask="Does the loss of step 3 depend on what is read at step 7?")
terms_of_the_double_sum.wrong(65, "k is counted from 0", ask="Does s₀ depend on W?")
terms_of_the_double_sum.wrong(45, "a loss is not given its own step",
                              ask="Is k = t in the sum?")


def softsign_states(rng, B, dtype):
    """States of a network of softsigns, and W."""
    (H,) = sizes(rng, 1, 2, 5, but=(B,))
    a = normal(rng, dtype, B, H, scale=2)
    return a / (1 + np.abs(a)), normal(rng, dtype, H, H)


@exercise("J", draw=softsign_states, hints=(
    "Do it for one entry first: how does s[i] change with entry j of the state before?",
    "∂s_i/∂a_i is the slope of softsign, 1/(1 + |a_i|)². How much is 1 − |s_i|? And ∂a_i/∂s_prev_j is W[j, i].",
    "The slope is (1 − |s|)². Slopes scale the rows of Wᵀ; with a batch in front: slope[:, :, None] * W.T."))
def softsign_jacobian(s, W):
    slope = (1 - np.abs(s)) ** 2
    return slope[:, :, None] * W.T


@softsign_jacobian.mistake("W is not transposed",
                           ask="Which entry of W leads from unit j of the state before to unit i?")
def rows_of_W(s, W):
    return ((1 - np.abs(s)) ** 2)[:, :, None] * W


@softsign_jacobian.mistake("the slopes scale the columns", ask="Which unit's slope does the change in s[i] pass: "
                           "that of unit i or that of unit j?")
def columns_of_W_transposed(s, W):
    return ((1 - np.abs(s)) ** 2)[:, None, :] * W.T


@softsign_jacobian.mistake("the Jacobian is transposed", ask="Are the outputs in the rows or in the columns?")
def inputs_in_rows(s, W):
    return ((1 - np.abs(s)) ** 2)[:, None, :] * W


@softsign_jacobian.mistake("the slope of tanh is used", ask="What is the derivative of a/(1 + |a|) for positive a?")
def slope_of_tanh(s, W):
    return (1 - s ** 2)[:, :, None] * W.T


@softsign_jacobian.mistake("the slope is not squared", ask="The quotient rule leaves 1/(1 + |a|)². Is 1 − |s| that, or "
                           "its root?")
def slope_not_squared(s, W):
    return (1 - np.abs(s))[:, :, None] * W.T


@softsign_jacobian.mistake("the sign of s is kept in the slope", ask="Softsign is as steep at −a as at a. Is your "
                           "slope the same for s and −s?")
def slope_with_sign(s, W):
    return ((1 - s) ** 2)[:, :, None] * W.T


@softsign_jacobian.mistake("s is taken for the pre-activation", ask="Is s the value before or after the softsign?")
def softsign_twice(s, W):
    return (1 / (1 + np.abs(s)) ** 2)[:, :, None] * W.T


@softsign_jacobian.mistake("the slope is left out", ask="What lies between a and s?")
def slope_left_out(s, W):
    return np.ones_like(s)[:, :, None] * W.T


def leaky_step(rng, B, dtype):
    """s_prev, x, U, W and alpha of a leaky step."""
    D, H = sizes(rng, 2, but=(B,))
    return (normal(rng, dtype, B, H), normal(rng, dtype, B, D), normal(rng, dtype, D, H), normal(rng, dtype, H, H),
            float(rng.uniform(.2, .4)))


@exercise("J", draw=leaky_step, hints=(
    "s depends on s_prev along two paths: directly, and through the tanh. Their derivatives add up.",
    "The direct path changes entry i by entry i alone: a multiple of the identity.",
    "The slope needs tanh(a) alone, not s, which is a mixture. J = (1 − α) I + α diag(1 − tanh²a) Wᵀ"))
def leaky_jacobian(s_prev, x, U, W, alpha):
    slope = 1 - np.tanh(x @ U + s_prev @ W) ** 2
    return (1 - alpha) * np.eye(len(W), dtype=W.dtype) + alpha * slope[:, :, None] * W.T


@leaky_jacobian.mistake("the direct path is left out", ask="If W were zero, would s still depend on s_prev?")
def no_direct_path(s_prev, x, U, W, alpha):
    return leaky_jacobian.solution(s_prev, x, U, W, alpha) - (1 - alpha) * np.eye(len(W), dtype=W.dtype)


@leaky_jacobian.mistake("1 − α is added to every entry", ask="On the direct path, does s[0] depend on s_prev[1]?")
def number_for_identity(s_prev, x, U, W, alpha):
    return (1 - alpha) + leaky_jacobian.solution(s_prev, x, U, W, alpha) - (1 - alpha) * np.eye(len(W), dtype=W.dtype)


@leaky_jacobian.mistake("the slope is read from the new state", ask="The slope of tanh is 1 − tanh². Is s the tanh?")
def slope_from_mixture(s_prev, x, U, W, alpha):
    s = (1 - alpha) * s_prev + alpha * np.tanh(x @ U + s_prev @ W)
    return (1 - alpha) * np.eye(len(W), dtype=W.dtype) + alpha * (1 - s ** 2)[:, :, None] * W.T


@leaky_jacobian.mistake("α and 1 − α are interchanged", ask="With α near 0, does the unit keep its state or forget it?")
def weights_swapped(s_prev, x, U, W, alpha):
    return leaky_jacobian.solution(s_prev, x, U, W, 1 - alpha)


@leaky_jacobian.mistake("W is not transposed", ask="Which entry of W leads from unit j of s_prev to unit i of s?")
def leaky_not_transposed(s_prev, x, U, W, alpha):
    slope = 1 - np.tanh(x @ U + s_prev @ W) ** 2
    return (1 - alpha) * np.eye(len(W), dtype=W.dtype) + alpha * slope[:, :, None] * W


@leaky_jacobian.mistake("the slopes scale the columns", ask="Which unit's slope does the change in s[i] pass: that of "
                        "unit i or that of unit j?")
def leaky_columns(s_prev, x, U, W, alpha):
    slope = 1 - np.tanh(x @ U + s_prev @ W) ** 2
    return (1 - alpha) * np.eye(len(W), dtype=W.dtype) + alpha * slope[:, None, :] * W.T


@leaky_jacobian.mistake("the slope is left out", ask="What lies between a and tanh(a)?")
def leaky_without_slope(s_prev, x, U, W, alpha):
    return (1 - alpha) * np.eye(len(W), dtype=W.dtype) + alpha * np.ones_like(s_prev)[:, :, None] * W.T


@leaky_jacobian.mistake("α is missing before the tanh's part", ask="By what is tanh(a) multiplied in s?")
def leaky_without_alpha(s_prev, x, U, W, alpha):
    slope = 1 - np.tanh(x @ U + s_prev @ W) ** 2
    return (1 - alpha) * np.eye(len(W), dtype=W.dtype) + slope[:, :, None] * W.T


@leaky_jacobian.mistake("the slope is computed with a instead of tanh(a)", ask="1 − tanh²(a): where is the tanh?")
def slope_without_tanh(s_prev, x, U, W, alpha):
    slope = 1 - (x @ U + s_prev @ W) ** 2
    return (1 - alpha) * np.eye(len(W), dtype=W.dtype) + alpha * slope[:, :, None] * W.T


@leaky_jacobian.mistake("the direct path has the factor 1", ask="By what is s_prev itself multiplied in s?")
def full_direct_path(s_prev, x, U, W, alpha):
    return leaky_jacobian.solution(s_prev, x, U, W, alpha) + alpha * np.eye(len(W), dtype=W.dtype)


def losses_at_every_step(rng, B, dtype):
    """States s, errors ŷ − y, V and W."""
    T, C, H = sizes(rng, 3, 3, 6, but=(B - 1, B))
    return (np.tanh(normal(rng, dtype, T + 1, B, H)), normal(rng, dtype, T, B, C), normal(rng, dtype, H, C),
            normal(rng, dtype, H, H))


@exercise("ds0", draw=losses_at_every_step, hints=(
    "Go backwards from the last step with one gradient ds, zero at first.",
    "At step t add what E_t says of s_t, errors[t − 1] Vᵀ, and then take the whole back to s_{t−1}.",
    "ds = ((ds + errors[t − 1] Vᵀ) (1 − s_t²)) Wᵀ for t = T … 1. What is left then is ∂E/∂s₀."))
def initial_state_gradient(s, errors, V, W):
    ds = np.zeros_like(s[0])
    for t in range(len(errors), 0, -1):
        ds = ((ds + errors[t - 1] @ V.T) * (1 - s[t] ** 2)) @ W.T
    return ds


@initial_state_gradient.mistake("the last loss alone is taken back", ask="Where do the losses of earlier steps get on?")
def last_loss_alone(s, errors, V, W):
    return initial_state_gradient.solution(s, np.concatenate([0 * errors[:-1], errors[-1:]]), V, W)


@initial_state_gradient.mistake("each loss gets on one step too late",
                                ask="E_t is a function of s_t: do you add its gradient before or after the step that "
                                    "leads from s_t to s_{t−1}?")
def gets_on_late(s, errors, V, W):
    ds = np.zeros_like(s[0])
    for t in range(len(errors), 0, -1):
        ds = (ds * (1 - s[t] ** 2)) @ W.T + errors[t - 1] @ V.T
    return ds


@initial_state_gradient.mistake("the sweep stops one step early", ask="Which state does your loop end at, and does "
                                "x₁ still lie between it and s₀?")
def stops_early(s, errors, V, W):
    return initial_state_gradient.solution(s[1:], errors[1:], V, W)


@initial_state_gradient.mistake("the slopes are left out", ask="What lies between s_t and s_{t−1} besides W?")
def sweep_without_slopes(s, errors, V, W):
    return initial_state_gradient.solution(0 * s, errors, V, W)


@initial_state_gradient.mistake("W is not transposed", ask="A row ds is multiplied by J_t = diag(1 − s_t²) Wᵀ from the "
                                "right. What meets it first, and what then?")
def sweep_not_transposed(s, errors, V, W):
    return initial_state_gradient.solution(s, errors, V, W.T)


@initial_state_gradient.mistake("the slope of a tanh is taken at s₀ as well", ask="Is s₀ the output of a tanh?")
def slope_at_start(s, errors, V, W):
    return initial_state_gradient.solution(s, errors, V, W) * (1 - s[0] ** 2)


@initial_state_gradient.mistake("each slope is taken from the state before",
                                ask="s_t = tanh(a_t): from which state can the slope at a_t be read?")
def sweep_slope_off_by_one(s, errors, V, W):
    ds = np.zeros_like(s[0])
    for t in range(len(errors), 0, -1):
        ds = ((ds + errors[t - 1] @ V.T) * (1 - s[t - 1] ** 2)) @ W.T
    return ds


@initial_state_gradient.mistake("ds meets Wᵀ before the slope", ask="On the way back from s_t, what comes first, the "
                                "tanh of step t or W?")
def slope_after_W(s, errors, V, W):
    ds = np.zeros_like(s[0])
    for t in range(len(errors), 0, -1):
        ds = (ds + errors[t - 1] @ V.T) @ W.T * (1 - s[t] ** 2)
    return ds


@initial_state_gradient.mistake("the loop runs forwards", ask="Which of the two is known first on the way back: what "
                                "arrives at s₁, or what arrives at s_T?")
def sweep_forwards(s, errors, V, W):
    ds = np.zeros_like(s[0])
    for t in range(1, len(errors) + 1):
        ds = ((ds + errors[t - 1] @ V.T) * (1 - s[t] ** 2)) @ W.T
    return ds


@initial_state_gradient.mistake("what comes from later steps is dropped at every step",
                                ask="Where does your loop use the ds that it computed for step t + 1?")
def sweep_without_carry(s, errors, V, W):
    return initial_state_gradient.solution(s[:2], errors[:1], V, W)


def with_gain(rng, B, dtype):
    """States s, W and the gain g."""
    T, H = sizes(rng, 2, 3, 7, but=(B - 1, B))
    return np.tanh(normal(rng, dtype, T + 1, B, H)), normal(rng, dtype, H, H), float(rng.uniform(1.3, 2.))


@exercise("ds_dg", draw=with_gain, hints=(
    "a_t = x_t U + g s_{t−1} W depends on g twice: through the factor itself, and through s_{t−1}.",
    "By the product rule ∂a_t/∂g = s_{t−1} W + g (∂s_{t−1}/∂g) W.",
    "The argument s[0] does not depend on g, so ds_dg[0] stays 0. Then go forwards, t = 1 … T: ds_dg[t] is (1 − s[t]²) "
    "times the line above."))
def gain_sensitivity(s, W, g):
    ds_dg = np.zeros_like(s)
    for t in range(1, len(s)):
        ds_dg[t] = (1 - s[t] ** 2) * ((s[t - 1] + g * ds_dg[t - 1]) @ W)
    return ds_dg


@gain_sensitivity.mistake("the state before is held constant", ask="Does s_{t−1} depend on g? This is the immediate "
                          "derivative, and which one is asked for?")
def immediate(s, W, g):
    ds_dg = np.zeros_like(s)
    ds_dg[1:] = (1 - s[1:] ** 2) * (s[:-1] @ W)
    return ds_dg


@gain_sensitivity.mistake("g is missing on the way through the state before",
                          ask="By what is the state before multiplied on its way into a_t?")
def no_gain_in_carry(s, W, g):
    ds_dg = np.zeros_like(s)
    for t in range(1, len(s)):
        ds_dg[t] = (1 - s[t] ** 2) * ((s[t - 1] + ds_dg[t - 1]) @ W)
    return ds_dg


@gain_sensitivity.mistake("what comes from the state before does not pass the slope",
                          ask="Is there any way from s_{t−1} to s_t that does not lead through the tanh?")
def slope_for_one_part_only(s, W, g):
    ds_dg = np.zeros_like(s)
    for t in range(1, len(s)):
        ds_dg[t] = (1 - s[t] ** 2) * (s[t - 1] @ W) + g * ds_dg[t - 1] @ W
    return ds_dg


@gain_sensitivity.mistake("W is transposed", ask="This sweep goes forwards. Does a row of states meet W or Wᵀ there?")
def forwards_transposed(s, W, g):
    return gain_sensitivity.solution(s, W.T, g)


def forwards_with(s, slopes, W, g):
    """What follows from (wrong) slopes."""
    ds_dg = np.zeros_like(s)
    for t in range(1, len(s)):
        ds_dg[t] = slopes[t] * ((s[t - 1] + g * ds_dg[t - 1]) @ W)
    return ds_dg


@gain_sensitivity.mistake("the slope is left out", ask="What lies between a_t and s_t?")
def forwards_without_slope(s, W, g):
    return forwards_with(s, np.ones_like(s), W, g)


@gain_sensitivity.mistake("each slope is taken from the state before",
                          ask="s_t = tanh(a_t): from which state can the slope at a_t be read?")
def forwards_slope_off_by_one(s, W, g):
    return forwards_with(s, 1 - np.concatenate([s[:1], s[:-1]]) ** 2, W, g)


@gain_sensitivity.mistake("the state after the step stands where the one before belongs",
                          ask="Which state is multiplied by g W to become a part of a_t?")
def forwards_state_after(s, W, g):
    ds_dg = np.zeros_like(s)
    for t in range(1, len(s)):
        ds_dg[t] = (1 - s[t] ** 2) * ((s[t] + g * ds_dg[t - 1]) @ W)
    return ds_dg


@gain_sensitivity.mistake("the first step is left out", ask="Does s₁ depend on g?")
def forwards_from_the_second(s, W, g):
    return np.concatenate([np.zeros_like(s[:1]), gain_sensitivity.solution(s[1:], W, g)])
