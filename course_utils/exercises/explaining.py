"""What is said of an answer that is not right."""
import numpy as np

from .comparing import agree, close, expected, off
from .patterns import pattern
from .smallest import smallest


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
    if exercise.draw is None:
        return f"{came.tolist()} is a list or an array, expected a single value without brackets"
    if close(exercise, came, wanted, k):
        return f"{name}: agrees"
    if came.shape != wanted.shape:
        return f"{name}: shape {came.shape}, expected {wanted.shape}"
    if wanted.dtype.kind == "U":
        return f"{name}: {came} is not what comes out"
    if wanted.ndim == 0:
        return f"{name}: {float(came):.4g}, expected {float(wanted):.4g} ({exercise.describe(k)})"
    if wanted.dtype.kind in "biu":
        return f"{name}: {np.count_nonzero(came != wanted)} of {wanted.size} entries are not what comes out"
    far = off(came, wanted)
    said = f"{far:.0e} times" if far > 100 else f"{far:.0%} of" if far > .01 else f"{far:.1g} of"
    return f"{name}: off by {said} its largest entry ({exercise.describe(k)})"


def unknown(exercise, found, wanted, k):
    """Lines for an answer that equals no catalogued mistake: the facts, what can be said of the pattern, and where
    nothing can, the smallest case that fails."""
    said = list(facts(exercise, found, wanted, k))
    if exercise.draw and not found[k].problem and k < len(exercise.cases):
        wrong = [name for name in exercise.outputs
                 if not close(exercise, found[k].arrays[name], wanted[k].arrays[name], k)]
        said += partly(exercise, found, wrong)
        wrong = [name for name in wrong if not any(mistaken(exercise, found, m, name) for m in exercise.mistakes)]
        said += interchanged(exercise, found, wanted, wrong) or patterns(exercise, found, wanted, wrong)
    return tuple(said)


def patterns(exercise, found, wanted, wrong):
    """Lines on wrong outputs that equal no mistake's: those of one pattern together; the smallest case for those of
    none."""
    if all(agree(exercise, *pair, k) for k, pair in enumerate(zip(found, wanted))
           if exercise.case(k)[2] == np.float64):
        return ["In float64 it agrees, in float32 it does not. Is a difference of two nearly equal numbers taken, as "
                "in a difference quotient?"]
    seen = {}
    for name in wrong:
        seen.setdefault(pattern([(outcome.arrays[name], want.arrays[name]) for outcome, want in zip(found, wanted)
                                 if not outcome.problem]), []).append(name)
    return [*(f"{', '.join(names)}: {says}" for says, names in seen.items() if says),
            *smallest(exercise, found, wanted, seen.get("", ()))]


def interchanged(exercise, found, wanted, wrong):
    """Lines: for each wrong output the other one whose place it takes in every case."""
    return [f"{name} is what {other} should be. In which order are they returned?"
            for name in wrong for other in wrong if other != name and all(
                not outcome.problem and close(exercise, outcome.arrays[name], want.arrays[other], k)
                for k, (outcome, want) in enumerate(zip(found, wanted)))]


def partly(exercise, found, wrong):
    """Lines: for each wrong output the mistake that it alone equals in every case, each mistake once."""
    seen = {}
    for name in wrong:
        mistake = next((m for m in exercise.mistakes if mistaken(exercise, found, m, name)), None)
        if mistake:
            seen.setdefault(mistake, []).append(name)
    return [line for mistake, names in seen.items()
            for line in (f"Looking at {' and '.join(names)} alone: it looks as if {mistake.what}.", mistake.ask)]


def mistaken(exercise, found, mistake, name):
    """Whether one output equals that of a mistake in every case."""
    wrong = expected(exercise, mistake.answer)
    return len(wrong) == len(found) and all(
        not one.problem and not other.problem and close(exercise, one.arrays[name], other.arrays[name], k)
        for k, (one, other) in enumerate(zip(found, wrong)))
