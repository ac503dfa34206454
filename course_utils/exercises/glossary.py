"""The course's words and symbols, in English and Chinese (the notes that it was asked for on are Chinese).

Source: `data/glossary.csv`, made by hand.
"""
import re
from typing import NamedTuple

from ..ground.arguments import a, maybe, path, size, some, table, takes, text
from ..ground.checks import one_of
from ..ground.places import DATA
from ..ground.tables import read_table

FILE = DATA / "glossary.csv"


class Term(NamedTuple):
    """A row of the glossary. symbol may be empty; notebook is the number of the one that explains it."""

    term: str
    chinese: str
    symbol: str
    meaning: str
    notebook: str


@takes(path=path)
def read_glossary(path=FILE):
    """All `Term`s, in the order of the file. Raises ValueError for a table that is damaged, or has other columns."""
    return [Term(**row) for row in read_table(path, Term._fields, exactly=True)]


@takes(text=text, terms=maybe(some(a(Term))))
def look_up(text, terms=None):
    """The terms in which `text` occurs, in any column and any case; those whose term, translation or symbol is just
    `text` come first. An empty text finds all."""
    terms, text = read_glossary() if terms is None else terms, text.strip().casefold()
    if not text:
        return list(terms)
    found = [term for term in terms if any(text in part.casefold() for part in term)]
    return sorted(found, key=lambda term: text not in [part.casefold() for part in term[:3]])


@takes(symbol=text, sizes=table(size()))
def stated_shape(symbol, sizes):
    """(letters, shape) of the array that the glossary writes with this symbol, as the last brackets of its meaning
    state them: ("(T, B, D)", (7, 5, 3)) for x. sizes: {letter: number}. Raises ValueError for a symbol without a shape,
    and for a letter without a size."""
    shapes = [re.findall(r"\(([^()]*)\)", term.meaning) for term in read_glossary() if term.symbol == symbol]
    if not shapes or not shapes[0]:
        raise ValueError(f"symbol is {symbol!r}, expected one whose meaning in the glossary has a shape in brackets")
    letters = [letter.strip() for letter in shapes[0][-1].split(",") if letter.strip()]
    return f"({shapes[0][-1]})", tuple(sizes[one_of("letter", letter, tuple(sizes))] for letter in letters)
