"""Notebook 06: where does an optimiser go at the edge of a cliff?"""
import numpy as np

from ..engine.activations import sigmoid_slope
from ..experiments.curves.cliff import START, descend, folds, wall
from ..figures.plotting import COLOURS, PALE
from ..figures.svg import HEIGHT, WIDTH, Panel, one_decimal, picture, power
from .explorer import Explorer, slider


def cliff_explorer():
    """The path of gradient descent near the cliff, for a learning rate and a threshold of your choice."""
    controls = {"lr": slider(.2, .02, 1.0, .02, "learning rate"),
                "clip": slider(0.0, 0.0, 5.0, .1, "clip at norm", "0: never"),
                "w": slider(4.8, 4.3, 6.5, .05, "start at w"), "b": slider(-1.9, -3.5, -1.5, .05, "start at b")}

    def compute(settings):
        return descend((settings["w"], settings["b"]), settings["lr"], settings["clip"] or None)

    return Explorer("cliff explorer", compute, draw_path, controls, words=say_path)


def draw_path(found):
    """Left the path in the (w, b) plane, with folds and wall; right the gradient norm before clipping."""
    points, errors, norms = found
    w = np.linspace(4.001, 12, 200)
    left = Panel((0, 0), (WIDTH // 2, HEIGHT), (3, 12), (-6, 10), "w", "b")
    for fold in folds(w).T:
        left.line(w, fold, PALE)
    edge = np.linspace(1 / sigmoid_slope(START), 7, 50)
    left.line(edge, wall(edge), "#000", dash="4 3")
    left.line(*points.T, COLOURS["SigmoidRNN"], width=1.5).points(*points.T, COLOURS["SigmoidRNN"])
    left.caption(1, "blue: the path").caption(0, "grey: the folds; dashed: the wall")
    logs = np.log10(np.maximum(norms, 1e-12))
    right = Panel((WIDTH // 2, 0), (WIDTH // 2, HEIGHT), (0, len(logs) - 1), (-8, 4), "step",
                  "norm of the gradient", powers=True)
    right.line(np.arange(len(logs)), logs, COLOURS["SigmoidRNN"])
    right.caption(1, f"largest: {power(one_decimal(logs.max()))}").caption(0, f"error in the end: {errors[-1]:.4f}")
    label = (f"Gradient descent from w = {points[0, 0]:.2f}, b = {points[0, 1]:.2f} to w = {points[-1, 0]:.1f}, "
             f"b = {points[-1, 1]:.1f}; error in the end {errors[-1]:.4f}")
    return picture([left, right], WIDTH, HEIGHT, label)


def say_path(found):
    """Where it ended, and how far it was ever thrown in one step."""
    points, errors, norms = found
    jump = np.linalg.norm(np.diff(points, axis=0), axis=1).max()
    return (f"Ends at w = {points[-1, 0]:.1f}, b = {points[-1, 1]:.1f} with error {errors[-1]:.4f}. "
            f"Longest step: {jump:.2f}. Largest gradient: {norms.max():.3g}.")
