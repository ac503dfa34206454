"""The table: a row for each student, a column for each exercise, the diagnosis in words.

    submissions   which notebooks there are; nothing in them runs here. `answers` finds the exercises that they hold,
                  `slices` what the answers need of the rest
    workplace     a private copy of the course for one student; `guard`: whether the course itself was touched
    starting      kernels, each in a process of its own; `kernel` is what starts inside, `session` runs cells there
    remote        runs the student's answers on the cases, inside the kernel; `transfer` reads what it wrote
    students      one student's notebooks; `crew` looks after many at once
    table         what is written, harmless as `fields` makes it, by one marking at a time (`locking`)

The verdict is found in `students`, from the numbers that the student's process hands over: whatever a notebook does to
the checks in its own process, it cannot change what is written in the table.
"""
from contextlib import closing
from pathlib import Path

from tqdm.auto import tqdm

from ..exercises.checking import exercises_of, modules
from ..ground.arguments import among, flag, maybe, path, real, size, takes, text
from .crew import BACKENDS, mark_each
from .fields import harmless
from .locking import locked
from .rows import RUNNING, needs_marking, row_of, running
from .session import Limits
from .students import look_again
from .submissions import find_submissions
from .table import Table, clear_parts
from .workplace import clear_abandoned


@takes(folder=path, out=path, seconds=real(above=0), total=size(), megabytes=size(), prefix=text, whole=flag,
       workers=size(-1, 10_000), backend=among(*BACKENDS), scheduler=maybe(text))
def mark(folder, out, *, seconds=60.0, total=900, megabytes=4096, prefix="", whole=False, workers=-1,
         backend="threads", scheduler=None):
    """Mark every student's notebooks in `folder` and write the table to `out`. Returns its rows of these students.

    seconds: for one cell; total: for one notebook; megabytes: memory of a student's process. prefix: a command in
    front of each kernel's, such as one that isolates it. whole: run every cell, not only what the answers need.
    workers: students at a time, −1 for all cores. backend: "threads" (this machine) or "dask", a cluster whose
    scheduler listens at `scheduler`. Rows of `out` whose notebooks have not changed are kept, so that an interrupted
    marking goes on; rows of other students and columns of others stay. Raises ValueError if there is nothing to mark,
    no kernel starts, `out` is another table or another folder's, or another marking writes it.
    """
    if workers == 0:
        raise ValueError("workers is 0, expected −1 for all cores, or at least 1")
    if backend == "dask" and scheduler is None:
        raise ValueError("scheduler is missing, expected the address of a Dask scheduler such as tcp://host:8786")
    folder, out, limits = Path(folder), Path(out), Limits(seconds, total, megabytes, prefix, whole)
    with locked(out):
        clear_parts(out)
        submissions = find_submissions(folder, out)
        table = Table(out, [one.student for one in submissions], wanted(submissions))
        refuse_others(table, submissions, folder)
        clear_abandoned()
        look_again()
        fill(table, submissions, folder, limits, workers=workers, backend=backend, scheduler=scheduler)
    return [table.rows[one.student] for one in submissions]


def fill(table, submissions, folder, limits, **crew):
    """Mark whom the table does not hold yet: first, one at a time, those during whose notebooks a marking ended."""
    todo = [one for one in submissions if needs_marking(table.rows.get(one.student), one, limits)]
    suspects = [one for one in todo if table.rows.get(one.student, {}).get("remarks", "").startswith(RUNNING[0])]
    rest = [one for one in todo if one not in suspects]
    by_name, started = {one.student: one for one in todo}, False

    def begin(submission):
        table.begin(running(table.rows.get(submission.student, {}), submission, folder))

    def keep(marks):
        nonlocal started
        started |= marks.started
        if marks.unstarted and not started:
            raise ValueError(f"no notebook could be started: {marks.failure}; {table.path} holds what it held before")
        table.end(row_of(table.old(marks.student), by_name[marks.student], marks, folder, limits))

    try:
        with tqdm(total=len(submissions), initial=len(submissions) - len(todo), desc="marking", unit="student") as bar:
            for some, options in ((suspects, {**crew, "workers": 1}), (rest, crew)):
                with closing(mark_each(some, limits, begin, **options)) as found:
                    for marks in found:
                        keep(marks)
                        bar.update()
    finally:
        table.undo()


def wanted(submissions):
    """The columns: all exercises of every notebook of which some student hands in at least one."""
    handed_in = set().union(*(one.exercises for one in submissions))
    found = [exercises_of(module) for module in modules()]
    return [name for names in found if handed_in & set(names) for name in names]


def refuse_others(table, submissions, folder):
    """ValueError if the table holds marks of these students, for other notebooks, from another folder."""
    here = harmless(folder.resolve())
    both = [(one, table.rows[one.student]) for one in submissions if one.student in table.rows]
    others = {one.student: row["folder"] for one, row in both if row.get("folder", "") not in ("", here)
              and row["handed in"] and not row["handed in"].startswith(one.digest)}  # without it the row was cut off
    if others:
        raise ValueError(f"{table.path} holds marks of {len(others)} of these students ({', '.join([*others][:3])}) "
                         f"from {next(iter(others.values()))}, expected those of {here}: choose another --out, or, if "
                         "that folder has only moved, empty the column 'folder'")
