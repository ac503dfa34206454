"""How long `import course_utils` takes beyond NumPy's own import: new processes, one after the other."""
import json
import subprocess
import sys

import numpy as np

CODE = """
import json, sys
from time import perf_counter
start = perf_counter()
import numpy
middle = perf_counter()
import course_utils
stop = perf_counter()
heavy = [name for name in ("matplotlib", "ipywidgets", "IPython") if name in sys.modules]
print(json.dumps([middle - start, stop - middle, heavy]))
"""


def cases(quick):
    return [{"processes": 3 if quick else 21}]


def measure(case):
    """Medians and quartiles in seconds, and which heavy packages came along; a first process fills the caches."""
    found = [_once() for _ in range(1 + case["processes"])][1:]
    numpy, ours = np.array([times[:2] for times in found]).T
    return {"numpy": float(np.median(numpy)), "ours": float(np.median(ours)),
            "quartiles": np.quantile(ours, (.25, .75)).tolist(), "heavy": found[0][2]}


def _once():
    return json.loads(subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True).stdout)
