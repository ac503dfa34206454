"""Exercises of notebook 08: what is left on the belt, the Jacobian of a gated accumulator, its backward step."""
import numpy as np

from .drawing import normal, sizes
from .exercise import exercise, prediction


@prediction(hints=("After one step the share f is left, after two steps f · f.",
                   "Which f has f¹⁰⁰ = ½?"), tolerance=6e-5)
def leak_for_half():
    return .5 ** (1 / 100)


leak_for_half.wrong(1 - .5 / 100, "the loss is thought to be the same amount at every step",
                    ask="The belt loses a share of what is left. Is that the same amount at step 1 and at step 100?")
leak_for_half.wrong(.99, "one hundredth is lost at each step",
                    ask="How much is .99¹⁰⁰? Is it one half?")
leak_for_half.wrong(.5, "half of the memory is lost at every step",
                    ask="Over how many steps shall half of it be left?")
leak_for_half.wrong(1 - .5 ** (1 / 100), "the share lost per step is given",
                    ask="Is f the share that goes, or the share that stays?")


def forget_values(rng, B, dtype):
    """Shares f (T, B) that are kept at each step, one of them exactly 0 (but for B = 3)."""
    T = int(rng.integers(5, 8))
    f = rng.uniform(.2, 1, (T, B)).astype(dtype)
    if B != 3:
        f[2, 0] = 0
    return f,


@exercise("shares", draw=forget_values, hints=(
    "What is written at the last step is all there in the end. And what is written at the step before?",
    "What is written at step t meets the factors of the steps t + 1 … T.",
    "Go from the last step to the first: shares[t] = shares[t + 1] · f[t + 1]. (Beware of dividing: f may be 0.)"))
def shares_on_the_belt(f):
    shares = np.ones_like(f)
    for t in range(len(f) - 2, -1, -1):
        shares[t] = shares[t + 1] * f[t + 1]
    return shares


@shares_on_the_belt.mistake("what is written at a step is already multiplied by that step's own factor",
                            ask="c_t = f_t c_{t−1} + Δ_t: does f_t multiply what is added at step t?")
def own_factor(f):
    return np.cumprod(f[::-1], axis=0)[::-1]


@shares_on_the_belt.mistake("the factors up to the step are multiplied, not those after it",
                            ask="Can a factor from before step t touch what is written at step t?")
def factors_before(f):
    return np.cumprod(f, axis=0)


@shares_on_the_belt.mistake("the factors before the step are multiplied, not those after it",
                            ask="What is written at the last step: has it been multiplied by anything yet?")
def factors_strictly_before(f):
    return np.concatenate([np.ones_like(f[:1]), np.cumprod(f[:-1], axis=0)])


@shares_on_the_belt.mistake("the factor of one step is raised to a power",
                            ask="Does the belt keep the same share at every step?")
def power_of_one(f):
    return f ** np.arange(len(f) - 1, -1, -1)[:, None].astype(f.dtype)


@shares_on_the_belt.mistake("the product over all steps is divided by the product up to a step",
                            ask="What happens to your quotient when a factor is 0, the belt being wiped?")
def divided(f):
    with np.errstate(all="ignore"):
        return np.prod(f, axis=0) / np.cumprod(f, axis=0)


@shares_on_the_belt.mistake("the share left of the first state is given for every step",
                            ask="Has what was written at the last step lost as much as what was written at the first?")
def of_the_first(f):
    return np.broadcast_to(np.prod(f, axis=0), f.shape)


@shares_on_the_belt.mistake("only the factor of the next step is taken",
                            ask="What is written at step t meets f_{t+1}. And after that?")
def next_factor_alone(f):
    return np.concatenate([f[1:], np.ones_like(f[:1])])


@shares_on_the_belt.mistake("the loop stops before the first step",
                            ask="Which factors does what is written at the first step meet?")
def first_share_forgotten(f):
    return np.concatenate([np.ones_like(f[:1]), shares_on_the_belt.solution(f)[1:]])


def accumulator(rng, B, dtype):
    """Gate values i and candidates g (B, H), and their recurrent weights (H, H)."""
    H = sizes(rng, 1, 5, 6)[0]
    i = rng.uniform(.1, .9, (B, H)).astype(dtype)
    return i, np.tanh(normal(rng, dtype, B, H)), normal(rng, dtype, H, H), normal(rng, dtype, H, H)


@exercise("J", draw=accumulator, hints=(
    "s_{t−1} is in s_t three times: directly, in the gate i, and in the candidate g.",
    "Row j of J belongs to the new s_j. The factors g i (1 − i) and i (1 − g²) belong to rows, too.",
    "∂a_j/∂s_k is W[k, j], which is W.T[j, k].",
    "J = I + diag(g i (1 − i)) W_iᵀ + diag(i (1 − g²)) W_gᵀ"))
def gated_accumulator_jacobian(i, g, W_i, W_g):
    through_i = (g * i * (1 - i))[:, :, None] * W_i.T
    through_g = (i * (1 - g ** 2))[:, :, None] * W_g.T
    return np.eye(len(W_i), dtype=W_i.dtype) + through_i + through_g


def blocks(i, g, W_i, W_g, by_i=True):
    """The Jacobian from weights as they stand in it (rows: outputs), without or with the path through i."""
    J = np.eye(len(W_i)) + (i * (1 - g ** 2))[:, :, None] * W_g
    return J + (g * i * (1 - i))[:, :, None] * W_i if by_i else J


@gated_accumulator_jacobian.mistake("the path through the input gate is left out",
                                    ask="Is i a constant, or is it computed from s_{t−1} as well?")
def gate_held_fixed(i, g, W_i, W_g):
    return blocks(i, g, W_i.T, W_g.T, by_i=False)


@gated_accumulator_jacobian.mistake("the direct path is left out", ask="s_t = s_{t−1} + …: what is its derivative, if "
                                    "gate and candidate are held fixed?")
def without_identity(i, g, W_i, W_g):
    return blocks(i, g, W_i.T, W_g.T) - np.eye(len(W_i))


@gated_accumulator_jacobian.mistake("the weights are not transposed",
                                    ask="J[j, k] is ∂(new s_j)/∂(old s_k). Which entry of W takes unit k to unit j?")
def weights_not_transposed(i, g, W_i, W_g):
    return blocks(i, g, W_i, W_g)


@gated_accumulator_jacobian.mistake("the slopes multiply the columns",
                                    ask="To which unit does a slope belong: to the one that is read or the one that is "
                                    "written? Which index of J is that?")
def slopes_on_columns(i, g, W_i, W_g):
    return np.eye(len(W_i)) + (g * i * (1 - i))[:, None] * W_i.T + (i * (1 - g ** 2))[:, None] * W_g.T


@gated_accumulator_jacobian.mistake("the slopes of sigmoid and tanh are left out",
                                    ask="The weights lead to pre-activations. How does one get from there to i and g?")
def slopes_left_out(i, g, W_i, W_g):
    return np.eye(len(W_i)) + g[:, :, None] * W_i.T + i[:, :, None] * W_g.T


@gated_accumulator_jacobian.mistake("in the way through the gate its partner g is missing",
                                    ask="i ∘ g is a product. What stands beside di, what beside dg?")
def partner_missing(i, g, W_i, W_g):
    return blocks(i, g, W_i.T, W_g.T, by_i=False) + (i * (1 - i))[:, :, None] * W_i.T


@gated_accumulator_jacobian.mistake("in the way through the candidate its partner i is missing",
                                    ask="i ∘ g is a product. What stands beside di, what beside dg?")
def gate_missing(i, g, W_i, W_g):
    return np.eye(len(W_i)) + (g * i * (1 - i))[:, :, None] * W_i.T + (1 - g ** 2)[:, :, None] * W_g.T


@gated_accumulator_jacobian.mistake("the path through the candidate is left out",
                                    ask="Is g a constant, or is it computed from s_{t−1} as well?")
def candidate_held_fixed(i, g, W_i, W_g):
    return np.eye(len(W_i)) + (g * i * (1 - i))[:, :, None] * W_i.T


@gated_accumulator_jacobian.mistake("the partners of i and g are interchanged",
                                    ask="i ∘ g is a product. If i moves a little, by what is that multiplied?")
def partners_interchanged(i, g, W_i, W_g):
    return np.eye(len(W_i)) + (i * i * (1 - i))[:, :, None] * W_i.T + (g * (1 - g ** 2))[:, :, None] * W_g.T


@gated_accumulator_jacobian.mistake("W_i and W_g are interchanged", ask="Which of the two leads to the gate?")
def weights_interchanged(i, g, W_i, W_g):
    return blocks(i, g, W_g.T, W_i.T)


@gated_accumulator_jacobian.mistake("the candidate has the sigmoid's slope",
                                    ask="g = tanh(a_g). What is the slope of tanh, in terms of its value?")
def candidate_with_sigmoid_slope(i, g, W_i, W_g):
    return blocks(i, g, W_i.T, W_g.T) + (i * (g * (1 - g) - (1 - g ** 2)))[:, :, None] * W_g.T


def cell_step(rng, B, dtype):
    """dh and dc, the gates i, g, o and the new c of one step, (B, H) each."""
    H = sizes(rng, 1, 5, 7)[0]
    i, o = rng.uniform(.1, .9, (2, B, H)).astype(dtype)
    dh, dc, c = normal(rng, dtype, 3, B, H)
    return dh, dc, i, np.tanh(normal(rng, dtype, B, H)), o, c


@exercise("da_i", "da_g", "da_o", "dc_prev", draw=cell_step, hints=(
    "Begin with c: the loss depends on it along two ways. One is dc. Which is the other?",
    "dc_total = dc + dh · o · (1 − tanh²(c)). From here on only dc_total is needed, except for o.",
    "Each gate: what it multiplies, times its own slope: i (1 − i), 1 − g², o (1 − o)."))
def carousel_step_backward(dh, dc, i, g, o, c):
    shown = np.tanh(c)
    dc_total = dc + dh * o * (1 - shown ** 2)
    return dc_total * g * i * (1 - i), dc_total * i * (1 - g ** 2), dh * shown * o * (1 - o), dc_total


@carousel_step_backward.mistake("what later steps say of c is forgotten",
                                ask="dc comes along the belt from step t + 1. Where does it enter?")
def belt_forgotten(dh, dc, i, g, o, c):
    return carousel_step_backward.solution(dh, 0 * dc, i, g, o, c)


@carousel_step_backward.mistake("the way from h to c is left out", ask="h = o ∘ tanh(c). Does dh say something of c?")
def exit_forgotten(dh, dc, i, g, o, c):
    return dc * g * i * (1 - i), dc * i * (1 - g ** 2), dh * np.tanh(c) * o * (1 - o), dc


@carousel_step_backward.mistake("the slopes of the gates are left out",
                                ask="da is the gradient before the sigmoid or tanh. What lies between a gate's a and "
                                "its value?")
def no_slopes(dh, dc, i, g, o, c):
    dc_total = carousel_step_backward.solution(dh, dc, i, g, o, c)[3]
    return dc_total * g, dc_total * i, dh * np.tanh(c), dc_total


@carousel_step_backward.mistake("c stands where tanh(c) belongs", ask="What is multiplied by o to become h?")
def c_for_tanh(dh, dc, i, g, o, c):
    dc_total = dc + dh * o * (1 - c ** 2)
    return dc_total * g * i * (1 - i), dc_total * i * (1 - g ** 2), dh * c * o * (1 - o), dc_total


@carousel_step_backward.mistake("the slope at the exit is left out",
                                ask="dh says something of tanh(c), through o. What does it say of c?")
def exit_slope_forgotten(dh, dc, i, g, o, c):
    return *exit_forgotten(dh, dc + dh * o, i, g, o, c)[:2], dh * np.tanh(c) * o * (1 - o), dc + dh * o


@carousel_step_backward.mistake("what comes from h passes c without the output gate",
                                ask="h = o ∘ tanh(c). If o is 0, does dh say anything of c?")
def exit_ungated(dh, dc, i, g, o, c):
    total = dc + dh * (1 - np.tanh(c) ** 2)
    return *exit_forgotten(dh, total, i, g, o, c)[:2], dh * np.tanh(c) * o * (1 - o), total


@carousel_step_backward.mistake("only dc goes on along the belt, not what h says of c",
                                ask="c_prev is in c, and c is in h. Does dh reach c_prev?")
def belt_without_exit(dh, dc, i, g, o, c):
    return *carousel_step_backward.solution(dh, dc, i, g, o, c)[:3], dc


@carousel_step_backward.mistake("the partners of i and g are interchanged",
                                ask="c = c_prev + i ∘ g. If i moves a little, by what is that multiplied?")
def carousel_partners(dh, dc, i, g, o, c):
    _, _, da_o, total = carousel_step_backward.solution(dh, dc, i, g, o, c)
    return total * i * i * (1 - i), total * g * (1 - g ** 2), da_o, total


@carousel_step_backward.mistake("o gets what has arrived at c, not what arrives at h",
                                ask="h = o ∘ tanh(c): which gradient belongs to the left-hand side?")
def c_for_h_at_o(dh, dc, i, g, o, c):
    da_i, da_g, _, total = carousel_step_backward.solution(dh, dc, i, g, o, c)
    return da_i, da_g, total * np.tanh(c) * o * (1 - o), total


@carousel_step_backward.mistake("o gets dc instead of dh",
                                ask="h = o ∘ tanh(c): which of the two gradients belongs to the left-hand side?")
def dc_for_dh_at_o(dh, dc, i, g, o, c):
    da_i, da_g, _, total = carousel_step_backward.solution(dh, dc, i, g, o, c)
    return da_i, da_g, dc * np.tanh(c) * o * (1 - o), total


@carousel_step_backward.mistake("the candidate has the sigmoid's slope",
                                ask="g = tanh(a_g). What is the slope of tanh, in terms of its value?")
def carousel_sigmoid_slope(dh, dc, i, g, o, c):
    da_i, _, da_o, total = carousel_step_backward.solution(dh, dc, i, g, o, c)
    return da_i, total * i * g * (1 - g), da_o, total


@exercise("f", draw=lambda rng, B, dtype: (20 + 7 * B,), hints=(
    "A fixed f below 1 loses something of every write. So f has to be 1 in the last seven steps.",
    "Ten writes of 0.2 make 2. What must happen before the eleventh?",
    "f = 0 at every tenth step, counted so that none of these falls among the last eight, and 1 at all others."))
def forget_schedule(T):
    return np.where(np.arange(T, 0, -1) % 10 == 0, 0.0, 1.0)


@forget_schedule.accepts
def bounded_and_whole(outputs, T):
    f = outputs["f"]
    if f.shape != (T,) or f.dtype.kind == "U":
        return f"f: shape {f.shape}, expected ({T},) numbers"
    if f.min() < 0 or f.max() > 1:
        return f"f goes from {f.min():.3g} to {f.max():.3g}: a gate lies between 0 and 1"
    c = [0.0]
    for share in f:
        c.append(share * c[-1] + .2)
    if max(c) > 2.01:
        return f"the memory grows to {max(c):.3g} (at step {np.argmax(c)} of {T}), 2 is allowed"
    left = np.prod(f[-7:])
    if left <= .999:
        return f"of what is written at step {T - 7} only {left:.1%} is left at step {T}"
    below = np.sum(f < 1)
    return None if below <= T / 10 else f"f is below 1 at {below} of the {T} steps: {T // 10} at most (every tenth)"
