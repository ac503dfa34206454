"""Good arguments of the cobweb, which several notebooks draw."""
import numpy as np
from matplotlib.figure import Figure

from course_utils.figures.lessons.cobweb import plot_cobweb

GOOD = {plot_cobweb: lambda: {"ax": Figure().add_subplot(), "step": np.tanh, "start": .5, "n": 3, "low_high": (-1, 1)}}
RECORDS = set()
