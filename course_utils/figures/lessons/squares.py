"""A small table whose squares have a number and a colour (notebook 05)."""
import numpy as np
from matplotlib.axes import Axes

from ...ground.arguments import a, numbers, real, takes, text, texts


@takes(ax=a(Axes), values=numbers("R", "C"), rows=texts, columns=texts, form=text, vmin=real(), vmax=real())
def plot_squares(ax, values, rows, columns, form="{:.0f}", *, vmin, vmax, **style):
    """A square for each of values (R, C), coloured between vmin and vmax, with its number; rows downwards.

    form: how a number is written, as for `str.format`. style: handed on to `Axes.imshow`. Returns ax. Raises ValueError
    if rows or columns have another number of names than values has rows or columns.
    """
    if values.shape != (len(rows), len(columns)):
        raise ValueError(f"values have shape {values.shape}, rows are {len(rows)} and columns {len(columns)}")
    image = ax.imshow(values, vmin=vmin, vmax=vmax, aspect="auto", **style)
    for (row, column), value in np.ndenumerate(values):
        red, green, blue, _ = image.cmap(image.norm(value))
        dark = .3 * red + .6 * green + .1 * blue < .5
        ax.text(column, row, form.format(value), ha="center", va="center", color="white" if dark else "black")
    ax.set_yticks(range(len(rows)), rows)
    ax.set_xticks(range(len(columns)), columns)
    ax.grid(False)
    return ax
