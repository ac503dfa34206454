"""Random recurrent networks, and what of a gradient reaches their earlier steps: by the direct path along the cell
state, by all paths together, and from one loss (notebook 10)."""
import numpy as np

from ...engine.backprop import backprop, gradient_norms
from ...engine.cells import LSTM, TanhRNN
from ...engine.jacobians import each_jacobian
from ...engine.params import SCHEMES, check_cell, init_params
from ...engine.products import jacobian_norms
from ...engine.sequence import unroll
from ...ground.arguments import among, flag, pair, real, size, some, takes

H = 32  # units, and inputs
CELLS = {"tanh RNN": (TanhRNN, 0), "LSTM, b_f = 0": (LSTM, 0), "LSTM, b_f = 1": (LSTM, 1), "LSTM, b_f = 5": (LSTM, 5)}


@takes(cell=lambda name, cell: check_cell(cell), n=size(most=100), start=among(*SCHEMES), gain=real(0, 10),
       b_f=real(-50, 50), b_i=real(-50, 50), noise=real(0, 10), n_steps=size(most=200))
def random_networks(cell, n=10, *, start="gaussian", gain=1.0, b_f=0.0, b_i=0.0, noise=.5, n_steps=60):
    """A list of n (params, trace): networks of 32 units with the seeds 0 … n − 1, run over an input of 32 independent
    normal numbers a step.

    start, gain: of the recurrent weights, as `recurrent` and `gain` of `init_params`; "torch" is PyTorch's start. b_f,
    b_i: added to the biases of forget and input gate. noise: standard deviation of the input. Raises ValueError for a
    bias of a gate that the cell has not.
    """
    if b_i and "i" not in cell.gates:
        raise ValueError(f"b_i is {b_i}, but the cell has no input gate")
    networks = []
    for seed in range(n):
        rng = np.random.default_rng(seed)
        params = init_params(cell, H, H, rng, recurrent=start, gain=gain, forget_bias=b_f)
        if b_i:
            params.b[:H] += b_i
        networks.append((params, unroll(cell, params, noise * rng.standard_normal((n_steps, 1, H)))))
    return networks


@takes(networks=some(pair))
def both_paths(networks):
    """log10 ‖∂c_T/∂c_k‖ of LSTMs (params, trace), for k = 0 … T: (direct, total), each (networks, T+1).

    Along the cell state alone the Jacobian is diagonal, f_T ∘ … ∘ f_{k+1}, and its norm is the largest entry. The
    traces must be equally long, for a batch of one.
    """
    direct, total = [], []
    for params, trace in networks:
        total.append(jacobian_norms(LSTM, params, trace, block=("c", "c"))[:, 0])
        f = trace.gates[1, :, 0]
        direct.append(np.append(np.log10(f[::-1]).cumsum(axis=0)[::-1].max(axis=1), 0))
    return np.array(direct), np.array(total)


@takes(networks=some(pair), cell=lambda name, cell: check_cell(cell), whole=flag)
def total_norms(networks, cell=LSTM, whole=False):
    """log10 ‖∂c_T/∂c_0‖ by all paths of networks (params, trace), (networks,), or with whole=True that of the whole
    state: what `jacobian_norms` gives at k = 0, by the product of the Jacobians from the first to the last, which is
    quicker. For batches of one. Raises ValueError for a cell without c, unless the whole state is asked for."""
    if not whole and cell.states != ("h", "c"):
        raise ValueError(f"cell has the states {', '.join(cell.states)}, expected one with h and c")
    norms = []
    for params, trace in networks:
        first = 0 if whole else len(params.W_h)
        product = np.eye(len(cell.states) * len(params.W_h))[None, :, first:]
        for J_t in each_jacobian(cell, params, trace, trace.n_steps, forwards=True):
            product = J_t.right(product, np.empty_like(product))
        norms.append(np.linalg.norm(product[0, first:], 2))
    return log10(norms)


@takes(cell=lambda name, cell: check_cell(cell), networks=some(pair))
def loss_gradients(cell, networks):
    """log10 ‖∂L/∂s_k‖ for L = Σ h_T/√H and k = 0 … T, s the whole state: (networks, T+1). For batches of one."""
    norms = []
    for params, trace in networks:
        direct = np.zeros(trace.states.shape)
        direct[0, -1] = trace.states.shape[-1] ** -.5
        total, _ = backprop(cell, params, trace, direct)
        norms.append(gradient_norms(total)[:, 0])
    return log10(norms)


def log10(norms):
    """The logarithms of a list of norms or of arrays of norms; that of 0 is −∞."""
    with np.errstate(divide="ignore"):
        return np.log10(norms)


@takes(start=among(*SCHEMES), noise=real(0, 10), names=some(among(*CELLS)))
def cell_gradients(start, noise=.5, names=tuple(CELLS)):
    """{name: `loss_gradients` (20, 101)} of cells among CELLS, a tanh RNN and LSTMs with three forget biases: twenty
    networks each, over 100 steps. start, noise: as in `random_networks`."""
    found = {}
    for name in names:
        cell, b_f = CELLS[name]
        found[name] = loss_gradients(cell, random_networks(cell, 20, start=start, b_f=b_f, noise=noise, n_steps=100))
    return found
