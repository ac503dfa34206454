"""What students hand in: every folder and every file has a row, with the reason if there are no marks."""
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest
from marking import LOSS, RIGHT, hand_in, mark, notebook, rows_of

from course_utils.mark import students
from course_utils.mark.workplace import TOKEN, clear_abandoned, workplace


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    """{student: row} of a class in which nobody has read the instructions."""
    place = tmp_path_factory.mktemp("odd") / "class"
    hand_in(place, "ada", [RIGHT])
    (place / "empty").mkdir()
    (place / "hidden" / ".ipynb_checkpoints").mkdir(parents=True)
    (place / "hidden" / ".ipynb_checkpoints" / "03.ipynb").write_text(notebook([RIGHT]))
    (place / "packed.zip").write_bytes(b"PK\x03\x04")
    (place / "packed inside").mkdir()
    (place / "packed inside" / "03.zip").write_bytes(b"PK\x03\x04")
    hand_in(place, "capitals", [RIGHT], "03.IPYNB")
    (place / "CAPITALS ALONE.IPYNB").write_text(notebook([RIGHT]))
    hand_in(place, "renamed", [RIGHT], "03.ipynb.txt")
    (place / "renamed alone.ipynb.txt").write_text(notebook([RIGHT]))
    hand_in(place, "both", [RIGHT])
    hand_in(place, "both", [LOSS], "04.ipynb.txt")
    (place / "both" / "notes.txt").write_text("nothing to do with it")
    (place / "linked").symlink_to(place / "ada", target_is_directory=True)
    (place / "linked inside").mkdir()
    (place / "linked inside" / "here").symlink_to(place / "ada", target_is_directory=True)
    (place / "many").mkdir()
    for k in range(9):
        (place / "many" / f"{k}.png").write_bytes(b"")
    for name in ("__MACOSX", ".git"):
        (place / name).mkdir()
    for name in ("Thumbs.db", ".DS_Store"):
        (place / name).write_bytes(b"")
    return mark(place, place / "marks.csv")


REASONS = {
    "empty": "holds no notebook", "hidden": "holds no notebook",
    "packed": "packed.zip is no notebook (.ipynb): not read",
    "packed inside": "packed inside/03.zip is no notebook (.ipynb): not read",
    "renamed": "renamed/03.ipynb.txt is no notebook (.ipynb): not read",
    "renamed alone": "renamed alone.ipynb.txt is no notebook (.ipynb): not read",
    "linked": "linked is a link, which is not followed",
    "linked inside": "linked inside/here is a link, which is not followed", "many": "and 4 more files that are none"}


@pytest.mark.parametrize("student", REASONS)
def test_without_a_notebook_there_is_a_row_with_the_reason(student, marked):
    row = marked[student]
    assert REASONS[student] in row["remarks"] and (row["right"], row["total_gradients"]) == ("0", "not handed in")


@pytest.mark.parametrize("student", ("ada", "capitals", "CAPITALS ALONE", "both"))
def test_notebooks_count_whatever_they_are_called(student, marked):
    assert marked[student]["right"] == "1"


def test_file_that_may_be_a_notebook_is_mentioned_beside_one(marked):
    assert marked["both"]["remarks"] == "both/04.ipynb.txt is no notebook (.ipynb): not read"


def test_what_systems_leave_behind_and_the_table_are_no_students(marked):
    assert set(marked) == {*REASONS, "ada", "capitals", "CAPITALS ALONE", "both"}


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads everything")
def test_folder_that_cannot_be_read_is_said(tmp_path):
    hand_in(tmp_path / "class", "ada", [RIGHT])
    (tmp_path / "class" / "ada").chmod(0)
    assert "cannot be read: PermissionError" in mark(tmp_path / "class", tmp_path / "m.csv")["ada"]["remarks"]
    (tmp_path / "class" / "ada").chmod(0o700)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell, or count the process before")
@pytest.mark.parametrize("cell", (
    "print('x' * 400_000_000)", "'x' * 400_000_000", "raise ValueError('x' * 400_000_000)",
    "from IPython.display import display, HTML\nfor _ in range(60):\n    display(HTML('x' * 7_000_000))"))
def test_large_outputs_do_not_reach_the_marking(cell, tmp_path):
    hand_in(tmp_path / "class", "ada", [RIGHT, cell, LOSS])
    code = ("import re, sys\nfrom course_utils.mark.__main__ import main\nmain(sys.argv[1:])\n"
            "print(int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]) // 1024)")
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "class"), "--out", str(tmp_path / "m.csv"),
                           "--whole"], capture_output=True, text=True, timeout=120)
    row = rows_of(tmp_path / "m.csv")["ada"]
    assert int(done.stdout.split()[-1]) < 300, done.stdout
    assert row["total_gradients"] == "right" and "prints more than 10000000 characters" in row["remarks"]


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_killed_marking_leaves_nothing_to_the_next(tmp_path, monkeypatch):
    """Neither a folder nor a process; those of a marking that still runs stay."""
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    (tmp_path / "tmp" / "course-mark-of-somebody").mkdir()
    hand_in(tmp_path / "class", "ada", ["import subprocess, sys, time\n" + RIGHT,
            "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)'], start_new_session=True)\n"
            "open(r'{folder}/../begun', 'w')\ntime.sleep(100)"])
    process = subprocess.Popen([sys.executable, "-m", "course_utils.mark", str(tmp_path / "class"), "--out",
                                str(tmp_path / "m.csv"), "--whole"])
    stop = time.monotonic() + 60
    while not (tmp_path / "begun").exists():
        assert time.monotonic() < stop
        time.sleep(.05)
    clear_abandoned()
    left = list((tmp_path / "tmp").iterdir())
    assert len(left) == 2
    process.kill()
    process.wait(timeout=30)
    with workplace() as mine:
        clear_abandoned()
        assert {mine.name, "course-mark-of-somebody"} == {path.name for path in (tmp_path / "tmp").iterdir()}
    assert not [one for one in psutil.process_iter(["environ"])
                if (one.info["environ"] or {}).get(TOKEN) in map(str, left)]


@pytest.mark.parametrize("owner", ("{", "[]", "{}", '{"host": 3, "pid": "x", "since": null}'))
def test_folder_whose_owner_is_not_to_be_told_stays(owner, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "course-mark-x").mkdir()
    (tmp_path / "course-mark-x" / "owner.json").write_text(owner)
    clear_abandoned()
    assert [path.name for path in tmp_path.iterdir()] == ["course-mark-x"]


def test_copy_of_the_course_is_that_of_the_beginning(tmp_path):
    """Whatever one student does to the course meanwhile: another's answers run on the course as it was."""
    from course_utils.mark.guard import PACKAGE
    with workplace() as place:
        path = place / "course_utils" / "mark" / "remote.py"
        assert path.read_bytes() == (Path(PACKAGE) / "mark" / "remote.py").read_bytes()
        path.write_text("nothing")
    with workplace() as other:
        path = other / "course_utils" / "mark" / "remote.py"
        assert path.read_bytes() == (PACKAGE / "mark" / "remote.py").read_bytes()
        assert (other / "data" / "words.npz").is_file() and not list(other.rglob("*.pyc"))


def test_each_marking_looks_at_the_course_anew():
    """The course that is guarded is the one at the marking's beginning, not at that of an earlier one."""
    students.look_again()
    first = students.guard()
    students.look_again()
    assert students.guard() is not first
