"""Notebook 01: how much gradient crosses a gap of so many words?"""
import numpy as np

from ..experiments.curves.gap import gap_curves
from ..figures.plotting import COLOURS, PALE
from ..figures.svg import HEIGHT, WIDTH, Panel, decades, one_decimal, picture, power
from .explorer import Explorer, slider


def gap_explorer():
    """Notebook 01: how much gradient crosses a gap of so many words, for so large recurrent weights?"""
    def compute(settings):
        return gap_curves(settings["gap"], settings["gain"])

    controls = {"gap": slider(50, 1, 80, 1, "gap", "words"), "gain": slider(1.0, .5, 4.0, .1, "recurrent gain", "×")}
    return Explorer("gap explorer", compute, draw_gap, controls)


def draw_gap(curves):
    """One pale curve per draw of the weights, their mean in colour; the cause on the left."""
    words, mean = np.arange(len(curves)), curves.mean(axis=1)
    low, high = decades(curves)
    panel = Panel((0, 0), (WIDTH, HEIGHT), (0, len(words) - 1), (low, high), "words after the cause",
                  "size of ∂h_T/∂h_k", powers=True)
    for curve in curves.T:
        panel.line(words, curve, PALE, width=1)
    panel.line(words, mean, COLOURS["TanhRNN"], width=3)
    panel.caption(1, f"gradient that reaches the cause: {power(one_decimal(mean[0]))}", COLOURS["TanhRNN"])
    panel.caption(0, f"thin: {curves.shape[1]} random networks, thick: their mean")
    label = f"Gradient norm over {len(words) - 1} words; ten to the power {one_decimal(mean[0])} reaches the cause"
    return picture([panel], WIDTH, HEIGHT, label)
