"""The engine against PyTorch on one thread each, and against its floor.

    python benchmarks/run.py            all of it, some minutes; writes the tables into benchmarks/README.md
    python benchmarks/run.py --quick    small shapes, some 20 seconds; writes nothing
"""
import os

os.environ.update(dict.fromkeys(  # before NumPy and PyTorch load their libraries
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"))

import argparse

import all_pairs
import forward_backward
import report
import training_step
from timing import one_thread


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small shapes, writes nothing")
    quick = parser.parse_args().quick
    one_thread()
    forward = {"shapes": [(5, 2, 3, 4)], "seconds": 0.1} if quick else {}
    pairs = {"n_steps": 5, "n_hidden": 4, "rounds": 2} if quick else {}
    sections = [report.environment()]
    for dtype in ("float64", "float32"):
        sections.append(report.forward_backward(dtype, forward_backward.measure(dtype, **forward)))
    sections.append(report.all_pairs(all_pairs.measure(**pairs)))
    step = {"shape": (5, 2, 4), "seconds": 0.1} if quick else {}
    sections.append(training_step.table(training_step.measure(**step), *list(step.values())[:1]))
    text = "\n\n".join(sections)
    print(text)
    if not quick:
        report.write(text, "run.py")


if __name__ == "__main__":
    main()
