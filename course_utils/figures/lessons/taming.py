"""All that notebook 06 draws, under one name."""
from .cliff import plot_cobwebs, plot_descents, plot_error_surface, plot_gradient_map
from .losses import plot_losses
from .outcomes import plot_outcomes
from .powers import plot_powers, plot_spread

__all__ = ["plot_cobwebs", "plot_descents", "plot_error_surface", "plot_gradient_map", "plot_losses", "plot_outcomes",
           "plot_powers", "plot_spread"]
