"""How long the notebooks take, each run once from a new kernel, one after the other."""
import os
from time import perf_counter

import nbformat
from nbclient import NotebookClient

from course_utils.ground.places import NOTEBOOKS

SECONDS = 300  # limit of a cell


def cases(quick):
    names = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
    return [{"notebook": name} for name in (names[-1:] if quick else names)]


def measure(case):
    """Seconds from the kernel's start to its end, and of processor time; a cell that fails ends the run."""
    notebook = nbformat.read(NOTEBOOKS / case["notebook"], as_version=4)
    client = NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", extra_arguments=["--log-level=ERROR"],
                            resources={"metadata": {"path": str(NOTEBOOKS)}})
    start, busy = perf_counter(), _processor_time()
    client.execute()
    return {"time": perf_counter() - start, "busy": _processor_time() - busy}


def _processor_time():
    """Of all child processes that have ended, in seconds."""
    used = os.times()
    return used.children_user + used.children_system
