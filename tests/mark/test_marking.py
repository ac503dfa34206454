"""Marking: honest notebooks get their verdicts, hostile ones cost their own row and nothing else."""
import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
from marking import LOSS, RIGHT, WRONG, hand_in, notebook

from course_utils.exercises import check
from course_utils.exercises.calling import Outcome
from course_utils.exercises.judging import judge
from course_utils.mark import workplace
from course_utils.mark.__main__ import main
from course_utils.mark.answers import answers_in
from course_utils.mark.fields import harmless
from course_utils.mark.guard import PACKAGE, Guard
from course_utils.mark.remote import write
from course_utils.mark.rows import RUNNING
from course_utils.mark.submissions import find_submissions
from course_utils.mark.table import load, save
from course_utils.mark.transfer import read
from course_utils.mark.workplace import TOKEN, kill_all

SAYS_RIGHT = """
import course_utils.exercises as e, course_utils.exercises.judging as judging
import course_utils.exercises.checking as checking
class Right:
    name = state = "right"; lines = (); mistake = ""
judging.judge = checking.judge = lambda *ignored: Right()
e.exercise.Exercise.source = lambda self: "right"
import course_utils.mark.students as marks
marks.judge = judging.judge; marks.words = lambda verdict: "right"
"""
FILES = ("import course_utils.exercises as e\nfrom pathlib import Path\n"
         "for path in Path(e.__file__).parent.glob('*.py'): path.write_text('raise SystemExit')")
REMOTE = "import course_utils.mark.remote as r"
CLASS = {  # student: cells of the notebook
    "ada": [RIGHT, LOSS],
    "bob": [WRONG, LOSS],
    "=HYPERLINK(1)": [RIGHT],
    "untouched": [WRONG.replace("dh.copy()", "..."), "check.untrained_loss(...)"],
    "magic": ["%matplotlib inline\n!echo hello", "%time 1 + 1\n" + WRONG, LOSS],
    "syntax": [RIGHT, "def f(:", LOSS],
    "raises": [RIGHT, "1 / 0", LOSS],
    "dies": [RIGHT, "import os; os._exit(3)", LOSS],
    "killed": [RIGHT, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)", LOSS],
    "hangs": [RIGHT, "while True: pass", LOSS],
    "hangs in the answer": [WRONG.replace("return dh.copy()", "while True: pass"), LOSS],
    "hangs for good": [RIGHT, "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass", LOSS],
    "memory": [RIGHT, "x = [bytearray(2 ** 27) for _ in range(100)]", LOSS],
    "prints": [RIGHT, "while True: print('x' * 10 ** 6)", LOSS],
    "says right": [SAYS_RIGHT, WRONG, LOSS],
    "edits files": [FILES, RIGHT, LOSS],
    "writes nonsense": [f"{REMOTE}\nr.write = lambda path, found: open(path, 'w').write('x')", WRONG, LOSS],
    "pickles": [f"{REMOTE}, numpy as np, os\nclass Bad:\n"
                "    def __reduce__(self):\n        return os.mkdir, ('HACKED',)\n"
                "r.write = lambda path, found: np.savez(path, listed=np.array([Bad()]))", WRONG, LOSS],
    "spies": ["import os\ncheck_env = [v for v in os.environ.values() if 'teachers secret' in v]\nassert check_env",
              RIGHT, LOSS],
    "daemon": ["import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)'], "
               "start_new_session=True)", RIGHT, LOSS],
    "removes the others": ["import pathlib, shutil\nfor path in pathlib.Path(r'{folder}').iterdir():\n"
                           "    shutil.rmtree(path, ignore_errors=True)", RIGHT, LOSS],
}
ODD = {"no notebook": b"{", "not JSON": b"\xff\xfe", "a list": b"[1]", "no cells": b"{}",
       "odd cells": b'{"cells": [1]}'}


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    """({student: row}, the folder, a snapshot of the package, the workplaces) after marking the whole class."""
    place = tmp_path_factory.mktemp("marking")
    for student, cells in CLASS.items():
        hand_in(place / "class", student, cells)
    for student, raw in ODD.items():
        (place / "class" / f"{student}.ipynb").write_bytes(raw)
    (place / "class" / "link.ipynb").symlink_to(place / "class" / "ada" / "03.ipynb")
    guard, places = Guard(), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET_OF_THE_TEST", "teachers secret")
        patch.setattr(workplace, "kill_all", lambda place: (kill_all(place), places.append(str(place))))
        main([str(place / "class"), "--out", str(place / "marks.csv"), "--seconds", "12", "--megabytes", "2500",
              "--whole"])
    return load(place / "marks.csv")[1], place, guard, places


def test_row_for_each_student_and_column_for_each_exercise(marked):
    rows, place, *_ = marked
    assert set(rows) == {harmless(name) for name in (*CLASS, *ODD, "link")}
    with open(place / "marks.csv", encoding="utf-8-sig", newline="") as file:
        assert next(csv.reader(file)) == ["student", "right", "untrained_loss", "sigmoid_step_backward",
                                          "total_gradients", "central_differences", "remarks", "folder", "handed in"]


def test_honest_notebooks(marked):
    rows, *_ = marked
    ada, bob, untouched = (rows[name] for name in ("ada", "bob", "untouched"))
    assert (ada["total_gradients"], ada["untrained_loss"], ada["right"], ada["remarks"]) == ("right", "right", "2", "")
    assert bob["total_gradients"].startswith("wrong: total: off by") and bob["right"] == "1"
    assert "It looks as if nothing is handed on to earlier steps." in bob["total_gradients"]
    assert bob["sigmoid_step_backward"] == "not handed in"
    assert {untouched["total_gradients"], untouched["untrained_loss"]} == {"not attempted yet"}
    assert rows["magic"]["untrained_loss"] == "right" and "nothing is handed on" in rows["magic"]["total_gradients"]


AFTER = {  # student: the loss, which comes after the mischief, and a word of the remarks
    "syntax": ("right", "SyntaxError"), "raises": ("right", "ZeroDivisionError"), "dies": ("not reached", "died"),
    "killed": ("not reached", "died"), "hangs": ("right", "not finished after 12 s"),
    "hangs for good": ("not reached", "could not be interrupted"), "prints": ("not reached", "prints more than"),
    "memory": ("right", "MemoryError"), "removes the others": ("right", ""), "daemon": ("right", ""),
    "spies": ("right", "AssertionError"),
}


@pytest.mark.parametrize("student", AFTER)
def test_what_was_right_before_the_mischief_stays_right(student, marked):
    row, (loss, remark) = marked[0][student], AFTER[student]
    assert row["total_gradients"] == "right" and row["untrained_loss"] == loss and remark in row["remarks"]


def test_endless_answer(marked):
    row = marked[0]["hangs in the answer"]
    assert "does a loop never end" in row["total_gradients"] and row["untrained_loss"] == "right"


def test_course_is_loaded_before_a_notebook_can_edit_it(marked):
    row = marked[0]["edits files"]
    assert (row["total_gradients"], row["untrained_loss"]) == ("right", "right")


@pytest.mark.parametrize("student", ("says right", "writes nonsense", "pickles"))
def test_edited_checks_do_not_make_a_wrong_answer_right(student, marked):
    row = marked[0][student]
    if student == "says right":
        assert row["total_gradients"].startswith("wrong:")
    else:
        assert row["right"] == "0" and row["total_gradients"].startswith(("cannot be judged: ", "not reached"))


def test_nothing_of_the_course_was_changed(marked):
    _, place, guard, _ = marked
    assert guard.restore() == ([], None) and not list(place.rglob("HACKED")) and not Path("HACKED").exists()


def test_no_process_is_left(marked):
    places = marked[3]
    assert len(places) == len(CLASS) and not any(map(os.path.exists, places))
    for process in psutil.process_iter():
        try:
            assert process.environ().get(TOKEN) not in places, process
        except psutil.Error:
            pass


@pytest.mark.parametrize("student", (*ODD, "link"))
def test_what_cannot_be_read_is_said(student, marked):
    row = marked[0][student]
    assert "cannot be read" in row["remarks"] and row["right"] == "0" and row["total_gradients"] == "not handed in"


def test_formula_is_text(marked):
    assert marked[0]["'=HYPERLINK(1)"]["total_gradients"] == "right"
    assert harmless("a\nb\x00c") == "a b c" and harmless("+1") == "'+1" and harmless("ada") == "ada"


def test_interrupted_marking_goes_on(tmp_path, capsys):
    for student in ("ada", "bob"):
        hand_in(tmp_path / "class", student, [RIGHT])
    out = tmp_path / "marks.csv"
    main([str(tmp_path / "class"), "--out", str(out)])
    before, start = out.read_bytes(), time.time()
    main([str(tmp_path / "class"), "--out", str(out)])
    assert out.read_bytes() == before and time.time() - start < 1
    columns, rows = load(out)
    rows["bob"] |= {"total_gradients": "not handed in", "right": "", "remarks": RUNNING[0]}
    save(out, rows.values(), columns)  # as if killed while bob's notebook ran: it is tried again
    main([str(tmp_path / "class"), "--out", str(out)])
    assert out.read_bytes() == before
    rows["bob"]["remarks"] = RUNNING[1]
    save(out, rows.values(), columns)
    main([str(tmp_path / "class"), "--out", str(out)])
    assert load(out)[1]["bob"]["remarks"] == RUNNING[1]


def test_time_of_a_notebook_ends_it_and_not_the_next(tmp_path):
    hand_in(tmp_path / "class", "a", [RIGHT, "import time\ntime.sleep(60)", LOSS])
    hand_in(tmp_path / "class", "b", [RIGHT])
    main([str(tmp_path / "class"), "--out", str(tmp_path / "marks.csv"), "--total", "20", "--whole"])
    rows = load(tmp_path / "marks.csv")[1]
    assert (rows["a"]["total_gradients"], rows["a"]["untrained_loss"]) == ("right", "not reached")
    assert rows["a"]["remarks"].endswith(": the time for this notebook is over")
    assert rows["b"]["total_gradients"] == "right"


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_notebook_that_kills_the_marker_costs_its_own_row(tmp_path):
    hand_in(tmp_path / "class", "a", ["import os, signal\nos.kill(os.getppid(), signal.SIGKILL)", RIGHT])
    hand_in(tmp_path / "class", "b", [RIGHT])
    command = [sys.executable, "-m", "course_utils.mark", str(tmp_path / "class"), "--out", str(tmp_path / "m.csv"),
               "--whole"]
    codes = [subprocess.run(command, capture_output=True, timeout=120).returncode for _ in range(3)]
    rows = load(tmp_path / "m.csv")[1]
    assert codes == [-signal.SIGKILL] * 2 + [0]
    assert rows["a"]["remarks"] == RUNNING[1] and rows["b"]["total_gradients"] == "right"


def test_judge_that_fails_costs_one_row(tmp_path, monkeypatch):
    for student in ("a", "b"):
        hand_in(tmp_path / "class", student, [RIGHT])
    calls = []

    def fails_once(*arguments):
        calls.append(arguments)
        if len(calls) == 1:
            raise KeyError("odd")
        return judge(*arguments)

    monkeypatch.setattr("course_utils.mark.students.judge", fails_once)
    main([str(tmp_path / "class"), "--out", str(tmp_path / "m.csv"), "--workers", "1"])
    rows = load(tmp_path / "m.csv")[1]
    assert rows["a"]["remarks"] == "could not be marked: KeyError: 'odd'" and rows["b"]["total_gradients"] == "right"


def isolating():
    """A prefix that cuts a process off from every network, or None where the system allows none."""
    prefix = ["unshare", "--user", "--map-root-user", "--net"]
    if shutil.which("unshare") and subprocess.run([*prefix, "true"], capture_output=True).returncode == 0:
        return " ".join(prefix)


@pytest.mark.skipif(isolating() is None, reason="no user namespaces here")
def test_marking_needs_no_network(tmp_path):
    cells = [RIGHT, "import socket\nsocket.create_connection(('127.0.0.1', 9), timeout=2)", LOSS]
    hand_in(tmp_path / "class", "a", cells)
    main([str(tmp_path / "class"), "--out", str(tmp_path / "m.csv"), "--prefix", isolating(), "--whole"])
    row = load(tmp_path / "m.csv")[1]["a"]
    assert (row["total_gradients"], row["untrained_loss"]) == ("right", "right") and "OSError" in row["remarks"]


@pytest.mark.parametrize(("arguments", "message"), (
    (["{}/empty", "--out", "{}/m.csv"], "holds no notebooks, expected a folder for each student"),
    (["{}/class", "--out", "{}/other.csv"], "is no table of marks, expected columns student, right"),
    (["{}/class", "--out", "{}/m.csv", "--prefix", "false"], "no notebook could be started: .* behind 'false'"),
    (["{}/class", "--out", "{}/m.csv", "--workers", "0"], "workers is 0, expected −1 for all cores, or at least 1"),
    (["{}/class", "--out", "{}/m.csv", "--backend", "dask"], "scheduler is missing, expected the address"),
    (["{}/class", "--out", "{}/nowhere/m.csv"], "No such file or directory: .*m.csv"),
    (["{}/m.csv", "--out", "{}/m.csv"], "m.csv is no folder, expected one with a folder for each student")))
def test_wrong_use(arguments, message, tmp_path):
    (tmp_path / "empty").mkdir()
    hand_in(tmp_path / "class", "a", [RIGHT])
    (tmp_path / "other.csv").write_text("name,mark\nann,1\n")
    asked = [argument.format(tmp_path) for argument in arguments]
    with pytest.raises(SystemExit, match=message):
        main(asked)
    assert (tmp_path / "other.csv").read_text() == "name,mark\nann,1\n" and not (tmp_path / "m.csv").exists()


@pytest.mark.parametrize(("source", "found"), (
    ("check.untrained_loss(3)", [("untrained_loss", "3")]),
    ("%time x\ncheck.untrained_loss(f(x, 'a'))", [("untrained_loss", "f(x, 'a')")]),
    ("check.nothing(3)", []), ("check.hint('untrained_loss')", []), ("check.untrained_loss()", []),
    ("print(check.untrained_loss)", []), ("def f(:\ncheck.untrained_loss(3)", []), ("\x00", []), ("(" * 9999, [])))
def test_answers_are_found_without_running_anything(source, found):
    assert answers_in(source) == found


def test_students_are_folders_or_files(tmp_path):
    hand_in(tmp_path, "ada", [RIGHT])
    (tmp_path / "ada" / "deeper").mkdir()
    (tmp_path / "ada" / "deeper" / "04.ipynb").write_text(notebook([LOSS]))
    (tmp_path / "bob.ipynb").write_text(notebook([LOSS]))
    (tmp_path / "ada" / ".ipynb_checkpoints").mkdir()
    (tmp_path / "ada" / ".ipynb_checkpoints" / "03.ipynb").write_text(notebook([LOSS]))
    found = {one.student: list(one.notebooks) for one in find_submissions(tmp_path)}
    assert found == {"ada": ["ada/03.ipynb", "ada/deeper/04.ipynb"], "bob": ["bob.ipynb"]}


def test_guard_restores_the_course(tmp_path):
    shutil.copytree(PACKAGE / "exercises", tmp_path / "package")
    guard = Guard(tmp_path / "package")
    (tmp_path / "package" / "judging.py").write_text("nothing")
    (tmp_path / "package" / "calling.py").unlink()
    (tmp_path / "package" / "evil.py").write_text("nothing")
    names, kept = guard.restore()
    assert names == ["calling.py", "judging.py", "evil.py"] and guard.restore() == ([], None)
    assert {path.name: path.read_text() for path in kept.iterdir()} == {"judging.py": "nothing", "evil.py": "nothing"}
    shutil.rmtree(kept)
    assert (tmp_path / "package" / "judging.py").read_bytes() == (PACKAGE / "exercises" / "judging.py").read_bytes()


def test_the_students_kernel_is_limited():
    """In a process of its own: a limit cannot be lifted again."""
    resource = pytest.importorskip("resource", reason="Windows has no limits")
    source = ("import resource; from course_utils.mark.kernel import limit; limit(4096, 77); "
              "print(resource.getrlimit(resource.RLIMIT_CPU)[0], resource.getrlimit(resource.RLIMIT_FSIZE)[0])")
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["77", str(200 * 2**20)] and resource.getrlimit(resource.RLIMIT_CPU)[0] != 77


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes in folders")
@pytest.mark.parametrize("kept", (True, False))
def test_guard_restores_what_has_become_something_else(kept, tmp_path, monkeypatch):
    """A folder, a pipe (which would never be read to its end) and a link in the places of files; on another disk they
    may not be kept."""
    shutil.copytree(PACKAGE / "exercises", tmp_path / "package")
    before = {path: path.read_bytes() for path in (tmp_path / "package").glob("*.py")}
    guard, names = Guard(tmp_path / "package"), ("calling.py", "judging.py", "drawing.py")
    folder, pipe, link = (tmp_path / "package" / name for name in names)
    for path in (folder, pipe, link):
        path.unlink()
    (folder / "deeper").mkdir(parents=True)
    os.mkfifo(pipe)
    link.symlink_to("nowhere")
    if not kept:
        monkeypatch.setattr(shutil, "move", lambda *paths: (_ for _ in ()).throw(shutil.SpecialFileError("a pipe")))
    found, place = guard.restore()
    assert sorted(found) == sorted(names) and len(list(place.iterdir())) == (3 if kept else 0)
    assert {path: path.read_bytes() for path in (tmp_path / "package").glob("*.py")} == before
    shutil.rmtree(place)


@pytest.mark.parametrize("arrays", (
    {}, {"listed": np.array("{")}, {"listed": np.array("[[1]]")}, {"listed": np.array(3)},
    {"listed": np.array('[["", "", ["total"]]]')},
    {"listed": np.array('[["", "", ["other"]]]'), "0/other": np.zeros(3)},
    {"listed": np.array('[["", "", ["total"]]]'), "0/total": np.array([np.nan])},
    {"listed": np.array('[["", "", ["total"]]]'), "0/total": np.array([1j])}))
def test_file_that_is_no_outcome_is_refused(arrays, tmp_path):
    np.savez(tmp_path / "o.npz", **arrays)
    with pytest.raises(ValueError):
        read(tmp_path / "o.npz", check.exercises()["total_gradients"])


@pytest.mark.parametrize("raw", (b"", b"x", b"PK\x03\x04" + b"\x00" * 50))
def test_file_that_is_no_archive_is_refused(raw, tmp_path):
    (tmp_path / "o.npz").write_bytes(raw)
    with pytest.raises(ValueError):
        read(tmp_path / "o.npz", check.exercises()["total_gradients"])


def test_damaged_outcomes_are_refused_or_read(tmp_path):
    """Three hundred files with a few bytes changed, cut off or doubled: nothing but ValueErrors."""
    rng, e = np.random.default_rng(0), check.exercises()["sigmoid_step_backward"]
    write(tmp_path / "o.npz", [Outcome({name: np.arange(30.) for name in e.outputs})] * 3)
    np.savez_compressed(tmp_path / "o.npz", **np.load(tmp_path / "o.npz"))
    raw, refused = (tmp_path / "o.npz").read_bytes(), 0
    for k in range(300):
        damaged, place = bytearray(raw), rng.integers(len(raw))
        damaged[place:place + (0, 1, 20)[k % 3]] = rng.bytes((0, 1, 40)[k % 3])
        (tmp_path / "o.npz").write_bytes(damaged if k % 3 else damaged[:place])
        try:
            read(tmp_path / "o.npz", e)
        except ValueError:
            refused += 1
    assert refused > 150


def test_archive_bomb_is_refused(tmp_path):
    np.savez_compressed(tmp_path / "o.npz", listed=np.array("[]"), bomb=np.zeros(30_000_000))
    assert (tmp_path / "o.npz").stat().st_size < 10 ** 6
    with pytest.raises(ValueError, match="too large"):
        read(tmp_path / "o.npz", check.exercises()["total_gradients"])


def test_outcomes_survive_the_trip(tmp_path):
    e = check.exercises()["sigmoid_step_backward"]
    sent = [Outcome({name: np.arange(3.) for name in e.outputs}), Outcome(problem="it raised", kind="ValueError")]
    write(tmp_path / "o.npz", sent)
    got = read(tmp_path / "o.npz", e)
    assert all(np.array_equal(got[0].arrays[name], np.arange(3.)) for name in e.outputs)
    assert (got[1].problem, got[1].kind, got[1].arrays) == ("it raised", "ValueError", {})
