"""Good arguments of what only notebook 11 draws and measures."""
import numpy as np
from good_pages import drawing
from matplotlib.figure import Figure

from course_utils.experiments.curves import gate_curves
from course_utils.experiments.lessons import gate_biases
from course_utils.figures.lessons import gate_settings


def found():
    return [gate_curves({"length": 4, "seed": seed}) for seed in range(2)]


GOOD = {
    gate_biases.over_seeds: lambda: {"settings": {"b_f": 1.0, "length": 4}, "n": 2},
    gate_biases.shown_norms: lambda: {"settings": {"b_f": 1.0, "length": 4}, "n": 2},
    gate_biases.summary: lambda: {"found": found()},
    gate_biases.bias_map: lambda: {"b_f": np.array([0.0, 1.0]), "b_i": np.array([-1.0]), "n": 1},
    gate_biases.lstm_factor: lambda: {"start": "torch", "b_f": 1.0, "b_i": -1.0, "without": "if", "turned": True,
                                      "n": 1, "n_hidden": 4, "noise": 1.0},
    gate_biases.opened_and_closed: lambda: {"k": 1.0, "n_hidden": 4, "start": "torch", "noise": 1.0, "n": 1},
    gate_settings.plot_forget_gates: drawing(found=found(), label="LSTM", at=(0.0, .5)),
    gate_settings.plot_totals: drawing(found=found(), label="LSTM", at=(0.0, .5)),
    gate_settings.plot_over: drawing(xs=np.arange(3.0), logs=np.ones((3, 2)), label="LSTM", at=(0.0, .5)),
    gate_settings.plot_settings: lambda: {"axes": list(Figure().subplots(1, 2)), "named": {"start": found()[0]}},
    gate_settings.plot_bias_map: drawing(b_f=np.arange(3.0), b_i=np.arange(-2.0, 1.0),
                                         logs=np.arange(9.0).reshape(3, 3) - 6),
}
RECORDS = set()
