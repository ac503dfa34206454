"""The verdict on an answer, from its outcomes alone: none of the reader's code runs here."""
from dataclasses import dataclass
from functools import cache

import numpy as np

from .calling import outcomes
from .patterns import pattern

FLOAT32_SLACK = 4000  # how much coarser float32 is judged: 1e-6 becomes 4e-3


@dataclass(frozen=True)
class Verdict:
    """What came out. state: "right", "wrong" or "not attempted"; mistake: what is wrong, if it was recognised."""

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
        return Verdict(exercise.name, "right", remarks(exercise, found))
    if exercise.given and matches(exercise, found, expected(exercise, exercise.given)):
        return Verdict(exercise.name, "not attempted yet", ("the bug is still in it",))
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
        return exercise.judge(arrays, *exercise.arguments(k % len(exercise.cases)))
    except Exception as error:
        shapes = ", ".join(f"{name} has shape {array.shape}" for name, array in arrays.items())
        return f"{shapes}: this cannot be judged ({type(error).__name__}: {str(error)[:100]})"


@cache
def expected(exercise, answer):
    """The outcomes of the solution, or of a mistake."""
    return outcomes(exercise, answer if exercise.draw else answer())


def agree(exercise, one, other, k):
    """Whether two outcomes of case k are the same, up to the exercise's tolerance."""
    if one.problem or other.problem:
        return one.kind == other.kind and bool(one.problem) == bool(other.problem)
    return all(close(exercise, one.arrays[name], other.arrays[name], k) for name in exercise.outputs)


def close(exercise, one, other, k):
    """Whether two arrays of case k are the same, up to the exercise's tolerance."""
    if one.shape != other.shape:
        return False
    texts = [array.dtype.kind == "U" for array in (one, other)]
    if any(texts):
        return all(texts) and np.array_equal(folded(one), folded(other))
    return off(one, other) <= tolerance(exercise, k)


def folded(words):
    """Words in lower case, without spaces around them."""
    return np.char.lower(np.char.strip(words.astype(str)))


def off(came, wanted):
    """Largest deviation, relative to the largest entry of what was wanted (or to 1e-12)."""
    return float(np.abs(came.astype(float) - wanted).max(initial=0) / max(np.abs(wanted).max(initial=0), 1e-12))


def tolerance(exercise, k):
    """How far off case k may be."""
    single = exercise.cases[k % len(exercise.cases)][1] == np.float32
    return exercise.tolerance * (FLOAT32_SLACK if single else 1)


def matches(exercise, found, wrong):
    """Whether an answer does in every case what a wrong implementation does."""
    return len(found) == len(wrong) and all(agree(exercise, *pair, k) for k, pair in enumerate(zip(found, wrong)))


def recognise(exercise, found):
    """The catalogued mistake that the outcomes equal, or None."""
    return next((m for m in exercise.mistakes if matches(exercise, found, expected(exercise, m.answer))), None)


def facts(exercise, found, wanted, k):
    """Lines: which outputs of case k agree and how far off the others are."""
    if k >= len(exercise.cases) and agree(exercise, found[0], wanted[0], 0):
        return ("right at the first call, but a second call with the same arguments gives something else",)
    if found[k].problem:
        return (found[k].problem,)
    return tuple(fact(exercise, name, found[k].arrays[name], wanted[k].arrays[name], k) for name in exercise.outputs)


def fact(exercise, name, came, wanted, k):
    """One line about one output."""
    if came.dtype.kind == "U" and wanted.dtype.kind != "U":
        return f"{name} is the text {str(came)!r}, expected numbers (without quotation marks)"
    if exercise.draw is None and came.shape == wanted.shape:
        return f"{came if came.dtype.kind == 'U' else f'{float(came):.4g}'} is not what comes out"
    if close(exercise, came, wanted, k):
        return f"{name}: agrees"
    if came.shape != wanted.shape:
        return f"{name}: shape {came.shape}, expected {wanted.shape}"
    if wanted.dtype.kind == "U":
        return f"{name}: {came} is not what comes out"
    far = off(came, wanted)
    said = f"{far:.0%}" if far > .01 else f"{far:.1g}"
    return f"{name}: off by {said} of its largest entry ({exercise.describe(k % len(exercise.cases))})"


def unknown(exercise, found, wanted, k):
    """Lines for an answer that equals no catalogued mistake: the facts, and what can be said of the pattern."""
    said = list(facts(exercise, found, wanted, k))
    if exercise.draw and not found[k].problem and k < len(exercise.cases):
        for name in exercise.outputs:
            if not close(exercise, found[k].arrays[name], wanted[k].arrays[name], k):
                said += partly(exercise, found, name) or interchanged(exercise, found, wanted, name) or pattern(
                    name, [(outcome.arrays[name], want.arrays[name]) for outcome, want in zip(found, wanted)
                           if not outcome.problem])
    return tuple(said)


def interchanged(exercise, found, wanted, name):
    """Lines: the other output that this one equals in every case."""
    others = [other for other in exercise.outputs if other != name and all(
        not outcome.problem and close(exercise, outcome.arrays[name], want.arrays[other], k)
        for k, (outcome, want) in enumerate(zip(found, wanted)))]
    return [f"{name} is what {others[0]} should be. In which order are they returned?"] if others else []


def partly(exercise, found, name):
    """Lines: the mistake that one output alone equals in every case."""
    for mistake in exercise.mistakes:
        wrong = expected(exercise, mistake.answer)
        if len(wrong) == len(found) and all(
                not one.problem and not other.problem and close(exercise, one.arrays[name], other.arrays[name], k)
                for k, (one, other) in enumerate(zip(found, wrong))):
            return [f"Looking at {name} alone: it looks as if {mistake.what}.", mistake.ask]
    return []


def remarks(exercise, found):
    """Lines about an answer that is right, but wider than it need be."""
    if exercise.draw is None:
        return ()
    wide = [name for k, (_, dtype) in enumerate(exercise.cases) for name, array in found[k].arrays.items()
            if dtype == np.float32 and array.dtype == np.float64
            and expected(exercise, exercise.solution)[k].arrays[name].dtype == np.float32]
    if wide:
        return (f"(from float32 inputs {wide[0]} comes out as float64: is something in it float64, "
                "an array made without dtype or a number like np.log(2)?)",)
    return ()
