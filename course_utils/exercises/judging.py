"""The verdict on an answer, from its outcomes alone: none of the reader's code runs here."""
from dataclasses import dataclass

from .comparing import agree, expected, matches
from .explaining import facts, unknown


@dataclass(frozen=True)
class Verdict:
    """What came out. state: "right", "wrong" or "not attempted yet"; mistake: what is wrong, if it was recognised."""

    name: str
    state: str
    lines: tuple = ()
    mistake: str = ""

    def __str__(self):
        return "\n".join((f"{self.name}: {'not right yet' if self.state == 'wrong' else self.state}",
                          *("  " + line for line in self.lines)))


def judge(exercise, found):
    """The `Verdict` on the outcomes of an answer, as `calling.outcomes` returns them."""
    if any(outcome.kind == "not attempted" for outcome in found):
        return Verdict(exercise.name, "not attempted yet")
    wanted = expected(exercise, exercise.solution)
    if len(found) != len(wanted) and not (found and found[-1].problem and len(found) < len(wanted)):
        return Verdict(exercise.name, "wrong", (f"tried on {len(found)} cases, expected {len(wanted)}",))
    if exercise.judge:
        return judged_open(exercise, found)
    wrong = [k for k in range(len(found)) if not agree(exercise, found[k], wanted[k], k)]
    if not wrong:
        return Verdict(exercise.name, "right")
    if exercise.given and matches(exercise, found, expected(exercise, exercise.given)):
        return Verdict(exercise.name, "not attempted yet", ("it still does what it did when it was handed out",))
    known = recognise(exercise, found)
    if known:
        said = (*facts(exercise, found, wanted, wrong[0]), f"It looks as if {known.what}.", known.ask)
        return Verdict(exercise.name, "wrong", said, known.what)
    return Verdict(exercise.name, "wrong", unknown(exercise, found, wanted, wrong[0]))


def judged_open(exercise, found):
    """The verdict on an answer that need not equal the solution, only have a property."""
    for k, outcome in enumerate(found):
        fault = outcome.problem or fault_in(exercise, outcome.arrays, k)
        if fault:
            return Verdict(exercise.name, "wrong", (fault,))
    return Verdict(exercise.name, "right")


def fault_in(exercise, arrays, k):
    """What an open exercise's judge says of case k; a judge that fails on odd shapes has found a fault, too."""
    try:
        return exercise.judge(arrays, *exercise.arguments(k))
    except Exception as error:
        shapes = ", ".join(f"{name} has shape {array.shape}" for name, array in arrays.items())
        return f"{shapes}: this cannot be judged ({type(error).__name__}: {str(error)[:100]})"


def recognise(exercise, found):
    """The catalogued mistake that the outcomes equal, exactly or as a number that the reader has rounded, or None."""
    exact = (m for m in exercise.mistakes if matches(exercise, found, expected(exercise, m.answer)))
    rounded = (m for m in exercise.mistakes if as_written(exercise, found, m))
    return next(exact, None) or next(rounded, None)


def as_written(exercise, found, mistake):
    """Whether a prediction is a wrong number, rounded to as many digits as the reader wrote, two at least."""
    if exercise.draw or found[0].problem:
        return False
    came, wrong = (outcomes[0].arrays[exercise.outputs[0]] for outcomes in (found, expected(exercise, mistake.answer)))
    if came.shape or "U" in (came.dtype.kind, wrong.dtype.kind):
        return False
    digits = len(f"{abs(came):.12g}".replace(".", "").strip("0"))
    return digits >= 2 and float(f"{wrong:.{digits}g}") == came
