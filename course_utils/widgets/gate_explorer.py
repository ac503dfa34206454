"""Notebook 11's explorer: its sliders, its presets and its challenges."""
from ..experiments.curves.gates import CANDIDATE, FREE, GATED, HELD, KEEP, NOISE, READ, START, WRITE, H, gate_curves
from ..figures.plotting import COLOURS, GATE_COLOURS
from ..ground.arguments import mapping, maybe, takes
from .controls import choice, slider
from .explorer import Explorer
from .gates_picture import draw_gates

PRESETS = {  # what differs from the first settings
    "remember all": {"b_f": 8.0},
    "forget all": {"b_f": -8.0},
    "write once, read at the end": {"b_f": 8.0, "b_i": -10.0, "b_o": -10.0, "marker": 20.0},
    "GRU-like": {"gates": HELD, "b_f": 1.0, "b_i": -1.0, "b_o": 8.0},  # held at opposite biases, i = 1 − f
    "chrono": {"b_f": 3.9, "b_i": -3.9, "spread": .98},  # e^b evenly on 1 … 99: Tallec & Ollivier (2018) for T = 100
}
GATE_SETTINGS = ("gates", "b_f", "b_i", "b_o", "spread", "candidate", "marker")
MOST = 150  # steps
SLIDERS = {  # low, high, step, name, unit
    "b_f": (-10.0, 10.0, .1, "forget bias *b*_f"), "b_i": (-10.0, 10.0, .1, "input bias *b*_i"),
    "b_o": (-10.0, 10.0, .1, "output bias *b*_o"), "spread": (0.0, .98, .02, "spread of *e*^b", "±"),
    "candidate": (0.0, 4.0, .1, "candidate gain", "×"), "recurrent": (0.0, 6.0, .1, "recurrent gain", "×"),
    "marker": (0.0, 20.0, .5, "marker weight"), "length": (10, MOST, 1, "length", "steps"), "seed": (0, 20, 1, "seed")}
ALWAYS = ("cell", "recurrent", "length", "seed")
USED = {"LSTM": GATE_SETTINGS, "LSTM without forget gate": ("gates", "b_i", "b_o", "spread", "candidate", "marker"),
        "GRU": ("gates", "b_f", "b_o", "spread", "candidate", "marker"), "tanh RNN": ()}
DATA = {"H": H, "D": NOISE + 2, "noise": NOISE, "most": MOST, "held": HELD, "start": START,
        "cells": {name: cell.__name__ for name, cell in GATED.items()}, "keep": KEEP, "write": WRITE, "read": READ,
        "candidate": CANDIDATE, "colours": COLOURS, "gateColours": GATE_COLOURS}


def gate_controls():
    """The controls of the gate explorer, at START."""
    lists = {"cell": choice(START["cell"], tuple(GATED), "cell"),
             "gates": choice(START["gates"], (FREE, HELD), "gates")}
    return lists | {name: slider(START[name], *where) for name, where in SLIDERS.items()}


@takes(challenges=maybe(mapping))
def gate_explorer(challenges=None):
    """The gates of an LSTM (or another cell) on sliders, and what they do to the gradient.

    challenges: {name: {measure: (low, high)}}, with the measures of `gate_measures`, or {name: predicate}; a predicate
    takes what `gate_curves` returns and says whether the task is solved, which needs a kernel. Which are solved stands
    below the picture.
    """
    used = "cell", {cell: [*ALWAYS, *names] for cell, names in USED.items()}
    return Explorer("gates", "gate explorer", gate_controls(), gate_curves, data=DATA, presets=PRESETS, used=used,
                    challenges=challenges, still=draw_gates)
