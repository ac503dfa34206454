"""Pascanu's regulariser: it asks that the gradient keep its size from each step to the one before."""
import numpy as np

from ..engine.backprop import check_trace, local_table, scaled_norm
from ..ground.checks import as_array


def vanishing_regulariser(cell, params, trace, total):
    """Ω = Σ_t (‖δ_t ∂a_t/∂a_{t−1}‖ / ‖δ_t‖ − 1)², mean over the batch, with δ_t = ∂L/∂a_t, and its gradient.

    (Pascanu, Mikolov & Bengio 2013, eq. 9.) As in the paper, δ_t and the slopes count as constants, so that the
    gradient is the immediate one with respect to W_h alone; it is exact for that Ω. With row vectors,
    ∂L/∂a_{t−1} ∋ (δ_t W_hᵀ) ∘ φ′(a_{t−1}). total (K, T+1, B, H): from `backprop`. A step with δ_t = 0 is left out.
    Returns (Ω, ∂Ω/∂W_h (H, H)). Raises ValueError for a cell with gates: the paper's ratio is that of a plain RNN.
    """
    n_steps, n_batch, H, dtype = check_trace(cell, params, trace)
    check_plain(cell)
    total = as_array("total", total, trace.states.shape, dtype)
    slope = local_table(cell, params, trace, slice(0, n_steps))["h", "a"]
    delta = (total[0, 1:] * slope)[1:]
    size = scaled_norm(delta, -1)
    unit = np.divide(delta, size, out=np.zeros_like(delta), where=size > 0)
    back = (unit @ params.W_h.T) * slope[:-1]
    ratio = scaled_norm(back, -1)
    alive = ratio > 0
    off = np.where(alive, ratio - 1, 0)
    weight = np.divide(2 * off * slope[:-1] * back, ratio, out=np.zeros_like(back), where=alive) / n_batch
    return float(np.sum(off**2) / n_batch), weight.reshape(-1, H).T @ unit.reshape(-1, H)


def check_plain(cell):
    """Raise ValueError for a cell with gates."""
    if cell.gates != ("a",):
        raise ValueError(f"the regulariser is defined for cells without gates, got one with {', '.join(cell.gates)}")
