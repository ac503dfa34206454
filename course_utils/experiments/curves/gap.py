"""How much gradient crosses a gap of so many words? (Notebook 01)"""
import numpy as np

from ...engine.cells import TanhRNN
from ...engine.params import init_params
from ...engine.products import jacobian_norms
from ...engine.sequence import unroll
from ...ground.arguments import real, size, takes


@takes(gap=size(), gain=real(), n_hidden=size(), n_seeds=size())
def gap_curves(gap, gain, n_hidden=32, n_seeds=8):
    """log10 of the root-mean-square singular value of ∂h_T/∂h_k (Frobenius norm / √H), (gap+1, n_seeds).

    A tanh RNN reads random words (one-hot, 30 of them); row 0 is the state after the cause, the last row, `gap` words
    later, the state from which the effect is predicted. W_x and b are PyTorch's; the entries of W_h are uniform with
    variance gain²/H. PyTorch's start, uniform on ±1/√H, has the gain 1/√3 = 0.58.
    """
    curves = []
    for seed in range(n_seeds):
        rng = np.random.default_rng(seed)
        params = init_params(TanhRNN, 30, n_hidden, rng, recurrent="torch", gain=gain * np.sqrt(3))
        words = np.eye(30)[rng.integers(30, size=(gap + 1, 1))]
        trace = unroll(TanhRNN, params, words)
        curves.append(jacobian_norms(TanhRNN, params, trace, ord="fro")[1:, 0])
    return np.array(curves).T - np.log10(n_hidden) / 2
