"""What is the marking's own failure is no student's mark: it is told apart, tried again, and ends a hopeless run."""
import errno
import os

import pytest
from marking import BLANK, LOSS, RIGHT, WRONG, change, hand_in, mark, rows_of

from course_utils.mark import session, starting, students, workplace

UNIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no limits")


@pytest.fixture
def two(tmp_path):
    """(the folder of ada and bob, their table)."""
    for student in ("ada", "bob"):
        hand_in(tmp_path / "class", student, [RIGHT])
    return tmp_path / "class", tmp_path / "m.csv"


def no_space(*ignored):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(("options", "reason"), (
    (["--prefix", "unshar --net"], "unshar"), (["--prefix", "false"], "did not start behind 'false'"),
    (["--prefix", "'"], "the prefix \"'\" cannot be read: No closing quotation"),
    pytest.param(["--megabytes", "40"], "with 60 s, 900 s, 40 MB", marks=UNIX)))
@pytest.mark.parametrize("marked_before", (False, True))
def test_run_in_which_no_kernel_starts_ends_with_the_reason(options, reason, marked_before, two):
    folder, out = two
    before = mark(folder, out) if marked_before else None
    hand_in(folder, "ada", [WRONG])
    with pytest.raises(SystemExit, match="no notebook could be started") as ended:
        mark(folder, out, *options)
    assert reason in str(ended.value)
    assert rows_of(out) == before if marked_before else not out.exists()
    rows = mark(folder, out)
    assert rows["ada"]["total_gradients"].startswith("wrong") and rows["bob"]["right"] == "1"


def test_full_disk_ends_the_run_with_the_reason(two, monkeypatch):
    folder, out = two
    with monkeypatch.context() as patch:
        patch.setattr(workplace, "fill", no_space)
        with pytest.raises(SystemExit, match=r"no notebook could be started: OSError: .*No space left on device"):
            mark(folder, out)
    assert not out.exists() and mark(folder, out)["ada"]["right"] == "1"


def test_disk_that_fills_up_costs_what_was_not_marked_and_that_is_made_up_for(two, monkeypatch):
    folder, out = two
    good, calls = workplace.fill, []
    with monkeypatch.context() as patch:
        patch.setattr(workplace, "fill", lambda place: (no_space if calls else good)(place) or calls.append(place))
        rows = mark(folder, out, "--workers", "1")
    assert rows["ada"]["right"] == "1" and rows["bob"]["right"] == "" and rows["bob"]["total_gradients"] == "not marked"
    assert rows["bob"]["remarks"].startswith("could not be marked: OSError: [Errno 28] No space left on device")
    again = mark(folder, out)
    assert again["ada"] == rows["ada"] and again["bob"]["total_gradients"] == "right" and not again["bob"]["remarks"]


def test_table_that_cannot_be_written_ends_the_run_and_stays(two, monkeypatch):
    folder, out = two
    before = mark(folder, out)
    hand_in(folder, "ada", [WRONG])
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", no_space)
        with pytest.raises(SystemExit, match="No space left on device"):
            mark(folder, out)
    assert rows_of(out) == before and {path.name for path in out.parent.iterdir()} == {"class", "m.csv"}


def test_failure_keeps_the_marks_of_before(two, monkeypatch):
    folder, out = two
    before = mark(folder, out)
    hand_in(folder, "ada", [RIGHT, LOSS])
    hand_in(folder, "bob", [WRONG])
    good = students.judge

    def fails(exercise, found):
        if exercise.name == "untrained_loss":
            raise KeyError("odd")
        return good(exercise, found)

    with monkeypatch.context() as patch:
        patch.setattr(students, "judge", fails)
        for _ in range(2):
            rows = mark(folder, out)
            assert rows["ada"]["remarks"] == (
                "could not be marked: KeyError: 'odd' | the marks are those of an earlier marking")
            assert (rows["ada"]["right"], rows["ada"]["total_gradients"]) == ("1", before["ada"]["total_gradients"])
    rows = mark(folder, out)
    assert (rows["ada"]["right"], rows["ada"]["untrained_loss"], rows["ada"]["remarks"]) == ("2", "right", "")


def test_notebook_that_the_marking_stumbles_over_costs_its_own_row(two, monkeypatch):
    folder, out = two
    hand_in(folder, "ada", [RIGHT, "odd = 1"])
    good = students.needed
    with monkeypatch.context() as patch:
        patch.setattr(students, "needed", lambda cells, asked: {}["odd"] if len(cells) == 2 else good(cells, asked))
        rows = mark(folder, out, "--workers", "1")
    assert rows["ada"]["remarks"] == "could not be marked: KeyError: 'odd'" and rows["bob"]["right"] == "1"


def test_failure_on_one_answer_keeps_the_others(tmp_path, monkeypatch):
    hand_in(tmp_path / "class", "ada", [RIGHT, LOSS])
    good = students.judge
    with monkeypatch.context() as patch:
        patch.setattr(students, "judge", lambda e, found: good(e, found) if e.draw else {}["odd"])
        row = mark(tmp_path / "class", tmp_path / "m.csv")["ada"]
    assert (row["right"], row["total_gradients"], row["untrained_loss"]) == ("1", "right", "not marked")
    assert mark(tmp_path / "class", tmp_path / "m.csv")["ada"]["untrained_loss"] == "right"


@pytest.mark.parametrize(("cells", "options", "remark"), (
    ([RIGHT, "import time\ntime.sleep(4)", LOSS], ("--seconds", "1"), "not finished after 1 s"),
    ([RIGHT, "import time\ntime.sleep(6)", LOSS], ("--total", "3"), "the time for this notebook is over"),
    pytest.param([RIGHT, "x = bytearray(2**30)", LOSS], ("--megabytes", "1500"), "MemoryError",
                 marks=UNIX)))
def test_other_limits_run_those_again_that_met_one(cells, options, remark, tmp_path, monkeypatch):
    hand_in(tmp_path / "class", "ada", cells)
    hand_in(tmp_path / "class", "bob", [RIGHT])
    out, ran, good = tmp_path / "m.csv", [], students.Kernels
    rows = mark(tmp_path / "class", out, "--whole", *options)
    assert remark in rows["ada"]["remarks"] and "MB)" in rows["ada"]["handed in"]
    monkeypatch.setattr(students, "Kernels", lambda *given: ran.append(given) or good(*given))
    assert mark(tmp_path / "class", out, "--whole", *options) == rows and not ran
    again = mark(tmp_path / "class", out, "--whole")
    assert len(ran) == 1 and again["ada"]["right"] == "2" and not again["ada"]["remarks"]
    assert again["bob"] == rows["bob"] and mark(tmp_path / "class", out, "--whole") == again and len(ran) == 1


def test_slow_answer_is_said_to_be_slow(tmp_path):
    slow = WRONG.replace("return dh.copy()", "import time; time.sleep(2)")
    hand_in(tmp_path / "class", "ada", [slow])
    row = mark(tmp_path / "class", tmp_path / "m.csv", "--seconds", "1")["ada"]
    assert row["total_gradients"] == "not finished after 1 s" and "1 s, 900 s" in row["handed in"]


def test_right_by_hand_need_be_no_number(two):
    folder, out = two
    mark(folder, out)
    change(out, lambda columns, rows: rows[0].update(right="seven"))
    assert mark(folder, out)["ada"]["right"] == "seven"


def test_kernel_that_starts_late_is_waited_for_once(two, monkeypatch):
    """The next kernel is started while one is used; if that fails, it is tried again in its turn."""
    folder, out = two
    for k in range(3):
        hand_in(folder, "ada", [BLANK if k else RIGHT], f"0{k}.ipynb")
    good, calls = starting.manager_in, []

    def fails_ahead(place, limits):
        calls.append(place)
        if len(calls) == 2:
            raise session.NotStarted("no room just now")
        return good(place, limits)

    monkeypatch.setattr(starting, "manager_in", fails_ahead)
    rows = mark(folder, out, "--workers", "1")
    assert rows["ada"]["total_gradients"] == "right" and "could not" not in rows["ada"]["remarks"]
    assert len(set(calls)) == len(calls) == 1 + 4 + 1  # each kernel in a place of its own, one of them in vain
