"""What a bound says of the gradient, and what is so (notebook 04)."""
import numpy as np

from ...engine.cells import LinearRNN, ReluRNN, SigmoidRNN, TanhRNN
from ...engine.params import init_params
from ...engine.products import jacobian_norms
from ...engine.sequence import unroll
from ...ground.arguments import among, real, seed, size, takes

ACTIVATIONS = {"tanh": TanhRNN, "sigmoid": SigmoidRNN, "ReLU": ReluRNN, "linear": LinearRNN}
STEEPEST = {"tanh": 1.0, "sigmoid": 0.25, "ReLU": 1.0, "linear": 1.0}


@takes(activation=among(*ACTIVATIONS), gain=real(above=0), length=size(), noise=real(0), n_hidden=size(), seed=seed)
def bound_curves(activation, gain, length, noise, n_hidden=32, seed=0):
    """What a bound says and what is so, for one plain RNN with Gaussian W_h (entries N(0, gain²/H)).

    Inputs are N(0, noise²), one per unit; the first state is N(0, ¼), because the state 0 would stay there without
    input, however unstable. Returns a dict: eigenvalues (H,), norms log10 ‖∂h_T/∂h_k‖ (T+1,),
    bound log10 (γσ_max)^(T−k), radius log10 ρ^(T−k); γ is the largest slope of the activation.
    """
    cell, rng = ACTIVATIONS[activation], np.random.default_rng(seed)
    params = init_params(cell, n_hidden, n_hidden, rng, recurrent="gaussian", gain=gain)
    params.W_x = np.eye(n_hidden)
    start, x = rng.standard_normal((1, 1, n_hidden)) / 2, noise * rng.standard_normal((length, 1, n_hidden))
    trace = unroll(cell, params, x, start)
    eigenvalues = np.linalg.eigvals(params.W_h)
    lags, sigma = np.arange(length, -1, -1), np.linalg.norm(params.W_h, 2)
    return {"cell": cell.__name__, "eigenvalues": eigenvalues, "norms": jacobian_norms(cell, params, trace)[:, 0],
            "bound": lags * np.log10(STEEPEST[activation] * sigma), "radius": lags * np.log10(abs(eigenvalues).max())}
