"""What several tests share: a random problem with nothing in it zero, and every cell's formula written out by hand."""
import importlib.util
from typing import NamedTuple

import numpy as np
import pytest

from course_utils import (
    ABLATIONS,
    CELLS,
    GRU,
    LRU,
    LSTM,
    RGLRU,
    SLSTM,
    CoupledLSTM,
    LinearRNN,
    MinGRU,
    MinLSTM,
    NoForgetLSTM,
    Params,
    PeepholeLSTM,
    ReluRNN,
    ResetAfterGRU,
    SelectiveSSM,
    SigmoidRNN,
    TanhRNN,
    Trace,
    init_params,
    unroll,
)
from course_utils.ground.places import DATA

SHAPES = ((1, 1, 1, 1), (5, 2, 3, 4), (12, 1, 2, 3), (3, 4, 1, 2))  # T, B, D, H

each_cell = pytest.mark.parametrize("cell", CELLS + ABLATIONS, ids=lambda cell: cell.__name__)
each_shape = pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: "T{}-B{}-D{}-H{}".format(*shape))
each_dtype = pytest.mark.parametrize("dtype", (np.float32, np.float64), ids=("float32", "float64"))
each_order = pytest.mark.parametrize("order", ("fro", 2))


class Problem(NamedTuple):
    """Weights, input and initial state, the trace they give, and w, a direct gradient for every state."""

    params: Params
    x: np.ndarray
    state0: np.ndarray
    trace: Trace
    w: np.ndarray


def problem(cell, shape=SHAPES[1], dtype=float, seed=0):
    """A random `Problem` of T, B, D, H = shape; biases and peepholes are random too, zeros would hide mistakes."""
    T, B, D, H = shape
    rng = np.random.default_rng(seed)
    zero = init_params(cell, D, H, rng)
    params = Params({name: rng.normal(0, .7, array.shape).astype(dtype) for name, array in zero.items()})
    x = rng.standard_normal((T, B, D)).astype(dtype)
    state0 = begin(cell, rng.standard_normal((len(cell.states), B, H)).astype(dtype))
    w = rng.standard_normal((len(cell.states), T + 1, B, H)).astype(dtype)
    return Problem(params, x, state0, unroll(cell, params, x, state0), w)


def begin(cell, state0):
    """A state that the cell can begin with: the sLSTM's normaliser is above zero."""
    if "n" in cell.states:
        k = cell.states.index("n")
        state0[k] = np.abs(state0[k]) + .5
    return state0


def weights(cell, W_h, b=0.0, D=1):
    """`Params` with the given W_h and bias, everything else zero."""
    zero = {name: np.zeros_like(array) for name, array in
            init_params(cell, D, len(W_h), np.random.default_rng(0)).items()}
    return Params(zero | {"W_h": np.array(W_h, float), "b": zero["b"] + b})


def rest(cell, params, T, B=1):
    """The trace of T steps without input."""
    return unroll(cell, params, np.zeros((T, B, len(params.W_x)), params.W_h.dtype))


def arrays(result):
    """All arrays of a function's result, however nested, in order."""
    if isinstance(result, Trace):
        result = list(vars(result).values())
    if isinstance(result, dict):
        result = list(result.values())
    if isinstance(result, (list, tuple)):
        return [array for part in result for array in arrays(part)]
    return [np.asarray(result)] if isinstance(result, (np.ndarray, float)) else []


def reference_script():
    """data/make_torch_reference.py as a module; skips the test where PyTorch is not installed."""
    pytest.importorskip("torch").set_num_threads(1)
    path = DATA / "make_torch_reference.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def side_by_side(states):
    """(K, B, H) as (B, K·H): the order of rows and columns in a Jacobian."""
    return np.concatenate(list(states), axis=-1)


def _gates(p, x, h, n):
    a, H = x @ p["W_x"] + h @ p["W_h"] + p["b"], h.shape[-1]
    return [a[..., k * H:(k + 1) * H] for k in range(n)]


def _sigmoid(m, a):
    return 1 / (1 + m.exp(-a))


def _plain(activation):
    return lambda m, p, x, h: (activation(m, *_gates(p, x, h, 1)),)


def _lstm(m, p, x, h, c, seen=False):
    i, f, g, o = _gates(p, x, h, 4)
    p_i, p_f, p_o = (p["p_i"], p["p_f"], p["p_o"]) if seen else (0, 0, 0)
    c_new = _sigmoid(m, f + p_f * c) * c + _sigmoid(m, i + p_i * c) * m.tanh(g)
    return _sigmoid(m, o + p_o * c_new) * m.tanh(c_new), c_new


def _no_forget(m, p, x, h, c):
    i, g, o = _gates(p, x, h, 3)
    c = c + _sigmoid(m, i) * m.tanh(g)
    return _sigmoid(m, o) * m.tanh(c), c


def _coupled(m, p, x, h, c):
    f, g, o = _gates(p, x, h, 3)
    c = _sigmoid(m, f) * c + (1 - _sigmoid(m, f)) * m.tanh(g)
    return _sigmoid(m, o) * m.tanh(c), c


def _gru(m, p, x, h):
    H = h.shape[-1]
    r, z = (_sigmoid(m, a) for a in _gates(p, x, h, 2))
    n = m.tanh((x @ p["W_x"] + p["b"])[..., 2 * H:] + (r * h) @ p["W_h"][:, 2 * H:])
    return ((1 - z) * n + z * h,)


def _reset_after(m, p, x, h):
    H = h.shape[-1]
    r, z = (_sigmoid(m, a) for a in _gates(p, x, h, 2))
    n = m.tanh((x @ p["W_x"] + p["b"])[..., 2 * H:] + r * (h @ p["W_h"][:, 2 * H:] + p["b_h"]))
    return ((1 - z) * n + z * h,)


def _ablated(m, p, x, h, c, without):
    """The LSTM without one part; the pre-activation of a gate that is missing is unused."""
    gates = [gate for gate in "ifgo" if gate not in without]
    a = dict(zip(gates, _gates(p, x, h, len(gates))))
    i, f, o = (_sigmoid(m, a[gate]) if gate in a else 1 for gate in "ifo")
    c = f * c + i * (a["g"] if "input activation" in without else m.tanh(a["g"]))
    return o * (c if "output activation" in without else m.tanh(c)), c


def _inputs(p, x, cell):
    a, H = x @ p["W_x"] + p["b"], len(p["W_h"])
    return {gate: a[..., k * H:(k + 1) * H] for k, gate in enumerate(cell.gates)}


def _min_gru(m, p, x, h):
    a = _inputs(p, x, MinGRU)
    z = _sigmoid(m, a["z"])
    return ((1 - z) * h + z * a["n"],)


def _min_lstm(m, p, x, h):
    a = _inputs(p, x, MinLSTM)
    i, f = _sigmoid(m, a["i"]), _sigmoid(m, a["f"])
    return (f / (f + i) * h + i / (f + i) * a["n"],)


def _slstm(m, p, x, h, c, n, stabiliser):
    """The sLSTM as published: the new m, then c and n that are divided by e^m."""
    i, f, g, o = _gates(p, x, h, 4)
    log_f = m.log(_sigmoid(m, f))
    new = m.where(log_f + stabiliser > i, log_f + stabiliser, i)
    c = m.exp(log_f + stabiliser - new) * c + m.exp(i - new) * m.tanh(g)
    n = m.exp(log_f + stabiliser - new) * n + m.exp(i - new)
    return _sigmoid(m, o) * c / n, c, n, new


def _rg_lru(m, p, x, h):
    a = _inputs(p, x, RGLRU)
    keep = _sigmoid(m, p["lam"]) ** (8 * _sigmoid(m, a["r"]))
    return (keep * h + m.sqrt(1 - keep ** 2) * _sigmoid(m, a["i"]) * a["u"],)


def _selective(m, p, x, h, *states):
    a = _inputs(p, x, SelectiveSSM)
    dt, new, shown = m.log(1 + m.exp(a["dt"])), [], p["d"] * a["u"]
    for k, s in enumerate(states, start=1):
        new.append(m.exp(-dt * m.exp(p[f"alpha{k}"])) * s + dt * a[f"b{k}"] * a["u"])
        shown = shown + a[f"c{k}"] * new[-1]
    return shown, *new


def _lru(m, p, x, h, c):
    a = _inputs(p, x, LRU)
    size, angle, gamma = m.exp(-m.exp(p["nu"])), m.exp(p["theta"]), m.exp(p["gamma"])
    real, imaginary = size * m.cos(angle), size * m.sin(angle)
    return real * h - imaginary * c + gamma * a["u"], imaginary * h + real * c + gamma * a["v"]


# new state(s) = FORMULAS[cell](m, params, x, *old states), where m is numpy or torch; a new cell needs its line here
FORMULAS = {
    LinearRNN: _plain(lambda m, a: a),
    TanhRNN: _plain(lambda m, a: m.tanh(a)),
    SigmoidRNN: _plain(_sigmoid),
    ReluRNN: _plain(lambda m, a: m.where(a > 0, a, 0 * a)),
    LSTM: _lstm,
    PeepholeLSTM: lambda *args: _lstm(*args, seen=True),
    NoForgetLSTM: _no_forget,
    CoupledLSTM: _coupled,
    GRU: _gru,
    ResetAfterGRU: _reset_after,
    MinGRU: _min_gru,
    MinLSTM: _min_lstm,
    SLSTM: _slstm,
    RGLRU: _rg_lru,
    SelectiveSSM: _selective,
    LRU: _lru,
} | {cell: (lambda *args, without=without: _ablated(*args, without)) for cell, without in zip(ABLATIONS, (
    ("i",), ("o",), ("input activation",), ("output activation",)))}


def ends(control):
    """Two values of an explorer's control that lie far apart, or all its options."""
    return {"choice": control.options, "text": ("a", "cab"), "slider": (control.low, control.high)}[control.kind]
