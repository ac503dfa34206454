"""The practice edition: blanks plus solutions are the course."""
import json
import re

import pytest

from course_utils.ground import places
from course_utils.practice.editions import BEGIN, END, STUB, TAG, blanked, bodies, edition, main, with_regions

NOTEBOOKS = sorted(places.NOTEBOOKS.glob("*.ipynb"))
REGION = re.compile(rf"^( *){BEGIN}\n(.*?)\n *{END}$", re.M | re.S)
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def sources(notebook):
    return ["".join(cell["source"]) for cell in notebook["cells"]]


def tagged_cells(path):
    """The sources of the cells of a notebook that are blanked."""
    listed = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in listed if TAG in cell["metadata"].get("tags", ())]


def filled(blank, solutions):
    """A blanked source with each blank replaced by the next solution."""
    solutions = iter(solutions)
    return re.sub(rf"^ *{STUB[0]}\n *{re.escape(STUB[1])}$", lambda _: next(solutions), blank, flags=re.M)


@each_notebook
def test_blanks_and_solutions_are_the_course(path):
    course = json.loads(path.read_text(encoding="utf-8"))
    practice, source = edition(course, blanked), edition(course, with_regions, nbgrader=True)
    solutions = [[found[1] for found in REGION.findall(text)] for text in sources(source)]
    assert [filled(*pair) for pair in zip(sources(practice), solutions)] == sources(course)
    assert [REGION.sub(r"\2", text) for text in sources(source)] == sources(course)
    for cell in (*practice["cells"], *source["cells"]):
        assert not cell.get("outputs") and cell.get("execution_count") is None
    for cell, text in zip(practice["cells"], sources(practice)):
        assert (STUB[0] in text) == (TAG in cell["metadata"].get("tags", ()))


@each_notebook
def test_notebook_shows_no_marks_of_the_practice_edition(path):
    assert BEGIN not in path.read_text(encoding="utf-8") and STUB[0] not in path.read_text(encoding="utf-8")


def test_derivations_are_to_be_written():
    tagged = {path.stem[:2]: len(tagged_cells(path)) for path in NOTEBOOKS}
    assert all(tagged[number] >= 3 for number in ("02", "03", "08", "09", "10")), tagged


CELL = '''def one(x):
    """Says it."""
    y = x

    return y  # the end

class Two:
    def three(self, x):
        def inner():
            return x
        return inner()

print(one(1))'''


def test_bodies_are_found():
    assert bodies(CELL) == [(2, 4), (8, 10)]
    assert blanked(CELL).split("\n")[1:4] == ['    """Says it."""', *("    " + line for line in STUB)]
    assert with_regions(CELL).count(BEGIN) == with_regions(CELL).count(END) == 2
    assert "inner" not in blanked(CELL) and "print(one(1))" in blanked(CELL)
    compile(blanked(CELL), "cell", "exec")


@pytest.mark.parametrize(("cell", "message"), (("x = 1", "no function to blank"), ("def f(x): return x", "no lines of"),
                                               ('def f(x):\n    """Only words."""', "no lines of its own")))
def test_cell_without_a_blank_is_refused(cell, message):
    with pytest.raises(ValueError, match=message):
        blanked(cell)


def test_editions_are_written(tmp_path, capsys):
    main(["--out", str(tmp_path / "practice")])
    assert f"{len(NOTEBOOKS)} notebooks, " in capsys.readouterr().out
    written = sorted(path.relative_to(tmp_path / "practice").as_posix() for path in tmp_path.rglob("*.ipynb"))
    assert written == sorted([path.name for path in NOTEBOOKS]
                             + [f"source/{path.stem}/{path.name}" for path in NOTEBOOKS])


def test_course_is_not_overwritten(monkeypatch):
    with pytest.raises(SystemExit, match="overwrite the course"):
        main(["--out", str(NOTEBOOKS[0].parent)])


@each_notebook
def test_nbgrader_makes_the_same_blanks(path):
    nbformat = pytest.importorskip("nbformat")
    preprocessors = pytest.importorskip("nbgrader.preprocessors")
    course = json.loads(path.read_text(encoding="utf-8"))
    source = nbformat.reads(json.dumps(edition(course, with_regions, nbgrader=True)), as_version=4)
    cleared, _ = preprocessors.ClearSolutions().preprocess(source, {})
    assert sources(cleared) == sources(edition(course, blanked))
