"""Notebook 13: what became of the trainings of a table?"""
import re
from html import escape

import numpy as np

from ..experiments import group, successes
from ..figures.plotting import COLOURS
from ..figures.svg import WIDTH, Panel, picture
from ..ground.arguments import among, mapping, some, table, takes
from .controls import choice
from .painted import PaintedExplorer

MEASURES = {  # what is shown: (label of the axis, value of a row)
    "batches until learned": ("batches until learned (at the right end: never)", lambda row: row["solved_at"]),
    "best loss": ("best loss, as a share of the baseline", lambda row: row["best"] / row["baseline"]),
    "reach before training": ("reach of the gradient before training, steps", lambda row: row["reach_first"]),
    "reach after training": ("reach of the gradient after training, steps", lambda row: row["reach_last"])}
LINE, LEFT = 24, 120
SUBSCRIPT = re.compile(r"\b([a-z])_([a-z])\b")  # b_f in a name


@takes(rows=some(mapping), measure=among(*MEASURES))
def results_of(rows, measure):
    """{name: values} of the trainings of each name in the table: the chosen measure, NaN where it is empty; and, under
    "solved", how many of each were solved."""
    value = MEASURES[measure][1]
    found = {name: np.array([value(row) for row in same], float) for name, same in group(rows, "name").items()}
    solved = {name: count for name, (count, _) in successes(rows, "name").items()}
    colours = {row["name"]: COLOURS.get(row["cell"], "#555") for row in rows}
    return {"measure": measure, "values": found, "solved": solved, "colours": colours}


def draw_results(found):
    """A line for each name, a dot for each training."""
    values, names = found["values"], list(found["values"])[::-1]
    everything = np.concatenate(list(values.values()))
    top = max(1e-9, 1.05 * np.nanmax(everything, initial=0))
    never = np.isnan(everything).any()
    height = 96 + LINE * len(names)
    panel = Panel((LEFT, 0), (WIDTH - LEFT, height), (0, top * (1.1 if never else 1)), (-.6, len(names) - .4),
                  MEASURES[found["measure"]][0], rows=2, names=names)
    for y, name in enumerate(names):
        xs = np.where(np.isnan(values[name]), 1.08 * top, values[name])
        panel.points(xs, np.full(len(xs), y), found["colours"][name], radius=4)
    panel.caption(0, "one dot a training")
    label = f"{found['measure']}: " + "; ".join(
        f"{name} {found['solved'][name]} of {len(some)} learned" for name, some in values.items())
    return picture([panel], WIDTH, height, label)


def say_results(found):
    """How many trainings of each name learned the task."""
    return "Learned: " + " · ".join(f"{name} {found['solved'][name]} of {len(values)}"
                                   for name, values in found["values"].items()) + "."


@takes(tables=table(some(mapping)))
def results_explorer(tables):
    """Every training of the tables, {title: rows}, as a dot: choose the table and what is shown of it. A row's "name"
    says which line it stands on."""
    if not tables:
        raise ValueError("tables is empty, expected one table of trainings at least")
    controls = {"table": choice(next(iter(tables)), tuple(tables), "table"),
                "measure": choice(next(iter(MEASURES)), tuple(MEASURES), "shown")}

    def compute(settings):
        return results_of(tables[settings["table"]], settings["measure"])

    return PaintedExplorer("results explorer", compute, draw_results, controls, all_stored=True,
                           words=lambda found: SUBSCRIPT.sub(r"\1<sub>\2</sub>", escape(say_results(found))))
