"""Measurements against closed forms: what a recurrent network must do when its answer can be written down."""
import numpy as np
import pytest
from helpers import each_cell, each_dtype, each_order, problem, rest, weights

from course_utils import (
    GRU,
    LSTM,
    CoupledLSTM,
    LinearRNN,
    NoForgetLSTM,
    Params,
    PeepholeLSTM,
    ReluRNN,
    ResetAfterGRU,
    SigmoidRNN,
    TanhRNN,
    all_pairs_norms,
    backprop,
    clip_by_norm,
    init_params,
    jacobian_norms,
    lyapunov_exponents,
    sigmoid,
    step_jacobians,
    unroll,
)

ROTATION = np.array([[np.cos(.7), -np.sin(.7)], [np.sin(.7), np.cos(.7)]])
SLOPE = {TanhRNN: 1, SigmoidRNN: .25, ReluRNN: 1, LinearRNN: 1}  # γ, the largest slope of the activation


def scalar(cell, W_h, b=0.):
    """A cell of one unit and one gate whose weights are two numbers."""
    return weights(cell, [[W_h]], b)


# linear networks

@pytest.mark.parametrize("rho", (.5, .9, 1.1))
def test_scaled_rotation_has_norm_rho_to_the_lag(rho):
    """Linear RNN, W = ρ · rotation: ‖∂h_t/∂h_k‖ = ρ^(t−k) exactly, both exponents ln ρ."""
    params = weights(LinearRNN, rho * ROTATION)
    trace = rest(LinearRNN, params, 40)
    lag = np.subtract.outer(np.arange(41), np.arange(41))
    found = all_pairs_norms(LinearRNN, params, trace, ord=2)[..., 0]
    np.testing.assert_allclose(found[lag >= 0], (lag * np.log10(rho))[lag >= 0], atol=1e-10)
    np.testing.assert_allclose(lyapunov_exponents(LinearRNN, params, trace), np.log(rho), rtol=1e-10)


@each_order
def test_linear_jacobians_are_powers_of_the_weights(order):
    """Linear RNN: ∂h_t/∂h_k = (W_hᵀ)^(t−k), whatever the input."""
    p = problem(LinearRNN, (6, 2, 3, 4))
    powers = [np.linalg.matrix_power(p.params.W_h.T, 6 - k) for k in range(7)]
    np.testing.assert_allclose(step_jacobians(LinearRNN, p.params, p.trace)[3, 1], p.params.W_h.T)
    found = jacobian_norms(LinearRNN, p.params, p.trace, ord=order)
    np.testing.assert_allclose(found[:, 1], np.log10([np.linalg.norm(P, order) for P in powers]), atol=1e-10)


def test_orthogonal_linear_network_keeps_the_gradient():
    """Orthogonal W: the norm of the gradient is the same after 1000 steps."""
    params = init_params(LinearRNN, 1, 16, np.random.default_rng(0), recurrent="orthogonal")
    trace = rest(LinearRNN, params, 1000)
    np.testing.assert_allclose(jacobian_norms(LinearRNN, params, trace), 0, atol=1e-11)
    np.testing.assert_allclose(lyapunov_exponents(LinearRNN, params, trace), 0, atol=1e-13)


def test_non_normal_matrix_grows_before_it_decays():
    """[[a, 1], [0, a]]^t = [[a^t, t a^(t−1)], [0, a^t]] with a = .9: the norm peaks at 3.9126, nine steps back."""
    params = weights(LinearRNN, [[.9, 1], [0, .9]])
    lag = np.arange(60, -1, -1)
    norms = 10 ** jacobian_norms(LinearRNN, params, rest(LinearRNN, params, 60))[:, 0]
    expected = [np.linalg.norm([[.9**t, t * .9**(t - 1.)], [0, .9**t]], 2) for t in lag]
    np.testing.assert_allclose(norms, expected, rtol=1e-10)
    assert lag[norms.argmax()] == 9
    assert norms.max() == pytest.approx(3.9126, abs=5e-5)


@pytest.mark.parametrize("w", (.8, 1., 1.2))
def test_scalar_linear_weight_gradient(w):
    """x_t = w x_{t−1}: dx_t/dw = t x_0 w^(t−1)."""
    params, t, x_0 = scalar(LinearRNN, w), 12, 1.7
    trace = unroll(LinearRNN, params, np.zeros((t, 1, 1)), np.full((1, 1, 1), x_0))
    direct = np.zeros((1, t + 1, 1, 1))
    direct[0, -1] = 1
    total, grads = backprop(LinearRNN, params, trace, direct)
    assert grads.W_h[0, 0] == pytest.approx(t * x_0 * w**(t - 1), rel=1e-12)
    np.testing.assert_allclose(total[0, :, 0, 0], w ** np.arange(t, -1, -1.), rtol=1e-12)


# bounds

@pytest.mark.parametrize("cell", SLOPE, ids=lambda cell: cell.__name__)
@pytest.mark.parametrize("gain", (.5, 2))
def test_product_is_bounded_by_slope_and_largest_singular_value(cell, gain):
    """‖∂h_t/∂h_k‖ ≤ (γ σ_max)^(t−k), with γ = 1 for tanh and ¼ for the logistic function."""
    rng = np.random.default_rng(1)
    params = init_params(cell, 2, 12, rng, recurrent="gaussian", gain=gain)
    trace = unroll(cell, params, rng.standard_normal((30, 3, 2)))
    bound = np.log10(SLOPE[cell] * np.linalg.norm(params.W_h, 2)) * np.arange(30, -1, -1)
    assert (jacobian_norms(cell, params, trace) <= bound[:, None] + 1e-9).all()


def test_hochreiters_bound_on_the_sigmoid_network():
    """n w_max < 4: no entry of ∂h_t/∂h_k, and no norm, is above n (n w_max / 4)^(t−k)."""
    n, rng = 5, np.random.default_rng(2)
    params = Params(problem(SigmoidRNN, (1, 1, 1, n)).params | {"W_h": rng.uniform(-.7, .7, (n, n))})
    trace = unroll(SigmoidRNN, params, rng.standard_normal((25, 2, 1)))
    rate = n * np.abs(params.W_h).max() / 4
    assert rate < 1
    bound = np.log10(n) + np.arange(25, -1, -1) * np.log10(rate)
    assert (jacobian_norms(SigmoidRNN, params, trace) <= bound[:, None] + 1e-9).all()


# one unit: fixed points and folds

@pytest.mark.parametrize("w, multiplier", [(.5, .5), (1., 1.), (1.1, .82176), (1.5, .39431), (2., .16637)])
def test_multiplier_of_the_scalar_tanh_unit(w, multiplier):
    """At its fixed point h* = tanh(w h*) the unit multiplies a gradient by w for w ≤ 1, else by w (1 − h*²)."""
    params = scalar(TanhRNN, w)
    start = np.full((1, 1, 1), .5 if w > 1 else 0.)
    trace = unroll(TanhRNN, params, np.zeros((400, 1, 1)), start)
    assert step_jacobians(TanhRNN, params, trace)[-1, 0, 0, 0] == pytest.approx(multiplier, abs=5e-6)


@pytest.mark.parametrize("sign, fold", [(1, -2.655610), (-1, -2.344390)])
def test_folds_of_the_sigmoid_unit(sign, fold):
    """s = (1 ± √(1 − 4/w))/2, b = logit(s) − w s: a fixed point whose multiplier is 1; for w = 5 the known b."""
    w = 5
    s = (1 + sign * np.sqrt(1 - 4 / w)) / 2
    b = np.log(s / (1 - s)) - w * s
    assert b == pytest.approx(fold, abs=5e-7)
    params = scalar(SigmoidRNN, w, b)
    trace = unroll(SigmoidRNN, params, np.zeros((1, 1, 1)), np.full((1, 1, 1), s))
    assert trace.states[0, 1, 0, 0] == pytest.approx(s, rel=1e-12)
    assert step_jacobians(SigmoidRNN, params, trace)[0, 0, 0, 0] == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize("b, two", [(-2.8, False), (-2.5, True), (-2.2, False)])
def test_between_the_folds_the_sigmoid_unit_has_two_states(b, two):
    """w = 5: a start at 0 and one at 1 end in different states between the folds only."""
    params = scalar(SigmoidRNN, 5, b)
    ends = unroll(SigmoidRNN, params, np.zeros((2000, 2, 1)), np.array([[[0.], [1.]]])).states[0, -1, :, 0]
    assert (ends[1] - ends[0] > .5) == two


# gates without recurrent weights

@pytest.mark.parametrize("cell", (LSTM, PeepholeLSTM, CoupledLSTM, NoForgetLSTM), ids=lambda cell: cell.__name__)
def test_memory_cells_without_recurrent_weights_keep_the_product_of_f(cell):
    """W_h = 0 and no peepholes: ∂c_T/∂c_k = diag ∏ f_t, exactly 1 for the LSTM without forget gate."""
    p = problem(cell, (30, 2, 3, 4))
    params = Params(p.params | {name: 0 * p.params[name] for name in ("W_h", *cell.weights)})
    trace = unroll(cell, params, p.x, p.state0)
    f = trace.gates[cell.gates.index("f")] if "f" in cell.gates else np.ones((30, 2, 4))
    products = np.cumprod(f[::-1], axis=0)[::-1]
    found = jacobian_norms(cell, params, trace, block=("c", "c"))
    np.testing.assert_allclose(found[:-1], np.log10(products.max(-1)), atol=1e-11)
    np.testing.assert_allclose(found[-1], 0)


@pytest.mark.parametrize("cell", (GRU, ResetAfterGRU), ids=lambda cell: cell.__name__)
def test_grus_without_recurrent_weights_keep_the_product_of_z(cell):
    """W_h = 0: ∂h_T/∂h_0 = diag ∏ z_t, one minus the weight of the new at each step."""
    p = problem(cell, (30, 2, 3, 4))
    params = Params(p.params | {"W_h": 0 * p.params.W_h})
    trace = unroll(cell, params, p.x, p.state0)
    J = step_jacobians(cell, params, trace)
    np.testing.assert_allclose(J[:, 1], trace.gates[1, :, 1, :, None] * np.eye(4))
    expected = np.log10(trace.gates[1].prod(0).max(-1))
    np.testing.assert_allclose(jacobian_norms(cell, params, trace)[0], expected, atol=1e-11)


@pytest.mark.parametrize("forget_bias, steps", [(0, 1), (1, 2.213), (2, 5.461), (3, 14.27), (5, 103.2)])
def test_half_life_of_a_memory_cell(forget_bias, steps):
    """Without input ∂c_T/∂c_0 = σ(b_f)^T: it is halved every ln ½ / ln σ(b_f) steps."""
    params = Params({name: 0 * array for name, array in init_params(LSTM, 1, 2, np.random.default_rng(0)).items()})
    params.b = init_params(LSTM, 1, 2, np.random.default_rng(0), forget_bias=forget_bias).b
    decay = jacobian_norms(LSTM, params, rest(LSTM, params, 20), block=("c", "c"))[0, 0] / 20
    assert np.log10(.5) / decay == pytest.approx(steps, rel=3e-4)
    assert decay == pytest.approx(np.log10(sigmoid(np.float64(forget_bias))))


def test_chrono_bias_retains_one_minus_one_over_the_time():
    """σ(ln(T − 1)) = 1 − 1/T."""
    T = np.array([2., 10., 100., 1e6])
    np.testing.assert_allclose(sigmoid(np.log(T - 1)), 1 - 1 / T, rtol=1e-14)


def test_mean_retention_under_the_chrono_initialisation():
    """b_f = ln u, u uniform on [1, 199]: mean of ∂c_k/∂c_0 is .8338, .5210, .3284, .1491 at k = 10, 50, 100, 200."""
    u = 1 + 198 * (np.arange(4000) + .5) / 4000
    params = weights(LSTM, np.zeros((1, 4)))
    params.W_x[0, 1] = 1  # the input is the forget gate's pre-activation
    trace = unroll(LSTM, params, np.tile(np.log(u)[:, None], (200, 1, 1)))
    for k, retention in ((10, .8338), (50, .5210), (100, .3284), (200, .1491)):
        direct = np.zeros_like(trace.states)
        direct[1, k] = 1
        assert backprop(LSTM, params, trace, direct)[0][1, 0].mean() == pytest.approx(retention, abs=5e-5)


# random matrices

@pytest.mark.parametrize("n, exponent, psi_1", [(1, -.63518, np.pi**2 / 2), (2, -.28861, np.pi**2 / 6),
                                                (4, -.13518, np.pi**2 / 6 - 1)])
def test_products_of_independent_gaussian_matrices(n, exponent, psi_1):
    """Entries N(0, 1/n): ln ‖W v‖ has mean λ₁ = ½[ln(2/n) + ψ(n/2)] and variance ψ₁(n/2)/4."""
    draws, rng, v, growth = 3000, np.random.default_rng(3), np.eye(n)[0], []
    for _ in range(draws):
        params = init_params(LinearRNN, 1, n, rng, recurrent="gaussian")
        v = step_jacobians(LinearRNN, params, rest(LinearRNN, params, 1))[0, 0] @ v
        growth.append(np.log(np.linalg.norm(v)))
        v = v / np.linalg.norm(v)
    assert np.mean(growth) == pytest.approx(exponent, abs=4 * np.sqrt(psi_1 / 4 / draws))
    assert np.var(growth) == pytest.approx(psi_1 / 4, rel=.2)


@pytest.mark.parametrize("recurrent, radius, norm", [("gaussian", 1, 2), ("glorot", 1, 2), ("torch", .577, 2 * .577)])
def test_circular_law(recurrent, radius, norm):
    """Independent entries of variance s²/H: the spectral radius tends to s and the spectral norm to 2s."""
    W = init_params(TanhRNN, 1, 400, np.random.default_rng(4), recurrent=recurrent).W_h
    assert np.abs(np.linalg.eigvals(W)).max() == pytest.approx(radius, rel=.08)
    assert np.linalg.norm(W, 2) == pytest.approx(norm, rel=.05)


def test_a_contracting_tanh_network_has_the_exponents_of_its_weights():
    """ρ(W) < 1 and no input: the state dies out and λ_i = ln |eigenvalue i| of W."""
    rng = np.random.default_rng(5)
    V = rng.standard_normal((3, 3))
    params = weights(TanhRNN, V @ np.diag([.9, .6, -.3]) @ np.linalg.inv(V))
    trace = unroll(TanhRNN, params, np.zeros((4000, 1, 1)), np.full((1, 1, 3), .1))
    np.testing.assert_allclose(lyapunov_exponents(TanhRNN, params, trace), np.log([.9, .6, .3]), atol=.002)


def test_a_unit_with_two_states_of_rest_has_two_exponents():
    """h* = tanh(2 h* + .2) has two stable solutions; ln(2 (1 − h*²)) is −2.24 at one and −1.31 at the other. With weak
    noise on the input the first steps decide which of them a run has for thousands of steps."""
    params = Params(weights(TanhRNN, [[2.]], .2) | {"W_x": np.ones((1, 1))})
    x = .05 * np.random.default_rng(0).standard_normal((4000, 12, 1))
    trace = unroll(TanhRNN, params, x, np.full((1, 12, 1), -.2))
    found, up = lyapunov_exponents(TanhRNN, params, trace, n=1)[:, 0], trace.states[0, -1, :, 0] > 0
    assert 0 < up.sum() < 12
    np.testing.assert_allclose(found[up], -2.24, atol=.02)
    np.testing.assert_allclose(found[~up], -1.31, atol=.02)


def test_a_linear_network_has_a_positive_exponent_and_no_chaos():
    """λ₁ = ln ρ > 0, and two runs that start a share of 1e-8 apart are as near, by the state's length, at the end."""
    params = weights(LinearRNN, 1.2 * ROTATION)
    h_0 = np.array([[.3, -.4]])
    trace = unroll(LinearRNN, params, np.zeros((200, 2, 1)), np.stack([h_0, (1 + 1e-8) * h_0], axis=1))
    assert lyapunov_exponents(LinearRNN, params, trace)[0] == pytest.approx(np.log(1.2))
    end = trace.states[0, -1]
    assert np.linalg.norm(end[1] - end[0]) == pytest.approx(1e-8 * np.linalg.norm(end[0]), rel=1e-5)
    assert np.linalg.norm(end[0]) > 1e15


@pytest.mark.parametrize("g, s", [(1.2, .5), (2., .3)])
def test_mean_field_exponent(g, s):
    """q = g² E[tanh²(√q z)] + s², λ = ½ ln(g² E[sech⁴(√q z)]): the largest exponent of a wide layer with noise s."""
    z, probability = np.polynomial.hermite_e.hermegauss(80)
    probability = probability / probability.sum()
    q = 1.
    for _ in range(300):
        q = g**2 * probability @ np.tanh(np.sqrt(q) * z)**2 + s**2
    expected = np.log(g**2 * probability @ np.cosh(np.sqrt(q) * z)**-4.) / 2
    rng, H, T = np.random.default_rng(6), 300, 60
    params = Params(init_params(TanhRNN, H, H, rng, recurrent="gaussian", gain=g) | {"W_x": s * np.eye(H)})
    trace = unroll(TanhRNN, params, rng.standard_normal((T, 1, H)))
    direct = np.zeros_like(trace.states)
    direct[0, -1] = rng.standard_normal(H)
    norms = np.linalg.norm(backprop(TanhRNN, params, trace, direct)[0][0, :, 0], axis=-1)
    assert np.log(norms[10] / norms[-10]) / (T - 19) == pytest.approx(expected, abs=.03)


# clipping

@each_dtype
@pytest.mark.parametrize("max_norm", (.01, 1., 1e6))
def test_clipping_keeps_the_direction(dtype, max_norm):
    """‖g′‖ = min(‖g‖, θ) over all arrays together, the direction kept, the gradients left alone."""
    grads = problem(LSTM, dtype=dtype).params
    flat = np.concatenate([array.ravel() for array in grads.values()])
    clipped, before = clip_by_norm(grads, max_norm)
    after = np.concatenate([array.ravel() for array in clipped.values()])
    assert isinstance(clipped, Params) and isinstance(before, float)
    assert before == pytest.approx(np.linalg.norm(flat), rel=1e-5)
    assert np.linalg.norm(after) == pytest.approx(min(before, max_norm), rel=1e-5)
    np.testing.assert_allclose(after / np.linalg.norm(after), flat / np.linalg.norm(flat), rtol=1e-4, atol=1e-7)
    if max_norm > before:
        np.testing.assert_array_equal(after, flat)


def test_clipping_zero_and_very_large_gradients():
    """Zero stays zero, and gradients whose squares overflow are clipped all the same."""
    clipped, before = clip_by_norm(Params(b=np.zeros(3)), 1)
    assert before == 0 and not clipped.b.any()
    clipped, before = clip_by_norm(Params(b=np.array([3e200, 4e200])), 1)
    assert before == pytest.approx(5e200)
    np.testing.assert_allclose(clipped.b, [.6, .8])


@each_cell
def test_clipping_changes_nothing_but_the_length_of_a_real_gradient(cell):
    """Each array of the gradient is multiplied by the one factor θ/‖g‖."""
    p = problem(cell)
    _, grads = backprop(cell, p.params, p.trace, p.w)
    clipped, before = clip_by_norm(grads, .5)
    assert list(clipped) == list(grads)
    for name, array in grads.items():
        np.testing.assert_allclose(clipped[name], array * (.5 / before), rtol=1e-12)
