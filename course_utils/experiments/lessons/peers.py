"""How well Python's own source is predicted: by n-grams that have read more or less of it, by a compressor, and by the
LSTM of notebook 14.

    python -m course_utils.experiments.lessons.peers --out data/peers.csv
"""
import platform
from itertools import chain

import numpy as np

from ...engine.backprop import input_gradients
from ...ground.arguments import mapping, maybe, size, some, takes, text, whole
from ...ground.checks import as_symbols
from ...language.corpora import CHARACTERS, python_text
from ...language.ngrams import NGrams, compressed_bits
from ...language.reading import bits_per_symbol, bits_with_context
from ...learning.losses import softmax
from ...learning.model import check_model, predict
from ...tasks.base import one_hot
from ..models import stored
from ..results import ask_out, save_each

READ = 50_000, 500_000  # characters of the training text that n-grams have read; and all of it
START = 20_000  # characters of the test text that a notebook reads again
CONTEXTS = 3, 10, 30, 100, 200, 300  # characters that the LSTM may read before a prediction
PLACES, FIRST = 2000, 200  # predictions with a short context, and those that a notebook makes again


@takes(n=size(most=9), read=size(), tested=size())
def ngram_bits(n, read, tested=START):
    """Bits per character of an n-gram model that has read so many characters of the training text, on the first
    `tested` characters of the test text."""
    model = NGrams(CHARACTERS.encode(python_text()[:read]), len(CHARACTERS), n)
    return model.bits_per_symbol(CHARACTERS.encode(python_text("test")[:tested]))


@takes(read=size(0), tested=size())
def lzma_bits(read, tested=START):
    """The same of LZMA, which copies; with read = 0 out of the test text alone."""
    return compressed_bits(python_text("test")[:tested], after=python_text()[:read])


@takes(tested=size(2000))
def lstm_bits(tested=START):
    """The same of the LSTM that has read all of the training text eight times; the test text in twenty parts."""
    model, _, _ = stored("characters")
    return bits_per_symbol(model, CHARACTERS.encode(python_text("test")[:tested]), n_streams=20)


@takes(n=size(most=300), places=size(most=PLACES))
def context_bits(n, places=FIRST):
    """Bits per character of the LSTM if it may read no more than the n characters before the one that it predicts, at
    so many places of the test text."""
    model, _, _ = stored("characters")
    symbols = CHARACTERS.encode(python_text("test"))
    drawn = np.random.default_rng(0).integers(300, len(symbols), PLACES)
    return bits_with_context(model, symbols, drawn[:places], n)


@takes(model=check_model, symbols=whole("N"), places=whole("N"), n=size())
def owed_by_distance(model, symbols, places, n):
    """(n,) the mean over some places t of a text of ‖∂ ln p(symbol t) / ∂x_{t−k}‖ for k = 1 … n: what a prediction owes
    to the symbol k before it. The network begins with a zero state n symbols before each place. Raises ValueError
    for a place that has fewer before it."""
    symbols = as_symbols(symbols, len(model.params.W_x))
    if places.min() < n or places.max() >= len(symbols):
        raise ValueError(f"places go from {places.min()} to {places.max()}, expected {n} … {len(symbols) - 1}: "
                         f"n is {n}")
    x = one_hot(symbols[places - n + np.arange(n)[:, None]], len(model.params.W_x))
    outputs, trace = predict(model, x)
    slope = np.eye(outputs.shape[-1])[symbols[places]] - softmax(outputs[-1])
    dstates = np.zeros_like(trace.states)
    dstates[0, -1] = slope @ model.readout.W_y.T
    dx = input_gradients(model.cell, model.params, trace, dstates)
    return np.linalg.norm(dx, axis=2).mean(axis=1)[::-1]


@takes(rows=some(mapping), peer=text, n=maybe(size()), read=maybe(size(0)))
def of_peer(rows, peer, n=None, read=None):
    """The rows of data/peers.csv of one peer; of one n, and for one number of characters read, if these are given.
    Raises ValueError if there is none."""
    for row in rows:
        if missing := [name for name in ("peer", "n", "read") if name not in row]:
            raise ValueError(f"rows lack {', '.join(missing)}, one holds {', '.join(map(str, row))}")
    found = [row for row in rows if row["peer"] == peer and n in (None, row["n"]) and read in (None, row["read"])]
    if not found:
        raise ValueError(f"peer is {peer!r}, n is {n!r}, read is {read!r}, and none of the {len(rows)} rows has these")
    return found


def main():
    """Measure all and save the table: `bits` on all of the test text, `start` on its first characters; with a short
    context at 2,000 places, and at the first 200 of them."""
    where = ask_out("peers", __doc__)
    whole_text, whole_test = len(python_text()), len(python_text("test"))
    measures = [("n-gram", n, read, ngram_bits, (n, read)) for read in (*READ, whole_text) for n in range(1, 7)]
    measures += [("LZMA", None, read, lzma_bits, (read,)) for read in (0, whole_text)]
    measures += [("LSTM", None, whole_text, lstm_bits, ())]
    rows = ({"peer": peer, "n": n, "read": read, "bits": round(bits(*settings, whole_test), 4),
             "start": round(bits(*settings, START), 4), "python": platform.python_version()}
            for peer, n, read, bits, settings in measures)
    short = ({"peer": "LSTM, short context", "n": n, "read": whole_text, "bits": round(context_bits(n, PLACES), 4),
              "start": round(context_bits(n), 4), "python": platform.python_version()} for n in CONTEXTS)
    save_each(chain(rows, short), *where)


if __name__ == "__main__":
    main()
