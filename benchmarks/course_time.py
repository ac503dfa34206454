"""How long the notebooks take, each run once from a new kernel, one after the other."""
from pathlib import Path
from time import perf_counter

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
SECONDS = 300  # limit of a cell


def cases(quick):
    names = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
    return [{"notebook": name} for name in (names[-1:] if quick else names)]


def measure(case):
    """{"time": seconds from the kernel's start to its end}; a cell that fails ends the run."""
    notebook = nbformat.read(NOTEBOOKS / case["notebook"], as_version=4)
    client = NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", extra_arguments=["--log-level=ERROR"],
                            resources={"metadata": {"path": str(NOTEBOOKS)}})
    start = perf_counter()
    client.execute()
    return {"time": perf_counter() - start}
