"""Exercises of notebook 17: counterexamples, and the direct path against the total."""
import numpy as np

from ..engine.activations import sigmoid
from .drawing import normal, sizes
from .exercise import exercise, prediction


@prediction(hints=("The power of a diagonal matrix is the diagonal of powers.",
                   "Its 2-norm is the largest entry: which of 1.5³⁰ and .1³⁰?",
                   "log10 1.5 is about .176."), tolerance=.01)
def size_of_the_power():
    return 30 * np.log10(1.5)


for value, rounded in ((30 * np.log10(.15), ""), (-25.0, ", and rounded")):
    size_of_the_power.wrong(value, f"the determinant is taken for the size{rounded}",
                            ask="Does a determinant say how far vectors are stretched, or what becomes of a volume?")
for value, rounded in ((30 * np.log(1.5), ""), (12.0, ", and the answer rounded")):
    size_of_the_power.wrong(value, f"the natural logarithm is taken{rounded}", ask="Which logarithm is asked for?")
size_of_the_power.wrong(-30.0, "the smaller eigenvalue is followed",
                        ask="Does the 2-norm belong to the direction that is stretched most, or to the other?")
size_of_the_power.wrong(1.5 ** 30, "the norm itself is given",
                        ask="By how many powers of ten has it grown?")


@exercise("W", draw=lambda rng, batch, dtype: (), hints=(
    "A matrix that commutes with its transpose cannot do it: for those the norm is the spectral radius.",
    "Try a triangular one: its eigenvalues are the entries of its diagonal, whatever stands beside it.",
    "[[a, b], [0, a]]ᵗ = [[aᵗ, t aᵗ⁻¹ b], [0, aᵗ]]: t grows before aᵗ wins. b = 1 is the largest that is allowed.",
    "t aᵗ⁻¹ has its largest value, about .37 / (1 − a), near t = 1 / (1 − a). How near to 1 must a be for 10?",
    "Too near is wrong, too: 1000 a⁹⁹⁹ is to be below 0.001, so ln a below −.0138."))
def growth_before_decay():
    return np.array([[.975, 1.], [0., .975]])


@growth_before_decay.accepts
def grows_and_decays(outputs):
    W = outputs["W"].astype(float)
    if W.shape != (2, 2):
        return f"W: shape {W.shape}, expected (2, 2)"
    if not (np.abs(W) <= 1).all():
        return f"an entry is {np.abs(W).max():.3g} in absolute value, expected 1 at most"
    radius, powers, power = np.abs(np.linalg.eigvals(W)).max(), [], np.eye(2)
    if radius >= 1:
        return f"the spectral radius is {radius:.3g}, expected below 1"
    for _ in range(1000):
        power = W @ power
        powers.append(np.linalg.norm(power, 2))
    if max(powers) < 10:
        return f"the largest norm of a power is {max(powers):.3g}, at k = {np.argmax(powers) + 1}: expected 10 at least"
    return f"after 1000 steps the norm is still {powers[-1]:.3g}, expected below 0.001" if powers[-1] > 1e-3 else None


def gates_and_jacobians(rng, B, dtype):
    """Forget gates (T, H) of B + 2 steps and Jacobians (T, 2H, 2H)."""
    (H,) = sizes(rng, 1)
    return sigmoid(normal(rng, dtype, B + 2, H)), normal(rng, dtype, B + 2, 2 * H, 2 * H, scale=.7)


@exercise("direct", "total", draw=gates_and_jacobians, hints=(
    "The direct path is a diagonal matrix: multiply the gates of all steps elementwise. Its norm is the largest entry.",
    "J[0] belongs to the first step. Which factor stands on the right of the product?",
    "The state is h first and then c: the block of c by c is product[H:, H:]."))
def direct_and_total(f, J):
    product = np.eye(J.shape[-1], dtype=J.dtype)
    for step in J:
        product = step @ product
    H = f.shape[1]
    return np.log10(np.prod(f, axis=0).max()), np.log10(np.linalg.norm(product[H:, H:], 2))


@direct_and_total.mistake("the Jacobians are multiplied in the wrong order",
                          ask="∂s_T/∂s_0 is applied to a column on its right. Which step does that column meet first?")
def reverse_order(f, J):
    return direct_and_total.solution(f, J[::-1])


@direct_and_total.mistake("the block of h by h is taken", ask="In which half of s does c stand?")
def block_of_h(f, J):
    H, product = f.shape[1], np.linalg.multi_dot(J[::-1])
    return direct_and_total.solution(f, J)[0], np.log10(np.linalg.norm(product[:H, :H], 2))


@direct_and_total.mistake("norms are multiplied instead of matrices",
                          ask="Is the norm of a product the product of the norms, or bounded by it?")
def product_of_norms(f, J):
    H = f.shape[1]
    return np.log10(f.max(axis=1)).sum(), np.log10([np.linalg.norm(step[H:, H:], 2) for step in J]).sum()


@direct_and_total.mistake("natural logarithms are taken", ask="Powers of which number are asked for?")
def natural_logarithms(f, J):
    direct, total = direct_and_total.solution(f, J)
    return direct * np.log(10), total * np.log(10)


@direct_and_total.mistake("the blocks of c by c are multiplied, without the ways through h",
                          ask="Does every path from c_0 to c_T stay among the c all the way?")
def blocks_alone(f, J):
    H = f.shape[1]
    return direct_and_total.solution(f, J)[0], np.log10(np.linalg.norm(np.linalg.multi_dot(J[::-1, H:, H:]), 2))


@direct_and_total.mistake("the Frobenius norm is taken, which is what `np.linalg.norm` gives of a matrix without a 2",
                          ask="Which norm is asked for: the largest stretch, or the root of the sum of all squares?")
def frobenius_norms(f, J):
    H, product = f.shape[1], np.linalg.multi_dot(J[::-1])
    return np.log10(np.linalg.norm(np.prod(f, axis=0))), np.log10(np.linalg.norm(product[H:, H:]))


@direct_and_total.mistake("the whole Jacobian is measured, h and c together",
                          ask="How much of ∂s_T/∂s_0 is ∂c_T/∂c_0?")
def whole_jacobian(f, J):
    return direct_and_total.solution(f, J)[0], np.log10(np.linalg.norm(np.linalg.multi_dot(J[::-1]), 2))
