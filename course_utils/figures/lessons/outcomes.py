"""What came of trainings of several kinds, a dot each (notebook 06)."""
from matplotlib.axes import Axes

from ...ground.arguments import a, mapping, real, some, table, takes
from ..plotting import COLOURS

PALER = {"GRU": "#66C2A5"}  # a cell's second kind
NEEDED = {"loss", "kind", "cell"}


@takes(ax=a(Axes), rows=table(some(mapping)), levels=table(real(above=0)))
def plot_outcomes(ax, rows, levels):
    """A dot at row["loss"] for every row of `rows` {name: list of rows}, on a logarithmic axis, a line for each
    name, the first on top; row["kind"] is told by the colour, that of row["cell"]. levels: {label: loss}, upright
    lines to compare with. Returns ax."""
    if lacking := [row for same in rows.values() for row in same if not NEEDED <= set(row)]:
        raise ValueError(f"rows hold one with {', '.join(map(str, lacking[0]))}, expected {', '.join(sorted(NEEDED))}")
    names, seen = list(rows), set()
    kinds = list(dict.fromkeys((row["kind"], row["cell"]) for same in rows.values() for row in same))
    for n, (kind, cell) in enumerate(kinds):
        same = [row | {"name": name} for name in names for row in rows[name] if row["kind"] == kind]
        places = [names.index(row["name"]) + .24 * (n - (len(kinds) - 1) / 2) for row in same]
        colour = PALER.get(cell, "#777777") if cell in seen else COLOURS.get(cell, "#444444")
        ax.plot([row["loss"] for row in same], places, "o", color=colour, markersize=5, alpha=.7, label=kind)
        seen.add(cell)
    for label, level in levels.items():
        ax.axvline(level, color="#444444", linewidth=.8)
        ax.text(level, -.62, label, ha="right")
    ax.set(xscale="log", ylim=(len(names) - .4, -.9), xlabel="loss at the end of training")
    ax.set_yticks(range(len(names)), names)
    ax.legend(loc="center left", bbox_to_anchor=(1, .5))
    return ax
