"""The pages beside the notebooks: short where they must be, true of the notebooks, and every link leads somewhere."""
import ast
import functools
import json
import re
from itertools import pairwise
from pathlib import Path

import grimp
import pytest
from reading import count_words, minutes

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PAGES = (ROOT / "README.md", ROOT / "course_utils" / "README.md", ROOT / "data" / "README.md",
         *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "benchmarks").glob("*.md")))
README = PAGES[0].read_text(encoding="utf-8")
MOST_WORDS = 900
WEEKEND = ("01", "02", "03", "04", "08", "09", "10", "11", "13")
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


def rows(page):
    """{notebook: its row's cells} of the table in which each row begins with a link to a notebook."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return {match[1]: [part.strip() for part in match[0].strip("| \n").split("|")]
            for match in re.finditer(r"^\| \[[^\]]+\]\((?:\.\./)?notebooks/([^)]+)\.ipynb\).*$", text, re.M)}


@functools.cache
def times(path):
    """(lesson, exercises) of a notebook in minutes, to five; ten minutes an exercise."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    sources = [("".join(cell["source"]), cell["cell_type"] == "code") for cell in cells]
    asked = sum(bool(re.search(r"^check\.", text, re.M)) for text, is_code in sources if is_code)
    code = [text for text, is_code in sources if is_code and not re.search(r"^check\.", text, re.M)]
    words = sum(count_words(text) for text, is_code in sources if not is_code)
    return 5 * round(minutes(words, code) / 5), 10 * asked


def test_the_front_page_is_short():
    assert len(README.split()) <= MOST_WORDS


def test_every_notebook_has_its_row():
    assert list(rows("README.md")) == list(rows("docs/teaching.md")) == [path.stem for path in NOTEBOOKS]


@each_notebook
def test_rows_say_question_time_goal_and_prerequisites(path):
    _, question, time = rows("README.md")[path.stem]
    _, goal, needs = rows("docs/teaching.md")[path.stem]
    assert question.endswith("?") and len(goal.split()) >= 6 and needs
    assert time == "{} + {} min".format(*times(path))
    assert question.split("?")[0].split()[-1] in path.read_text(encoding="utf-8")


def test_routes_take_as_long_as_is_said():
    weekend = sum(times(path)[0] for path in NOTEBOOKS if path.name[:2] in WEEKEND)
    everything = sum(sum(times(path)) for path in NOTEBOOKS)
    for route, needed in (("a weekend", weekend), ("everything", everything)):
        assert f"| {route} | {needed / 60:.0f} hours |" in README
    assert "| an evening | 3 hours | the core of 01, 04, 08, 11 and 13;" in README  # its sections: test_core.py


def test_targets_of_make_are_there():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    for target in set(re.findall(r"`make ([a-z]+)\b|^make ([a-z]+)\b", text, re.M)):
        name = "".join(target)
        assert re.search(rf"^(?!\.PHONY)[a-z ]*\b{name}\b[a-z ]*:", makefile, re.M), name


def test_files_of_tests_that_are_begun_first_are_there():
    """The root conftest.py's list of those that take long."""
    tree = ast.parse((ROOT / "conftest.py").read_text(encoding="utf-8"))
    starts = next(ast.literal_eval(node.value) for node in tree.body if isinstance(node, ast.Assign))
    names = [path.name for folder in ("tests/*", "notebooks") for path in ROOT.glob(f"{folder}/*")]
    assert all(any(name.startswith(start) for name in names) for start in starts)


def anchors(page):
    """The anchors that GitHub gives the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).lower()).replace(" ", "-")
            for text in headings}


@each_page
def test_every_link_leads_somewhere(page):
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    assert links or page.name in ("METHOD.md",) or "data" in page.parts
    for link in links:
        target, _, anchor = link.partition("#")
        if "://" in link:
            continue
        found = (page.parent / target).resolve() if target else page
        assert found.exists() and ROOT in (found, *found.parents), f"{page.name}: {link}"
        assert not anchor or anchor in anchors(found), f"{page.name}: {link}"


@each_page
def test_files_and_modules_that_are_named_are_there(page):
    text = page.read_text(encoding="utf-8")
    for name in re.findall(r"`((?:course_utils|tests|docs|data|hub|binder)/[\w./]+)`", text):
        assert (ROOT / name).exists(), name
    for name in re.findall(r"-m (course_utils[\w.]*)", text):
        place = ROOT / name.replace(".", "/")
        assert (place / "__main__.py").exists() or place.with_suffix(".py").exists(), name


ROOMS = sorted(path.parent.name for path in (ROOT / "course_utils").glob("*/__init__.py"))
PACKAGE = (ROOT / "course_utils" / "README.md").read_text(encoding="utf-8")


def imports():
    """{(room, room it imports)} of the package."""
    graph = grimp.build_graph("course_utils", cache_dir=None)
    pairs = ((one, other) for one in graph.modules for other in graph.find_modules_directly_imported_by(one))
    found = {(one.split(".")[1], other.split(".")[1]) for one, other in pairs if "." in one and "." in other}
    return {(one, other) for one, other in found if one != other}


def below(room, arrows):
    """All rooms that one gets to from a room along the arrows."""
    straight = {other for one, other in arrows if one == room}
    return straight.union(*(below(other, arrows) for other in straight))


def test_the_picture_of_the_rooms_is_what_they_import():
    """An arrow that follows from two others is left out."""
    found = imports()
    needed = {(one, other) for one, other in found
              if not any(other in below(between, found) for start, between in found if start == one)}
    chains = re.findall(r"^    (\w+(?: --> \w+)+)$", PACKAGE, re.M)
    drawn = {pair for chain in chains for names in [chain.split(" --> ")] for pair in pairwise(names)}
    assert drawn == needed


def test_every_room_has_a_row_and_a_docstring_of_one_sentence():
    assert sorted(re.findall(r"^\| \[(\w+)\]\(\1\) \|", PACKAGE, re.M)) == ROOMS
    for room in ROOMS:
        text = ast.get_docstring(ast.parse((ROOT / "course_utils" / room / "__init__.py").read_text(encoding="utf-8")))
        assert len(re.findall(r"[.?!](?=\s|$)", text)) <= 2 and len(text) < 250, room


def test_the_package_can_be_taken_in_at_a_glance():
    entries = {path.name for path in (ROOT / "course_utils").iterdir()} - {"__pycache__"}
    assert entries == {*ROOMS, "__init__.py", "README.md"} and len(entries) <= 15


def test_every_recipe_has_three_to_six_lines():
    recipes = re.split(r"^\*\*Add .+\*\*$", PACKAGE.partition("## Recipes")[2], flags=re.M)[1:]
    assert len(recipes) == 6
    for recipe in recipes:
        assert 3 <= len(recipe.strip().splitlines()) <= 6
