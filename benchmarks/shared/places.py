"""Where things lie in this checkout."""
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parents[1]
ROOT = BENCHMARKS.parent
README = BENCHMARKS / "README.md"
FIGURES = BENCHMARKS / "figures"
