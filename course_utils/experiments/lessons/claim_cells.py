"""LSTMs beside what is said of them: the step by hand, gates held, peepholes, what a memory keeps (notebook 17)."""
import numpy as np

from ...engine.activations import sigmoid
from ...engine.backprop import backprop
from ...engine.cells import LSTM, NoForgetLSTM, NoInputActivationLSTM, NoOutputActivationLSTM, PeepholeLSTM, TanhRNN
from ...engine.jacobians import step_jacobians
from ...engine.params import SCHEMES, Params, check_cell, init_params
from ...engine.products import jacobian_norms
from ...engine.sequence import unroll
from ...ground.arguments import among, maybe, numbers, real, size, some, takes, whole
from .claim_formulas import small_network
from .detours import both_paths, log10, random_networks, total_norms

BIASES = 0, 1, 3, 5


@takes(cell=lambda name, cell: check_cell(cell), n=size(most=100))
def by_hand_differences(cell, n=5):
    """(fused, step), (n,) each: the largest differences between pre-activations made at once, in the order f, i, g, o,
    and gate by gate; and between a step made of them and the engine's. cell: LSTM or PeepholeLSTM."""
    if cell not in (LSTM, PeepholeLSTM):
        raise ValueError(f"cell is {cell.__name__}, expected LSTM or PeepholeLSTM")
    return np.transpose([_by_hand(cell, seed) for seed in range(n)])


def _by_hand(cell, seed):
    params, trace = _with_peepholes(cell, seed, 1.0)
    p_i, p_f, p_o = (params.get(name, 0.0) for name in ("p_i", "p_f", "p_o"))
    U, W, b = ([np.split(part, 4, axis=-1)[n] for n in (1, 0, 2, 3)] for part in (params.W_x, params.W_h, params.b))
    x, (h, c) = trace.x[0], trace.states[:, 0]
    f, i, g, o = each = np.array([x @ U[n] + h @ W[n] + b[n] for n in range(4)])
    fused = np.split(x @ np.hstack(U) + h @ np.hstack(W) + np.hstack(b), 4, axis=-1)
    new = sigmoid(f + p_f * c) * c + sigmoid(i + p_i * c) * np.tanh(g)
    step = np.array([sigmoid(o + p_o * new) * np.tanh(new), new])
    return np.abs(each - fused).max(), np.abs(step - trace.states[:, 1]).max()


def _with_peepholes(cell, seed, sd):
    """(params, trace) of a small network whose peepholes, if it has any, are drawn from N(0, sd²)."""
    params, trace, rng = small_network(cell, seed)
    params.update({name: sd * rng.normal(size=4) for name in cell.weights})
    return params, unroll(cell, params, trace.x, trace.states[:, 0])


@takes(sd=real(0, 100), n=size(most=100))
def own_derivative_errors(sd, n=10):
    """The largest difference between ∂c_t/∂c_{t−1}, with h_{t−1} held still, and f_t over five steps, (n,): LSTMs with
    peepholes N(0, sd²)."""
    found = []
    for seed in range(n):
        params, trace = _with_peepholes(PeepholeLSTM, seed, sd)
        own = np.diagonal(step_jacobians(PeepholeLSTM, params, trace)[:, 0, 4:, 4:], axis1=1, axis2=2)
        found.append(np.abs(own - trace.gates[1, :, 0]).max())
    return np.array(found)


@takes(gate=among("i", "f"), bias=real(-1000, 1000))
def held_gate(gate, bias):
    """One step of a small LSTM whose gate i or f is held by a bias: (trace, Jacobian (8, 8) by h first, then c)."""
    params, trace, _ = small_network(LSTM)
    params.b.reshape(4, 4)[LSTM.gates.index(gate)] = bias
    once = unroll(LSTM, params, trace.x[:1], trace.states[:, 0])
    return once, step_jacobians(LSTM, params, once)[0, 0]


def contrary_total():
    """log10 ‖∂c_60/∂c_0‖ of one unit without forget gate that writes against what it shows, without input."""
    params = Params(W_x=np.array([[0, 1.0, 0]]), W_h=np.array([[0, -.5, 0]]), b=np.array([800.0, 0, 800]))
    trace = unroll(NoForgetLSTM, params, np.zeros((60, 1, 1)))
    return jacobian_norms(NoForgetLSTM, params, trace, block=("c", "c"))[0, 0]


@takes(start=among(*SCHEMES), gain=real(0, 10))
def totals(start, gain=1.0):
    """log10 ‖∂s_60/∂s_0‖ of the whole state by all paths: (tanh, lstm), of ten tanh networks, (10,), and of ten LSTMs
    for each forget bias out of BIASES, (4, 10). 32 units, inputs N(0, ¼)."""
    tanh = total_norms(random_networks(TanhRNN, start=start, gain=gain), TanhRNN, whole=True)
    lstm = [total_norms(random_networks(LSTM, start=start, gain=gain, b_f=b_f), whole=True) for b_f in BIASES]
    return tanh, np.array(lstm)


@takes(tanh=some(numbers("N")), lstm=some(numbers("b", "N")))
def nearer_to_1(tanh, lstm):
    """(nearer, means): of how many LSTMs, a start and a forget bias each, the mean of log10 norms is nearer to 0 than
    that of the tanh networks with the same start. tanh: (N,) for each start; lstm: (biases, N), as `totals` gives."""
    if len(tanh) != len(lstm):
        raise ValueError(f"tanh has {len(tanh)} starts and lstm {len(lstm)}, expected as many")
    nearer = [np.abs(np.mean(gated, axis=1)) < np.abs(np.mean(plain)) for plain, gated in zip(tanh, lstm)]
    return int(np.sum(nearer)), np.size(nearer)


@takes(gain=real(0, 10), b_f=real(-50, 50))
def without_an_activation(gain, b_f):
    """By how many powers of ten ‖∂s_60/∂s_0‖ of an LSTM grows when the tanh of its candidate, or that of its output, is
    left out: the means over ten networks, (2,)."""
    found = [total_norms(random_networks(cell, gain=gain, b_f=b_f), cell, whole=True).mean()
             for cell in (LSTM, NoInputActivationLSTM, NoOutputActivationLSTM)]
    return np.array(found[1:]) - found[0]


@takes(gain=real(0, 10), b_f=maybe(real(-50, 50)))
def memory_norms(gain, b_f):
    """log10 ‖∂c_60/∂c_0‖ by all paths of ten LSTMs with Gaussian weights of this gain and forget bias b_f, or without
    forget gate (None): (10,)."""
    cell = NoForgetLSTM if b_f is None else LSTM
    return total_norms(random_networks(cell, gain=gain, b_f=b_f or 0), cell)


@takes(b_f=real(-50, 50), n=size(most=100))
def half_lives(b_f, n=5):
    """(direct, total): steps back until ‖∂c_T/∂c_k‖ is first below one half, the median of n LSTMs with PyTorch's start
    and forget bias b_f, inputs N(0, ¼), 150 steps; 150 if it never is."""
    found = []
    for logs in both_paths(random_networks(LSTM, n, start="torch", b_f=b_f, n_steps=150)):
        below = logs[:, ::-1] < np.log10(.5)
        found.append(np.median(np.where(below.any(axis=1), below.argmax(axis=1), 150)))
    return tuple(found)


@takes(biases=some(maybe(real(-50, 50))), lags=whole("n", least=1, most=40), n=size(2, 2000), networks=size(most=100))
def kept_and_told(biases, lags, n=1500, networks=2):
    """(kept, told), (biases, lags) each: of what was written so many steps ago, the share that the forget gates have
    left (the median over units and sequences); and of the variance of the number that was read then, the share that a
    linear readout of the last state, h and c, tells on n new sequences, after n to learn from. Means over the networks.

    biases: a forget bias each, or None for no forget gate: LSTMs of 16 units with PyTorch's start, which read one
    number N(0, 1) at each of 41 steps.
    """
    found = [np.mean([_kept_and_told(b_f, lags, n, seed) for seed in range(networks)], axis=0) for b_f in biases]
    return tuple(np.swapaxes(found, 0, 1))


def _kept_and_told(b_f, lags, n, seed):
    rng, cell = np.random.default_rng(seed), NoForgetLSTM if b_f is None else LSTM
    params = init_params(cell, 1, 16, rng, recurrent="torch", forget_bias=b_f or 0)
    trace = unroll(cell, params, rng.standard_normal((41, 2 * n, 1)))
    f = np.ones((41, 2 * n, 16)) if b_f is None else trace.gates[1]
    shown, asked = np.column_stack([*trace.states[:, -1], np.ones(2 * n)]), trace.x[40 - lags, :, 0].T
    readout = np.linalg.lstsq(shown[:n], asked[:n], rcond=None)[0]
    missed = np.mean((shown[n:] @ readout - asked[n:]) ** 2, axis=0) / np.var(asked[n:], axis=0)
    return [np.median(np.prod(f[41 - lag:], axis=0)) for lag in lags], np.maximum(0, 1 - missed)


@takes(biases=some(real(-50, 50)), near=size(2, 60), far=size(2, 60), n=size(most=100))
def powers_lost(biases, near=5, far=40, n=5):
    """(lost, apart): how many powers of ten a gradient loses between `near` and `far` steps back, at the cell state,
    ‖∂L/∂c_k‖, and at the pre-activations of i, f and o, (biases, 4); and by how much more the three gates lose than the
    cell state, (biases, 3). Means over n LSTMs of 32 units for each forget bias, with PyTorch's
    start. 60 steps, 8 sequences, 4 inputs N(0, 1); the loss reads the last h."""
    logs = np.array([np.mean([_gradients(b_f, seed) for seed in range(n)], axis=0) for b_f in biases])
    lost = logs[:, :, 60 - near] - logs[:, :, 60 - far]
    return lost, lost[:, 1:] - lost[:, :1]


def _gradients(b_f, seed):
    """log10 norms of the gradient at c and at the pre-activations of i, f, o of each step, (4, 60)."""
    rng = np.random.default_rng(seed)
    params = init_params(LSTM, 4, 32, rng, recurrent="torch", forget_bias=b_f)
    trace = unroll(LSTM, params, rng.standard_normal((60, 8, 4)))
    direct = np.zeros_like(trace.states)
    direct[0, -1] = rng.standard_normal((8, 32))
    (dh, dc), (i, f, g, o) = backprop(LSTM, params, trace, direct)[0][:, 1:], trace.gates
    c_prev, c = trace.states[1, :-1], trace.states[1, 1:]
    parts = dc, dc * g * i * (1 - i), dc * c_prev * f * (1 - f), dh * np.tanh(c) * o * (1 - o)
    return [log10(np.sqrt((part ** 2).sum(axis=(1, 2)))) for part in parts]
