"""How products of Jacobians grow or shrink.

They are rescaled when they leave the safe range of a float, and the logarithms are added up: 0.25⁵¹² is no
number that float64 can hold, its logarithm is.
"""
import numpy as np

from ..ground.checks import as_size, one_of
from .backprop import check_trace
from .jacobians import Jacobians, each_jacobian

ORDERS = ("fro", 2)


def jacobian_norms(cell, params, trace, *, to=None, ord=2, block=None):
    """log10 ‖∂s_to/∂s_k‖ for k = 0 … to, shape (to+1, B), float64; never underflows.

    to: the step looked back from, T if left out. ord: 2 (largest singular value) or "fro". block: e.g.
    ("c", "c") for ∂c_to/∂c_k alone; the whole state if left out. A product that is exactly zero gives −inf.
    Streams backwards in time, holding the Jacobians of a few steps at once. Raises ValueError for a `to`
    outside 0 … T, another `ord`, an unknown block, or weights that don't fit the trace.
    """
    n_steps, n_batch, H, dtype = check_trace(cell, params, trace)
    to = as_size("to", n_steps if to is None else to, 0, n_steps)
    one_of("ord", ord, ORDERS)
    rows, cols = _block(cell, block, H)
    P = np.repeat(np.eye(len(cell.states) * H, dtype=dtype)[None, rows], n_batch, axis=0)
    logs, scale = np.empty((to + 1, n_batch)), np.zeros(n_batch)
    logs[to] = _log10_norm(P[..., cols], ord)
    squares, whole = np.ones((to, n_batch)), ord == "fro" and block is None
    for k, J in zip(range(to - 1, -1, -1), each_jacobian(cell, params, trace, to, forwards=False)):
        P = J.left(P)
        squares[k] = _rescale(P, scale)
        logs[k] = scale if whole else scale + _log10_norm(P[..., cols], ord)
    if whole:  # all their logarithms in one
        with np.errstate(divide="ignore"):
            logs[:to] += np.log10(squares) / 2
    return logs


def all_pairs_norms(cell, params, trace, *, ord="fro", block=("h", "h")):
    """log10 ‖∂s_t/∂s_k‖ for all pairs k ≤ t: entry [t, k, b], shape (T+1, T+1, B), NaN above the diagonal.

    ord: "fro" or 2. block: which component with respect to which (None: the whole state). One matrix product a
    step for all k at once, over one sequence of the batch at a time. Raises ValueError as `jacobian_norms` does.
    """
    n_steps, n_batch, H, _ = check_trace(cell, params, trace)
    one_of("ord", ord, ORDERS)
    rows, cols = _block(cell, block, H)
    logs = np.full((n_steps + 1, n_steps + 1, n_batch), np.nan)
    for b in range(n_batch):
        for t, (P, scale) in enumerate(_all_products(cell, params, _one(trace, b), cols)):
            logs[t, :t + 1, b] = scale + _log10_norm(P[:, rows], ord)
    return logs


def _all_products(cell, params, trace, cols):
    """For t = 0 … T: ∂s_t/∂s_k for all k ≤ t, (t+1, K·H, columns), and the log10 of the scale of each. All k stand
    side by side in one wide matrix, so that a step is one product."""
    start = np.eye(len(cell.states) * params.W_h.shape[0], dtype=params.W_h.dtype)[:, cols]
    (size, width), T = start.shape, trace.n_steps
    wide, spare = np.empty((2, size, (T + 1) * width), start.dtype)
    wide[:, :width], scale = start, np.zeros(T + 1)
    yield start[None], scale[:1]
    for t, J in enumerate(each_jacobian(cell, params, trace, T, forwards=True), start=1):
        Jacobians(J.dense[0], J.diagonal[0]).right(wide[:, :t * width], out=spare[:, :t * width])
        spare[:, t * width:(t + 1) * width] = start
        wide, spare = spare, wide
        P = wide[:, :(t + 1) * width].reshape(size, t + 1, width).swapaxes(0, 1)
        _rescale(P, scale[:t + 1])
        yield P, scale[:t + 1]


def lyapunov_exponents(cell, params, trace, n=None):
    """The n largest Lyapunov exponents: natural log of the growth per step along n directions, largest first.

    Q_{t+1} R_{t+1} = J_t Q_t (QR), λ_i = (1/T) Σ_t ln |R_t[i, i]| (Benettin et al. 1980). n: K·H if left out.
    Returns (n,) for a batch of one, (B, n) otherwise; −inf where a direction is lost altogether. Streams
    forwards in time. Raises ValueError for n outside 1 … K·H or weights that don't fit the trace.
    """
    n_steps, n_batch, H, dtype = check_trace(cell, params, trace)
    size = len(cell.states) * H
    n = as_size("n", size if n is None else n, 1, size)
    Q = np.broadcast_to(np.eye(size, n, dtype=dtype), (n_batch, size, n))
    growth = np.zeros((n_batch, n))
    with np.errstate(divide="ignore"):
        for J in each_jacobian(cell, params, trace, n_steps, forwards=True):
            Q, R = np.linalg.qr(J.right(Q, out=np.empty(Q.shape, dtype)))
            growth += np.log(np.abs(np.diagonal(R, axis1=-2, axis2=-1)).astype(float))
    exponents = -np.sort(-growth / n_steps, axis=-1)
    return exponents[0] if n_batch == 1 else exponents


def _block(cell, block, H):
    """(rows, columns) of a block of the state's Jacobian as slices."""
    if block is None:
        whole = slice(0, len(cell.states) * H)
        return whole, whole
    names = tuple(block) if isinstance(block, (tuple, list)) else (block,)
    if len(names) != 2 or any(name not in cell.states for name in names):
        raise ValueError(f"block is {block!r}, expected a pair out of {', '.join(map(repr, cell.states))}")
    return tuple(slice(cell.states.index(name) * H, (cell.states.index(name) + 1) * H) for name in names)


def _one(trace, b):
    """The trace of sequence b alone."""
    arrays = (trace.x, trace.states, trace.gates, trace.signal, trace.product)
    return type(trace)(trace.cell, *(None if array is None else array[..., b:b + 1, :] for array in arrays))


def _rescale(P, scale):
    """Divide those matrices of P whose squares come near the limits of a float by their largest entry, in place,
    and add its log10 to `scale`. Returns the sums of their squares then."""
    squares = _squares(P)
    far = _far(squares, P.dtype)
    if not far.any():
        return squares
    largest = _largest(P[far])
    P[far] /= largest[:, None, None]
    scale[far] += np.log10(largest.astype(float))
    return _squares(P)


def _squares(P):
    return np.einsum("...ij,...ij->...", P, P)


def _far(squares, dtype):
    tiny = np.finfo(dtype).tiny ** .3
    return ~((squares > tiny) & (squares < 1 / tiny))


def _largest(P):
    """Largest absolute entry of each matrix, 1 for a matrix of zeros."""
    largest = np.abs(P).max(axis=(-2, -1))
    return np.where(largest == 0, 1, largest).astype(P.dtype)


def _log10_norm(P, ord):
    squared = _squares if ord == "fro" else _largest_square
    squares, logs = squared(P), 0.0
    far = _far(squares, P.dtype)
    if far.any():  # a block may be far smaller than the whole that was rescaled
        largest, logs = _largest(P[far]), np.zeros(squares.shape)
        squares[far], logs[far] = squared(P[far] / largest[:, None, None]), np.log10(largest)
    with np.errstate(divide="ignore"):  # log10 0 = −inf is the answer for a product that is exactly zero
        return logs + np.log10(squares.astype(float)) / 2


def _largest_square(P):
    """σ_max² of each matrix, as the largest eigenvalue of the smaller of P Pᵀ and Pᵀ P: as accurate as by the singular
    values themselves (only small ones would suffer), and faster."""
    P = P if P.shape[-2] <= P.shape[-1] else P.swapaxes(-1, -2)
    return np.linalg.eigvalsh(P @ P.swapaxes(-1, -2))[..., -1].clip(0)
