"""python -m course_utils.mark FOLDER --out marks.csv: run students' notebooks and write what came of each exercise.

This RUNS STUDENTS' CODE. See docs/teaching.md, "Marking", for how to isolate it.
"""
import argparse
import sys
from pathlib import Path


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m course_utils.mark", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a folder for each student, or a notebook for each student")
    parser.add_argument("--out", type=Path, required=True, help="CSV file; unchanged notebooks in it are not run again")
    parser.add_argument("--seconds", type=float, default=60, help="limit for one cell (%(default)g)")
    parser.add_argument("--total", type=int, default=900, help="limit in seconds for one notebook (%(default)s)")
    parser.add_argument("--megabytes", type=int, default=4096, help="memory of a student's process (%(default)s)")
    parser.add_argument("--prefix", default="", help='command before each kernel, such as "unshare --user --net"')
    asked = parser.parse_args(arguments)
    try:
        from .marks import mark
    except ImportError as error:
        sys.exit(f"{error}: marking needs Jupyter; pip install -r requirements.txt")
    try:
        rows = mark(asked.folder, asked.out, seconds=asked.seconds, total=asked.total, megabytes=asked.megabytes,
                    prefix=asked.prefix)
    except (ValueError, OSError) as error:
        sys.exit(f"{error}")
    print(f"{asked.out}: {len(rows)} students, {sum(int(row['right'] or 0) for row in rows)} right answers")


if __name__ == "__main__":
    main()
