"""Run notebooks from a new kernel and store them with their outputs, without metadata of this machine.

    make outputs                                           all notebooks
    python tests/notebooks/store_outputs.py notebooks/01_*.ipynb     some
"""
import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from test_notebooks import CELL_KEYS

from course_utils.ground.places import NOTEBOOKS


def store_outputs(path):
    """Execute the notebook at `path` and put the result in its place, all or nothing."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3", record_timing=False, coalesce_streams=True,
                   resources={"metadata": {"path": str(path.parent)}}).execute()
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    notebook.metadata = {"kernelspec": kernel, "language_info": notebook.metadata.language_info}
    for cell in notebook.cells:
        cell.metadata = {key: value for key, value in cell.metadata.items() if key in CELL_KEYS}
    half = path.with_suffix(".half")
    nbformat.write(notebook, half)
    os.replace(half, path)


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:] or sorted(NOTEBOOKS.glob("*.ipynb"))):
        store_outputs(path)
        print("stored", path.name)
