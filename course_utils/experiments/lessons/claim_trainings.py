"""Short trainings, and cuts of the gradient, beside what is said of them (notebook 17): as in notebook 06."""
import numpy as np

from ...engine.cells import LinearRNN, SigmoidRNN, TanhRNN
from ...learning.optimisers import SGD, Adam
from ...learning.training import TrainingDiverged
from .adding import train_on_adding
from .cuts import stored_cuts
from .truncation import TAUS, truncation_errors

SEEDS, GROWING = range(2), {"recurrent": "orthogonal", "gain": 1.1}


def end(log):
    """The mean of the last three logged losses."""
    return float(np.mean(log.loss[-3:]))


def loud_and_silent():
    """(overflows, cured, hidden, stuck, silent, reach) of networks that learn adding over 100 steps, two seeds each.

    overflows: how many of four linear networks of gain 1.1 overflow; cured: the loss at the end of the same, clipped at
    1, 100 iterations. hidden: the largest loss of ten iterations of tanh networks of gain 4, whose first gradients have
    norms above 1e14; stuck: the loss at the end of the same, clipped, 40 iterations. silent, reach: the loss at the end
    of sigmoid networks, 60 iterations of Adam, and how many steps back their gradient reaches then.
    """
    loud = [train_on_adding(LinearRNN, SGD(.1), seed, **GROWING) for seed in range(4)]
    cured = [train_on_adding(LinearRNN, SGD(.1), seed, 1.0, 100, **GROWING) for seed in SEEDS]
    hidden = [train_on_adding(TanhRNN, SGD(.01), seed, n=10, gain=4.0) for seed in SEEDS]
    stuck = [train_on_adding(TanhRNN, SGD(.1), seed, 1.0, 40, gain=4.0) for seed in SEEDS]
    silent = [train_on_adding(SigmoidRNN, Adam(.01), seed) for seed in SEEDS]
    return (sum(isinstance(log, TrainingDiverged) for log in loud), [end(log) for log in cured],
            [max(log.loss) for log in hidden], [end(log) for log in stuck], [end(log) for log in silent],
            [log.reach[-1] for log in silent])


def lost_by_cutting():
    """(PyTorch's start, orthogonal, LSTM): the relative error of the gradient of W_h in pieces of six steps, from a
    loss at the last of 60; means of six networks."""
    column = list(TAUS).index(6)
    starts = "PyTorch", "orthogonal", "LSTM"
    return tuple(float(truncation_errors(start, "last step")[:, column].mean()) for start in starts)


def learned_across_cuts():
    """(pieces of 3, quiet end and pieces of 12): of fifteen networks each, how many learned adding over 48 steps to a
    loss below a tenth of the baseline, from data/truncation.csv."""
    rows = stored_cuts("adding")
    return tuple(sum(row["loss"] < row["baseline"] / 10 for row in rows[name])
                 for name in ("pieces of 3", "quiet end, pieces of 12"))
