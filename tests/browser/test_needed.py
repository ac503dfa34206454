"""What is run of a notebook whose explorers are tried: what they need, and nothing else."""
import json
from pathlib import Path

import pytest
from lab import WIDGET
from needed import for_explorers

ROOT = Path(__file__).resolve().parents[2]
CELLS = {  # a cell: what is left of it
    "import numpy as np\nfrom course_utils import widgets": "#\nfrom course_utils import widgets",
    "a = 1\nb = 2": "a = 1\n#",
    "for name in range(3):\n    print(name)": "",
    "for name in range(a):\n    c = name": "for name in range(a):\n    c = name",
    "def show(): return c\nd = show()": "#\n#",
    "a = 5": "",
    "widgets.explorer(c)": "widgets.explorer(c)"}
AFTER = "c = 3"


def notebook():
    widget = [{"output_type": "display_data", "data": {WIDGET: {}}}]
    cells = [{"cell_type": "code", "source": source, "outputs": widget if "explorer(" in source else []}
             for source in (*CELLS, AFTER)]
    return {"cells": [{"cell_type": "markdown", "source": "a = 7"}, *cells]}


def test_what_explorers_need_is_kept_and_nothing_else():
    given = notebook()
    before, left = json.dumps(given), for_explorers(given)
    sources = [cell["source"] for cell in left["cells"] if cell["cell_type"] == "code"]
    assert [source if source.strip("#\n") else "" for source in sources] == [
        source if source.strip("#\n") else "" for source in (*CELLS.values(), "")]
    assert json.dumps(given) == before


@pytest.mark.parametrize("name", ("01_watch_a_gradient_vanish", "06_tame_exploding_gradients"))
def test_of_these_the_first_cell_and_the_explorers_own_are_left(name):
    left = for_explorers(json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")))
    code = ["".join(cell["source"]) for cell in left["cells"] if cell["cell_type"] == "code"]
    assert sum(source.strip("#\n ") != "" for source in code) == 2
