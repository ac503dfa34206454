"""A memory cell of one unit on long streams (notebook 08): how large what it holds becomes, and a stream in which now
and then a number is marked, to be held until the next one is."""
import numpy as np

from ...engine.cells import NoForgetLSTM
from ...engine.params import Params
from ...engine.sequence import unroll
from ...ground.arguments import generator, numbers, real, size, takes


@takes(x=numbers("T", "B"), listens=real(), bias=real())
def size_of_memory(x, listens=0.0, bias=0.0):
    """The root mean square of c over B streams x (T, B) after 0, 1, … T steps, (T + 1,).

    c_t = c_{t−1} + i g with g = tanh(x) and i = σ(listens · x + bias): a unit of the LSTM without forget gate, whose
    recurrent weights are 0.
    """
    params = Params(W_x=np.array([[listens, 1.0, 0.0]]), W_h=np.zeros((1, 3)), b=np.array([bias, 0.0, 0.0]))
    c = unroll(NoForgetLSTM, params, x[:, :, None].astype(float)).states[1, :, :, 0]
    return np.sqrt((c ** 2).mean(axis=1))


@takes(n_steps=size(), n_streams=size(), every=size(), rng=generator)
def marked_numbers(n_steps, n_streams, every, rng):
    """(g, mark, wanted), (T, B) each: what could be written at each step, 1 where it is marked and 0 elsewhere, and the
    number that was marked last.

    g = tanh of a draw from N(0, 1), in every step, marked or not. The first step is marked, each later one with
    probability 1/every, independently.
    """
    g = np.tanh(rng.standard_normal((n_steps, n_streams)))
    mark = (rng.random((n_steps, n_streams)) < 1 / every).astype(float)
    mark[0] = 1
    wanted = np.empty_like(g)
    for t in range(n_steps):
        wanted[t] = np.where(mark[t] == 1, g[t], wanted[t - 1])
    return g, mark, wanted


@takes(c=numbers("T", "B"), wanted=numbers("T", "B"))
def explained(c, wanted):
    """The share of the variance of `wanted` that the best straight line through c explains, their squared correlation
    over all steps and streams: 1 if one can be read off the other, 0 for chance. Raises ValueError for other shapes or
    if one of them does not vary."""
    if c.shape != wanted.shape or c.std() == 0 or wanted.std() == 0:
        raise ValueError(f"c has shape {c.shape} and wanted has shape {wanted.shape}, expected one shape, and numbers "
                         "that vary")
    return float(np.corrcoef(c.ravel(), wanted.ravel())[0, 1] ** 2)
