"""Many trainings, described as data and run on all cores, their tables, and the experiments behind the explorers."""
from .catalogue import SWEEPS
from .models import SETUPS, stored
from .results import group, load, successes
from .runs import DEFAULTS, check_slice, prepare, run, settings_of
from .sweep import sweep

__all__ = ["DEFAULTS", "SETUPS", "SWEEPS", "check_slice", "group", "load", "prepare", "run", "settings_of", "stored",
           "successes", "sweep"]
