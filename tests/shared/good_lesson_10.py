"""Good arguments of what only notebook 10 draws and measures."""
import numpy as np
from good_pages import drawing
from matplotlib.figure import Figure

from course_utils import LSTM, TanhRNN
from course_utils.experiments.lessons import carries, detours
from course_utils.figures.lessons import detours as pictures


def networks(cell=LSTM):
    return detours.random_networks(cell, 2, n_steps=3)


def problem():
    params, trace = networks()[0]
    return {"params": params, "trace": trace, "w": np.ones((3, 1, 32))}


GOOD = {
    carries.differences: lambda: {"loss": lambda x: np.sum(x ** 2), "arguments": [np.ones(2)]},
    carries.report: lambda: {"what": "x", "ours": [np.ones(2)], "others": [np.ones(2)], "wanted": 1e-8},
    carries.engine_gradients: problem,
    carries.spoilt: lambda: {"step_backward": lambda params, kept, dh, dc: (dh, dh, dh, dh, dc),
                             "mistake": "both carries lost"},
    detours.random_networks: lambda: {"cell": LSTM, "n": 2, "start": "torch", "gain": 2.0, "b_f": 1.0, "b_i": -1.0,
                                      "noise": .5, "n_steps": 3},
    detours.both_paths: lambda: {"networks": networks()},
    detours.total_norms: lambda: {"networks": networks(), "cell": LSTM, "whole": True},
    detours.loss_gradients: lambda: {"cell": TanhRNN, "networks": networks(TanhRNN)},
    detours.cell_gradients: lambda: {"start": "torch", "noise": .5, "names": ["tanh RNN"]},
    pictures.plot_two_paths: drawing(direct=np.zeros((2, 4)), total=np.ones((2, 4)), title="gain 1, b_f = 0"),
    pictures.plot_doors: drawing(arrived={"all shut": -2.0, "g": -1.0}, title="gain 1"),
    pictures.plot_factors: drawing(biases=np.arange(3.0), direct=np.ones(3), at_rest=np.ones(3), total=np.ones((3, 2)),
                                   title="b_i = 0"),
    pictures.plot_cells: drawing(found={"tanh RNN": np.zeros((2, 4))}, title="gain 1"),
    pictures.plot_blocks: drawing(J=np.eye(4)),
    pictures.plot_detour: lambda: {"axes": list(Figure().subplots(2, 2).flat)},
}
RECORDS = set()
