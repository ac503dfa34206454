"""Notebook 11's explorer: its sliders, its presets and its challenges."""
from html import escape

from ..experiments.curves.gates import FREE, GATED, HELD, START, gate_curves
from ..ground.arguments import function, maybe, table, takes
from .explorer import Explorer, choice, slider
from .gates_picture import draw_gates, say_gates

PRESETS = {  # what differs from the first settings
    "remember all": {"b_f": 8.0},
    "forget all": {"b_f": -8.0},
    "write once, read at the end": {"b_f": 8.0, "b_i": -10.0, "b_o": -10.0, "marker": 20.0},
    "GRU-like": {"gates": HELD, "b_f": 1.0, "b_i": -1.0, "b_o": 8.0},  # held at opposite biases, i = 1 − f
    "chrono": {"b_f": 3.9, "b_i": -3.9, "spread": .98},  # e^b evenly on 1 … 99: Tallec & Ollivier (2018) for T = 100
}
GATE_SETTINGS = ("gates", "b_f", "b_i", "b_o", "spread", "candidate", "marker")
SLIDERS = {  # low, high, step, name, unit
    "b_f": (-10.0, 10.0, .1, "forget bias b_f"), "b_i": (-10.0, 10.0, .1, "input bias b_i"),
    "b_o": (-10.0, 10.0, .1, "output bias b_o"), "spread": (0.0, .98, .02, "spread of e^b_f", "±"),
    "candidate": (0.0, 4.0, .1, "candidate gain", "×"), "recurrent": (0.0, 6.0, .1, "recurrent gain", "×"),
    "marker": (0.0, 20.0, .5, "marker weight"), "length": (10, 150, 1, "length", "steps"), "seed": (0, 20, 1, "seed")}
USED = {"LSTM": GATE_SETTINGS, "LSTM without forget gate": ("gates", "b_i", "b_o", "spread", "candidate", "marker"),
        "GRU": ("gates", "b_f", "b_o", "spread", "candidate", "marker"), "tanh RNN": ()}


def gate_controls():
    """The controls of the gate explorer, at START."""
    lists = {"cell": choice(START["cell"], GATED, "cell"), "gates": choice(START["gates"], (FREE, HELD), "gates")}
    return lists | {name: slider(START[name], *where) for name, where in SLIDERS.items()}


def used(settings):
    """The names of the controls that have an effect with this cell."""
    return {"cell", "recurrent", "length", "seed", *USED[settings["cell"]]}


@takes(challenges=maybe(table(function)))
def gate_explorer(challenges=None):
    """The gates of an LSTM (or another cell) on sliders, and what they do to the gradient.

    challenges: {name: predicate}; a predicate takes what `gate_curves` returns and says whether the task is solved.
    Which are solved stands below the picture.
    """
    def words(found):
        solved = [f"{escape(name)}: <b>{'solved' if check(found) else 'not yet'}</b>"
                  for name, check in (challenges or {}).items()]
        return "<br>".join([say_gates(found), *solved])

    return Explorer("gate explorer", gate_curves, draw_gates, gate_controls(), words=words, presets=PRESETS, uses=used)
