"""A model of a language: how well it predicts, what it writes, what a prediction owes to earlier symbols."""
import numpy as np

from ..engine.backprop import input_gradients
from ..ground.arguments import generator, size, table, takes, whole
from ..ground.checks import as_real, as_size, as_symbols
from ..learning.losses import log_likelihood, softmax
from ..learning.model import check_model, predict
from ..tasks.base import one_hot
from ..tasks.text import NextSymbol


@takes(model=check_model, n_streams=size())
def bits_per_symbol(model, symbols, n_streams=32, length=100):
    """−(1/N) Σ log₂ p(symbol | all before it in its stream): the text is cut into `n_streams` parts, each read from
    its beginning with the state carried on, in pieces of `length` steps (what does not fill a piece is left out).

    symbols (N,): numbers. Raises ValueError as `NextSymbol` does, for a text too short above all.
    """
    task = NextSymbol(symbols, model.readout.W_y.shape[1], length)
    states, total, pieces = None, 0.0, task.pieces(n_streams)
    for k in range(pieces):
        batch = task.stream(k, n_streams)
        outputs, trace = predict(model, batch.x, states)
        states = trace.states[:, -1]
        total -= log_likelihood(outputs, batch.target).sum(dtype=float)
    return float(total / (pieces * n_streams * length * np.log(2)))


@takes(model=check_model, symbols=whole("N"), places=whole("N"), n=size())
def bits_with_context(model, symbols, places, n):
    """The mean of −log₂ p(symbol | the n symbols before it, read from a zero state) at the given places of a text.
    Raises ValueError for n < 1, or a place that has fewer than n symbols before it."""
    if places.min() < n or places.max() >= len(symbols):
        raise ValueError(f"places go from {places.min()} to {places.max()}, expected {n} … {len(symbols) - 1}: "
                         f"n is {n}")
    x = one_hot(symbols[places - n + np.arange(n)[:, None]], len(model.params.W_x))
    return float(-log_likelihood(predict(model, x)[0][-1], symbols[places]).mean() / np.log(2))


@takes(model=check_model, symbols=whole("T", "B"), target=whole("T", "B"), kinds=table(whole("N")))
def preferences(model, symbols, target, kinds):
    """({kind: the share of its symbols, where they are due, that the model prefers to all others of the kind}, trace).

    symbols, target (T, B): numbers that are read, and those that are due after them. kinds: {name: numbers}; NaN for a
    kind of which none is due.
    """
    if symbols.shape != target.shape:
        raise ValueError(f"symbols have shape {symbols.shape} and target has shape {target.shape}, expected one shape")
    outputs, trace = predict(model, one_hot(symbols, len(model.params.W_x)))
    due = {kind: np.isin(target, some) for kind, some in kinds.items()}
    return {kind: float(np.mean(np.asarray(some)[outputs[due[kind]][:, some].argmax(axis=-1)] == target[due[kind]]))
            for kind, some in kinds.items()}, trace


@takes(model=check_model)
def surprises(model, start, symbols):
    """(T,) in bits, −log₂ p(symbol | start and the symbols before it) of each of the T symbols that follow a text
    `start` (numbers). Raises ValueError as `read` does."""
    start, symbols = (as_symbols(some, len(model.params.W_x)) for some in (start, symbols))
    chances, _ = read(model, np.concatenate([start, symbols[:-1]]))
    return -np.log2(chances[np.arange(len(start) - 1, len(chances)), symbols])


@takes(model=check_model)
def read(model, symbols, state0=None):
    """(probabilities (T, O) of the next symbol after each of the T symbols (numbers) of one text, trace).
    Raises ValueError for an empty text or numbers outside 0 … D − 1."""
    outputs, trace = predict(model, as_input(model, symbols), state0)
    return softmax(outputs[:, 0]), trace


def as_input(model, symbols):
    """The symbols (T,) one-hot, (T, 1, D). Raises ValueError as `read` does."""
    n = len(model.params.W_x)
    return one_hot(as_symbols(symbols, n), n)[:, None]


@takes(model=check_model, n_symbols=size(0), rng=generator)
def generate(model, start, n_symbols, rng, temperature=1.0):
    """The model's continuation of the text `start` (numbers), (n_symbols,): each symbol drawn from
    softmax(y / temperature), the likeliest one for temperature 0. Raises ValueError for an empty start or a negative
    temperature."""
    temperature = as_real("temperature", temperature)
    if temperature < 0:
        raise ValueError(f"temperature is {temperature}, expected 0 or more")
    outputs, trace = predict(model, as_input(model, start))
    written = np.zeros(n_symbols, int)
    for k in range(n_symbols):
        written[k] = pick(outputs[-1, 0], rng, temperature)
        outputs, trace = predict(model, as_input(model, written[k:k + 1]), trace.states[:, -1])
    return written


def pick(outputs, rng, temperature):
    """One number, drawn from softmax(outputs / temperature); the largest output for temperature 0."""
    if temperature == 0:
        return int(np.argmax(outputs))
    chances = softmax(outputs.astype(float) / temperature)
    return min(int(np.searchsorted(np.cumsum(chances), rng.random())), len(chances) - 1)


@takes(model=check_model)
def influence(model, symbols, step, answer):
    """‖∂ ln p(answer after `step`) / ∂x_t‖ for t = 0 … step, (step + 1,): what the prediction that follows the symbol
    at `step` owes to each symbol up to it.

    Raises ValueError as `read` does, for a step outside 0 … T − 1 and an answer outside 0 … O − 1.
    """
    x = as_input(model, symbols)
    step = as_size("step", step, 0, len(x) - 1)
    answer = as_size("answer", answer, 0, model.readout.W_y.shape[1] - 1)
    outputs, trace = predict(model, x[:step + 1])
    slope = -softmax(outputs[-1, 0])
    slope[answer] += 1
    dstates = np.zeros_like(trace.states)
    dstates[0, -1] = slope @ model.readout.W_y.T
    dx = input_gradients(model.cell, model.params, trace, dstates)
    return np.linalg.norm(dx[:, 0], axis=1)
