"""Exercises on a page: the hints and a solution below each stub, and a note that `check` needs Jupyter."""
import re
from html import escape

from course_utils import check

CALL = re.compile(r"^check\.(\w+)\(", re.M)
HEADING = "## Exercises\n"
NOTE = """
```{note}
Here you can read the exercises, their hints and their solutions. `check`, which tests your answer, needs Jupyter:
download this notebook, or start the course with `make lab`.
```
"""
HELP = """<details class="course-help"><summary>Hints</summary><ol>{hints}</ol></details>

<details class="course-help"><summary>A solution</summary>

```python
{solution}
```

</details>"""


def help_for(name):
    """The cell with the hints and a solution of an exercise."""
    known = check.exercises()
    if name not in known:
        raise ValueError(f"check.{name} is called, but there is no such exercise")
    hints = "".join(f"<li>{escape(hint)}</li>" for hint in known[name].hints)
    return {"cell_type": "markdown", "metadata": {}, "source": HELP.format(hints=hints, solution=known[name].source())}


def asked(cell):
    """The names of the exercises that a code cell hands to `check`."""
    return CALL.findall(cell["source"]) if cell["cell_type"] == "code" else []


def add_helps(cells):
    """The cells of a notebook, with help below each exercise."""
    return [one for cell in cells for one in (cell, *map(help_for, asked(cell)))]


def add_note(cells):
    """Say that `check` needs Jupyter where the exercises begin, or at the top if some come earlier."""
    first = next((n for n, cell in enumerate(cells) if asked(cell)), None)
    if first is None:
        return
    begins = [n for n, cell in enumerate(cells) if cell["cell_type"] == "markdown" and HEADING in cell["source"]]
    if begins and begins[0] < first:
        cells[begins[0]]["source"] = cells[begins[0]]["source"].replace(HEADING, HEADING + NOTE, 1)
    else:
        cells[0]["source"] += f"\n{NOTE}"
