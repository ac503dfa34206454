"""Recurrent cells in NumPy whose back-propagation and Jacobians come from one table of local derivatives.

    cell, rng = LSTM, np.random.default_rng(0)
    params = init_params(cell, n_inputs=3, n_hidden=8, rng=rng)
    trace = unroll(cell, params, rng.standard_normal((50, 1, 3)))
    print(jacobian_norms(cell, params, trace))            # log10 ‖∂s_50/∂s_k‖ for k = 0 … 50

Symbols: `course_utils.cells.base`. Plotting, diagrams and widgets are modules of their own and are imported
only by name: the core needs NumPy alone.
"""
from .activations import relu, relu_slope, sigmoid, sigmoid_slope, tanh_slope
from .backprop import backprop, clip_by_norm, gradient_norms, input_gradients
from .cells import (
    CELLS,
    GRU,
    LSTM,
    Cell,
    CoupledLSTM,
    LinearRNN,
    NoForgetLSTM,
    PeepholeLSTM,
    ReluRNN,
    ResetAfterGRU,
    SigmoidRNN,
    TanhRNN,
)
from .gradcheck import check_gradients, numerical_jacobian, relative_error
from .jacobians import step_jacobians
from .params import Params, init_params
from .products import all_pairs_norms, jacobian_norms, lyapunov_exponents
from .sequence import Trace, unroll
from .torch_weights import from_torch

__all__ = [
    "CELLS",
    "GRU",
    "LSTM",
    "Cell",
    "CoupledLSTM",
    "LinearRNN",
    "NoForgetLSTM",
    "Params",
    "PeepholeLSTM",
    "ReluRNN",
    "ResetAfterGRU",
    "SigmoidRNN",
    "TanhRNN",
    "Trace",
    "all_pairs_norms",
    "backprop",
    "check_gradients",
    "clip_by_norm",
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
    "unroll",
]
