"""What notebook 18 draws: gradients side by side, wrong over right, and how far off each of ten bugs is."""
import numpy as np
from matplotlib.axes import Axes

from ...ground.arguments import a, mapping, numbers, real, some, takes
from ..plotting import COLOURS
from .squares import plot_squares

BUGS = range(1, 11)
NAMES = ("four gates", "a short memory", "almost remembers", "verdict at the end", "should be silent", "of one mind",
         "never overflows", "once is not enough", "the bribed judge", "clipped, but how?")
SILENT = {6: "the gradient is right", 8: "right once, then it crashes", 9: "right, says the broken check"}


@takes(axes=some(a(Axes)), gradients=mapping)
def plot_gradients(axes, gradients):
    """A table of numbers with colours for each of {name: gradient (N, M)}, all on one scale. Returns axes."""
    arrays = {name: numbers("N", "M")(f"gradients[{name!r}]", array) for name, array in gradients.items()}
    if len(arrays) != len(axes) or not arrays:
        raise ValueError(f"gradients are {len(arrays)} and axes {len(axes)}, expected as many, and one at least")
    most = max(np.abs(array).max() for array in arrays.values()) or 1
    for ax, (name, array) in zip(axes, arrays.items()):
        rows, columns = ([str(n + 1) for n in range(size)] for size in array.shape)
        plot_squares(ax, array.round(1) + 0., rows, columns, "{:.1f}", vmin=-most, vmax=most, cmap="PiYG")
        for number in ax.texts:
            number.set_text(number.get_text().replace("-", "\N{MINUS SIGN}"))
        ax.set(title=f"gradient {name}", xlabel="column")
    axes[0].set_ylabel("row")
    return axes


@takes(axes=some(a(Axes)), ratio=numbers("B", "H"), dh=numbers("B", "H"), h=numbers("B", "H"))
def plot_ratio(axes, ratio, dh, h):
    """Two panels: wrong over right, ratio (B, H), over what arrives, dh (B, H), and over the state, h (B, H). Returns
    axes."""
    if len(axes) != 2 or not ratio.shape == dh.shape == h.shape:
        raise ValueError(f"axes are {len(axes)}, expected 2; ratio {ratio.shape}, dh {dh.shape} and h {h.shape} must "
                         "have one shape")
    for ax, at, name in zip(axes, (dh, h), ("what arrives, $dh$", "the state, $h$")):
        ax.plot(at.ravel(), ratio.ravel(), "o", color=COLOURS["TanhRNN"], markersize=5)
        ax.set_xlabel(name)
    axes[0].set_ylabel("ours / judge")
    return axes


@takes(ax=a(Axes), noted=mapping)
def plot_bugs(ax, noted):
    """A row for each of the ten bugs: a bar as long as its largest error, or in words why there is no bar. Returns ax.

    noted: {(number of the bug, name of the output): relative error}; number 0, the hunt, is left out.
    """
    errors = _largest(noted)
    for bug in BUGS:
        ax.barh(bug, 100 * errors.get(bug, 0), color=COLOURS["TanhRNN"])
        ax.text(100 * errors.get(bug, 0) + 1, bug, _word(bug, errors), va="center", fontsize=9.5, color="#333333")
    ax.set_yticks(BUGS, [f"{bug}  {name}" for bug, name in zip(BUGS, NAMES)], fontsize=9.5)
    ax.set(ylabel="bug", xlabel="largest deviation (%)",
           xlim=(0, max([110, *(115 * error for error in errors.values())])))
    ax.invert_yaxis()
    ax.grid(False, axis="y")
    return ax


@takes(noted=mapping)
def words_about_bugs(noted):
    """The alternative text of `plot_bugs`, which changes as the bugs are repaired."""
    errors = _largest(noted)
    bars = [f"bug {bug} is off by {errors[bug]:.0%}" for bug in BUGS if bug in errors]
    others = [f"bug {bug} has the words '{_word(bug, errors)}'" for bug in BUGS if bug not in errors]
    return (f"Ten rows, one for each bug. Bars: {', '.join(bars) or 'none'}. "
            f"Instead of a bar, {', '.join(others) or 'none'}.")


def _word(bug, errors):
    return f"{100 * errors[bug]:.0f} %" if bug in errors else SILENT.get(bug, "not measured")


def _largest(noted):
    """{number of the bug: its largest error}."""
    errors = {}
    for key, error in noted.items():
        if not isinstance(key, tuple) or len(key) != 2 or key[0] not in (0, *BUGS):
            raise ValueError(f"noted has a key {key!r}, expected (number of the bug from 0 to 10, name of the output)")
        errors[key[0]] = max(real(0, 1e6)(f"noted[{key}]", error), errors.get(key[0], 0))
    errors.pop(0, None)
    return errors
