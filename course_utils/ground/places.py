"""Where the course lies: its package, its files of data and its notebooks; in a checkout the latter two lie beside the
package, in an installed copy inside it."""
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
COURSE = PACKAGE if (PACKAGE / "data").is_dir() else PACKAGE.parent
DATA, NOTEBOOKS = COURSE / "data", COURSE / "notebooks"
