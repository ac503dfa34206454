"""How large the cell states of an LSTM grow before any training, under its biases (notebook 13)."""
import numpy as np

from ...ground.arguments import numbers, real, size, takes
from ...learning.model import predict
from ..runs import prepare

TASK_6A = {"task": "temporal order", "task.length": 100, "task.layout": "hochreiter", "hidden": 8}


def t_max(name, value):
    """0, or a number above 2."""
    if value := real(0, 10**6)(name, value):
        real(above=2)(name, value)
    return value


@takes(b_f=real(-50, 50), b_i=real(-50, 50), chrono=t_max, spread=t_max, seed=size(0), n=size(most=1000))
def cell_states(b_f=0.0, b_i=0.0, *, chrono=0.0, spread=0.0, seed=0, n=20):
    """The cell states c_k (101, n, 8) of an untrained LSTM of 8 units while it reads the first 100 steps of n sequences
    of task 6a (Hochreiter & Schmidhuber 1997), with the weights from which the tables' training of this seed starts.

    b_f, b_i: the biases of forget and input gate, the same for all units. chrono: T_max of chrono initialisation;
    spread: the same without its input gate's biases. 0 for none.
    """
    start = {"forget_bias": b_f, "input_bias": b_i, "chrono": chrono, "spread": spread, "seed": seed}
    task, model, *_ = prepare(TASK_6A | start)
    batch = task.batch(np.random.default_rng(seed), n)
    return predict(model, batch.x[:100])[1].states[1]


@takes(b_f=real(-50, 50), b_i=real(-50, 50), chrono=t_max, spread=t_max, n_seeds=size(most=100))
def size_and_slope(b_f=0.0, b_i=0.0, *, chrono=0.0, spread=0.0, n_seeds=5):
    """(median |c_100|, median tanh′(c_100)) of each of n_seeds networks, (2, n_seeds): over sequences and units of
    `cell_states`."""
    found = []
    for seed in range(n_seeds):
        c = cell_states(b_f, b_i, chrono=chrono, spread=spread, seed=seed)[-1]
        found.append((np.median(np.abs(c)), np.median(1 - np.tanh(c)**2)))
    return np.array(found).T


@takes(b_f=numbers("N"), n_seeds=size(most=100))
def beside_bias(b_f, n_seeds=5):
    """{"b_i = 0": …, "b_i = −b_f": …}: `size_and_slope` at each of the N forget biases, (N, 2, n_seeds)."""
    return {"b_i = 0": np.array([size_and_slope(b, 0.0, n_seeds=n_seeds) for b in b_f]),
            "b_i = −b_f": np.array([size_and_slope(b, -b, n_seeds=n_seeds) for b in b_f])}
