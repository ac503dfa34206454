"""Tables of results: tidy CSV, a row a training, comment lines on top that say which command made it."""
import argparse
import csv

from ..ground.arguments import mapping, path, some, takes
from ..ground.files import replacing


def save(path, rows, command):
    """Write the rows; `path` is whole at any moment. A column for every name."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    with replacing(path, "w", encoding="utf-8", newline="") as file:
        file.write(f"# made by: {command}\n")
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def ask_out(module, description):
    """(path, command): the file that `--out` names on the command line of a module of `lessons` that makes a table,
    and the command for `save`. To be called before anything is trained: what is wrong with the call shows at once."""
    parser = argparse.ArgumentParser(prog=f"python -m course_utils.experiments.lessons.{module}",
                                     description=description.partition("\n\n")[0])
    parser.add_argument("--out", required=True, help="file for the table")
    return parser.parse_args().out, f"python -m course_utils.experiments.lessons.{module} --out data/{module}.csv"


def save_each(rows, path, command):
    """`save` the rows as they are made, each time one more; what is interrupted leaves those that are done."""
    made = []
    for row in rows:
        made.append(row)
        save(path, made, command)


@takes(path=path)
def load(path):
    """The rows of a table, as dicts; numbers are numbers again, an empty field is None."""
    with open(path, encoding="utf-8", newline="") as file:
        try:
            lines = [line for line in file if not line.startswith("#")]
        except UnicodeDecodeError as error:
            raise ValueError(f"path is {path}, which is no table of text: {error}") from None
    return [{name: _value(text) for name, text in row.items()} for row in csv.DictReader(lines)]


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
