"""Slopes, weights and bounds of plain networks of 32 units over 60 steps of noise (notebook 17)."""
import numpy as np

from ...engine.backprop import backprop
from ...engine.cells import LinearRNN, ReluRNN, SigmoidRNN, TanhRNN
from ...engine.jacobians import step_jacobians
from ...engine.params import SCHEMES, check_cell, init_params
from ...engine.sequence import unroll
from ...ground.arguments import among, flag, numbers, real, size, takes
from .detours import H, random_networks, total_norms
from .directions import angle
from .matrix_products import growth_of_products

NOISE, STEPS = .5, 60


def norms_of_steps(networks):
    """The 2-norms of the Jacobians of all steps of tanh networks (params, trace), (networks, T)."""
    return np.array([np.linalg.norm(step_jacobians(TanhRNN, *network)[:, 0], 2, axis=(1, 2)) for network in networks])


@takes(start=among(*SCHEMES))
def step_norms(start):
    """The 2-norms of the Jacobians of all steps of ten tanh networks: of gain 1, or PyTorch's start, (10, 60)."""
    return norms_of_steps(random_networks(TanhRNN, start=start))


def counts_of_04():
    """(PyTorch's start, Gaussian of gain 1): in how many of 60 steps the Jacobian of the network of notebook 04 has a
    2-norm above 1."""
    return tuple(int(np.sum(norms_of_steps(identity_networks(start, 1)) > 1)) for start in ("torch", "gaussian"))


def identity_networks(start, n=10):
    """n tanh networks (params, trace) with W_x the identity and a random first state."""
    found = []
    for seed in range(n):
        rng = np.random.default_rng(seed)
        params = init_params(TanhRNN, H, H, rng, recurrent=start)
        params.W_x = np.eye(H)
        state = rng.standard_normal((1, 1, H)) / 2
        found.append((params, unroll(TanhRNN, params, NOISE * rng.standard_normal((STEPS, 1, H)), state)))
    return found


def bounded_networks(cell, n=10):
    """n Gaussian networks (params, trace) of tanh or sigmoid units, scaled so that γσ_max = .95."""
    found, largest = [], 1 if cell is TanhRNN else 1 / 4
    for seed in range(n):
        rng = np.random.default_rng(seed)
        params = init_params(cell, H, H, rng, recurrent="gaussian")
        params.W_h = params.W_h * .95 / largest / np.linalg.norm(params.W_h, 2)
        found.append((params, unroll(cell, params, NOISE * rng.standard_normal((STEPS, 1, H)))))
    return found


@takes(cell=lambda name, cell: check_cell(cell))
def bounded_norms(cell):
    """log10 ‖∂h_60/∂h_0‖ of ten Gaussian networks scaled so that γσ_max = .95, (10,). Raises ValueError for a cell that
    has neither tanh nor sigmoid units."""
    if cell not in (TanhRNN, SigmoidRNN):
        raise ValueError(f"cell is {cell.__name__}, expected TanhRNN or SigmoidRNN")
    return total_norms(bounded_networks(cell), cell, whole=True)


def largest_bounded_step():
    """The largest 2-norm of a step's Jacobian in ten tanh networks with γσ_max = .95."""
    return norms_of_steps(bounded_networks(TanhRNN)).max()


@takes(gain=real(0, 100))
def spectral_radii(gain):
    """ρ of the recurrent weights of ten Gaussian networks of this gain, (10,): those of `log_norms`."""
    return np.array([abs(np.linalg.eigvals(params.W_h)).max()
                     for params, _ in random_networks(ReluRNN, gain=gain, n_steps=1)])


@takes(gain=real(0, 100))
def singular_values(gain):
    """σ_max of the recurrent weights of ten Gaussian networks of this gain, (10,): those of `log_norms`."""
    return np.array([np.linalg.norm(params.W_h, 2) for params, _ in random_networks(ReluRNN, gain=gain, n_steps=1)])


def identity_norms():
    """log10 ‖∂h_60/∂h_0‖ of ten ReLU networks whose recurrent weights start as the identity, (10,)."""
    return total_norms(random_networks(ReluRNN, start="identity"), ReluRNN, whole=True)


@takes(shared=flag)
def products(shared):
    """ln ‖P_100 v‖ of 200 products of a hundred random matrices of gain 1, all the same or all fresh, (200,): the last
    row of `growth_of_products`."""
    return growth_of_products(H, shared)[-1]


@takes(logs=numbers("n"))
def in_range(logs):
    """(at gain 1, at gain .9): the share of products of a hundred matrices that are within a factor of e⁵ of 1; logs:
    ln of their sizes at gain 1, as `products` gives them."""
    return tuple(float(np.mean(abs(logs + 100 * np.log(gain)) < 5)) for gain in (1, .9))


def _noisy_networks(cell, n, noise, start="gaussian", gain=1.0):
    """Those of `random_networks`, also for the noise and the gains that are too large for it."""
    networks = []
    for seed in range(n):
        rng = np.random.default_rng(seed)
        params = init_params(cell, H, H, rng, recurrent=start, gain=gain)
        networks.append((params, unroll(cell, params, noise * rng.standard_normal((STEPS, 1, H)))))
    return networks


@takes(noise=real(0, 1e6), n=size(most=100))
def saturation(noise, n=10):
    """(share of the states with |h| > .95, what a step keeps of the gradient): tanh networks of gain 1, inputs
    N(0, noise²), the mean over n networks."""
    networks = _noisy_networks(TanhRNN, n, noise)
    share = np.mean([np.abs(trace.states[0, 1:]) > .95 for _, trace in networks])
    return share, 10 ** (total_norms(networks, TanhRNN, whole=True).mean() / STEPS)


@takes(n=size(most=100))
def relu_units(n=10):
    """(off at some step, off at all 60, without a gradient), (n,) each: how many of the 32 units of ReLU networks of
    gain 1.2, whose unit 0 a bias of −50 keeps off. The loss is the sum of all states."""
    found = []
    for params, trace in random_networks(ReluRNN, n, gain=1.2):
        params.b[0] = -50.0
        trace = unroll(ReluRNN, params, trace.x)
        grads = backprop(ReluRNN, params, trace, np.ones((1, STEPS + 1, 1, H)))[1]
        received = np.abs(grads.b) + np.abs(grads.W_h).sum(axis=0) + np.abs(grads.W_x).sum(axis=0)
        is_off = trace.states[0, 1:, 0] == 0
        found.append((is_off.any(axis=0).sum(), is_off.all(axis=0).sum(), np.sum(received == 0)))
    return np.transpose(found)


@takes(cell=lambda name, cell: check_cell(cell), gain=real(0, 100), orthogonal=flag, noise=real(0, 100))
def log_norms(cell, gain=1.0, orthogonal=False, noise=NOISE):
    """log10 ‖∂s_60/∂s_0‖ of ten networks of 32 units, (10,). Weights: Gaussian or orthogonal, times gain."""
    if noise > 10:
        raise ValueError(f"noise is {noise}, expected 10 at most")
    start = "orthogonal" if orthogonal else "gaussian"
    return total_norms(_noisy_networks(cell, 10, noise, start, gain), cell, whole=True)


def large_weights():
    """(linear, loud, quiet), `log_norms` of ten networks each: linear of gain 1.5, and tanh networks with orthogonal
    weights times 1.5 whose inputs have standard deviation 1, or .1."""
    linear = log_norms(LinearRNN, 1.5)
    return linear, *(log_norms(TanhRNN, 1.5, orthogonal=True, noise=noise) for noise in (1.0, .1))


@takes(gain=real(.01, 10), n_layers=size(most=1000))
def deep_norms(gain, n_layers=STEPS):
    """log10 of the 2-norm of ∂h_n/∂h_0 of ten feed-forward tanh networks: n layers of 32 units, each with Gaussian
    weights of its own, (10,)."""
    found = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        h, product = rng.standard_normal(H), np.eye(H)
        for _ in range(n_layers):
            W = gain * rng.standard_normal((H, H)) / np.sqrt(H)
            h = np.tanh(W @ h)
            product = (1 - h ** 2)[:, None] * W @ product
        found.append(np.log10(np.linalg.norm(product, 2)))
    return np.array(found)


@takes(n=size(most=100))
def clipped_angles(n=10):
    """(by value, by norm), degrees by which clipping turns the gradient of W_h of tanh networks of gain 2, (n,) each:
    at a tenth of its largest entry, and at a tenth of its length. The loss is the sum of all states."""
    found = []
    for params, trace in random_networks(TanhRNN, n, gain=2.0):
        g = backprop(TanhRNN, params, trace, np.ones((1, STEPS + 1, 1, H)))[1].W_h.ravel()
        found.append([angle(g, g.clip(-abs(g).max() / 10, abs(g).max() / 10)), angle(g, g / 10)])
    return np.transpose(found)
