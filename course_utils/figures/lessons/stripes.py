"""The directions of a matrix's rows as coloured squares: rows that are multiples of one another show as stripes
(notebook 02)."""
import numpy as np
from matplotlib.axes import Axes

from ...ground.arguments import a, numbers, takes, text


@takes(ax=a(Axes), matrix=numbers("R", "C"), name=text)
def plot_rows(ax, matrix, name):
    """A line of squares for each row, red positive, blue negative; below them `name` and the 2-norm of the matrix.

    Each row is divided by its largest entry in size, and its sign is turned if it points against the longest row. So
    all rows of a matrix of rank one look alike.
    """
    longest = matrix[np.linalg.norm(matrix, axis=1).argmax()]
    signs = np.where(matrix @ longest < 0, -1.0, 1.0)
    largest = np.abs(matrix).max(axis=1)
    rows = matrix * (signs / np.where(largest == 0, 1.0, largest))[:, None]
    ax.imshow(rows, cmap="RdBu_r", vmin=-1, vmax=1)
    ax.set(xticks=[], yticks=[], xlabel=f"{name}\nnorm {np.linalg.norm(matrix, 2):.2g}")
    ax.grid(False)
    return ax
