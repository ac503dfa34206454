"""Exercises of notebook 06: clipping, the derivative along the steps of a cliff, truncation."""
import numpy as np

from ..engine.activations import sigmoid
from .drawing import normal, sizes
from .exercise import exercise, prediction


@prediction(hints=("A loss at step t reaches back to the first step of its own piece.",
                   "In a piece of n steps the first loss has 1 pair, the second 2, …, the last n.",
                   "Which lengths have the three pieces?"), tolerance=1e-3)
def pairs_kept():
    return sum(n * (n + 1) // 2 for n in (5, 5, 2))


pairs_kept.wrong(12 * 13 // 2, "nothing is cut",
                 ask="May a loss in the second piece say something of a step in the first?")
pairs_kept.wrong(sum(min(t, 5) for t in range(1, 13)),
                 "a window slides along, which reaches equally far back from every step",
                 ask="How far back does the loss of the first step of a piece reach?")
pairs_kept.wrong(15 + 15, "the rest that fills no whole piece is dropped",
                 ask="What happens to the steps 11 and 12?")
pairs_kept.wrong(25 + 25 + 4, "pairs with k > t are counted, too",
                 ask="Can the loss of step 1 depend on the state of step 2?")
pairs_kept.wrong(10 + 10 + 1, "the pairs with k = t are left out",
                 ask="What does the loss of step 3 say of W_h as used at step 3 itself?")
pairs_kept.wrong(78 - 33, "the pairs that are cut off are counted",
                 ask="Does the question ask for what goes or for what stays?")
pairs_kept.wrong(12 * 5, "every loss is thought to reach five steps back",
                 ask="How many steps has the loss of step 1 before it? And the loss of step 6 within its piece?")


def two_gradients(rng, B, dtype):
    """Gradients of a matrix and of a bias, and a threshold below their joint norm, or (with B = 3) above it."""
    D, H = sizes(rng, 2)
    dW, db = normal(rng, dtype, D, H), normal(rng, dtype, H)
    return dW, db, float(np.sqrt(np.sum(dW ** 2) + np.sum(db ** 2))) * (2.5 if B == 3 else .3)


@exercise("dW", "db", "norm", draw=two_gradients, hints=(
    "Both arrays are parts of one long vector. What is its length?",
    "One factor for both: it makes the norm equal to max_norm, and is never above 1.",
    "factor = min(1, max_norm / norm), with norm² the sum of all squares in dW and in db."))
def clip_jointly(dW, db, max_norm):
    norm = float(np.sqrt(np.sum(dW ** 2) + np.sum(db ** 2)))
    factor = min(1.0, max_norm / norm)
    return factor * dW, factor * db, norm


@clip_jointly.mistake("each array is clipped by its own norm",
                      ask="Is the ratio of an entry of dW to an entry of db still what it was?")
def clipped_alone(dW, db, max_norm):
    parts = [part * min(1.0, max_norm / float(np.linalg.norm(part))) for part in (dW, db)]
    return *parts, clip_jointly.solution(dW, db, max_norm)[2]


@clip_jointly.mistake("every entry is cut off at the threshold",
                      ask="That is clipping by value. What does it do to the direction?")
def by_value(dW, db, max_norm):
    return (np.clip(dW, -max_norm, max_norm), np.clip(db, -max_norm, max_norm),
            clip_jointly.solution(dW, db, max_norm)[2])


@clip_jointly.mistake("a gradient below the threshold is scaled up to it",
                      ask="What should clipping do with a gradient that is small enough?")
def scaled_up(dW, db, max_norm):
    norm = clip_jointly.solution(dW, db, max_norm)[2]
    return dW * (max_norm / norm), db * (max_norm / norm), norm


@clip_jointly.mistake("the squared norm is taken for the norm", ask="What is missing after the sum of the squares?")
def without_root(dW, db, max_norm):
    square = clip_jointly.solution(dW, db, max_norm)[2] ** 2
    return dW * min(1.0, max_norm / square), db * min(1.0, max_norm / square), square


@clip_jointly.mistake("the two norms are added", ask="Two legs are 3 and 4. How long is the hypotenuse?")
def norms_added(dW, db, max_norm):
    norm = float(np.linalg.norm(dW) + np.linalg.norm(db))
    return dW * min(1.0, max_norm / norm), db * min(1.0, max_norm / norm), norm


@clip_jointly.mistake("the norm after clipping is returned", ask="Before or after: which norm does the docstring want?")
def norm_afterwards(dW, db, max_norm):
    *parts, norm = clip_jointly.solution(dW, db, max_norm)
    return *parts, min(norm, max_norm)


@clip_jointly.mistake("the norm is that of dW alone", ask="Of which entries shall the norm be at most max_norm?")
def without_bias(dW, db, max_norm):
    norm = float(np.linalg.norm(dW))
    return dW * min(1.0, max_norm / norm), db * min(1.0, max_norm / norm), norm


@exercise("g", draw=lambda rng, B, dtype: (B + 4,), hints=(
    "Clipped very hard, a gradient points to a corner of the cube: its entries become all equal in size.",
    "Which direction is furthest from all corners? Think of two entries first, then of ten.",
    "One entry in the thousands, and all others equal to 1, or a little larger."))
def turned_far(n):
    return np.concatenate([[1000.0], np.ones(n - 1)])


@turned_far.accepts
def turns_by_sixty(outputs, n):
    g = outputs["g"]
    if g.shape != (n,) or g.dtype.kind == "U":
        return f"g: shape {g.shape}, expected ({n},) numbers"
    if not g.any():
        return "g is zero throughout, so it has no direction"
    g, clipped = g / np.abs(g).max(), np.clip(g.astype(float), -1, 1)
    cosine = g @ clipped / np.linalg.norm(g) / np.linalg.norm(clipped)
    turned = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    if turned > 60:
        return None
    return f"with n = {n} clipping by value at 1 turns it by {turned:.1f}° (wanted: more than 60°)"


def one_unit(rng, B, dtype):
    """w, b, the first state (B,) and a number of steps for h = σ(w h + b)."""
    h0 = rng.uniform(.1, .9, B).astype(dtype)
    return float(rng.uniform(3, 6)), float(rng.uniform(-3, -1.5)), h0, int(rng.integers(3, 6))


@exercise("h", "dh_dw", "dh_db", draw=one_unit, hints=(
    "Before the first step h does not depend on w or b. What does each step do to the derivatives?",
    "h_t depends on w twice: directly, and through h_{t−1}. The same holds for b.",
    "dh_dw ← σ′ · (h_prev + w · dh_dw), and for b a 1 stands where h_prev stands."))
def derivative_along(w, b, h0, n):
    h, dh_dw, dh_db = h0, 0 * h0, 0 * h0
    for _ in range(n):
        h_prev, h = h, sigmoid(w * h + b)
        slope = h * (1 - h)
        dh_dw, dh_db = slope * (h_prev + w * dh_dw), slope * (1 + w * dh_db)
    return h, dh_dw, dh_db


def along(w, b, h0, n, carry=None, slope=lambda h: h * (1 - h), late=False, before=False):
    """The loop of `derivative_along` with parts replaced. carry(h): what multiplies the old derivatives; late: the new
    state is multiplied by w; before: the slope is the old state's."""
    h, dh_dw, dh_db = h0, 0 * h0, 0 * h0
    for _ in range(n):
        h_prev, h = h, sigmoid(w * h + b)
        new = slope(h_prev if before else h)
        old = carry(h) if carry else w * new
        dh_dw, dh_db = new * (h if late else h_prev) + old * dh_dw, new + old * dh_db
    return h, dh_dw, dh_db


@derivative_along.mistake("the path through the earlier states is left out",
                          ask="Does h_{t−1} depend on w and b? What does your loop keep from one step to the next?")
def direct_only(w, b, h0, n):
    return along(w, b, h0, n, carry=lambda h: 0)


@derivative_along.mistake("the earlier derivative is carried on without w",
                          ask="By what is a small change of h_{t−1} multiplied in w h_{t−1} + b?")
def carry_without_w(w, b, h0, n):
    return along(w, b, h0, n, carry=lambda h: h * (1 - h))


@derivative_along.mistake("the earlier derivative is carried on without the slope",
                          ask="A small change of h_{t−1} goes through w and through σ. Where is σ′ in your carry?")
def carry_without_slope(w, b, h0, n):
    return along(w, b, h0, n, carry=lambda h: w)


@derivative_along.mistake("the slope of the sigmoid is left out", ask="Which function stands around w h + b?")
def slope_forgotten(w, b, h0, n):
    return along(w, b, h0, n, slope=lambda h: 1)


@derivative_along.mistake("the slope is that of the tanh",
                          ask="Which function makes h here, and what is its derivative?")
def slope_of_tanh(w, b, h0, n):
    return along(w, b, h0, n, slope=lambda h: 1 - h ** 2)


@derivative_along.mistake("the slope is taken from the state before the step",
                          ask="h_t = σ(a_t): from which state can the slope at a_t be read?")
def slope_of_the_old_state(w, b, h0, n):
    return along(w, b, h0, n, before=True)


@derivative_along.mistake("the new state stands where the old one belongs",
                          ask="When you compute the derivatives, is h still the state that was multiplied by w?")
def state_renewed_too_early(w, b, h0, n):
    return along(w, b, h0, n, late=True)


def pieces_of_tanh(rng, B, dtype):
    """dh, the states h, W_h and the length of a piece, which does not divide the number of steps."""
    T, H = 7 + B, sizes(rng, 1, 5, 6)[0]
    h = np.tanh(normal(rng, dtype, T + 1, B, H))
    return normal(rng, dtype, T + 1, B, H), h, normal(rng, dtype, H, H, scale=.6), 3 if T != 9 else 4


@exercise("dW_h", draw=pieces_of_tanh, hints=(
    "It is the usual loop from the last step to the first. What changes is the carry.",
    "The carry from step t to step t − 1 is dropped where the two belong to different pieces.",
    "Step t is the first of its piece if (t − 1) is a multiple of tau.",
    "da = (dh[t] + carry)(1 − h[t]²); dW_h += h[t − 1]ᵀ da; then carry = da W_hᵀ, or 0 at the first step of a piece."))
def truncated_dW_h(dh, h, W_h, tau):
    dW_h, carry = np.zeros_like(W_h), 0
    for t in range(len(h) - 1, 0, -1):
        da = (dh[t] + carry) * (1 - h[t] ** 2)
        dW_h += h[t - 1].T @ da
        carry = 0 if (t - 1) % tau == 0 else da @ W_h.T
    return dW_h


def piecewise(dh, h, W_h, first, read=1, transposed=True, slope=lambda h: 1 - h ** 2, steep=0):
    """The loop of `truncated_dW_h`. first(t): whether the carry ends at step t; read and steep: how far back h is read
    for the product and for the slope."""
    dW_h, carry = np.zeros_like(W_h), 0
    for t in range(len(h) - 1, 0, -1):
        da = (dh[t] + carry) * slope(h[t - steep])
        dW_h += h[t - read].T @ da
        carry = 0 if first(t) else da @ (W_h.T if transposed else W_h)
    return dW_h


@truncated_dW_h.mistake("nothing is cut", ask="Where does your loop ask to which piece a step belongs?")
def never_cut(dh, h, W_h, tau):
    return piecewise(dh, h, W_h, lambda t: False)


@truncated_dW_h.mistake("the cuts fall one step too early",
                        ask="The first piece has the steps 1 … tau. Between which two steps is the first cut?")
def cut_beside(dh, h, W_h, tau):
    return piecewise(dh, h, W_h, lambda t: t % tau == 0)


@truncated_dW_h.mistake("the pieces are counted from the end",
                        ask="If tau does not divide T, is it the first piece or the last that is shorter?")
def cut_from_the_end(dh, h, W_h, tau):
    return piecewise(dh, h, W_h, lambda t: (len(h) - t) % tau == 0)


@truncated_dW_h.mistake("the state after the step is taken for the one before it",
                        ask="Which state was multiplied by W_h at step t?")
def state_after(dh, h, W_h, tau):
    return piecewise(dh, h, W_h, lambda t: (t - 1) % tau == 0, read=0)


@truncated_dW_h.mistake("W_h is not transposed",
                        ask="Forwards, row h_{t−1} is multiplied by W_h. By what is row da multiplied on its way back?")
def piece_not_transposed(dh, h, W_h, tau):
    return piecewise(dh, h, W_h, lambda t: (t - 1) % tau == 0, transposed=False)


@truncated_dW_h.mistake("the cuts fall one step too late",
                        ask="The first piece has the steps 1 … tau. Between which two steps is the first cut?")
def cut_behind(dh, h, W_h, tau):
    return piecewise(dh, h, W_h, lambda t: (t - 2) % tau == 0)


@truncated_dW_h.mistake("the slope of the tanh is left out", ask="What lies between a_t and h_t?")
def piece_without_slope(dh, h, W_h, tau):
    return piecewise(dh, h, W_h, lambda t: (t - 1) % tau == 0, slope=lambda h: 1)


@truncated_dW_h.mistake("a window of tau steps slides along",
                        ask="How far back may the loss of the first step of a piece reach?")
def sliding(dh, h, W_h, tau):
    total = np.zeros_like(W_h)
    for t in range(1, len(h)):
        only = dh * (np.arange(len(h)) == t)[:, None, None].astype(dh.dtype)
        total += piecewise(only, h, W_h, lambda k, t=t: k == t - tau + 1)
    return total


@truncated_dW_h.mistake("at a cut the loss of that step is dropped along with the carry",
                        ask="At the last step of a piece nothing comes from later steps. But what does dh[t] say?")
def loss_dropped(dh, h, W_h, tau):
    last = (np.arange(len(h)) % tau == 0)[:, None, None]
    return truncated_dW_h.solution(np.where(last, 0, dh), h, W_h, tau)


@truncated_dW_h.mistake("the slope is taken from the state before",
                        ask="h[t] = tanh(a_t): from which state can the slope at a_t be read?")
def piece_slope_before(dh, h, W_h, tau):
    return piecewise(dh, h, W_h, lambda t: (t - 1) % tau == 0, steep=1)


@truncated_dW_h.mistake("nothing is carried from step to step", ask="Within a piece the losses of later steps do "
                        "reach the earlier ones. Where does your loop use the carry?")
def nothing_carried(dh, h, W_h, tau):
    return piecewise(dh, h, W_h, lambda t: True)


@truncated_dW_h.mistake("the first step is left out", ask="Which step leads from h[0] to h[1], and does it use W_h?")
def first_step_left_out(dh, h, W_h, tau):
    from_zero = np.concatenate([0 * h[:1], h[1:]])
    return truncated_dW_h.solution(dh, from_zero, W_h, tau)


@truncated_dW_h.mistake("the loop runs forwards", ask="What is carried comes from later steps. In which order must the "
                        "steps be visited?")
def piece_forwards(dh, h, W_h, tau):
    dW_h, carry = np.zeros_like(W_h), 0
    for t in range(1, len(h)):
        da = (dh[t] + carry) * (1 - h[t] ** 2)
        dW_h += h[t - 1].T @ da
        carry = 0 if (t - 1) % tau == 0 else da @ W_h.T
    return dW_h
