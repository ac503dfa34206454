"""Tables and files that are there already: nothing is overwritten that a command did not make, two processes do not
write to one file, and a table is never poorer than before."""
import subprocess
import sys

import pytest
from test_experiments import QUICK, quick

from course_utils.captions import archive
from course_utils.experiments import DEFAULTS, SWEEPS, language, load, run, sweep
from course_utils.experiments import __main__ as command
from course_utils.experiments.lessons import forget_gates, patients
from course_utils.experiments.results import alone, ask_out, save
from course_utils.ground.places import DATA

SWEEP = sys.modules["course_utils.experiments.sweep"]  # the package gives this name to the function in it
FOREIGN = {"grades": "name,grade\nAda,1\n", "another sweep": (DATA / "latch.csv").read_text(encoding="utf-8"),
           "by hand": (DATA / "claims.csv").read_text(encoding="utf-8"), "an empty file": "", "a text": "Dear Ada,\n"}


def table(n=3):
    """The text of a table of quick trainings."""
    names = list(dict.fromkeys((*DEFAULTS, *QUICK, *run(QUICK))))
    rows = [run(QUICK | {"seed": seed}) for seed in range(n)]
    return "# made by: test\n" + "\n".join(",".join(map(str, names)) if k == 0 else ",".join(
        "" if rows[k - 1][name] is None else str(rows[k - 1][name]) for name in names) for k in range(n + 1)) + "\n"


@pytest.mark.parametrize("text", FOREIGN.values(), ids=FOREIGN)
def test_a_table_that_is_not_of_this_sweep_is_left_alone(text, tmp_path, monkeypatch):
    monkeypatch.setattr(SWEEP, "run", lambda settings: pytest.fail("trained all the same"))
    file = tmp_path / "foreign.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"foreign\.csv"):
        sweep(quick(2), file, jobs=1, progress=False)
    assert file.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("spoil, words", (
    (lambda text: text.replace(",", ";"), "its fields are separated by semicolons"),
    (lambda text: text[:-9], "its last line has no end"), (lambda text: text[:-40] + "\n", "its row 3 has"),
    (lambda text: text.replace(",seconds", ",minutes"), "it lacks seconds"),
    (lambda text: text.replace("latch", "Latch"), "3 of its 3 rows are not among those that are to be made"),
    (lambda text: text.replace("\nlatch", "\nlatch ", 1), "1 of its 3 rows .* the first of them is row 1")))
def test_a_damaged_table_is_refused_by_what_is_wrong_with_it(spoil, words, tmp_path):
    file, spoilt = tmp_path / "s.csv", spoil(table())
    file.write_text(spoilt, encoding="utf-8")
    with pytest.raises(ValueError, match=rf"s\.csv .*{words}"):
        sweep(quick(4), file, jobs=1, progress=False)
    assert file.read_text(encoding="utf-8") == spoilt


def test_a_byte_order_mark_costs_no_row(tmp_path, monkeypatch):
    file = tmp_path / "s.csv"
    file.write_text("\ufeff" + table(), encoding="utf-8")
    monkeypatch.setattr(SWEEP, "run", lambda settings: pytest.fail("trained again"))
    assert [row["seed"] for row in sweep(quick(3), file, jobs=1, progress=False)] == [0, 1, 2]


def test_the_command_says_in_one_line_what_is_wrong(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(SWEEPS, "quick", quick(2))
    (tmp_path / "grades.csv").write_text(FOREIGN["grades"])
    with pytest.raises(SystemExit, match="it lacks task, cell, seed"):
        command.main(["quick", "--out", str(tmp_path / "grades.csv")])
    with pytest.raises(SystemExit, match=r"There is no such folder: .*no such folder"):
        command.main(["quick", "--out", str(tmp_path / "no such folder" / "a.csv")])

    def interrupted(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "sweep", interrupted)
    with pytest.raises(SystemExit, match="interrupted; the same command goes on from here"):
        command.main(["quick", "--out", str(tmp_path / "a.csv")])


# two at once

HOLD = """
import sys, time
from course_utils.experiments.results import alone
with alone(sys.argv[1]):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def held(tmp_path):
    """(path, process): a file that another process is writing to."""
    path = tmp_path / "s.csv"
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "held\n"
        yield path, process
    finally:
        process.kill()
        process.communicate(timeout=30)


def test_two_sweeps_do_not_write_to_one_file(held):
    path, process = held
    with pytest.raises(ValueError, match=r"s\.csv, which another process is writing to"):
        sweep(quick(1), path, jobs=1, progress=False)
    process.kill()
    process.wait(timeout=30)
    assert len(sweep(quick(1), path, jobs=1, progress=False)) == 1


@pytest.mark.parametrize("make", (
    lambda path: language.train_all(None, path), lambda path: archive.build(path),
    lambda path: forget_gates.save_each([{"a": 1}], path, "the command")), ids=("language", "captions", "lessons"))
def test_nor_do_others(make, held):
    with pytest.raises(ValueError, match=r"s\.csv, which another process is writing to"):
        make(held[0])


def test_a_lock_is_for_one_file_and_ends_with_the_block(tmp_path):
    for _ in range(2):
        with alone(tmp_path / "a.csv"), alone(tmp_path / "b.csv"):
            pass


def test_without_filelock_the_message_says_what_to_type(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "filelock", None)
    with pytest.raises(ImportError, match=r'pip install "vanishing-gradients-course\[sweep\]"'), alone(tmp_path / "a"):
        pass


# other commands that write

def test_a_table_that_is_there_is_not_made_again(tmp_path, monkeypatch, capsys):
    file = tmp_path / "t.csv"
    file.write_text(FOREIGN["grades"])
    monkeypatch.setattr(sys, "argv", ["forget_gates", "--out", str(file)])
    monkeypatch.setattr(forget_gates, "_looks", lambda *_: pytest.fail("trained all the same"))
    with pytest.raises(SystemExit):
        forget_gates.main()
    assert "t.csv, which is there already: name another file" in capsys.readouterr().err
    assert file.read_text() == FOREIGN["grades"]


def test_models_and_archives_that_are_there_are_not_made_again(tmp_path):
    for name, make in (("m.npz", lambda path: language.train_all(None, path)), ("c.npz", archive.build),
                       ("d.csv", lambda path: archive.build(path.with_suffix(".npz")))):
        (tmp_path / name).write_bytes(b"mine")
        with pytest.raises(ValueError, match=rf"{name}.* is there already"):
            make(tmp_path / name)
        assert (tmp_path / name).read_bytes() == b"mine"


@pytest.mark.parametrize("text", ("", "[[1, 2]]", "[[2, 1.0, 1.0]]", "[[1, 1.0, NaN]]", "{}", "[" * 9000))
def test_a_damaged_list_of_epochs_is_refused(text, tmp_path):
    (tmp_path / "m.npz.epochs.part").write_text(text)
    with pytest.raises(ValueError, match=r"m\.npz\.epochs\.part is no list of epochs"):
        language.read_epochs(tmp_path / "m.npz.epochs.part")
    (tmp_path / "m.npz.epochs.part").write_text("[[1, 2.5, 2.6], [2, 2, 2]]")
    assert language.read_epochs(tmp_path / "m.npz.epochs.part") == [[1, 2.5, 2.6], [2, 2, 2]]


def test_a_table_of_patients_is_never_poorer_than_before(tmp_path, monkeypatch):
    """Rows that are there stay there while the missing ones are made, and when that is interrupted."""
    file, rows = tmp_path / "patients.csv", load(DATA / "patients.csv")
    settings = patients.all_settings()[:4]
    save(file, [rows[0], rows[2], rows[3]], "test")
    monkeypatch.setattr(patients, "all_settings", lambda: settings)
    monkeypatch.setattr(sys, "argv", ["patients", "--out", str(file)])

    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(patients, "training", interrupted)
    with pytest.raises(KeyboardInterrupt):
        patients.main()
    assert len(load(file)) == 3
    monkeypatch.setattr(patients, "training", lambda one: rows[1])
    patients.main()
    assert [patients.key(row) for row in load(file)] == [patients.key(row) for row in rows[:4]]
    monkeypatch.setattr(patients, "all_settings", lambda: settings[:2])
    with pytest.raises(ValueError, match="2 of its 4 rows are not among those that are to be made"):
        patients.main()
    assert len(load(file)) == 4


def test_an_out_that_is_missing_is_free(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["peers", "--out", str(tmp_path / "p.csv")])
    assert ask_out("peers", "doc")[0] == str(tmp_path / "p.csv")
