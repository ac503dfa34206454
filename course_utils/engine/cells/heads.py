"""Several heads: units that hear their own group alone."""
from functools import lru_cache

import numpy as np

from ...ground.checks import as_size
from ..graph import n_targets
from .base import Cell


def multihead(cell, n):
    """The cell with n heads: each gate's block of W_h is block-diagonal with n blocks of H/n units, as in the sLSTM's
    paper (Beck et al. 2024). A subclass of the cell, the same one for the same n.

    `init_params` leaves the rest of W_h at zero, and its gradient is zero. Raises ValueError for n < 1 or for what is
    no cell with a recurrent product.
    """
    if not (isinstance(cell, type) and issubclass(cell, Cell) and cell.products):
        raise ValueError(f"cell is {cell!r}, expected a cell with a recurrent product, such as course_utils.SLSTM")
    return _multihead(cell, as_size("n", n))


@lru_cache(maxsize=256)
def _multihead(cell, n):
    if n == cell.heads:
        return cell
    return type(f"{cell.__name__}({n} heads)", (cell,), {"heads": n, "__doc__": cell.__doc__})


@lru_cache(maxsize=64)
def heads_mask(cell, n_hidden):
    """(H, n·H) of True within the heads and False between them, for all of W_h; read only. Raises ValueError for an H
    that n does not divide."""
    if n_hidden % cell.heads:
        raise ValueError(f"n_hidden is {n_hidden}, expected a multiple of the {cell.heads} heads")
    head = np.arange(n_hidden) // (n_hidden // cell.heads)
    mask = np.tile(head[:, None] == head, n_targets(cell))
    mask.flags.writeable = False
    return mask
