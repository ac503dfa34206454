"""benchmarks/machines/: settings and their proofs, the table, going on after an interruption."""
import shutil
import subprocess

import nbformat
import pytest

from benchmarks.machines import proofs, results
from benchmarks.machines.one_setting import UNITS, run_setting
from benchmarks.machines.settings import AVX2, BASELINE, Setting, settings
from benchmarks.shared.places import BENCHMARKS, ROOT

GOOD = {"verdict": "passed", "seen": "this | that", "outputs": "7 passed", "units": "", "minutes": 1.25}
THREE = [Setting(name, ()) for name in "abc"]


def test_settings_set_what_they_claim(tmp_path):
    chosen = {setting.name: setting for setting in settings()}
    assert len(chosen) == len(settings())
    used = {name for name, on in proofs.dispatched().items() if on}
    for name, allowed in (("no AVX-512, two BLAS threads", AVX2), ("neither AVX-512 nor AVX2", BASELINE)):
        assert set(chosen[name].environment["NPY_DISABLE_CPU_FEATURES"].split()) == used - set(allowed)
    two, one = (setting.variables(tmp_path, tmp_path) for setting in settings()[-2:])
    assert (two["OPENBLAS_NUM_THREADS"], one["OPENBLAS_NUM_THREADS"], two["PYTHONPATH"]) == ("2", "1", str(tmp_path))
    assert chosen["GBK, Shanghai"].place().encode("utf-8", "surrogateescape") == "梯度 消失".encode("gbk")


def test_the_tests_that_run_under_a_setting_are_there():
    assert [name for name in UNITS if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize("claim, reason", (
    (("features", ["none of them"]), "NumPy uses"), (("encoding", "gbk"), "expected gbk"),
    (("time_zone", "Mars", 12345), "in Mars it is 12345"), (("folder", "ROOT", "course"), "the kernel runs in"),
    (("read_only", "ROOT"), "can be written to"), (("no_network",), "interfaces ['lo', 'eth0']"),
    (("course", "ROOT"), "course_utils comes from"), (("blas", "Z80", 1), "BLAS")))
def test_a_claim_that_is_false_is_not_proven(claim, reason, tmp_path, monkeypatch):
    if claim[0] == "features" and not any(proofs.dispatched().values()):
        pytest.skip("this processor has nothing beyond NumPy's baseline")
    monkeypatch.setattr(proofs.socket, "if_nameindex", lambda: [(1, "lo"), (2, "eth0")])
    with pytest.raises(AssertionError) as error:
        proofs.prove([[tmp_path if part == "ROOT" else part for part in claim]])
    assert reason in str(error.value)


def test_a_way_out_is_a_network(monkeypatch):
    """Loopback alone does not prove it: there may be a route that has no interface of a known name."""
    monkeypatch.setattr(proofs.socket, "if_nameindex", lambda: [(1, "lo")])
    monkeypatch.setattr(proofs.socket.socket, "connect_ex", lambda *_: 0)
    with pytest.raises(AssertionError, match="the way out gives 0"):
        proofs.no_network()


def test_goes_on_where_it_was_interrupted(tmp_path):
    file, done = tmp_path / "kept.json", []

    def run(setting):
        if setting.name == "c" and len(done) < 3:
            done.append("interrupted")
            raise KeyboardInterrupt
        done.append(setting.name)
        return GOOD | {"verdict": "failed" if setting.name == "b" else "passed"}

    with pytest.raises(KeyboardInterrupt):
        results.run_all(THREE, file, "commit 1", run)
    assert list(results.run_all(THREE, file, "commit 1", run)) == ["a", "b", "c"]
    assert done == ["a", "b", "interrupted", "b", "c"]  # what failed is tried again
    assert results.load(file, "commit 1").keys() == {"a", "c"} and results.load(file, "commit 2") == {}
    assert [path.name for path in tmp_path.iterdir()] == ["kept.json"]


def test_table_has_a_row_for_each_setting():
    impossible = GOOD | {"verdict": "not possible here", "outputs": "", "units": "2 passed"}
    assert results.table({"a": GOOD, "b": impossible}).splitlines()[2:] == [
        "| a | this / that | 7 passed | – | 1.2 |", "| b | this / that | not possible here | 2 passed | 1.2 |"]


@pytest.fixture
def course(tmp_path):
    """A repository with the script's inner parts, an empty package and a notebook of one cell."""
    root = tmp_path / "repository"
    for folder in ("course_utils", "notebooks"):
        (root / folder).mkdir(parents=True)
    for path in (BENCHMARKS / "__init__.py", *(BENCHMARKS / "machines").glob("*.py")):
        copy = root / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    (root / "course_utils" / "__init__.py").touch()
    outputs = [nbformat.v4.new_output("stream", text="1\n")]
    cell = nbformat.v4.new_code_cell("print(1)", outputs=outputs, execution_count=1)
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), root / "notebooks" / "19_look_up_a_term.ipynb")
    for command in ("init --quiet", "add .", "-c user.name=a -c user.email=a@b commit --quiet --message=1"):
        subprocess.run(["git", "-C", str(root), *command.split()], check=True)
    return root


def test_one_setting_from_checkout_to_verdict(course, tmp_path):
    given = {"environment": {"TZ": "Asia/Shanghai"}, "folder": "梯度 1"}
    here = Setting("far east", (("time_zone", "Asia/Shanghai", 28800),), **given)
    found = run_setting(here, course, "HEAD", tmp_path, quick=True)
    assert found["verdict"] == "passed" and found["outputs"] == "1 passed" and found["minutes"] > 0
    assert found["seen"] == "in a folder “梯度 1” · Asia/Shanghai, UTC+8 h"
    assert "1 passed" in (tmp_path / "far_east.log").read_text("utf-8")


@pytest.mark.parametrize("given, reason", (
    ({"prefix": ("sh", "-c", "echo no namespaces; exit 1")}, "no namespaces"), ({"prefix": ("false",)}, "exit code 1"),
    ({"charset": ("no_WHERE", "GBK")}, "")))
def test_what_cannot_be_made_is_no_pass(given, reason, course, tmp_path):
    found = run_setting(Setting("x", (), **given), course, "HEAD", tmp_path, quick=True)
    assert found["verdict"] == "not possible here" and found["seen"] and reason in found["seen"]
