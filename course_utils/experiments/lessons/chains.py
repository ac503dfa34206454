"""Products of Jacobians that were written down by hand (notebook 08)."""
import numpy as np

from ...ground.arguments import numbers, takes


@takes(J=numbers("T", "H", "H"))
def chain_norms(J):
    """log10 ‖J_T ⋯ J_{k+1}‖₂ for k = 0 … T, (T + 1,), of the matrices J_1 … J_T (T, H, H); the last one, of the empty
    product, is 0. Norms below 1e-300 count as 1e-300. For long chains the engine's `jacobian_norms` rescales."""
    product, norms = np.eye(J.shape[1]), [1.]
    for J_t in J[::-1]:
        product = product @ J_t
        norms.append(np.linalg.norm(product, 2))
    return np.log10(np.maximum(norms[::-1], 1e-300))
