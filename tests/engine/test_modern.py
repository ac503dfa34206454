"""What the cells of today promise beside what every cell does: one path, scan, stabiliser, heads, shared columns."""
import numpy as np
import pytest
from helpers import FORMULAS, each_dtype, problem, side_by_side

from course_utils import (
    CELLS,
    GRU,
    LSTM,
    MODERN,
    SLSTM,
    MinLSTM,
    Params,
    PeepholeLSTM,
    SelectiveSSM,
    TanhRNN,
    backprop,
    check_gradients,
    chrono_biases,
    init_params,
    multihead,
    scan,
    step_jacobians,
    unroll,
)
from course_utils.engine.cells import find_cell

LINEAR = tuple(cell for cell in CELLS if cell.linear)
SIZES = (*LINEAR, SelectiveSSM.with_size(1), SelectiveSSM.with_size(16))
each_linear = pytest.mark.parametrize("cell", SIZES, ids=lambda cell: cell.__name__)


def last_jacobian(J):
    """∂s_T/∂s_0 from the Jacobians of all steps, (B, K·H, K·H)."""
    product = np.broadcast_to(np.eye(J.shape[-1]), J.shape[1:])
    for step in J:
        product = step @ product
    return product


# one path

def direct_factors(cell, p):
    """{(new, old): (T, B, H)}: each unit's ∂(new state)/∂(old state) by differences of one step."""
    K, eps, found = len(cell.states), 1e-6, {}
    for t, x in enumerate(p.x):
        for k in range(K):
            moved = np.zeros_like(p.state0)
            moved[k] = eps
            old = p.trace.states[:, t]
            up, down = (np.array(FORMULAS[cell](np, p.params, x, *(old + sign * moved))) for sign in (1, -1))
            for j in range(K):
                found.setdefault((j, k), []).append((up - down)[j] / (2 * eps))
    return {pair: np.array(values) for pair, values in found.items()}


@pytest.mark.parametrize("cell", LINEAR, ids=lambda cell: cell.__name__)
def test_the_total_is_the_direct_path(cell):
    """∂s_T/∂s_0 has nothing between units, and within each unit is the product of its own factors, K × K, which depend
    on the input alone."""
    p = problem(cell, (40, 2, 3, 4))
    J = step_jacobians(cell, p.params, p.trace)
    (T, B, KH, _), H = J.shape, 4
    blocks = J.reshape(T, B, KH // H, H, KH // H, H)
    own = np.einsum("tbihjh->tbhij", blocks)
    assert np.count_nonzero(blocks) == np.count_nonzero(own)
    total = last_jacobian(J).reshape(B, KH // H, H, KH // H, H)
    direct = last_jacobian(own.reshape(T, B * H, KH // H, KH // H)).reshape(B, H, KH // H, KH // H)
    np.testing.assert_allclose(np.einsum("bihjh->bhij", total), direct, rtol=1e-12, atol=1e-300)
    elsewhere = unroll(cell, p.params, p.x, p.state0 + 1)
    np.testing.assert_array_equal(step_jacobians(cell, p.params, elsewhere), J)
    for (j, k), factor in direct_factors(cell, p).items():
        np.testing.assert_allclose(own[..., j, k], factor, atol=1e-7)


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell.products], ids=lambda cell: cell.__name__)
def test_a_recurrent_product_opens_detours(cell):
    """The other cells' units do reach one another, within a step."""
    p = problem(cell, (5, 2, 3, 4))
    assert not cell.linear
    J = step_jacobians(cell, p.params, p.trace).reshape(5, 2, len(cell.states), 4, -1, 4)
    assert all(J[..., i, :, j].any() for i in range(4) for j in range(4))


# the scan

@each_linear
@each_dtype
@pytest.mark.parametrize("T", (1, 2, 3, 17, 1000))
@pytest.mark.parametrize("B", (1, 3))
def test_scan_is_unroll(cell, dtype, T, B):
    """States and gates to rounding, from zero and from another state, x and state0 unchanged."""
    p = problem(cell, (T, B, 2, 5), dtype)
    tolerance = {np.float32: 2e-4, np.float64: 1e-10}[dtype]
    for state0 in (None, p.state0):
        x, loop = p.x.copy(), unroll(cell, p.params, p.x, state0)
        found = scan(cell, p.params, x, state0)
        assert found.cell == loop.cell and found.states.dtype == found.gates.dtype == dtype
        np.testing.assert_allclose(found.states, loop.states, rtol=tolerance, atol=tolerance)
        np.testing.assert_allclose(found.gates, loop.gates, rtol=tolerance, atol=tolerance)
        np.testing.assert_array_equal(x, p.x)


@each_linear
def test_gradients_of_a_scanned_trace_are_those_of_the_loop(cell):
    p = problem(cell, (50, 2, 3, 4))
    found, wanted = (backprop(cell, p.params, run(cell, p.params, p.x, p.state0), p.w) for run in (scan, unroll))
    np.testing.assert_allclose(found[0], wanted[0], rtol=1e-9, atol=1e-10)
    for name in wanted[1]:
        np.testing.assert_allclose(found[1][name], wanted[1][name], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("cell", [cell for cell in CELLS if not cell.linear], ids=lambda cell: cell.__name__)
def test_scan_refuses_cells_that_are_not_linear(cell):
    p = problem(cell)
    with pytest.raises(ValueError, match=rf"cell is {cell.__name__}, expected .* linear"):
        scan(cell, p.params, p.x)


# the sLSTM's stabiliser

class Unstabilised(SLSTM):
    """c = f c_prev + e^i g, n = f n_prev + e^i, h = o c / n, as written before anyone divides by e^m."""

    states = ("h", "c", "n")

    @staticmethod
    def step(a, prev, weights, product):
        i, f, g, o = a
        f[...], o[...], g[...] = 1 / (1 + np.exp(-f)), 1 / (1 + np.exp(-o)), np.tanh(g)
        c, n = f * prev[1] + np.exp(i) * g, f * prev[2] + np.exp(i)
        return o * c / n, c, n

    @staticmethod
    def partials(gates, prev, new, weights, product):
        (i, f, g, o), (h, c, n) = gates, new
        return {("c", "i"): np.exp(i) * g, ("c", "f"): f * (1 - f) * prev[1], ("c", "g"): np.exp(i) * (1 - g**2),
                ("c", "c_prev"): f, ("n", "i"): np.exp(i), ("n", "f"): f * (1 - f) * prev[2], ("n", "n_prev"): f,
                ("h", "o"): c / n * o * (1 - o), ("h", "c"): o / n, ("h", "n"): -h / n}


def both(scale=1.0, T=30):
    """(with the stabiliser, without it): cell, trace and ∂h_T/∂h_0 of the same weights and input."""
    p = problem(SLSTM, (T, 2, 3, 4))
    x, found = scale * p.x, []
    start = p.state0 * [[[1]], [[1]], [[1]], [[0]]]  # m = 0: the same c and n
    for cell in (SLSTM, Unstabilised):
        trace = unroll(cell, p.params, x, start[:len(cell.states)])
        found.append((trace, last_jacobian(step_jacobians(cell, p.params, trace))[:, :4, :4]))
    return found


def test_the_stabiliser_changes_neither_h_nor_its_jacobian():
    """c and n of the twin are e^m times ours; h and ∂h_T/∂h_0 are the same."""
    (ours, J), (twin, J_twin) = both()
    np.testing.assert_allclose(ours.states[0], twin.states[0], rtol=1e-10)
    np.testing.assert_allclose(ours.states[1:3] * np.exp(ours.states[3]), twin.states[1:], rtol=1e-10)
    assert np.abs(J).max() > 1e-12
    np.testing.assert_allclose(J, J_twin, rtol=1e-8, atol=1e-12 * np.abs(J).max())


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_stabiliser_does_not_overflow_where_the_twin_does():
    """Input a thousandfold: e^i is beyond 10³⁰⁸."""
    p = problem(SLSTM, (30, 2, 3, 4))
    ours = unroll(SLSTM, p.params, 1000 * p.x)
    assert np.isfinite(ours.states).all() and np.isfinite(step_jacobians(SLSTM, p.params, ours)).all()
    assert ours.gates[0].max() > 710 and (np.abs(ours.states[0]) <= 1).all()
    twin = unroll(Unstabilised, p.params, 1000 * p.x)
    assert not np.isfinite(twin.states).all()


# the size of the selective state space, and what its channels share

def test_with_size_is_one_cell_a_size():
    assert SelectiveSSM.with_size(4) is SelectiveSSM
    larger = SelectiveSSM.with_size(16)
    assert larger is SelectiveSSM.with_size(16) and issubclass(larger, SelectiveSSM)
    assert (len(larger.states), len(larger.gates), len(larger.weights)) == (17, 34, 17)
    assert SelectiveSSM.states == ("h", "s1", "s2", "s3", "s4") and larger.__name__ == "SelectiveSSM(16)"


@pytest.mark.parametrize("N", (1, 2, 7))
def test_other_sizes_have_right_gradients(N):
    cell = SelectiveSSM.with_size(N)
    p = problem(cell)
    assert check_gradients(cell, p.params, p.x, state0=p.state0) < 1e-7


@pytest.mark.parametrize("size", (0, -1, 2.5, "4", None))
def test_a_size_that_is_none_is_refused(size):
    with pytest.raises(ValueError, match="size is"):
        SelectiveSSM.with_size(size)


def test_with_equal_columns_the_selective_state_space_is_mambas():
    """Algorithm 2 of Mamba, written out in a loop over channels: B and C (N,) are the same for all of them, u is the
    channel's own input, Ā = e^(ΔA) and B̄ = ΔB, y = C s + D u."""
    N, H, T, rng = 4, 3, 12, np.random.default_rng(0)
    params = init_params(SelectiveSSM, H, H, rng)
    W_B, W_C, W_dt = rng.normal(size=(H, N)), rng.normal(size=(H, N)), rng.normal(size=(H, H))
    W = dict(zip(SelectiveSSM.gates, np.split(np.zeros_like(params.W_x), len(SelectiveSSM.gates), axis=1)))
    W |= {"dt": W_dt, "u": np.eye(H)} | {f"b{k + 1}": np.tile(W_B[:, [k]], H) for k in range(N)}
    W |= {f"c{k + 1}": np.tile(W_C[:, [k]], H) for k in range(N)}
    params.W_x = np.hstack([W[gate] for gate in SelectiveSSM.gates])
    x = rng.normal(size=(T, 1, H))
    found = unroll(SelectiveSSM, params, x).states[0, 1:, 0]
    A, b_dt = -np.exp([[params[f"alpha{k + 1}"][d] for k in range(N)] for d in range(H)]), params.b[:H]
    s = np.zeros((H, N))
    for t in range(T):
        B, C, dt = x[t, 0] @ W_B, x[t, 0] @ W_C, np.log1p(np.exp(x[t, 0] @ W_dt + b_dt))
        for d in range(H):
            s[d] = np.exp(dt[d] * A[d]) * s[d] + dt[d] * B * x[t, 0, d]
            np.testing.assert_allclose(found[t, d], C @ s[d] + params.d[d] * x[t, 0, d], rtol=1e-11)


# heads

HEADED = (SLSTM, LSTM, PeepholeLSTM, GRU, TanhRNN)


def headed(cell, n=2, seed=0, H=6):
    """Weights of a cell with heads, and input for them."""
    many, rng = multihead(cell, n), np.random.default_rng(seed)
    params = init_params(many, 3, H, rng)
    params.b += rng.normal(0, .5, params.b.shape)
    return many, params, rng.normal(size=(7, 2, 3))


@pytest.mark.parametrize("cell", HEADED, ids=lambda cell: cell.__name__)
@pytest.mark.parametrize("recurrent", ("glorot", "orthogonal", "gaussian", "sparse", "torch"))
def test_heads_start_block_diagonal(cell, recurrent):
    """Each gate's block of W_h has zeros between the heads and none within."""
    W_h = init_params(multihead(cell, 3), 2, 6, np.random.default_rng(0), recurrent=recurrent).W_h
    for block in np.split(W_h, len(cell.gates), axis=1):
        heads = block.reshape(3, 2, 3, 2)
        assert heads[np.arange(3), :, np.arange(3)].all() and np.count_nonzero(heads) == 12


@pytest.mark.parametrize("cell", HEADED, ids=lambda cell: cell.__name__)
def test_heads_do_not_hear_one_another(cell):
    """Gradients of W_h between heads are zero, so are the derivatives of one head's state by another's; within they are
    those of differences, and of a network for each head."""
    many, params, x = headed(cell)
    assert check_gradients(many, params, x) < 1e-7
    trace, w = unroll(many, params, x), np.ones((len(cell.states), 8, 2, 6))
    _, grads = backprop(many, params, trace, w)
    for block in np.split(grads.W_h, len(cell.gates), axis=1):
        assert not block[:3, 3:].any() and not block[3:, :3].any() and block[:3, :3].all()
    J = last_jacobian(step_jacobians(many, params, trace)).reshape(2, len(cell.states), 6, -1, 6)
    assert not J[:, :, :3, :, 3:].any() and not J[:, :, 3:, :, :3].any()
    first = Params({name: np.concatenate([part[..., :3] for part in np.split(array, array.shape[-1] // 6, -1)], -1)
                    for name, array in params.items()})
    first.W_h = first.W_h[:3]
    np.testing.assert_allclose(unroll(cell, first, x).states, trace.states[..., :3], rtol=1e-12)


def test_each_head_is_drawn_as_a_whole_network_is():
    """Orthogonal within a head: all singular values of a gate's block are 1."""
    W_h = init_params(multihead(SLSTM, 3), 2, 12, np.random.default_rng(0), recurrent="orthogonal").W_h
    for block in np.split(W_h, 4, axis=1):
        np.testing.assert_allclose(np.linalg.svd(block, compute_uv=False), 1)


@pytest.mark.parametrize("cell", (multihead(SLSTM, 3), SelectiveSSM.with_size(2), multihead(LSTM, 2)),
                         ids=lambda cell: cell.__name__)
def test_a_cell_made_to_order_is_found_by_its_name(cell):
    assert find_cell(cell.__name__) is cell


def test_weights_between_heads_are_refused():
    many, params, x = headed(SLSTM)
    params.W_h[0, 3] = .1
    with pytest.raises(ValueError, match=r"W_h of SLSTM\(2 heads\) has weights between heads, expected zeros"):
        unroll(many, params, x)


def test_what_has_no_heads_is_refused():
    assert multihead(SLSTM, 1) is SLSTM and multihead(SLSTM, 2) is multihead(SLSTM, 2)
    with pytest.raises(ValueError, match="n_hidden is 5, expected a multiple of the 2 heads"):
        init_params(multihead(SLSTM, 2), 3, 5, np.random.default_rng(0))
    for cell, n, words in ((MinLSTM, 2, "expected a cell with a recurrent product"), (SLSTM, 0, "n is 0"),
                           (SLSTM, 2.5, "n is 2.5"), ("SLSTM", 2, "cell is 'SLSTM'")):
        with pytest.raises(ValueError, match=words):
            multihead(cell, n)


# biases

def test_chrono_biases_of_cells_that_take_or_weigh():
    """1 − σ(b_z) of a minGRU, and f / (f + i) of a minLSTM, are 1 − 1/(u + 1), u uniform on [1, t_max − 1]."""
    for cell in (cell for cell in MODERN if cell.forget_gate and cell is not SLSTM):
        params = chrono_biases(cell, init_params(cell, 1, 400, np.random.default_rng(0)), 20, np.random.default_rng(1))
        trace = unroll(cell, params, np.zeros((1, 1, 1)))
        u = 1 / (1 - cell.kept(trace.gates, trace.states[:, 1:])) - 1
        assert 1 <= u.min() < 1.2 and 18.8 < u.max() <= 19 + 1e-9


def test_weights_of_a_cell_without_product_are_refused_by_shape():
    p = problem(MinLSTM)
    for wrong in (np.zeros((4, 12)), np.zeros(4), np.zeros((0, 0)), np.zeros((4, 0), int)):
        with pytest.raises(ValueError, match=r"W_h of MinLSTM is .* expected floats of shape \(H, 0\)"):
            unroll(MinLSTM, Params(p.params | {"W_h": wrong}), p.x)


def test_jacobians_and_states_line_up():
    """The order of components of the sLSTM's Jacobian is that of its states."""
    p = problem(SLSTM, (1, 1, 2, 3))
    J, eps = step_jacobians(SLSTM, p.params, p.trace)[0, 0], 1e-6
    moved = p.state0.copy()
    moved[2, 0, 1] += eps
    change = side_by_side(unroll(SLSTM, p.params, p.x, moved).states[:, 1] - p.trace.states[:, 1])[0] / eps
    np.testing.assert_allclose(J[:, 2 * 3 + 1], change, atol=1e-5)
