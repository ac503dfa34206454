"""Good arguments of what draws, shows, moves and diagnoses."""
import tempfile
from functools import lru_cache
from pathlib import Path

import numpy as np
from good_engine import LSTM, rng
from good_learning import ledger, row, speaker
from matplotlib.figure import Figure

from course_utils import diagnose, init_params, widgets
from course_utils.captions import load_archive
from course_utils.diagnose.running import run, total_gradients
from course_utils.exercises.glossary import read_glossary
from course_utils.experiments import curves
from course_utils.figures import diagrams as cd
from course_utils.figures import plotting
from course_utils.figures.coloured_text import text_figure
from course_utils.tasks.grammar import WORDS

STEP = {"x": 1.0, "h_prev": .5}
FLOW = {"x": 1.0, "h_prev": .5, "u": 1.0, "w": 2.0, "b": 0.0, "a": 1.0, "value": .7,
        "acts_on": ("c", 1.0, "fc", .7, "×")}
PADDED = {"lengths": np.array([4, 3]), "state0": [np.zeros((2, 2, 2))]}
UNSAID = {"layers": (), "activation": "relu", "gate_activation": "hard_sigmoid:.2,.5", "reset_after": None}
CELL_ARRAYS = {"weight_ih_l0": np.ones((8, 3)), "weight_hh_l0": np.ones((8, 2)) / 9}


def drawing(**more):
    """Arguments of a function that draws on axes."""
    return lambda: {"ax": Figure().add_subplot(), **more}


def module(draw):
    return {draw: drawing(lit=["x"], values=STEP)}


def layer():
    return diagnose.Layer("one", LSTM, init_params(LSTM, 3, 2, rng()))


def network():
    return diagnose.Network((layer(),), "here")


@lru_cache(maxsize=1)
def weights_file():
    path = Path(tempfile.mkdtemp()) / "weights.npz"
    np.savez(path, **CELL_ARRAYS)
    return path


def with_x(**more):
    return lambda: {"network": network(), "x": rng().standard_normal((4, 2, 3)), **more}


def axes_with_a_line():
    ax = Figure().add_subplot()
    ax.plot([0, 1, 2], [0, -1, -2])
    return ax


def controls():
    return {"gain": widgets.slider(1.0, 0.0, 2.0, .1, "gain")}


def explorer():
    return widgets.PaintedExplorer("explorer", dict, str, controls())


def reading():
    return {"model": speaker(len(WORDS)), "vocabulary": WORDS, "tokens": ["the", "man"], "unit": 1,
            "shown": "cell state c of the unit"}


GOOD = {
    plotting.use_course_style: dict, plotting.show: lambda: {"fig": Figure(), "alt": "a figure"},
    plotting.plot_runs: drawing(rows=[{"name": "a", "n": 1, "loss": 2.0}], x="n", y=lambda row: row["loss"],
                                styles={"a": ("red", "-")}),
    plotting.plot_verdicts: lambda: {"ax": axes_with_a_line(), "ledger": ledger(), "sources": {"S0": "zero"}},
    plotting.typeset_biases: lambda: {"words": "b_f 3"},
    plotting.powers_of_ten: lambda: {"axis": axes_with_a_line().yaxis},
    plotting.plot_log_norms: drawing(log_norms=np.arange(3.), band=np.ones((2, 3)), label="a"),
    plotting.plot_words: drawing(words=["a", "b"], log_norms=np.array([0., -1.])),
    plotting.mark_gap: lambda: {"ax": axes_with_a_line(), "cause": 0, "effect": 2, "name": "effect", "y": 1.0},
    plotting.plot_all_pairs: drawing(logs=np.zeros((3, 3)), vmin=-1.0, vmax=0.0, colorbar=True),
    plotting.plot_spectrum: drawing(matrix=np.eye(2)),
    plotting.gallery: lambda: {"pictures": np.ones((2, 4, 4)), "titles": ["a", "b"], "colours": ["red", "blue"],
                               "columns": 2, "height": 1.0},
    text_figure: lambda: {"texts": {"a": (["the", "man"], np.array([1., 2.]))}, "columns": 20, "width": 4.0,
                          "key": "size"},
    **module(cd.rnn_module), **module(cd.lstm_module), **module(cd.no_forget_module), **module(cd.coupled_module),
    **module(cd.peephole_module), cd.gru_module: drawing(lit=["x"], values=STEP, reset="before"),
    cd.conveyor_belt: drawing(f=[.5, .9], write=[.1, .2], c=[0., .1, .3], until=1, lit=["belt"]),
    cd.gate_flow: drawing(gate="f", numbers=FLOW, stage=1),
    diagnose.Layer: lambda: {"name": "one", "cell": LSTM, "params": init_params(LSTM, 3, 2, rng()),
                             "reverse": False, "state0": np.zeros((2, 2))},
    diagnose.Level: lambda: {"layers": (layer(),), "merge": "concat", "turned": True},
    diagnose.Network: lambda: {"layers": (layer(),), "source": "here", "ignored": ("E",), "assumed": ("that",)},
    diagnose.Network.outputs: lambda: {"self": network(), "x": np.ones((4, 2, 3)), **PADDED},
    diagnose.diagnose: with_x(lag=2, progress=False, **PADDED), run: with_x(**PADDED),
    total_gradients: lambda: {"network": network(), "traces": run(network(), np.ones((4, 2, 3))),
                              "direct": np.ones((4, 2, 2)), "lengths": np.array([4, 3])},
    diagnose.network_from_arrays: lambda: {"arrays": CELL_ARRAYS, "framework": "torch", "prefix": None, "ordered": True,
                                           "source": "here", **UNSAID},
    diagnose.read_network: lambda: {"path": weights_file(), "prefix": None, "framework": "torch", "names": None,
                                    "config": None, "most_bytes": 10**6, **UNSAID},
    diagnose.Diagnosis.to_html: lambda: {"self": diagnose.diagnose(network(), np.ones((4, 2, 3))), "path": None},
    diagnose.Diagnosis.to_text: lambda: {"self": diagnose.diagnose(network(), np.ones((4, 2, 3)))},
    curves.bound_curves: lambda: {"activation": "tanh", "gain": 1.0, "length": 5, "noise": .5, "n_hidden": 3,
                                   "seed": 0},
    curves.gap_curves: lambda: {"gap": 3, "gain": 1.0, "n_hidden": 3, "n_seeds": 2},
    curves.keep_curves: lambda: {"keep": .9, "write": .5, "lag": 10},
    curves.gate_curves: lambda: {"settings": {"length": 5, "b_f": 1.0}},
    curves.gate_network: lambda: {"settings": curves.START | {"length": 5}},
    curves.gate_measures: lambda: {"found": curves.gate_curves({"length": 3})},
    curves.fulfils: lambda: {"found": curves.gate_curves({"length": 3}), "ranges": {"total": (-1, None)}},
    curves.cliff: lambda: {"w": np.array([4., 5.]), "b": np.array([-2., -3.]), "steps": 3},
    curves.descend: lambda: {"start": (4.8, -1.9), "lr": .1, "max_norm": 1.0, "n": 2},
    curves.folds: lambda: {"w": np.array([5., 6.])}, curves.wall: lambda: {"w": np.array([5., 6.])},
    widgets.caption_of: lambda: {"model": load_archive().captioners["LSTM, start"], "layout": "row", "digits": (7, 2),
                                 "hand": 0, "images": "held out",
                                 "word": 1},
    widgets.results_of: lambda: {"rows": [row() | {"name": "a"}], "measure": "best loss"},
    widgets.results_explorer: lambda: {"tables": {"a": [row() | {"name": "a"}]}},
    widgets.reading: reading, widgets.draw_reading: lambda: {"found": widgets.reading(**reading())},
    widgets.text_explorer: lambda: {"model": speaker(len(WORDS)), "vocabulary": WORDS, "text": "the man", "unit": 1,
                                    "presets": {"a": "the woman"}, "characters": False},
    widgets.ledger_html: lambda: {"ledger": ledger(), "verdict": "holds", "source": "S0"},
    widgets.claims_explorer: lambda: {"ledger": ledger()},
    widgets.glossary_table: lambda: {"terms": read_glossary()[:2]},
    widgets.slider: lambda: {"value": 1.0, "low": 0.0, "high": 2.0, "step": .1, "name": "gain", "unit": "×"},
    widgets.choice: lambda: {"value": "a", "options": ["a", "b"], "name": "list"},
    widgets.entry: lambda: {"value": "a", "name": "text", "often": False},
    widgets.Explorer: lambda: {"kind": "gap", "title": "explorer", "controls": controls(), "compute": dict,
                               "data": {}, "presets": {"a": {"gain": 2.0}}, "used": None,
                               "challenges": {"easy": bool}, "still": None},
    widgets.PaintedExplorer: lambda: {"title": "explorer", "compute": dict, "draw": str, "controls": controls(),
                                      "words": None, "presets": {"a": {"gain": 2.0}},
                                      "used": None, "all_stored": False, "play": None},
    widgets.Explorer.set: lambda: {"self": explorer(), "gain": 2.0},
    widgets.Explorer.settings: lambda: {"self": explorer()},
    widgets.player: lambda: {"title": "frames", "draw": lambda ax, k: "a frame", "n_frames": 2, "figsize": (1.0, 1.0),
                             "name": "frame", "interval": 900, "bare": True},
    widgets.film_strip: lambda: {"draw": lambda ax, k: "a frame", "frames": [0, 1], "figsize": (1.0, 1.0),
                                 "columns": 1},
    widgets.gate_explorer: lambda: {"challenges": {"easy": bool}},
    **{explore: dict for explore in (widgets.bound_explorer, widgets.caption_explorer, widgets.cliff_explorer,
                                     widgets.gap_explorer, widgets.glossary_explorer,
                                     widgets.keep_explorer)},
}

RECORDS = {diagnose.Diagnosis}
