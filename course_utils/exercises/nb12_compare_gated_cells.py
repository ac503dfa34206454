"""Exercises of notebook 12: gradients of coupled gates, peepholes and a GRU, and one cell written as another."""
import numpy as np

from ..engine.activations import sigmoid
from .drawing import normal, sizes, swapped
from .exercise import exercise, prediction


@prediction(hints=("c_t = .9 c_{t−1} + .1 · 1. Where does that lead in the end?",
                   "The distance to 1 shrinks by .9 at every step.", "1 − .9¹⁰"), tolerance=.01)
def coupled_memory_after_ten():
    return 1 - .9 ** 10


coupled_memory_after_ten.wrong(.9 ** 10, "what is missing is given, not what is there",
                               ask="c starts at 0. Is it near 0 or near 1 after many steps?")
coupled_memory_after_ten.wrong(10 * .1, "c is taken to have arrived at g, or ten tenths are added up",
                               ask="Each step goes a tenth of the remaining way to 1. How much is left after two?")
coupled_memory_after_ten.wrong(1 - .9 ** 9, "one step too few is counted", ask="c_0 = 0. What is c_1?")
coupled_memory_after_ten.wrong((1 - .9 ** 10) / .1, "the whole candidate is written, as by an LSTM with i = 1",
                               ask="If the cell keeps .9, with which weight does it write?")


def coupled_values(rng, B, dtype):
    """dc and the values f, g and c_prev of a coupled cell."""
    H = sizes(rng, 1, 5, 7)[0]
    dc, a, b, c_prev = normal(rng, dtype, 4, B, H)
    return dc, sigmoid(a), np.tanh(b), c_prev


@exercise("da_f", "da_g", draw=coupled_values, hints=(
    "f stands in two places of c = f c_prev + (1 − f) g.",
    "∂c/∂f = c_prev − g, ∂c/∂g = 1 − f.",
    "What is asked for are the pre-activations: the slopes of σ and tanh are still missing."))
def coupled_step_gradients(dc, f, g, c_prev):
    return dc * (c_prev - g) * f * (1 - f), dc * (1 - f) * (1 - g ** 2)


@coupled_step_gradients.mistake("f's second place is overlooked", ask="How often does f occur in the formula for c?")
def second_place(dc, f, g, c_prev):
    return dc * c_prev * f * (1 - f), dc * (1 - f) * (1 - g ** 2)


@coupled_step_gradients.mistake("f's two parts are added", ask="When f grows, does the weight of g grow?")
def parts_added(dc, f, g, c_prev):
    return dc * (c_prev + g) * f * (1 - f), dc * (1 - f) * (1 - g ** 2)


@coupled_step_gradients.mistake("g is written with the weight f", ask="Which weight has g when f keeps everything?")
def written_with_f(dc, f, g, c_prev):
    return dc * (c_prev - g) * f * (1 - f), dc * f * (1 - g ** 2)


@coupled_step_gradients.mistake("the slopes are left out",
                                ask="Are f and g the pre-activations, or what has been made of them?")
def gates_for_sums(dc, f, g, c_prev):
    return dc * (c_prev - g), dc * (1 - f)


@coupled_step_gradients.mistake("the slope of the sigmoid is left out",
                                ask="g's part has its slope. What stands between f and its pre-activation?")
def gate_for_sum(dc, f, g, c_prev):
    return dc * (c_prev - g), dc * (1 - f) * (1 - g ** 2)


@coupled_step_gradients.mistake("g has the sigmoid's slope",
                                ask="g = tanh(a_g). What is the slope of tanh, in terms of its value?")
def g_as_a_gate(dc, f, g, c_prev):
    return dc * (c_prev - g) * f * (1 - f), dc * (1 - f) * g * (1 - g)


@coupled_step_gradients.mistake("the squashing functions are applied a second time",
                                ask="Is f the value before or after the sigmoid?")
def squashed_again(dc, f, g, c_prev):
    return dc * (c_prev - g) * sigmoid(f) * (1 - sigmoid(f)), dc * (1 - f) * (1 - np.tanh(g) ** 2)


def coupled_weights(rng, B, dtype):
    """W_x, W_h and b of a coupled cell, gates f, g, o."""
    D, H = sizes(rng, 2)
    return normal(rng, dtype, D, 3 * H), normal(rng, dtype, H, 3 * H), normal(rng, dtype, 3 * H)


@exercise("W_x", "W_h", "b", draw=coupled_weights, hints=(
    "The LSTM's i must be 1 − f at every input. Which property has the sigmoid?",
    "1 − σ(a) = σ(−a): i's pre-activation must be minus that of f.",
    "Put −W_f in front of the three blocks; for all of W_x, W_h and b."))
def coupled_as_lstm(W_x, W_h, b):
    H = len(W_h)
    return tuple(np.concatenate([-array[..., :H], array], axis=-1) for array in (W_x, W_h, b))


def with_input_block(i_block, arrays, H):
    """Each array with the block that a function makes of f's, in front of the others."""
    return tuple(np.concatenate([i_block(array[..., :H]), array], axis=-1) for array in arrays)


@coupled_as_lstm.mistake("the input gate does what the forget gate does",
                         ask="When the cell keeps everything, what should i be?")
def same_as_f(W_x, W_h, b):
    return with_input_block(lambda block: block, (W_x, W_h, b), len(W_h))


@coupled_as_lstm.mistake("the weights are taken from 1", ask="The gate is to be 1 − σ(a). Is σ(1 − a) the same?")
def weights_from_one(W_x, W_h, b):
    return with_input_block(lambda block: 1 - block, (W_x, W_h, b), len(W_h))


@coupled_as_lstm.mistake("only the bias has been turned round",
                         ask="Should i be 1 − f for one input, or for every x and h_prev?")
def bias_alone(W_x, W_h, b):
    same = same_as_f(W_x, W_h, b)
    return *same[:2], coupled_as_lstm.solution(W_x, W_h, b)[2]


@coupled_as_lstm.mistake("the bias has not been turned round",
                         ask="The sum of i is to be minus that of f. Of how many parts does the sum consist?")
def all_but_bias(W_x, W_h, b):
    return *coupled_as_lstm.solution(W_x, W_h, b)[:2], same_as_f(W_x, W_h, b)[2]


@coupled_as_lstm.mistake("i is held at ½", ask="σ(0) = ½. When the cell keeps everything, what should i be?")
def half_open(W_x, W_h, b):
    return with_input_block(np.zeros_like, (W_x, W_h, b), len(W_h))


@coupled_as_lstm.mistake("i and f are in each other's places", ask="In which order does our LSTM hold its gates?")
def f_in_front(W_x, W_h, b):
    return in_order("figo", W_x, W_h, b)


@coupled_as_lstm.mistake("the blocks stand in the order i, f, o, g", ask="Which block is the last in our LSTM?")
def o_before_g(W_x, W_h, b):
    return in_order("ifog", W_x, W_h, b)


@coupled_as_lstm.mistake("i's block is put at the end", ask="With which gate does our LSTM begin?")
def i_at_the_end(W_x, W_h, b):
    return in_order("fgoi", W_x, W_h, b)


def in_order(order, W_x, W_h, b):
    """The solution with its blocks in another order."""
    return tuple(array[..., swapped(len(W_h), order)] for array in coupled_as_lstm.solution(W_x, W_h, b))


def peephole_step(rng, B, dtype):
    """The values of a step with peepholes, and the peepholes of i, f and o."""
    H = sizes(rng, 1, 5, 7)[0]
    (i, f, o), (g, c_prev) = sigmoid(normal(rng, dtype, 3, B, H)), normal(rng, dtype, 2, B, H)
    g = np.tanh(g)
    return i, f, g, o, c_prev, f * c_prev + i * g, *normal(rng, dtype, 3, H)


@exercise("dh_dc_prev", draw=peephole_step, hints=(
    "Two factors: ∂h/∂c, all ways from c to h in this step, and ∂c/∂c_prev, the formula above.",
    "c stands in two places of h = σ(a_o + p_o c) tanh(c).",
    "∂h/∂c = o (1 − tanh² c) + tanh(c) o (1 − o) p_o"))
def peephole_partial(i, f, g, o, c_prev, c, p_i, p_f, p_o):
    dc_dc_prev = f + c_prev * f * (1 - f) * p_f + g * i * (1 - i) * p_i
    dh_dc = o * (1 - np.tanh(c) ** 2) + np.tanh(c) * o * (1 - o) * p_o
    return dh_dc * dc_dc_prev


@peephole_partial.mistake("the output gate's peephole is left out", ask="In how many places of h = σ(a_o + p_o c) "
                          "tanh(c) does c stand?")
def blind_output_gate(i, f, g, o, c_prev, c, p_i, p_f, p_o):
    return peephole_partial.solution(i, f, g, o, c_prev, c, p_i, p_f, 0 * p_o)


@peephole_partial.mistake("∂c/∂c_prev is given, the lesson's formula", ask="How does h answer when c moves?")
def stops_at_c(i, f, g, o, c_prev, c, p_i, p_f, p_o):
    return f + c_prev * f * (1 - f) * p_f + g * i * (1 - i) * p_i


@peephole_partial.mistake("o's part lacks its factor tanh(c)", ask="In h = o tanh(c), what is o multiplied by?")
def without_tanh(i, f, g, o, c_prev, c, p_i, p_f, p_o):
    dh_dc = o * (1 - np.tanh(c) ** 2) + o * (1 - o) * p_o
    return dh_dc * stops_at_c(i, f, g, o, c_prev, c, p_i, p_f, p_o)


@peephole_partial.mistake("∂c/∂c_prev is taken to be f", ask="Do i and f stay where they are when c_prev moves?")
def f_alone(i, f, g, o, c_prev, c, p_i, p_f, p_o):
    return peephole_partial.solution(i, f, g, o, c_prev, c, 0 * p_i, 0 * p_f, p_o)


@peephole_partial.mistake("the input gate's peephole is left out",
                          ask="i looks at c_prev, too. What does i do in c = f c_prev + i g?")
def blind_input_gate(i, f, g, o, c_prev, c, p_i, p_f, p_o):
    return peephole_partial.solution(i, f, g, o, c_prev, c, 0 * p_i, p_f, p_o)


@peephole_partial.mistake("the output gate is made to look at the old memory",
                          ask="Which c does o see, c_prev or c? And by how much does that one move when c_prev does?")
def o_sees_old(i, f, g, o, c_prev, c, p_i, p_f, p_o):
    return blind_output_gate(i, f, g, o, c_prev, c, p_i, p_f, p_o) + np.tanh(c) * o * (1 - o) * p_o


@peephole_partial.mistake("the slopes of the gates are left out", ask="If c moves a little, the pre-activation of o "
                          "moves by p_o times that. And o itself?")
def peeps_without_slopes(i, f, g, o, c_prev, c, p_i, p_f, p_o):
    return (o * (1 - np.tanh(c) ** 2) + np.tanh(c) * p_o) * (f + c_prev * p_f + g * p_i)


@peephole_partial.mistake("the peepholes of i and f are interchanged", ask="Into which gate does p_i lead?")
def other_peephole(i, f, g, o, c_prev, c, p_i, p_f, p_o):
    return peephole_partial.solution(i, f, g, o, c_prev, c, p_f, p_i, p_o)


def gru_values(rng, B, dtype):
    """dh, r, z, n and h_prev of a GRU step, and W_h (H, 3H)."""
    H = sizes(rng, 1, 5, 7)[0]
    dh, n, h_prev = normal(rng, dtype, 3, B, H)
    r, z = sigmoid(normal(rng, dtype, 2, B, H, scale=1.5))
    return dh, r, z, np.tanh(n), h_prev, normal(rng, dtype, H, 3 * H)


@exercise("da", "dh_prev", draw=gru_values, hints=(
    "Begin with h = z h_prev + (1 − z) n: what do z and n receive, and h_prev directly?",
    "The candidate reads m = r h_prev: dm = da_n W_nᵀ. Both r and h_prev get their share of dm.",
    "h_prev has four readers: the sum itself, m, and the pre-activations of r and z.",
    "dh_prev = dh z + dm r + da_r W_rᵀ + da_z W_zᵀ"))
def gru_step_backward(dh, r, z, n, h_prev, W_h):
    W_r, W_z, W_n = np.split(W_h, 3, axis=1)
    da_n = dh * (1 - z) * (1 - n ** 2)
    da_z = dh * (h_prev - n) * z * (1 - z)
    dm = da_n @ W_n.T
    da_r = dm * h_prev * r * (1 - r)
    return np.hstack([da_r, da_z, da_n]), dh * z + dm * r + da_r @ W_r.T + da_z @ W_z.T


def finished(da_r, da_z, da_n, h_parts, W_h):
    """da, and dh_prev with what comes back through the gates r and z."""
    W_r, W_z, _ = np.split(W_h, 3, axis=1)
    return np.hstack([da_r, da_z, da_n]), h_parts + da_r @ W_r.T + da_z @ W_z.T


@gru_step_backward.mistake("the reset gate stands behind the recurrent product",
                           ask="Does r multiply h_prev, or h_prev W_n? In which order do they come on the way back?")
def reset_behind(dh, r, z, n, h_prev, W_h):
    W_n, da_n = np.split(W_h, 3, axis=1)[2], dh * (1 - z) * (1 - n ** 2)
    da_z, da_r = dh * (h_prev - n) * z * (1 - z), da_n * (h_prev @ W_n) * r * (1 - r)
    return finished(da_r, da_z, da_n, dh * z + (da_n * r) @ W_n.T, W_h)


@gru_step_backward.mistake("z is taken for the weight of the new", ask="In this notebook, does z keep or write?")
def z_writes(dh, r, z, n, h_prev, W_h):
    da_n, da_z = dh * z * (1 - n ** 2), dh * (n - h_prev) * z * (1 - z)
    dm = da_n @ np.split(W_h, 3, axis=1)[2].T
    return finished(dm * h_prev * r * (1 - r), da_z, da_n, dh * (1 - z) + dm * r, W_h)


@gru_step_backward.mistake("da_z has the wrong sign", ask="When z grows, which of h_prev and n gets more weight?")
def z_turned_round(dh, r, z, n, h_prev, W_h):
    da_r, da_z, da_n = np.split(gru_step_backward.solution(dh, r, z, n, h_prev, W_h)[0], 3, axis=1)
    dm = da_n @ np.split(W_h, 3, axis=1)[2].T
    return finished(da_r, -da_z, da_n, dh * z + dm * r, W_h)


@gru_step_backward.mistake("the slopes of the gates are left out",
                           ask="What stands between a gate and its pre-activation?")
def gru_without_slopes(dh, r, z, n, h_prev, W_h):
    return from_sums(dh * (1 - z), dh * (h_prev - n), 1, dh, r, z, h_prev, W_h)


@gru_step_backward.mistake("the slopes of the two sigmoids are left out", ask="n has its slope. What stands between z "
                           "and a_z?")
def gates_without_slopes(dh, r, z, n, h_prev, W_h):
    return from_sums(dh * (1 - z) * (1 - n ** 2), dh * (h_prev - n), 1, dh, r, z, h_prev, W_h)


def from_sums(da_n, da_z, slope_r, dh, r, z, h_prev, W_h):
    """da and dh_prev, from what the candidate's and z's sums receive and the slope of r."""
    dm = da_n @ np.split(W_h, 3, axis=1)[2].T
    return finished(dm * h_prev * slope_r, da_z, da_n, dh * z + dm * r, W_h)


@gru_step_backward.mistake("the candidate has the sigmoid's slope",
                           ask="n = tanh(a_n). What is the slope of tanh, in terms of its value?")
def n_as_a_gate(dh, r, z, n, h_prev, W_h):
    da_z = dh * (h_prev - n) * z * (1 - z)
    return from_sums(dh * (1 - z) * n * (1 - n), da_z, r * (1 - r), dh, r, z, h_prev, W_h)


@gru_step_backward.mistake("z's second place is overlooked", ask="How often does z occur in h = z h_prev + (1 − z) n?")
def z_in_one_place(dh, r, z, n, h_prev, W_h):
    da_z, da_n = dh * h_prev * z * (1 - z), dh * (1 - z) * (1 - n ** 2)
    return from_sums(da_n, da_z, r * (1 - r), dh, r, z, h_prev, W_h)


@gru_step_backward.mistake("r receives da_n itself",
                           ask="r stands in m = r h_prev, in front of W_n. What arrives at m?")
def r_behind_the_weights(dh, r, z, n, h_prev, W_h):
    _, da_z, da_n = np.split(gru_step_backward.solution(dh, r, z, n, h_prev, W_h)[0], 3, axis=1)
    dm = da_n @ np.split(W_h, 3, axis=1)[2].T
    return finished(da_n * h_prev * r * (1 - r), da_z, da_n, dh * z + dm * r, W_h)


@gru_step_backward.mistake("what r and z send back to h_prev is left out",
                           ask="The pre-activations of r and z read h_prev, too. What do they send back?")
def gates_send_nothing(dh, r, z, n, h_prev, W_h):
    da, dh_prev = gru_step_backward.solution(dh, r, z, n, h_prev, W_h)
    r_and_z = slice(2 * len(W_h))
    return da, dh_prev - da[:, r_and_z] @ W_h[:, r_and_z].T


@gru_step_backward.mistake("what r sends back to h_prev is left out",
                           ask="z's pre-activation sends something back to h_prev. Which other gate reads h_prev?")
def r_sends_nothing(dh, r, z, n, h_prev, W_h):
    da, dh_prev = gru_step_backward.solution(dh, r, z, n, h_prev, W_h)
    return da, dh_prev - np.split(da, 3, axis=1)[0] @ np.split(W_h, 3, axis=1)[0].T


@gru_step_backward.mistake("the blocks stand in the order z, r, n",
                           ask="Which gate do the first H columns of W_h and of da belong to?")
def z_in_front(dh, r, z, n, h_prev, W_h):
    order = swapped(len(W_h), "zrn", ours="rzn")
    da, dh_prev = gru_step_backward.solution(dh, r, z, n, h_prev, W_h[:, order])
    return da[:, order], dh_prev


@gru_step_backward.mistake("the direct path is left out", ask="h_prev stands in h = z h_prev + …. What does it get?")
def no_direct_path(dh, r, z, n, h_prev, W_h):
    da, dh_prev = gru_step_backward.solution(dh, r, z, n, h_prev, W_h)
    return da, dh_prev - dh * z


@gru_step_backward.mistake("h_prev gets nothing through the candidate",
                           ask="The candidate reads r h_prev. What goes back to h_prev by that way?")
def nothing_through_candidate(dh, r, z, n, h_prev, W_h):
    da, dh_prev = gru_step_backward.solution(dh, r, z, n, h_prev, W_h)
    W_n = np.split(W_h, 3, axis=1)[2]
    return da, dh_prev - dh * (1 - z) * (1 - n ** 2) @ W_n.T * r


@gru_step_backward.mistake("all gates go back through W_h at once, as in an LSTM",
                           ask="What did the candidate's block of W_h multiply: h_prev, or r h_prev?")
def as_in_an_lstm(dh, r, z, n, h_prev, W_h):
    da, _ = gru_step_backward.solution(dh, r, z, n, h_prev, W_h)
    return da, dh * z + da @ W_h.T


@gru_step_backward.mistake("the blocks of W_h are not transposed", ask="Forwards row h_prev is multiplied by W_r. "
                           "What takes a row of da_r back to h_prev?")
def blocks_not_transposed(dh, r, z, n, h_prev, W_h):
    turned = np.hstack([block.T for block in np.split(W_h, 3, axis=1)])
    return gru_step_backward.solution(dh, r, z, n, h_prev, turned)
