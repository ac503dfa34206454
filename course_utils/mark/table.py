"""The table of marks: a row for each student. It is whole at any moment, and never poorer than before."""
import csv
import glob
import threading

from ..ground.files import replacing
from .fields import harmless

FIRST, LAST = ("student", "right"), ("remarks", "folder", "handed in")
NEEDED = {*FIRST, "remarks", "handed in"}  # tables of earlier versions have no column "folder"
MISSING = "not handed in"


class Table:
    """The rows of a CSV file by student; `put` writes it. Rows of others and columns of others stay as they are.

    students: whose rows come first, in this order; exercises: for which there must be columns, in the course's order.
    Raises ValueError if `path` is another kind of file.
    """

    def __init__(self, path, students, exercises):
        self.path, self.before, self._one = path, {}, threading.RLock()
        self.new = not path.exists()
        header, rows = load(path)
        self.columns = with_columns(header, exercises)
        self.rows = {student: rows[student] for student in students if student in rows} | rows
        self.order = list(dict.fromkeys([*students, *rows]))

    def put(self, row):
        """Write a student's row; what is not in it stays as it was."""
        with self._one:
            old = self.rows.get(row["student"], {})
            self.rows[row["student"]] = old | {name: harmless(value) for name, value in row.items()}
            self.save()

    def begin(self, row):
        """`put` what stands there while a student's notebooks run; `undo` takes it back."""
        with self._one:
            self.before[row["student"]] = self.rows.get(row["student"])
            self.put(row)

    def old(self, student):
        """A student's row, None without one; while the notebooks run, the row before."""
        return self.before[student] if student in self.before else self.rows.get(student)

    def end(self, row):
        """`put` what has come out."""
        with self._one:
            self.before.pop(row["student"], None)
            self.put(row)

    def undo(self):
        """Rows of notebooks that did not run to their end are as they were before."""
        with self._one:
            for student, row in self.before.items():
                self.rows.pop(student)
                if row is not None:
                    self.rows[student] = row
            if self.before:
                self.before = {}
                self.save() if self.rows or not self.new else self.path.unlink(missing_ok=True)

    def save(self):
        """Write the file."""
        save(self.path, [self.rows[student] for student in self.order if student in self.rows], self.columns)


def with_columns(header, exercises):
    """The columns of a table that had those of `header`, with one for each exercise, after the one before it."""
    columns = list(header or FIRST)
    place = columns.index("right")
    for name in exercises:
        if name not in columns:
            columns.insert(place + 1, name)
        place = columns.index(name)
    for name in LAST:
        if name not in columns:
            columns.insert(columns.index("handed in") if "handed in" in columns else len(columns), name)
    return columns


def clear_parts(path):
    """Remove what a killed marking has left of a table that it was about to write."""
    for part in path.parent.glob(f"{glob.escape(path.name)}????????.part"):  # as `replacing` names them
        part.unlink(missing_ok=True)


def save(path, rows, columns):
    """Write rows; `path` is whole at any moment."""
    with replacing(path, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns, restval=MISSING, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def load(path):
    """(columns, {student: row}) of a table that `save` wrote, nothing if there is none. Raises ValueError if it is
    another table, with what is wrong with it."""
    if not path.exists():
        return [], {}
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="", strict=True)
            header = reader.fieldnames or []
            if not NEEDED <= set(header):
                raise ValueError(f"is no table of marks, {wrong_with(header)}")
            if twice := {name for name in header if name and header.count(name) > 1}:
                raise ValueError(f"has two columns {', '.join(map(repr, sorted(twice)))}, expected one of each name")
            return header, by_student(reader)
    except (csv.Error, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is there and is no table of marks, expected CSV in UTF-8: {error}") from None
    except ValueError as error:
        raise ValueError(f"{path} is there and {error}") from None


def wrong_with(header):
    """Why these cannot be the columns of a table of marks, in words."""
    first = header[0] if header else ""
    for mark, name in ((";", "semicolons"), ("\t", "tabs")):
        if f"student{mark}" in first:
            return f"expected commas between its fields, these are {name}"
    expected = ", ".join((*FIRST, "remarks", "handed in"))
    return f"expected columns {expected}; it has {harmless(', '.join(header))[:200] or 'none'}"


def by_student(reader):
    """{student: row}. Raises ValueError for a row that is too long, or a second one of a student."""
    rows = {}
    for row in reader:
        if None in row:
            raise ValueError(f"its line {reader.line_num} has {len(row[None])} fields more than there are columns")
        if row["student"] in rows:
            raise ValueError(f"holds {row['student']!r} twice, expected one row for each student")
        rows[row["student"]] = row
    return rows
