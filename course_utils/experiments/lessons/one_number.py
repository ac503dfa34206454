"""Two trainings of one LSTM on a lag of a hundred steps that differ in one number, the bias of the input gates
(notebook 13 opens with them and does not say so at once)."""
from ...ground.arguments import seed, size, takes
from ...learning.training import fit
from ..runs import prepare
from .memory_size import TASK_6A

KEEP = 5.0  # the forget bias of both


@takes(n_iterations=size(), seed=seed)
def train_two(n_iterations=200, seed=2):
    """The logs of two trainings on task 6a, with input bias 0 and with −5: batches of 32, Adam at .01, clipped at 1,
    as in the tables of the same seed."""
    logs = []
    for b_i in (0.0, -KEEP):
        task, model, rule, rng = prepare(TASK_6A | {"forget_bias": KEEP, "input_bias": b_i, "seed": seed})
        logs.append(fit(model, task, rule, rng, n_iterations, clip_norm=1.0, progress=False))
    return logs
