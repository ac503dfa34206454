"""The engine against PyTorch, JAX and autograd on one thread each, against its floor, and the course as a whole.

    python -m benchmarks.run            all of it, some fifteen minutes; writes tables and figures of README.md
    python -m benchmarks.run --quick    small cases, half a minute; writes nothing
    python -m benchmarks.run --fresh    all of it, without the rows that an interrupted run has left
    python -m benchmarks.run --keep     leaves its rows, so that the next run measures nothing again

An interrupted run goes on where it stopped, unless code or machine have changed since.
"""
import os

os.environ.update(dict.fromkeys(  # before NumPy and its peers load their libraries
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"))
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import argparse
import tempfile
from importlib import import_module
from pathlib import Path

from tqdm import tqdm

from benchmarks.shared import readme
from benchmarks.shared.places import BENCHMARKS, FIGURES
from benchmarks.shared.store import Rows
from benchmarks.shared.timing import one_process_each

SECTIONS = ("engine.forward_backward", "engine.jacobians", "engine.all_pairs", "engine.training_step", "engine.scaling",
            "notebooks.import_time", "notebooks.course_time")
DONE = BENCHMARKS / ".rows.json"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small cases, writes nothing")
    parser.add_argument("--fresh", action="store_true", help="forget the rows of an interrupted run")
    parser.add_argument("--keep", action="store_true", help="leave the rows to the next run: `make bench` does, until "
                        "the scripts after this one are through, too")
    asked = parser.parse_args()
    if asked.fresh:
        DONE.unlink(missing_ok=True)
    if asked.quick:
        with tempfile.TemporaryDirectory() as folder:
            print(tables(measured(Rows(), quick=True), True, Path(folder)))
    else:
        run_whole(asked.keep)


def run_whole(keep):
    """Measure what is missing, write tables and figures, and forget the rows unless they are to be kept."""
    try:
        text = tables(measured(Rows(DONE), quick=False), False, FIGURES)
    except KeyboardInterrupt:
        raise SystemExit("Interrupted: the next run goes on here") from None
    print(text)
    readme.write(text, "run.py")
    if not keep:
        DONE.unlink()


def measuring(section):
    """The module that measures a section: `cases(quick)`, and `measure(case)` for each."""
    return import_module(f"benchmarks.{section}")


def writing(section):
    """The module that writes it, in the folder tables/ beside: `section(rows, folder)`."""
    folder, name = section.split(".")
    return import_module(f"benchmarks.{folder}.tables.{name}")


def measured(rows, quick):
    """`rows` with every case of every section in it."""
    cases = [(section, case) for section in SECTIONS for case in measuring(section).cases(quick)]
    for section, case in (bar := tqdm(cases)):
        bar.set_description(f"{section} {' '.join(map(str, case.values()))}")
        if not rows.has(section, case):
            measure = measuring(section).measure
            rows.add(section, case, measure(case) if quick else one_process_each(measure, [case])[0])
    return rows


def tables(rows, quick, folder):
    """The text of all sections; their figures go into `folder`."""
    found = [writing(section).section(rows.of(section, measuring(section).cases(quick)), folder)
             for section in SECTIONS]
    return "\n\n".join([rows.environment, *found])


if __name__ == "__main__":
    main()
