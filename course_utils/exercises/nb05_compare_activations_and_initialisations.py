"""Exercises of notebook 05: slopes between 0 and 1, a twin, a radius, and a gain that keeps a gradient alive."""
import numpy as np

from ..engine.cells import TanhRNN
from ..engine.params import Params
from ..engine.products import jacobian_norms
from ..engine.sequence import unroll
from .drawing import normal, sizes
from .exercise import exercise, prediction


@prediction(hints=("Which average of the slopes goes with the measured rate?",
                   "Half of the squared slopes are 1, the other half are 1/16.",
                   "½ ln(17/32). A rate is negative if the gradient vanishes."), tolerance=.02)
def leaky_relu_rate():
    return np.log((1 + .25 ** 2) / 2) / 2


leaky_relu_rate.wrong(np.log((1 + .25) / 2), "the mean slope is used",
                      ask="Which average went with the measured rate in “Saturation”?")
leaky_relu_rate.wrong(np.log(.25) / 2, "the logarithms of the slopes are averaged",
                      ask="Is that what a single path loses, or what a network loses?")
leaky_relu_rate.wrong(np.log((1 + .25 ** 2) / 2), "the root is left out of the root mean square",
                      ask="Does ln of the mean square have to be halved?")
leaky_relu_rate.wrong(np.sqrt((1 + .25 ** 2) / 2), "the factor per step is given, not its logarithm",
                      ask="How many nats is a factor of 1?")
leaky_relu_rate.wrong(np.log(.5) / 2, "a unit that is off lets nothing through", ask="Is ¼ of a change nothing?")
leaky_relu_rate.wrong(np.log10((1 + .25 ** 2) / 2) / 2, "the common logarithm is taken",
                      ask="To which logarithm does a nat belong?")
leaky_relu_rate.wrong(-leaky_relu_rate.solution(), "the gradient is taken to grow",
                      ask="Is the logarithm of a factor below 1 above or below 0?")


def sigmoid_weights(rng, B, dtype):
    """W_x, W_h and b of a sigmoid network."""
    D, H = sizes(rng, 2, but=(B,))
    return normal(rng, dtype, D, H), normal(rng, dtype, H, H), normal(rng, dtype, H)


@exercise("W_x", "W_h", "b", draw=sigmoid_weights, hints=(
    "σ(2a) = ½ (1 + tanh a). So the twin's state is h = 2s − 1, and its pre-activation half of the sigmoid's.",
    "Write the sigmoid's pre-activation x W_x + s W_h + b with s = (1 + h)/2, and halve it.",
    "What is left when h is 0 belongs to the bias: the ½ in s adds half of W_h's column sums, before halving."))
def tanh_twin(W_x, W_h, b):
    return W_x / 2, W_h / 4, b / 2 + W_h.sum(axis=0) / 4


@tanh_twin.mistake("the recurrent weights are halved only once", ask="W_h is halved because the pre-activation is. "
                   "What does s = (1 + h)/2 do to it besides?")
def halved_once(W_x, W_h, b):
    return W_x / 2, W_h / 2, b / 2 + W_h.sum(axis=0) / 4


@tanh_twin.mistake("the bias does not make up for the ½ in s = (1 + h)/2",
                   ask="If h is 0, what is s, and what does it send through W_h?")
def bias_without_shift(W_x, W_h, b):
    return W_x / 2, W_h / 4, b / 2


@tanh_twin.mistake("W_h is summed over its rows instead of its columns",
                   ask="A state of equal entries times W_h: is that a multiple of the row sums or of the column sums?")
def row_sums(W_x, W_h, b):
    return W_x / 2, W_h / 4, b / 2 + W_h.sum(axis=1) / 4


@tanh_twin.mistake("the shift of the bias is not halved with the rest",
                   ask="W_h's column sums stand in the sigmoid's pre-activation with a ½. And in half of that?")
def shift_not_halved(W_x, W_h, b):
    return W_x / 2, W_h / 4, b / 2 + W_h.sum(axis=0) / 2


@tanh_twin.mistake("the sigmoid twin of a tanh network is built", ask="Which of the two networks is given here, and "
                   "which of them needs the larger weights?")
def the_other_way(W_x, W_h, b):
    return 2 * W_x, 4 * W_h, 2 * b - 2 * W_h.sum(axis=0)


@tanh_twin.mistake("the sigmoid twin of a tanh network is built, and the bias forgotten", ask="Which of the two "
                   "networks is given here, and is its bias zero?")
def the_other_way_without_b(W_x, W_h, b):
    return 2 * W_x, 4 * W_h, -2 * W_h.sum(axis=0)


@tanh_twin.mistake("the shift of the bias has the wrong sign",
                   ask="s = (1 + h)/2: does the 1 add to the pre-activation or take away from it?")
def shift_subtracted(W_x, W_h, b):
    return W_x / 2, W_h / 4, b / 2 - W_h.sum(axis=0) / 4


@tanh_twin.mistake("the bias itself is not halved", ask="Half of a pre-activation is half of each of its parts. How "
                   "many parts has it?")
def bias_not_halved(W_x, W_h, b):
    return W_x / 2, W_h / 4, b + W_h.sum(axis=0) / 4


def leaky_sequence(rng, B, dtype):
    """States h of a network of leaky ReLUs, W_h, and the slope of the leak."""
    T, H = sizes(rng, 2, 3, 6, but=(B - 1, B))
    return normal(rng, dtype, T + 1, B, H), normal(rng, dtype, H, H), float(rng.uniform(.2, .4))


@exercise("J", draw=leaky_sequence, hints=(
    "The slope of a unit is 1 if its state is positive, else leak: np.where.",
    "One step is J_t = diag(slope of h_t) W_hᵀ; with a batch, slope[:, :, None] * W_h.T.",
    "Later steps stand on the left: J = J_t J, for t = 1 … T, from the identity."))
def leaky_product(h, W_h, leak):
    J = np.eye(len(W_h), dtype=W_h.dtype)
    for h_t in h[1:]:
        slope = np.where(h_t > 0, 1, leak).astype(W_h.dtype)
        J = (slope[:, :, None] * W_h.T) @ J
    return J


@leaky_product.mistake("units with a negative state let nothing through", ask="That is the ReLU. What is the slope of "
                       "this one to the left of 0?")
def no_leak(h, W_h, leak):
    return leaky_product.solution(h, W_h, 0.)


@leaky_product.mistake("the later steps stand on the right", ask="A change of h₀ is a column on the right of the "
                       "product. Which step does it meet first?")
def wrong_order(h, W_h, leak):
    return leaky_product.solution(h[np.r_[0, len(h) - 1:0:-1]], W_h, leak)


@leaky_product.mistake("W_h is not transposed", ask="Which entry of W_h leads from unit j to unit i?")
def not_transposed(h, W_h, leak):
    return leaky_product.solution(h, W_h.T, leak)


@leaky_product.mistake("each slope is taken from the state before",
                       ask="Whose slope is in ∂h_t/∂h_{t−1}: that of h_t or of h_{t−1}?")
def state_off_by_one(h, W_h, leak):
    return leaky_product.solution(np.concatenate([h[:1], h[:-1]]), W_h, leak)


@leaky_product.mistake("the initial state is counted as a step", ask="From h[0] to h[T], how many steps are there?")
def one_step_too_many(h, W_h, leak):
    return leaky_product.solution(np.concatenate([h[:1], h]), W_h, leak)


@leaky_product.mistake("the slopes scale the columns", ask="A diagonal matrix on the left of W_hᵀ: does it scale rows "
                       "or columns?")
def columns_scaled(h, W_h, leak):
    J = np.eye(len(W_h), dtype=W_h.dtype)
    for h_t in h[1:]:
        J = (np.where(h_t > 0, 1, leak).astype(W_h.dtype)[:, None, :] * W_h.T) @ J
    return J


@leaky_product.mistake("the first step is left out", ask="Which step leads from h[0] to h[1]?")
def first_step_left_out(h, W_h, leak):
    return leaky_product.solution(h[1:], W_h, leak)


def square_matrices(rng, B, dtype):
    """Random square matrices, and a radius."""
    (N,) = sizes(rng, 1, 4, 7, but=(B, B + 1))
    return normal(rng, dtype, B + 1, N, N), float(rng.uniform(.5, 1.5))


@exercise("scaled", draw=square_matrices, hints=(
    "If W is multiplied by a number, so are its eigenvalues: find ρ(W) first.",
    "Eigenvalues of a random matrix are complex: their absolute value counts, np.abs.",
    "np.linalg.eigvals takes all B matrices at once, and gives (B, N). The factor needs the shape (B, 1, 1)."))
def scaled_to_radius(W, radius):
    rho = np.abs(np.linalg.eigvals(W)).max(axis=-1)
    return W * (radius / rho)[:, None, None]


@scaled_to_radius.mistake("the largest singular value is scaled", ask="Which of the two is the spectral radius: the "
                          "most that W can stretch a vector, or its largest eigenvalue in absolute value?")
def singular_value(W, radius):
    return W * (radius / np.linalg.norm(W, 2, axis=(-2, -1)))[:, None, None]


@scaled_to_radius.mistake("the real parts of the eigenvalues are taken for their absolute values",
                          ask="Where on the plane does the eigenvalue i lie, and how far from 0?")
def real_parts(W, radius):
    return W * (radius / np.linalg.eigvals(W).real.max(axis=-1))[:, None, None]


@scaled_to_radius.mistake("one factor is used for all matrices", ask="Has every matrix of the batch the wanted "
                          "radius, or only the one that had the largest?")
def one_factor(W, radius):
    return W * (radius / np.abs(np.linalg.eigvals(W)).max())


@scaled_to_radius.mistake("every radius is made 1", ask="Where does the wanted radius come in?")
def radius_one(W, radius):
    return scaled_to_radius.solution(W, 1.)


@scaled_to_radius.mistake("the determinant is scaled", ask="Does the product of all eigenvalues say how large the "
                          "largest of them is?")
def determinant(W, radius):
    return W * (radius / np.abs(np.linalg.det(W)) ** (1 / W.shape[-1]))[:, None, None]


def driven_network(rng, B, dtype):
    """Gaussian recurrent weights of gain 1, and a hundred inputs of some strength. (float64 always.)"""
    return normal(rng, float, 16, 16, scale=.25), normal(rng, float, 100, 1, 16, scale=rng.uniform(.3, 1.2))


@exercise("gain", draw=driven_network, hints=(
    "Write a function of the gain that gives log10 of the gradient's size, with Params, unroll and jacobian_norms "
    "(ord=\"fro\", less log10 √16).",
    "At gain .5 the logarithm is far below 0. Go up in steps of .25 until it is above 0 for the first time: between "
    "the last two gains it passes 0.",
    "Halve the interval: keep the half at whose ends the logarithm has different signs. Twenty halvings will do."))
def living_gain(W_h, x):
    low, high = .5, 4.
    for _ in range(30):
        middle = (low + high) / 2
        params = Params(W_x=np.eye(16), W_h=middle * W_h, b=np.zeros(16))
        size = jacobian_norms(TanhRNN, params, unroll(TanhRNN, params, x), ord="fro")[0, 0] - np.log10(16) / 2
        low, high = (low, middle) if size > 0 else (middle, high)
    return (low + high) / 2


@living_gain.accepts
def keeps_alive(outputs, W_h, x):
    gain = outputs["gain"]
    if gain.dtype.kind not in "iuf" or gain.size != 1 or not 0 < float(gain.item()) <= 100:
        return "the gain should be one number, above 0 and not above 100"
    params = Params(W_x=np.eye(16), W_h=float(gain.item()) * W_h, b=np.zeros(16))
    trace = unroll(TanhRNN, params, x)
    size = jacobian_norms(TanhRNN, params, trace, ord="fro")[0, 0] - np.log10(16) / 2
    if abs(size) <= 1:
        return None
    return (f"with inputs of strength {x.std():.1f} a gain of {gain.item():.3g} leaves 10^{size:+.2f} after 100 steps: "
            f"should it be {'larger' if size < 0 else 'smaller'}?")
