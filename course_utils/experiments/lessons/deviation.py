"""How far off a result is, in words that come out the same on every machine (notebooks 03 and 09)."""
from ...engine import relative_error
from ...ground.arguments import numbers, real, takes


@takes(ours=numbers(...), judge=numbers(...), floor=real(above=0))
def off(ours, judge, floor=1e-12):
    """The largest deviation of two arrays of one shape, as a share of the largest entry. What lies below `floor` is
    rounding, which differs from machine to machine, and is not given in digits."""
    if ours.shape != judge.shape:
        raise ValueError(f"ours has shape {ours.shape} and judge {judge.shape}, expected one shape")
    error = relative_error(ours, judge)
    return f"off by less than {floor:.0e}".replace("e-0", "e-") if error < floor else f"off by {error:.1%}"
