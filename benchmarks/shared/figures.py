"""The figures of README.md: SVG in the course's style, the same file for the same numbers."""
import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
from matplotlib.ticker import LogLocator, NullFormatter

from course_utils.figures.plotting import PALE, use_course_style

use_course_style()
plt.rcParams.update({"svg.hashsalt": "benchmarks", "svg.fonttype": "none", "font.family": "sans-serif"})
COLOURS = {"ours": "#000000", "torch": "#D55E00", "jax": "#0072B2", "autograd": "#009E73", "floor": "#8a8a8a"}
MARKS = {"ours": "o", "torch": "s", "jax": "^", "autograd": "D", "floor": "_"}


def save(fig, folder, name, alt):
    """Write the figure to folder/name.svg, close it, and return the line of Markdown that shows it."""
    folder.mkdir(exist_ok=True)
    fig.savefig(folder / f"{name}.svg", metadata={"Date": None, "Creator": None})
    plt.close(fig)
    return f"![{' '.join(alt.split())}]({folder.name}/{name}.svg)"


def bars(names, values, label, *, log=False, shown=str, highlight=()):
    """A figure of horizontal bars, the first on top, each with its value behind it; `highlight`: names in colour."""
    fig, ax = plt.subplots(figsize=(8, .6 + .3 * len(names)))
    colours = [COLOURS["torch"] if name in highlight else PALE for name in names]
    drawn = ax.barh(range(len(names)), values, color=colours, log=log)
    ax.bar_label(drawn, [shown(value) for value in values], padding=3, fontsize="small")
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    ax.margins(x=.1)
    ax.grid(False, axis="y")
    ax.set_xlabel(label)
    return fig


def dots(ax, names, series):
    """Marks for {name of a contender: a value for each of `names`} over each other, a column for each of `names`."""
    for name, values in series.items():
        ax.plot(range(len(names)), values, MARKS[name], color=COLOURS[name], markersize=6 + 4 * (name == "floor"),
                markeredgewidth=2 if name == "floor" else None)
    ax.set_xticks(range(len(names)), names, rotation=40, ha="right", rotation_mode="anchor", fontsize="small")
    ax.set_yscale("log")
    plain(ax.yaxis)
    ax.margins(x=.08)
    ax.grid(False, axis="x")
    return ax


def plain(axis):
    """Label a log axis of a few powers of ten with plain numbers at 1, 2 and 5."""
    axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter("{x:g}")
    axis.set_minor_formatter(NullFormatter())


def legend(fig, ax, labels, columns=None):
    """The names of the marks in `ax` above the whole figure. labels: {name: label}, in the order of the marks."""
    fig.legend(ax.lines[:len(labels)], labels.values(), loc="outside upper center", ncols=columns or len(labels))
