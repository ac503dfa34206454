"""The Jacobian of one step, ∂s_{t+1}/∂s_t.

The same table of local derivatives as in back-propagation, written out:
J = diag(∂s/∂s_prev) + diag(∂s/∂a) W_hᵀ. The matrices read h alone, so only the columns of h are dense; those of
every other component (c) are diagonal in each block, and are kept as such until somebody asks for the whole.
"""
from typing import NamedTuple

import numpy as np

from .backprop import check_trace, chunks, local_table
from .graph import columns, walk


def step_jacobians(cell, params, trace):
    """All one-step Jacobians, (T, B, K·H, K·H): J[t][i, j] = ∂s_{t+1, i} / ∂s_{t, j}, outputs in rows.

    The components stand side by side (LSTM: h first, then c). Memory T·B·(K·H)² numbers: for long sequences
    and large batches `jacobian_norms` streams instead. Raises ValueError if trace and weights don't fit.
    """
    check_trace(cell, params, trace)
    return jacobians(cell, params, trace, slice(0, trace.n_steps)).full()


class Jacobians(NamedTuple):
    """Jacobians of some steps: `dense` (S, B, K·H, H) = ∂s_{t+1}/∂h_t and `diagonal` (S, B, K−1, K, H), whose
    entry [k, j] is the diagonal of ∂(component j)_{t+1}/∂(component k+1)_t."""

    dense: np.ndarray
    diagonal: np.ndarray

    def full(self):
        """The matrices themselves, (S, B, K·H, K·H)."""
        (*shape, size, H), rows = self.dense.shape, np.arange(self.dense.shape[-2])
        J = np.zeros((*shape, size, size), self.dense.dtype)
        J[..., :H] = self.dense
        for k in range(self.diagonal.shape[-3]):
            J[..., rows, (k + 1) * H + rows % H] = self.diagonal[..., k, :, :].reshape(*shape, size)
        return J

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


def jacobians(cell, params, trace, steps):
    """The `Jacobians` of the steps of a slice."""
    table, H = local_table(cell, params, trace, steps), params.W_h.shape[0]
    shape, dtype = next(iter(table.values())).shape, params.W_h.dtype
    dense = _derivatives(cell, params, table, np.eye(H, dtype=dtype), cell.states[0])
    dense = np.concatenate([np.broadcast_to(np.asarray(dense.get(new, 0), dtype), (*shape, H))
                            for new in cell.states], axis=-2)
    diagonal = np.zeros((*shape[:-1], len(cell.states) - 1, len(cell.states), H), dtype)
    for k, old in enumerate(cell.states[1:]):
        found = _derivatives(cell, params, table, np.ones(H, dtype), old)
        for j, new in enumerate(cell.states):
            diagonal[..., k, j, :] = found.get(new, 0)
    return Jacobians(dense, diagonal)


def _derivatives(cell, params, table, start, old):
    """{node: its derivative with respect to the old component}, inputs before outputs: matrices if `start` is
    the identity, diagonals if it is a vector of ones."""
    blocks = [np.split(params.W_h[:, cols].T, len(targets)) for (_, targets), cols
              in zip(cell.products, columns(cell, params.W_h.shape[0]))]
    nodes, matrix = {old + "_prev": start}, start.ndim == 2
    for out, inp, product in walk(cell, table):
        if inp not in nodes:
            continue
        if product is None:
            factor = table[out, inp][..., None] if matrix else table[out, inp]
            nodes[out] = nodes.get(out, 0) + factor * nodes[inp]
        else:
            for target, block in zip(out, blocks[product]):
                nodes[target] = nodes.get(target, 0) + (block if inp == "h_prev" else block @ nodes[inp])
    return nodes


def elementwise_factors(cell, params, table):
    """{(new, old): ∂new/∂old, (…, H)} of a cell without recurrent product, where there is a path."""
    found = {old: _derivatives(cell, params, table, np.ones(len(params.W_h), params.W_h.dtype), old)
             for old in cell.states}
    return {(new, old): nodes[new] for old, nodes in found.items() for new in cell.states if new in nodes}


def each_jacobian(cell, params, trace, stop, forwards):
    """The `Jacobians` of one step after the other of 0 … stop − 1, (B, …) each, made a few steps at a time."""
    size = len(cell.states) * params.W_h.shape[0] ** 2 * trace.x.shape[1]
    pieces = chunks(stop, size)
    for steps in reversed(pieces) if forwards else pieces:
        J = jacobians(cell, params, trace, steps)
        order = range(steps.stop - steps.start)
        yield from (Jacobians(J.dense[t], J.diagonal[t]) for t in (order if forwards else reversed(order)))
