"""The forward pass of the linear cells as a loop and as a scan, for one sequence in float64.

    python -m benchmarks.engine.scan            a minute; writes its table in README.md
    python -m benchmarks.engine.scan --quick    short sequences, some seconds; writes nothing

Each case in a process of its own, on one thread; medians of calls in turn, in shuffled order. Before anything is timed
the states of both must agree.
"""
import os

os.environ.update(dict.fromkeys(  # before NumPy loads its library
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"))

import argparse
from functools import partial

import numpy as np

from benchmarks.shared import machine, readme
from benchmarks.shared.report import digits, table
from benchmarks.shared.timing import interleave, median, one_core, one_process_each
from course_utils import CELLS, SelectiveSSM, init_params, scan, unroll

STEPS, WANTED = (100, 1_000, 10_000), 5
D, H = 8, 32
AGREE = 1e-10  # largest difference of two states before we time
LINEAR = {cell.__name__: cell for cell in (*(cell for cell in CELLS if cell.linear), SelectiveSSM.with_size(16))}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="short sequences, writes nothing")
    quick = parser.parse_args().quick
    environment, asked = machine.environment(), cases(quick)
    text = section(environment, [case | found for case, found in zip(asked, one_process_each(measure, asked, "scan"))])
    print(text)
    if not quick:
        readme.write(text, "engine/scan.py")


def cases(quick):
    steps, seconds = ((100, 1_000), .05) if quick else (STEPS, 2.0)
    return [{"cell": cell, "T": T, "seconds": seconds} for cell in LINEAR for T in steps]


def measure(case):
    """{"times": {"loop", "scan": median time in seconds}, "error": largest difference of the states}."""
    one_core()
    rng, cell = np.random.default_rng(0), LINEAR[case["cell"]]
    params, x = init_params(cell, D, H, rng), rng.standard_normal((case["T"], 1, D))
    runs = {"loop": partial(unroll, cell, params, x), "scan": partial(scan, cell, params, x)}
    error = float(np.abs(runs["loop"]().states - runs["scan"]().states).max())
    if not error < AGREE:
        raise RuntimeError(f"the states of {cell.__name__} differ by {error:.1e}, nothing to time")
    return {"times": median(interleave(runs, case["seconds"])), "error": error}


def section(environment, rows):
    """The ratio of loop and scan for each cell and length, and the times at the longest."""
    steps = sorted({row["T"] for row in rows})
    heads = ("", *(f">T = {T:,}: loop / scan" for T in steps), f">loop, ms (T = {steps[-1]:,})", ">scan, ms")
    found = {cell: [row["times"] for row in rows if row["cell"] == cell] for cell in dict.fromkeys(
        row["cell"] for row in rows)}
    return "\n\n".join([
        f"### Loop and scan, forward pass, B = 1, D = {D}, H = {H}, float64", environment,
        f"Wanted at T = 10,000: ≥ {WANTED}. Largest difference of the states: "
        f"{max(row['error'] for row in rows):.0e}. (SelectiveSSM has N = 4 states a channel, SelectiveSSM(16) has 16.)",
        table(heads, [(cell, *(digits(time["loop"] / time["scan"]) for time in times),
                       *(digits(1e3 * times[-1][name]) for name in ("loop", "scan")))
                      for cell, times in found.items()])])


if __name__ == "__main__":
    main()
