"""An answer runs with what it needs of its notebook, and gets the verdict that it gets in the whole of it."""
import json

import pytest
from marking import LOSS, RIGHT, SOLUTION, hand_in, mark

from course_utils.exercises import check
from course_utils.exercises.checking import exercises_of, modules
from course_utils.ground.places import NOTEBOOKS
from course_utils.mark.answers import answers_in
from course_utils.mark.slices import needed
from course_utils.mark.submissions import code_cells

ASK = "check.total_gradients(total_gradients)"


def kept(*cells):
    """The lines that are run of some cells, without those that are left out."""
    sources = needed(list(cells), [answers_in(source) for source in cells])
    return [line for source in sources for line in source.split("\n") if line.strip("# ")]


@pytest.mark.parametrize(("cells", "lines"), (
    (["import os\nimport numpy as np", "x = np.ones(3)", "def f(a):\n    return np.tanh(a)", "check.untrained_loss(f)"],
     ["import numpy as np", "def f(a):", "    return np.tanh(a)"]),
    (["slow = train()", "loss = 3.3", LOSS.replace("3.3", "loss")], ["loss = 3.3"]),
    (["n = 2\nm = n + 1", "def f(a):\n    return a * m", "check.untrained_loss(f)"],
     ["n = 2", "m = n + 1", "def f(a):", "    return a * m"]),
    (["def f(a):\n    x = a\n    return x", "x = slow()", "check.untrained_loss(f)"],
     ["def f(a):", "    x = a", "    return x"]),  # that x is another one
    (["def f(a):\n    return 1", "def f(a):\n    return 2", "check.untrained_loss(f)"],
     ["def f(a):", "    return 1", "def f(a):", "    return 2"]),
    (["x = [1]", "x.append(2)", "y = slow()", "print(x)", "check.untrained_loss(sum(x))"],
     ["x = [1]", "x.append(2)", "print(x)"]),
    (["x = {}", "def add():\n    x[1] = 2", "add()", "check.untrained_loss(len(x))"],
     ["x = {}", "def add():", "    x[1] = 2", "add()"]),
    (["x = [1]\ny = x", "y.append(2)", "check.untrained_loss(sum(x))"], ["x = [1]", "y = x", "y.append(2)"]),
    (["class A:\n    k = 1", "A.k = 2", "check.untrained_loss(A().k)"], ["class A:", "    k = 1", "A.k = 2"]),
    (["from os.path import *", "check.untrained_loss(join)"], ["from os.path import *"]),
    (["import numpy as np; a = 1; b = slow()", "check.untrained_loss(a)"], ["import numpy as np; a = 1; b = slow()"]),
    (["@print\n@staticmethod\ndef f(): pass", "check.untrained_loss(f)"], ["@print", "@staticmethod", "def f(): pass"]),
    (["%matplotlib inline\n!echo a\nx = 1", "check.untrained_loss(x)"], ["x = 1"]),
    (["if True:\n    x = 1\nelse:\n    x = 2", "check.untrained_loss(x)"],
     ["if True:", "    x = 1", "else:", "    x = 2"]),
    (["for k in range(3):\n    x = k", "check.untrained_loss(x)"], ["for k in range(3):", "    x = k"]),
    (["a, (b, *c) = slow()", "check.untrained_loss(c)"], ["a, (b, *c) = slow()"]),
    (["x = 1\nx += 1", "check.untrained_loss(x)"], ["x = 1", "x += 1"]),
    (["def f(:", "x = 1", "check.untrained_loss(x)"], ["x = 1"]),
    (["text = '''\na\n\nb'''", "check.untrained_loss(text)"], ["text = '''", "a", "b'''"])))
def test_what_an_answer_needs(cells, lines):
    assert kept(*cells) == lines


@pytest.mark.parametrize("cell", (
    "exec('total_gradients = 1')", "globals()['a'] = 1", "%run other.py", "%time x = 1", "%%time\nx = 1",
    "def change():\n    global total_gradients\n    total_gradients = 1\nchange()", "setattr(np, 'tanh', 1)"))
def test_where_reading_does_not_tell_all_of_it_is_run(cell):
    cells = [RIGHT, cell, "unneeded = 1"]
    assert needed(cells, [answers_in(source) for source in cells]) == cells


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.__name__.rpartition(".")[2])
def test_the_exercises_of_the_course_need_little(module):
    """Solutions in the place of the stubs: of each notebook no more than imports and definitions are run."""
    path = NOTEBOOKS / f"{module.__name__.rpartition('.')[2].removeprefix('nb')}.ipynb"
    cells = code_cells(path.read_bytes())
    asked = [answers_in(source) for source in cells]
    assert {name for answers in asked for name, _ in answers} == set(exercises_of(module))
    sources = needed([solved(source, answers) for source, answers in zip(cells, asked)], asked)
    assert sum(map(bool, sources)) <= len(exercises_of(module)) + 3


def solved(source, answers):
    """A cell with the solution instead of the stub."""
    for name, _ in answers:
        exercise = check.exercises()[name]
        return exercise.source() if exercise.draw else f"{name} = 1"
    return source


def test_line_of_an_error_is_that_of_the_cell(tmp_path):
    cell = f"unneeded = 1\n\n\ndef total_gradients(dh, h, W_h):\n    return dh @ h\n\nlast = 2\n{ASK}"
    for student, options in (("ada", ()), ("bob", ("--whole",))):
        hand_in(tmp_path / student, student, ["from course_utils import check", cell])
        row = mark(tmp_path / student, tmp_path / f"{student}.csv", *options)[student]
        assert "in your line 5: return dh @ h" in row["total_gradients"]


def test_other_cells_are_not_run_and_do_not_cost_the_answer(tmp_path):
    hand_in(tmp_path / "class", "ada", ["import numpy as np\nfrom course_utils import check", "while True: pass",
                                        "1 / 0", "import os; os._exit(1)", SOLUTION, ASK, "x = [0] * 10**10", LOSS])
    row = mark(tmp_path / "class", tmp_path / "m.csv")["ada"]
    assert (row["right"], row["remarks"]) == ("2", "")


@pytest.mark.parametrize("cells", (
    ["open('x.txt', 'w').write('3.3')", "check.untrained_loss(float(open('x.txt').read()))"],
    ["get = __import__('builtins')\nget.hidden = 3.3", "check.untrained_loss(hidden)"],
    ["import builtins\nbuiltins.hidden = 3.3", "check.untrained_loss(hidden)"]))
def test_answer_that_lacks_something_is_run_in_the_whole_notebook(cells, tmp_path):
    hand_in(tmp_path / "class", "ada", ["from course_utils import check", *cells])
    assert mark(tmp_path / "class", tmp_path / "m.csv")["ada"]["untrained_loss"] == "right"


def test_what_was_right_before_the_whole_notebook_was_run_stays_right(tmp_path):
    typo = "def total_gradients(dh, h, W_h):\n    return nump.zeros(3)\n" + ASK
    hand_in(tmp_path / "class", "ada", ["from course_utils import check", "import os; os._exit(1)", typo, LOSS])
    row = mark(tmp_path / "class", tmp_path / "m.csv")["ada"]
    assert "NameError: name 'nump'" in row["total_gradients"] and row["untrained_loss"] == "right"


def test_hostile_answer_costs_its_own_row_without_the_rest_of_the_notebook(tmp_path):
    """Code that an answer needs, or that runs in it, ends the kernel, hangs, or rewrites the judge in its process."""
    head = "import os, signal, time\nimport numpy as np\nfrom course_utils import check\n"
    rewritten = ("import course_utils.exercises.judging as judging\n"
                 "def total_gradients(dh, h, W_h):\n    judging.judge = lambda *given: 'right'\n    return dh.copy()\n")
    bodies = {"dies": "os._exit(3)", "killed": "os.kill(os.getpid(), signal.SIGKILL)", "hangs": "time.sleep(100)",
              "prints": "print('x' * 30_000_000)"}
    for student, body in bodies.items():
        cell = f"{head}def total_gradients(dh, h, W_h):\n    {body}\n    return dh\n{ASK}"
        hand_in(tmp_path / "class", student, [cell, LOSS])
    hand_in(tmp_path / "class", "rewrites", [f"{head}{rewritten}{ASK}", LOSS])
    hand_in(tmp_path / "class", "ada", [RIGHT, LOSS])
    rows = mark(tmp_path / "class", tmp_path / "m.csv", "--seconds", "20")
    assert rows["ada"]["right"] == "2" and rows["rewrites"]["total_gradients"].startswith("wrong: ")
    assert [rows[student]["untrained_loss"] for student in bodies] == ["not reached"] * 2 + ["right", "not reached"]
    assert "does a loop never end" in rows["hangs"]["total_gradients"] and "prints more" in rows["prints"]["remarks"]


def test_notebook_without_answers_starts_no_kernel(tmp_path):
    (tmp_path / "class" / "ada").mkdir(parents=True)
    (tmp_path / "class" / "ada" / "01.ipynb").write_text(json.dumps({"cells": []}))
    row = mark(tmp_path / "class", tmp_path / "m.csv", "--prefix", "false")["ada"]  # which no kernel would survive
    assert row["right"] == "0" and row["remarks"] == ""
