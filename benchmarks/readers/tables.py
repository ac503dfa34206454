"""What run.py found: a sentence on the start, a table of memory, one of latencies."""
import numpy as np

from benchmarks.shared.report import table


def opening(alone, took):
    """A sentence on how long it took."""
    return (f"One reader alone had a kernel and had run the notebook after {alone:.0f} s. Of {len(took)} who began "
            f"together the first had after {min(took):.0f} s, half of them after {np.median(took):.0f} s, "
            f"the last after {max(took):.0f} s.")


def memory_table(first, last):
    """Memory once all have run the notebook, and after all movements."""
    heads = ("MB", ">PSS, notebook run", ">RSS", ">PSS, after all movements", ">RSS")
    return table(heads, [(name, *(f"{number:.0f}" for number in (*first[name], *last[name]))) for name in first])


def latency_table(rows):
    """Latencies of the readers who moved together."""
    heads = ("readers who move", ">in the browser, key press to painted picture: median, ms", ">95 %", ">max",
             ">on the wire, movement until the kernel rests: median, ms", ">95 %", ">max", ">movements",
             ">without a picture of their own")
    lines = []
    for what, *groups in rows:
        made = sum(made for made, _ in groups)
        missed = made - sum(len(times) for _, times in groups)
        lines.append((what, *(number for _, times in groups for number in _percentiles(times)), made, missed))
    return table(heads, lines)


def _percentiles(times):
    return [f"{time:.0f}" for time in np.percentile(times, (50, 95, 100))] if times else 3 * ["–"]
