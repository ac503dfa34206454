"""Damaged files: whatever is wrong with one, its loader raises a ValueError that names it, or reads what is left whole.
`loaders` says which loaders there are, `damaging` what happens to their files."""
import re
import zipfile

import numpy as np
import pytest
from loaders import LOADERS, trainee

from course_utils import fit
from course_utils.ground.files import reading
from course_utils.ground.npz import open_npz, read_npz
from course_utils.ground.places import PACKAGE
from course_utils.ground.tables import read_table
from course_utils.learning.checkpoints import load_checkpoint, save_checkpoint

N = 300  # damaged files of each loader
READERS = {"ground/npz.py", "ground/tables.py"}
TELL_APART = {"diagnose/read.py", "diagnose/files/checkpoint.py"}  # by which members an archive has: no arrays


@pytest.mark.parametrize("name", LOADERS)
@pytest.mark.filterwarnings("ignore")
def test_damaged_files_are_refused_by_name(name, tmp_path):
    suffix, make, read, damages = LOADERS[name]
    good = tmp_path / f"good{suffix}"
    make(good)
    read(good)
    data, rng, refused = good.read_bytes(), np.random.default_rng(7), 0
    beside = {path.suffix: path.read_bytes() for path in tmp_path.glob("good.*") if path != good}
    for n in range(N):
        bad = tmp_path / f"bad{n}{suffix}"
        for other, whole in beside.items():
            bad.with_suffix(other).write_bytes(whole)
        bad.write_bytes(damages[n % len(damages)](data, rng))
        try:
            read(bad)
        except ValueError as error:
            refused += 1
            assert re.search(rf"\b(bad{n}|claims|statements|verdicts)\b", str(error)), f"which file? {error}"
    assert refused > N / 4


def test_no_loader_reads_in_a_way_of_its_own():
    """Arrays and tables are read in one place each, but for `mark`, which reads what students' processes wrote."""
    own = re.compile(r"np\.load\(|zipfile\.ZipFile\(|csv\.(Dict)?[Rr]eader\(|loadtxt|genfromtxt")
    found = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")
             if own.search(path.read_text(encoding="utf-8"))}
    assert {name for name in found if not name.startswith("mark/")} == READERS | TELL_APART


@pytest.mark.parametrize("name", LOADERS)
def test_a_file_that_is_missing_is_missing(name, tmp_path):
    suffix, _, read, _ = LOADERS[name]
    if read.__name__ in ("restored", "carried_restored", "swept"):
        return  # these begin anew
    with pytest.raises(FileNotFoundError):
        read(tmp_path / f"none{suffix}")


# what is wrong with it

@pytest.mark.parametrize("spoil, words", (
    (lambda text: text.replace(",", ";"), "its fields are separated by semicolons"),
    (lambda text: text.replace(",", "\t"), "its fields are separated by tabs"),
    (lambda text: text[:-3], "its last line has no end: the file is cut off"),
    (lambda text: text[:-4] + "\n", "its row 2 has 2 fields, its first line 3"),
    (lambda text: text.replace("1,2,3", "1,2,3,4"), "its row 1 has 4 fields, its first line 3"),
    (lambda text: text.replace("a,b,c", "a,b,b"), "two of its columns are called 'b'"),
    (lambda text: text.replace("a,b,c", "a,x,c"), "it lacks b; its columns are a, x, c"),
    (lambda text: text.replace("1,2", '1,"2'), "unexpected end of data"),
    (lambda text: text.replace("2", "\0"), "it holds zero bytes"),
    (lambda text: "", "it is empty"), (lambda text: "# a comment\n", "it has comments and no columns")))
def test_a_table_is_refused_by_what_is_wrong_with_it(spoil, words, tmp_path):
    (tmp_path / "t.csv").write_text(spoil("# made by: hand\na,b,c\n1,2,3\n4,5,6\n"), encoding="utf-8")
    with pytest.raises(ValueError, match=rf"t\.csv cannot be used \({re.escape(words)}") as error:
        read_table(tmp_path / "t.csv", ("a", "b", "c"))
    assert "expected a table in UTF-8, its fields separated by commas" in str(error.value)


def test_a_byte_order_mark_and_other_ends_of_lines_do_no_harm(tmp_path):
    rows = [{"a": "1", "b": "two,\nlines"}]
    for text in ('# made by: hand\na,b\n1,"two,\nlines"\n', '\ufeffa,b\r\n1,"two,\nlines"\r\n\r\n'):
        (tmp_path / "t.csv").write_bytes(text.encode("utf-8"))
        assert read_table(tmp_path / "t.csv") == rows


def test_other_columns_are_refused_where_they_must_not_be(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match="it has b, expected the columns a alone"):
        read_table(tmp_path / "t.csv", ("a",), exactly=True)


def test_an_error_of_the_system_stays_one_and_names_the_file():
    """EIO is no damage: such a file must not be deleted to begin anew. Nor when memory runs out."""
    with pytest.raises(OSError, match=r"Input/output error: 'c.npz'") as error, reading("c.npz", "is bad", "delete it"):
        raise OSError(5, "Input/output error")
    assert error.value.filename == "c.npz"
    with pytest.raises(MemoryError), reading("c.npz", "is bad", "delete it"):
        raise MemoryError
    with pytest.raises(ValueError, match=r"^c.npz is bad \(KeyError\); delete it$"), reading(
            "c.npz", "is bad", "delete it"):
        raise KeyError


def test_arrays_come_back_as_they_were_and_can_be_changed(tmp_path):
    arrays = {"x": np.arange(6.).reshape(2, 3), "columns": np.asfortranarray(np.eye(3)), "none": np.zeros((0, 4)),
              "one": np.array(3), "text": np.array("{}"), "half": np.ones(2, np.float16)}
    for save in (np.savez, np.savez_compressed):
        save(tmp_path / "a.npz", **arrays)
        found = read_npz(tmp_path / "a.npz")
        assert list(found) == list(arrays)
        for name, array in arrays.items():
            assert found[name].dtype == array.dtype and np.array_equal(found[name], array)
            found[name][...] = found[name].copy()


def test_a_large_checkpoint_is_read_again(tmp_path, monkeypatch):
    """Above 2 GB zip archives have another form; here they have it from 1 kB on."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 1000)
    save_checkpoint(tmp_path / "c.npz", {"a": np.arange(400.)}, {"n": 1})
    assert b"PK\6\7" in (tmp_path / "c.npz").read_bytes()
    arrays, notes = load_checkpoint(tmp_path / "c.npz")
    assert np.array_equal(arrays["a"], np.arange(400.)) and notes == {"n": 1}


def test_a_file_that_unpacks_to_much_more_is_refused(tmp_path, monkeypatch):
    np.savez_compressed(tmp_path / "a.npz", a=np.zeros(10**6))
    monkeypatch.setattr("course_utils.ground.npz.MOST_BYTES", 10**6)
    with pytest.raises(ValueError, match="its arrays need 8000000 bytes, expected at most 1000000"):
        read_npz(tmp_path / "a.npz")


def test_a_member_that_is_not_all_there_takes_no_memory(tmp_path):
    np.savez(tmp_path / "a.npz", a=np.zeros(4))
    data = (tmp_path / "a.npz").read_bytes()
    at = data.index(b"PK\1\2") + 20  # sizes in the table of contents, packed and unpacked
    (tmp_path / "a.npz").write_bytes(data[:at] + (2**31 - 2).to_bytes(4, "little") * 2 + data[at + 8:])
    with pytest.raises(ValueError, match="a is said to have 2147483646 bytes, which are not there"), open_npz(
            tmp_path / "a.npz") as members:
        members["a"]()


# fit

@pytest.mark.parametrize("spoil, words", (
    (lambda arrays, notes: arrays.pop("weight/W_h"), "it lacks weight/W_h"),
    (lambda arrays, notes: arrays.update({"weight/b": np.zeros(3)}), r"weight/b has shape \(3,\)"),
    (lambda arrays, notes: arrays.pop("slot/mean/b"), "it lacks slot/mean/b"),
    (lambda arrays, notes: arrays.update(states=np.zeros((2, 3, 3))), "it has states after 20 batches"),
    (lambda arrays, notes: notes.pop("rng"), "its notes lack rng"),
    (lambda arrays, notes: notes.update(rng={"bit_generator": "PCG64"}), "state"),
    (lambda arrays, notes: notes.update(iteration=-3), "iteration is -3"),
    (lambda arrays, notes: notes["log"].pop("loss"), "log holds iteration, gradient_norm"),
    (lambda arrays, notes: notes["log"].update(loss=[1.0]), "lists of lengths"),
    (lambda arrays, notes: notes["log"].update(wrong=["a"]), "an entry of wrong is 'a'"),
    (lambda arrays, notes: notes.update(of=[]), r"of is \[\]")))
def test_a_checkpoint_that_does_not_fit_changes_nothing(spoil, words, tmp_path):
    path = tmp_path / "c.npz"
    fit(*trainee(), 20, test_every=10, checkpoint=path, progress=False)
    arrays, notes = load_checkpoint(path)
    spoil(arrays, notes)
    save_checkpoint(path, arrays, notes)
    model, task, optimiser, rng = trainee(1)
    before, state, saved = model.copy(), rng.bit_generator.state, path.read_bytes()
    with pytest.raises(ValueError, match=rf"c\.npz is no checkpoint of a training \(.*{words}"):
        fit(model, task, optimiser, rng, 21, test_every=10, checkpoint=path, progress=False)
    assert all(np.array_equal(model.weights[name], array) for name, array in before.weights.items())
    assert rng.bit_generator.state == state and optimiser.n_steps == 0 and not optimiser.slots["mean"]
    assert path.read_bytes() == saved
