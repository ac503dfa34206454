"""The cliff on a grid, and descents from many starts beside it (notebook 06)."""
import numpy as np

from ...ground.arguments import maybe, numbers, real, size, takes
from ..curves.cliff import cliff, wall

N_STARTS, N_STEPS = 20, 200


@takes(n=size(2, 2000), w=numbers(2), b=numbers(2))
def cliff_grid(n, w=(4.2, 5.6), b=(-3.4, -1.6)):
    """n × n points between the two w and the two b: w, b, the error there, and the norm of its gradient, (n, n)
    each."""
    w, b = np.meshgrid(np.linspace(*w, n), np.linspace(*b, n))
    error, by_w, by_b = cliff(w, b)
    return w, b, error, np.hypot(by_w, by_b)


@takes(lr=real(above=0), max_norm=maybe(real(above=0)))
def twenty_descents(lr, max_norm=None):
    """200 steps of `descend` from each of twenty points above the wall, drawn at random (w from 4.6 to 6, b from .1
    to .8 above it): the length of the longest step of each, and its error at the end, (20,) each."""
    w, above = np.random.default_rng(0).uniform((4.6, .1), (6.0, .8), (N_STARTS, 2)).T
    points, longest = np.stack([w, wall(w) + above], axis=1), np.zeros(N_STARTS)
    for _ in range(N_STEPS):
        _, by_w, by_b = cliff(*points.T)
        gradient = np.stack([by_w, by_b], axis=1)
        norm = np.hypot(by_w, by_b)[:, None]
        step = lr * gradient * (1 if max_norm is None else max_norm / np.maximum(norm, max_norm))
        points, longest = points - step, np.maximum(longest, np.linalg.norm(step, axis=1))
    return longest, cliff(*points.T)[0]
