"""Exercises of notebook 10: the backward step of a variant, the step forwards, and the paths beside the belt."""
import numpy as np

from ..engine.activations import sigmoid
from ..engine.cells import LSTM
from ..engine.jacobians import step_jacobians
from ..engine.params import Params
from ..engine.sequence import unroll
from .drawing import normal, sizes, swapped
from .exercise import exercise, prediction


@prediction(hints=("At rest a step multiplies that direction by a sum of two terms: belt and detour.",
                   "i = o = ½ at rest, so the detour's term is a quarter of the eigenvalue of W_g.",
                   "σ(b_f) + ¼ = 1. Which b has σ(b) = ¾? Solve for e^b."), tolerance=.01)
def resting_bias():
    return np.log(3)


resting_bias.wrong(3 / 4, "this is the gate's value",
                   ask="Which bias b has this as its σ(b)?")
resting_bias.wrong(0.0, "only one of two gates on the detour is counted",
                   ask="From c to c the detour passes i and o. How large is each at rest?")
resting_bias.wrong(-np.log(3), "the wrong side of the sigmoid is taken",
                   ask="For a gate above ½, which sign has the bias?")
resting_bias.wrong(np.log10(3), "a decimal logarithm is taken",
                   ask="In σ(b) = 1 / (1 + e^{−b}), to which base is the power?")
resting_bias.wrong(1.0, "the bias that is usually advised is taken",
                   ask="σ(1) + ¼ = .98. What is left after 60 steps?")
resting_bias.wrong(2.0, "this is where the measured total with inputs crosses 1",
                   ask="At rest tanh has its full slope, 1, and with inputs less. Which sum must be 1?")


def lstm_values(rng, B, dtype):
    """i, f, g, o, c_prev and c of one step, (B, H) each."""
    H = sizes(rng, 1, 5, 7)[0]
    i, f, o = sigmoid(normal(rng, dtype, 3, B, H, scale=1.5))
    g, c_prev = np.tanh(normal(rng, dtype, B, H)), normal(rng, dtype, B, H)
    return i, f, g, o, c_prev, f * c_prev + i * g


def unsquashed_step(rng, B, dtype):
    """What has arrived at h and c, and the values of a step."""
    values = lstm_values(rng, B, dtype)
    return *normal(rng, dtype, 2, *values[0].shape), *values


@exercise("da", "dc_prev", draw=unsquashed_step, hints=(
    "Two lines differ from the notebook's step: what o receives, and what c receives from h.",
    "c has two readers, h = o c and the next step: two parts, which are added before anything else uses dc.",
    "dc + dh o is what arrives at c in all; do = dh c. The rest stays as it was."))
def unsquashed_step_backward(dh, dc, i, f, g, o, c_prev, c):
    dc = dc + dh * o
    da = np.hstack([dc * g * i * (1 - i), dc * c_prev * f * (1 - f), dc * i * (1 - g ** 2), dh * c * o * (1 - o)])
    return da, dc * f


@unsquashed_step_backward.mistake("tanh(c) is still there", ask="What is h in this cell, and what are its two partial "
                                  "derivatives?")
def still_squashed(dh, dc, i, f, g, o, c_prev, c):
    dc = dc + dh * o * (1 - np.tanh(c) ** 2)
    return deltas(dc, dh * np.tanh(c), i, f, g, o, c_prev), dc * f


def deltas(dc, do, i, f, g, o, c_prev):
    """The four δ side by side."""
    return np.hstack([dc * g * i * (1 - i), dc * c_prev * f * (1 - f), dc * i * (1 - g ** 2), do * o * (1 - o)])


@unsquashed_step_backward.mistake("o's gradient still has tanh(c)", ask="h = o c. What is multiplied by o?")
def squashed_for_o(dh, dc, i, f, g, o, c_prev, c):
    dc = dc + dh * o
    return deltas(dc, dh * np.tanh(c), i, f, g, o, c_prev), dc * f


@unsquashed_step_backward.mistake("h still sends c the slope of tanh", ask="h = o c. What is ∂h/∂c?")
def squashed_for_c(dh, dc, i, f, g, o, c_prev, c):
    dc = dc + dh * o * (1 - np.tanh(c) ** 2)
    return deltas(dc, dh * c, i, f, g, o, c_prev), dc * f


@unsquashed_step_backward.mistake("what arrives at c from the next step is dropped",
                                  ask="c has two readers. Where does dc, which comes from the later one, enter?")
def carry_of_c_dropped(dh, dc, i, f, g, o, c_prev, c):
    return deltas(dh * o, dh * c, i, f, g, o, c_prev), dh * o * f


@unsquashed_step_backward.mistake("what h sends back to c is dropped",
                                  ask="c has two readers. What does h = o c send back to it?")
def readout_dropped(dh, dc, i, f, g, o, c_prev, c):
    return deltas(dc, dh * c, i, f, g, o, c_prev), dc * f


@unsquashed_step_backward.mistake("dc_prev is made from the dc that arrived, without what h has added to it",
                                  ask="How much arrives at c in all, and which part of it goes on along the belt?")
def belt_without_h(dh, dc, i, f, g, o, c_prev, c):
    return deltas(dc + dh * o, dh * c, i, f, g, o, c_prev), dc * f


@unsquashed_step_backward.mistake("f's gradient is made with the new memory",
                                  ask="In c = f c_prev + i g, what is multiplied by f: c or c_prev?")
def new_memory_for_old(dh, dc, i, f, g, o, c_prev, c):
    return deltas(dc + dh * o, dh * c, i, f, g, o, c), (dc + dh * o) * f


@unsquashed_step_backward.mistake("the slopes of the gates are left out",
                                  ask="What stands between the gate i and its pre-activation a_i?")
def no_gate_slopes(dh, dc, i, f, g, o, c_prev, c):
    dc = dc + dh * o
    return np.hstack([dc * g, dc * c_prev, dc * i, dh * c]), dc * f


@unsquashed_step_backward.mistake("the slopes of the three sigmoids are left out",
                                  ask="g has its slope. What stands between i and a_i?")
def tanh_slope_alone(dh, dc, i, f, g, o, c_prev, c):
    dc = dc + dh * o
    return np.hstack([dc * g, dc * c_prev, dc * i * (1 - g ** 2), dh * c]), dc * f


@unsquashed_step_backward.mistake("the candidate has the sigmoid's slope", ask="g = tanh(a_g). What is the slope of "
                                  "tanh, in terms of its value?")
def sigmoid_slope_for_g(dh, dc, i, f, g, o, c_prev, c):
    (da, dc_prev), H = unsquashed_step_backward.solution(dh, dc, i, f, g, o, c_prev, c), g.shape[1]
    return np.hstack([da[:, :2 * H], (dc + dh * o) * i * g * (1 - g), da[:, 3 * H:]]), dc_prev


@unsquashed_step_backward.mistake("the gates stand in the order f, i, g, o", ask="In which order does this course's "
                                  "W_x hold its four blocks?")
def order_f_i(dh, dc, i, f, g, o, c_prev, c):
    da, dc_prev = unsquashed_step_backward.solution(dh, dc, i, f, g, o, c_prev, c)
    return da[:, swapped(i.shape[1], "figo")], dc_prev


@unsquashed_step_backward.mistake("the gates stand in the order i, f, o, g", ask="Which of the four blocks is the last "
                                  "in this course's W_x?")
def order_o_g(dh, dc, i, f, g, o, c_prev, c):
    da, dc_prev = unsquashed_step_backward.solution(dh, dc, i, f, g, o, c_prev, c)
    return da[:, swapped(i.shape[1], "ifog")], dc_prev


@unsquashed_step_backward.mistake("the partners of i and g are interchanged",
                                  ask="c = f c_prev + i g. If i moves a little, by what is that multiplied?")
def partners_interchanged(dh, dc, i, f, g, o, c_prev, c):
    dc = dc + dh * o
    slopes = i * i * (1 - i), c_prev * f * (1 - f), g * (1 - g ** 2)
    return np.hstack([*(dc * slope for slope in slopes), dh * c * o * (1 - o)]), dc * f


@unsquashed_step_backward.mistake("o gets what has arrived at c, not what arrives at h",
                                  ask="h = o c: which gradient belongs to the left-hand side?")
def c_for_h_at_o(dh, dc, i, f, g, o, c_prev, c):
    dc = dc + dh * o
    return deltas(dc, dc * c, i, f, g, o, c_prev), dc * f


@unsquashed_step_backward.mistake("o gets dc instead of dh",
                                  ask="h = o c: which of the two gradients belongs to the left-hand side?")
def dc_for_dh_at_o(dh, dc, i, f, g, o, c_prev, c):
    return deltas(dc + dh * o, dc * c, i, f, g, o, c_prev), (dc + dh * o) * f


@unsquashed_step_backward.mistake("dc_prev is handed on without the forget gate",
                                  ask="c = f c_prev + …: by what is a small change of c_prev multiplied?")
def belt_without_f(dh, dc, i, f, g, o, c_prev, c):
    dc = dc + dh * o
    return deltas(dc, dh * c, i, f, g, o, c_prev), dc


def pushed_step(rng, B, dtype):
    """Small moves of the old states, the values of a step, and W_h."""
    values = lstm_values(rng, B, dtype)
    H = values[0].shape[1]
    return *normal(rng, dtype, 2, B, H), *values, normal(rng, dtype, H, 4 * H)


@exercise("vh", "vc", draw=pushed_step, hints=(
    "Follow the step forwards: which quantities move when the old states move, and by how much?",
    "The pre-activations move by vh_prev W_h; each gate by its slope times that.",
    "c = f c_prev + i g: the product rule gives four terms. h = o tanh c: two, and tanh c moves with the new c.",
    "vc = f vc_prev + c_prev vf + g vi + i vg, and vh = vo tanh c + o (1 − tanh² c) vc."))
def push_forward(vh_prev, vc_prev, i, f, g, o, c_prev, c, W_h):
    vi, vf, vg, vo = np.split(vh_prev @ W_h, 4, axis=1)
    vi, vf, vg, vo = i * (1 - i) * vi, f * (1 - f) * vf, (1 - g ** 2) * vg, o * (1 - o) * vo
    vc = f * vc_prev + c_prev * vf + g * vi + i * vg
    return vo * np.tanh(c) + o * (1 - np.tanh(c) ** 2) * vc, vc


@push_forward.mistake("only the direct path is followed", ask="When h_prev moves, do the gates stay where they are?")
def belt_alone(vh_prev, vc_prev, i, f, g, o, c_prev, c, W_h):
    return o * (1 - np.tanh(c) ** 2) * f * vc_prev, f * vc_prev


@push_forward.mistake("c_prev's own move is left out", ask="c = f c_prev + i g: if the gates stood still, would c?")
def belt_forgotten(vh_prev, vc_prev, i, f, g, o, c_prev, c, W_h):
    return push_forward.solution(vh_prev, 0 * vc_prev, i, f, g, o, c_prev, c, W_h)


@push_forward.mistake("the forget gate's move is multiplied by the new c", ask="In c = f c_prev + i g, what does f "
                      "multiply: c or c_prev?")
def new_c_for_old(vh_prev, vc_prev, i, f, g, o, c_prev, c, W_h):
    vh, vc = push_forward.solution(vh_prev, vc_prev, i, f, g, o, c_prev, c, W_h)
    more = (c - c_prev) * f * (1 - f) * np.split(vh_prev @ W_h, 4, axis=1)[1]
    return vh + o * (1 - np.tanh(c) ** 2) * more, vc + more


@push_forward.mistake("the slope of tanh between c and h is left out", ask="If c moves a little, how much does tanh(c) "
                      "move?")
def no_slope_to_h(vh_prev, vc_prev, i, f, g, o, c_prev, c, W_h):
    vh, vc = push_forward.solution(vh_prev, vc_prev, i, f, g, o, c_prev, c, W_h)
    return vh + o * np.tanh(c) ** 2 * vc, vc


@push_forward.mistake("tanh is applied to the move", ask="tanh(c + vc) − tanh(c), for a small vc?")
def tanh_of_the_move(vh_prev, vc_prev, i, f, g, o, c_prev, c, W_h):
    vh, vc = push_forward.solution(vh_prev, vc_prev, i, f, g, o, c_prev, c, W_h)
    return vh + o * (np.tanh(vc) - (1 - np.tanh(c) ** 2) * vc), vc


@push_forward.mistake("the output gate is held still", ask="By which ways does h depend on h_prev? There is one that "
                      "doesn't pass through c.")
def o_held(vh_prev, vc_prev, i, f, g, o, c_prev, c, W_h):
    _, vc = push_forward.solution(vh_prev, vc_prev, i, f, g, o, c_prev, c, W_h)
    return o * (1 - np.tanh(c) ** 2) * vc, vc


@push_forward.mistake("h is moved by the old c's move", ask="h = o tanh(c): which c? How much does that one move?")
def moved_by_old_c(vh_prev, vc_prev, i, f, g, o, c_prev, c, W_h):
    vh, vc = push_forward.solution(vh_prev, vc_prev, i, f, g, o, c_prev, c, W_h)
    return vh + o * (1 - np.tanh(c) ** 2) * (vc_prev - vc), vc


@push_forward.mistake("the slopes of the gates are left out", ask="If a_f moves a little, how much does σ(a_f) move?")
def gates_without_slopes(vh_prev, vc_prev, i, f, g, o, c_prev, c, W_h):
    return moved(np.split(vh_prev @ W_h, 4, axis=1), vc_prev, i, f, g, o, c_prev, c)


def moved(gate_moves, vc_prev, i, f, g, o, c_prev, c):
    """The moves of h and c, from those of i, f, g, o and of the old c."""
    vi, vf, vg, vo = gate_moves
    vc = f * vc_prev + c_prev * vf + g * vi + i * vg
    return vo * np.tanh(c) + o * (1 - np.tanh(c) ** 2) * vc, vc


@push_forward.mistake("the slopes of the three sigmoids are left out", ask="g has its slope. If a_f moves a little, "
                      "how much does σ(a_f) move?")
def sigmoids_without_slopes(vh_prev, vc_prev, i, f, g, o, c_prev, c, W_h):
    vi, vf, vg, vo = np.split(vh_prev @ W_h, 4, axis=1)
    return moved((vi, vf, (1 - g ** 2) * vg, vo), vc_prev, i, f, g, o, c_prev, c)


@push_forward.mistake("the candidate moves with the sigmoid's slope", ask="g = tanh(a_g). What is the slope of tanh, "
                      "in terms of its value?")
def candidate_as_a_gate(vh_prev, vc_prev, i, f, g, o, c_prev, c, W_h):
    moves = zip((i, f, g, o), np.split(vh_prev @ W_h, 4, axis=1))
    return moved([value * (1 - value) * move for value, move in moves], vc_prev, i, f, g, o, c_prev, c)


@push_forward.mistake("the partners of i and g are interchanged",
                      ask="i g is a product. If i moves by vi, by what is vi multiplied?")
def pushed_partners(vh_prev, vc_prev, i, f, g, o, c_prev, c, W_h):
    vi, vf, vg, vo = np.split(vh_prev @ W_h, 4, axis=1)
    vi, vf, vg, vo = i * (1 - i) * vi, f * (1 - f) * vf, (1 - g ** 2) * vg, o * (1 - o) * vo
    vc = f * vc_prev + c_prev * vf + i * vi + g * vg
    return vo * np.tanh(c) + o * (1 - np.tanh(c) ** 2) * vc, vc


@push_forward.mistake("W_h is read in the order f, i, g, o", ask="Which gate do the first H columns of W_h belong to?")
def read_f_first(vh_prev, vc_prev, i, f, g, o, c_prev, c, W_h):
    return push_forward.solution(vh_prev, vc_prev, i, f, g, o, c_prev, c, W_h[:, swapped(len(W_h), "figo")])


@push_forward.mistake("W_h is read in the order i, f, o, g", ask="Which gate do the last H columns of W_h belong to?")
def read_o_third(vh_prev, vc_prev, i, f, g, o, c_prev, c, W_h):
    return push_forward.solution(vh_prev, vc_prev, i, f, g, o, c_prev, c, W_h[:, swapped(len(W_h), "ifog")])


def cut_off(rng, B, dtype):
    """Forget gates (T, B, H) and cell states (T+1, B, H) of a sequence."""
    T, H = sizes(rng, 2, 5, 8)
    return sigmoid(normal(rng, dtype, T, B, H) + dtype(1)), normal(rng, dtype, T + 1, B, H)


@exercise("dc_db", draw=cut_off, hints=(
    "Without recurrent weights b_f acts on c_T through every f_t, and nothing else connects the steps but the belt.",
    "At step t: ∂c_t/∂b_f with c_{t−1} held still is c_{t−1} f_t (1 − f_t). Then it travels along the belt to T.",
    "Start from 0 and go forwards: what has come so far is multiplied by f_t, and step t's own part is added."))
def forget_bias_gradient(f, c):
    so_far = np.zeros_like(f[0])
    for f_t, c_before in zip(f, c):
        so_far = f_t * so_far + c_before * f_t * (1 - f_t)
    return so_far


@forget_bias_gradient.mistake("each step's part is multiplied by its own forget gate, too",
                           ask="Step t's part stands at c_t. Through which gates does it still have to go?")
def own_gate_too(f, c):
    return sum(np.prod(f[t:], axis=0) * c[t] * f[t] * (1 - f[t]) for t in range(len(f)))


@forget_bias_gradient.mistake("each step's part is multiplied by the gates of the steps before it",
                           ask="Step t's part stands at c_t. On its way to c_T, which gates are still to come?")
def gates_before(f, c):
    return sum(np.prod(f[:t], axis=0) * c[t] * f[t] * (1 - f[t]) for t in range(len(f)))


@forget_bias_gradient.mistake("the state after the step is taken", ask="In c_t = f_t c_{t−1} + …, which state does f_t "
                           "multiply, and at which place of `c` does it stand?")
def state_after(f, c):
    return forget_bias_gradient.solution(f, c[1:])


@forget_bias_gradient.mistake("only the last step counts", ask="b_f stands in every step. Which of these reach c_T?")
def last_step_alone(f, c):
    return c[-2] * f[-1] * (1 - f[-1])


@forget_bias_gradient.mistake("the slope of the sigmoid is left out", ask="How much does f_t change when b_f does?")
def bias_for_gate(f, c):
    return sum(np.prod(f[t + 1:], axis=0) * c[t] for t in range(len(f)))


@exercise("W_g", draw=lambda rng, batch, dtype: (float(rng.uniform(-1, 2)), batch + 2), hints=(
    "The closed form at rest has one matrix that is multiplied by itself again and again.",
    "Which matrix keeps its size under all powers? Set σ(b_f) I + ¼ W_gᵀ equal to it.",
    "The identity does, and any other orthogonal matrix."))
def weights_that_keep(b_f, n_hidden):
    return 4 * (1 - sigmoid(b_f)) * np.eye(n_hidden)


@weights_that_keep.accepts
def keeps_all_directions(outputs, b_f, n_hidden):
    W_g = outputs["W_g"]
    if W_g.shape != (n_hidden, n_hidden):
        return f"W_g: shape {W_g.shape}, expected {(n_hidden, n_hidden)}"
    weakest, strongest = total_at_rest(W_g, b_f)
    if weakest < .1:
        return f"with b_f = {b_f:.2f}, after 100 steps a direction is left with {weakest:.1g}: less than a tenth"
    return f"with b_f = {b_f:.2f}, after 100 steps a direction has grown to {strongest:.1g}: more than 10" \
        if strongest > 10 else None


def total_at_rest(W_g, b_f, T=100):
    """Smallest and largest singular value of ∂c_T/∂c_0 without input, from the engine's Jacobians."""
    H = len(W_g)
    params = Params(W_x=np.zeros((1, 4 * H)), W_h=np.zeros((H, 4 * H)), b=np.zeros(4 * H))
    params.W_h[:, 2 * H:3 * H], params.b[H:2 * H] = W_g, b_f
    product = np.eye(2 * H)
    for J in step_jacobians(LSTM, params, unroll(LSTM, params, np.zeros((T, 1, 1))))[:, 0]:
        product = J @ product
        if np.abs(product).max() > 1e100:  # before it overflows
            return 1, np.inf
    return np.linalg.svd(product[H:, H:], compute_uv=False)[[-1, 0]]
