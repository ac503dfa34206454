"""How fast the gradient of a random network shrinks or grows (notebook 05)."""
import numpy as np

from ...engine.cells import LinearRNN, ReluRNN, SigmoidRNN, TanhRNN
from ...engine.params import SCHEMES, init_params
from ...engine.products import jacobian_norms
from ...engine.sequence import unroll
from ...ground.arguments import among, real, seed, size, takes

PLAIN = LinearRNN, TanhRNN, ReluRNN, SigmoidRNN


@takes(cell=among(*PLAIN), seed=seed, recurrent=among(*SCHEMES), gain=real(), noise=real(0), length=size(),
       n_hidden=size())
def random_network(cell, seed, *, recurrent="gaussian", gain=1.0, noise=.5, length=100, n_hidden=64):
    """(params, trace) of one plain network: W_x the identity, W_h as `init_params` draws it, inputs N(0, noise²).

    Every unit has an input of its own, the first state is 0. Cells that share a seed share weights and inputs.
    """
    rng = np.random.default_rng(seed)
    params = init_params(cell, n_hidden, n_hidden, rng, recurrent=recurrent, gain=gain)
    params.W_x = np.eye(n_hidden)
    return params, unroll(cell, params, noise * rng.standard_normal((length, 1, n_hidden)))


@takes(cell=among(*PLAIN))
def log_sizes(cell, params, trace):
    """log10 of the size of ∂h_T/∂h_k for k = 0 … T, (T+1,), of the first sequence.

    Size: the root mean square of the singular values, ‖·‖_F / √H; 1 for the identity. Raises ValueError if trace and
    weights don't fit.
    """
    return jacobian_norms(cell, params, trace, ord="fro")[:, 0] - np.log10(trace.states.shape[-1]) / 2


@takes(cell=among(*PLAIN), n_seeds=size(most=1000), length=size())
def rates(cell, n_seeds=10, *, recurrent="gaussian", gain=1.0, noise=.5, length=100):
    """Rates of `random_network` for the seeds 0 … n_seeds − 1, (n_seeds,), in nats per step: the logarithm of the size
    of ∂h_T/∂h_0, divided by T = length. Negative: the gradient vanishes."""
    networks = [random_network(cell, seed, recurrent=recurrent, gain=gain, noise=noise, length=length)
                for seed in range(n_seeds)]
    return _log_sizes_at_0(cell, networks) / length


def _log_sizes_at_0(cell, networks):
    """ln of the size of ∂h_T/∂h_0 of several networks (params, trace), what `log_sizes` gives for k = 0: all their
    products J_T ⋯ J_1, J_t = diag(φ′_t) W_hᵀ, grow step by step, side by side, which is twice as quick."""
    W = np.array([params.W_h.T for params, _ in networks])
    slopes = cell.slope(np.array([trace.states[0, 1:, 0] for _, trace in networks]))
    product, logs = np.array([np.eye(W.shape[-1])] * len(W)), np.zeros(len(W))
    for slope in slopes.swapaxes(0, 1)[::-1]:
        product = (product * slope[:, None]) @ W
        size = np.sqrt(np.mean(np.sum(product**2, axis=2), axis=1))
        size[size == 0] = 1  # a product that is zero stays it
        product /= size[:, None, None]
        logs += np.log(size)
    with np.errstate(divide="ignore"):
        return logs + np.where(product.any(axis=(1, 2)), 0, -np.inf)


@takes(n_seeds=size(most=1000), gain=real())
def spectral_radii(n_seeds=10, *, gain=1.0):
    """ρ of the recurrent weights of the networks that `rates` measures, Gaussian ones, (n_seeds,)."""
    drawn = (random_network(LinearRNN, seed, gain=gain, length=1)[0].W_h for seed in range(n_seeds))
    return np.array([np.abs(np.linalg.eigvals(W_h)).max() for W_h in drawn])


@takes(cell=among(*PLAIN), noise=real(0), n_seeds=size(most=1000), gain=real())
def slope_averages(cell, noise, n_seeds=10, *, gain=1.0):
    """(share of saturated units, ½ ln of the mean squared slope, mean of ln of the slope) of `random_network`,
    Gaussian, over all units, steps and seeds. Saturated: |h| > .95."""
    traces = [random_network(cell, seed, gain=gain, noise=noise)[1] for seed in range(n_seeds)]
    h = np.array([trace.states[0, 1:, 0] for trace in traces])
    slopes = cell.slope(h)
    with np.errstate(divide="ignore"):  # ln 0 is −∞: a path through a unit that is off
        return np.mean(np.abs(h) > .95), np.log(np.mean(slopes**2)) / 2, np.mean(np.log(slopes))
