"""Good arguments of what only notebook 20 draws and measures."""
import numpy as np
from good_pages import drawing

from course_utils.experiments.lessons import depth, modern
from course_utils.figures.lessons import modern as pictures

ROW = {"cell": "MinGRU", "task": "parity", "lr": .01, "solved_at": 100, "forget_bias": 3.0, "input_bias": 0.0,
       "recurrent": "glorot", "chrono": 0.0}

GOOD = {
    modern.network: lambda: {"name": "minGRU", "seed": 0, "n_steps": 3, "noise": 1.0, "recurrent": "torch"},
    modern.arriving: lambda: {"name": "LSTM", "n_seeds": 1, "n_steps": 3},
    modern.two_paths: lambda: {"name": "minLSTM", "n_seeds": 1, "n_steps": 3},
    modern.memory_under_noise: lambda: {"name": "GRU", "keep": .9, "seed": 0, "n_steps": 3, "n_sequences": 2},
    modern.solved_at_best: lambda: {"rows": [ROW]},
    modern.kept_at_start: lambda: {"name": "S6"},
    depth.normalise: lambda: {"x": np.arange(6.).reshape(2, 3)},
    depth.layer_gradients: lambda: {"kind": "residual", "gain": 1.0, "n_seeds": 1, "n_layers": 2},
    depth.shares_added: lambda: {"kind": "plain", "gain": 1.0, "n_seeds": 1, "n_layers": 2},
    depth.attention_norms: lambda: {"n_steps": 3, "sought": True, "n_seeds": 1, "width": 4},
    pictures.plot_arriving: drawing(found={"minGRU": np.zeros((2, 4))}, title="before training"),
    pictures.plot_layers: drawing(found={"plain": np.zeros((2, 4))}, title="gain 1", legend=True),
    pictures.plot_attention: drawing(found={"attention": np.zeros((2, 4))}),
    pictures.plot_ladder: drawing(),
}
RECORDS = set()
