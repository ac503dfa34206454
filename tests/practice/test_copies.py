"""The reader's copy: filled once, brought up to date where it was not touched, never overwritten."""
import json
import os
import shutil
from pathlib import Path

import pytest

from course_utils.ground.places import DATA, NOTEBOOKS
from course_utils.practice import copies, lab

FIRST, SECOND = (path.name for path in sorted(NOTEBOOKS.glob("*.ipynb"))[:2])


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of two notebooks, of which a test can make newer versions."""
    folder = tmp_path / "course"
    folder.mkdir()
    for name in (FIRST, SECOND):
        shutil.copy(NOTEBOOKS / name, folder)
    monkeypatch.setattr(copies, "NOTEBOOKS", folder)
    return folder


@pytest.fixture
def mine(tmp_path):
    """Where the reader's copy is to be."""
    return tmp_path / "place" / "mine"


def change(path, word):
    """Another heading in a notebook's first cell."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"][0]["source"].insert(1, f"{word}\n")
    path.write_text(json.dumps(notebook), encoding="utf-8")


def snapshot(folder):
    """{name: content} of the files of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_the_copy_holds_every_notebook_a_page_and_the_data(course, mine):
    assert copies.fill(mine) == []
    for name in (FIRST, SECOND):
        assert (mine / name).read_bytes() == (course / name).read_bytes()
    page = (mine / "README.md").read_text(encoding="utf-8")
    assert "[01 Watch a gradient vanish](01_watch_a_gradient_vanish.ipynb): How small is" in page
    assert (mine / "data" / "glossary.csv").samefile(DATA / "glossary.csv")
    assert (mine / ".." / "data" / "lags.csv").samefile(DATA / "lags.csv")  # as notebooks name it


def test_what_was_touched_stays_and_the_newer_version_is_beside_it(course, mine):
    copies.fill(mine)
    change(mine / FIRST, "my answer")
    own = (mine / FIRST).read_bytes()
    assert copies.fill(mine) == [], "nothing newer"
    change(course / FIRST, "second edition")
    change(course / SECOND, "second edition")
    newer, = copies.fill(mine)
    assert newer == mine / FIRST.replace(".ipynb", ".new.ipynb")
    assert newer.read_bytes() == (course / FIRST).read_bytes() and (mine / FIRST).read_bytes() == own
    assert (mine / SECOND).read_bytes() == (course / SECOND).read_bytes()
    newer.unlink()
    assert copies.fill(mine) == [], "told once"
    change(course / FIRST, "third edition")
    assert copies.fill(mine) == [newer]
    change(newer, "my second answer")
    change(course / FIRST, "fourth edition")
    assert copies.fill(mine) == [mine / FIRST.replace(".ipynb", ".new2.ipynb")]
    assert b"my second answer" in newer.read_bytes() and (mine / FIRST).read_bytes() == own


def test_a_deleted_notebook_comes_back_and_a_taken_over_one_is_brought_up_to_date(course, mine):
    copies.fill(mine)
    (mine / SECOND).unlink()
    change(mine / FIRST, "mine")
    change(course / FIRST, "second edition")
    newer, = copies.fill(mine)
    assert (mine / SECOND).exists()
    newer.replace(mine / FIRST)
    change(course / FIRST, "third edition")
    assert copies.fill(mine) == [] and (mine / FIRST).read_bytes() == (course / FIRST).read_bytes()


@pytest.mark.parametrize("record", ("", "[]", "{", None))
def test_without_its_record_a_copy_counts_as_touched(course, mine, record):
    copies.fill(mine)
    change(course / FIRST, "second edition")
    (mine / copies.RECORD).unlink()
    if record is not None:
        (mine / copies.RECORD).write_text(record, encoding="utf-8")
    old = (mine / FIRST).read_bytes()
    assert [path.name for path in copies.fill(mine)] == [FIRST.replace(".ipynb", ".new.ipynb")]
    assert (mine / FIRST).read_bytes() == old


def test_killed_between_any_two_writings_it_goes_on(course, mine, monkeypatch):
    """Nothing is half-written, nothing is put twice."""
    writes, whole = [0], copies.replacing

    def dying(path, *how, **options):
        writes[0] += 1
        if writes[0] == at:
            raise KeyboardInterrupt
        return whole(path, *how, **options)

    monkeypatch.setattr(copies, "replacing", dying)
    for at in range(1, 8):
        place, writes[0] = mine / str(at), 0
        if at < 7:  # six files are written
            with pytest.raises(KeyboardInterrupt):
                copies.fill(place)
        writes[0] = -100
        assert copies.fill(place) == []
        assert sorted(snapshot(place)) == sorted((copies.RECORD, "README.md", FIRST, SECOND))


def test_a_copy_that_moves_with_its_course_keeps_its_data(tmp_path, monkeypatch):
    for name in ("data", "notebooks"):
        (tmp_path / "old" / name).mkdir(parents=True)
    (tmp_path / "old" / "data" / "glossary.csv").touch()
    for name, place in (("COURSE", ""), ("DATA", "data"), ("NOTEBOOKS", "notebooks")):
        monkeypatch.setattr(copies, name, tmp_path / "old" / place)
    copies.fill(tmp_path / "old" / "mine")
    (tmp_path / "old").rename(tmp_path / "new")
    assert (tmp_path / "new" / "mine" / "data" / "glossary.csv").exists()


def test_a_dead_link_is_mended_and_a_system_without_links_gets_copies(course, mine, monkeypatch):
    mine.mkdir(parents=True)
    (mine / "data").symlink_to(mine / "nowhere")
    copies.fill(mine)
    assert (mine / "data").samefile(DATA)

    def refuse(*what, **how):
        raise OSError("a required privilege is not held by the client")

    monkeypatch.setattr("pathlib.Path.symlink_to", refuse)
    copies.fill(mine.parent / "other" / "mine")
    place = mine.parent / "other" / "mine" / "data"
    assert not place.is_symlink() and (place / "glossary.csv").read_bytes() == (DATA / "glossary.csv").read_bytes()
    (place / "lags.csv").unlink()
    copies.fill(mine.parent / "other" / "mine")
    assert (place / "lags.csv").exists()


def test_data_that_were_copied_in_part_are_completed(mine, monkeypatch):
    """Where there are no links, and the disk was full in the middle."""
    def refuse(*what, **how):
        raise OSError("a required privilege is not held by the client")

    def full(source, target):
        if Path(source).name == "lags.csv":
            raise OSError(28, "No space left on device", str(target))
        return whole(source, target)

    whole = copies.copy_whole
    monkeypatch.setattr("pathlib.Path.symlink_to", refuse)
    monkeypatch.setattr(copies, "copy_whole", full)
    with pytest.raises((OSError, shutil.Error), match="No space left on device"):
        copies.fill(mine)
    monkeypatch.setattr(copies, "copy_whole", whole)
    assert copies.fill(mine) == []
    assert snapshot(DATA).items() <= snapshot(mine / "data").items()


@pytest.mark.parametrize("recorded", (True, False))
def test_an_empty_notebook_is_nobodys_work_and_is_replaced(recorded, course, mine):
    copies.fill(mine)
    (mine / FIRST).write_bytes(b"")
    if not recorded:
        (mine / copies.RECORD).unlink()
    assert copies.fill(mine) == []
    assert (mine / FIRST).read_bytes() == (course / FIRST).read_bytes()


def test_a_link_that_another_process_makes_meanwhile_is_not_copied_into(tmp_path, monkeypatch):
    link, course = Path.symlink_to, snapshot(DATA)

    def too_late(path, *what, **how):
        link(path, *what, **how)
        raise FileExistsError(f"{path} is there already")

    monkeypatch.setattr("pathlib.Path.symlink_to", too_late)
    copies.give_data(tmp_path / "data")
    assert (tmp_path / "data").is_symlink() and snapshot(DATA) == course


def test_what_belongs_to_somebody_else_is_refused(course, mine, capsys):
    with pytest.raises(ValueError, match="which holds the course itself"):
        copies.fill(course)
    with pytest.raises(ValueError, match="which holds the course itself"):
        copies.fill(copies.COURSE)
    (course.parent / "a file").touch()
    with pytest.raises(ValueError, match="which is a file"):
        copies.fill(course.parent / "a file")
    (mine.parent / "data").mkdir(parents=True)
    (mine.parent / "data" / "thesis.csv").touch()
    with pytest.raises(SystemExit) as ended:
        copies.main([str(mine)])
    assert ended.value.code == 1 and "is not the course's data" in capsys.readouterr().err
    assert os.listdir(mine.parent / "data") == ["thesis.csv"] and not mine.exists()


@pytest.mark.parametrize("where", ("beside", "inside"))
def test_a_link_or_table_of_the_readers_own_is_kept(course, mine, where):
    mine.mkdir(parents=True)
    place, own = (mine.parent if where == "beside" else mine) / "data", mine.parent / "disk"
    own.mkdir()
    place.symlink_to(own)
    with pytest.raises(ValueError, match="is not the course's data"):
        copies.fill(mine)
    assert place.readlink() == own
    place.unlink()
    place.mkdir()
    (place / "glossary.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(ValueError, match="is not the course's data"):
        copies.fill(mine)
    assert (place / "glossary.csv").read_text(encoding="utf-8") == "mine"


def test_a_copy_named_by_a_link_has_its_data_where_kernels_look(course, mine, tmp_path):
    (tmp_path / "deep" / "real").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "deep" / "real")
    copies.fill(tmp_path / "link")
    assert (tmp_path / "deep" / "data").samefile(DATA) and not (tmp_path / "data").exists()


def test_a_number_is_not_taken_for_the_folder(capsys):
    with pytest.raises(SystemExit):
        lab.main(["--no-browser", "--port", "9801"])
    assert "--port=9801" in capsys.readouterr().err


def test_the_command_tells_what_is_new(course, mine, capsys):
    copies.main([str(mine)])
    change(mine / FIRST, "mine")
    change(course / FIRST, "second edition")
    copies.main([str(mine)])
    assert FIRST.replace(".ipynb", ".new.ipynb") in capsys.readouterr().out


def test_lab_serves_the_folder_of_the_copy_and_starts_at_the_first_notebook(tmp_path):
    asked = lab.options(tmp_path / "mein Kurs")
    assert f"--ServerApp.root_dir={tmp_path}" in asked
    assert "--LabApp.default_url=/lab/tree/mein%20Kurs/01_watch_a_gradient_vanish.ipynb" in asked
    assert (NOTEBOOKS / lab.FIRST).exists() and list(lab.SETTINGS.glob("labconfig/*.json"))
