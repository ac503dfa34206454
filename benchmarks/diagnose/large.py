"""How long the report of a large network takes and how much memory, and how long PyTorch's autograd takes for the same
questions about a small one.

    python -m benchmarks.diagnose.large           three minutes; writes its part of benchmarks/README.md
    python -m benchmarks.diagnose.large --quick   small networks; writes nothing
"""
import os

os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1"))

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np
import torch

from benchmarks.shared import machine, readme
from benchmarks.shared.places import ROOT
from course_utils.diagnose import diagnose, network_from_arrays

SCRIPT = "diagnose/large.py"  # as the README names its place
LARGE = {"units": 1024, "layers": 3, "steps": 512, "sequences": 16}
SMALL = {"units": 64, "layers": 1, "steps": 64, "sequences": 1}
INSIDE = """
import resource, sys
from time import perf_counter
start = perf_counter()
from course_utils.diagnose.__main__ import main
code = main([*sys.argv[1:]])
print(perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6)
sys.exit(code)
"""


def draw(units, layers, steps, sequences, dtype):
    """(a state_dict as PyTorch draws it, x (T, B, D)) with as many inputs as units."""
    rng, limit = np.random.default_rng(0), units ** -.5
    shapes = {"weight_ih": (4 * units, units), "weight_hh": (4 * units, units), "bias_ih": (4 * units,),
              "bias_hh": (4 * units,)}
    arrays = {f"{name}_l{layer}": rng.uniform(-limit, limit, shape).astype(dtype)
              for layer in range(layers) for name, shape in shapes.items()}
    return arrays, rng.standard_normal((steps, sequences, units)).astype(dtype)


def of_files(size):
    """(seconds, GB) of the command, from its start in a process of its own to the written page."""
    arrays, x = draw(**size, dtype=np.float32)
    with tempfile.TemporaryDirectory() as folder:
        weights, data, page = (str(Path(folder) / name) for name in ("weights.npz", "data.npz", "page.html"))
        np.savez(weights, **arrays)
        np.savez(data, x=x)
        run = subprocess.run([sys.executable, "-c", INSIDE, weights, data, "--out", page], cwd=ROOT, check=True,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return tuple(map(float, run.stdout.splitlines()[-1].split()))


def by_autograd(arrays, x):
    """Seconds that PyTorch takes for three of a report's questions of one layer: the gradient at every step, the norms
    of ∂h_t/∂h_k for all pairs, one backward pass for each row of each t, and those of ∂c_T/∂c_k."""
    cell = torch.nn.LSTMCell(x.shape[2], x.shape[2]).double()
    cell.load_state_dict({name.removesuffix("_l0"): torch.tensor(array) for name, array in arrays.items()})
    start = perf_counter()
    h, c = (torch.zeros(x.shape[1:], dtype=torch.float64, requires_grad=True) for _ in range(2))
    states = [(h, c)]
    for step in torch.tensor(x):
        states.append(cell(step, states[-1]))
    hs, cs = [h for h, _ in states], [c for _, c in states]
    torch.autograd.grad(hs[-1].sum(), hs, retain_graph=True)
    norms = []
    for t in range(1, len(hs)):
        squares = torch.zeros(t + 1)
        for row in hs[t][0]:
            found = torch.autograd.grad(row, hs[:t + 1], retain_graph=True)
            squares += torch.tensor([float((one**2).sum()) for one in found])
        norms.append(squares.sqrt().log10())
    for row in cs[-1][0]:
        torch.autograd.grad(row, cs, retain_graph=True)
    return perf_counter() - start


def section(large, small):
    seconds, memory, size = large
    ours, theirs, other = small
    return "\n\n".join([
        f"## A report of a large network\n\n{machine.description()}",
        f"LSTM of {size['layers']} layers of {size['units']} units, {size['sequences']} sequences of {size['steps']} "
        f"steps, from the start of the command to the written page (wanted: ≤ 60 s and 1.5 GB): **{seconds:.0f} s**, "
        f"**{memory:.2f} GB**.",
        f"The gradient at every step, all pairs of ∂h_t/∂h_k and all ∂c_T/∂c_k of one layer of {other['units']} units "
        f"over {other['steps']} steps (wanted: ≥ 20 times as fast): PyTorch's autograd takes {theirs:.1f} s, the whole "
        f"report, with Lyapunov exponents, spectra and gates, {ours:.2f} s: **{theirs / ours:.0f} times**."])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small networks; writes nothing")
    quick = parser.parse_args().quick
    torch.set_num_threads(1)
    size = SMALL | {"layers": 2, "units": 300} if quick else LARGE
    other = SMALL | {"units": 16, "steps": 20} if quick else SMALL
    arrays, x = draw(**other, dtype=float)
    network = network_from_arrays(arrays)
    diagnose(network, x)
    start = perf_counter()
    diagnose(network, x).to_html()
    ours = perf_counter() - start
    text = section((*of_files(size), size), (ours, by_autograd(arrays, x), other))
    print(text)
    if not quick:
        readme.write(text, SCRIPT)


if __name__ == "__main__":
    main()
