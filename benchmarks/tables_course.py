"""The tables and the figure of import_time.py and course_time.py."""
import figures
from report import ms, table

WANTED_IMPORT = 150  # ms beyond NumPy's own import


def import_time(rows, folder):
    row, = rows
    low, high = map(ms, row["quartiles"])
    along = f"{', '.join(row['heavy'])} came along" if row["heavy"] else "neither matplotlib nor ipywidgets came along"
    return "\n\n".join([
        "### Importing the package",
        f"`import course_utils` takes **{ms(row['ours'])} ms** beyond NumPy's own {ms(row['numpy'])} ms (wanted: ≤ "
        f"{WANTED_IMPORT}); median of {row['processes']} new processes, quartiles {low} to {high}; {along}."])


def course_time(rows, folder):
    names = [row["notebook"].removesuffix(".ipynb").replace("_", " ") for row in rows]
    times, busy = ([row[name] for row in rows] for name in ("time", "busy"))
    fig = figures.bars(names, times, "seconds", shown="{:.1f}".format)
    alt = f"""Seconds that each of the {len(rows)} notebooks takes: from {min(times):.1f} to {max(times):.1f} s,
        the longest is {names[times.index(max(times))]}."""
    return "\n\n".join([
        "### The whole course",
        f"{len(rows)} notebooks, each from a new kernel, one after the other: **{sum(times):.0f} s**, and "
        f"{sum(busy):.0f} s of processor time.",
        table(("notebook", ">s", ">of the processor, s"),
              [(name, f"{time:.1f}", f"{used:.1f}") for name, time, used in zip(names, times, busy)]),
        figures.save(fig, folder, "course", alt)])
