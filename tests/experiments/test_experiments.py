"""Sweeps: settings into rows, tables that survive an interruption, other processes and a Dask cluster."""
import importlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from course_utils import LSTM, Adam, TanhRNN
from course_utils.engine import cells
from course_utils.experiments import DEFAULTS, SWEEPS, check_slice, group, load, prepare, run, successes, sweep
from course_utils.experiments import __main__ as command
from course_utils.experiments.results import save, save_each
from course_utils.experiments.runs import train
from course_utils.experiments.sweep import key
from course_utils.ground.places import DATA
from course_utils.tasks import TASKS, Latch

QUICK = {"task": "latch", "task.length": 6, "cell": "TanhRNN", "hidden": 4, "n_iterations": 60, "test_every": 20}
TABLES = [DATA / f"{name}.csv" for name in SWEEPS]  # other commands make others, and some are written by hand


def quick(n):
    return [QUICK | {"seed": seed} for seed in range(n)]


def same(one, other):
    """Whether two rows are equal but for the time they took."""
    return {**one, "seconds": 0} == {**other, "seconds": 0}


# one run

def test_settings_become_a_task_a_model_and_an_optimiser():
    task, model, optimiser, _ = prepare({
        "task": "latch", "task.length": 6, "task.shown": 2, "cell": "LSTM", "hidden": 5, "forget_bias": 2.0,
        "input_bias": -1.0, "std": .1, "lr": .5})
    assert task == Latch(6, shown=2) and model.cell is LSTM and isinstance(optimiser, Adam) and optimiser.lr == .5
    np.testing.assert_array_equal(model.params.b, np.repeat([-1.0, 2, 0, 0], 5))
    assert model.params.W_x.shape == (1, 20) and 0 < np.abs(model.readout.W_y).max() < .5
    chrono = prepare({"task.length": 9, "chrono": 50.0})[1].params.b.reshape(4, -1)
    np.testing.assert_allclose(chrono[0], -chrono[1])
    assert 0 <= chrono[1].min() and chrono[1].max() <= np.log(49)
    spread = prepare({"task.length": 9, "spread": 50.0})[1].params.b.reshape(4, -1)
    np.testing.assert_array_equal(spread[1], chrono[1])
    assert not spread[[0, 2, 3]].any()


@pytest.mark.parametrize("settings, words", (
    ({"size": 3}, ("no setting size", "only task, cell")), ({"task": "chess"}, ("task is 'chess'", "'latch'")),
    ({"task": "latch", "task.length": 6, "cell": "Transformer"}, ("cell is 'Transformer'", "'LSTM'")),
    ({"task": "latch", "task.length": 6, "optimiser": "magic"}, ("optimiser is 'magic'", "'SGD'")),
    ({"task": "latch", "task.length": 1}, ("length is 1",))))
def test_settings_that_do_not_exist_are_refused(settings, words):
    with pytest.raises(ValueError) as error:
        prepare(settings)
    assert all(word in str(error.value) for word in words)


def test_a_row_holds_settings_and_what_came_of_them():
    row = run(QUICK)
    assert {name: row[name] for name in QUICK} == QUICK and set(DEFAULTS) <= set(row)
    assert row["iterations"] == row["solved_at"] or row["solved_at"] is None
    assert row["best"] <= row["loss"] + 1e-12 and row["baseline"] == np.log(2) and row["diverged"] is None
    assert same(row, run(QUICK)) and not same(row, run(QUICK | {"seed": 1}))


def test_a_run_that_diverges_is_a_row_too():
    row = run(QUICK | {"cell": "LinearRNN", "optimiser": "SGD", "lr": 1e6, "clip_norm": 0.0, "n_iterations": 300})
    assert 1 <= row["diverged"] <= 300 and row["solved_at"] is None
    at_once = run(QUICK | {"cell": "LinearRNN", "gain": 1e200, "clip_norm": 0.0})
    assert at_once["diverged"] == 1 and at_once["iterations"] == 0 and at_once["loss"] is None


def test_a_slice_repeats_its_row_and_notices_other_code(monkeypatch):
    row = run(QUICK)
    assert check_slice(row) == 0 and train(QUICK, 10)[1].iteration == [1, 10]
    monkeypatch.setattr(TanhRNN, "step", staticmethod(lambda a, prev, weights, product: np.tanh(1.01 * a, out=a)))
    assert check_slice(row) > 1e-4


# tables

@pytest.mark.parametrize("module", "forget_gates gates_in_training mistakes patients peers story_readers".split())
def test_a_table_is_not_begun_without_a_file_for_it(module, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", [module])
    made = importlib.import_module(f"course_utils.experiments.lessons.{module}")
    for name in {"training", "_looks", "ngram_bits"} & set(vars(made)):
        monkeypatch.setattr(made, name, lambda *_: pytest.fail("trained before the call was read"))
    with pytest.raises(SystemExit):
        made.main()
    assert f"lessons.{module}: error: the following arguments are required: --out" in capsys.readouterr().err


def test_rows_that_were_made_are_kept_when_the_next_fails(tmp_path):
    def rows():
        yield {"seed": 0, "wrong": .5}
        yield {"seed": 1, "wrong": None}
        raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt):
        save_each(rows(), tmp_path / "table.csv", "the command")
    assert load(tmp_path / "table.csv") == [{"seed": 0, "wrong": .5}, {"seed": 1, "wrong": None}]
    assert (tmp_path / "table.csv").read_text().startswith("# made by: the command\n")


def test_a_table_is_read_as_it_was_written(tmp_path):
    rows = [{"a": 1, "b": .1 + .2, "c": None, "d": "adding"}, {"a": 2, "b": 1e-300, "c": 3, "d": "two, or more"}]
    save(tmp_path / "t.csv", rows, "the command")
    assert load(tmp_path / "t.csv") == rows
    assert (tmp_path / "t.csv").read_text(encoding="utf-8").startswith("# made by: the command\na,b,c,d\n")
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]


def test_rows_are_grouped_and_successes_counted():
    found = (("x", 1, 5), ("y", 1, None), ("x", 2, None), ("x", 1, 7))
    rows = [{"cell": cell, "n": n, "solved_at": at} for cell, n, at in found]
    assert list(group(rows, "cell")) == ["x", "y"] and len(group(rows, "cell", "n")["x", 1]) == 2
    assert successes(rows, "cell") == {"x": (2, 3), "y": (0, 1)}


# sweeps

def test_a_sweep_computes_every_run_once(tmp_path, capsys):
    file = tmp_path / "s.csv"
    rows = sweep(quick(3), file, jobs=1, progress=False)
    assert [row["seed"] for row in rows] == [0, 1, 2]
    assert all(same(row, run(QUICK | {"seed": row["seed"]})) for row in rows)
    again = sweep(quick(4), file, jobs=1, progress=False)
    assert again[:3] == [row | {} for row in load(file)][:3] and len(load(file)) == 4
    assert [row["seconds"] for row in again[:3]] == [row["seconds"] for row in rows]


def test_two_processes_find_what_one_finds(tmp_path):
    one, two = (sweep(quick(4), tmp_path / f"{jobs}.csv", jobs=jobs, progress=False) for jobs in (1, 2))
    assert all(same(a, b) for a, b in zip(one, two))


def test_a_killed_sweep_goes_on_where_it_was(tmp_path):
    """A sweep of long runs is killed after its first row; the second takes that row over as it stands."""
    file = tmp_path / "s.csv"
    code = f"""if True:
        from course_utils.experiments import sweep
        runs = [{QUICK!r} | {{"seed": seed, "n_iterations": 60 if seed == 0 else 10**7, "task.noise": 5.0}}
                for seed in range(3)]
        sweep(runs, {str(file)!r}, jobs=1, progress=False)"""
    process = subprocess.Popen([sys.executable, "-c", code])
    deadline = time.monotonic() + 60
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(.05)
    process.kill()
    process.wait(timeout=30)
    first, = load(file)
    first["seconds"] = 123.25  # a mark by which it is known again
    save(file, [first], "test")
    rows = sweep([QUICK | {"task.noise": 5.0, "seed": seed} for seed in range(3)], file, jobs=1, progress=False)
    assert rows[0] == first and len(load(file)) == 3


def test_settings_have_one_key_whatever_their_order_or_kind(tmp_path):
    assert key({"task.length": 6, "seed": 1}) == key({"seed": 1.0, "task.length": 6, "lr": .01})
    assert key(QUICK) != key(QUICK | {"task.length": 7})
    row = run(QUICK)
    save(tmp_path / "t.csv", [row], "")
    assert key(load(tmp_path / "t.csv")[0]) == key(QUICK)


def test_unknown_backend_and_missing_scheduler_are_refused(tmp_path):
    with pytest.raises(ValueError, match="backend is 'slurm', expected one of loky, dask"):
        sweep(quick(1), tmp_path / "s.csv", backend="slurm")
    with pytest.raises(ValueError, match="scheduler is missing, expected the address"):
        sweep(quick(1), tmp_path / "s.csv", backend="dask")


@pytest.fixture
def cluster():
    """The address of a Dask scheduler with two workers, three processes of their own."""
    dask = shutil.which("dask", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])))
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

    def start(*arguments):
        return subprocess.Popen([dask, *arguments], stderr=subprocess.PIPE, text=True, env=environment)

    scheduler = start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    processes = [scheduler]
    try:
        address = next(found[0] for line in scheduler.stderr if (found := re.search(r"tcp://127\.0\.0\.1:\d+", line)))
        processes += [start("worker", address, "--nthreads", "1", "--no-dashboard") for _ in range(2)]
        yield address
    finally:
        for process in processes:
            process.kill()
            process.communicate(timeout=30)


def test_a_dask_cluster_finds_what_this_process_finds(cluster, tmp_path):
    rows = sweep(quick(4), tmp_path / "s.csv", backend="dask", scheduler=cluster, progress=False)
    assert all(same(row, run(QUICK | {"seed": row["seed"]})) for row in rows) and len(load(tmp_path / "s.csv")) == 4


def test_the_command_runs_a_sweep_by_name(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(SWEEPS, "quick", quick(2))
    file = tmp_path / "quick.csv"
    command.main(["quick", "--out", str(file), "--jobs", "1"])
    assert "2 trainings" in capsys.readouterr().out and len(load(file)) == 2
    assert "python -m course_utils.experiments quick --out data/quick.csv" in file.read_text(encoding="utf-8")
    with pytest.raises(SystemExit):
        command.main(["unheard-of", "--out", str(file)])


# what the course stores

@pytest.mark.parametrize("name", SWEEPS)
def test_every_sweep_names_tasks_cells_and_settings_that_exist(name):
    runs = SWEEPS[name]
    assert len({key(settings) for settings in runs}) == len(runs)
    for settings in {key({**settings, "seed": 0}): settings for settings in runs}.values():
        prepare(settings)
        assert settings["task"] in TASKS and settings["cell"] in cells.__all__


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_stored_tables_are_those_of_the_catalogue(path):
    """Every run of the sweep has its row, first iterations come out as stored, and data/README.md names the table."""
    rows, wanted = load(path), SWEEPS[path.stem]
    assert [key(row) for row in rows] == [key(settings) for settings in wanted]
    assert f"python -m course_utils.experiments {path.stem} --out data/{path.stem}.csv" in path.read_text("utf-8")
    assert f"`{path.name}`" in (DATA / "README.md").read_text(encoding="utf-8")
    long_enough = [row for row in rows if row["early"] is not None]
    assert check_slice(min(long_enough, key=lambda row: row["seconds"] / row["iterations"])) < 1e-5
