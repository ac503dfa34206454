"""Bugs of notebook 18 in single steps: slopes and the order of assignments."""
import numpy as np

from ..engine.activations import relu, sigmoid
from .drawing import normal, sizes
from .exercise import exercise


def four_gates(rng, B, dtype):
    """di, df, dg, do, i, f, g, o, (B, H) each."""
    H, = sizes(rng, 1)
    (i, f, o), g = sigmoid(normal(rng, dtype, 3, B, H)), np.tanh(normal(rng, dtype, B, H))
    return *normal(rng, dtype, 4, B, H), i, f, g, o


@exercise("da_i", "da_f", "da_g", "da_o", draw=four_gates, hints=(
    "One of the four agrees with the differences. What is done for it that is not done for the other three?",
    "i = σ(a_i). How does i change when a_i is moved a little?",
    "σ′ = σ (1 − σ), and i is already the value σ(a_i)."))
def gate_deltas(di, df, dg, do, i, f, g, o):
    return di * i * (1 - i), df * f * (1 - f), dg * (1 - g ** 2), do * o * (1 - o)


@gate_deltas.bug("the sigmoid's slope is left out", ask="Which gates are squashed by a sigmoid, and what is its slope?")
def no_sigmoid_slope(di, df, dg, do, i, f, g, o):
    return di, df, dg * (1 - g ** 2), do


@gate_deltas.mistake("tanh's slope is used for all four gates",
                     ask="What is the derivative of σ(a), written with its value?")
def slope_of_tanh_for_all(di, df, dg, do, i, f, g, o):
    return di * (1 - i ** 2), df * (1 - f ** 2), dg * (1 - g ** 2), do * (1 - o ** 2)


@gate_deltas.mistake("the sigmoid is applied a second time", ask="i is already σ(a_i). What does σ(i) compute?")
def sigmoid_again(di, df, dg, do, i, f, g, o):
    i, f, o = sigmoid(i), sigmoid(f), sigmoid(o)
    return di * i * (1 - i), df * f * (1 - f), dg * (1 - g ** 2), do * o * (1 - o)


@gate_deltas.mistake("the sigmoid's slope is used for all four gates",
                     ask="Was there anything wrong with da_g before?")
def slope_of_sigmoid_for_all(di, df, dg, do, i, f, g, o):
    return di * i * (1 - i), df * f * (1 - f), dg * g * (1 - g), do * o * (1 - o)


@gate_deltas.mistake("one factor of the sigmoid's slope is missing",
                     ask="σ′ is a product of two factors. Which one has been forgotten?")
def half_a_slope(di, df, dg, do, i, f, g, o):
    return di * i, df * f, dg * (1 - g ** 2), do * o


def lstm_quantities(rng, B, dtype):
    """dh, dc, c_prev, i, f, g, o, c (B, H) and W_h (H, 4H)."""
    H, = sizes(rng, 1)
    dh, dc, c_prev, a = normal(rng, dtype, 4, B, H)
    (i, f, o), g = sigmoid(normal(rng, dtype, 3, B, H)), np.tanh(a)
    return dh, dc, c_prev, i, f, g, o, f * c_prev + i * g, normal(rng, dtype, H, 4 * H)


@exercise("da", "dh_prev", "dc_prev", draw=lstm_quantities, hints=(
    "Two of the three outputs agree. Read only the lines that make the third.",
    "Ask of every name in that line: what does it hold at this moment?",
    "dh still has to be the gradient of *this* step's h when dc is computed. Give what goes back names of its own."))
def lstm_step_backward(dh, dc, c_prev, i, f, g, o, c, W_h):
    dc = dc + dh * o * (1 - np.tanh(c) ** 2)
    da_i, da_f = dc * g * i * (1 - i), dc * c_prev * f * (1 - f)
    da_g, da_o = dc * i * (1 - g ** 2), dh * np.tanh(c) * o * (1 - o)
    da = np.hstack([da_i, da_f, da_g, da_o])
    return da, da @ W_h.T, dc * f


@lstm_step_backward.bug("dh is overwritten before dc_prev uses it", ask="Which step's dh stands in the line of dc?")
def overwritten(dh, dc, c_prev, i, f, g, o, c, W_h):
    by_c = o * (1 - np.tanh(c) ** 2)
    da_i, da_f = (dc + dh * by_c) * g * i * (1 - i), (dc + dh * by_c) * c_prev * f * (1 - f)
    da_g, da_o = (dc + dh * by_c) * i * (1 - g ** 2), dh * np.tanh(c) * o * (1 - o)
    da = np.hstack([da_i, da_f, da_g, da_o])
    dh = da @ W_h.T
    dc = (dc + dh * by_c) * f
    return da, dh, dc


@lstm_step_backward.mistake("the gates read dc after it was overwritten with the earlier step's",
                            ask="You moved a line. Which of the lines below it read the name that it changes?")
def moved_too_far(dh, dc, c_prev, i, f, g, o, c, W_h):
    dc = (dc + dh * o * (1 - np.tanh(c) ** 2)) * f
    da = np.hstack([dc * g * i * (1 - i), dc * c_prev * f * (1 - f), dc * i * (1 - g ** 2),
                    dh * np.tanh(c) * o * (1 - o)])
    return da, da @ W_h.T, dc


@lstm_step_backward.mistake("dc_prev leaves out what came to c through h",
                            ask="c has two readers, h and the next step. Whose gradient is dc, as it comes in?")
def not_through_h(dh, dc, c_prev, i, f, g, o, c, W_h):
    return (*lstm_step_backward.solution(dh, dc, c_prev, i, f, g, o, c, W_h)[:2], dc * f)


@lstm_step_backward.mistake("dc_prev leaves out the forget gate", ask="What is ∂c/∂c_prev in c = f c_prev + i g?")
def without_forget_gate(dh, dc, c_prev, i, f, g, o, c, W_h):
    everything = dc + dh * o * (1 - np.tanh(c) ** 2)
    return (*lstm_step_backward.solution(dh, dc, c_prev, i, f, g, o, c, W_h)[:2], everything)


@lstm_step_backward.mistake("the forget gate multiplies only a part of dc_prev",
                            ask="c = f c_prev + i g: does any gradient reach c_prev without passing f?")
def bracket_missing(dh, dc, c_prev, i, f, g, o, c, W_h):
    through_h = dh * o * (1 - np.tanh(c) ** 2)
    return (*lstm_step_backward.solution(dh, dc, c_prev, i, f, g, o, c, W_h)[:2], dc * f + through_h)


def relu_step(rng, B, dtype):
    """dh, x, h_prev, h and W_h of a ReLU step."""
    D, H = sizes(rng, 2, 3, 6)
    return (normal(rng, dtype, B, H), normal(rng, dtype, B, D), relu(normal(rng, dtype, B, H)),
            relu(normal(rng, dtype, B, H)), normal(rng, dtype, H, H))


@exercise("dW_x", "dW_h", "db", "dh_prev", draw=relu_step, hints=(
    "With all units on, everything agrees. So look at what happens to a unit that is off.",
    "Print the slope that is used for a unit whose h is 0.",
    "h is never negative: for which values of h is h >= 0 true?"))
def relu_step_backward(dh, x, h_prev, h, W_h):
    da = dh * (h > 0)
    return x.T @ da, h_prev.T @ da, da.sum(axis=0), da @ W_h.T


@relu_step_backward.bug("units that are off get the slope 1", ask="For which outputs of a ReLU is h >= 0 true?")
def at_least_zero(dh, x, h_prev, h, W_h):
    da = dh * (h >= 0)
    return x.T @ da, h_prev.T @ da, da.sum(axis=0), da @ W_h.T


@relu_step_backward.mistake("the output itself is taken for the slope",
                            ask="How steep is ReLU at a = 3? And is that its value there?")
def output_for_slope(dh, x, h_prev, h, W_h):
    da = dh * h
    return x.T @ da, h_prev.T @ da, da.sum(axis=0), da @ W_h.T


@relu_step_backward.mistake("the sign of the gradient is tested instead of the unit's",
                            ask="What decides whether a unit was on: what goes forward through it, or what comes back?")
def sign_of_gradient(dh, x, h_prev, h, W_h):
    da = dh * (dh > 0)
    return x.T @ da, h_prev.T @ da, da.sum(axis=0), da @ W_h.T


@relu_step_backward.mistake("the state before decides which units are on",
                            ask="h = relu(a): which of the two states shows whether a was positive?")
def on_before(dh, x, h_prev, h, W_h):
    da = dh * (h_prev > 0)
    return x.T @ da, h_prev.T @ da, da.sum(axis=0), da @ W_h.T


def some_numbers(rng, B, dtype):
    """Pre-activations (B, N), a few of them so far out that an exponential would overflow."""
    a = normal(rng, dtype, B, sizes(rng, 1, 6, 9)[0], scale=2)
    a[:, :2] = 800, -800
    return (a,)


@exercise("value", draw=some_numbers, hints=(
    "Value ½ at 0, and the right ends: both are right. Look at the slope at 0.",
    "It is too steep by a factor: σ of what has been computed?",
    "σ(a) = e^(a/2) / (e^(a/2) + e^(−a/2)). Divide (1 + tanh(…)) / 2 out and compare."))
def sigmoid_by_tanh(a):
    return (1 + np.tanh(a / 2)) / 2


@sigmoid_by_tanh.used_by
def without_overflow(answer, a):
    with np.errstate(over="raise"):
        return answer(a)


@sigmoid_by_tanh.bug("σ(2a) is computed", ask="(1 + tanh(z)) / 2 is σ of what?")
def doubled(a):
    return (1 + np.tanh(a)) / 2


@sigmoid_by_tanh.mistake("σ(4a) is computed", ask="Is your slope at 0 larger or smaller than it was?")
def quadrupled(a):
    return (1 + np.tanh(2 * a)) / 2


@sigmoid_by_tanh.mistake("the curve has been flattened instead of stretched",
                         ask="The slope at 0 is right now. What is the value at a = 20?")
def flattened(a):
    return .5 + np.tanh(a) / 4


@sigmoid_by_tanh.mistake("the curve runs from −1 to 1", ask="Between which two numbers must a gate lie?")
def not_lifted(a):
    return np.tanh(a / 2)
