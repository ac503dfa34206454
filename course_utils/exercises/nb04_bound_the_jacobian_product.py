"""Exercises of notebook 04: bounds, a settled unit, growth along a direction, a matrix that grows first."""
import numpy as np

from ..engine.activations import sigmoid
from .drawing import normal, sizes
from .exercise import exercise, prediction


@prediction(hints=("It is certain as long as γσ_max < 1. What is γ of the sigmoid?",
                   "Independent entries of variance v²/H have σ_max near 2v. What is v for numbers uniform on ±1/√H?",
                   "A uniform number on ±1/√H has variance 1/(3H), so σ_max is near 2c/√3, and γ is ¼."), tolerance=.02)
def factor_of_certain_vanishing():
    return 2 * np.sqrt(3)


factor_of_certain_vanishing.wrong(np.sqrt(3) / 2, "the slope of tanh is used",
                                ask="How steep can a sigmoid be at most?")
factor_of_certain_vanishing.wrong(4 * np.sqrt(3), "the spectral radius is taken for σ_max",
                                ask="Which of the two bounds the norm of a product, and by how much do they differ "
                                    "for a large random matrix?")
factor_of_certain_vanishing.wrong(4, "the largest σ_max is given, not the factor",
                                ask="Which factor gives a σ_max of 4?")
factor_of_certain_vanishing.wrong(6, "the variance is taken for the standard deviation",
                                ask="The variance is 1/(3H). What does c multiply: the numbers or their variance?")
factor_of_certain_vanishing.wrong(2, "the gain is given, or the weights are taken to have the variance c²/H",
                                ask="What is the variance of a number that is uniform on ±1/√H?")


def states_and_weights(rng, B, dtype):
    """States h of a tanh network, and W_h."""
    T, H = sizes(rng, 2, 3, 7, but=(B - 1, B))
    return np.tanh(normal(rng, dtype, T + 1, B, H)), normal(rng, dtype, H, H)


@exercise("log_bound", draw=states_and_weights, hints=(
    "For one step: the norm of diag(φ′) Wᵀ is at most the largest slope of this step times σ_max.",
    "In logarithms the bound of n steps is a sum over t = k + 1 … T. What is the empty sum at k = T?",
    "np.cumsum from the end: np.cumsum(steps[::-1], axis=0)[::-1], for entries 0 … T − 1. np.linalg.norm needs its 2."))
def sharper_bound(h, W_h):
    steps = np.log10((1 - h[1:] ** 2).max(axis=-1) * np.linalg.norm(W_h, 2))
    bound = np.zeros_like(h[:, :, 0])
    bound[:-1] = np.cumsum(steps[::-1], axis=0)[::-1]
    return bound


def summed(steps):
    """What follows from (wrong) logarithms of each step's bound, (T, B)."""
    return np.concatenate([np.cumsum(steps[::-1], axis=0)[::-1], np.zeros_like(steps[:1])])


@sharper_bound.mistake("the Frobenius norm is taken for the 2-norm", ask="What does np.linalg.norm give for a matrix "
                       "if it is not told which norm?")
def frobenius(h, W_h):
    return summed(np.log10((1 - h[1:] ** 2).max(axis=-1) * np.linalg.norm(W_h)))


@sharper_bound.mistake("the spectral radius is taken for σ_max", ask="Can a matrix with small eigenvalues stretch a "
                       "vector? Then is this still a bound?")
def radius_in_bound(h, W_h):
    return summed(np.log10((1 - h[1:] ** 2).max(axis=-1) * np.abs(np.linalg.eigvals(W_h)).max()))


@sharper_bound.mistake("one largest slope serves for all steps and sequences",
                       ask="Over which axis is the maximum taken, if every step has its own?")
def one_slope_for_all(h, W_h):
    return summed(np.zeros_like(h[1:, :, 0]) + np.log10((1 - h[1:] ** 2).max() * np.linalg.norm(W_h, 2)))


@sharper_bound.mistake("the sum runs from the start instead of from the end",
                       ask="Which entry should be 0: the one where no step lies between k and T, or the other?")
def from_the_start(h, W_h):
    steps = np.log10((1 - h[1:] ** 2).max(axis=-1) * np.linalg.norm(W_h, 2))
    return np.concatenate([np.zeros_like(steps[:1]), np.cumsum(steps, axis=0)])


@sharper_bound.mistake("each slope is taken from the state before",
                       ask="Whose slope is in ∂h_t/∂h_{t−1}: that of h_t or of h_{t−1}?")
def slope_of_state_before(h, W_h):
    return summed(np.log10((1 - h[:-1] ** 2).max(axis=-1) * np.linalg.norm(W_h, 2)))


@sharper_bound.mistake("σ_max is left out", ask="A step's Jacobian is a diagonal matrix times W_hᵀ. What is the most "
                       "by which the second can stretch?")
def slopes_alone(h, W_h):
    return summed(np.log10((1 - h[1:] ** 2).max(axis=-1)))


@sharper_bound.mistake("the mean slope is taken for the largest", ask="A bound must hold for every vector. Which unit "
                       "might it lie along?")
def mean_slope(h, W_h):
    return summed(np.log10((1 - h[1:] ** 2).mean(axis=-1) * np.linalg.norm(W_h, 2)))


def single_units(rng, B, dtype):
    """Weights w and biases b of single units whose state settles."""
    w = rng.uniform(1, 3, B + 2) * rng.choice([-1, 1], B + 2)
    return w.astype(dtype), normal(rng, dtype, B + 2)


@exercise("multiplier", draw=single_units, hints=(
    "First find the fixed point: start anywhere in (0, 1) and apply the step 500 times.",
    "The multiplier is the derivative of one step, σ(w h + b), by h, at the fixed point.",
    "At the fixed point σ(w h* + b) = h*, so the slope is h* (1 − h*). The chain rule adds a w."))
def settled_multiplier(w, b):
    h = np.full_like(w, .5)
    for _ in range(500):
        h = sigmoid(w * h + b)
    return w * h * (1 - h)


def settled(w, b, steps=500):
    """The state after so many steps."""
    h = np.full_like(w, .5)
    for _ in range(steps):
        h = sigmoid(w * h + b)
    return h


@settled_multiplier.mistake("the slope alone is given", ask="What is the derivative of w h + b by h?")
def slope_alone(w, b):
    return settled(w, b) * (1 - settled(w, b))


@settled_multiplier.mistake("the slope of tanh is used", ask="What is the derivative of σ(a), written with h = σ(a)?")
def tanh_slope_used(w, b):
    return w * (1 - settled(w, b) ** 2)


@settled_multiplier.mistake("h (1 − h) is formed with the pre-activation in the place of h",
                            ask="Does sigmoid_slope want a, or σ(a)?")
def slope_of_preactivation(w, b):
    a = w * settled(w, b) + b
    return w * a * (1 - a)


@settled_multiplier.mistake("the bias is left out", ask="Is the fixed point of σ(w h) that of σ(w h + b)?")
def no_bias(w, b):
    return settled_multiplier.solution(w, 0 * b)


@settled_multiplier.mistake("the unit has not settled yet", ask="Does the state still move after your last step?")
def one_step(w, b):
    return w * settled(w, b, 1) * (1 - settled(w, b, 1))


def sixty_jacobians(rng, B, dtype):
    """Jacobians J of sixty steps, ordinary ones, or for B = 4 such that their product is too small for a float, and a
    direction v of any length."""
    (H,) = sizes(rng, 1, 2, 5, but=(B,))
    return normal(rng, dtype, 60, B, H, H, scale=1e-8 if B == 4 else .35), normal(rng, dtype, B, H, scale=100)


@exercise("rate", draw=sixty_jacobians, hints=(
    "Carry v along: v becomes J v, first with J[0]. np.einsum('bij,bj->bi', J[t], v) does it for the batch.",
    "After sixty steps the length is below 10⁻³⁰⁸. Bring v back to length 1 at every step, and keep "
    "what you took away.",
    "Bring v to length 1 before the first step, too; then add up ln of each new length, and divide by the number of "
    "steps."))
def growth_along(J, v):
    v, total = v / np.linalg.norm(v, axis=-1, keepdims=True), 0
    for J_t in J:
        v = np.einsum("bij,bj->bi", J_t, v)
        size = np.linalg.norm(v, axis=-1)
        v, total = v / size[:, None], total + np.log(size)
    return total / len(J)


@growth_along.mistake("the logarithm is taken of a product that has become 0",
                      ask="How long is v after sixty steps, and what is the smallest number that a float can hold?")
def underflow(J, v):
    end = v
    for J_t in J:
        end = np.einsum("bij,bj->bi", J_t, end)
    with np.errstate(divide="ignore"):
        return np.log(np.linalg.norm(end, axis=-1) / np.linalg.norm(v, axis=-1)) / len(J)


@growth_along.mistake("the norms of the single steps are averaged", ask="Does every step stretch v by the most that it "
                      "can stretch any vector?")
def norms_of_steps(J, v):
    return np.log(np.linalg.norm(J, 2, axis=(-2, -1))).mean(axis=0)


@growth_along.mistake("the spectral radii of the single steps are averaged",
                      ask="Eigenvalues say what becomes of an eigenvector. Does v stay one from step to step?")
def radii_of_steps(J, v):
    return np.log(np.abs(np.linalg.eigvals(J)).max(axis=-1)).mean(axis=0)


@growth_along.mistake("the determinants of the single steps are used",
                      ask="A determinant multiplies the growth of all directions. Along how many does v lie?")
def determinants_of_steps(J, v):
    return np.log(np.abs(np.linalg.det(J))).mean(axis=0) / J.shape[-1]


@growth_along.mistake("the common logarithm is taken", ask="To which logarithm does a nat belong?")
def decades(J, v):
    return growth_along.solution(J, v) / np.log(10)


@growth_along.mistake("the sum is not divided by the number of steps", ask="Is the growth of one step asked for, or of "
                      "all sixty?")
def of_all_steps(J, v):
    return growth_along.solution(J, v) * len(J)


@growth_along.mistake("the steps are taken in the reverse order", ask="v is a small change of h₀. Which Jacobian does "
                      "it meet first?")
def reverse_order(J, v):
    return growth_along.solution(J[::-1], v)


@growth_along.mistake("each Jacobian is transposed", ask="v is a change of the state, a column on the right of J. Do "
                      "you multiply it from the left?")
def transposed(J, v):
    return growth_along.solution(J.swapaxes(-1, -2), v)


@growth_along.mistake("the length that v had at the start is counted as growth", ask="If v were ten times as long, "
                      "should the answer change?")
def start_counted(J, v):
    return growth_along.solution(J, v) + np.log(np.linalg.norm(v, axis=-1)) / len(J)


def radius_and_growth(rng, B, dtype):
    """A spectral radius, a number of steps, and a norm."""
    return round(rng.uniform(.3, .9), 2), int(rng.integers(2, 8)), round(rng.uniform(2, 100), 1)


@exercise("W", draw=radius_and_growth, hints=(
    "The notebook's two-by-two matrix has both eigenvalues on its diagonal; the corner does not move them.",
    "The corner of the n-th power of [[a, b], [0, a]] is n aⁿ⁻¹ b, and a norm is at least as large as any entry.",
    "So a may be anything up to the radius, and b = growth / (n aⁿ⁻¹)."))
def grows_before_it_shrinks(radius, n, growth):
    return np.array([[radius, growth / (n * radius ** (n - 1))], [0, radius]])


@grows_before_it_shrinks.accepts
def grows(outputs, radius, n, growth):
    W = outputs["W"]
    if W.dtype.kind not in "iuf" or W.ndim != 2 or W.shape[0] != W.shape[1] or not len(W):
        return f"W has shape {W.shape} and dtype {W.dtype}, expected a square matrix of real numbers"
    if len(W) > 100:
        return f"W has {len(W)} rows: it can be done with two"
    if np.abs(W).max() > 1e6:
        return f"an entry of W is {np.abs(W).max():.1g}: it can be done with entries below a million"
    largest = np.abs(np.linalg.eigvals(W)).max()
    if largest > radius + 1e-4:  # two equal eigenvalues come out with half of a float's digits
        return f"its spectral radius is {largest:.5g}, allowed is {radius:g}: which entries move the eigenvalues?"
    norm = np.linalg.norm(np.linalg.matrix_power(W.astype(float), n), 2)
    if norm < growth * (1 - 1e-6):
        return f"the norm of W^{n} is {norm:.3g}, at least {growth:g} is wanted: what grows while the eigenvalues stay?"
    return None
