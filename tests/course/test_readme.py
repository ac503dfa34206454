"""The README's tables name every notebook and every module, and the times follow from the notebooks."""
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
ROWS = {match[1]: [part.strip() for part in match[0].strip("| \n").split("|")]
        for match in re.finditer(r"^\| \[[^\]]+\]\(notebooks/([^)]+)\.ipynb\).*$", README, re.M)}


def to_five(minutes):
    return 5 * round(minutes / 5)


def times(path):
    """"lesson + exercises" of a notebook in minutes: 150 words or two code cells or six lines of code a minute, ten
    minutes an exercise."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    sources = [("".join(cell["source"]), cell["cell_type"] == "code") for cell in cells]
    asked = sum(bool(re.search(r"^check\.", text, re.M)) for text, is_code in sources if is_code)
    code = [text for text, is_code in sources if is_code and not re.search(r"^check\.", text, re.M)]
    words = sum(len(re.findall(r"[A-Za-z][A-Za-z'’-]*", text)) for text, is_code in sources if not is_code)
    lines = sum(bool(line.strip()) for text in code for line in text.splitlines())
    return f"{to_five(words / 150 + len(code) / 2 + lines / 6)} + {10 * asked} min"


def test_every_notebook_has_its_row():
    assert list(ROWS) == [path.stem for path in NOTEBOOKS]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_row_says_question_goal_time_and_prerequisites(path):
    _, question, goal, time, needs = ROWS[path.stem]
    assert question.endswith("?") and len(goal.split()) >= 6 and needs
    assert time == times(path)
    assert question.split("?")[0].split()[-1] in path.read_text(encoding="utf-8")


def test_every_module_is_named():
    modules = {path.stem for path in (ROOT / "course_utils").glob("*.py") if path.stem != "__init__"}
    modules |= {f"{path.parent.name}/" for path in (ROOT / "course_utils").glob("*/__init__.py")}
    table = README[README.index("| module |"):]
    named = {name for row in re.findall(r"^\| (`.+?) \|", table, re.M) for name in re.findall(r"`([^`]+)`", row)}
    assert modules <= named, modules - named
    assert named <= modules, named - modules


def test_targets_of_make_are_there():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"\bmake ([a-z]+)\b", README)):
        assert re.search(rf"^[a-z ]*\b{target}\b[a-z ]*:", makefile, re.M) or target in ("test",), target
