"""Jacobians against central differences, their norms against explicit products, and numbers that would underflow."""
import tracemalloc

import numpy as np
import pytest
from helpers import SHAPES, each_cell, each_dtype, each_order, each_shape, problem, rest, side_by_side, weights
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils import (
    LSTM,
    SLSTM,
    Cell,
    LinearRNN,
    NoForgetLSTM,
    NoOutputGateLSTM,
    Params,
    ReluRNN,
    SelectiveSSM,
    SigmoidRNN,
    TanhRNN,
    all_pairs_norms,
    backprop,
    check_gradients,
    gradient_norms,
    jacobian_norms,
    lyapunov_exponents,
    numerical_jacobian,
    step_jacobians,
    unroll,
)
from course_utils.engine.jacobians import jacobians

LOG_QUARTER = np.log10(.25)

LOST = -20  # nats a step: a direction of which only rounding errors are left, as h and c of a cell with h = tanh(c)


def products(cell, p, k, to):
    """∂s_to/∂s_k (B, K·H, K·H), multiplied out."""
    J = step_jacobians(cell, p.params, p.trace)
    P = np.broadcast_to(np.eye(J.shape[-1]), J.shape[1:])
    for t in range(k, to):
        P = J[t] @ P
    return P


def log10_norm(P, order):
    with np.errstate(divide="ignore"):
        return np.log10(np.linalg.norm(P, order, axis=(-2, -1)))


def block_of(cell, block, P):
    """The rows of component block[0] and the columns of block[1]; all of P for None."""
    if block is None:
        return P
    H = P.shape[-1] // len(cell.states)
    row, column = (cell.states.index(name) * H for name in block)
    return P[..., row:row + H, column:column + H]


def blocks(cell):
    return [None, *((row, column) for row in cell.states for column in cell.states)]


def quarter(dtype=float, n_hidden=2):
    """(weights, state0) of a sigmoid RNN that rests at h = ½, where its Jacobian is I/4 exactly."""
    params = weights(SigmoidRNN, np.eye(n_hidden), -.5)
    for name in params:
        params[name] = params[name].astype(dtype)
    return params, np.full((1, 1, n_hidden), .5, dtype)


def quarter_trace(T, dtype=float):
    params, state0 = quarter(dtype)
    return SigmoidRNN, params, unroll(SigmoidRNN, params, np.zeros((T, 1, 1), dtype), state0)


# one step

@each_cell
@each_shape
def test_step_jacobians_agree_with_central_differences(cell, shape):
    """J[t][i, j] = ∂s_{t+1, i}/∂s_{t, j} for every step and sequence, outputs in rows, components side by side."""
    p = problem(cell, shape)
    J = step_jacobians(cell, p.params, p.trace)
    T, B, _, H = shape
    assert J.shape == (T, B, len(cell.states) * H, len(cell.states) * H)
    for t, b in {(0, 0), (T - 1, B - 1)}:
        def step(s, t=t, b=b):
            after = unroll(cell, p.params, p.x[t:t + 1, b:b + 1], s.reshape(-1, 1, H)).states[:, 1]
            return side_by_side(after)[0]
        expected = numerical_jacobian(step, side_by_side(p.trace.states[:, t])[b])
        np.testing.assert_allclose(J[t, b], expected, rtol=1e-6, atol=1e-8)


@each_cell
def test_products_of_jacobians_agree_with_central_differences(cell):
    """∂s_T/∂s_0 as a product of all Jacobians is the derivative of the whole sequence."""
    p = problem(cell, (6, 1, 2, 3))
    expected = numerical_jacobian(
        lambda s: side_by_side(unroll(cell, p.params, p.x, s.reshape(-1, 1, 3)).states[:, -1])[0],
        side_by_side(p.state0)[0])
    np.testing.assert_allclose(products(cell, p, 0, 6)[0], expected, rtol=1e-5, atol=1e-8)


@each_cell
@given(st.integers(1, 6), st.integers(1, 3), st.integers(1, 4), st.integers(0, 2**16))
@settings(max_examples=20, deadline=None, derandomize=True)
def test_jacobian_and_backprop_are_adjoint(cell, T, B, H, seed):
    """⟨w, Pv⟩ = ⟨Pᵀw, v⟩ with P = ∂s_T/∂s_0 from `step_jacobians` and Pᵀw from `backprop`."""
    p, rng = problem(cell, (T, B, 2, H), seed=seed), np.random.default_rng(seed)
    w, v = (rng.standard_normal(p.state0.shape) for _ in "wv")
    direct = np.zeros_like(p.w)
    direct[:, -1] = w
    back, _ = backprop(cell, p.params, p.trace, direct)
    Pv = np.einsum("bij,bj->bi", products(cell, p, 0, T), side_by_side(v))
    assert np.vdot(side_by_side(w), Pv) == pytest.approx(np.vdot(back[:, 0], v), rel=1e-9, abs=1e-9)


# norms of products

@each_cell
@each_order
def test_jacobian_norms_are_norms_of_explicit_products(cell, order):
    """log10 ‖∂s_to/∂s_k‖ for every block, every k, several `to` and every sequence."""
    p = problem(cell)
    for block in blocks(cell):
        for to in (None, 0, 1, 3):
            last = SHAPES[1][0] if to is None else to
            found = jacobian_norms(cell, p.params, p.trace, to=to, ord=order, block=block)
            expected = [log10_norm(block_of(cell, block, products(cell, p, k, last)), order) for k in range(last + 1)]
            np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@each_cell
def test_jacobian_norms_default_to_the_spectral_norm_of_the_whole_state(cell):
    """Without options the norm is the largest singular value of ∂s_T/∂s_k."""
    p = problem(cell)
    expected = log10_norm(products(cell, p, 0, SHAPES[1][0]), 2)
    np.testing.assert_allclose(jacobian_norms(cell, p.params, p.trace)[0], expected, rtol=1e-9)


@each_cell
@each_order
def test_all_pairs_norms_are_norms_of_explicit_products(cell, order):
    """Entry [t, k, b] is log10 ‖∂s_t/∂s_k‖ of sequence b for k ≤ t, NaN above the diagonal."""
    p = problem(cell)
    T, B = SHAPES[1][:2]
    for block in blocks(cell):
        found = all_pairs_norms(cell, p.params, p.trace, ord=order, block=block)
        assert found.shape == (T + 1, T + 1, B)
        for t in range(T + 1):
            assert np.isnan(found[t, t + 1:]).all()
            expected = [log10_norm(block_of(cell, block, products(cell, p, k, t)), order) for k in range(t + 1)]
            np.testing.assert_allclose(found[t, :t + 1], expected, rtol=1e-9, atol=1e-9)


@each_cell
def test_all_pairs_norms_default_to_the_frobenius_norm_of_h(cell):
    """Without options each entry is ‖∂h_t/∂h_k‖ in the Frobenius norm."""
    p = problem(cell)
    expected = all_pairs_norms(cell, p.params, p.trace, ord="fro", block=("h", "h"))
    np.testing.assert_array_equal(all_pairs_norms(cell, p.params, p.trace), expected)


@each_cell
def test_long_sequences_are_cut_into_pieces_without_a_seam(cell):
    """Over 90 steps, several pieces for each of the streaming functions, the norms are those of the products."""
    p = problem(cell, (90, 2, 1, 24))
    J = step_jacobians(cell, p.params, p.trace)
    P, expected = np.broadcast_to(np.eye(J.shape[-1]), J.shape[1:]), []
    for t in range(89, -1, -1):
        P = P @ J[t]
        expected.append(log10_norm(P, "fro"))
    found = jacobian_norms(cell, p.params, p.trace, ord="fro")
    np.testing.assert_allclose(found[-2::-1], expected, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(all_pairs_norms(cell, p.params, p.trace, block=None)[-1], found, rtol=1e-8, atol=1e-8)


@each_cell
@each_dtype
def test_products_with_jacobians_are_those_with_the_full_matrices(cell, dtype):
    """R J and J C for all steps and sequences at once, in the dtype of the weights."""
    p = problem(cell, dtype=dtype)
    J, full = jacobians(cell, p.params, p.trace, slice(0, p.trace.n_steps)), step_jacobians(cell, p.params, p.trace)
    rows = np.random.default_rng(0).standard_normal((*SHAPES[1][:2], 3, full.shape[-1])).astype(dtype)
    columns = rows.swapaxes(-1, -2)
    found = J.left(rows), J.right(columns, np.empty_like(columns))
    for product, wanted in zip(found, (rows @ full, full @ columns)):
        assert product.dtype == full.dtype == J.diagonal.dtype == dtype
        np.testing.assert_allclose(product, wanted, rtol=1e-4 if dtype == np.float32 else 1e-12, atol=1e-6)


class Three(Cell):
    """h = tanh(c) + d_prev / 2, c = c_prev / 3 + d_prev / 4 + tanh(a), d = d_prev / 5 + c_prev / 6."""

    states = ("h", "c", "d")

    @staticmethod
    def step(a, prev, weights, product):
        np.tanh(a[0], out=a[0])
        c = prev[1] / 3 + prev[2] / 4 + a[0]
        return np.tanh(c) + prev[2] / 2, c, prev[2] / 5 + prev[1] / 6

    @staticmethod
    def partials(gates, prev, new, weights, product):
        return {("h", "c"): 1 - np.tanh(new[1])**2, ("h", "d_prev"): 1 / 2, ("c", "a"): 1 - gates[0]**2,
                ("c", "c_prev"): 1 / 3, ("c", "d_prev"): 1 / 4, ("d", "d_prev"): 1 / 5, ("d", "c_prev"): 1 / 6}


def test_a_state_of_three_components():
    """No cell here has more than two; nothing but the cell itself knows that."""
    test_step_jacobians_agree_with_central_differences(Three, SHAPES[1])
    for order in ("fro", 2):
        test_jacobian_norms_are_norms_of_explicit_products(Three, order)
        test_all_pairs_norms_are_norms_of_explicit_products(Three, order)
    test_exponents_add_up_to_the_mean_log_determinant(Three)
    p = problem(Three)
    assert check_gradients(Three, p.params, p.x, state0=p.state0) < 1e-7


# Lyapunov exponents

def test_exponents_are_growth_rates_along_orthogonal_directions():
    """λ_i = (1/T) Σ ln |R_t[i, i]|, Q_{t+1} R_{t+1} = J_t Q_t, for every sequence, sorted."""
    p = problem(TanhRNN, (60, 3, 2, 24))  # the Jacobians are made in several pieces
    J = step_jacobians(TanhRNN, p.params, p.trace)
    for b in range(3):
        Q, growth = np.eye(24, 5), 0
        for t in range(60):
            Q, R = np.linalg.qr(J[t, b] @ Q)
            growth = growth + np.log(np.abs(np.diag(R)))
        found = lyapunov_exponents(TanhRNN, p.params, p.trace, 5)[b]
        np.testing.assert_allclose(found, np.sort(growth / 60)[::-1], rtol=1e-7)


@each_cell
def test_exponents_add_up_to_the_mean_log_determinant(cell):
    """Σ λ_i = (1/T) Σ ln |det J_t|, and the largest come first."""
    p = problem(cell, (12, 2, 2, 3))
    exponents = lyapunov_exponents(cell, p.params, p.trace)
    if (exponents > LOST).all():
        log_det = np.linalg.slogdet(step_jacobians(cell, p.params, p.trace))[1].mean(axis=0)
        np.testing.assert_allclose(exponents.sum(-1), log_det, rtol=1e-7)
    else:
        assert cell in (ReluRNN, NoOutputGateLSTM, SLSTM, SelectiveSSM)  # a new m forgets the old; none reads h
    assert (exponents[:, 1:] <= exponents[:, :-1]).all()


@each_cell
def test_number_and_batch_of_exponents(cell):
    """(B, n), or (n,) for one sequence; n defaults to K·H and the first n do not depend on n."""
    p, size = problem(cell, (30, 2, 2, 3)), 3 * len(cell.states)
    full = lyapunov_exponents(cell, p.params, p.trace)
    assert full.shape == (2, size)
    assert lyapunov_exponents(cell, p.params, p.trace, 1).shape == (2, 1)
    alone = unroll(cell, p.params, p.x[:, 1:], p.state0[:, 1:])
    one = lyapunov_exponents(cell, p.params, alone)
    assert one.shape == (size,)
    held = one > (-3.5 if cell is SLSTM else LOST)  # a step that takes a new m loses all that the old one said
    np.testing.assert_allclose(one[held], full[1][held], rtol=1e-7)


@pytest.mark.filterwarnings("error")
def test_dead_units_have_exponent_minus_infinity():
    """A ReLU layer in which every unit is off has no direction left: −inf, in norms as well."""
    params = weights(ReluRNN, np.eye(2), -1)
    trace = rest(ReluRNN, params, 5)
    assert (lyapunov_exponents(ReluRNN, params, trace) == -np.inf).all()
    np.testing.assert_array_equal(jacobian_norms(ReluRNN, params, trace)[:, 0], [-np.inf] * 5 + [0])
    for order in ("fro", 2):
        assert all_pairs_norms(ReluRNN, params, trace, ord=order)[-1, 0, 0] == -np.inf


# numbers that a float cannot hold

@each_dtype
@each_order
def test_norms_of_ten_thousand_steps_do_not_underflow(dtype, order):
    """A decay of ¼ a step gives 10^−6020.6 after 10,000 steps, and each step in between its own value."""
    found = jacobian_norms(*quarter_trace(10_000, dtype), ord=order)[:, 0]
    start = np.log10(2) / 2 if order == "fro" else 0
    np.testing.assert_allclose(found, start + np.arange(10_000, -1, -1) * LOG_QUARTER, rtol=1e-6, atol=1e-6)
    assert found[0] == pytest.approx(-6020.6, abs=.2)


@each_dtype
def test_exponents_of_ten_thousand_steps_do_not_underflow(dtype):
    """Every exponent of I/4 is ln ¼."""
    np.testing.assert_allclose(lyapunov_exponents(*quarter_trace(10_000, dtype)), np.log(.25), rtol=1e-6)


@each_dtype
@each_order
def test_all_pairs_norms_do_not_underflow(dtype, order):
    """¼^600, too small for any float, stands in the corner, and the diagonals hold lag · log10 ¼."""
    found = all_pairs_norms(*quarter_trace(600, dtype), ord=order)[..., 0]
    start = np.log10(2) / 2 if order == "fro" else 0
    lag = np.subtract.outer(np.arange(601), np.arange(601))
    np.testing.assert_allclose(found[lag >= 0], (start + lag * LOG_QUARTER)[lag >= 0], rtol=1e-6, atol=1e-6)


def test_norms_do_not_overflow():
    """A growth of 4 a step gives 10^+6020.6."""
    params = weights(LinearRNN, 4 * np.eye(2))
    trace = rest(LinearRNN, params, 10_000)
    assert jacobian_norms(LinearRNN, params, trace)[0, 0] == pytest.approx(-10_000 * LOG_QUARTER)
    np.testing.assert_allclose(lyapunov_exponents(LinearRNN, params, trace), np.log(4))


def test_the_cell_state_of_ten_thousand_steps():
    """With f = ¼ and no recurrent weights ∂c_T/∂c_0 = ¼^T, read from a block of the LSTM's Jacobian."""
    params = weights(LSTM, np.zeros((2, 8)), np.repeat([0, -np.log(3), 0, 0], 2))
    trace = rest(LSTM, params, 10_000)
    found = jacobian_norms(LSTM, params, trace, block=("c", "c"))[:, 0]
    np.testing.assert_allclose(found, np.arange(10_000, -1, -1) * LOG_QUARTER, rtol=1e-9, atol=1e-9)


def test_sequences_and_lags_are_rescaled_apart():
    """One sequence keeps its norm, one vanishes, one does so in its first half: Σ log10 of the scalar slopes."""
    params = weights(TanhRNN, np.eye(1))
    params.W_x[:] = 1
    x = np.zeros((400, 3, 1))
    x[:, 1] = x[:200, 2] = 3
    trace = unroll(TanhRNN, params, x)
    slopes = np.log10(1 - trace.states[0, 1:, :, 0] ** 2)
    expected = np.concatenate([slopes[::-1].cumsum(0)[::-1], np.zeros((1, 3))])
    assert expected[0, 1] < -1000
    np.testing.assert_allclose(jacobian_norms(TanhRNN, params, trace), expected, rtol=1e-9, atol=1e-9)
    pairs = expected - expected[:, None]
    lower = np.tril_indices(401)
    np.testing.assert_allclose(all_pairs_norms(TanhRNN, params, trace)[lower], pairs[lower], rtol=1e-9, atol=1e-9)


def test_steps_that_nearly_underflow_by_themselves():
    """Two sequences with f = e^−600 and e^−115 at every step: ∂c_T/∂c_k = f^(T−k) for each."""
    params = weights(LSTM, np.zeros((1, 4)))
    params.W_x[0, 1] = 1
    trace = unroll(LSTM, params, np.tile([[-600.], [-115.]], (6, 1, 1)))
    expected = np.outer(np.arange(6, -1, -1), [-600, -115]) / np.log(10)
    for found in (jacobian_norms(LSTM, params, trace, block=("c", "c")),
                  all_pairs_norms(LSTM, params, trace, block=("c", "c"))[-1]):
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("bias", (-300., -400.))
def test_a_block_far_below_the_rest_of_its_jacobian(bias):
    """h is shown through o = e^bias: ∂h_1/∂c_0 = diag(o (1 − tanh² c_1)) beside ∂c_1/∂c_0 = I. Its squares underflow,
    the whole needs no rescaling."""
    params = weights(NoForgetLSTM, np.zeros((3, 9)), b=np.repeat([0., 0., bias], 3))
    c = np.array([.3, .7, 1.1])
    trace = unroll(NoForgetLSTM, params, np.zeros((1, 1, 1)), np.stack([np.zeros((1, 3)), c[None]]))
    expected = bias / np.log(10) + np.log10(np.linalg.norm(1 / np.cosh(c)**2))
    for found in (jacobian_norms(NoForgetLSTM, params, trace, ord="fro", block=("h", "c"))[0, 0],
                  all_pairs_norms(NoForgetLSTM, params, trace, block=("h", "c"))[1, 0, 0]):
        assert found == pytest.approx(expected, abs=1e-9)


@each_order
@pytest.mark.parametrize("function", (jacobian_norms, all_pairs_norms))
@pytest.mark.parametrize("block, b, W", [(("h", "c"), [0, 0, 0, np.log(1e-30)], 0), (("c", "h"), [0, 0, 1, 0], 1e-30)],
                         ids=("output gate nearly shut", "recurrent weights nearly zero"))
def test_a_small_block_beside_a_large_one_does_not_underflow(function, order, block, b, W):
    """A block 1e-30 times smaller than its neighbour: a float32 holds it, its square it does not."""
    params = weights(LSTM, np.full((1, 4), W), np.array(b))
    small = Params({name: array.astype(np.float32) for name, array in params.items()})
    at = 0 if function is jacobian_norms else (-1, 0)
    double, single = (function(LSTM, p, rest(LSTM, p, 3), ord=order, block=block)[at] for p in (params, small))
    assert -32 < double < -29
    np.testing.assert_allclose(single, double, atol=.01)


@pytest.mark.parametrize("function, T", [(jacobian_norms, 20_000), (lyapunov_exponents, 5_000)])
def test_streaming_never_holds_all_jacobians(function, T):
    """The peak of memory is a small part of what all Jacobians would take, 41 MB for 20,000 steps."""
    params = weights(LSTM, .1 * np.ones((8, 32)))
    trace = rest(LSTM, params, T)
    tracemalloc.start()
    try:
        function(LSTM, params, trace)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < T * 16**2 * 8 / 4


# norms of gradients

def test_gradient_norms_join_components_and_units():
    """√(Σ_k Σ_j total[k, t, b, j]²) for every t and b."""
    total = problem(LSTM).w
    found = gradient_norms(total)
    assert found.shape == (SHAPES[1][0] + 1, SHAPES[1][1])
    for t, b in np.ndindex(found.shape):
        assert found[t, b] == pytest.approx(np.linalg.norm(total[:, t, b]), rel=1e-12)


@pytest.mark.parametrize("dtype, tiny, huge", [(np.float32, 1e-35, 1e35), (np.float64, 1e-300, 1e300)],
                         ids=("float32", "float64"))
def test_gradient_norms_neither_underflow_nor_overflow(dtype, tiny, huge):
    """3, 4 → 5 also where the squares are no floats; zero stays zero."""
    total = np.array([3, 4], dtype) * np.array([tiny, 1, huge, 0], dtype)[:, None]
    found = gradient_norms(total[None, :, None])
    assert found.dtype == dtype
    np.testing.assert_allclose(found[:, 0], np.array([5 * tiny, 5, 5 * huge, 0], dtype), rtol=1e-6)


def test_gradient_norms_follow_the_jacobian_norms():
    """In a layer of one unit |∂L/∂h_k| is |∂h_T/∂h_k| for a loss L = h_T."""
    p = problem(TanhRNN, (30, 1, 1, 1))
    direct = np.zeros_like(p.w)
    direct[:, -1] = 1
    total, _ = backprop(TanhRNN, p.params, p.trace, direct)
    np.testing.assert_allclose(np.log10(gradient_norms(total)), jacobian_norms(TanhRNN, p.params, p.trace), rtol=1e-9,
                               atol=1e-9)
