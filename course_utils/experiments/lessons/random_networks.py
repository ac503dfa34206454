"""Random networks that read noise, and how much of a memory's change comes through them (notebook 08)."""
import numpy as np

from ...engine.cells import NoForgetLSTM
from ...engine.jacobians import step_jacobians
from ...engine.params import init_params
from ...engine.products import jacobian_norms
from ...engine.sequence import unroll
from ...ground.arguments import real, seed, size, takes


@takes(seed=seed, gain=real(), noise=real(), n_steps=size(), n_units=size())
def random_network(cell, seed, gain=1.0, noise=0.5, n_steps=100, n_units=32):
    """(params, trace) of a network of `n_units` with Gaussian recurrent weights of variance gain²/H that reads as many
    inputs, N(0, noise²), for n_steps. Raises ValueError as `init_params` and `unroll` do."""
    rng = np.random.default_rng(seed)
    params = init_params(cell, n_units, n_units, rng, recurrent="gaussian", gain=gain)
    return params, unroll(cell, params, noise * rng.standard_normal((n_steps, 1, n_units)))


@takes(gain=real(), noise=real(), n_steps=size(), n_networks=size())
def totals(gain, noise, n_steps=100, n_networks=5):
    """log10 ‖∂c_T/∂c_k‖ for k = 0 … T, over all paths, of random LSTMs without forget gate, (n_networks, T + 1)."""
    return np.array([jacobian_norms(NoForgetLSTM, *random_network(NoForgetLSTM, seed, gain, noise, n_steps),
                                    block=("c", "c"))[:, 0] for seed in range(n_networks)])


@takes(gain=real(), noise=real(), seed=seed, n_steps=size())
def stretching_factors(gain, noise, seed, n_steps=100):
    """All singular values of ∂c_T/∂c_0, over all paths, of a random LSTM without forget gate, falling, (32,)."""
    params, trace = random_network(NoForgetLSTM, seed, gain, noise, n_steps)
    product = np.eye(64)
    for J in step_jacobians(NoForgetLSTM, params, trace)[:, 0]:
        product = J @ product
    return np.linalg.svd(product[32:, 32:], compute_uv=False)
