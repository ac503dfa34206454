"""The cliff: its surface, its map, the cobweb below it, and descents that run into it (notebook 06)."""
import numpy as np
from matplotlib.axes import Axes
from matplotlib.pyplot import get_cmap

from ...ground.arguments import a, having, numbers, real, some, table, takes
from ..plotting import COLOURS, powers_of_ten
from .cobweb import plot_cobweb

LOW, HIGH = -2, 2  # of log10 of the norm, where the colours end
GRID = {"w": numbers("N", "M"), "b": numbers("N", "M"), "error": numbers("N", "M"), "norm": numbers("N", "M")}


@takes(ax=having("plot_surface"), **GRID)
def plot_error_surface(ax, w, b, error, norm):
    """The error (N, M) over the grid of w and b on three-dimensional axes, coloured by the gradient's norm. Returns
    ax."""
    colours = get_cmap("viridis")((_log(w, b, error, norm) - LOW) / (HIGH - LOW))
    ax.plot_surface(w, b, error, facecolors=colours, rcount=120, ccount=60, shade=False)
    ax.set(xlabel="$w$", ylabel="$b$", zlabel="error $E$", xticks=[4.2, 4.6, 5, 5.4], yticks=[-3.2, -2.6, -2],
           zticks=[0, .2, .4])
    ax.view_init(30, 35)
    return ax


@takes(ax=a(Axes), **GRID, lines=table(numbers("M")))
def plot_gradient_map(ax, w, b, error, norm, lines=None):
    """The norm over the same grid from above, as colours with their scale; error is not drawn. lines: {label: b
    (M,)}, over the w of the grid; labels that are alike share a dash. Returns ax."""
    image = ax.pcolormesh(w, b, _log(w, b, error, norm), vmin=LOW, vmax=HIGH, rasterized=True)
    powers_of_ten(ax.figure.colorbar(image, ax=ax, label="norm of the gradient").ax.yaxis)
    for n, (label, line) in enumerate((lines or {}).items()):
        if len(line) != w.shape[1]:
            raise ValueError(f"lines[{label!r}] has shape {line.shape}, expected ({w.shape[1]},)")
        ax.plot(w[0], line, ("--", ":", "-.")[n % 3], color="white", label=label)
    if lines:
        ax.legend(loc="lower left", labelcolor="white")
    ax.set(xlabel="$w$", ylabel="$b$", xlim=(w.min(), w.max()), ylim=(b.min(), b.max()))
    ax.grid(False)
    return ax


@takes(axes=some(a(Axes)), w=real(), bs=numbers("N"), starts=numbers("S"))
def plot_cobwebs(axes, w, bs, starts):
    """For each of the axes, fifty steps of the unit h_t = σ(w h_{t−1} + b), b out of `bs`, from each of the starts.
    Returns the axes. Raises ValueError if there are not as many axes as bs."""
    if len(axes) != len(bs):
        raise ValueError(f"axes are {len(axes)} and bs has shape {bs.shape}, expected as many of both")
    for ax, b in zip(axes, bs):
        for start, colour in zip(starts, np.resize(["#D55E00", "#0072B2"], len(starts))):
            plot_cobweb(ax, lambda h, b=b: .5 + .5 * np.tanh((w * h + b) / 2), start, 50, (0, 1), color=str(colour))
        ax.set_title(f"$w$ = {w:g}, $b$ = {b:g}".replace("-", "−"))
    return axes


@takes(axes=some(a(Axes)), grid=some(numbers("N", "M")), paths=table(some(numbers(...))))
def plot_descents(axes, grid, paths):
    """Descents in the plane of w and b over the error of `grid` (as `cliff_grid` makes it), and their errors.
    paths: {label: (points (n+1, 2), errors (n+1,), …)}, as `descend` returns them. Returns the axes."""
    if len(axes) != 2 or len(grid) < 3 or any(len(path) < 2 for path in paths.values()):
        raise ValueError(f"axes are {len(axes)}, grid has {len(grid)} arrays, expected two axes, w, b and the error, "
                         "and points and errors for each path")
    (plane, curve), (w, b, error) = axes, grid[:3]
    plane.pcolormesh(w, b, error, cmap="Greys", vmax=.8, rasterized=True)
    styles = (":", COLOURS["LSTM"]), ("-", COLOURS["TanhRNN"])
    for (label, (points, errors, *_)), (dash, colour) in zip(paths.items(), styles):
        plane.plot(*np.transpose(points), dash, marker="o", markersize=3, color=colour, label=label)
        curve.plot(errors, dash, color=colour, label=label)
    plane.annotate("start", points[0], xytext=(5, -3), textcoords="offset points")
    plane.set(xlabel="$w$", ylabel="$b$", xlim=(w.min(), w.max()), ylim=(b.min(), b.max()))
    curve.set(xlabel="step", ylabel="error $E$")
    curve.legend()
    return axes


def _log(w, b, error, norm):
    if len(shapes := {w.shape, b.shape, error.shape, norm.shape}) > 1:
        raise ValueError(f"w, b, error and norm have shapes {', '.join(map(str, sorted(shapes)))}, expected one")
    return np.log10(np.maximum(norm, 10.0 ** (2 * LOW)))
