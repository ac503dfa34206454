"""From `git clone` until JupyterLab answers, as a newcomer waits for it: `make lab` with pip, and with uv.

    python -m benchmarks.readers.first_start            both ways, with an empty cache and with a filled one
    python -m benchmarks.readers.first_start --quick    once each, and writes nothing
"""
import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from tqdm import tqdm

from benchmarks.shared import readme
from benchmarks.shared.browser import lab
from benchmarks.shared.machine import environment
from benchmarks.shared.places import ROOT
from benchmarks.shared.report import table

WAYS = ("pip", "uv")
WANTED, PATIENCE = 3, 600  # pip's time over uv's; seconds for one start


def first_start(way, caches):
    """Seconds from the start of `git clone` until JupyterLab answers; packages are kept in `caches`."""
    with tempfile.TemporaryDirectory() as folder:
        home, checkout = Path(folder) / "home", Path(folder) / "course"
        home.mkdir()
        env = {**lab.environment(home), "PIP_CACHE_DIR": f"{caches}/pip", "UV_CACHE_DIR": f"{caches}/uv"}
        env |= {name: os.environ.get(name, "") for name in env if name.lower().endswith("_proxy")}  # not the dead ones
        start = time.perf_counter()
        subprocess.run(["git", "clone", "--quiet", ROOT, checkout], check=True)
        with open(home / "lab.log", "wb") as log:
            uv = shutil.which("uv") if way == "uv" else ""
            make = subprocess.Popen(["make", "lab", f"UV={uv}", f"ARGS={' '.join(lab.OPTIONS)}"], cwd=checkout, env=env,
                                    stdout=log, stderr=log, start_new_session=True)
        try:
            lab.wait_for_server(make, home, env["JUPYTER_TOKEN"], limit=PATIENCE)
            return time.perf_counter() - start
        finally:
            os.killpg(make.pid, signal.SIGTERM)
            make.wait(30)


def measure(rounds):
    """{(cache, way): seconds of each round}, the ways in turn, in shuffled order."""
    found = {}
    with tqdm(total=4 * rounds, desc="first start", unit="start") as bar:
        for _ in range(rounds):
            for way in random.sample(WAYS, len(WAYS)):
                with tempfile.TemporaryDirectory() as caches:
                    for cache in ("empty", "filled"):
                        found.setdefault((cache, way), []).append(first_start(way, caches))
                        bar.update()
    return found


def report(found):
    """The table."""
    rows = []
    for cache in ("empty", "filled"):
        pip, uv = (np.median(found[cache, way]) for way in WAYS)
        rows.append((f"{cache} cache", f"{pip:.0f}", f"{uv:.1f}", f"{pip / uv:.1f}"))
    heads = ("packages come from", ">pip, s", ">uv, s", ">pip / uv")
    version = subprocess.run(["uv", "--version"], capture_output=True, text=True).stdout.strip()
    return "\n\n".join([f"{environment()} · {version}", "### From git clone until JupyterLab answers",
                        f"Medians of {len(found['empty', 'pip'])} starts each; wanted: ≥ {WANTED} × faster with uv.",
                        table(heads, rows)])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="one round, nothing is written")
    quick = parser.parse_args().quick
    if not shutil.which("uv"):
        sys.exit("uv is not on this machine: pip install uv")
    text = report(measure(1 if quick else 3))
    print(text)
    if not quick:
        readme.write(text, "readers/first_start.py")
