"""Do the stored outputs hold on other machines? Runs them, strictly, under settings that this machine can take on.

    python -m benchmarks.machines.run            all settings of the last commit; writes its table into README.md
    python -m benchmarks.machines.run --quick    one notebook under each setting, some two minutes; writes nothing

Interrupted, it goes on where it was: what passed is kept, for this commit, Python and NumPy.
"""
import argparse
import datetime
import os
import platform
import signal
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from benchmarks.machines.one_setting import run_setting
from benchmarks.machines.results import run_all, table
from benchmarks.machines.settings import settings
from benchmarks.shared import readme
from benchmarks.shared.machine import cpu_model
from benchmarks.shared.places import ROOT


def git(*arguments):
    """What git says of this checkout."""
    found = subprocess.run(["git", "-C", str(ROOT), *arguments], check=True, capture_output=True, text=True)
    return found.stdout.strip()


def environment():
    """Machine, versions, date and what was run as one paragraph; no host name."""
    packages = ", ".join(f"{name} {version(name.lower())}"
                         for name in ("NumPy", "Matplotlib", "ipywidgets", "IPython", "nbval"))
    trees = ", ".join(f"{folder} {git('rev-parse', '--short', f'HEAD:{folder}')}"
                      for folder in ("notebooks", "course_utils", "data"))
    return (f"{datetime.date.today()} · {cpu_model()}, {os.cpu_count()} cores, {platform.system()} · "
            f"Python {platform.python_version()}, {packages} · git's trees: {trees}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "course-machines",
                        help="folder for results and logs (%(default)s)")
    parser.add_argument("--quick", action="store_true", help="one notebook, writes nothing")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by a signal"))  # tidies up, as an interruption does
    if changed := git("status", "--porcelain", "--", ".", ":!benchmarks/README.md"):
        sys.exit(f"What is tested is the last commit, and this is not in it:\n{changed}")
    asked.keep.mkdir(parents=True, exist_ok=True)
    state = [git("rev-parse", "HEAD"), platform.python_version(), version("numpy"), asked.quick]
    results = run_all(settings(), asked.keep / "machines.json", state,
                      lambda setting: run_setting(setting, ROOT, state[0], asked.keep, asked.quick))
    text = f"{environment()}\n\n{table(results)}"
    print(text)
    if not asked.quick:
        readme.write(text, "machines/run.py")
    sys.exit(any(result["verdict"] == "failed" for result in results.values()))


if __name__ == "__main__":
    main()
