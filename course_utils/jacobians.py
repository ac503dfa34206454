"""The Jacobians ∂s_{t+1}/∂s_t, their products, and how fast those grow or shrink.

Reads the same table of local derivatives as back-propagation, written out:
J = diag(∂s/∂s_prev) + diag(∂s/∂a) W_hᵀ. Products are renormalised as they grow, and their logarithms are
added up: 0.25⁵¹² is no number that float64 can hold, its logarithm is.
"""
import numpy as np

from .backprop import check_trace, chunks, local_table
from .checks import as_size, one_of
from .graph import columns, walk

ORDERS = ("fro", 2)


def step_jacobians(cell, params, trace):
    """All one-step Jacobians, (T, B, K·H, K·H): J[t][i, j] = ∂s_{t+1, i} / ∂s_{t, j}, outputs in rows.

    The components stand side by side (LSTM: h first, then c). Memory T·B·(K·H)² numbers: for long sequences
    and large batches `jacobian_norms` streams instead. Raises ValueError if trace and weights don't fit.
    """
    check_trace(cell, params, trace)
    return _jacobians(cell, params, trace, slice(0, trace.n_steps))


def _jacobians(cell, params, trace, steps):
    """∂s_{t+1}/∂s_t for the steps of a slice, (S, B, K·H, K·H): every node's derivative with respect to each
    old component in turn, inputs before outputs."""
    table, H = local_table(cell, params, trace, steps), params.W_h.shape[0]
    blocks = [np.split(params.W_h[:, cols].T, len(targets)) for (_, targets), cols
              in zip(cell.products, columns(cell, H))]
    shape, K = next(iter(table.values())).shape[:2], len(cell.states)
    J = np.zeros((*shape, K * H, K * H), params.W_h.dtype)
    for k, old in enumerate(cell.states):
        nodes = {old + "_prev": np.eye(H, dtype=J.dtype)}
        for out, inp, product in walk(cell, table):
            if inp not in nodes:
                continue
            if product is None:
                _add(nodes, out, table[out, inp][..., None] * nodes[inp])
                continue
            for target, block in zip(out, blocks[product]):
                _add(nodes, target, block if inp == "h_prev" else block @ nodes[inp])
        for row, new in enumerate(cell.states):
            if new in nodes:
                J[..., row * H:(row + 1) * H, k * H:(k + 1) * H] = nodes[new]
    return J


def _add(nodes, name, value):
    nodes[name] = nodes[name] + value if name in nodes else value


def _each_jacobian(cell, params, trace, start, stop, forwards):
    """One step's Jacobians (B, K·H, K·H) after the other, made a few steps at a time."""
    size = (len(cell.states) * params.W_h.shape[0]) ** 2 * trace.x.shape[1]
    pieces = [slice(start + s.start, start + s.stop) for s in chunks(stop - start, size)]
    for steps in reversed(pieces) if forwards else pieces:
        J = _jacobians(cell, params, trace, steps)
        yield from J if forwards else J[::-1]


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
    P = np.broadcast_to(np.eye(len(cell.states) * H, dtype=dtype)[rows], (n_batch, rows.stop - rows.start,
                                                                       len(cell.states) * H))
    logs, scale = np.empty((to + 1, n_batch)), np.zeros(n_batch)
    logs[to] = _log10_norm(P[..., cols], ord)
    for k, J in zip(range(to - 1, -1, -1), _each_jacobian(cell, params, trace, 0, to, forwards=False)):
        P, scale = _rescale(P @ J, scale)
        logs[k] = scale + _log10_norm(P[..., cols], ord)
    return logs


def _block(cell, block, H):
    """(rows, columns) of a block of the state's Jacobian as slices."""
    if block is None:
        whole = slice(0, len(cell.states) * H)
        return whole, whole
    names = tuple(block) if isinstance(block, (tuple, list)) else (block,)
    if len(names) != 2 or any(name not in cell.states for name in names):
        raise ValueError(f"block is {block!r}, expected a pair out of {', '.join(map(repr, cell.states))}")
    return tuple(slice(cell.states.index(name) * H, (cell.states.index(name) + 1) * H) for name in names)


def _rescale(P, scale):
    """P divided by its largest entry (per matrix) and that entry's log10 added to `scale`."""
    largest = np.abs(P).max(axis=(-2, -1))
    largest[largest == 0] = 1
    return P / largest[..., None, None], scale + np.log10(largest.astype(float))


def _log10_norm(P, ord):
    with np.errstate(divide="ignore"):  # log10 0 = −inf is the answer for a product that is exactly zero
        if ord == 2:
            return np.log10(np.linalg.norm(P, 2, axis=(-2, -1)).astype(float))
        return np.log10(np.einsum("...ij,...ij->...", P, P).astype(float)) / 2


def all_pairs_norms(cell, params, trace, *, ord="fro", block=("h", "h")):
    """log10 ‖∂s_t/∂s_k‖ for all pairs k ≤ t: entry [t, k, b], shape (T+1, T+1, B), NaN above the diagonal.

    ord: "fro" or 2. block: which component with respect to which (None: the whole state). One batched matrix
    product per lag, over one sequence of the batch at a time. Raises ValueError as `jacobian_norms` does.
    """
    n_steps, n_batch, H, _ = check_trace(cell, params, trace)
    one_of("ord", ord, ORDERS)
    rows, cols = _block(cell, block, H)
    logs = np.full((n_steps + 1, n_steps + 1, n_batch), np.nan)
    J = None
    for b in range(n_batch):
        J = _jacobians(cell, params, _one(trace, b), slice(0, n_steps))[:, 0]
        P = np.repeat(np.eye(J.shape[-1], dtype=J.dtype)[None, :, cols], n_steps + 1, axis=0)
        scale, k = np.zeros(n_steps + 1), np.arange(n_steps + 1)
        logs[k, k, b] = _log10_norm(P[:, rows], ord)
        for lag in range(1, n_steps + 1):
            P, scale = _rescale(J[lag - 1:] @ P[:-1], scale[:-1])  # P[k] = ∂s_{k+lag}/∂s_k
            logs[k[lag:], k[:-lag], b] = scale + _log10_norm(P[:, rows], ord)
    return logs


def _one(trace, b):
    """The trace of sequence b alone."""
    pick = lambda array: None if array is None else array[..., b:b + 1, :]  # noqa: E731
    return type(trace)(trace.cell, *map(pick, (trace.x, trace.states, trace.gates, trace.signal, trace.product)))


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
        for J in _each_jacobian(cell, params, trace, 0, n_steps, forwards=True):
            Q, R = np.linalg.qr(J @ Q)
            growth += np.log(np.abs(np.diagonal(R, axis1=-2, axis2=-1)).astype(float))
    exponents = -np.sort(-growth / n_steps, axis=-1)
    return exponents[0] if n_batch == 1 else exponents
