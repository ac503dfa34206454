"""What readers do with a notebook (tests/habits.py, and all of them in Notebook 7), tried on the whole course.

    python benchmarks/run_habits.py          every habit; rewrites its table in benchmarks/README.md
    python benchmarks/run_habits.py twice    one habit; the others keep their line
"""
import datetime
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.etree import ElementTree

import report

ROOT = Path(__file__).resolve().parent.parent
HABITS = {
    "twice": "each cell run twice in a row, then Run All once more",
    "interrupt": "kernel restarted half-way, then Run All, where cells of more than a second are interrupted and started again",
    "skip": "kernel restarted, only the setup run, then on from a section, for every section; all cells backwards; then Run All",
    "notebook 7": "opened in Notebook 7, Run All, every slider moved by its keys"}
HEAD = ["| habit | | notebooks passed | cells run | of these | minutes | date, load before |",
        "| --- | --- | --: | --: | --- | --: | --- |"]


def command(habit):
    """Arguments for pytest."""
    if habit == "notebook 7":
        return ["tests/test_browser.py", "-m", "habit"]
    return ["-p", "habits", f"--habit={habit}", "notebooks", "--nbval-cell-timeout=600", "-n", "2", "--dist", "loadfile"]


def run(habit):
    """Try one habit on all notebooks; its line of the table."""
    load, started = os.getloadavg()[0], time.monotonic()
    env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests"))),
           "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "out.xml"
        subprocess.run([sys.executable, "-m", "pytest", *command(habit), f"--junitxml={file}"], cwd=ROOT, env=env)
        cases = list(ElementTree.parse(file).iter("testcase"))
    minutes = (time.monotonic() - started) / 60
    cells = 0 if habit == "notebook 7" else len(cases)
    return (f"| {habit} | {HABITS[habit]} | {passed(cases)} | {cells or ''} | {counted(cases)} | {minutes:.0f} "
            f"| {datetime.date.today()}, {load:.1f} |")


def passed(cases):
    """How many notebooks passed, and the numbers of those that did not."""
    found = {}
    for case in cases:
        number = re.search(r"\b(\d\d)_\w+", f"{case.get('classname')} {case.get('name')}")[1]
        found[number] = found.get(number, True) and case.find("failure") is None and case.find("error") is None
    failed = [number for number, good in sorted(found.items()) if not good]
    return f"{sum(found.values())} of {len(found)}" + (f" (not {', '.join(failed)})" if failed else "")


def counted(cases):
    """The exceptions that were seen and belong there, with their numbers."""
    names = [entry.get("name") for case in cases for entry in case.iter("property")]
    return ", ".join(f"{names.count(name)} {name}" for name in sorted(set(names)))


def lines():
    """{habit: line} of the table as it stands."""
    text = report.README.read_text(encoding="utf-8")
    return {habit: found[0] for habit in HABITS if (found := re.search(rf"^\| {habit} \|.*$", text, re.M))}


if __name__ == "__main__":
    unknown = set(sys.argv[1:]) - set(HABITS)
    if unknown:
        raise SystemExit(f"unknown {sorted(unknown)}, expected some of {', '.join(HABITS)}")
    for habit in sys.argv[1:] or HABITS:
        table = {**lines(), habit: run(habit)}
        report.write("\n".join(HEAD + [table[name] for name in HABITS if name in table]), "run_habits.py")
