"""What one symbol of a sequence leaves behind in the state of a network (notebook 07)."""
import numpy as np

from ...ground.arguments import numbers, size, takes
from ...learning.model import check_model, predict


@takes(model=check_model, x=numbers("T", "B", "D"), first=size(0), last=size(0))
def distance_after_swap(model, x, first, last):
    """‖h_t − h′_t‖ for t = 0 … T, mean over the batch: h are the states of `model` that reads x, h′ those of `model`
    that reads x with X and Y swapped at the steps `first` to `last`, counted from 0.

    x: symbols (T, B, D), one-hot, of which X and Y are the first two; other symbols stay as they are. Raises
    ValueError if the steps are not among the T, or x does not fit the model.
    """
    if not first <= last < len(x) or x.shape[2] < 2:
        raise ValueError(f"first is {first} and last is {last}, x has shape {x.shape}; expected first ≤ last < T "
                         "and at least two symbols")
    swapped = x.copy()
    swapped[first:last + 1, :, :2] = x[first:last + 1, :, 1::-1]
    one, other = (predict(model, read)[1].states[0] for read in (x, swapped))
    return np.linalg.norm(one - other, axis=-1).mean(axis=-1)
