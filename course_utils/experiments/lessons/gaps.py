"""Trainings on sentences with a gap: how they are called, and who learned which gap (notebook 14)."""
import numpy as np

from ...ground.arguments import having, mapping, seed, some, takes
from ...tasks import TASKS, WORDS
from ..results import group

SETTINGS = "task", "cell", "forget_bias", "input_bias", "lr", "task.phrases", "solved_at"


@takes(task=having("batch", "gap", "phrases"), seed=seed)
def example(task, seed=4):
    """Text: one sentence of a task of sentences, the words that are asked for, and the gap."""
    batch = task.batch(np.random.default_rng(seed), 1)
    words, answers = batch.x[:, 0].argmax(axis=-1), batch.target[batch.mask[:, 0], 0]
    return f"{' '.join(WORDS.decode(words))} → {' '.join(WORDS.decode(answers))}    (gap {task.gap})"


@takes(rows=some(mapping))
def name_sentences(rows):
    """Copies of the rows of data/sentences.csv with four columns more: the network's `name`, the `kind` of sentence,
    its `gap` in words, and how many words back the cause is from the last answer (`needed`: in "agreement" that is the
    pronoun, three words after the verb)."""
    named = []
    for row in rows:
        if missing := [name for name in SETTINGS if name not in row]:
            raise ValueError(f"rows lack {', '.join(missing)}, one holds {', '.join(map(str, row))}")
        if row["task"] not in ("recall", "agreement"):
            raise ValueError(f"rows hold task {row['task']!r}, expected recall or agreement")
        kind = row.get("task.kind") or {"recall": "language", "agreement": "agreement"}[row["task"]]
        gap = TASKS[row["task"]](row["task.phrases"]).gap
        named.append(row | {"name": name_of(row), "kind": kind, "gap": gap, "needed": gap + 3 * (kind == "agreement")})
    return named


def name_of(row):
    """What a figure calls the network of a row: the cell, and of an LSTM the biases with which it starts."""
    if row["cell"] == "TanhRNN":
        return "tanh RNN"
    if row["cell"] != "LSTM":
        return row["cell"]
    name = f"LSTM, forget bias {row['forget_bias']:.0f}"
    return name if not row["input_bias"] else f"{name}, input bias −{abs(row['input_bias']):.0f}"


@takes(rows=some(mapping))
def solved_by_gap(rows):
    """Text: for each kind of sentence a line for each network, a column for each gap (and each learning rate, if there
    are several), and in it how many of the trainings were solved, "2 of 3". rows: as `name_sentences` returns them."""
    for row in rows:
        if missing := [name for name in ("name", "kind", "gap", "lr", "solved_at") if name not in row]:
            raise ValueError(f"rows lack {', '.join(missing)}, one holds {', '.join(map(str, row))}")
    return "\n\n".join(f"{kind}\n{_table(same)}" for kind, same in group(rows, "kind").items())


def _table(rows):
    """The lines for one kind of sentence."""
    rates = {row["lr"] for row in rows}
    columns = sorted(group(rows, "gap", "lr"), key=lambda column: (column[0], -column[1]))
    heads = [f"gap {gap}" + (f", rate {lr:g}" if len(rates) > 1 else "") for gap, lr in columns]
    names = group(rows, "name")
    wide = max(len(str(name)) for name in names) + 2
    lines = [" " * wide + "  ".join(heads)]
    for name, same in names.items():
        cells = [[row["solved_at"] is not None for row in same if (row["gap"], row["lr"]) == column]
                 for column in columns]
        parts = [f"{sum(cell)} of {len(cell)}" if cell else "" for cell in cells]
        lines.append(f"{name!s:{wide}s}" + "  ".join(f"{part:{len(head)}s}" for part, head in zip(parts, heads)))
    return "\n".join(line.rstrip() for line in lines)
