"""How long notebooks 01 to 10 take, beside the same notebooks of an earlier commit with its package, in one run.

    python -m benchmarks.notebooks.before_and_after           five minutes; writes its part of benchmarks/README.md
    python -m benchmarks.notebooks.before_and_after --quick   one notebook, once; writes nothing
"""
import os

os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1"))  # for the kernels, too

import argparse
import subprocess
import tempfile
from pathlib import Path
from time import perf_counter

import nbformat
from nbclient import NotebookClient
from tqdm import tqdm

from benchmarks.shared import machine, readme
from benchmarks.shared.places import ROOT
from benchmarks.shared.report import table

SCRIPT = "notebooks/before_and_after.py"  # as the README names its place
OLD = "b42fe12"  # 2026-11-29
NUMBERS = tuple(f"{n:02d}" for n in range(1, 11))
ROUNDS = 2


def earlier(folder):
    """Put package, data and notebooks of the earlier commit into `folder`."""
    archive = subprocess.run(["git", "archive", OLD, "course_utils", "data", "notebooks"], cwd=ROOT, check=True,
                             stdout=subprocess.PIPE)
    subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)


def seconds(place, number):
    """From the start of a new kernel to its end, with the package that lies at `place`."""
    (path,) = (place / "notebooks").glob(f"{number}_*.ipynb")
    client = NotebookClient(nbformat.read(path, as_version=4), timeout=300, kernel_name="python3",
                            extra_arguments=["--log-level=ERROR"], resources={"metadata": {"path": str(path.parent)}})
    start = perf_counter()
    client.execute(env={**os.environ, "PYTHONPATH": str(place)})
    return perf_counter() - start


def measured(places, numbers, rounds):
    """{number: (seconds before, seconds after)}, the shorter of the rounds; before and after take turns."""
    times = {number: [[], []] for number in numbers}
    for number in tqdm([number for _ in range(rounds) for number in numbers], unit="notebook"):
        for kept, place in zip(times[number], places):
            kept.append(seconds(place, number))
    return {number: tuple(map(min, both)) for number, both in times.items()}


def section(times):
    """What the README says of the times."""
    before, after = (sum(both[k] for both in times.values()) for k in (0, 1))
    rows = [(number, f"{old:.1f}", f"{new:.1f}", f"{new / old:.2f}") for number, (old, new) in times.items()]
    return "\n\n".join([
        f"### Notebooks 01 to 10, before and after\n\n{machine.description()}",
        f"Each from a new kernel, the shorter of {ROUNDS} runs in turn with those of commit {OLD}: **{after:.0f} s** "
        f"in all, before {before:.0f} s (ratio {after / before:.2f}); the longest takes "
        f"{max(both[1] for both in times.values()):.1f} s (wanted: ≤ 10 s each, ≤ 50 s in all).",
        table(("notebook", f">{OLD}, s", ">now, s", ">ratio"), rows)])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one notebook, once; writes nothing")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        earlier(folder)
        times = measured((Path(folder), ROOT), NUMBERS[:1] if quick else NUMBERS, 1 if quick else ROUNDS)
    print(section(times))
    if not quick:
        readme.write(section(times), SCRIPT)


if __name__ == "__main__":
    main()
