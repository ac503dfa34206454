"""What five formulas give beside finite differences, on networks of four units that read five steps (notebook 17).

All weights are random, W_x is the identity, so that a small change of x_t is one of the pre-activation z_t.
"""
import numpy as np

from ...engine.cells import SigmoidRNN, TanhRNN
from ...engine.gradcheck import numerical_jacobian, relative_error
from ...engine.jacobians import step_jacobians
from ...engine.params import Params, check_cell, init_params
from ...engine.sequence import unroll
from ...ground.arguments import seed, size, takes
from ...learning.losses import softmax

T = 5


@takes(cell=lambda name, cell: check_cell(cell), seed=seed, H=size(most=100))
def small_network(cell=TanhRNN, seed=0, H=4):
    """(params, trace, rng): PyTorch's start times 3, five steps of N(0, 1) from a random state, the generator."""
    rng = np.random.default_rng(seed)
    params = init_params(cell, H, H, rng, recurrent="torch", gain=3.0)
    params.W_x = np.tile(np.eye(H), len(cell.gates))
    x, state = rng.normal(size=(T, 1, H)), rng.normal(size=(len(cell.states), 1, H)) / 2
    return params, unroll(cell, params, x, state), rng


def double_sum(w, J, factors):
    """Σ_t Σ_{k≤t} w_t (J_t ⋯ J_{k+1}) F_k for w (T+1, H), J (T, H, H) and last factors F_k (T, H, H, H)."""
    total = 0
    for t in range(1, T + 1):
        row = w[t]
        for k in range(t, 0, -1):
            total, row = total + np.tensordot(row, factors[k - 1], 1), row @ J[k - 1]
    return total


@takes(n=size(most=100))
def double_sum_errors(n=5):
    """Relative errors of the double sum for ∂L/∂W_h, L = Σ w_t·h_t: (immediate, total, printed, window), each (n,).

    immediate, total: with that ∂h_k/∂W as last factor. printed: the right sum, taken for ∂L_T/∂W as it is printed.
    window: the last state, if only x_3 … x_5 are read instead of x_1 … x_5.
    """
    return np.transpose([_double_sum_errors(seed) for seed in range(n)])


def _double_sum_errors(seed):
    params, trace, rng = small_network(seed=seed)
    w, h, J = rng.normal(size=(T + 1, 4)), trace.states[0, :, 0], step_jacobians(TanhRNN, params, trace)[:, 0]

    def states(W):
        return unroll(TanhRNN, Params({**params, "W_h": W}), trace.x, trace.states[:, 0]).states[0, :, 0]

    total = numerical_jacobian(states, params.W_h, order=4)[1:]
    immediate = np.einsum("ki,km,in->kimn", 1 - h[1:] ** 2, h[:-1], np.eye(4))
    right, found = np.tensordot(w[1:], total, 2), double_sum(w, J, immediate)
    late = unroll(TanhRNN, params, trace.x[2:], trace.states[:, 0]).states[0, -1, 0]
    return (relative_error(found, right), relative_error(double_sum(w, J, total), right),
            relative_error(found, np.tensordot(w[T], total[-1], 1)), relative_error(late, h[-1]))


def state_jacobian(cell, params, trace, n):
    """∂h_n/∂h_0 by differences, (H, H)."""
    def last(h):
        return unroll(cell, params, trace.x[:n], h[None, None]).states[0, -1, 0]
    return numerical_jacobian(last, trace.states[0, 0, 0], order=4)


@takes(n=size(most=100))
def reading_errors(n=5):
    """Relative errors of four readings of "σ′ W" as ∂h_1/∂h_0 of sigmoid networks, (4, n): the slopes as a diagonal
    matrix in front of W and behind it, for column vectors and for row vectors. The first is right."""
    found = []
    for number in range(n):
        params, trace, _ = small_network(SigmoidRNN, number)
        D, W = np.diag(SigmoidRNN.slope(trace.states[0, 1, 0])), params.W_h.T
        right = state_jacobian(SigmoidRNN, params, trace, 1)
        found.append([relative_error(reading, right) for reading in (D @ W, W @ D, D @ W.T, W.T @ D)])
    return np.transpose(found)


@takes(H=size(most=100), n=size(most=100))
def power_errors(H=4, n=5):
    """Relative errors of three formulas for ∂h_2/∂h_0 of tanh networks of H units: (in_turn, printed, mended).

    Each (n,). in_turn: D_2 W D_1 W. printed: each factor with a power of its own, D_2 W^0 D_1 W^1. mended: the power
    taken out of the product, D_2 D_1 W^2.
    """
    found = []
    for number in range(n):
        params, trace, _ = small_network(TanhRNN, number, H)
        D_1, D_2 = (np.diag(TanhRNN.slope(h)) for h in trace.states[0, 1:3, 0])
        W, right = params.W_h.T, state_jacobian(TanhRNN, params, trace, 2)
        formulas = D_2 @ W @ D_1 @ W, D_2 @ D_1 @ W, D_2 @ D_1 @ W @ W
        found.append([relative_error(formula, right) for formula in formulas])
    return np.transpose(found)


@takes(n=size(most=100))
def example_errors(n=5):
    """Relative errors for a loss E at the last step, −log softmax(h_T V)_1: (by_V, by_W, last, delta, quotient).

    Each (n,). by_V: ∂E/∂V as one outer product. by_W: ∂E/∂W as a sum over all steps. last: the last step alone for
    ∂E/∂W. delta: δ_t as ∂E/∂z_t. quotient: as it is printed, E/z_t.
    """
    return np.transpose([_example_errors(seed) for seed in range(n)])


def _example_errors(seed):
    params, trace, rng = small_network(seed=seed)
    V, h, W = rng.normal(size=(4, 3)), trace.states[0, :, 0], params.W_h

    def E(V=V, W=W, x=trace.x):
        states = unroll(TanhRNN, Params({**params, "W_h": W}), x, trace.states[:, 0]).states
        return -np.log(softmax(states[0, -1, 0] @ V)[0])

    dV, dW = numerical_jacobian(lambda V: E(V=V), V, order=4), numerical_jacobian(lambda W: E(W=W), W, order=4)
    dz = numerical_jacobian(lambda x: E(x=x), trace.x, order=4)[:, 0]
    error = softmax(h[-1] @ V) - np.eye(3)[0]
    delta = [error @ V.T * (1 - h[-1] ** 2)]
    for t in range(T - 1, 0, -1):
        delta.insert(0, delta[0] @ W.T * (1 - h[t] ** 2))
    pairs = ((np.outer(h[-1], error), dV), (h[:-1].T @ delta, dW), (np.outer(h[-2], delta[-1]), dW),
             (np.array(delta), dz), (E() / np.arctanh(h[1:]), dz))
    return [relative_error(*pair) for pair in pairs]


def output_slopes():
    """(without, with): the largest entry of ∂y/∂h of y = W_hy + b_y, as printed; and by how much that of
    y = h W_hy + b_y differs from W_hy. By differences, h (4,), W_hy (4, 3)."""
    W = np.random.default_rng(0).normal(size=(4, 3))
    printed = numerical_jacobian(lambda h: W.ravel(), np.ones(4))
    return abs(printed).max(), abs(numerical_jacobian(lambda h: h @ W, np.ones(4)) - W.T).max()
