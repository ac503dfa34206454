"""The course's sweeps, as lists of settings. Seconds are those of the stored tables, on one core each."""
from itertools import product


def combine(*parts, seeds):
    """Every choice of one dict out of each list in `parts`, merged, with every seed."""
    return [dict(item for part in chosen for item in part.items()) | {"seed": seed}
            for *chosen, seed in product(*parts, range(seeds))]


def lengths(task, *values, name="length", **more):
    return [{"task": task, f"task.{name}": value, **more} for value in values]


TANH = {"cell": "TanhRNN"}
ORTHOGONAL = {"cell": "TanhRNN", "recurrent": "orthogonal"}
IRNN = {"cell": "ReluRNN", "recurrent": "identity", "std": .001}  # Le, Jaitly & Hinton 2015
GRU = {"cell": "GRU"}


def lstm(b_f=1.0, cell="LSTM"):
    return {"cell": cell, "forget_bias": b_f}


def chrono(t_max, cell="LSTM"):
    return {"cell": cell, "chrono": float(t_max)}


# Pascanu, Mikolov & Bengio 2013, section 4.1: 50 units, batch 20, learning rate .01, clip at 1, regulariser 4
PASCANU_INIT = [
    {"cell": "SigmoidRNN", "recurrent": "gaussian", "gain": .01 * 50**.5, "std": .01},
    {"cell": "TanhRNN", "recurrent": "gaussian", "gain": .1 * 50**.5, "std": .1},
    {"cell": "TanhRNN", "recurrent": "sparse", "gain": .95, "std": .01}]
PASCANU_RULE = [{"clip_norm": 0.0}, {"clip_norm": 1.0}, {"clip_norm": 1.0, "regulariser": 4.0}]
PASCANU = {"hidden": 50, "batch_size": 20, "optimiser": "SGD", "lr": .01, "n_iterations": 10_000, "test_every": 250}

SWEEPS = {}

