"""What can be said of a wrong array that equals no catalogued mistake: its sign, its factor, its order."""
import numpy as np

SAME = 1e-3


def pattern(pairs):
    """What can be said of an output, or "". pairs: (came, wanted) of every case."""
    if any("U" in (came.dtype.kind, wanted.dtype.kind) for came, wanted in pairs):
        return ""
    for says, test in PATTERNS:
        if all(came.shape == wanted.shape or says is TRANSPOSED for came, wanted in pairs):
            if all(test(came.astype(float), wanted.astype(float)) for came, wanted in pairs):
                return says
    return scaled(pairs)


def equal(came, wanted):
    """Whether two arrays are the same."""
    slack = SAME * np.abs(wanted).max(initial=0)
    return came.shape == wanted.shape and np.allclose(came, wanted, rtol=SAME, atol=slack)


def shifted(came, wanted):
    """Whether one array is the other, an entry later or earlier along its first axis."""
    return wanted.ndim > 0 and len(wanted) > 2 and (equal(came[1:], wanted[:-1]) or equal(came[:-1], wanted[1:]))


TRANSPOSED = "the transpose of what is expected. Which index is the row, which the column?"
PATTERNS = (
    ("zero throughout. Is something written that is never added up or returned?",
     lambda came, wanted: not came.any() and wanted.any()),
    ("the wrong sign. Is there a minus too many or too few, or a difference the wrong way round?",
     lambda came, wanted: equal(-came, wanted)),
    (TRANSPOSED, lambda came, wanted: came.ndim == wanted.ndim > 1 and equal(came.swapaxes(-1, -2), wanted)),
    ("the first axis is in reverse order. From which end is it filled?",
     lambda came, wanted: wanted.ndim > 0 and equal(came[::-1], wanted)),
    ("shifted by one entry along its first axis. Which entry should come first?", shifted),
)


def scaled(pairs):
    """What can be said if every array is a multiple of what was expected, or ""."""
    if any(came.shape != wanted.shape or not wanted.any() for came, wanted in pairs):
        return ""
    factors = [float(np.vdot(came, wanted) / np.vdot(wanted, wanted)) for came, wanted in pairs]
    if not all(factors) or not all(equal(came, factor * wanted) for factor, (came, wanted) in zip(factors, pairs)):
        return ""
    if max(abs(factor - 1) for factor in factors) < 10 * SAME:
        return "agreement to two or three digits and no further. Is something rounded, or only approximated?"
    if np.ptp(factors) < SAME * max(map(abs, factors)):
        return f"{factors[0]:.3g} times what is expected, in every case. Which constant is that?"
    if any(wanted.size < 2 for _, wanted in pairs):  # one number is a multiple of every other
        return ""
    return (f"a multiple of what is expected, by another factor in each case ({factors[0]:.3g}, {factors[1]:.3g}, …). "
            "What differs between the cases: a size, by which something is or isn't divided, or a number that is "
            "computed?")
