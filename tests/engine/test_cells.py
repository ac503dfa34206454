"""Every cell against its formula, against central differences and against itself; adding a cell to CELLS tests it."""
import copy
import dataclasses

import numpy as np
import pytest
from helpers import FORMULAS, SHAPES, arrays, each_cell, each_dtype, each_shape, problem, side_by_side
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from course_utils import (
    GRU,
    LSTM,
    Cell,
    CoupledLSTM,
    NoForgetLSTM,
    Params,
    PeepholeLSTM,
    ReluRNN,
    ResetAfterGRU,
    TanhRNN,
    all_pairs_norms,
    backprop,
    check_gradients,
    clip_by_norm,
    gradient_norms,
    input_gradients,
    jacobian_norms,
    lyapunov_exponents,
    numerical_jacobian,
    relative_error,
    relu,
    relu_slope,
    sigmoid,
    sigmoid_slope,
    step_jacobians,
    tanh_slope,
    unroll,
)

TOLERANCE = {np.float32: 2e-4, np.float64: 1e-7}
any_shape = st.tuples(st.integers(1, 6), st.integers(1, 3), st.integers(1, 3), st.integers(1, 4))
examples = settings(max_examples=20, deadline=None, derandomize=True)
seeds = st.integers(0, 2**16)


# the forward pass

@each_cell
@each_shape
def test_states_follow_the_formula(cell, shape):
    """Every state of every step is the cell's formula, written out by hand, applied to the one before."""
    p = problem(cell, shape)
    states = p.state0
    for t, x in enumerate(p.x):
        states = FORMULAS[cell](np, p.params, x, *states)
        np.testing.assert_allclose(p.trace.states[:, t + 1], states, rtol=1e-12, atol=1e-14)


@each_cell
def test_the_initial_state_is_kept_and_is_zero_if_left_out(cell):
    """Entry 0 of the states is state0, or zero."""
    p = problem(cell)
    np.testing.assert_array_equal(p.trace.states[:, 0], p.state0)
    left_out, zero = unroll(cell, p.params, p.x), unroll(cell, p.params, p.x, np.zeros_like(p.state0))
    np.testing.assert_array_equal(left_out.states, zero.states)
    assert not left_out.states[:, 0].any()


@each_cell
def test_trace_holds_gate_values_and_states_in_the_documented_shapes(cell):
    """Gates and states have their shapes, n_steps is T, and gates hold values after squashing: within the bounds of
    what squashes them."""
    T, B, _, H = SHAPES[1]
    trace = problem(cell).trace
    assert (trace.cell, trace.n_steps) == (cell.__name__, T)
    assert trace.gates.shape == (len(cell.gates), T, B, H)
    assert trace.states.shape == (len(cell.states), T + 1, B, H)
    if cell.gates == ("a",):
        np.testing.assert_array_equal(trace.gates[0], trace.states[0, 1:])
    else:
        for gate, values in zip(cell.gates, trace.gates):
            squashed = cell.activations[gate]
            assert ((squashed.low < values) & (values < squashed.high)).all()


@pytest.mark.parametrize("cell", (LSTM, PeepholeLSTM), ids=("LSTM", "PeepholeLSTM"))
def test_lstm_gates_stand_in_the_order_i_f_g_o(cell):
    """c = f c_prev + i g and h = o tanh(c), with i, f, g, o read from the trace in that order."""
    trace = problem(cell).trace
    (i, f, g, o), (h, c) = trace.gates, trace.states
    np.testing.assert_allclose(c[1:], f * c[:-1] + i * g, rtol=1e-12)
    np.testing.assert_allclose(h[1:], o * np.tanh(c[1:]), rtol=1e-12)


@each_cell
def test_a_sequence_can_be_cut_in_two(cell):
    """Running on from the last state of a first part gives the same states as one run."""
    p = problem(cell)
    first = unroll(cell, p.params, p.x[:2], p.state0)
    second = unroll(cell, p.params, p.x[2:], first.states[:, -1])
    np.testing.assert_allclose(np.concatenate([first.states, second.states[:, 1:]], axis=1), p.trace.states, rtol=1e-12)


@each_cell
def test_memory_layout_of_the_arguments_does_not_matter(cell):
    """Arrays in Fortran order or with gaps give what contiguous ones give."""
    p = problem(cell)
    odd = Params({name: np.asfortranarray(array) for name, array in p.params.items()})
    gaps = np.repeat(p.x, 2, axis=2)[:, :, ::2]
    trace = unroll(cell, odd, gaps, np.asfortranarray(p.state0))
    np.testing.assert_allclose(trace.states, p.trace.states, rtol=1e-12)
    for found, expected in zip(arrays(backprop(cell, odd, trace, np.asfortranarray(p.w))),
                               arrays(backprop(cell, p.params, p.trace, p.w))):
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-13)


# one change from the LSTM, or from the other GRU

def _gate_columns(cell, params, gate):
    H = len(params.W_h)
    at = slice(cell.gates.index(gate) * H, (cell.gates.index(gate) + 1) * H)
    return {"W_x": params.W_x[:, at], "W_h": params.W_h[:, at], "b": params.b[at]}


def _assemble(blocks):
    return Params({name: np.concatenate([block[name] for block in blocks], axis=-1) for name in ("W_x", "W_h", "b")})


def test_peepholes_of_zero_give_the_lstm():
    """With p_i = p_f = p_o = 0 the peephole LSTM is the LSTM."""
    p = problem(LSTM)
    blind = Params(p.params | dict.fromkeys(("p_i", "p_f", "p_o"), np.zeros(4)))
    np.testing.assert_allclose(unroll(PeepholeLSTM, blind, p.x, p.state0).states, p.trace.states, rtol=1e-12)


def test_coupled_gates_are_an_lstm_whose_input_gate_has_the_weights_of_f_negated():
    """1 − σ(a) = σ(−a): the coupled LSTM is an LSTM with W_i = −W_f, b_i = −b_f."""
    p = problem(CoupledLSTM)
    f, g, o = (_gate_columns(CoupledLSTM, p.params, gate) for gate in "fgo")
    lstm = _assemble([{name: -array for name, array in f.items()}, f, g, o])
    np.testing.assert_allclose(unroll(LSTM, lstm, p.x, p.state0).states, p.trace.states, rtol=1e-12)


def test_an_open_forget_gate_gives_the_lstm_without_one():
    """With b_f = 800, f = 1 exactly, the LSTM is the constant error carousel."""
    p = problem(NoForgetLSTM)
    i, g, o = (_gate_columns(NoForgetLSTM, p.params, gate) for gate in "igo")
    lstm = _assemble([i, i | {"b": np.full(4, 800.)}, g, o])
    np.testing.assert_allclose(unroll(LSTM, lstm, p.x, p.state0).states, p.trace.states, rtol=1e-12)


def test_the_two_grus_agree_when_nothing_is_reset():
    """With b_r = 800, r = 1 exactly, it does not matter where the reset gate stands."""
    p = problem(GRU)
    open_reset = Params(p.params | {"b": np.concatenate([np.full(4, 800.), p.params.b[4:]])})
    before = unroll(GRU, open_reset, p.x, p.state0)
    after = unroll(ResetAfterGRU, Params(open_reset | {"b_h": np.zeros(4)}), p.x, p.state0)
    np.testing.assert_allclose(before.states, after.states, rtol=1e-12)


# gradients

@each_cell
@each_dtype
@each_shape
def test_gradients_agree_with_central_differences(cell, dtype, shape):
    """Every weight's gradient and the initial state's is what central differences give."""
    p = problem(cell, shape, dtype, seed=1)
    assert check_gradients(cell, p.params, p.x, state0=p.state0) < TOLERANCE[dtype]
    assert check_gradients(cell, p.params, p.x) < TOLERANCE[dtype]


@each_cell
@each_shape
def test_input_gradients_agree_with_central_differences(cell, shape):
    """∂L/∂x of L = Σ w ∘ states is what central differences give."""
    p = problem(cell, shape)
    expected = numerical_jacobian(lambda x: np.sum(p.w * unroll(cell, p.params, x, p.state0).states), p.x)
    found = input_gradients(cell, p.params, p.trace, p.w)
    assert found.shape == p.x.shape
    assert relative_error(found, expected) < 1e-7


@each_cell
@each_shape
def test_total_state_gradients_agree_with_central_differences(cell, shape):
    """total[:, t] is ∂L/∂s_t: the loss of the sequence started anew at s_t, for every t."""
    p = problem(cell, shape)
    total, _ = backprop(cell, p.params, p.trace, p.w)
    np.testing.assert_allclose(total[:, -1], p.w[:, -1], rtol=1e-12)
    for t in range(p.trace.n_steps):
        def loss(state, t=t):
            return np.sum(p.w[:, t:] * unroll(cell, p.params, p.x[t:], state).states)
        assert relative_error(total[:, t], numerical_jacobian(loss, p.trace.states[:, t])) < 1e-7


@each_cell
@given(any_shape, seeds)
@examples
def test_gradient_and_directional_derivative_are_adjoint(cell, shape, seed):
    """⟨w, Jv⟩ = ⟨Jᵀw, v⟩ in a random direction v of all weights, the input and the initial state at once."""
    p, v = problem(cell, shape, seed=seed), problem(cell, shape, seed=seed + 1)

    def moved(eps):
        params = Params({name: array + eps * v.params[name] for name, array in p.params.items()})
        return unroll(cell, params, p.x + eps * v.x, p.state0 + eps * v.state0).states

    up, down = moved(1e-5), moved(-1e-5)
    assume(cell is not ReluRNN or ((up > 0) == (down > 0)).all())
    Jv = (up - down) / 2e-5
    total, grads = backprop(cell, p.params, p.trace, p.w)
    pairs = [(grads[name], v.params[name]) for name in grads]
    pairs += [(total[:, 0], v.state0), (input_gradients(cell, p.params, p.trace, p.w), v.x)]
    assert abs(np.vdot(p.w, Jv) - sum(np.vdot(a, b) for a, b in pairs)) < 1e-7 * np.linalg.norm(Jv) * p.w.size + 1e-9


@each_cell
@given(any_shape, seeds)
@examples
def test_backprop_multiplies_by_transposed_jacobians(cell, shape, seed):
    """total_t = dstates_t + J_tᵀ total_{t+1}, with J from `step_jacobians`, for every component at every t."""
    p = problem(cell, shape, seed=seed)
    total, _ = backprop(cell, p.params, p.trace, p.w)
    J = step_jacobians(cell, p.params, p.trace)
    chain = side_by_side(p.w[:, -1])
    np.testing.assert_array_equal(side_by_side(total[:, -1]), chain)
    for t in reversed(range(p.trace.n_steps)):
        chain = side_by_side(p.w[:, t]) + np.einsum("bij,bi->bj", J[t], chain)
        np.testing.assert_allclose(side_by_side(total[:, t]), chain, rtol=1e-10, atol=1e-10)


@each_cell
def test_gradients_have_the_names_and_shapes_of_the_weights(cell):
    """grads are `Params` like params, total is shaped like the states and shares no memory with dstates."""
    p = problem(cell)
    total, grads = backprop(cell, p.params, p.trace, p.w)
    assert isinstance(grads, Params)
    assert {name: array.shape for name, array in grads.items()} == \
        {name: array.shape for name, array in p.params.items()}
    assert total.shape == p.trace.states.shape
    assert not np.shares_memory(total, p.w)


@each_cell
def test_a_step_gives_the_same_where_it_returns_new_arrays(cell):
    """Cells of the course write new states where they belong; a subclass whose step takes no `out` is not asked to."""
    p = problem(cell)

    class Returning(cell):
        @staticmethod
        def step(a, prev, weights, product):
            new = cell.step(a, prev, weights, product)
            assert not any(np.shares_memory(value, p.trace.states) for value in new)
            return new

    trace = unroll(Returning, p.params, p.x, p.state0)
    np.testing.assert_array_equal(trace.states, p.trace.states)
    np.testing.assert_array_equal(trace.gates, p.trace.gates)


def test_a_subclass_is_run_by_its_own_step():
    class Doubled(LSTM):
        @staticmethod
        def step(a, prev, weights, product):
            h, c = LSTM.step(a, prev, weights, product)
            return 2 * h, c

    p = problem(LSTM)
    trace = unroll(Doubled, p.params, p.x[:1], p.state0)
    np.testing.assert_array_equal(trace.states[0, 1], 2 * p.trace.states[0, 1])


@pytest.mark.filterwarnings("error")
@each_dtype
def test_gates_far_below_zero_close_without_a_warning(dtype):
    """e^1000 is no float; σ(−1000) is 0 all the same, in `unroll` as in `sigmoid`."""
    p = problem(LSTM, dtype=dtype)
    p.params.b[:] = -1000
    assert (unroll(LSTM, p.params, p.x, p.state0).gates[[0, 1, 3]] == 0).all()
    assert sigmoid(np.array(-1000, dtype)) == 0


def test_a_cell_of_ones_own_takes_two_methods():
    """tanh(x W_x + h W_h + u h + b), u (H,) a weight of its own: gradients and Jacobians come by themselves."""
    class Own(Cell):
        weights = ("u",)

        @staticmethod
        def step(a, prev, weights, product):
            return (np.tanh(a[0] + weights["u"] * prev[0]),)

        @staticmethod
        def partials(gates, prev, new, weights, product):
            return {("h", "a"): 1 - new[0]**2, ("a", "h_prev"): weights["u"], ("a", "u"): prev[0]}

    p = problem(Own)
    assert check_gradients(Own, p.params, p.x, state0=p.state0) < 1e-7
    expected = (1 - p.trace.states[0, 1:, :, :, None]**2) * (p.params.W_h.T + np.diag(p.params.u))
    np.testing.assert_allclose(step_jacobians(Own, p.params, p.trace), expected, rtol=1e-12)


@each_cell
def test_a_large_batch_is_the_sum_of_its_sequences(cell):
    """A batch whose tables are made in several pieces gives what its sequences give one by one."""
    p = problem(cell, (9, 40, 2, 100))
    total, grads = backprop(cell, p.params, p.trace, p.w)
    expected = [np.zeros_like(array) for array in grads.values()]
    for b in range(40):
        trace = unroll(cell, p.params, p.x[:, b:b + 1], p.state0[:, b:b + 1])
        one, parts = backprop(cell, p.params, trace, p.w[:, :, b:b + 1])
        np.testing.assert_allclose(one[:, :, 0], total[:, :, b], rtol=1e-7, atol=1e-7 * np.abs(total).max())
        expected = [sum_ + part for sum_, part in zip(expected, parts.values())]
    assert max(map(relative_error, grads.values(), expected)) < 1e-9


# used twice, in single precision, as an instance

@each_cell
def test_everything_can_be_called_twice_and_changes_no_argument(cell):
    """Two calls give the same digits, with all arguments made read-only."""
    p = problem(cell)
    for array in arrays(p):
        array.flags.writeable = False
    at = (cell, p.params)
    for call in (
        lambda: unroll(*at, p.x, p.state0), lambda: unroll(*at, p.x),
        lambda: backprop(*at, p.trace, p.w), lambda: input_gradients(*at, p.trace, p.w),
        lambda: step_jacobians(*at, p.trace), lambda: jacobian_norms(*at, p.trace),
        lambda: all_pairs_norms(*at, p.trace), lambda: lyapunov_exponents(*at, p.trace),
        lambda: gradient_norms(p.w), lambda: clip_by_norm(p.params, .1),
        lambda: check_gradients(*at, p.x, state0=p.state0),
    ):
        first, second = arrays(call()), arrays(call())
        assert first
        for a, b in zip(first, second, strict=True):
            np.testing.assert_array_equal(a, b)


@each_cell
@each_dtype
def test_results_have_the_dtype_of_the_weights(cell, dtype):
    """float32 in, float32 out, for states, gates, gradients, Jacobians and what is made of them."""
    p = problem(cell, dtype=dtype)
    at = (cell, p.params, p.trace)
    total, grads = backprop(*at, p.w)
    results = [p.trace, unroll(cell, p.params, p.x), total, grads, input_gradients(*at, p.w), step_jacobians(*at),
               gradient_norms(total), clip_by_norm(grads, .1)[0]]
    assert {array.dtype for array in arrays(results)} == {np.dtype(dtype)}
    assert {found(*at).dtype for found in (jacobian_norms, all_pairs_norms, lyapunov_exponents)} == {np.dtype(float)}


@each_cell
def test_single_and_double_precision_agree(cell):
    """The float32 results are the float64 ones to five digits or so."""
    single, double = problem(cell, dtype=np.float32), problem(cell)
    for function in (lambda p: p.trace, lambda p: backprop(cell, p.params, p.trace, p.w),
                     lambda p: jacobian_norms(cell, p.params, p.trace),
                     lambda p: all_pairs_norms(cell, p.params, p.trace)[-1, :-1],
                     lambda p: lyapunov_exponents(cell, p.params, p.trace, 1)):
        for a, b in zip(arrays(function(single)), arrays(function(double)), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4)


@each_cell
def test_an_instance_serves_like_its_class(cell):
    """`cell` and `cell()` give the same states and gradients, and each takes the other's trace."""
    p = problem(cell)
    assert unroll(cell(), p.params, p.x).cell == cell.__name__
    for a, b in zip(arrays(backprop(cell(), p.params, p.trace, p.w)), arrays(backprop(cell, p.params, p.trace, p.w))):
        np.testing.assert_array_equal(a, b)


# the judge itself: it must be able to condemn

def _spoiled(cell, change):
    """A copy of `cell` in whose table `change(table)` has put other entries."""
    def partials(*args):
        table = cell.partials(*args)
        return table | change(table)
    return type("Spoiled", (cell,), {"partials": staticmethod(partials)})


@each_cell
def test_check_gradients_notices_every_entry_of_the_table(cell):
    """One local derivative ten per cent too large, whichever it is, gives an error far above the tolerance."""
    p = problem(cell)
    table = cell.partials(p.trace.gates, p.trace.states[:, :-1], p.trace.states[:, 1:], p.params, p.trace.product)
    for edge in table:
        spoiled = _spoiled(cell, lambda table, edge=edge: {edge: np.multiply(table[edge], 1.1)})
        assert check_gradients(spoiled, p.params, p.x, state0=p.state0) > 1e-3, edge


@pytest.mark.parametrize("change", [
    pytest.param(lambda t: {("c", "i"): t["c", "g"]}, id="i and g mixed up"),
    pytest.param(lambda t: {("c", "i"): t["c", "f"], ("c", "f"): t["c", "i"]}, id="i and f swapped"),
    pytest.param(lambda t: {("c", "c_prev"): 0}, id="dc_next never carried on"),
    pytest.param(lambda t: {("h", "c"): np.zeros_like(t["h", "c"])}, id="c does not feed h"),
    pytest.param(lambda t: {("h", "o"): -t["h", "o"]}, id="sign of the output gate"),
])
def test_check_gradients_condemns_a_broken_lstm(change):
    """Mistakes common elsewhere give errors of more than five per cent."""
    p = problem(LSTM)
    assert check_gradients(_spoiled(LSTM, change), p.params, p.x, state0=p.state0) > .05


def test_check_gradients_condemns_a_gate_without_its_slope():
    """An LSTM that forgets σ′ of its input gate, or applies tanh twice, is far off."""
    class NoSlope(LSTM):
        @staticmethod
        def partials(gates, prev, new, *rest):
            return LSTM.partials(gates, prev, new, *rest) | {("c", "i"): gates[2]}

    class TanhTwice(TanhRNN):
        slope = staticmethod(lambda value: tanh_slope(np.tanh(value)))

    for cell in (NoSlope, TanhTwice):
        p = problem(cell)
        assert check_gradients(cell, p.params, p.x, state0=p.state0) > .05


def test_check_gradients_does_not_lose_a_nan():
    """A gradient that is not a number is never taken for a small error."""
    p = problem(PeepholeLSTM)
    broken = _spoiled(PeepholeLSTM, lambda table: {("o", "p_o"): np.nan * table["o", "p_o"]})
    assert not check_gradients(broken, p.params, p.x) < 1


def test_check_gradients_looks_at_the_initial_state_and_at_every_state():
    """A derivative that only the gradient of the initial state, or only c's direct gradient, shows is noticed."""
    p = problem(LSTM, (1, 1, 1, 1))
    no_carry = _spoiled(LSTM, lambda t: {("c", "c_prev"): np.zeros_like(t["c", "c_prev"])})
    assert check_gradients(no_carry, p.params, p.x, state0=p.state0) > .01
    shut = Params(p.params | {"b": np.array([0., 0., 0., -800.])})
    wrong = _spoiled(LSTM, lambda t: {("c", "g"): 2 * t["c", "g"]})
    assert check_gradients(wrong, shut, p.x, state0=p.state0) > .05


def test_check_gradients_takes_the_step_it_is_given():
    """Steps of a tenth are too long for five digits; without W_h that can be seen in the other weights alone."""
    p = problem(TanhRNN)
    for params in (p.params, Params(p.params | {"W_h": np.zeros((4, 4))})):
        assert check_gradients(TanhRNN, params, p.x) < 1e-7 < 1e-5 < check_gradients(TanhRNN, params, p.x, eps=.1)


def test_check_gradients_depends_on_its_seed_only_in_the_digits_of_the_error():
    """Another seed is another loss: the error changes, the verdict does not."""
    p = problem(LSTM)
    errors = {check_gradients(LSTM, p.params, p.x, seed=seed) for seed in (0, 1)}
    assert len(errors) == 2
    assert max(errors) < 1e-7


def test_numerical_jacobian_of_functions_whose_derivative_is_known():
    """A matrix product, a sum of squares and a function of a matrix, in the documented shapes."""
    A, x = np.arange(6.).reshape(2, 3), np.array([1., -2., .5])
    np.testing.assert_allclose(numerical_jacobian(lambda v: A @ v, x), A, rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(numerical_jacobian(lambda v: np.sum(v**2), x), 2 * x, rtol=1e-8)
    J = numerical_jacobian(lambda M: M.T, A)
    assert J.shape == (3, 2, 2, 3)
    np.testing.assert_allclose(J, np.einsum("ik,jl->jikl", np.eye(2), np.eye(3)), atol=1e-9)
    np.testing.assert_array_equal(x, [1., -2., .5])


def test_errors_of_numerical_jacobian_are_of_second_and_fourth_order():
    """x³ is off by eps² exactly, by the four-point formula not at all, and x⁵ by that formula by −4 eps⁴."""
    one = np.array(1.)
    for eps in (.1, .05):
        assert numerical_jacobian(lambda v: v**3, one, eps) - 3 == pytest.approx(eps**2, rel=1e-6)
        assert numerical_jacobian(lambda v: v**3, one, eps, order=4) == pytest.approx(3, rel=1e-12)
        assert numerical_jacobian(lambda v: v**5, one, eps, order=4) - 5 == pytest.approx(-4 * eps**4, rel=1e-6)


def test_numerical_jacobian_has_step_sizes_that_serve_for_smooth_functions():
    """Without eps order 2 has ten digits and order 4 twelve."""
    x = np.linspace(-1, 1, 5)
    for order, error in ((2, 1e-9), (4, 1e-12)):
        found = numerical_jacobian(np.sin, x, order=order)
        np.testing.assert_allclose(found, np.diag(np.cos(x)), rtol=0, atol=error)


def test_relative_error_is_relative_to_the_larger_array():
    """max |a − b| over the largest entry of both; zero for two zero arrays."""
    assert relative_error([1., 4.], [1., 5.]) == pytest.approx(.2)
    assert relative_error([1., 5.], [1., 4.]) == pytest.approx(.2)
    assert relative_error([-10., 0.], [-10., 1.]) == pytest.approx(.1)
    assert relative_error(np.zeros(3), np.zeros(3)) == relative_error(np.zeros((0, 2)), np.zeros((0, 2))) == 0
    assert relative_error([True], [False]) == 1


# activations

def test_slopes_where_they_are_known():
    """σ′(0) = ¼, tanh′(0) = 1, ReLU′ = 0, 0, 1 at −1, 0, 1: a slope is taken from the value."""
    assert sigmoid(0.) == .5
    assert sigmoid_slope(sigmoid(0.)) == .25
    assert tanh_slope(np.tanh(0.)) == 1
    np.testing.assert_array_equal(relu_slope(relu(np.array([-1., 0., 1.]))), [0, 0, 1])


@pytest.mark.parametrize("function, slope", [(sigmoid, sigmoid_slope), (np.tanh, tanh_slope)], ids=("sigmoid", "tanh"))
def test_slopes_agree_with_central_differences(function, slope):
    """φ′ = slope(φ(a)) over the range where differences have digits."""
    a = np.linspace(-4, 4, 33)
    np.testing.assert_allclose(slope(function(a)), np.diag(numerical_jacobian(function, a)), rtol=1e-7)


@pytest.mark.filterwarnings("error")
@each_dtype
def test_sigmoid_is_accurate_far_out(dtype):
    """σ(−40) = e^−40 to the last digits, σ(±800) = 0 and 1, all without a warning."""
    a = np.array([-800, -40, -1, 0, 1, 40, 800], dtype)
    expected = [0, np.exp(-40.), 1 / (1 + np.e), .5, np.e / (1 + np.e), 1, 1]
    found = sigmoid(a)
    assert found.dtype == dtype
    np.testing.assert_allclose(found, expected, rtol=4 * np.finfo(dtype).eps)
    np.testing.assert_allclose(sigmoid(a) + sigmoid(-a), 1, rtol=4 * np.finfo(dtype).eps)


@pytest.mark.parametrize("a", (.3, 3, np.float64(.3), np.array([1, 2])), ids=("float", "int", "float64", "int array"))
def test_sigmoid_of_a_plain_number_has_double_precision(a):
    """A Python number, a NumPy scalar and whole numbers lose no digits to float32."""
    np.testing.assert_allclose(sigmoid(a), 1 / (1 + np.exp(-np.asarray(a, float))), rtol=1e-15)
    assert sigmoid(np.uint8(3)) == pytest.approx(sigmoid(3.))  # where −3 is 253


@each_dtype
@pytest.mark.parametrize("function", (sigmoid, relu), ids=("sigmoid", "relu"))
def test_activations_can_write_in_place(function, dtype):
    """out= receives the result and may be the argument; without it the argument is left alone."""
    a = np.array([-2, 0, 3], dtype)
    expected = function(a)
    np.testing.assert_array_equal(a, np.array([-2, 0, 3], dtype))
    assert function(a, out=a) is a or np.shares_memory(function(a.copy(), out=a), a)
    np.testing.assert_array_equal(function(np.array([-2, 0, 3], dtype), out=a), expected)
    np.testing.assert_array_equal(a, expected)


def test_traces_cannot_be_changed_by_accident():
    """A trace is frozen and can be copied."""
    trace = problem(LSTM).trace
    with pytest.raises(dataclasses.FrozenInstanceError):
        trace.x = None
    np.testing.assert_array_equal(copy.deepcopy(trace).states, trace.states)
