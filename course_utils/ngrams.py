"""The peer of a recurrent network that has no memory but a window: how often did what follow the last n − 1 symbols?"""
import numpy as np

from .checks import as_size


class NGrams:
    """An n-gram model with Witten & Bell's interpolation (1991; Chen & Goodman 1999, section 2.4).

    p_n(w | h) = (c(h, w) + d(h) p_{n−1}(w | h′)) / (c(h) + d(h)): c counts in the text, d(h) is how many different
    symbols followed the context h of n − 1 symbols, h′ is h without its oldest, and p_0 = 1 / n_symbols. A context
    never seen leaves p_{n−1} as it is.

    symbols (N,): the text as numbers from 0 to n_symbols − 1. Raises ValueError for n < 1, for an n whose windows do
    not fit into 63 bits, and for a text that is empty, shorter than n or holds other numbers.
    """

    def __init__(self, symbols, n_symbols, n):
        self.n_symbols, self.n = as_size("n_symbols", n_symbols, 2), as_size("n", n, 1)
        if self.n_symbols**self.n > 2**63:
            raise ValueError(f"n is {n}, expected at most {int(63 / np.log2(n_symbols))} for {n_symbols} symbols")
        symbols = self._check(symbols)
        if len(symbols) < self.n:
            raise ValueError(f"the text has {len(symbols)} symbols, expected at least n = {self.n}")
        self.tables = []
        for k in range(1, self.n + 1):
            grams, counts = np.unique(self._windows(symbols, k), return_counts=True)
            contexts, first = np.unique(grams // self.n_symbols, return_index=True)
            kinds = np.diff(np.r_[first, len(grams)])
            self.tables.append((grams, counts, contexts, np.add.reduceat(counts, first), kinds))

    def probabilities(self, symbols):
        """(N,) p(symbol | the n − 1 symbols before it); the first ones, with fewer before them, from shorter windows.
        Raises ValueError for an empty text or other numbers."""
        symbols = self._check(symbols)
        p = np.full(len(symbols), 1 / self.n_symbols)
        for k, (grams, counts, contexts, totals, kinds) in enumerate(self.tables[:len(symbols)], 1):
            windows = self._windows(symbols, k)
            c, total, d = look_up(windows, grams, counts), *(
                look_up(windows // self.n_symbols, contexts, table) for table in (totals, kinds))
            seen = total > 0
            p[k - 1:][seen] = ((c + d * p[k - 1:]) / np.maximum(total + d, 1))[seen]
        return p

    def bits_per_symbol(self, symbols):
        """−(1/N) Σ log₂ p of a text's symbols. Raises ValueError as `probabilities` does."""
        return float(-np.mean(np.log2(self.probabilities(symbols))))

    def _windows(self, symbols, k):
        """(N − k + 1,) each k symbols in a row as one number, the oldest most significant."""
        codes = np.zeros(len(symbols) - k + 1, np.int64)
        for j in range(k):
            codes = codes * self.n_symbols + symbols[j:len(symbols) - k + 1 + j]
        return codes

    def _check(self, symbols):
        symbols = np.asarray(symbols)
        if symbols.ndim != 1 or not symbols.size or not np.issubdtype(symbols.dtype, np.integer):
            raise ValueError(f"symbols have shape {symbols.shape} and dtype {symbols.dtype}, expected (N,) of integers")
        if symbols.min() < 0 or symbols.max() >= self.n_symbols:
            raise ValueError(f"symbols hold {symbols.min()} … {symbols.max()}, expected 0 … {self.n_symbols - 1}")
        return symbols


def look_up(wanted, keys, values):
    """The value of each wanted key among the sorted `keys`, 0 where it is not one of them."""
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, values[place], 0)
