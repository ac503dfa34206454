"""What training makes of the forget gates of LSTMs that start with a forget bias (notebook 17, claim 12).

    python -m course_utils.experiments.lessons.forget_gates --out data/forget_gates.csv
"""
import numpy as np

from ...ground.arguments import real, seed, size, takes
from ...learning.model import predict
from ...learning.training import fit
from ..catalogue import SWEEPS
from ..results import ask_out, save_each
from ..runs import prepare

BIASES, SEEDS, LOOKS = (1, 3, 5), range(5), (0, 100, 300, 1000)


@takes(forget_bias=real(-10, 10), seed=seed, n_batches=size(0))
def gates_of(forget_bias, seed, n_batches):
    """(before, after): the mean of all forget gates on 20 fresh sequences before training and after n_batches.

    LSTMs of 8 units on temporal order over 100 to 110 steps, as in data/forget_bias.csv (task 6a of Hochreiter and
    Schmidhuber 1997): batches of 32, Adam at .01, clipped at 1.
    """
    found = _looks(forget_bias, seed, (0, n_batches))
    return found[0], found[-1]


def _looks(forget_bias, seed, looks):
    """The mean of the forget gates after each of these numbers of batches."""
    settings = next(row for row in SWEEPS["forget_bias"] if row["cell"] == "LSTM" and not row.get("chrono"))
    settings = {**settings, "forget_bias": float(forget_bias), "seed": seed}
    task, model, optimiser, rng = prepare(settings)
    probe, done, found = task.batch(np.random.default_rng(9), 20).x, 0, []
    for n in looks:
        if n > done:
            fit(model, task, optimiser, rng, n - done, batch_size=32, clip_norm=1.0, progress=False)
            done = n
        found.append(float(predict(model, probe)[1].gates[1].mean()))
    return found


def main():
    """Train all and save the table."""
    rows = ({"forget_bias": bias, "seed": number,
             **{str(n): f"{mean:.4f}" for n, mean in zip(LOOKS, _looks(bias, number, LOOKS))}}
            for bias in BIASES for number in SEEDS)
    save_each(rows, *ask_out("forget_gates", __doc__))


if __name__ == "__main__":
    main()
