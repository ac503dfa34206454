"""Good arguments of what only notebook 12 draws and measures."""
import numpy as np
from good_pages import drawing

from course_utils import LSTM, CoupledLSTM
from course_utils.experiments.lessons import relatives
from course_utils.figures.lessons import cell_tree
from course_utils.figures.lessons import relatives as pictures

ROWS = [{"cell": "LSTM", "solved_at": 300}, {"cell": "GRU", "solved_at": None}]

GOOD = {
    cell_tree.name_of: lambda: {"cell": "GRU"},
    cell_tree.plot_cell_tree: drawing(),
    pictures.plot_totals: drawing(totals={LSTM: np.zeros((2, 4))}),
    pictures.plot_memories: drawing(memories={LSTM: np.arange(4.0)}),
    pictures.plot_solved: drawing(rows=ROWS, title="adding", last=1000),
    relatives.engine_step: lambda: {"cell": LSTM, "x": np.ones((2, 3)), "h_prev": np.ones((2, 4)),
                                    "c_prev": np.ones((2, 4))},
    relatives.memory_totals: lambda: {"cell": LSTM, "forget_bias": 1.0, "input_bias": -1.0, "start": "torch",
                                      "noise": .5, "n": 2, "n_steps": 3},
    relatives.factor_per_step: lambda: {"cell": LSTM, "forget_bias": 1.0, "input_bias": -1.0, "start": "torch",
                                        "noise": .5, "n": 1},
    relatives.largest_memories: lambda: {"cell": CoupledLSTM, "forget_bias": 3.0, "n": 2, "n_steps": 5},
    relatives.peephole_factors: lambda: {"n_iterations": 1, "seed": 0},
    relatives.iterations: lambda: {"rows": ROWS, "never": 2700},
    relatives.rank_correlation: lambda: {"one": np.arange(4.0), "other": np.ones(4) * [1, 3, 2, 4]},
    relatives.as_far_by_chance: lambda: {"one": np.arange(4.0), "other": np.ones(4) * [1, 3, 2, 4], "n": 10},
}
RECORDS = set()
