"""python -m course_utils.mark FOLDER --out marks.csv: run students' notebooks and write what came of each exercise.

This RUNS STUDENTS' CODE. See docs/teaching.md, "Marking", for how to isolate it.
"""
import argparse
import sys
from pathlib import Path


def main(arguments=None):
    asked = vars(parser().parse_args(arguments))
    folder, out = asked.pop("folder"), asked.pop("out")
    try:
        from .fields import whole_characters
        from .marks import mark
    except ImportError as error:
        sys.exit(f"{error}: marking needs Jupyter; pip install -r requirements.txt, or '.[mark]'")
    try:
        rows = mark(folder, out, **asked)
    except (ValueError, OSError) as error:
        sys.exit(whole_characters(str(error)))
    except KeyboardInterrupt:
        sys.exit(whole_characters(f"Interrupted: {out} holds what is done, the same command goes on there"))
    right = sum(verdict == "right" for row in rows for verdict in row.values())
    print(whole_characters(f"{out}: {len(rows)} students, {right} right answers"))


def parser():
    """What may be asked on the command line."""
    made = argparse.ArgumentParser(prog="python -m course_utils.mark", description=__doc__,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("folder", type=Path, help="a folder for each student, or a notebook for each student")
    made.add_argument("--out", type=Path, required=True, help="CSV file; unchanged notebooks in it are not run again")
    made.add_argument("--seconds", type=float, default=60, help="limit for one cell (%(default)g)")
    made.add_argument("--total", type=int, default=900, help="limit in seconds for one notebook (%(default)s)")
    made.add_argument("--megabytes", type=int, default=4096, help="memory of a student's process (%(default)s)")
    made.add_argument("--prefix", default="", help='command before each kernel, such as "unshare --user --net"')
    made.add_argument("--whole", action="store_true", help="run every cell, not only what the answers need")
    made.add_argument("--workers", type=int, default=-1, help="students at a time, all cores if left out")
    made.add_argument("--backend", choices=("threads", "dask"), default="threads")
    made.add_argument("--scheduler", help="address of a Dask scheduler, for --backend dask")
    return made


if __name__ == "__main__":
    main()
