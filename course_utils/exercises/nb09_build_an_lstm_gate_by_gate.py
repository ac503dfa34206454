"""Exercises of notebook 09: what a gate keeps, the order of the gates, sequences of unequal length, a cell by hand."""
import numpy as np

from ..engine.activations import sigmoid
from .drawing import normal, sizes
from .exercise import exercise, prediction


@prediction(hints=("First the gate: what is σ(3)?",
                   "Each step multiplies the memory by .953 once more."), tolerance=.01)
def count_left():
    return sigmoid(3.0) ** 10


count_left.wrong(sigmoid(3.0), "one step is taken for ten",
                 ask="By what is the memory multiplied in the second of the ten steps?")
count_left.wrong(1 - 10 * (1 - sigmoid(3.0)), "the same amount is lost at every step",
                 ask="The gate keeps a share of what is left. Is what it takes away the same each time?")
count_left.wrong(1 - sigmoid(3.0) ** 10, "what is lost is given",
                 ask="Does the question ask for what is gone, or for what is there?")
count_left.wrong(.95 ** 10, "the gate was rounded to .95 first",
                 ask="How much do ten roundings make of half a per cent?")
count_left.wrong(sigmoid(30.0), "the weighted sum is multiplied by ten before the sigmoid",
                 ask="Are ten gates of σ(3) the same as one gate of σ(30)?")


def shown_state(rng, B, dtype):
    """What a cell shows, h, and its output gate, (B, H)."""
    H = sizes(rng, 1, 5, 7)[0]
    o = rng.uniform(.2, .9, (B, H)).astype(dtype)
    return o * np.tanh(normal(rng, dtype, B, H)), o


@exercise("c", draw=shown_state, hints=(
    "h = o tanh(c) has two operations. Undo the last one first.",
    "NumPy's inverse of tanh is np.arctanh."))
def memory_behind(h, o):
    return np.arctanh(h / o)


@memory_behind.mistake("the two operations are undone in the wrong order",
                       ask="Forwards, tanh comes first and the gate last. Which is undone first?")
def wrong_order(h, o):
    return np.arctanh(h) / o


@memory_behind.mistake("the tanh is not undone", ask="Is h / o the memory, or what the memory became on its way out?")
def still_squashed(h, o):
    return h / o


@memory_behind.mistake("the gate is not undone", ask="Is arctanh(h) the same for an open and for a half-open gate?")
def still_gated(h, o):
    return np.arctanh(h)


@memory_behind.mistake("the tanh is applied once more", ask="Which function leads back from tanh(c) to c?")
def squashed_again(h, o):
    return np.tanh(h / o)


def fused_weights(rng, B, dtype):
    """Fused weights (B + 1, 4H) and the orders of gates from which and to which."""
    old, new = (("figo", "ifgo"), ("ifgo", "gifo"), ("ifgo", "foig"), ("giof", "ifgo"))[B % 4]
    return normal(rng, dtype, B + 1, 4 * sizes(rng, 1, 2, 3)[0]), old, new


@exercise("W", draw=fused_weights, hints=(
    "First cut the columns into four blocks, one for each letter of old.",
    "np.split(W, 4, axis=-1) cuts; a dict from letter to block remembers which is which.",
    "np.concatenate, or np.hstack, puts blocks[letter] side by side for the letters of new."))
def gates_in_order(W, old, new):
    blocks = dict(zip(old, np.split(W, 4, axis=-1)))
    return np.concatenate([blocks[name] for name in new], axis=-1)


@gates_in_order.mistake("nothing has moved", ask="Where does the block of the first letter of new stand afterwards?")
def unmoved(W, old, new):
    return W.copy()


@gates_in_order.mistake("it goes from the new order to the old one",
                       ask="The letter new[0] shall come first. At which place in old does it stand?")
def inverted(W, old, new):
    return gates_in_order.solution(W, new, old)


@gates_in_order.mistake("single columns are moved in fours, not blocks of H",
                       ask="Which columns belong to the first gate: 0, 4, 8, …, or 0 to H − 1?")
def interleaved(W, old, new):
    return W.reshape(len(W), -1, 4)[..., [old.index(name) for name in new]].reshape(W.shape)


@gates_in_order.mistake("the order is turned round",
                       ask="Try it on old = 'ifgo' and new = 'ifgo'. Should anything move?")
def turned_round(W, old, new):
    return np.concatenate(np.split(W, 4, axis=-1)[::-1], axis=-1)


@gates_in_order.mistake("it goes from figo to ifgo, whatever old and new say",
                       ask="Where does your code read old and new?")
def one_pair_of_orders(W, old, new):
    return gates_in_order.solution(W, "figo", "ifgo")


def unequal_lengths(rng, B, dtype):
    """Padded sequences (T, B, D), their true lengths, and fused weights in the order i, f, g, o."""
    D, H = sizes(rng, 2, 5, 7)
    T = 8
    lengths = np.array([4, 8, 2, 5])[:B]
    return (normal(rng, dtype, T, B, D), lengths, normal(rng, dtype, D, 4 * H), normal(rng, dtype, H, 4 * H),
            normal(rng, dtype, 4 * H))


@exercise("h_last", draw=unequal_lengths, hints=(
    "Run the loop over all T steps for the whole batch; the padding does no harm if you do not look at what it makes.",
    "After step t (counted from 1) those sequences are at their end whose length is t: keep their h.",
    "last[lengths == t] = h[lengths == t]"))
def last_real_output(x, lengths, W_x, W_h, b):
    h = c = np.zeros((x.shape[1], len(W_h)), x.dtype)
    last = h.copy()
    for t, x_t in enumerate(x, start=1):
        i, f, g, o = np.split(x_t @ W_x + h @ W_h + b, 4, axis=-1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        last[lengths == t] = h[lengths == t]
    return last


@last_real_output.mistake("the padding is read, too", ask="After which step do you look at h? Is that the same for all "
                          "sequences?")
def after_padding(x, lengths, W_x, W_h, b):
    return last_real_output.solution(x, np.full_like(lengths, len(x)), W_x, W_h, b)


@last_real_output.mistake("h is taken one step too early",
                          ask="Counted from 0, after which step has a sequence of length 1 come to its end?")
def one_step_early(x, lengths, W_x, W_h, b):
    return last_real_output.solution(x, lengths - 1, W_x, W_h, b)


@last_real_output.mistake("h is taken one step too late",
                          ask="Counted from 0, at which place stands the h after step 1?")
def one_step_late(x, lengths, W_x, W_h, b):
    return last_real_output.solution(x, np.minimum(lengths + 1, len(x)), W_x, W_h, b)


@last_real_output.mistake("the memory c is returned", ask="Which of the two states does a cell show?")
def memory_returned(x, lengths, W_x, W_h, b):
    return variant(x, lengths, W_x, W_h, b, keep="c")


@last_real_output.mistake("the padding is set to zero and read all the same",
                          ask="Does an LSTM stand still when its input is 0? What do b and W_h do?")
def padding_zeroed(x, lengths, W_x, W_h, b):
    return after_padding(x * (np.arange(len(x))[:, None] < lengths)[..., None], lengths, W_x, W_h, b)


@last_real_output.mistake("input and forget gate have changed places", ask="In which order do the four blocks stand?")
def input_for_forget(x, lengths, W_x, W_h, b):
    return last_real_output.solution(x, lengths, *(gates_in_order.solution(W, "figo", "ifgo") for W in (W_x, W_h)),
                                     gates_in_order.solution(b, "figo", "ifgo"))


def variant(x, lengths, W_x, W_h, b, show=np.tanh, carry=True, keep="h", candidate=np.tanh):
    """The loop of `last_real_output` with a part of it changed."""
    h = c = np.zeros((x.shape[1], len(W_h)))
    last = h.copy()
    for t, x_t in enumerate(x, start=1):
        i, f, g, o = np.split(x_t @ W_x + carry * h @ W_h + b, 4, axis=-1)
        c = sigmoid(f) * c + sigmoid(i) * candidate(g)
        h = sigmoid(o) * show(c)
        last[lengths == t] = (h if keep == "h" else c)[lengths == t]
    return last


@last_real_output.mistake("the memory is shown as it is, without tanh",
                          ask="What stands between c and the output gate?")
def shown_without_tanh(x, lengths, W_x, W_h, b):
    return variant(x, lengths, W_x, W_h, b, show=lambda c: c)


@last_real_output.mistake("the last output is not read",
                          ask="On what do the gates depend besides the input? Does your loop hand it on?")
def output_not_handed_on(x, lengths, W_x, W_h, b):
    return variant(x, lengths, W_x, W_h, b, carry=False)


@last_real_output.mistake("the candidate is squashed by the sigmoid",
                          ask="Must the candidate be able to take something away from the memory?")
def sigmoid_candidate(x, lengths, W_x, W_h, b):
    return variant(x, lengths, W_x, W_h, b, candidate=sigmoid)


@last_real_output.mistake("the bias is left out", ask="Which of the arguments has your loop not used?")
def bias_left_out(x, lengths, W_x, W_h, b):
    return last_real_output.solution(x, lengths, W_x, W_h, 0 * b)


@exercise("i", "f", "g", "o", draw=lambda rng, B, dtype: (), hints=(
    "All w can be 0. Large weights make gates that are as good as open or shut.",
    "For each gate ask what it should be at input 1, 0 and −1. Which one must differ between 0 and −1?",
    "The candidate can be a constant: what is written when a 1 is read is for the input gate to decide.",
    "i: shut unless x = 1. f: open unless x = −1. g: near 1 always. o: open always."))
def switch_weights():
    return (20, 0, -10), (20, 0, 10), (0, 0, 10), (0, 0, 10)


@switch_weights.accepts
@np.errstate(over="ignore", invalid="ignore")
def switches(outputs):
    for name, weights in outputs.items():
        if weights.shape != (3,) or weights.dtype.kind == "U":
            return f"{name}: shape {weights.shape}, expected three numbers u, w, b"
    stream = np.random.default_rng(0).choice([1.0, -1.0, *[0.0] * 12], 300)
    stream[100:121] = [1.0] * 20 + [-1.0]  # however many 1s came before
    u, w, b = np.array([outputs[name] for name in "ifgo"], float).T
    h = c = on = 0.0
    for t, x in enumerate(stream, start=1):
        i, f, g, o = u * x + w * h + b
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h, on = sigmoid(o) * np.tanh(c), (on if x == 0 else x == 1)
        if not (h >= .5 if on else abs(h) <= .1):
            wanted = "on" if on else "off"
            return f"at step {t} (input {x:.0f}) the switch should be {wanted}, but h = {h:.2f} (c = {c:.2f})"
    return None
