"""Notebook 06: where does an optimiser go at the edge of a cliff?"""
import numpy as np

from ..activations import sigmoid, sigmoid_slope
from ..arguments import maybe, numbers, real, size, takes
from ..plotting import COLOURS, PALE
from ..svg import HEIGHT, WIDTH, Panel, one_decimal, picture, power
from .explorer import Explorer, slider

START, TARGET, T = sigmoid(.5), .7, 50


@takes(w=numbers(...), b=numbers(...), steps=size(0))
def cliff(w, b, steps=T):
    """E = (h_T − .7)² of the unit h_t = σ(w h_{t−1} + b), h_0 = σ(.5), and ∂E/∂w, ∂E/∂b, for arrays of w and b.

    Differentiated forwards along with the steps. After Doya (1993) and Pascanu, Mikolov & Bengio (2013), fig. 6, whose
    x is our pre-activation: x_t = w σ(x_{t−1}) + b.
    """
    if w.ndim and b.ndim and w.shape != b.shape and 1 not in w.shape + b.shape:
        raise ValueError(f"w has shape {w.shape} and b has shape {b.shape}, expected one shape")
    w, b = np.broadcast_arrays(np.asarray(w, float), np.asarray(b, float))
    h, dh_dw, dh_db = np.full(w.shape, START), np.zeros(w.shape), np.zeros(w.shape)
    for _ in range(steps):
        new = sigmoid(w * h + b)
        slope = sigmoid_slope(new)
        dh_dw, dh_db, h = slope * (h + w * dh_dw), slope * (1 + w * dh_db), new
    off = h - TARGET
    return off**2, 2 * off * dh_dw, 2 * off * dh_db


@takes(start=numbers(2), lr=real(above=0), max_norm=maybe(real(above=0)), n=size(0))
def descend(start, lr, max_norm=None, n=200):
    """n steps of gradient descent from (w, b), clipped at `max_norm`: points (n+1, 2), errors (n+1,) and gradient
    norms before clipping (n+1,)."""
    points, errors, norms = [np.asarray(start, float)], [], []
    for _ in range(n + 1):
        error, *gradient = cliff(*points[-1])
        norm = np.hypot(*gradient)
        errors.append(error)
        norms.append(norm)
        factor = 1 if max_norm is None or norm <= max_norm else max_norm / norm
        points.append(points[-1] - lr * factor * np.array(gradient))
    return np.array(points[:-1]), np.array(errors), np.array(norms)


@takes(w=numbers(...))
def folds(w):
    """The two b at which h = σ(w h + b) gains or loses a pair of solutions, for w > 4: with s = (1 ± √(1 − 4/w)) / 2,
    b = logit(s) − w s. (…, 2), the lower first."""
    if (w < 4).any():
        raise ValueError(f"w is {np.min(w)}, expected numbers from 4 on")
    s = (1 + np.multiply.outer(np.sqrt(1 - 4 / np.asarray(w, float)), [1, -1])) / 2
    return np.log(s / (1 - s)) - np.asarray(w, float)[..., None] * s


@takes(w=numbers(...))
def wall(w):
    """The b at which the start h_0 itself is a fixed point, b = ½ − w h_0: where it is unstable, w h_0 (1 − h_0) > 1,
    the start falls to one side or to the other, and E has its cliff."""
    return .5 - np.asarray(w, float) * START


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
