"""Notebook 01: how much gradient crosses a gap of so many words?"""
import numpy as np

from ..arguments import real, size, takes
from ..cells import TanhRNN
from ..params import init_params
from ..plotting import COLOURS, PALE
from ..products import jacobian_norms
from ..sequence import unroll
from ..svg import HEIGHT, WIDTH, Panel, decades, one_decimal, picture, power
from .explorer import Explorer, slider


@takes(gap=size(), gain=real(), n_hidden=size(), n_seeds=size())
def gap_curves(gap, gain, n_hidden=32, n_seeds=8):
    """log10 of the root-mean-square singular value of ∂h_T/∂h_k (Frobenius norm / √H), (gap+1, n_seeds).

    A tanh RNN with PyTorch's initialisation, recurrent weights times `gain`, reads random words (one-hot, 30
    of them); row 0 is the state after the cause, the last row, `gap` words later, the state from which the
    effect is predicted.
    """
    curves = []
    for seed in range(n_seeds):
        rng = np.random.default_rng(seed)
        params = init_params(TanhRNN, 30, n_hidden, rng, recurrent="torch", gain=gain)
        words = np.eye(30)[rng.integers(30, size=(gap + 1, 1))]
        trace = unroll(TanhRNN, params, words)
        curves.append(jacobian_norms(TanhRNN, params, trace, ord="fro")[1:, 0])
    return np.array(curves).T - np.log10(n_hidden) / 2


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
