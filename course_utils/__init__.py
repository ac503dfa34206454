"""Recurrent cells in NumPy whose back-propagation and Jacobians come from one table of local derivatives.

    cell, rng = LSTM, np.random.default_rng(0)
    params = init_params(cell, n_inputs=3, n_hidden=8, rng=rng)
    trace = unroll(cell, params, rng.standard_normal((50, 1, 3)))
    print(jacobian_norms(cell, params, trace))            # log10 ‖∂s_50/∂s_k‖ for k = 0 … 50

Symbols: `course_utils.cells.base`. Plotting, diagrams and widgets are modules of their own and are imported
only by name: the core needs NumPy alone.
"""
from .activations import relu, relu_slope, sigmoid, sigmoid_slope, tanh_slope
from .backprop import backprop, gradient_norms, input_gradients, truncated_backprop
from .cells import (
    ABLATIONS,
    CELLS,
    GRU,
    LSTM,
    Cell,
    CoupledLSTM,
    LinearRNN,
    NoForgetLSTM,
    NoInputActivationLSTM,
    NoInputGateLSTM,
    NoOutputActivationLSTM,
    NoOutputGateLSTM,
    PeepholeLSTM,
    ReluRNN,
    ResetAfterGRU,
    SigmoidRNN,
    TanhRNN,
)
from .clipping import clip_by_norm, clip_by_value
from .gradcheck import check_gradients, numerical_jacobian, relative_error
from .jacobians import step_jacobians
from .losses import softmax, softmax_cross_entropy, squared_error
from .model import Model, NotFinite, init_model, loss_and_gradients, predict
from .optimisers import SGD, Adam, RMSprop
from .params import Params, chrono_biases, init_params
from .products import all_pairs_norms, jacobian_norms, lyapunov_exponents
from .regulariser import vanishing_regulariser
from .sequence import Trace, unroll
from .torch_weights import from_torch
from .training import History, TrainingDiverged, fit, share_wrong

__all__ = [
    "ABLATIONS",
    "CELLS",
    "GRU",
    "LSTM",
    "SGD",
    "Adam",
    "Cell",
    "CoupledLSTM",
    "History",
    "LinearRNN",
    "Model",
    "NoForgetLSTM",
    "NoInputActivationLSTM",
    "NoInputGateLSTM",
    "NoOutputActivationLSTM",
    "NoOutputGateLSTM",
    "NotFinite",
    "Params",
    "PeepholeLSTM",
    "RMSprop",
    "ReluRNN",
    "ResetAfterGRU",
    "SigmoidRNN",
    "TanhRNN",
    "Trace",
    "TrainingDiverged",
    "all_pairs_norms",
    "backprop",
    "check_gradients",
    "chrono_biases",
    "clip_by_norm",
    "clip_by_value",
    "fit",
    "from_torch",
    "gradient_norms",
    "init_model",
    "init_params",
    "input_gradients",
    "jacobian_norms",
    "loss_and_gradients",
    "lyapunov_exponents",
    "numerical_jacobian",
    "predict",
    "relative_error",
    "relu",
    "relu_slope",
    "share_wrong",
    "sigmoid",
    "sigmoid_slope",
    "softmax",
    "softmax_cross_entropy",
    "squared_error",
    "step_jacobians",
    "tanh_slope",
    "truncated_backprop",
    "unroll",
    "vanishing_regulariser",
]
