"""The machine and the versions that a run was made with; no host name."""
import datetime
import os
import platform
import re
from importlib import metadata, util
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info

from benchmarks.shared.report import PEERS


def environment():
    """Date, load, machine and versions as one paragraph."""
    load = f" · load {os.getloadavg()[0]:.1f} before the run" if hasattr(os, "getloadavg") else ""
    return f"{datetime.date.today()}{load} · {description()}"


def description():
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
