"""The table: a row for each student, a column for each exercise, the diagnosis in words.

    submissions   which notebooks there are, and which exercises they hold; nothing in them runs here
    workplace     a private copy of the course for one student, and whether the course itself was touched
    session       a kernel in a process of its own, with limits; `kernel` is what starts inside it
    remote        runs the student's answers on the cases, inside the kernel; `transfer` reads what it wrote

The verdict is found here, from the numbers that the student's process hands over: whatever a notebook does to the
checks in its own process, it cannot change what is written in the table.
"""
import csv
import re

from tqdm.auto import tqdm

from ..exercises import check
from ..exercises.checking import exercises_of, modules
from ..exercises.judging import judge
from ..ground.files import replacing
from .session import Ended, session
from .submissions import answers_in, exercises_in, find_submissions
from .transfer import read
from .workplace import Guard, workplace

FIRST, LAST = ("student", "right"), ("remarks", "handed in")
RUNNING = ("marking ended while these notebooks ran", "marking ended twice while these notebooks ran: not tried again")


def mark(folder, out, *, seconds=60.0, total=900, megabytes=4096, prefix=""):
    """Mark every student's notebooks in `folder` and write the table to `out`. Returns its rows.

    seconds: for one cell; total: for one notebook; megabytes: memory of a student's process. prefix: a command in
    front of each kernel's, such as one that isolates it. Rows of `out` whose notebooks have not changed are kept, so
    that an interrupted marking goes on. Raises ValueError if there is nothing to mark, or `out` is another table.
    """
    submissions, guard, kept = find_submissions(folder), Guard(), load(out)
    columns, rows = wanted(submissions), []
    for submission in tqdm(submissions, desc="marking", unit="student"):
        row = kept.get(harmless(submission.student), {})
        if row.get("handed in") != submission.digest or row["remarks"] == RUNNING[0] or not set(columns) <= set(row):
            again = row.get("handed in") == submission.digest and row["remarks"] == RUNNING[0]
            row = {"student": submission.student, "right": 0, "remarks": RUNNING[again], "handed in": submission.digest}
            save(out, [*rows, row], columns)
            try:
                row |= mark_one(submission, guard, seconds=seconds, total=total, megabytes=megabytes, prefix=prefix)
            except KeyboardInterrupt:
                save(out, rows, columns)
                raise
            except Exception as error:  # one student's row, not the whole table
                row["remarks"] = f"could not be marked: {type(error).__name__}: {error}"
        rows.append(row)
        save(out, rows, columns)
    return rows


def wanted(submissions):
    """The columns: all exercises of every notebook of which some student hands in at least one."""
    handed_in = set().union(*map(exercises_in, submissions))
    found = [exercises_of(module) for module in modules()]
    return [name for names in found if handed_in & set(names) for name in names]


def mark_one(submission, guard, **limits):
    """The row of one student, but for the name."""
    verdicts, remarks = {}, list(submission.faults)
    for name, cells in submission.notebooks.items():
        found, said = mark_notebook(cells, **limits)
        verdicts |= found
        remarks += [f"{name}: {text}" for text in said]
        changed, kept = guard.restore()
        if changed:
            remarks.append(f"{name} changed the course's files ({', '.join(changed[:3])}); they were restored, what "
                           f"was there is in {kept}")
    right = sum(verdict == "right" for verdict in verdicts.values())
    return verdicts | {"right": right, "remarks": " | ".join(remarks)}


def mark_notebook(cells, *, seconds, total, megabytes, prefix):
    """({exercise: verdict in words}, [remarks]) of a notebook, run in a kernel of its own."""
    asked = [answers_in(source) for source in cells]
    verdicts, remarks = {}, []
    try:
        with workplace() as place, session(place, megabytes=megabytes, seconds=total, prefix=prefix) as kernel:
            for n, (source, answers) in enumerate(zip(cells, asked), 1):
                if problem := kernel.run(source, seconds):
                    remarks.append(f"code cell {n}: {problem}")
                for name, expression in answers:
                    verdicts[name] = ask(kernel, place, name, expression, seconds)
    except Ended as error:
        remarks.append(str(error))
    return {name: verdicts.get(name, "not reached") for answers in asked for name, _ in answers}, remarks


def ask(kernel, place, name, expression, seconds):
    """The verdict, in words, on one answer."""
    path = place / "home" / "outcome.npz"
    path.unlink(missing_ok=True)
    kernel.run("__import__('course_utils.mark.remote', fromlist=['answer']).answer("
               f"{name!r}, lambda: ({expression}), {str(path)!r})", seconds)
    exercise = check.exercises()[name]
    try:
        return words(judge(exercise, read(path, exercise)))
    except ValueError as error:
        return f"cannot be judged: {error}"


def words(verdict):
    """A verdict in one line."""
    if verdict.state != "wrong":
        return verdict.state
    return "wrong: " + "; ".join(verdict.lines)


def save(path, rows, columns):
    """Write the table; `path` is whole at any moment."""
    with replacing(path, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, [*FIRST, *columns, *LAST], restval="not handed in", extrasaction="ignore")
        writer.writeheader()
        writer.writerows({name: harmless(text) for name, text in row.items()} for row in rows)


def harmless(text):
    """A field that a spreadsheet takes for text, whatever a student wrote: no formulas, no control characters."""
    text = re.sub(r"[\x00-\x1f\x7f]+", " ", str(text))[:2000]
    return "'" + text if text.startswith(("=", "+", "-", "@")) else text


def load(path):
    """{student: row} of a table that `save` wrote, {} if there is none. Raises ValueError if it is another table."""
    if not path.exists():
        return {}
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if not {*FIRST, *LAST} <= set(reader.fieldnames or ()):
            raise ValueError(f"{path} is there and is no table of marks, expected columns {', '.join((*FIRST, *LAST))}")
        return {row["student"]: row for row in reader}
