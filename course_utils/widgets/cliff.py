"""Notebook 06: where does an optimiser go at the edge of a cliff?"""
import numpy as np

from ..engine.activations import sigmoid_slope
from ..experiments.curves.cliff import START, TARGET, T, descend, folds, wall
from ..figures.plotting import COLOURS, PALE, plt, powers_of_ten
from .controls import slider
from .explorer import Explorer

N = 200  # steps of the descent


def cliff_explorer():
    """The path of gradient descent near the cliff, for a learning rate and a threshold of your choice."""
    controls = {"lr": slider(.2, .02, 1.0, .02, "learning rate"),
                "clip": slider(0.0, 0.0, 5.0, .1, "clip at norm", "0: never"),
                "w": slider(4.8, 4.3, 6.5, .05, "start at *w*"), "b": slider(-1.9, -3.5, -1.5, .05, "start at *b*")}

    def compute(settings):
        return descend((settings["w"], settings["b"]), settings["lr"], settings["clip"] or None, N)

    data = {"T": T, "n": N, "first": float(START), "target": TARGET, "colour": COLOURS["SigmoidRNN"]}
    return Explorer("cliff", "cliff explorer", controls, compute, data=data, still=draw_path)


def draw_path(found):
    """(figure, alternative text): left the path in the (w, b) plane, with folds and wall; right the gradient norms."""
    points, errors, norms = found
    fig, (plane, right) = plt.subplots(1, 2, figsize=(8, 3.2))
    w, edge = np.linspace(4.001, 12, 200), np.linspace(1 / sigmoid_slope(START), 7, 50)
    plane.plot(w, folds(w), color=PALE, label=["folds", None])
    plane.plot(edge, wall(edge), "k--", linewidth=1, label="wall")
    plane.plot(*points.T, ".-", color=COLOURS["SigmoidRNN"], markersize=4, linewidth=1, label="path")
    plane.legend(loc="upper right")
    plane.set(xlim=(3, 12), ylim=(-6, 10), xlabel="$w$", ylabel="$b$")
    right.plot(np.log10(np.maximum(norms, 1e-12)), color=COLOURS["SigmoidRNN"])
    powers_of_ten(right.yaxis)
    right.set(xlabel="step", ylabel="norm of the gradient")
    return fig, (f"Left gradient descent in the plane of w and b, from w = {points[0, 0]:.1f}, b = {points[0, 1]:.1f}, "
                 "with the folds in grey and the wall dashed; right the norms of its gradients. Error in the end "
                 f"{errors[-1]:.2f}.")
