"""Peers of a recurrent network: n-grams, which have no memory but a window, and a compressor, which forgets nothing."""
import lzma

import numpy as np

from ..ground.arguments import size, takes, text
from ..ground.checks import as_size, as_symbols


class NGrams:
    """An n-gram model with Witten & Bell's interpolation (1991; Chen & Goodman 1999, section 2.4).

    p_n(w | h) = (c(h, w) + d(h) p_{n−1}(w | h′)) / (c(h) + d(h)): c counts in the text, d(h) is how many different
    symbols followed the context h of n − 1 symbols, h′ is h without its oldest, and p_0 = 1 / n_symbols. A context
    never seen leaves p_{n−1} as it is.

    symbols (N,): the text as numbers from 0 to n_symbols − 1. Raises ValueError for n < 1, for an n whose windows do
    not fit into 63 bits, and for a text that is empty, shorter than n or holds other numbers.
    """

    def __init__(self, symbols, n_symbols, n):
        self.n_symbols, self.n = size(2)("n_symbols", n_symbols), as_size("n", n, 1)
        if self.n > 63 or self.n_symbols**self.n > 2**63:
            raise ValueError(f"n is {n}, expected at most {int(63 / np.log2(n_symbols))} for {n_symbols} symbols")
        symbols = as_symbols(symbols, self.n_symbols)
        if len(symbols) < self.n:
            raise ValueError(f"the text has {len(symbols)} symbols, expected at least n = {self.n}")
        self.tables = []
        for k in range(1, self.n + 1):
            grams, counts = np.unique(self._windows(symbols, k), return_counts=True)
            contexts, first = np.unique(grams // self.n_symbols, return_index=True)
            kinds = np.diff(np.r_[first, len(grams)])
            self.tables.append((grams, counts, contexts, np.add.reduceat(counts, first), kinds))

    def probabilities(self, symbols, n=None):
        """(N,) p(symbol | the n − 1 symbols before it); the first ones, with fewer before them, from shorter windows.
        n: at most that of the model, which it is if left out. Raises ValueError for another n, an empty text or other
        numbers."""
        symbols, n = as_symbols(symbols, self.n_symbols), as_size("n", self.n if n is None else n, 1, self.n)
        p = np.full(len(symbols), 1 / self.n_symbols)
        for k, (grams, counts, contexts, totals, kinds) in enumerate(self.tables[:min(n, len(symbols))], 1):
            windows = self._windows(symbols, k)
            c, total, d = look_up(windows, grams, counts), *(
                look_up(windows // self.n_symbols, contexts, table) for table in (totals, kinds))
            seen = total > 0
            p[k - 1:][seen] = ((c + d * p[k - 1:]) / np.maximum(total + d, 1))[seen]
        return p

    def bits_per_symbol(self, symbols, n=None):
        """−(1/N) Σ log₂ p of a text's symbols. Raises ValueError as `probabilities` does."""
        return float(-np.mean(np.log2(self.probabilities(symbols, n))))

    def _windows(self, symbols, k):
        """(N − k + 1,) each k symbols in a row as one number, the oldest most significant."""
        codes = np.zeros(len(symbols) - k + 1, np.int64)
        for j in range(k):
            codes = codes * self.n_symbols + symbols[j:len(symbols) - k + 1 + j]
        return codes


@takes(text=text, after=text)
def compressed_bits(text, after=""):
    """Bits per character that LZMA needs for `text` when it has read `after` before it: what copying can do, out of
    `after` and out of `text` itself, with a memory of 8 MiB. Raises ValueError for an empty text."""
    if not text:
        raise ValueError("the text is empty, expected one character at least")
    rule = [{"id": lzma.FILTER_LZMA2, "preset": 4, "dict_size": 1 << 23}]
    whole, before = (len(lzma.compress(some.encode(), lzma.FORMAT_RAW, filters=rule)) for some in (after + text, after))
    return 8 * (whole - before) / len(text)


def look_up(wanted, keys, values):
    """The value of each wanted key among the sorted `keys`, 0 where it is not one of them."""
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, values[place], 0)
