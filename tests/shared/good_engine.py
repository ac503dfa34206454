"""Good arguments of every public function of the engine."""
import numpy as np
from helpers import problem

import course_utils as cu
from course_utils import ABLATIONS, CELLS, LSTM, SGD, SLSTM, Adam, MinGRU, RMSprop, TanhRNN
from course_utils.engine.cells import find_cell
from course_utils.tasks import Adding, Batch, Latch

T, B, D, H = 4, 2, 3, 2
P = problem(LSTM, (T, B, D, H))
PLAIN = problem(TanhRNN, (T, B, D, H))
LINEAR = problem(MinGRU, (T, B, D, H))


def rng():
    return np.random.default_rng(0)


def with_trace(**more):
    """Arguments of a function that takes cell, weights and a trace."""
    return lambda: {"cell": LSTM, "params": P.params, "trace": P.trace, **more}


def model():
    return cu.init_model(LSTM, D, H, 3, rng())


def batch():
    return Batch(P.x, np.zeros((T, B), int), np.ones((T, B), bool))


def values(name="value"):
    return lambda: {name: np.array([[.2, .5], [.1, .9]])}


GOOD = {
    cu.sigmoid: values("a"), cu.relu: values("a"),
    cu.sigmoid_slope: values(), cu.tanh_slope: values(), cu.relu_slope: values(),
    cu.activation: lambda: {"name": "elu", "alpha": 1.4},
    cu.activated: lambda: {"cell": LSTM, "g": cu.activation("relu")},
    cu.multihead: lambda: {"cell": SLSTM, "n": 2},
    cu.scan: lambda: {"cell": MinGRU, "params": LINEAR.params, "x": LINEAR.x, "state0": LINEAR.state0},
    cu.unroll: lambda: {"cell": LSTM, "params": P.params, "x": P.x, "state0": P.state0},
    cu.backprop: with_trace(dstates=P.w), cu.input_gradients: with_trace(dstates=P.w),
    cu.truncated_backprop: with_trace(dstates=P.w, length=2),
    cu.gradient_norms: lambda: {"total": P.w},
    cu.step_jacobians: with_trace(), cu.jacobian_norms: with_trace(to=3, ord=2, block=("h", "c")),
    cu.all_pairs_norms: with_trace(ord="fro", block=("h", "h")), cu.lyapunov_exponents: with_trace(n=2),
    cu.vanishing_regulariser: lambda: {"cell": TanhRNN, "params": PLAIN.params, "trace": PLAIN.trace, "total": PLAIN.w},
    cu.clip_by_norm: lambda: {"grads": P.params, "max_norm": 1.0},
    cu.clip_by_value: lambda: {"grads": P.params, "limit": 1.0},
    cu.check_gradients: lambda: {"cell": LSTM, "params": P.params, "x": P.x, "state0": P.state0, "seed": 0,
                                 "eps": 1e-5},
    cu.numerical_jacobian: lambda: {"f": np.sum, "x": np.ones(3), "eps": 1e-5, "order": 2},
    cu.relative_error: lambda: {"a": np.ones(3), "b": np.ones(3)},
    cu.softmax: lambda: {"outputs": P.x},
    cu.softmax_cross_entropy: lambda: {"outputs": P.x, "target": np.zeros((T, B), int), "mask": np.ones((T, B), bool)},
    cu.squared_error: lambda: {"outputs": P.x, "target": P.x + 1, "mask": np.ones((T, B), bool)},
    cu.init_params: lambda: {"cell": LSTM, "n_inputs": D, "n_hidden": H, "rng": rng(), "recurrent": "torch",
                             "gain": 1.0,
                             "forget_bias": 1.0, "dtype": float},
    cu.chrono_biases: lambda: {"cell": LSTM, "params": P.params, "t_max": 10.0, "rng": rng()},
    cu.from_torch: lambda: {"state_dict": {"weight_ih_l0": np.ones((4 * H, D)), "weight_hh_l0": np.ones((4 * H, H)),
                                           "bias_ih_l0": np.ones(4 * H), "bias_hh_l0": np.ones(4 * H)},
                            "layer": 0, "nonlinearity": "tanh"},
    cu.init_model: lambda: {"cell": LSTM, "n_inputs": D, "n_hidden": H, "n_outputs": 3, "rng": rng()},
    cu.predict: lambda: {"model": model(), "x": P.x, "state0": P.state0},
    cu.loss_and_gradients: lambda: {"model": model(), "batch": batch(), "loss": "cross_entropy", "state0": P.state0,
                                    "truncate": 2},
    cu.fit: lambda: {"model": cu.init_model(TanhRNN, 2, 2, 1, rng()), "task": Adding(6), "optimiser": Adam(.1),
                     "rng": rng(),
                     "n_iterations": 1, "batch_size": 2, "clip_norm": 1.0, "clip_value": 1.0, "regulariser": 0.0,
                     "truncate": 3, "carry": False, "restart_every": None, "log_every": 1, "test_every": None,
                     "checkpoint": None, "checkpoint_every": 30.0, "progress": False},
    cu.share_wrong: lambda: {"model": cu.init_model(LSTM, 1, 2, 2, rng()), "task": Latch(5), "rng": rng(), "n": 3,
                             "enough": 1.0},
    find_cell: lambda: {"name": "LSTM"},
    SGD: lambda: {"lr": .1, "momentum": .5}, RMSprop: lambda: {"lr": .1, "decay": .9, "eps": 1e-8},
    Adam: lambda: {"lr": .1, "betas": (.9, .99), "eps": 1e-8, "n_total": 5},
    SGD.step: lambda: {"self": Adam(.1), "weights": P.params.copy(), "grads": P.params},
    cu.Params.copy: lambda: {"self": P.params}, cu.Model.copy: lambda: {"self": model()},
    **{cell: dict for cell in (*CELLS, *ABLATIONS, cu.Cell)},
}

RECORDS = {cu.Activation, cu.Params, cu.Model, cu.Trace, cu.History, cu.NotFinite, cu.TrainingDiverged}
