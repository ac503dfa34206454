"""Time and memory against the number of steps, from 100 to 100,000, for one sequence in float64."""
import re
import tracemalloc
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.engine.our_run import our_run
from benchmarks.shared.timing import interleave, median, one_core
from course_utils import LSTM, TanhRNN, init_params, jacobian_norms, unroll

STEPS = (100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)
D, H = 8, 32
CELLS = {"TanhRNN": TanhRNN, "LSTM": LSTM}
WHAT = ("forward and backward", "Jacobian norms")


def cases(quick):
    steps, seconds = ((100, 200, 400), .05) if quick else (STEPS, 1.0)
    return [{"what": what, "cell": cell, "T": T, "seconds": seconds}
            for what in WHAT for cell in CELLS for T in steps]


def measure(case):
    """Median time in seconds; bytes: the most that arrays took at once, and the whole process at its largest."""
    one_core()
    rng, cell = np.random.default_rng(0), CELLS[case["cell"]]
    params, x = init_params(cell, D, H, rng), rng.standard_normal((case["T"], 1, D))
    run = our_run(cell, params, x, np.ones((case["T"], 1, H)))
    if case["what"] == "Jacobian norms":
        run = partial(norms, cell, params, x)
    time = median(interleave({"ours": run}, case["seconds"], at_least=2))["ours"]
    return {"time": time, "process": process_peak(), "arrays": peak(run)}


def norms(cell, params, x):
    return jacobian_norms(cell, params, unroll(cell, params, x), ord="fro")


def peak(run):
    """Bytes that one more call allocates beside what is there already, at most at once."""
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def process_peak():
    """Bytes of this process at its largest so far, or None where no one says (outside of Linux). ru_maxrss would not
    do: it starts with the size of the process that started this one."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s*(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) * 1024 if found else None
