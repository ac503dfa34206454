"""The gradient with which a stored training began (notebook 05)."""
import numpy as np

from ...engine.products import jacobian_norms
from ...ground.arguments import mapping, takes
from ...learning.model import predict
from ..runs import prepare, settings_of


@takes(row=mapping)
def first_size(row):
    """log10 of the size of ∂h_T/∂h_0 before the training of this row, on a sequence that its task draws first.

    Size: the root mean square of the singular values. Raises ValueError for a row without the settings of a training.
    """
    task, model, _, rng = prepare(settings_of(row))
    trace = predict(model, task.batch(rng, 1).x)[1]
    return jacobian_norms(model.cell, model.params, trace, ord="fro")[0, 0] - np.log10(trace.states.shape[-1]) / 2
