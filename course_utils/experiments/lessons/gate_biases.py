"""What the biases of the gates do to a gradient before training: maps over two biases, weights left out, and an LSTM
beside a GRU with the same weights (notebook 11)."""
import numpy as np

from ...engine.cells import GRU, LSTM
from ...engine.params import Params, init_params
from ...engine.products import jacobian_norms
from ...engine.sequence import unroll
from ...ground.arguments import among, flag, mapping, numbers, real, size, some, takes
from ..curves.gates import gate_curves, gate_network
from .detours import total_norms

INPUTS, STEPS = 3, 60
ORDER = "ifgo"
FIRST, SECOND = {"b_f": 2.0}, {"b_f": 2.5, "b_i": -4.0}  # the two LSTMs of the first picture


@takes(settings=mapping, n=size(most=100))
def over_seeds(settings, n=12):
    """What `gate_curves` finds for these settings in n random networks, with the seeds 0 … n − 1: a list of dicts."""
    return [gate_curves(settings | {"seed": seed}) for seed in range(n)]


@takes(found=some(mapping))
def summary(found):
    """Of several networks, each found by `gate_curves`, (5,): the means of the log10 norms at step 0 of the total, the
    direct path and the first input, and the medians over units and networks of |c_T| and of the slope 1 − tanh² c_T."""
    norms = [np.mean([each[key][0] for each in found]) for key in ("total", "direct", "inputs")]
    c = np.array([each["memory"][-1] for each in found])
    return np.array([*norms, np.median(np.abs(c)), np.median(1 - np.tanh(c) ** 2)])


@takes(settings=mapping, n=size(most=100))
def shown_norms(settings, n=12):
    """log10 ‖∂h_T/∂c_0‖ of n of the explorer's LSTMs, (n,): what of the memory's gradient arrives where a loss reads.
    Raises ValueError for a cell without c."""
    norms = []
    for seed in range(n):
        cell, params, x = gate_network(settings | {"seed": seed})
        if "c" not in cell.states:
            raise ValueError(f"settings are for a {cell.__name__}, expected a cell with h and c")
        norms.append(jacobian_norms(cell, params, unroll(cell, params, x), block=("h", "c"))[0, 0])
    return np.array(norms)


@takes(b_f=numbers("F"), b_i=numbers("I"), n=size(most=100))
def bias_map(b_f, b_i, n=4):
    """log10 ‖∂c_100/∂c_0‖ of the explorer's LSTM for each pair of biases, (I, F): means over n networks."""
    return np.array([[np.mean([found["total"][0] for found in over_seeds({"b_f": float(f), "b_i": float(i)}, n)])
                      for f in b_f] for i in b_i])


def left_out(name, value):
    """A text with some of the letters i, f, g and o."""
    if not isinstance(value, str) or set(value) - set(ORDER):
        raise ValueError(f"{name} is {value!r}, expected a text of letters among {', '.join(ORDER)}")
    return value


@takes(start=among("torch", "gaussian"), b_f=real(-50, 50), b_i=real(-50, 50), without=left_out, turned=flag,
       n=size(most=100), n_hidden=size(most=200), noise=real(0, 10))
def lstm_factor(start="torch", b_f=0.0, b_i=0.0, *, without="", turned=False, n=6, n_hidden=32, noise=1.0):
    """The factor per step by which ‖∂c_60/∂c_0‖ falls or grows: its mean over n LSTMs.

    start: "torch" is PyTorch's, "gaussian" has gain 1. b_f, b_i: added to the biases. without: blocks of W_h, of the
    gates i, f, g, o, that are zero. turned: the sign of W_h is changed. noise: standard deviation of the three inputs.
    """
    return float(np.mean([factor(LSTM, params, x) for params, x in lstms(start, b_f, b_i, without, turned, n, n_hidden,
                                                                         noise)]))


@takes(k=real(-50, 50), n_hidden=size(most=200), start=among("torch", "gaussian"), noise=real(0, 10),
       n=size(most=100))
def opened_and_closed(k, n_hidden, start="torch", noise=1.0, n=6):
    """Factors per step of three cells with the same weights: an LSTM with b_f + k; the same with b_i − k besides; and
    a GRU with b_z + k. Means over n networks, (3,).

    The GRU's z has the weights of f, its r those of o, its candidate those of g.
    """
    opened = lstms(start, k, 0.0, "", False, n, n_hidden, noise)
    closed = lstms(start, k, -k, "", False, n, n_hidden, noise)
    found = [[factor(LSTM, *one), factor(LSTM, *two), factor(GRU, as_gru(one[0]), one[1])]
             for one, two in zip(opened, closed)]
    return np.mean(found, axis=0)


def lstms(start, b_f, b_i, without, turned, n, n_hidden, noise):
    """A list of (params, x), with the seeds 0 … n − 1."""
    made = []
    for seed in range(n):
        rng = np.random.default_rng(seed)
        params = init_params(LSTM, INPUTS, n_hidden, rng, recurrent=start, forget_bias=b_f)
        params.b[:n_hidden] += b_i
        for gate in without:
            first = n_hidden * ORDER.index(gate)
            params.W_h[:, first:first + n_hidden] = 0
        params.W_h *= -1 if turned else 1
        made.append((params, noise * rng.standard_normal((STEPS, 1, INPUTS))))
    return made


def as_gru(params):
    """The weights of o, f and g of an LSTM as those of r, z and n of a GRU."""
    return Params({name: np.concatenate([np.split(array, 4, axis=-1)[k] for k in (3, 1, 2)], axis=-1)
                   for name, array in params.items()})


def factor(cell, params, x):
    """The factor per step of ‖∂m_60/∂m_0‖, m the memory: c, or a GRU's h."""
    return 10 ** (total_norms([(params, unroll(cell, params, x))], cell, whole=cell is GRU)[0] / len(x))
