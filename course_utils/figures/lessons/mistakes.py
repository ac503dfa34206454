"""What a wrong backward step does to training: curves of the table data/mistakes.csv (notebook 03)."""
import numpy as np
from matplotlib.axes import Axes

from ...ground.arguments import a, mapping, real, size, some, takes, text

STYLES = {  # of each backward step: name, colour, line
    "right": ("right gradient", "#000000", "-"), "no_carry": ("no carry", "#0072B2", "--"),
    "no_slope": ("no slope", "#D55E00", ":"), "tanh_twice": ("tanh twice", "#CC79A7", "-")}


@takes(ax=a(Axes), rows=some(mapping), rate=real(above=0))
def plot_trainings(ax, rows, rate):
    """A line for each training at this learning rate: the loss (nats per letter, log axis) over training steps, one
    colour a backward step, with a legend in the first of several panels.

    rows: of data/mistakes.csv. Raises ValueError if none of them has this rate. Returns ax.
    """
    chosen = [row for row in rows if row.get("rate") == rate]
    if not chosen:
        raise ValueError(f"rate is {rate}, and none of the {len(rows)} rows has it")
    labelled = set()
    for row in chosen:
        label, colour, line = STYLES[_name(row)]
        ax.semilogy(*curve_of(row), line, color=colour, linewidth=1.2, label=None if label in labelled else label)
        labelled.add(label)
    ax.set(title=f"learning rate {rate:g}", xlabel="training step")
    if ax.get_subplotspec() is None or ax.get_subplotspec().is_first_col():
        ax.set_ylabel("loss (nats per letter)")
        ax.legend()
    return ax


@takes(ax=a(Axes), rows=some(mapping), last=size(40), a_label=text, b_label=text)
def plot_riddle(ax, rows, last, a_label="network A", b_label="network B"):
    """Two trainings from one start on the same letters, up to the step `last`; one of them has a wrong gradient.

    rows: of data/mistakes.csv; the two are those of seed 0 at learning rate .003. Raises ValueError if rows lack them.
    Returns ax.
    """
    for name, label, colour, line in (("tanh_twice", a_label, "#CC79A7", "-"), ("right", b_label, "#000000", "--")):
        found = [row for row in rows if (row.get("name"), row.get("rate"), row.get("seed")) == (name, .003, 0)]
        if not found:
            raise ValueError(f"rows lack {name} at rate .003 with seed 0; there are {len(rows)}")
        steps, losses = curve_of(found[0])
        ax.plot(steps[steps <= last], losses[steps <= last], line, color=colour, label=label)
    ax.set(xlabel="training step", ylabel="loss (nats per letter)", ylim=(0, 3))
    ax.legend()
    return ax


@takes(row=mapping)
def curve_of(row):
    """(training steps, mean losses) of a row, whose columns of losses are named "40", "80", …"""
    steps = [key for key in row if isinstance(key, str) and key.isdigit()]
    if not steps:
        raise ValueError(f"row has the columns {', '.join(map(str, row))}, expected some called 40, 80, …")
    try:
        return np.array(steps, int), np.array([row[key] for key in steps], float)
    except (TypeError, ValueError):
        raise ValueError("row has losses that are no numbers") from None


def _name(row):
    if row.get("name") not in STYLES:
        raise ValueError(f"rows hold a backward step called {row.get('name')!r}, expected {', '.join(STYLES)}")
    return row["name"]
