"""The LSTM and its relatives: one step with random weights, what of a gradient passes the memory, what training makes
of peepholes, and how far two orders of the same cells agree (notebook 12)."""
import numpy as np

from ...engine.params import SCHEMES, check_cell, init_params
from ...engine.products import jacobian_norms
from ...engine.sequence import unroll
from ...ground.arguments import among, mapping, numbers, real, seed, size, some, takes
from ...learning.model import predict
from ...learning.training import fit
from ..runs import prepare
from .detours import random_networks, total_norms

CELL = {"cell": lambda name, cell: check_cell(cell)}


@takes(x=numbers("B", "D"), h_prev=numbers("B", "H"), c_prev=numbers("B", "H"), **CELL)
def engine_step(cell, x, h_prev, c_prev):
    """(params, [h] or [h, c]): random weights, and the engine's new states, (B, H) each, after one step from x (B, D)
    and the old states (B, H). Biases and peepholes are N(0, ½²), and as much is added to the other weights."""
    params = init_params(cell, x.shape[1], h_prev.shape[1], np.random.default_rng(2))
    for array in params.values():
        array += np.random.default_rng(3).normal(0, .5, array.shape)
    old = np.array([h_prev, c_prev][:len(cell.states)])
    return params, list(unroll(cell, params, x[None], old).states[:, 1])


@takes(forget_bias=real(-50, 50), input_bias=real(-50, 50), start=among(*SCHEMES), noise=real(0, 10),
       n=size(most=100), n_steps=size(most=200), **CELL)
def memory_totals(cell, forget_bias, input_bias=0.0, start="glorot", noise=1.0, n=10, n_steps=60):
    """log10 ‖∂m_T/∂m_k‖₂ by all paths, k = 0 … T, of n networks (n, T+1), 32 units; m is the memory, c or a GRU's h.
    forget_bias: of the gate that keeps, f or z; left out where there is none. input_bias: of i. start, noise: as in
    `random_networks`. Raises ValueError for an input_bias where there is no i."""
    m, networks = cell.states[-1], _networks(cell, forget_bias, input_bias, start, noise, n, n_steps)
    return np.array([jacobian_norms(cell, params, trace, block=(m, m))[:, 0] for params, trace in networks])


@takes(forget_bias=real(-50, 50), input_bias=real(-50, 50), start=among(*SCHEMES), noise=real(0, 10),
       n=size(most=100), **CELL)
def factor_per_step(cell, forget_bias, input_bias=0.0, start="glorot", noise=1.0, n=5):
    """The factor per step that gives, in 60 steps, the mean over n networks of the `memory_totals` at k = 0."""
    networks = _networks(cell, forget_bias, input_bias, start, noise, n, 60)
    return float(10 ** (total_norms(networks, cell, whole=len(cell.states) == 1).mean() / 60))


def _networks(cell, forget_bias, input_bias, start, noise, n, n_steps):
    keeps = 0.0 if cell.forget_gate is None else forget_bias
    return random_networks(cell, n, start=start, b_f=keeps, b_i=input_bias, noise=noise, n_steps=n_steps)


@takes(forget_bias=real(-50, 50), n=size(most=100), n_steps=size(most=1000), **CELL)
def largest_memories(cell, forget_bias, n=10, n_steps=200):
    """The largest |m| that any unit of n networks (n,) ever holds: 8 units, N(0, 3²) input, forget_bias added to the
    bias of the gate that keeps. Raises ValueError for a cell that has none."""
    found = []
    for number in range(n):
        rng = np.random.default_rng(number)
        params = init_params(cell, 3, 8, rng, forget_bias=forget_bias)
        found.append(np.abs(unroll(cell, params, 3 * rng.normal(size=(n_steps, 1, 3))).states[-1]).max())
    return np.array(found)


@takes(n_iterations=size(0, 1000), seed=seed)
def peephole_factors(n_iterations, seed=0):
    """(f, factor), (T, 20, 8) each: the forget gates of a cell with peepholes, and ∂c_t/∂c_{t−1} along its direct path,
    f + c_{t−1} f(1 − f) p_f + g i(1 − i) p_i, on fresh sequences of the timing task (F = 5) after n_iterations."""
    settings = {"task": "timing", "task.interval": 5, "cell": "PeepholeLSTM", "hidden": 8, "forget_bias": 1.0}
    task, model, optimiser, rng = prepare(settings | {"seed": seed})
    if n_iterations:
        fit(model, task, optimiser, rng, n_iterations, batch_size=32, clip_norm=1.0, progress=False)
    trace = predict(model, task.batch(np.random.default_rng(9), 20).x)[1]
    (i, f, g, _), c_prev = trace.gates, trace.states[1, :-1]
    return f, f + c_prev * f * (1 - f) * model.params.p_f + g * i * (1 - i) * model.params.p_i


@takes(rows=some(mapping), never=real(above=0))
def iterations(rows, never):
    """Iterations until solved, (cells, seeds), in the order of the rows; `never` for a training that was not. Raises
    ValueError unless all cells have equally many seeds."""
    if lacking := {"cell", "solved_at"} - set.intersection(*map(set, rows)):
        raise ValueError(f"rows lack {', '.join(sorted(lacking))}")
    found = {}
    for row in rows:
        found.setdefault(row["cell"], []).append(never if row["solved_at"] is None else row["solved_at"])
    if len({len(seeds) for seeds in found.values()}) > 1:
        raise ValueError("rows hold " + ", ".join(f"{len(seeds)} of {cell}" for cell, seeds in found.items()))
    return np.array(list(found.values()), float)


def ranks(values):
    """1 for the smallest of (N,), N for the largest; equals share the mean of their ranks."""
    return (values[:, None] > values).sum(axis=1) + ((values[:, None] == values).sum(axis=1) + 1) / 2


@takes(one=numbers("N"), other=numbers("N"))
def rank_correlation(one, other):
    """Spearman's: the correlation of the ranks of (N,) and (N,), 1 for the same order, 0 for none, −1 for the reverse.
    Raises ValueError if all values of one are equal, or the lengths differ."""
    return float(_standard_ranks("one", one, len(other)) @ _standard_ranks("other", other, len(one)))


def _standard_ranks(name, values, length):
    """Ranks with mean 0 and length 1."""
    if len(values) != length or np.ptp(values) == 0:
        raise ValueError(f"{name} has {len(values)} values from {values.min()} to {values.max()}; expected {length}, "
                         "not all equal")
    centred = ranks(values) - ranks(values).mean()
    return centred / np.linalg.norm(centred)


@takes(one=numbers("N"), other=numbers("N"), n=size(most=100_000))
def as_far_by_chance(one, other, n=10_000):
    """The share of n random orders whose rank correlation is at least as far from 0 as that of (N,) and (N,)."""
    found = abs(rank_correlation(one, other))
    mixed = np.random.default_rng(0).permuted(np.tile(_standard_ranks("other", other, len(one)), (n, 1)), axis=1)
    return float(np.mean(np.abs(mixed @ _standard_ranks("one", one, len(other))) >= found - 1e-9))
