"""How long the notebooks take, beside the same notebooks of an earlier commit with its package, in one run.

    python -m benchmarks.notebooks.before_and_after           ten minutes; writes its part of benchmarks/README.md
    python -m benchmarks.notebooks.before_and_after --quick   one notebook, once; writes nothing
"""
import os

os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1"))  # for the kernels, too

import argparse
import tempfile
from pathlib import Path
from time import perf_counter

import nbformat
from nbclient import NotebookClient
from tqdm import tqdm

from benchmarks.shared import earlier, machine, readme
from benchmarks.shared.places import ROOT
from benchmarks.shared.report import table

SCRIPT = "notebooks/before_and_after.py"  # as the README names its place
NUMBERS = tuple(f"{n:02d}" for n in range(1, 20))
ROUNDS = 2


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


def section(times, rounds=ROUNDS):
    """What the README says of the times."""
    runs = "one run" if rounds == 1 else f"the shorter of {rounds} runs"
    rows = [(number, f"{old:.1f}", f"{new:.1f}", f"{new / old:.2f}") for number, (old, new) in times.items()]
    return "\n\n".join([
        f"## Before and after\n\n{machine.description()}",
        f"Each notebook from a new kernel, {runs} in turn with those of commit {earlier.COMMIT} (wanted: "
        "≤ 10 s each, ≤ 50 s for 01 to 10, half of before for 11 to 19).",
        "\n".join(half(times, *ends) for ends in (("01", "10"), ("11", "19"))),
        table(("notebook", f">{earlier.COMMIT}, s", ">now, s", ">ratio"), rows)])


def half(times, first, last):
    """A line on the notebooks from the first number to the last."""
    some = [both for number, both in times.items() if first <= number <= last]
    if not some:
        return ""
    old, new = (sum(both[k] for both in some) for k in (0, 1))
    return (f"- {first} to {last}: **{new:.0f} s**, before {old:.0f} s (ratio {new / old:.2f}); the longest takes "
            f"{max(both[1] for both in some):.1f} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one notebook, once; writes nothing")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="runs of each notebook, the shortest counts")
    asked = parser.parse_args()
    quick, rounds = asked.quick, 1 if asked.quick else asked.rounds
    with tempfile.TemporaryDirectory() as folder:
        earlier.put(folder, "course_utils", "data", "notebooks")
        times = measured((Path(folder), ROOT), NUMBERS[:1] if quick else NUMBERS, rounds)
    print(section(times, rounds))
    if not quick:
        readme.write(section(times, rounds), SCRIPT)


if __name__ == "__main__":
    main()
