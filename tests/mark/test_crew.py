"""Many students at once: on the cores of this machine, and on a Dask cluster."""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import dask
import pytest
from marking import BLANK, LOSS, RIGHT, WRONG, hand_in, mark, rows_of

from course_utils.mark.rows import RUNNING

KILLS = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nopen('x', 'w')"


@pytest.fixture
def some(tmp_path):
    """The folder of seven students, two of whom hand in two notebooks."""
    for k, cells in enumerate(([RIGHT], [WRONG], [BLANK], [RIGHT, LOSS], [RIGHT, "1 / 0"], [LOSS], [WRONG, LOSS])):
        hand_in(tmp_path / "class", f"student {k}", cells)
    for k in (0, 5):
        other = ["from course_utils import check\ncheck.leak_for_half(.5)"]
        hand_in(tmp_path / "class", f"student {k}", other, "08.ipynb")
    return tmp_path / "class"


def test_workers_find_what_one_finds(some, tmp_path):
    one, *others = (mark(some, tmp_path / f"{n}.csv", "--workers", n) for n in ("1", "2", "3"))
    assert others == [one, one] and list(one) == sorted(one) and one["student 3"]["right"] == "2"


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_notebook_that_kills_the_marker_costs_no_neighbour(tmp_path):
    """Who was at work when a marking ended is tried again alone, so that only one is found guilty."""
    for student, cells in (("a", [RIGHT]), ("b", [KILLS, RIGHT]), ("c", ["import time\ntime.sleep(3)", RIGHT])):
        hand_in(tmp_path / "class", student, cells)
    command = [sys.executable, "-m", "course_utils.mark", str(tmp_path / "class"), "--out", str(tmp_path / "m.csv"),
               "--whole", "--workers", "3"]
    codes = []
    while 0 not in codes and len(codes) < 5:
        codes.append(subprocess.run(command, capture_output=True, timeout=120).returncode)
    rows = rows_of(tmp_path / "m.csv")
    assert codes[-1] == 0 and rows["b"]["remarks"] == RUNNING[1]
    assert rows["a"]["right"] == rows["c"]["right"] == "1" and rows["a"]["remarks"] == rows["c"]["remarks"] == ""


@pytest.fixture
def cluster(request, tmp_path):
    """The address of a Dask scheduler with two workers, or as many as are asked for, processes of their own."""
    command = shutil.which("dask", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])))
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1",
                                "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}

    def start(*arguments):
        return subprocess.Popen([command, *arguments], stderr=subprocess.PIPE, text=True, env=environment, cwd=tmp_path)

    scheduler = start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    processes = [scheduler]
    try:
        address = next(found[0] for line in scheduler.stderr if (found := re.search(r"tcp://127\.0\.0\.1:\d+", line)))
        for _ in range(getattr(request, "param", 2)):
            processes.append(start("worker", address, "--nthreads", "1", "--no-dashboard"))
        yield address
    finally:
        for process in processes[::-1]:
            process.terminate()
            process.communicate(timeout=30)


def test_a_dask_cluster_finds_what_this_machine_finds(cluster, some, tmp_path):
    here = mark(some, tmp_path / "here.csv")
    there = mark(some, tmp_path / "there.csv", "--backend", "dask", "--scheduler", cluster)
    assert there == here


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_notebook_that_kills_workers_of_a_cluster_costs_its_own_row(cluster, tmp_path):
    for student, cells in (("a", [RIGHT]), ("b", [KILLS, RIGHT]), ("c", [RIGHT]), ("d", [RIGHT])):
        hand_in(tmp_path / "class", student, cells)
    rows = mark(tmp_path / "class", tmp_path / "m.csv", "--backend", "dask", "--scheduler", cluster, "--whole")
    assert [rows[student]["right"] for student in "acd"] == ["1"] * 3
    assert rows["b"]["remarks"].startswith("could not be marked: workers of the cluster died of it")


@pytest.mark.parametrize("cluster", (1,), indirect=True)
def test_students_code_runs_on_the_workers_even_if_there_is_but_one(cluster, tmp_path):
    """Its parent is no process of this machine's marking."""
    seen = "import psutil\nfrom course_utils import check\n" \
           f"at_home = psutil.Process().ppid() == {os.getpid()}\n" \
           "check.untrained_loss(0.0 if at_home else 3.3)"
    hand_in(tmp_path / "class", "ada", [seen])
    options = ("--backend", "dask", "--scheduler", cluster, "--workers", "1")
    assert mark(tmp_path / "class", tmp_path / "here.csv")["ada"]["right"] == "0"
    assert mark(tmp_path / "class", tmp_path / "there.csv", *options)["ada"]["right"] == "1"


def test_cluster_that_is_not_there_ends_the_run(some, tmp_path):
    soon = dask.config.set({"distributed.comm.timeouts.connect": "2s"})
    with soon, pytest.raises(SystemExit, match=r"127\.0\.0\.1:9"):
        mark(some, tmp_path / "m.csv", "--backend", "dask", "--scheduler", "tcp://127.0.0.1:9")
    assert not (tmp_path / "m.csv").exists()
