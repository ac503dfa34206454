"""Answers are found wherever they stand; where one seems to stand and none was found, a remark says so."""
import pytest
from marking import BLANK, LOSS, RIGHT, START, WRONG, hand_in, mark

from course_utils.mark.__main__ import main

PERCENT = "total = (100\n  % 3)\ntext = '''\n%d ! ?\n'''\n"
CELLS = {  # a cell before which np, check and the function are defined, and which holds the answer
    "a continued %": PERCENT + "check.untrained_loss(3.3)",
    "help": "np.dot?\ncheck.untrained_loss(3.3)",
    "help before": "?np.dot\ncheck.untrained_loss(3.3)",
    "shell into a name": "files = !echo a\ncheck.untrained_loss(3.3 if files == ['a'] else 0)",
    "magic into a name": "here = %pwd\ncheck.untrained_loss(3.3 if here else 0)",
    "shell": "!echo hello\ncheck.untrained_loss(3.3)",
    "into a name": "_ = check.untrained_loss(3.3)",
    "printed": "print(check.untrained_loss(3.3))",
    "below an if": "if True:\n    check.untrained_loss(3.3)",
    "below others": "for _ in range(1):\n    with open('x', 'w'):\n        try:\n            "
                    "check.untrained_loss(3.3)\n        finally:\n            pass",
    "in a list": "[check.untrained_loss(3.3), 1]",
    "after a semicolon": "loss = 3.3; check.untrained_loss(loss);",
    "by keyword": "check.untrained_loss(answer=3.3)",
    "of the package": "import course_utils\ncourse_utils.check.untrained_loss(3.3)",
    "timed": "%time check.untrained_loss(3.3)",
    "timed cell": "%%time\nloss = 3.3\ncheck.untrained_loss(loss)",
    "captured cell": "%%capture\nloss = 3.3\ncheck.untrained_loss(loss)",
    "lines of another system": "loss = 3.3\r\nif True:\r\n    check.untrained_loss(loss)",
    "indented": "    loss = 3.3\n    check.untrained_loss(loss)",
}


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    """{student: row}, each with one of CELLS."""
    place = tmp_path_factory.mktemp("answers")
    for student, cell in CELLS.items():
        hand_in(place / "class", student, [RIGHT, cell])
    return mark(place / "class", place / "m.csv")


@pytest.mark.parametrize("student", CELLS)
def test_answer_is_found(student, marked):
    row = marked[student]
    assert (row["untrained_loss"], row["total_gradients"], row["remarks"]) == ("right", "right", "")


@pytest.mark.parametrize(("cell", "remark"), (
    ("def f(:\ncheck.untrained_loss(3.3)", "code cell 2: check.untrained_loss stands here, but no answer was found"),
    ("check.untrained_los(3.3)", "code cell 2: check.untrained_los stands here, but there is no such exercise"),
    ("def later():\n    check.untrained_loss(3.3)", "check.untrained_loss stands here, but no answer was found"),
    ("check.untrained_loss()", "no answer was found"), ("check.untrained_loss(3, 3)", "no answer was found"),
    ("check.untrained_loss(*[3])", "no answer was found"), ("f = check.untrained_loss", "no answer was found"),
    ("%timeit check.untrained_loss(3.3)", "no answer was found"),
    ("%%bash\ncheck.untrained_loss(3.3)", "no answer was found"),
    ("#" * 200_001 + "\ncheck.untrained_loss(3.3)", "code cell 2: 200027 characters, not searched for answers"),
    ("(" * 9999 + "check.untrained_loss(3.3)", "no answer was found"), ("\0check.untrained_loss(3)", "no answer was")))
def test_what_is_no_answer_is_said(cell, remark, tmp_path):
    hand_in(tmp_path / "class", "ada", [RIGHT, cell])
    row = mark(tmp_path / "class", tmp_path / "m.csv")["ada"]
    assert row["untrained_loss"] == "not handed in" and remark in row["remarks"] and row["right"] == "1"


def test_help_of_check_needs_no_remark(tmp_path):
    hand_in(tmp_path / "class", "ada", [RIGHT, "check.hint('untrained_loss')\ncheck.solution('untrained_loss')"])
    assert mark(tmp_path / "class", tmp_path / "m.csv")["ada"]["remarks"] == ""


def test_best_verdict_counts(tmp_path):
    """A blank copy beside an answered notebook, before it or after it; a second try in the same notebook."""
    hand_in(tmp_path / "class", "ada", [RIGHT, LOSS], "03.ipynb")
    hand_in(tmp_path / "class", "ada", [BLANK, "check.untrained_loss(...)"], "03-Copy1.ipynb")
    hand_in(tmp_path / "class", "bob", [BLANK], "02 blank.ipynb")
    hand_in(tmp_path / "class", "bob", [WRONG], "03.ipynb")
    hand_in(tmp_path / "class", "cyd", [RIGHT, WRONG])
    rows = mark(tmp_path / "class", tmp_path / "m.csv")
    assert [rows[student]["right"] for student in rows] == ["2", "0", "1"]
    assert rows["bob"]["total_gradients"].startswith("wrong") and rows["cyd"]["total_gradients"] == "right"
    for row in rows.values():
        assert "total_gradients is handed in 2 times: the best counts" in row["remarks"]


def test_reading_odd_code_is_quiet(tmp_path, recwarn, capsys):
    hand_in(tmp_path / "class", "ada", [f"{START}text = '\\d'\nif 1 is 1:\n    pass\n" + LOSS])
    main([str(tmp_path / "class"), "--out", str(tmp_path / "m.csv")])
    assert not [one for one in recwarn if "escape" in str(one.message) or "literal" in str(one.message)]
    assert "Warning" not in capsys.readouterr().err
