"""The course's words and symbols, in English and Chinese (the notes that it was asked for on are Chinese).

Source: `data/glossary.csv`, made by hand.
"""
import csv
from pathlib import Path
from typing import NamedTuple

from ..ground.arguments import a, maybe, path, some, takes, text
from ..ground.places import DATA

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
    """All `Term`s, in the order of the file. Raises ValueError if a column is missing."""
    with open(path, encoding="utf-8", errors="replace", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != list(Term._fields):
            raise ValueError(f"{Path(path).name} has columns {reader.fieldnames}, expected {list(Term._fields)}")
        return [Term(**row) for row in reader]


@takes(text=text, terms=maybe(some(a(Term))))
def look_up(text, terms=None):
    """The terms in which `text` occurs, in any column and any case; those whose term, translation or symbol is just
    `text` come first. An empty text finds all."""
    terms, text = read_glossary() if terms is None else terms, text.strip().casefold()
    if not text:
        return list(terms)
    found = [term for term in terms if any(text in part.casefold() for part in term)]
    return sorted(found, key=lambda term: text not in [part.casefold() for part in term[:3]])
