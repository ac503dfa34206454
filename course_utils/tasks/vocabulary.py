"""Symbols and their numbers: words or characters, 0 … n − 1."""
import numpy as np

from ..ground.arguments import maybe, takes, text, texts, whole


class Vocabulary:
    """The symbols of a text, in order; `unknown` names the one that stands for all others.

    Raises ValueError for symbols that occur twice, or an `unknown` that is none of them.
    """

    @takes(symbols=texts, unknown=maybe(text))
    def __init__(self, symbols, unknown=None):
        self.symbols, self.unknown = tuple(symbols), unknown
        self.numbers = {symbol: k for k, symbol in enumerate(self.symbols)}
        if len(self.numbers) != len(self.symbols):
            twice = next(symbol for k, symbol in enumerate(self.symbols) if self.numbers[symbol] != k)
            raise ValueError(f"{len(self.symbols) - len(self.numbers)} symbols occur more than once, "
                             f"such as {twice!r} in {str(symbols)[:40]!r}")
        if unknown is not None and unknown not in self.numbers:
            raise ValueError(f"unknown is {unknown!r}, expected one of the {len(self)} symbols")

    def __len__(self):
        return len(self.symbols)

    def __contains__(self, symbol):
        return symbol in self.numbers

    @takes(symbols=texts)
    def encode(self, symbols):
        """(T,) numbers of a text's characters or of a list of words. A symbol outside the vocabulary becomes
        `unknown`; where there is none, it raises ValueError, as an empty text does."""
        if not len(symbols):
            raise ValueError("the text is empty, expected one symbol at least")
        rest = None if self.unknown is None else self.numbers[self.unknown]
        found = [self.numbers.get(symbol, rest) for symbol in symbols]
        if None in found:
            strange = sorted({str(symbol) for symbol in symbols} - set(self.symbols))
            raise ValueError(f"not in the vocabulary of {len(self)}: {', '.join(map(repr, strange[:5]))}"
                             + (f" and {len(strange) - 5} more" if len(strange) > 5 else ""))
        return np.array(found)

    @takes(numbers=whole(..., least=-np.inf))
    def decode(self, numbers):
        """The list of symbols that have these numbers. Raises ValueError for a number that none has."""
        if numbers.size and not 0 <= numbers.min() <= numbers.max() < len(self):
            raise ValueError(f"numbers from {numbers.min()} to {numbers.max()}, expected 0 … {len(self) - 1}")
        return [self.symbols[k] for k in numbers.ravel()]
