"""The trainings on temporal order: their names, and who learned at which reach (notebook 07)."""
from ...ground.arguments import mapping, some, takes

STARTS = {("SigmoidRNN", "gaussian"): "sigmoid", ("TanhRNN", "gaussian"): "tanh", ("TanhRNN", "sparse"): "sparse tanh"}
PARTS = ((0, .5, "under half"), (.5, .9, "half to 90 %"), (.9, 1.01, "90 % or more"))


@takes(rows=some(mapping))
def name_trainings(rows):
    """The rows of `data/temporal_order.csv` with two columns more: start ("sigmoid", "tanh" or "sparse tanh") and rule
    ("SGD", "clipped" or "regulariser").

    After Pascanu, Mikolov & Bengio (2013), section 4.1. Raises ValueError for a row of another table.
    """
    named = []
    for row in rows:
        if not {"regulariser", "clip_norm"} <= set(row) or (row.get("cell"), row.get("recurrent")) not in STARTS:
            raise ValueError("rows hold one that is none of temporal_order.csv: its cell is "
                             f"{row.get('cell')}, its recurrent {row.get('recurrent')}")
        rule = "regulariser" if row["regulariser"] else "clipped" if row["clip_norm"] else "SGD"
        named.append({**row, "start": STARTS[row["cell"], row["recurrent"]], "rule": rule})
    return named


@takes(rows=some(mapping))
def learned_by_reach(rows):
    """[(part, learned, tried)]: of the trainings whose first gradient reached over this part of the sequence, how many
    solved the task. reach_first / task.length is under half, half to 90 %, or 90 % and more. rows: of a table of
    trainings. Raises ValueError if they lack a column."""
    found = []
    for low, high, name in PARTS:
        there = [row for row in rows if low <= first_share(row) < high]
        found.append((name, sum(row["solved_at"] is not None for row in there), len(there)))
    return found


def first_share(row):
    """The share of the sequence over which the first gradient reached."""
    try:
        return row["reach_first"] / row["task.length"]
    except (KeyError, TypeError, ZeroDivisionError) as error:
        raise ValueError(f"rows hold one without reach_first or task.length: {error!r}") from None
