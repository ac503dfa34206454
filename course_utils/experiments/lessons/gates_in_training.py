"""What training does to the forget gates of an LSTM (notebook 13).

    python -m course_utils.experiments.lessons.gates_in_training --out data/gates_in_training.csv
"""
import numpy as np

from ...engine.cells import LSTM
from ...ground.arguments import a, having, real, seed, size, takes
from ...learning.model import Model, init_model, predict
from ...learning.optimisers import Adam
from ...learning.training import fit, share_wrong
from ...tasks import TemporalOrder
from ..results import ask_out, save_each

TASK, H, PIECE, N_PIECES = TemporalOrder(60), 16, 50, 6
BIASES, SEEDS = (0.0, 1.0, 3.0), range(6)


@takes(model=a(Model), batch=having("x"))
def look(model, batch):
    """(mean of all forget gates, log10 of ∏ f of the unit that keeps most, mean over the sequences) of an LSTM."""
    f = predict(model, batch.x)[1].gates[1]
    return f.mean(), np.log10(f).sum(axis=0).max(axis=-1).mean()


@takes(b_f=real(-50, 50), seed=seed, n_pieces=size(0, 100))
def follow(b_f, seed, n_pieces=N_PIECES):
    """`look` at 20 sequences before training and after each 50 batches of temporal order over 60 steps,
    (n_pieces + 1, 2), and the share of wrong answers in the end: an LSTM of 16 units, Adam at .01."""
    rng, probe = np.random.default_rng(seed), TASK.batch(np.random.default_rng(9), 20)
    model, rule = init_model(LSTM, TASK.n_inputs, H, TASK.n_outputs, rng, forget_bias=b_f), Adam(.01)
    found = [look(model, probe)]
    for _ in range(n_pieces):
        fit(model, TASK, rule, rng, PIECE, clip_norm=1., progress=False)
        found.append(look(model, probe))
    return np.array(found), share_wrong(model, TASK, rng, 500)


def training(b_f, seed):
    """The rows of one training: forget_bias, seed, batches, f, path, and the share `wrong` in the end."""
    found, wrong = follow(b_f, seed)
    return [{"forget_bias": b_f, "seed": seed, "batches": n * PIECE, "f": f"{f:.4f}", "path": f"{path:.3f}",
             "wrong": wrong} for n, (f, path) in enumerate(found)]


def main():
    """Train all and save the table."""
    rows = (row for b_f in BIASES for seed in SEEDS for row in training(b_f, seed))
    save_each(rows, *ask_out("gates_in_training", __doc__))


if __name__ == "__main__":
    main()
