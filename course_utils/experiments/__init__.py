"""Many trainings, described as data: `runs` does one, `sweep` does all of a list on all cores or on a Dask cluster,
`catalogue` lists those of the course, `results` reads and writes their tables."""
from .catalogue import SWEEPS
from .results import group, load, successes
from .runs import DEFAULTS, check_slice, prepare, run
from .sweep import sweep

__all__ = ["DEFAULTS", "SWEEPS", "check_slice", "group", "load", "prepare", "run", "successes", "sweep"]
