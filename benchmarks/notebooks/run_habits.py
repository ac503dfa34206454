"""What readers do with a notebook (tests/notebooks/habits.py, and Notebook 7), tried on all, two at a time.

    python -m benchmarks.notebooks.run_habits               every habit on every notebook
    python -m benchmarks.notebooks.run_habits twice 03 10   some habits, some notebooks

Each result goes into the table of benchmarks/README.md as soon as it is there, in the place of the last one.
"""
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import product
from pathlib import Path
from xml.etree import ElementTree

from benchmarks.shared import machine, readme, report
from benchmarks.shared.places import ROOT
from course_utils.ground.places import NOTEBOOKS

SCRIPT = "notebooks/run_habits.py"  # as the README names its place
TESTS = ROOT / "tests" / "notebooks"  # habits.py, a plugin for pytest
HABITS = ("twice", "interrupt", "skip", "notebook-7")
NUMBERS = tuple(sorted(path.name[:2] for path in NOTEBOOKS.glob("*.ipynb")))


def attempt(habit, number):
    """Try one habit on one notebook, in a process of its own; the words for the table."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(TESTS))),
           "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    what = ["-p", "habits", f"--habit={habit}", "--nbval-cell-timeout=600",
            *map(str, NOTEBOOKS.glob(f"{number}_*.ipynb"))]
    if habit == "notebook-7":
        what = [str(ROOT / "tests" / "browser" / "test_sliders.py"), "-m", "habit", "-k", f"notebook_7 and {number}_"]
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "out.xml"
        done = subprocess.run([sys.executable, "-m", "pytest", *what, f"--junitxml={file}"], cwd=ROOT, env=env,
                              capture_output=True, text=True)
        if done.returncode:
            print(done.stdout, done.stderr)
        return words(list(ElementTree.parse(file).iter("testcase")), time.monotonic() - started)


def words(cases, seconds):
    """What came out of some test cases."""
    failed = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
    if failed or not cases:
        return f"**{failed} of {len(cases)} failed**"
    names = [entry.get("name") for case in cases for entry in case.iter("property")]
    seen = "".join(f", {names.count(name)} {name}" for name in sorted(set(names)))
    return f"passed{f' ({len(cases)} runs{seen})' if len(cases) > 1 else ''}, {seconds:.0f} s"


def read():
    """{(habit, number): words} of the table as it stands."""
    rows = re.findall(r"^\| (\d\d) \| (.*) \|$", readme.read(SCRIPT), re.M)
    return {(habit, number): text for number, row in rows for habit, text in zip(HABITS, row.split(" | "))}


def write(table):
    """Put the table into the README."""
    rows = [(number, *(table.get((habit, number), "–") for habit in HABITS)) for number in NUMBERS]
    passed = sum(text.startswith("passed") for _, *texts in rows for text in texts)
    summary = f"{passed} of {len(NUMBERS) * len(HABITS)} passed: each habit on each notebook"
    text = report.folded(summary, report.table(("notebook", *HABITS), rows))
    readme.write(f"{machine.environment()}\n\n{text}", SCRIPT)


def main(wanted):
    """Try what is wanted: habits and notebooks' numbers; none of a kind are all of it."""
    if unknown := set(wanted) - {*HABITS, *NUMBERS}:
        raise SystemExit(f"unknown {sorted(unknown)}, expected some of {', '.join(HABITS)}, or of 01 to {NUMBERS[-1]}")
    pairs = product([name for name in HABITS if name in wanted] or HABITS,
                    [number for number in NUMBERS if number in wanted] or NUMBERS)
    with ThreadPoolExecutor(2) as pool:
        runs = {pool.submit(attempt, *pair): pair for pair in pairs}
        for run in as_completed(runs):
            print(*runs[run], run.result(), flush=True)
            write({**read(), runs[run]: run.result()})


if __name__ == "__main__":
    main(sys.argv[1:])
