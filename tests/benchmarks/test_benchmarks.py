"""The benchmarks' machinery: rows that survive an interruption, tables, figures, and small cases."""
import os
from importlib import import_module
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from threadpoolctl import threadpool_limits

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"


@pytest.fixture(scope="module")
def bench():
    """A function that imports a module of benchmarks/; what these set for the whole process is put back."""
    environment, processors = dict(os.environ), os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    with matplotlib.rc_context():
        yield lambda name: import_module(f"benchmarks.{name}")
    os.environ.clear()
    os.environ.update(environment)
    if processors:
        os.sched_setaffinity(0, processors)


def row(kind, shape, dtype, ours, torch, floor):
    times = {"ours": ours, "before": 1.5 * ours, "torch": torch, "jax": 2 * ours, "autograd": 10 * ours, "floor": floor}
    return {"kind": kind, "shape": shape, "dtype": dtype, "times": times, "error": 1e-15, "compiling": .5,
            "quartiles": [1.0, 2.0]}


ROWS = [row("RNN", [5, 1, 3, 4], "float64", 1e-3, 4e-3, 1e-4), row("LSTM", [5, 32, 3, 4], "float64", 2e-3, 2e-3, 1e-3),
        row("GRU", [5, 64, 3, 4], "float64", 6e-3, 12e-3, 4e-3)]


# rows

def test_an_interrupted_run_goes_on_where_it_stopped(bench, tmp_path, monkeypatch):
    """What is in the file is not measured again, the rest is, and what comes before an interruption is kept."""
    run, section, Rows, file = bench("run"), "notebooks.import_time", bench("shared.store").Rows, tmp_path / "rows"
    cases = [{"processes": n} for n in (1, 2, 3)]

    def measure(case):
        if case == cases[2]:
            raise KeyboardInterrupt
        return {"ours": 7.0}

    monkeypatch.setattr(run, "SECTIONS", (section,))
    monkeypatch.setattr(run, "one_process_each", lambda measure, cases: [measure(case) for case in cases])
    monkeypatch.setattr(bench(section), "measure", measure)
    monkeypatch.setattr(bench(section), "cases", lambda quick: cases)
    Rows(file).add(section, cases[0], {"ours": 123.0})
    with pytest.raises(KeyboardInterrupt):
        run.measured(Rows(file), quick=False)
    assert Rows(file).of(section, cases[:2]) == [cases[0] | {"ours": 123.0}, cases[1] | {"ours": 7.0}]
    assert not Rows(file).has(section, cases[2])


@pytest.mark.parametrize("options", ([], ["--keep"]))
def test_rows_of_a_run_that_is_whole_are_left_to_the_next_one_on_request(bench, tmp_path, monkeypatch, options):
    run, written = bench("run"), []
    monkeypatch.setattr(run, "SECTIONS", ())
    monkeypatch.setattr(run, "DONE", tmp_path / "rows")
    monkeypatch.setattr(run.readme, "write", lambda *what: written.append(what))
    monkeypatch.setattr("sys.argv", ["run.py", *options])
    run.DONE.write_text('{"key": []}')
    run.main()
    assert written and run.DONE.exists() == bool(options)


@pytest.mark.parametrize("name", ("code", "description"))
def test_rows_of_other_code_or_another_machine_are_thrown_away(bench, tmp_path, monkeypatch, name):
    store, file = bench("shared.store"), tmp_path / "rows"
    store.Rows(file).add("section", {"n": 1}, {"time": 1.0})
    assert store.Rows(file).has("section", {"n": 1})
    monkeypatch.setattr(store if name == "code" else store.machine, name, lambda: "another")
    assert not store.Rows(file).has("section", {"n": 1})


def test_other_code_is_noticed_unless_it_only_draws(bench, tmp_path, monkeypatch):
    store = bench("shared.store")
    monkeypatch.setattr(store, "ROOT", tmp_path)
    (tmp_path / "benchmarks" / "engine" / "tables").mkdir(parents=True)
    found = []
    for name in ("jacobians.py", "tables/scaling.py", "scaling.py"):
        (tmp_path / "benchmarks" / "engine" / name).write_text("")
        found.append(store.code())
    assert found[0] == found[1] != found[2]


# tables and figures

def test_the_table_states_means_what_was_wanted_and_the_worst_row(bench, tmp_path):
    text = bench("engine.tables.forward_backward").section(ROWS, tmp_path)
    assert "PyTorch's time / ours: **2.00** (wanted: ≥ 2.2); of JAX's: **2.00** (wanted: ≥ 1.05); of autogr" in text
    assert "Geometric mean of our time at commit b42fe12 / now: **1.50**; least of all rows: 1.50." in text
    assert "at B ≥ 32: **1.73** (wanted: ≤ 2); the worst of these rows is LSTM at 5, 32, 3, 4 with 2.00" in text
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert len(lines) == 2 + len(ROWS) and len({line.count("|") for line in lines}) == 1
    assert lines[2] == "| 5, 1, 3, 4 | RNN | 1 | 1.5 | 4 | 2 | 10 | 0.1 | 4.00 | 1.00–2.00 | 2.00 | 10 | 10.0 | 0.5 |"


def test_figures_are_the_same_bytes_for_the_same_numbers(bench, tmp_path):
    figure = bench("engine.tables.forward_backward").figure
    folders = [tmp_path / name for name in "ab"]
    lines = [figure(ROWS, folder) for folder in folders]
    one, other = ((folder / "forward_backward.svg").read_bytes() for folder in folders)
    assert one == other and b"date" not in one and len(one) < 100_000
    assert lines[0].startswith("![Time over ours of PyTorch") and lines[0].endswith("](a/forward_backward.svg)")


def test_exponents_are_those_of_the_powers(bench):
    rows = [{"T": T, "time": 3e-6 * T ** 1.2} for T in (100, 1000, 3000, 10000, 30000)]
    rows[0]["time"] = 1.0  # too short to count
    p, error = bench("engine.tables.scaling").exponent(rows, "time")
    assert abs(p - 1.2) < 1e-12 and error < 1e-6


# what is measured

def test_memory_of_arrays_grows_with_the_number_of_steps(bench):
    case = {"what": "forward and backward", "cell": "LSTM", "seconds": .01}
    with threadpool_limits(1):
        short, long = (bench("engine.scaling").measure(case | {"T": T}) for T in (200, 800))
    states_and_gates = 8 * 32 * (2 + 4) * 800
    assert states_and_gates < long["arrays"] < 8 * states_and_gates
    assert 3.5 < long["arrays"] / short["arrays"] < 4.5 and long["time"] > 0
    assert long["process"] is None or long["process"] > long["arrays"]


def test_the_package_is_imported_without_matplotlib_and_ipywidgets(bench):
    found = bench("notebooks.import_time").measure({"processes": 1})
    assert found["heavy"] == [] and found["ours"] > 0


def test_every_notebook_is_timed(bench):
    assert len(bench("notebooks.course_time").cases(False)) == len(list(NOTEBOOKS.glob("*.ipynb")))


@pytest.mark.parametrize("kind", ("RNN", "LSTM", "GRU"))
@pytest.mark.parametrize("which", ("every step", "first to last"))
def test_peers_find_our_jacobians_and_a_difference_is_noticed(bench, kind, which):
    for name in ("torch", "jax", "autograd"):
        pytest.importorskip(name)
    runs, _ = bench("engine.jacobians").contenders(kind, (5, 3, 4), which)
    agreement = bench("engine.forward_backward").agreement
    assert agreement(runs, 1e-10) < 1e-12
    with pytest.raises(RuntimeError, match="ours and jax differ"):
        agreement({"ours": runs["ours"], "jax": lambda: {"J": 1.001 * np.asarray(runs["jax"]()["J"])}}, 1e-10)


def test_the_picture_beside_the_gate_explorer_follows_its_slider(bench):
    ways, names = bench("sliders.ways"), {}
    exec(ways.PLOT + "import io" + ways.IMAGE, names)
    before = bytes(names["image"].value)
    names["control"].value = 3.0
    assert before.startswith(b"\x89PNG") and bytes(names["image"].value) != before


def test_what_the_benchmarks_take_from_the_tests_is_there(bench):
    tests = bench("notebooks.run_habits").TESTS
    assert (tests / "habits.py").is_file() and (ROOT / "tests" / "browser" / "test_sliders.py").is_file()
    assert bench("shared.browser").lab.AREA
