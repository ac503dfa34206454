"""Bugs of notebook 18 in backward loops: what is handed on from step to step."""
import numpy as np

from .drawing import normal, sizes
from .exercise import exercise


def sequence(rng, B, dtype):
    """dh (T+1, B, H), x (T, B, D), h (T+1, B, H) and W_h of a tanh RNN."""
    D, H, T = sizes(rng, 3, 3, 7)
    h = np.tanh(normal(rng, dtype, T + 1, B, H))
    return normal(rng, dtype, T + 1, B, H), normal(rng, dtype, T, B, D), h, normal(rng, dtype, H, H, scale=.7)


@exercise("dW_x", "dW_h", "db", "dh_0", draw=sequence, hints=(
    "One step agrees, two do not. What is there in two steps that is not in one?",
    "Follow dh_next through the loop: who reads it, and who writes it?",
    "What this round computes for the state before must be read in the next round."))
def backward_through_time(dh, x, h, W_h):
    dW_x, dW_h, db, dh_next = 0, 0, 0, np.zeros_like(h[0])
    for t in range(len(x), 0, -1):
        da = (dh[t] + dh_next) * (1 - h[t] ** 2)
        dW_x, dW_h, db = dW_x + x[t - 1].T @ da, dW_h + h[t - 1].T @ da, db + da.sum(axis=0)
        dh_next = da @ W_h.T
    return dW_x, dW_h, db, dh[0] + dh_next


@backward_through_time.bug("the carry is never handed on", ask="Which value has dh_next in the second round?")
def no_carry(dh, x, h, W_h):
    dW_x, dW_h, db, dh_next = 0, 0, 0, np.zeros_like(h[0])
    for t in range(len(x), 0, -1):
        da = (dh[t] + dh_next) * (1 - h[t] ** 2)
        dW_x, dW_h, db = dW_x + x[t - 1].T @ da, dW_h + h[t - 1].T @ da, db + da.sum(axis=0)
        dh_prev = da @ W_h.T
    return dW_x, dW_h, db, dh[0] + dh_prev


def looped(dh, x, h, carried):
    """The loop with another carry, carried(da, dh[t] + the carry so far, dh[t], the carry so far)."""
    dW_x, dW_h, db, carry = 0, 0, 0, np.zeros_like(h[0])
    for t in range(len(x), 0, -1):
        all_of_it = dh[t] + carry
        da = all_of_it * (1 - h[t] ** 2)
        dW_x, dW_h, db = dW_x + x[t - 1].T @ da, dW_h + h[t - 1].T @ da, db + da.sum(axis=0)
        carry = carried(da, all_of_it, dh[t] * (1 - h[t] ** 2), carry)
    return dW_x, dW_h, db, dh[0] + carry


@backward_through_time.mistake("the carry piles up from step to step",
                               ask="Does h[t − 1] get anything from step t + 1 that does not come through step t?")
def piles_up(dh, x, h, W_h):
    return looped(dh, x, h, lambda da, everything, own, carry: carry + da @ W_h.T)


@backward_through_time.mistake("da is handed on as it is", ask="da belongs to a_t. What leads from a_t to h[t − 1]?")
def without_weights(dh, x, h, W_h):
    return looped(dh, x, h, lambda da, everything, own, carry: da)


@backward_through_time.mistake("the carry leaves out the slope",
                               ask="On the way from h[t] to h[t − 1], what comes first, tanh or W_h?")
def without_slope(dh, x, h, W_h):
    return looped(dh, x, h, lambda da, everything, own, carry: everything @ W_h.T)


@backward_through_time.mistake("the carry goes back one step and is then dropped",
                               ask="Is what goes back made of dh[t] alone?")
def one_step_only(dh, x, h, W_h):
    return looped(dh, x, h, lambda da, everything, own, carry: own @ W_h.T)


@backward_through_time.mistake("W_h is not transposed", ask="Which entry of h[t − 1] does W_h[i, j] read, and where "
                               "must da[j] go back to?")
def carry_by_columns(dh, x, h, W_h):
    return looped(dh, x, h, lambda da, everything, own, carry: da @ W_h)


@backward_through_time.mistake("dh_0 leaves out what the losses say of the initial state directly",
                               ask="dh[0] is added to nothing inside the loop. Where does it belong?")
def without_dh_0(dh, x, h, W_h):
    *weights, dh_0 = backward_through_time.solution(dh, x, h, W_h)
    return *weights, dh_0 - dh[0]


def one_loss(rng, B, dtype):
    """dh_T (B, H), x, h and W_h: only the last state has a loss."""
    dh, *others = sequence(rng, B, dtype)
    return dh[-1], *others


@exercise("dW_x", "dW_h", "db", "dh_0", draw=one_loss, hints=(
    "One step agrees, two do not, as with the last bug. But is the gradient now too small, or too large?",
    "How often does the loss read a state? How often does the loop add what it says?",
    "Only the last state is read by the loss. Let dh start as dh_T, and let nothing be added in the loop."))
def backward_from_the_end(dh_T, x, h, W_h):
    dW_x, dW_h, db, dh = 0, 0, 0, dh_T
    for t in range(len(x), 0, -1):
        da = dh * (1 - h[t] ** 2)
        dW_x, dW_h, db = dW_x + x[t - 1].T @ da, dW_h + h[t - 1].T @ da, db + da.sum(axis=0)
        dh = da @ W_h.T
    return dW_x, dW_h, db, dh


@backward_from_the_end.bug("the loss of the last step is added at every step", ask="Which states does the loss read?")
def added_everywhere(dh_T, x, h, W_h):
    dW_x, dW_h, db, dh = 0, 0, 0, np.zeros_like(dh_T)
    for t in range(len(x), 0, -1):
        da = (dh + dh_T) * (1 - h[t] ** 2)
        dW_x, dW_h, db = dW_x + x[t - 1].T @ da, dW_h + h[t - 1].T @ da, db + da.sum(axis=0)
        dh = da @ W_h.T
    return dW_x, dW_h, db, dh


def with_direct(weights, x, h, W_h, dh_T):
    """The right loop, where step t has the loss weights[t] · dh_T."""
    return backward_through_time.solution(np.array(weights, dh_T.dtype)[:, None, None] * dh_T, x, h, W_h)


@backward_from_the_end.mistake("the loss is shared out over the steps",
                               ask="Does the loss read a part of each state, or one state wholly?")
def shared_out(dh_T, x, h, W_h):
    return with_direct([0] + [1 / len(x)] * len(x), x, h, W_h, dh_T)


@backward_from_the_end.mistake("the loss is added at the first step",
                               ask="At which t does the loop begin, and which state is h[t] there?")
def at_the_first_step(dh_T, x, h, W_h):
    return with_direct([0, 1] + [0] * (len(x) - 1), x, h, W_h, dh_T)


@backward_from_the_end.mistake("every step starts from dh_T again, and the carry is lost",
                               ask="What does dh hold when the second round begins?")
def starts_again(dh_T, x, h, W_h):
    ones = np.ones_like(h) * dh_T
    dW_x, dW_h, db, _ = no_carry(ones, x, h, W_h)
    return dW_x, dW_h, db, dh_T * (1 - h[1] ** 2) @ W_h.T
