"""All that notebook 06 measures, under one name."""
from ..runs import check_slice
from .adding import train_on_adding
from .cliff import cliff_grid, twenty_descents
from .cuts import cut_beside_whole, readable, stored_cuts
from .directions import angle, cosine, flat, new_gradient
from .truncation import TAUS, largest_exponent, steps_reached, truncation_errors

__all__ = ["TAUS", "angle", "check_slice", "cliff_grid", "cosine", "cut_beside_whole", "flat", "largest_exponent",
           "new_gradient", "readable", "steps_reached", "stored_cuts", "train_on_adding", "truncation_errors",
           "twenty_descents"]
