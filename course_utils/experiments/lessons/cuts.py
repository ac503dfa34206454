"""What is learned across a cut of the gradient, from data/truncation.csv, and the cut gradient beside the whole one
(notebook 06)."""
import numpy as np

from ...engine.cells import LSTM
from ...ground.arguments import among, seed, size, takes
from ...ground.places import DATA
from ...learning.model import check_learner, init_model, loss_and_gradients, predict
from ...tasks import Adding, TemporalOrder
from ..results import group, load
from .directions import cosine, flat

LENGTH, BATCH = 48, 64  # of adding
LONG, READ = 30, 1500  # steps of temporal order, sequences to fit and as many to test


@takes(task=among("temporal order", "adding"))
def stored_cuts(task):
    """{name: rows} of the table for this task. A name is "whole" or "pieces of 3", with "quiet end" before it where
    the last steps have no mark. Each row has its name, too, and a kind: its cell and learning rate."""
    rows = [row for row in load(DATA / "truncation.csv") if row["task"] == task]
    for row in rows:
        quiet = "quiet end, " if row["task.quiet"] else ""
        row["name"] = quiet + (f"pieces of {row['truncate']}" if row["truncate"] else "whole")
        row["kind"] = f"{row['cell']}, rate {row['lr']}"
    return group(rows, "name")


@takes(quiet=size(0, LENGTH // 2 - 1), seed=seed)
def cut_beside_whole(quiet, seed):
    """Cosine and relative length of the gradient in pieces of 12 steps beside the whole one: adding over 48 steps,
    64 sequences, a new LSTM of 32 units with PyTorch's start and forget bias 3."""
    rng, task = np.random.default_rng(seed), Adding(LENGTH, quiet=quiet)
    model = init_model(LSTM, 2, 32, 1, rng, recurrent="torch", forget_bias=3.0)
    batch = task.batch(rng, BATCH)
    whole, cut = (flat(loss_and_gradients(model, batch, task.loss, truncate=tau).grads) for tau in (None, LENGTH // 4))
    return cosine(cut, whole), float(np.linalg.norm(cut) / np.linalg.norm(whole))


@takes(model=check_learner)
def readable(model):
    """Of 1500 sequences of temporal order over 30 steps, the share whose earlier symbol a linear readout of the
    state at step 15 tells, by its sign: least squares on 1500 others. Raises ValueError for a model that reads
    something else."""
    batch = TemporalOrder(LONG).batch(np.random.default_rng(1), 2 * READ)
    h = predict(model, batch.x[:LONG // 2])[1].states[0, -1]
    earlier = batch.target[-1] // 2 * 2 - 1  # −1 for X, 1 for Y
    readout = np.linalg.lstsq(h[:READ], earlier[:READ], rcond=None)[0]
    return float(np.mean(np.sign(h[READ:] @ readout) == earlier[READ:]))
