"""What does a unit of a trained network carry, and what is lost without it?"""
import numpy as np

from ..engine.backprop import local_table
from ..engine.params import Params
from ..engine.sequence import Trace, unroll
from ..ground.arguments import a, numbers, takes, whole
from ..ground.checks import as_array, as_numbers
from ..learning.model import check_model


@takes(values=numbers(..., "N", finite=False))
def separability(values, labels):
    """How well one number tells two groups apart: the chance that, of one member of each, the one of the group `labels`
    has the larger value (area under the ROC curve), or the smaller if that is likelier; 0.5 says nothing, 1 all.

    values (…, N), labels (N,) booleans; ties count half. Returns (…). Raises ValueError for other shapes or a group
    that is empty.
    """
    labels = as_numbers("labels", labels)
    if labels.dtype != bool or values.shape[-1:] != labels.shape or labels.all() or not labels.any():
        raise ValueError(f"labels have shape {labels.shape} and dtype {labels.dtype}, expected {values.shape[-1:]} of "
                         f"bool as values of shape {values.shape}, some True and some False")
    share = np.apply_along_axis(_share_above, -1, values, labels)
    return np.maximum(share, 1 - share)


def _share_above(values, labels):
    """The share of pairs in which the member of the group `labels` is larger, ties counted half."""
    others = np.sort(values[~labels])
    below = sum(np.searchsorted(others, values[labels], side) for side in ("left", "right")) / 2
    return below.mean() / len(others)


@takes(trace=a(Trace))
def mean_output(trace):
    """(H,) the mean of h over all steps and sequences of a trace."""
    return numbers("K", "T+1", "B", "H")("states", trace.states)[0, 1:].mean(axis=(0, 1))


@takes(model=check_model, mean=numbers("H"))
def silence(model, directions, mean):
    """A copy of the model in which h holds its mean along some directions, whatever the input: nothing reads them.

    With P the projection onto the directions, W_h becomes (I − P) W_h and b becomes b + mean P W_h; the readout
    likewise. For a cell that is read through h alone that is the same as replacing h by h + (mean − h) P at every step.
    directions: (H, r) orthonormal columns, or a list of units. mean (H,). Raises ValueError for shapes that don't fit,
    columns that are not orthonormal, or a cell such as the GRU, whose h is its memory too.
    """
    n_hidden, dtype = len(model.params.W_h), model.params.W_h.dtype
    if carries_its_output(model.cell, model.params):
        raise ValueError(f"{model.cell.__name__} reads its h not through W_h alone: it is what it remembers")
    directions = as_numbers("directions", directions)
    if np.issubdtype(directions.dtype, np.integer):
        directions = np.eye(n_hidden)[:, whole(..., most=n_hidden - 1)("directions", directions.ravel())]
    V = as_array("directions", directions, (n_hidden, "r")).astype(dtype)
    if not np.allclose(V.T @ V, np.eye(V.shape[1]), atol=1e-4):
        raise ValueError(f"directions are not orthonormal columns: {V.T @ V} is not the identity")
    mean = as_array("mean", mean, (n_hidden,)).astype(dtype) @ V
    W_h, W_y = V.T @ model.params.W_h, V.T @ model.readout.W_y
    params = dict(model.params)
    if model.cell.products:  # else the readout alone reads h
        params |= {"W_h": model.params.W_h - V @ W_h, "b": model.params.b + mean @ W_h}
    readout = {"W_y": model.readout.W_y - V @ W_y, "b_y": model.readout.b_y + mean @ W_y}
    return type(model)(model.cell, Params(params), Params(readout))


def carries_its_output(cell, params):
    """Whether the next state depends on h also past W_h: the cell's table says so after one step."""
    trace = unroll(cell, params, np.zeros((1, 1, len(params.W_x)), params.W_x.dtype))
    return any(read == "h_prev" for _, read in local_table(cell, params, trace, slice(0, 1)))
