"""How long the marking of thirty students takes, beside that of an earlier commit, in one run.

    python -m benchmarks.mark.thirty_students           half an hour; writes its part of benchmarks/README.md
    python -m benchmarks.mark.thirty_students --quick   two students; writes nothing
"""
import os

os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1"))  # for the kernels, too

import argparse
import csv
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from tqdm import tqdm

from benchmarks.mark.students import NUMBERS, hand_in
from benchmarks.shared import earlier, machine, readme
from benchmarks.shared.places import ROOT
from benchmarks.shared.report import table

SCRIPT = "mark/thirty_students.py"  # as the README names its place
COUNT, TURN = 30, 5  # students, and how many of them before the next takes its turn
CONTENDERS = {earlier.COMMIT: True, "now": False}  # whether it is the earlier commit


def turn(place, students, work):
    """(seconds, {(student, exercise): verdict}) of a marking of some students by the package that lies at `place`."""
    folder, out = Path(work) / "class", Path(work) / "marks.csv"
    hand_in(folder, COUNT, place / "notebooks", students)
    start = perf_counter()
    subprocess.run([sys.executable, "-m", "course_utils.mark", str(folder), "--out", str(out)], cwd=work,
                   env={**os.environ, "PYTHONPATH": str(place)}, check=True, stderr=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL)
    seconds = perf_counter() - start
    with open(out, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return seconds, {(row["student"], name): row[name].partition(":")[0] for row in rows for name in [*row][2:-2]}


def measured(places, students):
    """{contender: [seconds of each turn]}, and {contender: {(student, exercise): verdict}}."""
    times, verdicts = {name: [] for name in CONTENDERS}, {name: {} for name in CONTENDERS}
    some = [students[k:k + TURN] for k in range(0, len(students), TURN)]
    turns = [(name, group) for k, group in enumerate(some) for name in list(CONTENDERS)[::1 if k % 2 else -1]]
    for name, group in tqdm(turns, unit="turn"):
        with tempfile.TemporaryDirectory() as work:
            seconds, found = turn(places[CONTENDERS[name]], group, work)
        times[name].append(seconds)
        verdicts[name] |= found
    return times, verdicts


def differing(verdicts):
    """How many verdicts of the common exercises differ from the earlier commit's, and how many there are."""
    common = set.intersection(*(set(found) for found in verdicts.values()))
    common = {key for key in common if key[1] not in ("remarks", "folder")}
    return sum(len({found[key] for found in verdicts.values()}) > 1 for key in common), len(common)


def section(times, verdicts, n):
    """What the README says of them."""
    before = sum(times[earlier.COMMIT])
    rows = [(name, f"{sum(each):.0f}", f"{sum(each) / n:.1f}", f"{before / sum(each):.1f}")
            for name, each in times.items()]
    different, common = differing(verdicts)
    return "\n\n".join([
        f"## Marking\n\n{machine.description()}",
        f"{n} students with the notebooks {', '.join(NUMBERS)} each, {TURN} of them at a time in turn with the marking "
        f"of commit {earlier.COMMIT}, which runs every cell of the notebooks as they were then: "
        f"**{before / sum(times['now']):.1f} times** as fast (wanted: ≥ 3).\n"
        f"Of the {common} verdicts on exercises that both know {different} differ.",
        table(("marking", ">s", ">s a student", ">times as fast"), rows)])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="two students; writes nothing")
    quick = parser.parse_args().quick
    students = list(range(1, 3 if quick else COUNT + 1))
    with tempfile.TemporaryDirectory() as folder:
        earlier.put(folder, "course_utils", "data", "notebooks")
        times, verdicts = measured({True: Path(folder), False: ROOT}, students)
    print(section(times, verdicts, len(students)))
    if not quick:
        readme.write(section(times, verdicts, len(students)), SCRIPT)


if __name__ == "__main__":
    main()
