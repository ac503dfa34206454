"""Tables in CSV files: the one way in which the course reads them. What is cut off, or was saved by another program in
another form, is refused by what is wrong with it."""
import csv
import io
from itertools import dropwhile
from pathlib import Path

from .files import reading

SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


def read_table(path, columns=(), *, exactly=False, advice="expected a table in UTF-8, its fields separated by commas"):
    """The rows of a table, [{column: text}], without the comments (lines with #) on top.

    columns: those that it must have; exactly: and no others. A byte-order mark before the first line is passed over.
    Raises OSError as `open` does, and ValueError, which ends with the advice, for a table that lacks a column, has one
    twice, a row with too few fields or too many, or no end of its last line.
    """
    with reading(path, "cannot be used", advice):
        text = Path(path).read_bytes().decode("utf-8-sig")
        if "\0" in text:
            raise ValueError("it holds zero bytes: a piece of it was never written")
        if not text.endswith("\n"):
            raise ValueError("it is empty" if not text else "its last line has no end: the file is cut off")
        lines = dropwhile(lambda line: line.startswith("#"), io.StringIO(text, newline=""))
        rows = [row for row in csv.reader(lines, strict=True) if row]
        if not rows:
            raise ValueError("it has comments and no columns")
        names, *rows = rows
        _check_columns(names, columns, exactly)
        for number, row in enumerate(rows, 1):
            if len(row) != len(names):
                raise ValueError(f"its row {number} has {len(row)} fields, its first line {len(names)}")
        return [dict(zip(names, row)) for row in rows]


def _check_columns(names, columns, exactly):
    if len(names) == 1 and (found := [said for mark, said in SEPARATORS.items() if mark in names[0]]):
        raise ValueError(f"its fields are separated by {found[0]}")
    if len(set(names)) != len(names):
        raise ValueError(f"two of its columns are called {next(name for name in names if names.count(name) > 1)!r}")
    if missing := [name for name in columns if name not in names]:
        raise ValueError(f"it lacks {_some(missing)}; its columns are {_some(names)}")
    if exactly and (others := [name for name in names if name not in columns]):
        raise ValueError(f"it has {_some(others)}, expected the columns {_some(columns)} alone")


def _some(names, most=8):
    said = ", ".join(name[:40] for name in names[:most])
    return said + (f" and {len(names) - most} more" if len(names) > most else "")
