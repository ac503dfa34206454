"""Tables of results: tidy CSV, a row a training, comment lines on top that say which command made it."""
import argparse
import csv
import errno
from contextlib import contextmanager
from pathlib import Path

from ..ground.arguments import mapping, path, some, takes, text
from ..ground.files import reading, replacing
from ..ground.tables import read_table


def save(path, rows, command):
    """Write the rows; `path` is whole at any moment. A column for every name."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    with replacing(path, "w", encoding="utf-8", newline="") as file:
        file.write(f"# made by: {command}\n")
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def ask_out(module, description, resumed=False):
    """(path, command): the file that `--out` names on the command line of a module of `lessons` that makes a table,
    and the command for `save`. To be called before anything is trained: what is wrong with the call shows at once. A
    file that is there is refused, unless `resumed`: then the module looks itself at what it holds."""
    parser = argparse.ArgumentParser(prog=f"python -m course_utils.experiments.lessons.{module}",
                                     description=description.partition("\n\n")[0])
    parser.add_argument("--out", required=True, help="file for the table")
    out = parser.parse_args().out
    if Path(out).exists() and not resumed:
        parser.error(f"--out is {out}, which is there already: name another file, or delete it to make it anew")
    return out, f"python -m course_utils.experiments.lessons.{module} --out data/{module}.csv"


def save_each(rows, path, command):
    """`save` the rows as they are made, each time one more; what is interrupted leaves those that are done."""
    made = []
    with alone(path):
        for row in rows:
            made.append(row)
            save(path, made, command)


@contextmanager
def alone(path):
    """While the block runs, no other process gets here with the same path. Raises ValueError if one is here already,
    and FileNotFoundError where there is no such folder.

    The lock is a file beside it, .NAME.lock, which stays; the system opens it when the process ends, however it ends.
    """
    try:
        from filelock import FileLock, Timeout
    except ImportError:
        raise ImportError("filelock keeps two processes from writing to one file: "
                          'pip install "vanishing-gradients-course[sweep]"') from None
    if not Path(path).parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "There is no such folder", str(Path(path).parent))
    lock = FileLock(Path(path).with_name(f".{Path(path).name}.lock"))
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise ValueError(f"path is {path}, which another process is writing to, expected a file of its own; or wait "
                         "until that one has ended") from None
    try:
        yield
    finally:
        lock.release()


def begun(path, wanted, key, columns=()):
    """{key(row): row} of what a table holds already, {} if there is none. wanted: the keys of all rows that it is to
    hold; columns: those that each row has. Raises ValueError, before anything is lost, for a table that is damaged, in
    another form, or not of these rows."""
    if not Path(path).exists():
        return {}
    rows = load(path, columns)
    with reading(path, "is there and is another table", "expected the name of a new one, or of one that was begun"):
        found = {key(row): row for row in rows}
        if others := [row for name, row in found.items() if name not in wanted]:
            raise ValueError(f"{len(others)} of its {len(rows)} rows are not among those that are to be made, the "
                             f"first of them is row {rows.index(others[0]) + 1}")
    return found


@takes(path=path, columns=some(text))
def load(path, columns=()):
    """The rows of a table, as dicts; numbers are numbers again, an empty field is None. columns: those that it must
    have. Raises OSError as `open` does, and ValueError for a table that is damaged, in another form, or without one of
    them (see `ground.tables.read_table`)."""
    return [{name: _value(text) for name, text in row.items()} for row in read_table(path, columns)]


def _value(text):
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text or None


@takes(rows=some(mapping))
def group(rows, *names):
    """{values of the named columns: rows}, in the order in which they first appear; a single name gives its values
    themselves as keys."""
    found = {}
    for row in rows:
        if missing := [name for name in names if name not in row]:
            raise ValueError(f"rows lack {', '.join(missing)}, one holds {', '.join(row)}")
        key = tuple(row[name] for name in names)
        found.setdefault(key[0] if len(names) == 1 else key, []).append(row)
    return found


@takes(rows=some(mapping))
def successes(rows, *names):
    """{values of the named columns: (solved, tried)}."""
    if any("solved_at" not in row for row in rows):
        raise ValueError(f"rows lack solved_at, expected those of trainings; the first holds {', '.join(rows[0])}")
    return {key: (sum(row["solved_at"] is not None for row in same), len(same))
            for key, same in group(rows, *names).items()}
