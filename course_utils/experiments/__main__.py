"""python -m course_utils.experiments NAME --out data/NAME.csv [--jobs N] [--backend dask --scheduler ADDRESS]"""
import argparse
import sys

from .catalogue import SWEEPS
from .sweep import BACKENDS, sweep


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m course_utils.experiments", description="Run a sweep.")
    parser.add_argument("name", choices=sorted(SWEEPS), help="which sweep")
    parser.add_argument("--out", required=True, help="CSV file; rows it holds already are kept")
    parser.add_argument("--jobs", type=int, default=-1, help="worker processes, all cores if left out")
    parser.add_argument("--backend", choices=BACKENDS, default="loky")
    parser.add_argument("--scheduler", help="address of a Dask scheduler")
    asked = parser.parse_args(arguments)
    try:
        rows = sweep(SWEEPS[asked.name], asked.out, jobs=asked.jobs, backend=asked.backend, scheduler=asked.scheduler,
                     command=f"python -m course_utils.experiments {asked.name} --out data/{asked.name}.csv")
    except KeyboardInterrupt:
        sys.exit("interrupted; the same command goes on from here")
    except (ValueError, OSError) as error:
        sys.exit(str(error))
    print(f"{asked.out}: {len(rows)} trainings, {sum(row['solved_at'] is not None for row in rows)} solved, "
          f"{sum(row['seconds'] for row in rows):.0f} s of computing")


if __name__ == "__main__":
    main()
