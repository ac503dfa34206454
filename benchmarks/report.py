"""What the tables of benchmarks/README.md have in common: the machine, how numbers are written, and where they go."""
import datetime
import os
import platform
import re
from importlib import metadata, util
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info

README = Path(__file__).with_name("README.md")
FIGURES = README.with_name("figures")
PEERS = {"torch": "PyTorch", "jax": "JAX", "autograd": "autograd"}
SIDES = {"ours": "ours"} | {name: PEERS[name] for name in ("torch", "jax")}  # without autograd


def environment():
    """Date, load, machine and versions as one paragraph; no host name."""
    load = f" · load {os.getloadavg()[0]:.1f} before the run" if hasattr(os, "getloadavg") else ""
    return f"{datetime.date.today()}{load} · {machine()}"


def machine():
    """Processor, system and versions, those of the peers that are installed among them."""
    blas = ", ".join(f"{pool['internal_api']} {pool['version']} ({pool['architecture']})" for pool in threadpool_info()
                     if pool["user_api"] == "blas" and "numpy" in pool["filepath"] and "architecture" in pool)
    versions = [f"{label} {metadata.version(name)}" for name, label in PEERS.items() if util.find_spec(name)]
    return (f"{cpu_model()}, {os.cpu_count()} cores, {platform.system()} · Python {platform.python_version()}, "
            f"NumPy {np.__version__} with {blas}, {', '.join(versions)}{mkl()} · one thread each")


def cpu_model():
    """The processor's name, of the little that Python knows of it."""
    try:
        found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    except OSError:
        found = None
    return found[1] if found else platform.processor() or platform.machine()


def mkl():
    """The version of MKL inside PyTorch, if there is one."""
    if not util.find_spec("torch"):
        return ""
    import torch
    found = re.search(r"Math Kernel Library Version (\S+)", torch.__config__.show())
    return f" (PyTorch with MKL {found[1]})" if found else ""


def table(heads, rows):
    """A table in Markdown; a head that starts with ">" stands over numbers, to the right."""
    lines = [[head.removeprefix(">") for head in heads], ["--:" if head[:1] == ">" else "---" for head in heads], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def ratio(row, above, below="ours"):
    """How many times the time of one contender another one takes."""
    return row["times"][above] / row["times"][below]


def shape(row):
    return ", ".join(map(str, row["shape"]))


def ms(seconds):
    return digits(1e3 * seconds)


def digits(number):
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
