"""Recurrent cells, each one step and one table of local derivatives, and all that is read from the table: gradients,
Jacobians and the norms of their products."""
from .activations import ACTIVATIONS, Activation, activation, relu, relu_slope, sigmoid, sigmoid_slope, tanh_slope
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
    activated,
)
from .clipping import clip_by_norm, clip_by_value
from .gradcheck import check_gradients, numerical_jacobian, relative_error
from .jacobians import step_jacobians
from .params import Params, chrono_biases, init_params
from .products import all_pairs_norms, jacobian_norms, lyapunov_exponents
from .sequence import Trace, unroll
from .torch_weights import from_torch

__all__ = [
    "ABLATIONS",
    "ACTIVATIONS",
    "CELLS",
    "GRU",
    "LSTM",
    "Activation",
    "Cell",
    "CoupledLSTM",
    "LinearRNN",
    "NoForgetLSTM",
    "NoInputActivationLSTM",
    "NoInputGateLSTM",
    "NoOutputActivationLSTM",
    "NoOutputGateLSTM",
    "Params",
    "PeepholeLSTM",
    "ReluRNN",
    "ResetAfterGRU",
    "SigmoidRNN",
    "TanhRNN",
    "Trace",
    "activated",
    "activation",
    "all_pairs_norms",
    "backprop",
    "check_gradients",
    "chrono_biases",
    "clip_by_norm",
    "clip_by_value",
    "from_torch",
    "gradient_norms",
    "init_params",
    "input_gradients",
    "jacobian_norms",
    "lyapunov_exponents",
    "numerical_jacobian",
    "relative_error",
    "relu",
    "relu_slope",
    "sigmoid",
    "sigmoid_slope",
    "step_jacobians",
    "tanh_slope",
    "truncated_backprop",
    "unroll",
]
