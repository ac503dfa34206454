"""Two runs of one network that start almost at the same state (notebook 04)."""
import numpy as np

from ...engine.params import Params, check_cell
from ...engine.sequence import unroll
from ...ground.arguments import a, numbers, real, size, takes


@takes(params=a(Params), start=numbers("H"), change=real(above=0, most=1), n_steps=size(most=100_000))
def twin_distance(cell, params, start, change, n_steps):
    """How far two runs without input are apart, as a share of the state's own length: ‖h_t − h′_t‖ / ‖h_t‖.

    start: h_0 of the first run (H,); the second starts at (1 + change) h_0, so entry 0 is `change`. cell: a plain RNN,
    whose only state is h. Returns (n_steps+1,). Raises ValueError for weights that don't fit, another cell, or a start
    of length 0.
    """
    if check_cell(cell).states != ("h",):
        raise ValueError(f"cell has the states {', '.join(cell.states)}, expected h alone")
    if not np.any(start):
        raise ValueError("start is 0 everywhere, expected a state of some length")
    x = np.zeros((n_steps, 2, params.W_x.shape[0]))
    h = unroll(cell, params, x, np.stack([start, (1 + change) * start])[None]).states[0]
    return np.linalg.norm(h[:, 1] - h[:, 0], axis=-1) / np.linalg.norm(h[:, 0], axis=-1)
