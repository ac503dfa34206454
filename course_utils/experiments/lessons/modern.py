"""What becomes of a gradient in the cells of today (notebook 20)."""
from collections import Counter

import numpy as np

from ...engine.activations import SIGMOID
from ...engine.backprop import input_gradients, local_table
from ...engine.cells import find_cell
from ...engine.cells.rglru import C
from ...engine.graph import candidate, gate_columns
from ...engine.params import SCHEMES, init_params
from ...engine.products import jacobian_norms
from ...engine.scan import scan
from ...engine.sequence import unroll
from ...ground.arguments import among, mapping, real, seed, size, some, takes
from ...learning.model import init_model, predict
from .lag_tables import name_of

INPUTS, UNITS = 8, 32
STARTS = {  # name: (cell, forget bias, input bias)
    "tanh RNN": ("TanhRNN", 0, 0), "LSTM": ("LSTM", 1, 0), "sLSTM": ("SLSTM", 0, 0), "minGRU": ("MinGRU", 0, 0),
    "minLSTM": ("MinLSTM", 0, 0), "RG-LRU": ("RGLRU", 0, 0), "S6": ("SelectiveSSM", 0, 0), "LRU": ("LRU", 0, 0),
    "LSTM, $b=5$": ("LSTM", 5, -5), "sLSTM, $b=5$": ("SLSTM", 5, 0), "minGRU, $b=5$": ("MinGRU", 5, 0),
    "minLSTM, $b=5$": ("MinLSTM", 5, -5)}

AS_THEY_START = tuple(name for name in STARTS if "," not in name)
TOLD_TO_KEEP = tuple(name for name in STARTS if "," in name)
TASKS = "parity", "adding", "temporal order", "copy"


@takes(name=among(*STARTS), seed=seed, n_steps=size(), noise=real(0), recurrent=among(*SCHEMES))
def network(name, seed=0, n_steps=1000, noise=1.0, recurrent="glorot"):
    """(cell, params, trace) of a network of 32 units that reads n_steps steps of N(0, noise²). recurrent: how its
    weights are drawn, as for `init_params`."""
    (cell_name, b_f, b_i), rng = STARTS[name], np.random.default_rng(seed)
    cell = find_cell(cell_name)
    params = init_params(cell, INPUTS, UNITS, rng, recurrent=recurrent, forget_bias=b_f)
    if b_i:
        params.b[gate_columns(cell, "i", UNITS)] += b_i
    return cell, params, unroll(cell, params, noise * rng.standard_normal((n_steps, 1, INPUTS)))


@takes(name=among(*STARTS), n_seeds=size(), n_steps=size())
def arriving(name, n_seeds=5, n_steps=1000, **options):
    """log10 ‖∂L/∂x_k‖ for k = 1 … n_steps, (n_seeds, n_steps), of L = w · h_T with random w: how much of the loss at
    the end hangs on each step's input. options: noise and recurrent of `network`."""
    logs = []
    for number in range(n_seeds):
        cell, params, trace = network(name, number, n_steps, **options)
        direct = np.zeros_like(trace.states)
        direct[0, -1] = np.random.default_rng(number + 1000).standard_normal((1, UNITS))
        with np.errstate(divide="ignore"):
            logs.append(np.log10(np.linalg.norm(input_gradients(cell, params, trace, direct)[:, 0], axis=1)))
    return np.array(logs)


@takes(name=among(*STARTS), n_seeds=size(), n_steps=size())
def two_paths(name, n_seeds=5, n_steps=60):
    """(direct, total), log10 (n_seeds,) each: the largest entry of the product of ∂m_t/∂m_{t−1} with gates held still,
    and the norm of ∂m_T/∂m_0 by all paths. m is the memory: c, or h where there is no c."""
    direct, total = [], []
    for number in range(n_seeds):
        cell, params, trace = network(name, number, n_steps)
        memory = "c" if "c" in cell.states else "h"
        factors = local_table(cell, params, trace, slice(0, n_steps))[memory, memory + "_prev"]
        direct.append(np.log10(factors).sum(axis=0).max())
        total.append(jacobian_norms(cell, params, trace, block=(memory, memory))[0, 0])
    return np.array(direct), np.array(total)


logit = SIGMOID.inverse  # the bias at which a gate is open by a share
OPEN = 40.0  # a bias that opens a gate
SPELLINGS = {  # name: (cell, what is written beside what is kept, biases of the gates that keep a share α)
    "LSTM, i = 1": ("LSTM", "1", lambda keep: {"f": logit(keep), "i": OPEN, "o": OPEN}),
    "LSTM, i = 1 − f": ("LSTM", "1 − α", lambda keep: {"f": logit(keep), "i": -logit(keep), "o": OPEN}),
    "GRU": ("GRU", "1 − α", lambda keep: {"z": logit(keep)}),
    "minGRU": ("MinGRU", "1 − α", lambda keep: {"z": -logit(keep)}),
    "minLSTM": ("MinLSTM", "1 − α", lambda keep: {"f": logit(keep), "i": -logit(keep)}),
    "sLSTM": ("SLSTM", "1 − α", lambda keep: {"f": logit(keep), "o": OPEN}),
    "RG-LRU": ("RGLRU", "√(1 − α²)", lambda keep: {"r": OPEN, "i": OPEN})}


@takes(name=among(*SPELLINGS), keep=real(above=0, most=1), seed=seed, n_steps=size(), n_sequences=size())
def memory_under_noise(name, keep, seed=0, n_steps=4000, n_sequences=20):
    """The memory (n_steps, n_sequences) of one unit that keeps the share `keep` at each step, while ±1 is offered at
    random. The candidate is ±1 (where a tanh squashes it, its argument is ±20); nothing else is read."""
    cell_name, _, biases = SPELLINGS[name]
    cell, rng = find_cell(cell_name), np.random.default_rng(seed)
    params = init_params(cell, 1, 1, rng)
    for array in params.values():
        array[...] = 0
    for gate, bias in biases(keep).items():
        params.b[cell.gates.index(gate)] = bias
    if "lam" in params:  # α = σ(Λ)⁸ with r = 1
        params.lam[...] = logit(keep ** (1 / C))
    squashed = candidate(cell) in ("g", "n") and not cell.linear
    params.W_x[0, cell.gates.index(candidate(cell))] = 20 if squashed else 1
    trace = (scan if cell.linear else unroll)(cell, params, rng.choice([-1., 1.], (n_steps, n_sequences, 1)))
    return trace.states[cell.states.index("c") if name.startswith("LSTM") else 0, 1:, :, 0]


@takes(seed=seed, n_units=size(), n_steps=size(3))
def turns(cell, seed=0, n_units=16, n_steps=200):
    """How often the answer of a random readout of a random network turns round, up or down, on a run of ones. To give
    the parity at every step it must turn n_steps − 2 times."""
    rng = np.random.default_rng(seed)
    model = init_model(cell, 1, n_units, 1, rng)
    model.params.b += rng.standard_normal(model.params.b.shape)
    answers = predict(model, np.ones((n_steps, 1, 1)))[0][:, 0, 0]
    moves = np.diff(answers)
    moves = moves[np.abs(moves) > 1e-12 * np.abs(answers).max()]  # not those of rounding
    return int(np.sum(moves[1:] * moves[:-1] < 0))


@takes(rows=some(mapping))
def solved_at_best(rows):
    """(names as by `name_of`, solved (names, tasks)): how many of three seeds solved each of TASKS at the best of three
    learning rates."""
    names = list(dict.fromkeys(map(name_of, rows)))
    counts = Counter((name_of(row), row["task"], row["lr"]) for row in rows if row["solved_at"] is not None)
    rates = {row["lr"] for row in rows}
    return names, np.array([[max(counts[name, task, rate] for rate in rates) for task in TASKS] for name in names])


@takes(name=among(*STARTS))
def kept_at_start(name):
    """The shares (units · steps,) of the memory that a network keeps in one step before training, on 100 steps of
    noise."""
    cell, params, trace = network(name, 0, 100)
    table = local_table(cell, params, trace, slice(0, 100))
    if cell.__name__ == "LRU":  # |λ| of the two real components
        return np.hypot(table["h", "h_prev"], table["h", "c_prev"]).ravel()
    memory = next(state for state in ("c", "s1", "h") if state in cell.states)
    return table[memory, memory + "_prev"].ravel()
