"""Notebooks to be marked, and what came of them."""
import csv
import json

from course_utils.exercises import check
from course_utils.mark.__main__ import main

SOLUTION = check.exercises()["total_gradients"].source()
START = "import numpy as np\nfrom course_utils.exercises import check\n"
RIGHT = f"{START}{SOLUTION}\ncheck.total_gradients(total_gradients)"
WRONG = f"{START}def total_gradients(dh, h, W_h):\n    return dh.copy()\n\ncheck.total_gradients(total_gradients)"
BLANK = WRONG.replace("dh.copy()", "...")
LOSS = "check.untrained_loss(3.3)"


def notebook(cells):
    """A notebook file's text."""
    listed = [{"cell_type": "code", "source": source, "metadata": {}, "outputs": []} for source in cells]
    return json.dumps({"cells": [{"cell_type": "markdown", "source": "check.untrained_loss(1)"}, *listed]})


def hand_in(folder, student, cells, name="03.ipynb"):
    """Put a student's notebook into its folder."""
    (folder / student).mkdir(parents=True, exist_ok=True)
    (folder / student / name).write_text(notebook(cells).replace("{folder}", str(folder)), encoding="utf-8")


def mark(folder, out, *options):
    """The command; returns {student: row}."""
    main([str(folder), "--out", str(out), *options])
    return rows_of(out)


def rows_of(out):
    """{student: row} of a table."""
    with open(out, encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def change(out, edit):
    """Let edit(columns, rows) change a table by hand, as a spreadsheet would save it; rows: a list of dicts."""
    with open(out, encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        columns, rows = list(reader.fieldnames), list(reader)
    edit(columns, rows)
    with open(out, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
