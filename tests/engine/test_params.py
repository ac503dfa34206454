"""Weights: how they are drawn, and the small dictionary that holds them."""
import copy
import pickle

import numpy as np
import pytest
from helpers import each_cell, each_dtype

from course_utils import (
    CELLS,
    GRU,
    LSTM,
    SLSTM,
    MinGRU,
    MinLSTM,
    Params,
    PeepholeLSTM,
    ResetAfterGRU,
    TanhRNN,
    chrono_biases,
    init_params,
    step_jacobians,
    unroll,
)

each_scheme = pytest.mark.parametrize("recurrent", ("glorot", "orthogonal", "identity", "gaussian", "sparse", "torch"))
FORGETFUL = tuple(cell for cell in CELLS if cell.forget_gate)
D, H = 3, 6


def draw(cell=LSTM, seed=0, **options):
    return init_params(cell, D, H, np.random.default_rng(seed), **options)


def gate_blocks(params, name="W_h"):
    """One block of columns per gate."""
    width = params[name].shape[-1]
    return np.split(params[name], width // H, axis=-1)


# initialisation

@each_cell
@each_dtype
@each_scheme
def test_weights_have_their_names_shapes_and_dtype(cell, dtype, recurrent):
    """W_x (D, G·H), W_h (H, G·H), b (G·H,) and elementwise weights (H,), ready for `unroll`; W_h (H, 0) where no gate
    reads h_prev."""
    params, wide = draw(cell, recurrent=recurrent, dtype=dtype), len(cell.gates) * H
    heard = wide if cell.products else 0
    shapes = {"W_x": (D, wide), "W_h": (H, heard), "b": (wide,)} | {name: (H,) for name in cell.weights}
    assert isinstance(params, Params)
    assert {name: array.shape for name, array in params.items()} == shapes
    assert {array.dtype for array in params.values()} == {np.dtype(dtype)}
    assert np.isfinite(unroll(cell, params, np.ones((4, 2, D), dtype)).states).all()


@each_cell
@each_scheme
def test_the_generator_alone_decides(cell, recurrent):
    """The same seed gives the same weights, another seed others, and the generator moves on between two calls."""
    first, again, other = (draw(cell, seed, recurrent=recurrent) for seed in (0, 0, 1))
    rng = np.random.default_rng(0)
    _, second = (init_params(cell, D, H, rng, recurrent=recurrent) for _ in range(2))
    for name in first:
        np.testing.assert_array_equal(first[name], again[name])
    assert not np.array_equal(first.W_x, other.W_x)
    assert not np.array_equal(first.W_x, second.W_x)


@pytest.mark.parametrize("recurrent", ("glorot", "orthogonal", "gaussian", "torch"))
def test_every_gate_has_weights_of_its_own(recurrent):
    """No two gates start alike, neither in W_h nor in W_x."""
    params = draw(recurrent=recurrent)
    for name in ("W_x", "W_h"):
        blocks = gate_blocks(params, name)
        assert all(not np.allclose(a, b) for k, a in enumerate(blocks) for b in blocks[:k])


@pytest.mark.parametrize("gain", (.5, 1.5))
def test_orthogonal_blocks_are_orthogonal(gain):
    """Every gate's block has all singular values equal to `gain`."""
    for block in gate_blocks(draw(recurrent="orthogonal", gain=gain)):
        np.testing.assert_allclose(block @ block.T, gain**2 * np.eye(H), atol=1e-12)


def test_orthogonal_draws_are_uniform():
    """The signs of QR are put right: the diagonal is as often positive as negative, its mean square 1/H."""
    rng = np.random.default_rng(0)
    diagonals = np.array([np.diag(init_params(TanhRNN, 1, H, rng, recurrent="orthogonal").W_h) for _ in range(500)])
    assert np.abs((diagonals > 0).mean(0) - .5).max() < .1
    np.testing.assert_allclose((diagonals**2).mean(0), 1 / H, rtol=.25)


def test_identity_blocks_are_multiples_of_the_identity():
    """recurrent="identity" with gain g gives g·I for every gate."""
    for block in gate_blocks(draw(recurrent="identity", gain=.9)):
        np.testing.assert_array_equal(block, .9 * np.eye(H))


@pytest.mark.parametrize("recurrent, size", [("glorot", 1 / np.sqrt(100)), ("gaussian", 1 / np.sqrt(100)),
                                             ("torch", 1 / np.sqrt(3 * 100))])
def test_spread_of_the_recurrent_weights(recurrent, size):
    """Standard deviation 1/√H for Glorot and Gaussian weights, 1/√(3H) for PyTorch's, times gain; mean zero."""
    for gain in (1, 2):
        W = init_params(LSTM, 1, 100, np.random.default_rng(1), recurrent=recurrent, gain=gain).W_h
        assert W.std() == pytest.approx(gain * size, rel=.02)
        assert abs(W.mean()) < .02 * gain * size


def test_limits_of_the_uniform_draws():
    """Glorot: ±√(6/(D+H)) for W_x, ±√(6/2H) for W_h; PyTorch: ±1/√H for both; each nearly reached."""
    n_in, n = 30, 60
    for recurrent, x_limit, h_limit in (("glorot", np.sqrt(6 / 90), np.sqrt(6 / 120)), ("torch", 60**-.5, 60**-.5)):
        params = init_params(LSTM, n_in, n, np.random.default_rng(2), recurrent=recurrent)
        for W, limit in ((params.W_x, x_limit), (params.W_h, h_limit)):
            assert .99 * limit < np.abs(W).max() <= limit


@each_scheme
def test_gain_leaves_input_weights_and_biases_alone(recurrent):
    """gain multiplies W_h and nothing else."""
    one, two = draw(PeepholeLSTM, recurrent=recurrent), draw(PeepholeLSTM, recurrent=recurrent, gain=2)
    np.testing.assert_allclose(two.W_h, 2 * one.W_h)
    for name in set(one) - {"W_h"}:
        np.testing.assert_array_equal(one[name], two[name])


@each_cell
def test_biases_and_elementwise_weights_start_at_zero_but_for_torch(cell):
    """The schemes give zero biases and peepholes, but for what the cell's `start` says; "torch" draws them too."""
    params, start = draw(cell), cell.start(H, np.random.default_rng(0))
    for name, array in {**dict(zip(cell.gates, np.split(params.b, len(cell.gates)))), **params}.items():
        if name in start:
            assert array.any() or name == "alpha1"  # ln 1
        elif name not in ("W_x", "W_h", "b"):
            assert not array.any()
    for name in ("b", *cell.weights):
        assert draw(cell, recurrent="torch")[name].all()


def test_torch_biases_are_sums_of_two_draws_where_that_is_exact():
    """b goes beyond one draw's 1/√H, but not for the candidate of a GRU whose second bias stands inside the reset."""
    n, limit = 400, 1 / 20
    b = {cell: init_params(cell, 1, n, np.random.default_rng(3), recurrent="torch") for cell in (LSTM, ResetAfterGRU)}
    assert limit < np.abs(b[LSTM].b).max() <= 2 * limit
    gru = b[ResetAfterGRU]
    assert limit < np.abs(gru.b[:2 * n]).max() <= 2 * limit
    assert .9 * limit < np.abs(gru.b[2 * n:]).max() <= limit
    for gate, draws in enumerate((2, 2, 1)):
        assert gru.b.reshape(3, n)[gate].std() == pytest.approx(limit * np.sqrt(draws / 3), rel=.1)
    assert .9 * limit < np.abs(gru.b_h).max() <= limit


@pytest.mark.parametrize("cell", FORGETFUL, ids=lambda cell: cell.__name__)
@each_scheme
def test_forget_bias_lands_on_the_gate_that_keeps_the_old_state(cell, recurrent):
    """forget_bias raises the bias of f, or of a GRU's z, and of no other gate; it lowers that of a minGRU's z."""
    gate = "z" if "z" in cell.gates else "f"
    raised = draw(cell, recurrent=recurrent, forget_bias=3).b - draw(cell, recurrent=recurrent).b
    expected = np.repeat([(-3. if cell is MinGRU else 3.) * (name == gate) for name in cell.gates], H)
    np.testing.assert_allclose(raised, expected, atol=1e-12)


@pytest.mark.parametrize("cell", FORGETFUL, ids=lambda cell: cell.__name__)
def test_a_large_forget_bias_keeps_the_state(cell):
    """With forget_bias = 50 and no recurrent weights the memory's Jacobian is the identity; where f is weighed against
    i, i is shut, too."""
    params = draw(cell, forget_bias=50)
    params.W_h[:] = 0
    if cell in (MinLSTM, SLSTM):
        params.b[:H] = -50
    J = step_jacobians(cell, params, unroll(cell, params, np.ones((1, 1, D))))[0, 0]
    np.testing.assert_allclose(J[-H:, -H:], np.eye(H), atol=1e-12)


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell not in FORGETFUL], ids=lambda cell: cell.__name__)
def test_forget_bias_of_zero_is_welcome_everywhere(cell):
    """Cells without such a gate take forget_bias = 0, the default, and refuse any other."""
    draw(cell, forget_bias=0)
    with pytest.raises(ValueError, match=cell.__name__):
        draw(cell, forget_bias=1)


# the dictionary

def test_weights_are_attributes_and_entries():
    """params.W_h is params["W_h"], for reading and for writing."""
    params = draw()
    assert params.W_h is params["W_h"]
    params.W_h = np.ones(2)
    assert params["W_h"] is params.W_h and params.W_h.sum() == 2


def test_a_weight_that_is_not_there_is_an_attribute_error():
    """The message names what was asked for and what there is; hasattr works."""
    with pytest.raises(AttributeError, match=r"W_q.*W_x, W_h, b"):
        _ = draw().W_q
    assert not hasattr(draw(), "W_q")


@pytest.mark.parametrize("copied", (Params.copy, copy.deepcopy, lambda params: pickle.loads(pickle.dumps(params))),
                         ids=("copy", "deepcopy", "pickle"))
def test_copies_are_deep_and_of_the_same_type(copied):
    """A copy has equal arrays of its own."""
    params = draw(PeepholeLSTM, recurrent="torch")
    twin = copied(params)
    assert type(twin) is Params and list(twin) == list(params)
    for name, array in params.items():
        np.testing.assert_array_equal(twin[name], array)
        assert not np.shares_memory(twin[name], array)


def test_sparse_units_receive_fifteen_weights_and_the_spectral_radius_is_the_gain():
    params = init_params(LSTM, 3, 40, np.random.default_rng(0), recurrent="sparse", gain=.95)
    for block in np.hsplit(params.W_h, 4):
        np.testing.assert_array_equal(np.count_nonzero(block, axis=0), 15)
        assert np.abs(np.linalg.eigvals(block)).max() == pytest.approx(.95, rel=1e-10)
    small = init_params(LSTM, 3, 4, np.random.default_rng(0), recurrent="sparse").W_h
    assert np.count_nonzero(small) == small.size == len(np.unique(small))


@pytest.mark.parametrize("cell", (LSTM, GRU), ids=lambda cell: cell.__name__)
def test_chrono_biases_lie_between_one_step_and_the_longest_lag(cell):
    """b_f = ln u, u uniform on [1, T_max − 1]; an input gate gets −b_f, everything else stays."""
    before = init_params(cell, 3, 1500, np.random.default_rng(0)) if cell is GRU else init_params(
        cell, 3, 1500, np.random.default_rng(0), forget_bias=5.0)
    after, H = chrono_biases(cell, before, 50, np.random.default_rng(1)), len(before.W_h)
    b = dict(zip(cell.gates, after.b.reshape(-1, H)))
    u = np.exp(b[cell.forget_gate])
    assert 1 <= u.min() and u.max() <= 49
    assert u.mean() == pytest.approx(25, abs=1.5) and u.std() == pytest.approx(48 / 12**.5, abs=1)
    if "i" in b:
        np.testing.assert_array_equal(b["i"], -b["f"])
    others = [gate for gate in cell.gates if gate not in ("i", cell.forget_gate)]
    assert not any(b[gate].any() for gate in others)
    assert before.b.reshape(-1, H)[cell.gates.index(cell.forget_gate)][0] in (0, 5)
    short = chrono_biases(cell, before, 3, np.random.default_rng(1)).b.reshape(-1, H)
    assert np.exp(short[cell.gates.index(cell.forget_gate)]).mean() == pytest.approx(1.5, abs=.05)
    np.testing.assert_array_equal(after.W_h, before.W_h)


@pytest.mark.parametrize("cell, t_max, words", ((TanhRNN, 50, "no gate of TanhRNN multiplies"), (LSTM, 2, "t_max is 2"),
                                                (LSTM, "long", "t_max is 'long'")))
def test_chrono_biases_refuse(cell, t_max, words):
    with pytest.raises(ValueError, match=words):
        chrono_biases(cell, init_params(cell, 3, 4, np.random.default_rng(0)), t_max, np.random.default_rng(0))
