"""One student's notebooks: run, asked for their answers, and judged, here where none of their code runs."""
from collections import Counter
from dataclasses import dataclass, field
from functools import cache

from ..exercises import check
from ..exercises.judging import judge
from .answers import answers_in, unanswered
from .guard import Guard
from .session import Ended, NotStarted
from .slices import needed
from .starting import Kernels
from .transfer import read
from .workplace import course

FAULT, UNREACHED, UNMARKED = "cannot be judged: ", "not reached", "not marked"
RANKS = ("right", "wrong", "not finished", FAULT, "not attempted", UNREACHED, UNMARKED)  # the best first
LACKING = ("NameError", "FileNotFoundError")  # what an answer raises that needs more of its notebook


@dataclass
class Marks:
    """What came of one student's notebooks. verdicts: {exercise: in words}; limited: whether a limit was met, so that
    other limits may give other marks; started: whether a kernel was; failure: the marking's own, in words; unstarted:
    it is that a kernel was not."""

    student: str
    verdicts: dict = field(default_factory=dict)
    remarks: list = field(default_factory=list)
    limited: bool = False
    started: bool = False
    failure: str = ""
    unstarted: bool = False

    def fail(self, error):
        """Note a failure that is none of the student's."""
        self.unstarted |= isinstance(error, NotStarted)
        self.failure = self.failure or (str(error) if self.unstarted else f"{type(error).__name__}: {error}")

    def keep(self, found):
        """Keep the best verdict on each exercise."""
        for name, verdict in found:
            self.verdicts[name] = min(self.verdicts.get(name, verdict), verdict, key=rank)


def rank(verdict):
    """The place of a verdict among all: the less, the better."""
    return next((k for k, start in enumerate(RANKS) if verdict.startswith(start)), len(RANKS))


def look_again():
    """Take the course as it is now for the one that is copied and guarded; no student's code may run meanwhile."""
    course.cache_clear()
    guard.cache_clear()
    guard()


@cache
def guard():
    """The course as it is before the first student's code runs in this process's care."""
    course()
    return Guard()


def mark_one(submission, limits):
    """The `Marks` of a student. Whatever is wrong with the notebooks, or with the marking, is said in them."""
    guard()
    marks = Marks(submission.student, remarks=list(submission.faults))
    try:
        mark_all(marks, submission, limits)
    except Exception as error:  # nothing of the student's own
        marks.fail(error)
    return marks


def mark_all(marks, submission, limits):
    """Put what comes of a student's notebooks into `marks`."""
    asked = {name: [answers_in(source) for source in cells] for name, cells in submission.notebooks.items()}
    running = [name for name, answers in asked.items() if limits.whole or any(answers)]
    with Kernels(len(running), limits) as kernels:
        for name, cells in submission.notebooks.items():
            said = unanswered(cells)
            if name in running:
                said += mark_notebook(marks, cells, asked[name], kernels)
                said += changes(name)
            marks.remarks += [f"{name}: {text}" for text in said]
    counts = Counter(name for answers in asked.values() for cell in answers for name, _ in cell)
    marks.remarks += [f"{name} is handed in {n} times: the best counts" for name, n in counts.items() if n > 1]


def changes(name):
    """A remark, if the course's own files are not what they were."""
    changed, kept = guard().restore()
    return [f"while {name} ran, the course's files were changed ({', '.join(changed[:3])}); they were restored, what "
            f"was there is in {kept}"] if changed else []


def mark_notebook(marks, cells, asked, kernels):
    """Put the verdicts on a notebook's answers into `marks`; returns remarks. What its answers need of it is run; all
    of it if they lack something then, or if the limits say so."""
    part = list(cells) if kernels.limits.whole else needed(cells, asked)
    for sources in (part, cells):
        found, lacking, remarks = run_notebook(marks, sources, asked, kernels)
        marks.keep(found)
        if not lacking or sources == list(cells):
            break
    return remarks


def run_notebook(marks, sources, asked, kernels):
    """([(exercise, verdict)], whether an answer lacks something, [remarks]) of a notebook, in a kernel of its own."""
    found, lacking, remarks, left = [], False, [], UNREACHED
    try:
        with kernels.next() as kernel:
            marks.started = True
            try:
                for n, (source, answers) in enumerate(zip(sources, asked), 1):
                    if source and (problem := kernel.run(source)):
                        remarks.append(f"code cell {n}: {problem}")
                    for name, expression in answers:
                        verdict, lacks = ask(marks, kernel, name, expression)
                        found.append((name, verdict))
                        lacking |= lacks
            finally:
                marks.limited |= kernel.limited
    except Ended as error:
        remarks.append(str(error))
    except Exception as error:  # nothing of the student's own
        marks.fail(error)
        left = UNMARKED
    names = [name for answers in asked for name, _ in answers]
    return found + [(name, left) for name in names[len(found):]], lacking, remarks


def ask(marks, kernel, name, expression):
    """(the verdict, in words, on one answer; whether it lacks something)."""
    problem = kernel.ask("answer", f"{name!r}, lambda: ({expression}), ")
    if problem and not kernel.outcome.exists():
        return (problem if problem.startswith("not finished") else f"{FAULT}{problem}"), False
    try:
        found = read(kernel.outcome, check.exercises()[name])
    except ValueError as error:
        return f"{FAULT}{error}", False
    try:
        return words(judge(check.exercises()[name], found)), any(one.kind in LACKING for one in found)
    except Exception as error:  # the judge's own fault
        marks.fail(error)
        return UNMARKED, False


def words(verdict):
    """A verdict in one line."""
    if verdict.state != "wrong":
        return verdict.state
    return "wrong: " + "; ".join(verdict.lines)
