"""The engine against PyTorch, JAX and autograd on one thread each, against its floor, and the course as a whole.

    python benchmarks/run.py            all of it, some fifteen minutes; writes tables and figures of README.md
    python benchmarks/run.py --quick    small cases, half a minute; writes nothing
    python benchmarks/run.py --fresh    all of it, without the rows that an interrupted run has left
    python benchmarks/run.py --keep     leaves its rows, so that the next run measures nothing again

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

import report
from store import Rows
from timing import one_process_each
from tqdm import tqdm

SECTIONS = {  # module that measures: module that writes its tables, in a function of the same name
    "forward_backward": "tables_forward_backward", "jacobians": "tables_jacobians", "all_pairs": "tables_jacobians",
    "training_step": "tables_training", "scaling": "tables_scaling", "import_time": "tables_course",
    "course_time": "tables_course"}
DONE = Path(__file__).with_name(".rows.json")


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
        return
    try:
        text = tables(measured(Rows(DONE), quick=False), False, report.FIGURES)
    except KeyboardInterrupt:
        raise SystemExit("Interrupted: the next run goes on here") from None
    print(text)
    report.write(text, "run.py")
    if not asked.keep:
        DONE.unlink()


def measured(rows, quick):
    """`rows` with every case of every section in it."""
    cases = [(name, case) for name in SECTIONS for case in import_module(name).cases(quick)]
    for name, case in (bar := tqdm(cases)):
        bar.set_description(f"{name} {' '.join(map(str, case.values()))}")
        if not rows.has(name, case):
            measure = import_module(name).measure
            rows.add(name, case, measure(case) if quick else one_process_each(measure, [case])[0])
    return rows


def tables(rows, quick, folder):
    """The text of all sections; their figures go into `folder`."""
    found = [getattr(import_module(writer), name)(rows.of(name, import_module(name).cases(quick)), folder)
             for name, writer in SECTIONS.items()]
    return "\n\n".join([rows.environment, *found])


if __name__ == "__main__":
    main()
