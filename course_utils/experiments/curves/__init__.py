"""The small experiments that the explorers show, a file for each: settings in, arrays out, nothing trained or drawn."""
from .bound import ACTIVATIONS, bound_curves
from .cliff import cliff, descend, folds, wall
from .gap import gap_curves
from .gates import START, fulfils, gate_curves, gate_measures, gate_network
from .keeping import keep_curves

__all__ = ["ACTIVATIONS", "START", "bound_curves", "cliff", "descend", "folds", "fulfils", "gap_curves",
           "gate_curves", "gate_measures", "gate_network", "keep_curves", "wall"]
