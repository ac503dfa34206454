"""The table: names of any kind, rows and columns that stay, one marking at a time."""
import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from marking import BLANK, LOSS, RIGHT, START, WRONG, change, hand_in, mark, notebook, rows_of

from course_utils.mark import crew, students, submissions
from course_utils.mark.fields import harmless
from course_utils.mark.workplace import TOKEN

SLOW = f"import time\nopen(r'{{folder}}/../begun', 'w')\ntime.sleep(100)\n{RIGHT}"


def command(folder, out, *options):
    """The command as a process of its own."""
    return subprocess.Popen([sys.executable, "-m", "course_utils.mark", str(folder), "--out", str(out), *options],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def until(happened, seconds=60):
    """Wait until happened() is true."""
    stop = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < stop
        time.sleep(.05)


# names and messages

@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_folder_whose_name_is_not_utf_8_has_a_row(tmp_path):
    hand_in(tmp_path / "class", "ada", [RIGHT])
    place = os.fsencode(tmp_path / "class") + b"/M\xfcller"
    os.mkdir(place)
    with open(place + b"/\xfcbung.ipynb", "w") as file:
        file.write(notebook([RIGHT, "1 / 0", LOSS]))
    rows = mark(tmp_path / "class", tmp_path / "m.csv", "--whole")
    assert rows["ada"]["right"] == "1" and rows["M\\xfcller"]["right"] == "2"
    assert rows["M\\xfcller"]["remarks"] == "M\\xfcller/\\xfcbung.ipynb: code cell 2: ZeroDivisionError"


@pytest.mark.parametrize("text", ("bad \\udcff", "half a pair \\ud83d", "\\udfff", "\\x00\\x85", "=1+1", "\\u202e"))
def test_message_of_any_kind_is_written(text, tmp_path):
    raises = f"{START}def total_gradients(dh, h, W_h):\n    raise ValueError('{text}')\n"
    named = f"raise type('{text}', (Exception,), {{}})('{text}')" if "x00" not in text else "1"
    hand_in(tmp_path / "class", "ada", [raises + "check.total_gradients(total_gradients)", named, LOSS])
    hand_in(tmp_path / "class", "bob", [RIGHT])
    rows = mark(tmp_path / "class", tmp_path / "m.csv", "--whole", "--seconds", "10")
    assert rows["ada"]["total_gradients"].startswith("wrong:") and "ValueError" in rows["ada"]["total_gradients"]
    assert rows["bob"]["right"] == "1" and rows["ada"]["untrained_loss"] == "right"


@pytest.mark.parametrize("options", ((), ("--whole",)))
def test_source_with_half_a_character_is_run(options, tmp_path):
    hand_in(tmp_path / "class", "ada", [RIGHT, "half = '\ud83d'\nassert len(half) == 1\n" + LOSS])
    row = mark(tmp_path / "class", tmp_path / "m.csv", *options)["ada"]
    assert (row["right"], row["untrained_loss"], row["remarks"]) == ("2", "right", "")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_names_that_look_alike_keep_a_row_each(tmp_path):
    names = (b"a b", b"a\nb", b"\xff", rb"\xff", b"=1", b"'=1")
    for name in names:
        os.makedirs(os.fsencode(tmp_path / "class") + b"/" + name)
        Path(os.fsdecode(os.fsencode(tmp_path / "class") + b"/" + name + b"/03.ipynb")).write_text(notebook([LOSS]))
    rows = mark(tmp_path / "class", tmp_path / "m.csv")
    assert set(rows) == {"a b", "a b (2)", "\\xff", "\\xff (2)", "'=1", "'=1 (2)"}
    assert all(row["right"] == "1" for row in rows.values())


def test_whatever_cannot_be_read_costs_one_row(tmp_path, monkeypatch):
    for student in ("ada", "bob"):
        hand_in(tmp_path / "class", student, [RIGHT])
    good = submissions.code_cells

    def odd(raw):
        odd.calls += 1
        if odd.calls == 1:
            raise ZeroDivisionError("unheard of")
        return good(raw)

    odd.calls = 0
    monkeypatch.setattr(submissions, "code_cells", odd)
    rows = mark(tmp_path / "class", tmp_path / "m.csv")
    assert "ZeroDivisionError: unheard of" in rows["ada"]["remarks"] and rows["bob"]["right"] == "1"


# rows stay

@pytest.fixture
def four(tmp_path):
    """(the folder of a, b, c and d, their table, its rows), and a handed in anew, which takes long."""
    for student in "abcd":
        hand_in(tmp_path / "class", student, [RIGHT])
    rows = mark(tmp_path / "class", tmp_path / "m.csv")
    hand_in(tmp_path / "class", "a", [SLOW])
    return tmp_path / "class", tmp_path / "m.csv", rows


@pytest.mark.skipif(os.name == "nt", reason="signals")
@pytest.mark.parametrize("how", (signal.SIGKILL, signal.SIGINT))
@pytest.mark.parametrize("workers", ("1", "2"))
def test_ended_marking_keeps_finished_rows(how, workers, four, tmp_path):
    folder, out, before = four
    process = command(folder, out, "--whole", "--workers", workers)
    until((tmp_path / "begun").exists)
    process.send_signal(how)
    process.communicate(timeout=30)
    rows = rows_of(out)
    assert process.returncode != 0 and set(rows) == set("abcd")
    assert all(rows[student] == before[student] for student in "bcd")
    assert rows["a"]["total_gradients"] == "right" and rows["a"]["right"] == "1"  # of what was handed in before
    assert rows["a"] == before["a"] if how == signal.SIGINT else "an earlier marking" in rows["a"]["remarks"]
    hand_in(folder, "a", [WRONG])
    rows = mark(folder, out)
    assert rows["a"]["total_gradients"].startswith("wrong") and rows["a"]["right"] == "0"
    assert rows["a"]["remarks"] == "" and all(rows[student] == before[student] for student in "bcd")


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_marking_ended_by_hand_leaves_no_process_and_no_folder(tmp_path):
    for student in "ab":
        hand_in(tmp_path / "class", student, [SLOW])
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    process = subprocess.Popen([sys.executable, "-m", "course_utils.mark", str(tmp_path / "class"), "--out",
                                str(tmp_path / "m.csv"), "--whole", "--workers", "2"], env=environment)
    until((tmp_path / "begun").exists)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 1 and not (tmp_path / "m.csv").exists()
    assert {path.name for path in tmp_path.iterdir()} == {"class", "begun"}
    assert not [one for one in psutil.process_iter() if TOKEN in safe(one) and str(tmp_path) in safe(one)[TOKEN]]


def safe(process):
    """The environment of a process, {} if that cannot be told."""
    try:
        return process.environ()
    except psutil.Error:
        return {}


def test_another_folder_keeps_the_rows_of_others(tmp_path):
    for folder, student, cells in (("one", "ada", [RIGHT]), ("one", "bob", [WRONG]), ("two", "cyd", [RIGHT, LOSS])):
        hand_in(tmp_path / folder, student, cells)
    before = mark(tmp_path / "one", tmp_path / "m.csv")
    rows = mark(tmp_path / "two", tmp_path / "m.csv")
    assert {student: rows[student] for student in ("ada", "bob")} == before and rows["cyd"]["right"] == "2"


def test_another_folder_with_the_same_students_is_refused(tmp_path, capsys):
    for folder, cells in (("one", [RIGHT]), ("two", [WRONG])):
        for student in ("ada", "bob"):
            hand_in(tmp_path / folder, student, cells)
    mark(tmp_path / "one", tmp_path / "m.csv")
    before = (tmp_path / "m.csv").read_bytes()
    with pytest.raises(SystemExit, match=r"holds marks of 2 of these students \(ada, bob\) from .*one, expected"):
        mark(tmp_path / "two", tmp_path / "m.csv")
    assert (tmp_path / "m.csv").read_bytes() == before
    (tmp_path / "one").rename(tmp_path / "moved")
    assert mark(tmp_path / "moved", tmp_path / "m.csv")["ada"]["right"] == "1"  # the same notebooks, elsewhere


def test_rows_of_who_has_gone_stay_and_a_new_student_runs_nobody_again(tmp_path, monkeypatch):
    for student in ("ada", "bob"):
        hand_in(tmp_path / "class", student, [RIGHT])
    before = mark(tmp_path / "class", tmp_path / "m.csv")
    (tmp_path / "class" / "ada" / "03.ipynb").unlink()
    (tmp_path / "class" / "ada").rmdir()
    hand_in(tmp_path / "class", "cyd", ["from course_utils import check\ncheck.leak_for_half(.5)"], "08.ipynb")
    ran = runs(monkeypatch)
    rows = mark(tmp_path / "class", tmp_path / "m.csv")
    assert ran == ["cyd"] and rows["ada"]["total_gradients"] == rows["bob"]["total_gradients"] == "right"
    assert rows["bob"]["leak_for_half"] == "not handed in" and rows["cyd"]["total_gradients"] == "not handed in"
    assert {name: rows["bob"][name] for name in before["bob"]} == before["bob"]


def runs(monkeypatch):
    """The names of the students whose notebooks run from now on."""
    ran, good = [], crew.mark_one
    monkeypatch.setattr(crew, "mark_one", lambda one, limits: ran.append(one.student) or good(one, limits))
    return ran


def mark_in_vain(place, monkeypatch):
    """The rows after a marking in which every verdict failed."""
    with monkeypatch.context() as patch:
        patch.setattr(students, "judge", lambda *given: {}["odd"])
        return mark(place / "class", place / "m.csv")


def test_columns_and_fields_written_by_hand_stay(tmp_path, monkeypatch):
    for student in ("ada", "bob"):
        hand_in(tmp_path / "class", student, [RIGHT])
    mark(tmp_path / "class", tmp_path / "m.csv")

    def by_hand(columns, rows):
        columns[1:1] = ["bonus"]
        columns.append("seen")
        for row in rows:
            row.update(bonus="-1", seen="=yes", remarks="talked to her")

    change(tmp_path / "m.csv", by_hand)
    hand_in(tmp_path / "class", "bob", [WRONG])
    hand_in(tmp_path / "class", "cyd", [RIGHT])
    rows = mark_in_vain(tmp_path, monkeypatch)
    assert (rows["bob"]["bonus"], rows["bob"]["seen"]) == ("-1", "=yes")
    rows = mark(tmp_path / "class", tmp_path / "m.csv")
    assert list(rows["ada"])[:3] == ["student", "bonus", "right"] and list(rows["ada"])[-1] == "seen"
    assert (rows["ada"]["bonus"], rows["ada"]["seen"], rows["ada"]["remarks"]) == ("-1", "=yes", "talked to her")
    assert (rows["bob"]["bonus"], rows["bob"]["right"], rows["bob"]["remarks"]) == ("-1", "0", "")


@pytest.mark.parametrize(("damage", "message"), (
    (lambda raw: raw.replace(b",", b";"), "expected commas between its fields, these are semicolons"),
    (lambda raw: raw.replace(b",", b"\t"), "expected commas between its fields, these are tabs"),
    (lambda raw: raw.decode("utf-8-sig").encode("utf-16"), "expected CSV in UTF-8"),
    (lambda raw: raw + b"bob,\xfc\r\n", "expected CSV in UTF-8"),
    (lambda raw: b"", "expected columns student, right, remarks, handed in; it has none"),
    (lambda raw: raw + raw.splitlines(keepends=True)[1], "holds 'ada' twice, expected one row for each student"),
    (lambda raw: raw.replace(b"\r\nada", b",x,x\r\nada", 1), "has two columns 'x'"),
    (lambda raw: raw[:-2] + b",1,2\r\n", "its line 2 has 2 fields more than there are columns"),
    (lambda raw: raw + b'"' + b"x" * 200_000 + b'"\r\n', "expected CSV in UTF-8: field larger than")))
def test_table_that_cannot_be_understood_is_refused_and_stays(damage, message, tmp_path):
    hand_in(tmp_path / "class", "ada", [RIGHT])
    mark(tmp_path / "class", tmp_path / "m.csv")
    damaged = damage((tmp_path / "m.csv").read_bytes())
    (tmp_path / "m.csv").write_bytes(damaged)
    with pytest.raises(SystemExit, match=message):
        mark(tmp_path / "class", tmp_path / "m.csv")
    assert (tmp_path / "m.csv").read_bytes() == damaged


def test_cut_row_is_made_again(tmp_path):
    for student in ("ada", "bob"):
        hand_in(tmp_path / "class", student, [RIGHT])
    before = mark(tmp_path / "class", tmp_path / "m.csv")
    raw = (tmp_path / "m.csv").read_bytes()
    (tmp_path / "m.csv").write_bytes(raw[:-40])
    assert mark(tmp_path / "class", tmp_path / "m.csv") == before


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_second_marking_of_the_same_table_is_refused(four, tmp_path):
    folder, out, _ = four
    first = command(folder, out, "--whole")
    until((tmp_path / "begun").exists)
    with pytest.raises(SystemExit, match=r"another marking writes .*m\.csv: wait for its end, or choose another --out"):
        mark(folder, out)
    mark(folder, tmp_path / "other.csv", "--seconds", "1")
    first.kill()
    first.communicate(timeout=30)
    hand_in(folder, "a", [BLANK])
    assert mark(folder, out)["a"]["total_gradients"] == "not attempted yet"  # a killed marking holds no lock
    assert not list(out.parent.glob(".*.lock"))


def test_csv_reads_back_what_a_spreadsheet_may_show(tmp_path):
    with open(tmp_path / "t.csv", "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerow([harmless(text) for text in ("\udcff\ud800", "a\r\nb", "=1", "\u2028", "x" * 3000)])
    assert next(csv.reader(open(tmp_path / "t.csv", newline="", encoding="utf-8"))) == [
        "\\udcff\\ud800", "a b", "'=1", " ", "x" * 2000]


def test_what_a_killed_marking_was_about_to_write_is_removed(tmp_path):
    hand_in(tmp_path, "ada", [RIGHT])
    (tmp_path / "m.csvabcd1234.part").write_text("student,")
    assert set(mark(tmp_path, tmp_path / "m.csv")) == {"ada"}
    assert {path.name for path in tmp_path.iterdir()} == {"ada", "m.csv"}
