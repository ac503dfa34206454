"""Bad input is a ValueError that says what came and what was expected, raised before any work is done."""
import dataclasses

import numpy as np
import pytest
from helpers import each_cell, problem

from course_utils import (
    GRU,
    LSTM,
    CoupledLSTM,
    LinearRNN,
    NoForgetLSTM,
    Params,
    PeepholeLSTM,
    ReluRNN,
    TanhRNN,
    all_pairs_norms,
    backprop,
    check_gradients,
    clip_by_norm,
    gradient_norms,
    init_params,
    input_gradients,
    jacobian_norms,
    lyapunov_exponents,
    numerical_jacobian,
    relative_error,
    step_jacobians,
    truncated_backprop,
    unroll,
)

T, B, D, H = 5, 2, 3, 4
P, SINGLE = problem(LSTM, (T, B, D, H)), problem(LSTM, (T, B, D, H), np.float32)
RNG = np.random.default_rng(0)


class Untouched(LSTM):
    """An LSTM that must not be run: whoever refuses bad input in time never gets as far."""

    @staticmethod
    def step(*args):
        raise AssertionError("work was done before the input was checked")

    partials = step


def refuses(function, *words):
    """`function` raises a ValueError whose message holds all of `words`."""
    with pytest.raises(ValueError) as caught:
        function()
    for word in words:
        assert word in str(caught.value)


def replaced(**changed):
    return Params(P.params | changed)


def spoilt(array, value):
    """A copy of `array` whose last entry is `value`."""
    array = array.copy()
    array.flat[-1] = value
    return array


# unroll

@pytest.mark.parametrize("x, words", [
    (P.x[0], ("x has shape (2, 3)", "(T, B, 3)")),
    (P.x[..., :2], ("x has shape (5, 2, 2)", "(T, B, 3)")),
    (P.x[:0], ("x has shape (0, 2, 3)", "at least 1")),
    (P.x[:, :0], ("x has shape (5, 0, 3)", "at least 1")),
    (None, ("x has shape ()", "(T, B, 3)")),
    ([[[1., 2.]], [[1.]]], ("x is no array",)),
    (P.x.astype(np.float32), ("x has dtype float32", "float64")),
    (np.ones((T, B, D), int), ("x has dtype int", "float64")),
    (P.x + 0j, ("x has dtype complex128", "float64")),
    (spoilt(P.x, np.nan), ("x must be finite", "x[4, 1, 2] is nan")),
    (spoilt(P.x, -np.inf), ("x must be finite", "x[4, 1, 2] is -inf")),
], ids=("rank", "inputs", "no steps", "no batch", "None", "ragged", "float32", "int", "complex", "nan", "inf"))
def test_unroll_refuses_an_input(x, words):
    """Wrong rank, size, dtype, NaN or infinity in x."""
    refuses(lambda: unroll(Untouched, P.params, x), *words)


@pytest.mark.parametrize("state0, words", [
    (P.state0[0], ("state0 has shape (2, 4)", "(2, 2, 4)")),
    (P.state0[:1], ("state0 has shape (1, 2, 4)", "(2, 2, 4)")),
    (P.state0[:, :1], ("state0 has shape (2, 1, 4)", "(2, 2, 4)")),
    (P.state0[..., :3], ("state0 has shape (2, 2, 3)", "(2, 2, 4)")),
    (P.state0.astype(np.float32), ("state0 has dtype float32", "float64")),
    (spoilt(P.state0, np.inf), ("state0 must be finite", "state0[1, 1, 3] is inf")),
], ids=("rank", "components", "batch", "units", "float32", "inf"))
def test_unroll_refuses_an_initial_state(state0, words):
    """A state of another cell, batch or width, of another dtype, or not finite."""
    refuses(lambda: unroll(Untouched, P.params, P.x, state0), *words)


@each_cell
def test_the_state_of_another_cell_is_refused(cell):
    """A cell with one component takes no pair, and a cell with more takes no single state."""
    p, K = problem(cell), len(cell.states)
    other = 2 if K == 1 else 1
    refuses(lambda: unroll(cell, p.params, p.x, np.zeros((other, B, H))), f"({other}, 2, 4)", f"({K}, 2, 4)")


@pytest.mark.parametrize("params, words", [
    (None, ("NoneType", "Params")),
    (dict(P.params), ("dict", "Params")),
    (P.x, ("ndarray", "Params")),
    (Params(W_x=P.params.W_x, W_h=P.params.W_h), ("W_x, W_h", "W_x, W_h, b")),
    (replaced(p_i=np.zeros(H)), ("p_i", "expected W_x, W_h, b")),
    (replaced(W_x=P.params.W_x[:, :-1]), ("W_x has shape (3, 15)", "16)")),
    (replaced(W_x=P.params.W_x[0]), ("W_x has shape (16,)", "expected (D, 16)")),
    (replaced(W_h=P.params.W_h[:, :-4]), ("W_h has shape (4, 12)", "(4, 16)")),
    (replaced(W_h=P.params.W_h.T), ("W_h has shape (16, 4)",)),
    (replaced(W_h=P.params.W_h[0]), ("W_h has shape (16,)", "expected (H, 4·H)")),
    (replaced(b=P.params.b[:-1]), ("b has shape (15,)", "(16,)")),
    (replaced(b=P.params.b[None]), ("b has shape (1, 16)", "(16,)")),
    (replaced(b=P.params.b.astype(np.float32)), ("b has dtype float32", "float64")),
    (replaced(W_x=np.ones((D, 4 * H), int)), ("W_x has dtype int", "float64")),
    (replaced(W_h=P.params.W_h.astype(np.float16)), ("W_h has dtype float16", "float32 or float64")),
    (replaced(W_h=np.zeros((0, 0))), ("W_h has shape (0, 0)", "at least 1")),
    (replaced(W_x=np.zeros((0, 4 * H))), ("W_x has shape (0, 16)", "at least 1")),
    (replaced(W_h=None), ("NoneType", "NumPy arrays")),
    (replaced(W_h=P.params.W_h.tolist()), ("list", "NumPy arrays")),
    (replaced(W_h=spoilt(P.params.W_h, np.nan)), ("W_h must be finite", "W_h[3, 15] is nan")),
    (replaced(b=spoilt(P.params.b, np.inf)), ("b must be finite", "b[15] is inf")),
], ids=("None", "plain dict", "array", "no bias", "peephole", "W_x narrow", "W_x flat", "W_h narrow",
        "W_h transposed", "W_h flat", "b short", "b rank", "b float32", "W_x int", "W_h float16", "W_h empty",
        "no inputs", "W_h None", "W_h list", "nan", "inf"))
def test_weights_that_do_not_fit_are_refused_everywhere(params, words):
    """Missing or extra names, shapes, dtypes, NaN: refused by every function that takes weights."""
    trace = dataclasses.replace(P.trace, cell="Untouched")
    for function in (
        lambda: unroll(Untouched, params, P.x), lambda: backprop(Untouched, params, trace, P.w),
        lambda: input_gradients(Untouched, params, trace, P.w), lambda: step_jacobians(Untouched, params, trace),
        lambda: jacobian_norms(Untouched, params, trace), lambda: all_pairs_norms(Untouched, params, trace),
        lambda: lyapunov_exponents(Untouched, params, trace), lambda: check_gradients(Untouched, params, P.x),
    ):
        refuses(function, *words)


@pytest.mark.parametrize("cell", ("LSTM", None, dict, P.params), ids=("text", "None", "class", "weights"))
def test_what_is_no_cell_is_refused(cell):
    """The name of a cell, or anything else that is not a cell."""
    for function in (lambda: unroll(cell, P.params, P.x), lambda: init_params(cell, D, H, RNG),
                     *users(cell, P.params, P.trace, P.w)):
        refuses(function, "cell is", "expected a cell")


@pytest.mark.parametrize("trace", (None, P.trace.states, vars(P.trace)), ids=("None", "states", "dict"))
def test_what_is_no_trace_is_refused(trace):
    """States, or anything else, where a trace is wanted."""
    for function in users(LSTM, P.params, trace, P.w):
        refuses(function, type(trace).__name__, "expected a Trace")


@pytest.mark.parametrize("cell, other", [(LSTM, PeepholeLSTM), (PeepholeLSTM, LSTM), (TanhRNN, LSTM), (LSTM, GRU)])
def test_the_weights_of_another_cell_are_refused(cell, other):
    """Gates and peepholes must be the cell's."""
    refuses(lambda: unroll(cell, problem(other).params, P.x), "expected")


# what takes a trace

def users(cell, params, trace, w):
    """Every function that takes a trace, as calls without arguments."""
    return (lambda: backprop(cell, params, trace, w), lambda: input_gradients(cell, params, trace, w),
            lambda: step_jacobians(cell, params, trace), lambda: jacobian_norms(cell, params, trace),
            lambda: all_pairs_norms(cell, params, trace), lambda: lyapunov_exponents(cell, params, trace))


@pytest.mark.parametrize("cell, other", [(LSTM, PeepholeLSTM), (TanhRNN, ReluRNN), (NoForgetLSTM, CoupledLSTM)])
def test_the_trace_of_another_cell_is_refused(cell, other):
    """The message names both cells."""
    p = problem(cell)
    for function in users(cell, p.params, problem(other).trace, p.w):
        refuses(function, f"made by {other.__name__}", f"made by {cell.__name__}")


@pytest.mark.parametrize("shape, dtype, words", [
    ((T, B, D, H + 1), float, ("(2, 6, 2, 5)", "(2, 6, 2, 4)")),
    ((T, B, D + 1, H), float, ("(5, 2, 4)", "(5, 2, 3)")),
    ((T, B, D, H), np.float32, ("float32", "float64")),
], ids=("units", "inputs", "dtype"))
def test_the_trace_of_other_weights_is_refused(shape, dtype, words):
    """A trace whose width, input or dtype is not that of the weights."""
    for function in users(LSTM, P.params, problem(LSTM, shape, dtype).trace, P.w):
        refuses(function, *words)


@pytest.mark.parametrize("dstates, words", [
    (P.w[:, 1:], ("dstates has shape (2, 5, 2, 4)", "(2, 6, 2, 4)")),
    (P.w[0], ("dstates has shape (6, 2, 4)", "(2, 6, 2, 4)")),
    (P.w.astype(np.float32), ("dstates has dtype float32", "float64")),
    (spoilt(P.w, np.nan), ("dstates must be finite", "dstates[1, 5, 1, 3] is nan")),
], ids=("steps", "rank", "float32", "nan"))
@pytest.mark.parametrize("function", (backprop, input_gradients))
def test_direct_gradients_that_do_not_fit_are_refused(function, dstates, words):
    """One entry per state, the initial one too, in the dtype of the weights, all finite."""
    trace = dataclasses.replace(P.trace, cell="Untouched")
    refuses(lambda: function(Untouched, P.params, trace, dstates), *words)


@pytest.mark.parametrize("function, options, words", [
    (jacobian_norms, {"to": T + 1}, ("to is 6", "from 0 to 5")),
    (jacobian_norms, {"to": -1}, ("to is -1", "from 0 to 5")),
    (jacobian_norms, {"to": 2.}, ("to is 2.0", "whole number")),
    (jacobian_norms, {"ord": "nuc"}, ("ord is 'nuc'", "'fro', 2")),
    (jacobian_norms, {"ord": np.inf}, ("ord is inf", "'fro', 2")),
    (jacobian_norms, {"block": ("h", "x")}, ("('h', 'x')", "'h', 'c'")),
    (jacobian_norms, {"block": "h"}, ("'h'", "pair")),
    (all_pairs_norms, {"ord": 1}, ("ord is 1", "'fro', 2")),
    (all_pairs_norms, {"block": ("h", "c", "h")}, ("('h', 'c', 'h')", "pair")),
    (lyapunov_exponents, {"n": 0}, ("n is 0", "from 1 to 8")),
    (lyapunov_exponents, {"n": 9}, ("n is 9", "from 1 to 8")),
    (lyapunov_exponents, {"n": "all"}, ("n is 'all'", "whole number")),
])
def test_unknown_options_are_refused(function, options, words):
    """Steps outside the sequence, unknown norms and blocks, more exponents than directions."""
    trace = dataclasses.replace(P.trace, cell="Untouched")
    refuses(lambda: function(Untouched, P.params, trace, **options), *words)


def test_a_block_of_a_component_that_the_cell_lacks_is_refused():
    """A plain network has no c."""
    p = problem(TanhRNN)
    for function in (jacobian_norms, all_pairs_norms):
        refuses(lambda function=function: function(TanhRNN, p.params, p.trace, block=("c", "c")), "('c', 'c')", "'h'")


@pytest.mark.parametrize("function", (jacobian_norms, all_pairs_norms))
@pytest.mark.parametrize("block", ("hc", "h", ("h",), ("h", "c", "h"), ("h", None)))
def test_a_block_is_a_pair_of_names(function, block):
    refuses(lambda: function(LSTM, P.params, P.trace, block=block), f"block is {block!r}", "'h', 'c'")


@pytest.mark.parametrize("name", ("gates", "states"))
def test_a_trace_of_another_precision_is_refused(name):
    trace = dataclasses.replace(P.trace, **{name: getattr(P.trace, name).astype(np.float32)})
    refuses(lambda: backprop(LSTM, P.params, trace, P.w), "float32" if name == "states" else "of float64")


# init_params

@pytest.mark.parametrize("arguments, options, words", [
    ((0, 4, RNG), {}, ("n_inputs is 0", "at least 1")),
    ((3, -4, RNG), {}, ("n_hidden is -4", "at least 1")),
    ((3., 4, RNG), {}, ("n_inputs is 3.0", "whole number")),
    ((3, None, RNG), {}, ("n_hidden is None", "whole number")),
    ((3, 4, 0), {}, ("rng is int", "numpy.random.Generator")),
    ((3, 4, np.random.RandomState(0)), {}, ("rng is RandomState", "numpy.random.Generator")),
    ((3, 4, RNG), {"recurrent": "xavier"}, ("recurrent is 'xavier'", "'glorot', 'orthogonal'", "'torch'")),
    ((3, 4, RNG), {"recurrent": None}, ("recurrent is None", "'glorot'")),
    ((3, 4, RNG), {"gain": np.nan}, ("gain is nan", "finite")),
    ((3, 4, RNG), {"gain": "big"}, ("gain is 'big'", "number")),
    ((3, 4, RNG), {"forget_bias": np.inf}, ("forget_bias is inf", "finite")),
    ((3, 4, RNG), {"dtype": int}, ("dtype is", "int", "float32 or float64")),
    ((3, 4, RNG), {"dtype": np.float16}, ("dtype is", "float16", "float32 or float64")),
    ((3, 4, RNG), {"dtype": "float99"}, ("dtype is", "float99", "float32 or float64")),
])
def test_init_params_refuses(arguments, options, words):
    """Sizes below 1 or not whole, unknown schemes and dtypes, numbers that are none, another kind of generator."""
    refuses(lambda: init_params(LSTM, *arguments, **options), *words)


def test_init_params_refuses_before_drawing():
    """A refused call leaves the generator where it was."""
    rng = np.random.default_rng(0)
    before = rng.bit_generator.state
    refuses(lambda: init_params(NoForgetLSTM, 3, 4, rng, forget_bias=1), "forget_bias is 1", "NoForgetLSTM")
    assert rng.bit_generator.state == before


# the rest

@pytest.mark.parametrize("function, words", [
    (lambda: gradient_norms(P.w[0]), ("total has shape (6, 2, 4)", "(K, T+1, B, H)")),
    (lambda: gradient_norms(spoilt(P.w, np.nan)), ("total must be finite", "total[1, 5, 1, 3] is nan")),
    (lambda: clip_by_norm(P.params, 0), ("max_norm is 0", "above 0")),
    (lambda: clip_by_norm(P.params, -1), ("max_norm is -1", "above 0")),
    (lambda: clip_by_norm(P.params, "1"), ("max_norm is '1'", "number")),
    (lambda: clip_by_norm(P.params, np.nan), ("max_norm is nan", "finite")),
    (lambda: clip_by_norm(replaced(b=spoilt(P.params.b, np.inf)), 1), ("b must be finite", "b[15] is inf")),
    (lambda: unroll(LSTM, SINGLE.params, P.x), ("x has dtype float64", "expected float32 as everywhere")),
    (lambda: truncated_backprop(LSTM, P.params, P.trace, P.w, 0), ("length is 0", "at least 1")),
    (lambda: numerical_jacobian(np.sum, np.ones(2, np.float32)), ("float32", "float64")),
    (lambda: numerical_jacobian(np.sum, [1, 2]), ("int", "float64")),
    (lambda: numerical_jacobian(np.sum, np.ones(2), 0), ("eps is 0", "above 0")),
    (lambda: numerical_jacobian(np.sum, np.ones(2), "1e-5"), ("eps is '1e-5'", "number")),
    (lambda: numerical_jacobian(np.sum, np.ones(2), order=3), ("order is 3", "2, 4")),
    (lambda: numerical_jacobian(np.sum, np.ones(0)), ("shape (0,)", "at least one")),
    (lambda: numerical_jacobian(np.sum, np.ones(2), np.nan), ("eps is nan", "finite")),
    (lambda: relative_error(np.ones(2), np.ones(3)), ("(2,)", "(3,)")),
    (lambda: check_gradients(LSTM, P.params, P.x[0]), ("x has shape (2, 3)", "(T, B, 3)")),
    (lambda: check_gradients(LSTM, P.params, P.x, state0=P.state0[0]), ("state0 has shape (2, 4)", "(2, 2, 4)")),
    (lambda: check_gradients(LSTM, P.params, P.x, eps=-1), ("eps is -1", "above 0")),
])
def test_other_functions_refuse(function, words):
    """Shapes, step sizes and bounds that make no sense."""
    refuses(function, *words)


def test_finite_numbers_of_any_size_are_taken():
    """Large is not infinite: the check refuses what is not finite and nothing else."""
    p = problem(LinearRNN)
    states = unroll(LinearRNN, p.params, 1e300 * p.x).states
    assert np.isfinite(states).all() and np.abs(states).max() > 1e299
