"""What the LSTM's relatives pass back, hold and learn: totals, memories, and how long each seed took (notebook 12)."""
import numpy as np
from matplotlib.axes import Axes

from ...ground.arguments import a, mapping, numbers, real, some, takes, text
from ..plotting import COLOURS, plot_log_norms
from .cell_tree import name_of

DASHES = {"CoupledLSTM": "--", "PeepholeLSTM": (0, (1, 3)), "ResetAfterGRU": (0, (4, 5))}
ON_TOP = {"PeepholeLSTM": "#401a00", "ResetAfterGRU": "#00231f"}  # dark, on a line that may be the same


@takes(ax=a(Axes), totals=mapping)
def plot_totals(ax, totals):
    """Norms over the time steps, a line for each cell. totals: {cell: log10 (networks, T+1)}; means of the logarithms
    with a band from the smallest to the largest network. Raises ValueError for a cell without a name. Returns ax."""
    for cell, logs in totals.items():
        logs, label = numbers("N", "T")("totals", logs), name_of(cell)
        band, kind = np.array([logs.min(axis=0), logs.max(axis=0)]), getattr(cell, "__name__", cell)
        plot_log_norms(ax, logs.mean(axis=0), band=band, color=ON_TOP.get(kind, COLOURS.get(kind)),
                       linestyle=DASHES.get(kind, "-"))
        ax.lines[-1].set(label=label, linewidth=2, zorder=3 if kind in ON_TOP else 2)
    ax.set_ylabel(r"$\Vert\partial m_T/\partial m_k\Vert_2$")
    ax.legend(loc="lower right")
    return ax


@takes(ax=a(Axes), memories=mapping)
def plot_memories(ax, memories):
    """The largest memory over the time steps, {cell: (T+1,)}, on a log axis, each line named; a memory of 0 is left
    out. Returns ax."""
    for cell, values in memories.items():
        values, kind = numbers("T")("memories", values), getattr(cell, "__name__", cell)
        label = name_of(cell)
        ax.plot(values, color=COLOURS.get(kind))
        at = int(.7 * (len(values) - 1))
        ax.annotate(label, (at, values[at]), xytext=(-6, 8), textcoords="offset points", ha="right", va="bottom",
                    color=COLOURS.get(kind))
    ax.set_yscale("log", nonpositive="mask")
    ax.set(xlabel="time step $k$", ylabel="largest $|c|$ of all units")
    return ax


@takes(ax=a(Axes), rows=some(mapping), title=text, last=real(above=0))
def plot_solved(ax, rows, title, last):
    """A dot for each training at the batch at which it was solved, a line for each cell, in the order in which they
    first appear; a cross in a column at the right edge for one that never was. last: batches of the longest
    training. Raises ValueError for rows without cell or solved_at. Returns ax."""
    if any({"cell", "solved_at"} - set(row) for row in rows):
        raise ValueError("rows lack cell or solved_at, expected those of trainings")
    cells = list(dict.fromkeys(row["cell"] for row in rows))
    never = any(row["solved_at"] is None for row in rows)
    for y, cell in enumerate(cells):
        _seeds(ax, y, [row["solved_at"] for row in rows if row["cell"] == cell], COLOURS.get(cell, "#6b6b6b"),
               1.2 * last)
    ticks = np.arange(0, last + 1, 500)
    ax.set_xticks([*ticks, 1.2 * last] if never else ticks, [*map("{:.0f}".format, ticks), *["never"] * never])
    ax.set(xlabel="batches until solved", xlim=(0, 1.27 * last if never else 1.04 * last), title=title)
    ax.set_yticks(range(len(cells)), [name_of(cell) for cell in cells])
    ax.set_ylim(len(cells) - .5, -.5)
    return ax


def _seeds(ax, y, found, colour, edge):
    """The seeds of one cell, a little above one another."""
    for n, solved in enumerate(found):
        height = y + .4 * (n - (len(found) - 1) / 2) / max(len(found) - 1, 1)
        ax.plot(edge if solved is None else solved, height, "o" if solved else "x", color=colour, markersize=5)
