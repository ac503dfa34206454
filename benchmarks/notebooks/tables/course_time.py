"""The table and the figure of course_time.py."""
from benchmarks.shared import figures
from benchmarks.shared.report import folded, table


def section(rows, folder):
    """Seconds of all notebooks, of each one in a table and a figure."""
    names = [row["notebook"].removesuffix(".ipynb").replace("_", " ") for row in rows]
    times, busy = ([row[name] for row in rows] for name in ("time", "busy"))
    fig = figures.bars(names, times, "seconds", shown="{:.1f}".format)
    alt = f"""Seconds that each of the {len(rows)} notebooks takes: from {min(times):.1f} to {max(times):.1f} s,
        the longest is {names[times.index(max(times))]}."""
    return "\n\n".join([
        "### The whole course",
        f"{len(rows)} notebooks, each from a new kernel, one after the other: **{sum(times):.0f} s**, and "
        f"{sum(busy):.0f} s of processor time.",
        folded("Each notebook", table(("notebook", ">s", ">of the processor, s"), [
            (name, f"{time:.1f}", f"{used:.1f}") for name, time, used in zip(names, times, busy)])),
        figures.save(fig, folder, "course", alt)])
