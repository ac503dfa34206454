"""The tables and the figure of scaling.py: powers of T fitted by least squares to the logarithms."""
import matplotlib.pyplot as plt
import numpy as np

from benchmarks.shared import figures
from benchmarks.shared.report import digits, table
from course_utils.figures.plotting import COLOURS

FITTED_FROM = 1000  # steps: below, what is there for any T counts too
LINES = {"forward and backward": "-", "Jacobian norms": "--"}


def section(rows, folder):
    """Table of exponents, table of the longest sequences, and the figure."""
    groups = {}
    for row in rows:
        groups.setdefault((row["what"], row["cell"]), []).append(row)
    from_T, to_T = (f"{T:,}" for T in (_fitted(rows)[0]["T"], rows[-1]["T"]))
    heads = ("", "", ">time: exponent", ">memory of arrays: exponent", f">µs a step at T = {to_T}",
             ">KB a step", ">arrays, MB", ">whole process, MB")
    return "\n\n".join([
        "### Time and memory against T, H = 32, one sequence, float64",
        f"Exponents p of T^p, fitted by least squares to the logarithms from T = {from_T} to {to_T} (wanted: 1); ± two "
        "standard errors.", table(heads, [_row(*name, same) for name, same in groups.items()]),
        _figure(groups, folder)])


def exponent(rows, quantity):
    """(p, two standard errors) of quantity ∝ T^p."""
    rows = _fitted(rows)
    T, values = (np.log([row[name] for row in rows]) for name in ("T", quantity))
    (p, _), covariance = np.polyfit(T, values, 1, cov=True)
    return p, 2 * covariance[0, 0] ** .5


def _fitted(rows):
    return [row for row in rows if row["T"] >= FITTED_FROM] or rows


def _row(what, cell, rows):
    last, exponents = rows[-1], [exponent(rows, quantity) for quantity in ("time", "arrays")]
    return (what, cell, *(f"{p:.3f} ± {error:.3f}" for p, error in exponents), digits(1e6 * last["time"] / last["T"]),
            digits(last["arrays"] / last["T"] / 1e3), digits(last["arrays"] / 1e6),
            digits(last["process"] / 1e6) if last["process"] else "–")


def _figure(groups, folder):
    fig, axes = plt.subplots(1, 2, figsize=(9, 3.8))
    for ax, quantity, unit, label in zip(axes, ("time", "arrays"), (1, 1e6), ("time, s", "memory of arrays, MB")):
        for (what, cell), rows in groups.items():
            ax.loglog([row["T"] for row in rows], [row[quantity] / unit for row in rows], "o", linestyle=LINES[what],
                      color=COLOURS[cell], markersize=4, label=f"{cell}, {what}")
        ax.set(xlabel="steps T", ylabel=label)
    figures.legend(fig, axes[0], {name: f"{name[1]}, {name[0]}" for name in groups}, columns=2)
    found = [f"{cell}, {what}: time {exponent(rows, 'time')[0]:.2f}, memory {exponent(rows, 'arrays')[0]:.2f}"
             for (what, cell), rows in groups.items()]
    alt = f"Time and memory against the number of steps on log axes, a line each. Slopes: {'; '.join(found)}."
    return figures.save(fig, folder, "scaling", alt)
