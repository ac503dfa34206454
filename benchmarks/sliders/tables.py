"""The table and the figure of latency.py."""
import matplotlib.pyplot as plt
import numpy as np

from benchmarks.shared import figures
from benchmarks.shared.report import table

WANTED = 16  # milliseconds, 95th percentile


def section(found, n_drag, folder):
    """found: {way: (times to the next frame and until painted (2, n), pictures of the drag, its duration, lag)}, ms."""
    heads = ("", ">to the next frame, median, ms", ">95 %", ">painted, median, ms", ">95 %", ">median / ours",
             f">pictures of a drag of {n_drag} movements", ">last one after the last movement, ms")
    ours = np.median(next(iter(found.values()))[0][1])
    rows = []
    for name, (times, drawn, took, lag) in found.items():
        frame, painted = np.percentile(times, (50, 95), axis=1).T
        rows.append((name, *(f"{number:.0f}" for number in (*frame, *painted)), f"{painted[0] / ours:.1f}",
                     f"{drawn} in {took / 1000:.1f} s", f"{lag:.0f}"))
    return "\n\n".join(["### From a slider's movement to new pixels",
                        f"Wanted of the gate explorer: 95th percentile ≤ {WANTED} ms.", table(heads, rows),
                        _figure({name: times[1] for name, (times, *_) in found.items()}, folder)])


def _figure(painted, folder):
    """All times until painted, a line of dots for each way."""
    fig, ax = plt.subplots(figsize=(8, 2.6))
    for y, times in enumerate(painted.values()):
        ax.plot(times, np.full(len(times), y), "|", color=figures.COLOURS["torch" if y else "ours"], markersize=14)
    ax.axvline(WANTED, color=figures.COLOURS["floor"], linewidth=1)
    ax.set_yticks(range(len(painted)), painted)
    ax.set(xscale="log", xlabel="from the movement until painted, ms", ylim=(len(painted) - .5, -.5))
    figures.plain(ax.xaxis)
    ax.grid(False, axis="y")
    spans = [f"{name} {np.min(times):.0f} to {np.max(times):.0f} ms" for name, times in painted.items()]
    alt = f"Every time until a new picture is painted, a mark each, with a line at {WANTED} ms: {'; '.join(spans)}."
    return figures.save(fig, folder, "sliders", alt)
