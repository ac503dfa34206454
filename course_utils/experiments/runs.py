"""One training, described by a flat dict of settings, and its row of a table."""
import platform
import time

import numpy as np

from ..engine.cells import find_cell
from ..engine.graph import gate_columns
from ..engine.params import chrono_biases
from ..ground.arguments import mapping, maybe, real, size, takes
from ..ground.checks import one_of
from ..learning.model import init_model
from ..learning.optimisers import OPTIMISERS
from ..learning.training import TrainingDiverged, fit
from ..tasks import TASKS

EARLY = 10  # iterations after which a live run is compared with its stored row
DEFAULTS = {
    "task": "adding", "cell": "LSTM", "hidden": 32, "recurrent": "glorot", "gain": 1.0, "std": 0.0, "forget_bias": 0.0,
    "input_bias": 0.0, "chrono": 0.0, "spread": 0.0, "optimiser": "Adam", "lr": 1e-2, "batch_size": 32,
    "clip_norm": 1.0, "regulariser": 0.0, "truncate": 0, "n_iterations": 1000, "test_every": 100, "seed": 0}
OUTCOMES = {"iterations": size(0), "baseline": real(), "seconds": real(0), "solved_at": maybe(size()),
            "diverged": maybe(size()), **dict.fromkeys(  # what `run` finds, and what may stand there in a table
                ("wrong", "loss", "best", "early", "reach_first", "reach_last", "norm_largest"), maybe(real()))}


@takes(settings=mapping)
def prepare(settings):
    """(task, model, optimiser, rng) of the settings: what differs from DEFAULTS, and the task's own as "task.name".

    std: N(0, std²) for the input and output weights, 0 for Glorot's. chrono: T_max of `chrono_biases`, 0 for none;
    spread: the same without its input gate's biases, which stay at zero. input_bias: added to those of the gate i.
    clip_norm, regulariser, truncate: 0 for none. Everything random comes from the one seed.
    Raises ValueError for an unknown name.
    """
    own = {name.removeprefix("task."): value for name, value in settings.items() if name.startswith("task.")}
    if unknown := {name for name in settings if not name.startswith("task.")} - set(DEFAULTS):
        raise ValueError(f"no setting {', '.join(sorted(unknown))}, only {', '.join(DEFAULTS)} and task.…")
    s = DEFAULTS | settings
    task = TASKS[one_of("task", s["task"], tuple(TASKS))](**own)
    cell = find_cell(s["cell"])
    rng = np.random.default_rng(s["seed"])
    model = init_model(cell, task.n_inputs, s["hidden"], task.n_outputs, rng, recurrent=s["recurrent"], gain=s["gain"],
                       forget_bias=s["forget_bias"])
    if s["chrono"] or s["spread"]:
        model.params = chrono_biases(cell, model.params, s["chrono"] or s["spread"], rng)
    if s["spread"] and "i" in cell.gates:
        model.params.b[gate_columns(cell, "i", s["hidden"])] = 0
    if s["input_bias"]:
        model.params.b[gate_columns(cell, "i", s["hidden"])] += s["input_bias"]
    if s["std"]:
        for weights in (model.params["W_x"], model.readout["W_y"]):
            weights[:] = rng.normal(0, s["std"], weights.shape)
    return task, model, OPTIMISERS[one_of("optimiser", s["optimiser"], tuple(OPTIMISERS))](s["lr"]), rng


def train(settings, n_iterations=None):
    """(task, log, diverged at or None) of one run; n_iterations: stop earlier."""
    s = DEFAULTS | settings
    task, model, optimiser, rng = prepare(settings)
    try:
        log = fit(model, task, optimiser, rng, n_iterations or s["n_iterations"], batch_size=s["batch_size"],
                  clip_norm=s["clip_norm"] or None, regulariser=s["regulariser"], truncate=s["truncate"] or None,
                  test_every=s["test_every"] or None, progress=False)
    except TrainingDiverged as error:
        return task, error.log, error.iteration
    return task, log, None


@takes(settings=mapping)
def run(settings):
    """The row of one training: its settings and what came of it.

    iterations: how many were run · solved_at: the iteration whose test was passed, empty if none · wrong: share of the
    last test's sequences · loss: mean of the last ten logged · best: lowest mean of ten in a row · baseline of the
    task · early: the loss at iteration 10 · reach_first, reach_last: of the gradient, in steps, at the first and the
    last logged iteration · norm_largest: of the gradient before clipping · diverged: the iteration, empty if it did
    not · seconds, python, numpy.
    """
    start = time.perf_counter()
    task, log, diverged = train(settings)
    seconds = time.perf_counter() - start
    n = min(10, len(log.loss))
    losses = [float(np.mean(log.loss[k:k + n])) for k in range(len(log.loss) - n + 1)] if n else []
    return DEFAULTS | settings | {
        "iterations": ends(log.iteration)[1] or 0, "solved_at": log.solved_at, "wrong": ends(log.wrong)[1],
        "loss": ends(losses)[1], "best": min(losses, default=None),
        "baseline": float(task.baseline), "early": early(log), "reach_first": ends(log.reach)[0],
        "reach_last": ends(log.reach)[1], "norm_largest": max(log.gradient_norm, default=None), "diverged": diverged,
        "seconds": round(seconds, 2), "python": platform.python_version(), "numpy": np.__version__}


@takes(row=mapping)
def settings_of(row):
    """The settings among the columns of a row."""
    return {name: value for name, value in row.items()
            if name in DEFAULTS or (name.startswith("task.") and value is not None)}


def ends(entries):
    """The first and the last of a list, None for both if it is empty."""
    return (entries[0], entries[-1]) if entries else (None, None)


def early(log):
    """The loss at iteration EARLY, None if training did not get that far."""
    return log.loss[log.iteration.index(EARLY)] if EARLY in log.iteration else None


@takes(row=mapping)
def check_slice(row):
    """Train the first ten iterations of a stored row again: the relative difference of the loss then and now."""
    _, log, _ = train(settings_of(row), EARLY)
    return abs(early(log) - row["early"]) / abs(row["early"])
