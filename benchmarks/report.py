"""The tables of benchmarks/README.md."""
import datetime
import os
import platform
import re
from pathlib import Path

import numpy as np
import torch
from threadpoolctl import threadpool_info
from timing import geometric_mean

README = Path(__file__).with_name("README.md")
TARGETS = {"float64": 1.5, "float32": 0.8}
TARGET_PAIRS = 100


def environment():
    """Machine, versions and date as one paragraph; no host name."""
    blas = ", ".join(f"{pool['internal_api']} {pool['version']} ({pool['architecture']})" for pool in threadpool_info()
                     if pool["user_api"] == "blas" and "architecture" in pool)
    load = f", load {os.getloadavg()[0]:.1f} before the run" if hasattr(os, "getloadavg") else ""
    mkl = re.search(r"Math Kernel Library Version (\S+)", torch.__config__.show())
    return (f"{datetime.date.today()} · {cpu_model()}, {os.cpu_count()} cores, {platform.system()}{load} · "
            f"Python {platform.python_version()}, NumPy {np.__version__} with {blas}, PyTorch {torch.__version__}"
            f"{f' with MKL {mkl[1]}' if mkl else ''} · one thread each")


def cpu_model():
    """The processor's name, of the little that Python knows of it."""
    try:
        found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    except OSError:
        found = None
    return found[1] if found else platform.processor() or platform.machine()


def forward_backward(dtype, rows):
    """Table of one dtype, with the geometric mean of torch / ours over it."""
    mean = geometric_mean([row["torch"] / row["ours"] for row in rows])
    floor = geometric_mean([row["ours"] / row["floor"] for row in rows])
    lines = [f"### Forward and backward, {dtype}", "",
             f"Geometric mean of PyTorch's time / ours: **{mean:.2f}** (wanted: ≥ {TARGETS[dtype]}). "
             f"Of ours / floor: {floor:.2f}. "
             f"Largest relative difference of states and gradients: {max(row['error'] for row in rows):.0e}.", "",
             "| T, B, D, H | | ours, ms | PyTorch, ms | PyTorch / ours | quartiles | floor, ms | ours / floor |",
             "| --- | --- | --: | --: | --: | --: | --: | --: |"]
    return "\n".join(lines + [_row(row) for row in rows])


def _row(row):
    ours, theirs, floor = (row[name] for name in ("ours", "torch", "floor"))
    shape, (low, high) = ", ".join(map(str, row["shape"])), row["quartiles"]
    return (f"| {shape} | {row['kind']} | {_ms(ours)} | {_ms(theirs)} | {theirs / ours:.2f} | {low:.2f}–{high:.2f} "
            f"| {_ms(floor)} | {ours / floor:.1f} |")


def all_pairs(times):
    """Table of the ways to all pairs, in the order of `times`."""
    ours = times["ours"]
    lines = ["### All pairs of ‖∂h_t/∂h_k‖, LSTM, T = 60, H = 64, float64", "",
             f"Wanted: ≥ {TARGET_PAIRS} × faster than through PyTorch's autograd, one backward pass a row.", "",
             "| | ms | time / ours |", "| --- | --: | --: |"]
    return "\n".join(lines + [f"| {name} | {_ms(time)} | {_digits(time / ours)} |" for name, time in times.items()])


def _ms(seconds):
    return _digits(1e3 * seconds)


def _digits(number):
    """Three significant digits, without an exponent."""
    return np.format_float_positional(number, 3, fractional=False, trim="-")


def write(text, script):
    """Put `text` between the two markers that the README has for a script."""
    start, stop = f"<!-- tables: written by {script} -->", f"<!-- end of tables of {script} -->"
    before, _, rest = README.read_text(encoding="utf-8").partition(start)
    _, found, after = rest.partition(stop)
    if not found:
        raise SystemExit(f"{README.name} lacks the markers {start} and {stop}")
    README.write_text(f"{before}{start}\n{text}\n{stop}{after}", encoding="utf-8")
