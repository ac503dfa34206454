"""The Jacobian of one step, ∂s_{t+1}/∂s_t.

The same table of local derivatives as in back-propagation, written out:
J = diag(∂s/∂s_prev) + diag(∂s/∂a) W_hᵀ. The matrices read h alone, so only the columns of h are dense; those of
every other component (c) are diagonal in each block, and are kept as such until somebody asks for the whole.
"""
from itertools import product
from typing import NamedTuple

import numpy as np

from .backprop import check_trace, chunks, local_table
from .graph import columns, walk

NOTHING = None, None  # the (matrix, vector) of a derivative that is zero
AT_ONCE = 2  # times as many entries as for the walk back: there are few passes over each array


def step_jacobians(cell, params, trace):
    """All one-step Jacobians, (T, B, K·H, K·H): J[t][i, j] = ∂s_{t+1, i} / ∂s_{t, j}, outputs in rows.

    The components stand side by side (LSTM: h first, then c). Memory T·B·(K·H)² numbers: for long sequences
    and large batches `jacobian_norms` streams instead. Raises ValueError if trace and weights don't fit.
    """
    n_steps, n_batch, n_hidden, dtype = check_trace(cell, params, trace)
    size = len(cell.states) * n_hidden
    J = np.zeros((n_steps, n_batch, size, size), dtype)
    for steps in _pieces(cell, params, trace, n_steps):
        found = jacobians(cell, params, trace, steps, dense=J[steps, ..., :n_hidden])
        for k, j in product(range(1, len(cell.states)), range(len(cell.states))):
            block = J[steps, :, j * n_hidden:(j + 1) * n_hidden, k * n_hidden:(k + 1) * n_hidden]
            _diagonal(block)[...] = found.diagonal[..., k - 1, j, :]
    return J


class Jacobians(NamedTuple):
    """Jacobians of some steps: `dense` (S, B, K·H, H) = ∂s_{t+1}/∂h_t and `diagonal` (S, B, K−1, K, H), whose
    entry [k, j] is the diagonal of ∂(component j)_{t+1}/∂(component k+1)_t."""

    dense: np.ndarray
    diagonal: np.ndarray

    def left(self, R):
        """R J for row matrices R (…, M, K·H), without ever writing out J."""
        H, out = self.dense.shape[-1], np.empty(R.shape, R.dtype)
        np.matmul(R, self.dense, out=out[..., :H])
        for k in range(1, self.diagonal.shape[-2]):
            column = out[..., k * H:(k + 1) * H]
            np.multiply(R[..., :H], self.diagonal[..., k - 1, 0, None, :], out=column)
            for j in range(1, self.diagonal.shape[-2]):
                column += R[..., j * H:(j + 1) * H] * self.diagonal[..., k - 1, j, None, :]
        return out

    def right(self, C, out):
        """J C for column matrices C (…, K·H, M), without ever writing out J, put into `out` (not C itself)."""
        H = self.dense.shape[-1]
        np.matmul(self.dense, C[..., :H, :], out=out)
        for k in range(1, self.diagonal.shape[-2]):
            for j in range(self.diagonal.shape[-2]):
                rows = C[..., k * H:(k + 1) * H, :]
                out[..., j * H:(j + 1) * H, :] += self.diagonal[..., k - 1, j, :, None] * rows
        return out


def jacobians(cell, params, trace, steps, dense=None):
    """The `Jacobians` of the steps of a slice; the dense part is put into `dense`, if there is room for it already."""
    table, H, K = local_table(cell, params, trace, steps), params.W_h.shape[0], len(cell.states)
    (*shape, _), dtype = next(iter(table.values())).shape, params.W_h.dtype
    dense = np.empty((*shape, K * H, H), dtype) if dense is None else dense
    diagonal = np.zeros((*shape, K - 1, K, H), dtype)
    by_h, *by_others = (_derivatives(cell, params, table, old) for old in cell.states)
    for j, new in enumerate(cell.states):
        block, (matrix, own) = dense[..., j * H:(j + 1) * H, :], by_h.get(new, NOTHING)
        block[...] = 0 if matrix is None else matrix
        if own is not None:
            _diagonal(block)[...] += own
        for k, found in enumerate(by_others):
            if new in found:
                diagonal[..., k, j, :] = found[new][1]
    return Jacobians(dense, diagonal)


def _diagonal(matrices):
    """A view of the diagonals of square matrices."""
    return np.einsum("...ii->...i", matrices)


def _derivatives(cell, params, table, old):
    """{node: (matrix, vector)}, inputs before outputs: ∂node/∂(old component) = matrix + diag(vector), with None for
    what is zero."""
    blocks = [np.split(params.W_h[:, cols].T, len(targets)) for (_, targets), cols
              in zip(cell.products, columns(cell, params.W_h.shape[0]))]
    found = {old + "_prev": (None, np.ones(len(params.W_h), params.W_h.dtype))}
    for out, inp, number in walk(cell, table):
        if inp not in found:
            continue
        matrix, vector = found[inp]
        if number is None:
            factor = table[out, inp]
            made = {out: (matrix if matrix is None else factor[..., None] * matrix,
                          vector if vector is None else factor * vector)}
        else:
            made = {target: (_sum(vector if vector is None else block * vector[..., None, :],
                                  matrix if matrix is None else block @ matrix), None)
                    for target, block in zip(out, blocks[number])}
        for node, parts in made.items():
            found[node] = tuple(map(_sum, found.get(node, NOTHING), parts))
    return found


def _sum(a, b):
    """a + b, where None is zero; b has just been made and may be written into."""
    if a is None or b is None:
        return b if a is None else a
    return np.add(a, b, out=b) if a.shape == b.shape else a + b


def elementwise_factors(cell, params, table):
    """{(new, old): ∂new/∂old, (…, H)} of a cell without recurrent product, where there is a path."""
    found = {old: _derivatives(cell, params, table, old) for old in cell.states}
    return {(new, old): nodes[new][1] for old, nodes in found.items() for new in cell.states if new in nodes}


def each_jacobian(cell, params, trace, stop, forwards):
    """The `Jacobians` of one step after the other of 0 … stop − 1, (B, …) each, made a few steps at a time."""
    way = 1 if forwards else -1
    for steps in _pieces(cell, params, trace, stop)[::-way]:
        J = jacobians(cell, params, trace, steps)
        yield from map(Jacobians, J.dense[::way], J.diagonal[::way])


def _pieces(cell, params, trace, stop):
    """Slices of the steps 0 … stop − 1, last first, whose Jacobians are made at once."""
    return chunks(stop, -(-len(cell.states) * params.W_h.shape[0] ** 2 * trace.x.shape[1] // AT_ONCE))
