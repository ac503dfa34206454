"""Sequences of unequal length in one padded array: sequence b has its steps first, lengths[b] of them, and padding
after them. Nothing of the padding is measured."""
import numpy as np

from ..ground.checks import as_numbers


def as_lengths(lengths, n_steps, n_batch):
    """`lengths` as integers (B,) between 1 and T, or None where they are left out or all T. Raises ValueError."""
    if lengths is None:
        return None
    found = as_numbers("lengths", lengths)
    if found.shape != (n_batch,) or not np.issubdtype(found.dtype, np.integer):
        raise ValueError(f"lengths have shape {found.shape} and dtype {found.dtype}, expected ({n_batch},) whole "
                         "numbers, one a sequence")
    if found.min() < 1 or found.max() > n_steps:
        raise ValueError(f"lengths go from {found.min()} to {found.max()}, expected 1 … {n_steps}")
    return None if (found == n_steps).all() else found.astype(int)


def trailing_zeros(x):
    """The lengths (B,) of sequences x (T, B, D) whose padding is rows of zeros at the end; at least 1."""
    spoken = np.asarray(x).astype(bool).any(axis=2)
    return np.maximum(1, len(spoken) - np.argmax(spoken[::-1], axis=0) * spoken.any(axis=0)
                      - len(spoken) * ~spoken.any(axis=0))


def turned(array, lengths):
    """(T, B, …) with the steps of each sequence in reverse order, and the padding where it was."""
    if lengths is None:
        return array[::-1]
    steps = np.arange(len(array))[:, None]
    order = np.where(steps < lengths, lengths - 1 - steps, steps)
    return array[order, np.arange(array.shape[1])]


def without_padding(array, lengths):
    """(…, T, B, H) as (…, N, H): the steps of all sequences."""
    if lengths is None:
        return array.reshape(*array.shape[:-3], -1, array.shape[-1])
    return array[..., np.arange(array.shape[-3])[:, None] < lengths, :]


def blanked(array, lengths):
    """A copy of (T, B, …) with zeros in the padding; the array itself where there is none."""
    if lengths is None:
        return array
    array = array.copy()
    array[np.arange(len(array))[:, None] >= lengths] = 0
    return array


def last(array, lengths):
    """(B, H): what (T, B, H) holds at each sequence's own last step."""
    return array[-1] if lengths is None else array[lengths - 1, np.arange(array.shape[1])]


def aligned(array, lengths, n_steps):
    """(N, B, …) with every sequence moved to later steps, so that all end at step `n_steps` together; NaN before a
    sequence's first."""
    if lengths is None:
        return array
    came_from = np.arange(len(array))[:, None] - (n_steps - lengths)
    moved = array[np.maximum(came_from, 0), np.arange(array.shape[1])]
    moved[came_from < 0] = np.nan
    return moved
