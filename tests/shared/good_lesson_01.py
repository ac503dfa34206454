"""Good arguments of what notebook 01 draws and measures."""
import numpy as np
from matplotlib.figure import Figure

from course_utils.experiments.lessons import sentences
from course_utils.figures.lessons.shares import plot_shares

GOOD = {
    plot_shares: lambda: {"ax": Figure().add_subplot(), "words": ["a", "b"], "shares": np.array([.5, 1.0]), "cause": 0,
                          "effect": "c"},
    sentences.split: lambda: {"name": "man"},
    sentences.gradient_shares: lambda: {"name": "clouds"},
    sentences.stretched: lambda: {"gap": 5},
}
RECORDS = set()
