"""One bit kept for some steps by tanh networks that start orthogonal times a gain (notebook 05)."""
import numpy as np

from ...engine.products import jacobian_norms
from ...ground.arguments import mapping, real, seed, size, takes
from ...learning.model import predict
from ..catalogue import SWEEPS
from ..runs import prepare, run, settings_of


@takes(length=size(2), gain=real(), seed=seed)
def latch_run(length, gain, seed=0):
    """The row of one training (see `runs.run`), with the settings of data/latch_gains.csv but for these three."""
    return run(SWEEPS["latch_gains"][0] | {"task.length": length, "gain": gain, "seed": seed})


@takes(row=mapping)
def first_size(row):
    """log10 of the size of ∂h_T/∂h_0 before the training of this row, on the first sequence that its task draws.

    Size: the root mean square of the singular values. Raises ValueError for a row without the settings of a training.
    """
    task, model, _, rng = prepare(settings_of(row))
    trace = predict(model, task.batch(rng, 1).x)[1]
    return jacobian_norms(model.cell, model.params, trace, ord="fro")[0, 0] - np.log10(trace.states.shape[-1]) / 2
