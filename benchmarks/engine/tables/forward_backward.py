"""The tables and the figure of forward_backward.py."""
import matplotlib.pyplot as plt

from benchmarks.shared import figures
from benchmarks.shared.earlier import COMMIT
from benchmarks.shared.report import PEERS, against_before, before, digits, folded, ms, ratio, shape, table
from benchmarks.shared.timing import geometric_mean

WANTED = {"float64": 2.2, "float32": 1.7}  # PyTorch's time / ours
WANTED_JAX = {"float64": 1.05, "float32": 1.0}
WANTED_FLOOR, WIDE = 2, 32  # ours / floor, from this batch on
HEADS = ("T, B, D, H", "", ">ours, ms", f">{COMMIT}, ms", ">PyTorch, ms", ">JAX, ms", ">autograd, ms", ">floor, ms",
         ">PyTorch / ours", ">quartiles", ">JAX / ours", ">autograd / ours", ">ours / floor", ">JAX compiles, s")


def section(rows, folder):
    """Both tables and the figure."""
    dtypes = dict.fromkeys(row["dtype"] for row in rows)
    return "\n\n".join([*(_table(dtype, [row for row in rows if row["dtype"] == dtype]) for dtype in dtypes),
                        figure(rows, folder)])


def _table(dtype, rows):
    means = {name: geometric_mean([ratio(row, name) for row in rows]) for name in PEERS}
    wide = [row for row in rows if row["shape"][1] >= WIDE] or rows
    worst = max(wide, key=lambda row: ratio(row, "ours", "floor"))
    lines = (f"### Forward and backward, {dtype}",
             f"Geometric mean of PyTorch's time / ours: **{means['torch']:.2f}** (wanted: ≥ {WANTED[dtype]}); of "
             f"JAX's: **{means['jax']:.2f}** (wanted: ≥ {WANTED_JAX[dtype]}); of autograd's: {means['autograd']:.1f}.",
             f"Geometric mean of ours / floor at B ≥ {WIDE}: "
             f"**{geometric_mean([ratio(row, 'ours', 'floor') for row in wide]):.2f}** (wanted: ≤ {WANTED_FLOOR}); the "
             f"worst of these rows is {worst['kind']} at {shape(worst)} with {ratio(worst, 'ours', 'floor'):.2f}. "
             f"Over all shapes: {geometric_mean([ratio(row, 'ours', 'floor') for row in rows]):.2f}.",
             against_before(rows),
             f"Largest relative difference of states and gradients: {max(row['error'] for row in rows):.0e}.",
             folded(f"All {len(rows)} cases, {dtype}: times, ratios, quartiles", table(HEADS, map(_row, rows))))
    return "\n\n".join(lines)


def _row(row):
    times, (low, high) = row["times"], row["quartiles"]
    return (shape(row), row["kind"], ms(times["ours"]), before(row), *(ms(times[name]) for name in (*PEERS, "floor")),
            f"{ratio(row, 'torch'):.2f}", f"{low:.2f}–{high:.2f}", f"{ratio(row, 'jax'):.2f}",
            digits(ratio(row, "autograd")), f"{ratio(row, 'ours', 'floor'):.1f}", f"{row['compiling']:.1f}")


def figure(rows, folder):
    """Every contender's time over ours: a panel for each network and dtype."""
    dtypes, kinds = (list(dict.fromkeys(row[name] for row in rows)) for name in ("dtype", "kind"))
    fig, axes = plt.subplots(len(dtypes), len(kinds), figsize=(9, 2.2 + 2 * len(dtypes)), sharex=True, sharey=True,
                             squeeze=False)
    for dtype, line in zip(dtypes, axes):
        for kind, ax in zip(kinds, line):
            same = [row for row in rows if (row["dtype"], row["kind"]) == (dtype, kind)]
            figures.dots(ax, [shape(row) for row in same],
                         {name: [ratio(row, name) for row in same] for name in (*PEERS, "floor")})
            ax.axhline(1, color=figures.COLOURS["ours"], linewidth=1)
            ax.set_title(f"{kind}, {dtype}")
    figures.legend(fig, axes[0, 0], PEERS | {"floor": "floor"})
    fig.supylabel("time / ours (line: 1)", fontsize="medium")
    fig.supxlabel("T, B, D, H", fontsize="medium")
    return figures.save(fig, folder, "forward_backward", _alt(rows))


def _alt(rows):
    """What is to be seen in the figure."""
    faster = {name: sum(ratio(row, name) < 1 for row in rows) for name in PEERS}
    floors = [ratio(row, "floor") for row in rows]
    return f"""Time over ours of PyTorch, JAX, autograd and the floor, on a log axis, for each network, shape and dtype.
        Of {len(rows)} cases PyTorch is the faster one in {faster['torch']}, JAX in {faster['jax']}, autograd in
        {faster['autograd']}; the floor lies between {min(floors):.2f} and {max(floors):.2f} of ours."""
