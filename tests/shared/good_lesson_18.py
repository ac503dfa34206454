"""Good arguments of what only notebook 18 draws and measures."""
import numpy as np
from matplotlib.figure import Figure

from course_utils.exercises.broken_checks import bias_error
from course_utils.exercises.broken_steps import lstm_step_backward, relu_step_backward
from course_utils.exercises.broken_updates import clip_gradients
from course_utils.experiments.lessons import suspects
from course_utils.figures.lessons import bug_bars

NOTED = {(1, "da_i"): .9, (2, "db"): .3}


GOOD = {
    suspects.small_network: lambda: {"seed": 6}, suspects.four_gradients: lambda: {"seed": 6},
    suspects.squashed: lambda: {"a": np.ones((4, 5, 4))},
    suspects.lstm_step_judged: lambda: {"step_backward": lstm_step_backward.solution, "seed": 2},
    suspects.relu_judged: lambda: {"step_backward": relu_step_backward.solution, "network": suspects.small_network(6),
                                   "bias": np.ones(4)},
    suspects.wrong_gradient_judged: lambda: {"check": bias_error.solution, "network": suspects.small_network(6)},
    suspects.clipping_judged: lambda: {"clip": clip_gradients.solution, "network": suspects.small_network(6)},
    bug_bars.plot_gradients: lambda: {"axes": list(Figure().subplots(1, 2)), "gradients": {"A": np.ones((2, 3)),
                                                                                         "B": np.ones((2, 3))}},
    bug_bars.plot_ratio: lambda: {"axes": list(Figure().subplots(1, 2)), "ratio": np.ones((2, 3)),
                                  "dh": np.ones((2, 3)), "h": np.ones((2, 3))},
    bug_bars.plot_bugs: lambda: {"ax": Figure().add_subplot(), "noted": NOTED},
    bug_bars.words_about_bugs: lambda: {"noted": NOTED},
}
RECORDS = set()
