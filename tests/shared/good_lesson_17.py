"""Good arguments of what only notebook 17 measures and draws."""
import numpy as np
from good_pages import drawing

from course_utils import LSTM, TanhRNN
from course_utils.experiments.lessons import (
    claim_cells,
    claim_formulas,
    claim_slopes,
    claim_tables,
    forget_gates,
    weight_sharing,
)
from course_utils.figures.lessons import claims as pictures

GOOD = {
    claim_formulas.small_network: lambda: {"cell": LSTM, "seed": 1, "H": 3},
    claim_formulas.double_sum_errors: lambda: {"n": 1},
    claim_formulas.reading_errors: lambda: {"n": 1},
    claim_formulas.power_errors: lambda: {"H": 2, "n": 1},
    claim_formulas.example_errors: lambda: {"n": 1},
    claim_slopes.step_norms: lambda: {"start": "torch"},
    claim_slopes.bounded_norms: lambda: {"cell": TanhRNN},
    claim_slopes.spectral_radii: lambda: {"gain": 1.2},
    claim_slopes.singular_values: lambda: {"gain": 1.0},
    claim_slopes.products: lambda: {"shared": True},
    claim_slopes.in_range: lambda: {"logs": np.zeros(3)},
    claim_slopes.saturation: lambda: {"noise": 2.5, "n": 1},
    claim_slopes.relu_units: lambda: {"n": 1},
    claim_slopes.log_norms: lambda: {"cell": TanhRNN, "gain": 1.5, "orthogonal": True, "noise": 1.0},
    claim_slopes.deep_norms: lambda: {"gain": 1.0, "n_layers": 3},
    claim_slopes.clipped_angles: lambda: {"n": 1},
    claim_cells.by_hand_differences: lambda: {"cell": LSTM, "n": 1},
    claim_cells.own_derivative_errors: lambda: {"sd": .1, "n": 1},
    claim_cells.held_gate: lambda: {"gate": "f", "bias": -800.0},
    claim_cells.totals: lambda: {"start": "torch", "gain": 1.0},
    claim_cells.nearer_to_1: lambda: {"tanh": [np.ones(2)], "lstm": [np.ones((1, 2))]},
    claim_cells.without_an_activation: lambda: {"gain": 1.0, "b_f": 1.0},
    claim_cells.memory_norms: lambda: {"gain": 0.0, "b_f": None},
    claim_cells.half_lives: lambda: {"b_f": 1.0, "n": 1},
    claim_cells.kept_and_told: lambda: {"biases": [0.0, None], "lags": np.array([1, 5]), "n": 40, "networks": 1},
    claim_cells.powers_lost: lambda: {"biases": [0.0], "near": 5, "far": 10, "n": 1},
    claim_tables.begun_again: lambda: {"name": "latch"},
    claim_tables.latch_counts: lambda: {"length": 40},
    claim_tables.kept_by_hand: lambda: {"length": 5, "n": 10},
    claim_tables.sentence_counts: lambda: {"cell": "GRU", "kind": "recall"},
    claim_tables.long_lag: lambda: {"name": "LSTM, b_f 3"},
    claim_tables.reach_with_bias: lambda: {"bias": 1},
    claim_tables.default_lstm: lambda: {"quiet": 15},
    claim_tables.subject_unit: lambda: {"n": 10},
    forget_gates.gates_of: lambda: {"forget_bias": 1.0, "seed": 0, "n_batches": 0},
    weight_sharing.errors_of: lambda: {"shared": True, "n_sequences": 5, "n_seeds": 1, "n_updates": 2,
                                        "target": "largest"},
    weight_sharing.shared_and_own: lambda: {"sizes": [5], "n_seeds": 1, "n_updates": 2, "target": "largest"},
    weight_sharing.products_of: lambda: {"shared": True},
    pictures.plot_totals: drawing(tanh=[np.zeros(2)], lstm=[np.zeros((1, 2))], starts=["gain 1"], biases=[0]),
    pictures.plot_gates: drawing(batches=np.arange(2.0), gates=np.ones((1, 3, 2)), biases=[1]),
}
RECORDS = set()
