"""Where the course lies: its package, and beside it the files of data and the notebooks."""
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
DATA, NOTEBOOKS = PACKAGE.parent / "data", PACKAGE.parent / "notebooks"
