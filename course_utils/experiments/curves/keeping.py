"""How much of one number is left after a lag, and how full is the memory that keeps it? (Notebook 20)

A unit of each cell, with gates that are held: at every step it keeps the share α of its memory and adds the share i of
a number x ~ N(0, 1), which stands for the candidate. Output gates are open.
"""
import numpy as np

from ...engine.activations import tanh_slope
from ...engine.cells import TanhRNN
from ...engine.params import Params
from ...engine.sequence import unroll
from ...ground.arguments import real, size, takes

MOST = 1000  # steps
LAGS = np.unique(np.round(10 ** (np.arange(61) / 20)).astype(int))  # 1 … MOST, evenly on a log axis
MEDIAN = .6744897501960817  # of |z|, z ~ N(0, 1)
UNITS, SEED = 15, 0  # of the tanh RNN, whose gradient has no closed form: it is run


@takes(keep=real(1e-6, 1 - 1e-6), write=real(0, 1), lag=size(1, MOST))
def keep_curves(keep, write, lag):
    """What the explorer shows, as a dict: lags (n,) and, as `cells`, {name: {what: (n+1,)}} at these and last at `lag`.

    left: log10 of the median of |∂h_T/∂x_0| over streams of inputs, T steps after x_0. size: the standard deviation of
    the memory then. keeps, writes: what multiplies memory and input at step T. inside (LSTM): log10 |∂c_T/∂x_0|.
    keep: α. write: i. Each follows from its cell, with all inputs alike N(0, 1) and nothing in the memory at first:

    LSTM         c = α c + i x, h = tanh(c): |∂h_T/∂x_0| = i α^T tanh′(c_T), at the median of |c_T|
    GRU, minGRU  h = α h + (1 − α) x: they write what they do not keep
    minLSTM      h = (α h + i x) / (α + i)
    sLSTM        c = α c + i x, n = α n + i, h = c / n: the mean of what was read, whatever i
    RG-LRU       h = α h + √(1 − α²) i x
    tanh RNN     h = tanh(α h + i x), of UNITS units that are run

    A memory m = α m + i x has the standard deviation i √(1 + α² + … + α^(2T)).
    """
    lags = np.append(LAGS, lag)
    cells = held(keep, write, lags) | {"tanh RNN": run(keep, write, lags)}
    lstm = cells["LSTM"]
    lstm["inside"] = lstm["left"]
    lstm["left"] = lstm["inside"] - 2 * np.log10(np.cosh(MEDIAN * lstm["size"]))  # tanh′ = 1 / cosh²
    return {"lags": LAGS, "lag": lag, "keep": keep, "write": write, "cells": cells}


def held(keep, write, lags):
    """{name: {keeps, writes, left, size}} of the cells whose memory is linear, at these lags."""
    share, n = keep / (keep + write), powers(keep, lags + 1)
    return {"LSTM": linear(keep, write, lags),
            "GRU, minGRU": linear(keep, 1 - keep, lags),
            "minLSTM": linear(share, 1 - share, lags),
            "sLSTM": {"keeps": keep * powers(keep, lags) / n, "writes": 1 / n,
                      "left": lags * np.log10(keep) - np.log10(n), "size": np.sqrt(powers(keep**2, lags + 1)) / n},
            "RG-LRU": linear(keep, np.sqrt(1 - keep**2) * write, lags)}


def powers(q, n):
    """1 + q + … + q^(n−1)."""
    return n * 1.0 if q == 1 else (1 - q**n) / (1 - q)


def linear(keeps, writes, lags):
    """The memory m = keeps m + writes x, x ~ N(0, 1)."""
    with np.errstate(divide="ignore"):  # nothing is left where nothing is written
        left = np.log10(writes) + lags * np.log10(keeps)
    return {"keeps": np.full(len(lags), keeps), "writes": np.full(len(lags), writes), "left": left,
            "size": writes * np.sqrt(powers(keeps**2, lags + 1))}


def run(keep, write, lags):
    """The tanh RNN over MOST + 1 inputs: medians over its units; `keeps` is the geometric mean of α tanh′ since x_0."""
    x = np.random.default_rng(SEED).standard_normal((MOST + 1, 1, UNITS))
    unit = np.eye(UNITS)
    h = unroll(TanhRNN, Params(W_x=write * unit, W_h=keep * unit, b=np.zeros(UNITS)), x).states[0, 1:, 0]
    passed = np.cumsum(np.log10(tanh_slope(h)), axis=0) + np.arange(MOST + 1)[:, None] * np.log10(keep)
    middle = np.median(passed, axis=1)  # log10 of i tanh′ α tanh′ … without the i
    with np.errstate(divide="ignore"):
        left = middle[lags] + np.log10(write)
    return {"keeps": 10 ** ((middle[lags] - middle[0]) / lags), "writes": np.full(len(lags), write * 10 ** middle[0]),
            "left": left, "size": np.sqrt(np.mean(h[lags]**2, axis=1))}
