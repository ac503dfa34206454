"""A student's row: what came of the notebooks, or why there is nothing yet; and whether it is to be made anew."""
from ..exercises import check
from .students import UNMARKED
from .table import MISSING

RUNNING = ("marking ended while these notebooks ran", "marking ended twice while these notebooks ran: not tried again")
FAILED = "could not be marked: "  # a failure of the marking: such a row is made anew each time
EARLIER = "the marks are those of an earlier marking"
NOTES = (*RUNNING, FAILED, EARLIER)
BETWEEN = " | "


def needs_marking(row, submission, limits):
    """Whether a student's notebooks are to be run: there is no row, or one of other notebooks, of a marking that ended
    or failed, under other limits where a limit counted, or without an exercise that is handed in now."""
    if row is None or row["remarks"].startswith((RUNNING[0], FAILED)):
        return True
    if row["handed in"] not in (submission.digest, handed_in(submission, limits)):
        return True
    return not row["remarks"].startswith(RUNNING[1]) and any(
        row.get(name, MISSING) in (MISSING, "") for name in submission.exercises)


def handed_in(submission, limits):
    """What stands for the notebooks of a student in a row that would be another one under other limits."""
    return f"{submission.digest} ({limits})"


def running(old, submission, folder):
    """The row while a student's notebooks run: should the marking end, it says so."""
    again = old.get("remarks", "").startswith(RUNNING[0]) and old.get("handed in") == submission.digest
    return noted(old, submission, RUNNING[again], folder) | {"handed in": submission.digest}


def row_of(old, submission, marks, folder, limits):
    """The row of a student whose notebooks have run. old: the row before, or None."""
    right = sum(verdict == "right" for verdict in marks.verdicts.values())
    if marks.failure and has_marks(old or {}):
        return noted(old, submission, FAILED + marks.failure, folder) | {"handed in": old["handed in"]}
    if marks.failure:
        marked = any(verdict != UNMARKED for verdict in marks.verdicts.values())
        return fresh(submission, marks.verdicts, BETWEEN.join([FAILED + marks.failure, *marks.remarks]), folder) | {
            "right": right if marked else ""}
    digest = handed_in(submission, limits) if marks.limited else submission.digest
    return fresh(submission, marks.verdicts, BETWEEN.join(marks.remarks), folder) | {
        "right": right, "handed in": digest}


def fresh(submission, verdicts, remarks, folder):
    """A row with these verdicts, and nothing that an older one held."""
    return dict.fromkeys(check.exercises(), MISSING) | {
        "student": submission.student, "right": "", "remarks": remarks, "folder": folder.resolve(),
        "handed in": submission.digest} | dict.fromkeys(submission.exercises, UNMARKED) | verdicts


def noted(old, submission, note, folder):
    """The row before with a note in front of its remarks; if it had no marks, a row without."""
    if not has_marks(old):
        return fresh(submission, {}, note, folder)
    remarks = [text for text in old["remarks"].split(BETWEEN) if text and not text.startswith(NOTES)]
    return {"student": submission.student, "remarks": BETWEEN.join([note, EARLIER, *remarks]),
            "folder": folder.resolve()}


def has_marks(row):
    """Whether a row holds marks: others than one that says only that the marking ended."""
    return row.get("right", "") != ""
