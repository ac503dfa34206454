"""One setting: a checkout of the last commit of its own, the proof that the setting is on, and pytest under it."""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from tqdm import tqdm

from benchmarks.machines.inside import PROVEN

TWO = ("-n", "2", "--dist", "loadfile")
NOTEBOOKS = ("--nbval", "--nbval-current-env", "--nbval-cell-timeout", "300")
UNITS = [f"tests/{name}.py" for name in (
    "exercises/test_claims", "diagnose/test_diagnose_files", "experiments/test_experiments", "exercises/test_glossary",
    "mark/test_marking", "notebooks/test_notebooks", "practice/test_practice", "course/test_pages",
    "learning/test_training")]
PATIENCE = 3600  # seconds for one run of pytest
RESULT = {"verdict": "not possible here", "seen": "", "outputs": "", "units": ""}


def run_setting(setting, root, commit, keep, quick=False):
    """The result of a setting at a commit of the repository `root`: verdict, what was seen in a kernel, pytest's last
    lines, minutes. What pytest wrote is added to a log in the folder `keep`."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="machine-") as scratch:
        place = Path(scratch) / setting.place()
        log = keep / f"{re.sub('[^A-Za-z0-9]+', '_', setting.name)}.log"
        try:
            check_out(root, commit, place)
            variables = setting.variables(place, scratch)
        except (OSError, subprocess.CalledProcessError) as error:
            found = RESULT | {"seen": (getattr(error, "stderr", "") or str(error)).strip()}
        else:
            found = _run_in(setting, place, variables, log, quick)
    return found | {"minutes": (time.monotonic() - start) / 60}


def check_out(root, commit, place):
    """A clone of `root` at a commit, in the folder `place`."""
    for command in (("clone", "--quiet", "--no-checkout", str(root), str(place)),
                    ("-C", str(place), "checkout", "--quiet", commit)):
        subprocess.run(["git", *command], check=True, capture_output=True, text=True)


def _run_in(setting, place, variables, log, quick):
    result, cache = dict(RESULT), ("-o", f"cache_dir={variables['TMPDIR']}/cache")
    parts = {"outputs": (*NOTEBOOKS, *(("notebooks/19_look_up_a_term.ipynb",) if quick else ("notebooks", *TWO)))}
    if setting.units and not quick:
        parts["units"] = (*UNITS, *TWO)
    for part, arguments in parts.items():
        code, seen, result[part] = tested(setting, place, variables, (*arguments, *cache), log)
        if code == 1 and part == "units":  # some have time limits, and the machine may have been busy
            code, seen, alone = tested(setting, place, variables, (*UNITS, "--last-failed", *cache), log)
            result[part] += f"; those alone: {alone}"
        result |= {"seen": seen, "verdict": "not possible here" if code is None else "failed" if code else "passed"}
        if code != 0:
            return result
    return result


def tested(setting, place, variables, arguments, log):
    """(pytest's exit code, what was proven, pytest's summary), or (None, why it was not, "")."""
    command = [*setting.prefix, sys.executable, "-m", "benchmarks.machines.inside",
               json.dumps(setting.all_claims()), *arguments]
    code, lines = follow(command, place, variables, setting.name)
    with open(log, "a", encoding="utf-8") as file:
        file.writelines(lines)
    proven = [line.removeprefix(PROVEN).strip() for line in lines if line.startswith(PROVEN)]
    if not proven:
        return None, lines[-1].strip() if lines else f"exit code {code}", ""
    return code, proven[0], re.sub(r"^=+ | in [\d.]+s.*$", "", lines[-1].strip())


def follow(command, place, variables, name):
    """(exit code, lines) of a command, its percentages as a bar; nothing of it is left after an interruption."""
    process = subprocess.Popen(command, cwd=place, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               encoding="utf-8", errors="replace", start_new_session=True)
    watch = threading.Timer(PATIENCE, stop, [process])
    watch.start()
    lines = []
    try:
        with tqdm(total=100, desc=name, unit="%", leave=False) as bar:
            for line in process.stdout:
                lines.append(line)
                if found := re.search(r"\[ *(\d+)%\]$", line):
                    bar.update(int(found[1]) - bar.n)
        return process.wait(), lines
    finally:
        watch.cancel()
        stop(process)


def stop(process):
    """End a command and what it started; kernels follow when their parent is gone."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
