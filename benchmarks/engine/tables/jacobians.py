"""The table and the figure of jacobians.py."""
import matplotlib.pyplot as plt

from benchmarks.shared import figures
from benchmarks.shared.earlier import COMMIT
from benchmarks.shared.report import SIDES, against_before, before, digits, folded, ms, ratio, shape, table
from benchmarks.shared.timing import geometric_mean

WANTED = {"jax": " (wanted: ≥ 1.0)"}
HEADS = ("Jacobian", "T, D, H", "", ">ours, ms", f">{COMMIT}, ms", ">PyTorch, ms", ">JAX, ms",
         ">PyTorch / ours", ">JAX / ours", ">JAX compiles, s")


def section(rows, folder):
    """The table and the figure of single Jacobians."""
    means = [f"{label}'s time / ours: **{geometric_mean([ratio(row, name) for row in rows]):.2f}**"
             + WANTED.get(name, "")
             for name, label in SIDES.items() if name != "ours"]
    lines = ["### Jacobians as matrices, float64",
             f"Geometric means: {'; '.join(means)}. Largest relative difference: "
             f"{max(row['error'] for row in rows):.0e}.",
             against_before(rows),
             folded(f"All {len(rows)} cases", table(HEADS, map(_row, rows))), _figure(rows, folder)]
    return "\n\n".join(lines)


def _case(row):
    return f"{row['kind']} {shape(row)}"


def _row(row):
    return (row["which"], shape(row), row["kind"], ms(row["times"]["ours"]), before(row),
            *(ms(row["times"][name]) for name in SIDES if name != "ours"),
            digits(ratio(row, "torch")), digits(ratio(row, "jax")), f"{row['compiling']:.1f}")


def _figure(rows, folder):
    kinds = list(dict.fromkeys(row["which"] for row in rows))
    fig, axes = plt.subplots(1, len(kinds), figsize=(9, 4), sharey=True)
    for which, ax in zip(kinds, axes):
        same = [row for row in rows if row["which"] == which]
        figures.dots(ax, [_case(row) for row in same],
                     {name: [1e3 * row["times"][name] for row in same] for name in SIDES})
        ax.set_title({"every step": "∂s$_{t+1}$/∂s$_t$ of every step", "first to last": "∂s$_T$/∂s$_0$"}[which])
    figures.legend(fig, axes[0], SIDES)
    axes[0].set_ylabel("time, ms")
    fig.supxlabel("network and T, D, H", fontsize="medium")
    spans = [f"{label} {digits(min(found))} to {digits(max(found))}" for name, label in SIDES.items() if name != "ours"
             for found in [[ratio(row, name) for row in rows]]]
    alt = f"""Times for the Jacobians of every step and for that from the first state to the last, on a log axis: ours,
        PyTorch's and JAX's for {len(rows)} cases. In multiples of ours they lie between: {'; '.join(spans)}."""
    return figures.save(fig, folder, "jacobians", alt)
