"""The core sections that notebooks name at the top: they are there, take an evening, and run on their own."""
import ast
import builtins
import functools
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from reading import count_words, minutes

from course_utils.mark.slices import reduced, statements_of

ROOT = Path(__file__).resolve().parents[2]
EVENING = "01", "04", "08", "11", "13"
PATHS = [path for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
         if "**The core**" in path.read_text(encoding="utf-8")]
each_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


@functools.cache
def read(path):
    """The notebook's cells."""
    return nbformat.read(path, as_version=4).cells


def all_code(path):
    return [cell for cell in read(path) if cell.cell_type == "code"]


@functools.cache
def named(path):
    """(minutes, sections) that a notebook names as its core, above its first section."""
    top = "\n".join(cell.source for cell in read(path)).split("\n## ")[0]
    minutes, words = re.search(r"\*\*The core\*\*, about (\d+) minutes: (.+?)\. The other", top, re.S).groups()
    return int(minutes), tuple(" ".join(name.split()) for name in re.findall(r"\*(.+?)\*", words, re.S))


@functools.cache
def core(path):
    """(code cells, words) of the setup and of the sections that are named, those too that belong to none."""
    section, code, words = None, [], 0
    for cell in read(path):
        parts = re.split(r"(?m)^(?=## )", cell.source) if cell.cell_type == "markdown" else [""]
        for part in parts:
            section = part[3:].splitlines()[0] if part.startswith("## ") else section
            if section in (None, *named(path)[1]):
                words += count_words(part)
        if cell.cell_type == "code" and section in (None, *named(path)[1]):
            code.append(cell)
    return code, words


def needed(path):
    """Minutes that the core takes, counted as on the front page."""
    code, words = core(path)
    return minutes(words, [cell.source for cell in code])


@each_notebook
def test_the_core_is_there_and_takes_as_long_as_is_said(path):
    said, sections = named(path)
    text = "\n".join(cell.source for cell in read(path))
    assert all(f"\n## {section}\n" in text for section in sections) and sections[-1] == "The answer"
    assert abs(needed(path) - said) <= 2.5


@each_notebook
def test_what_is_optional_says_so_in_its_heading(path):
    text = "\n".join(cell.source for cell in read(path) if cell.cell_type == "markdown")
    lesson = [title for title in re.findall(r"(?m)^## (.+)$", text.split("\n## Exercises")[0])]
    assert [title for title in lesson if not title.endswith(" (optional)")] == list(named(path)[1])


def test_every_notebook_but_the_appendix_names_its_core():
    assert {path.name[:2] for path in PATHS} >= {f"{n:02d}" for n in range(1, 19)}


def test_together_those_of_an_evening_take_one():
    assert 165 <= sum(needed(path) for path in PATHS if path.name[:2] in EVENING) <= 195


def read_from_elsewhere(cells):
    """(names that the core reads and that nothing in it binds, names of the core's that other sections bind anew or
    change before the core reads them again) of cells (whether in the core, source)."""
    bound, changed, missing, shared = {"display", *dir(builtins)}, set(), set(), set()
    for n, (in_core, source) in enumerate(cells):
        for statement in statements_of(n, source):
            if in_core:
                missing |= statement.reads - statement.binds - bound
                shared |= statement.reads & changed
                bound |= statement.binds
                changed -= statement.binds
            else:
                changed |= (statement.binds | called_upon(source, statement)) & bound
    return missing, shared


def called_upon(source, statement):
    """Names of which a method is called for what it does, as in rows.append(3)."""
    calls = [node.value for node in ast.parse(reduced(source, [statement])).body if isinstance(node, ast.Expr)]
    return {call.func.value.id for call in calls if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
            and isinstance(call.func.value, ast.Name)}


@pytest.mark.parametrize(("others", "found"), (
    ("z = 1", (set(), set())), ("y = 1", ({"y"}, set())), ("x = [2]", (set(), {"x"})), ("x[0] = 2", (set(), {"x"})),
    ("x.append(2)", (set(), {"x"})), ("print(x)", (set(), set()))))
def test_what_the_core_has_from_other_sections_is_seen(others, found):
    cells = [(True, "x = [1]"), (False, others), (True, "print(x, y)" if "y" in others else "print(x)")]
    assert read_from_elsewhere(cells) == found


@each_notebook
def test_the_core_runs_without_the_other_sections(path):
    """By reading; where other sections change what the core reads, by running it, too."""
    own = {id(cell) for cell in core(path)[0]}
    missing, shared = read_from_elsewhere([(id(cell) in own, cell.source) for cell in all_code(path)])
    assert missing == set()
    if shared:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell.source) for cell in core(path)[0]])
        place = {"metadata": {"path": str(path.parent)}}
        NotebookClient(notebook, timeout=120, kernel_name="python3", resources=place).execute()
