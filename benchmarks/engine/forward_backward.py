"""Forward and backward with weight gradients: our engine, an earlier commit's, PyTorch, JAX, autograd, the floor."""
import numpy as np

from benchmarks.engine.our_run import floor_run, our_runs
from benchmarks.engine.peers import autograd_side, jax_side, torch_side
from benchmarks.shared.timing import interleave, median, one_core, worst_error
from course_utils import from_torch

NETWORKS = ("RNN", "LSTM", "GRU")
SHAPES = ((50, 1, 4, 16), (100, 1, 16, 64), (100, 32, 16, 64), (200, 32, 2, 100), (400, 20, 2, 128), (50, 64, 64, 256))
AGREE = {"float64": 1e-10, "float32": 1e-4}  # worst relative difference of states and gradients before we time


def cases(quick):
    dtypes, shapes, seconds = (("float64", "float32"), ((5, 2, 3, 4),), .05) if quick else (AGREE, SHAPES, 3.0)
    return [{"kind": kind, "shape": list(shape), "dtype": dtype, "seconds": seconds}
            for dtype in dtypes for shape in shapes for kind in (NETWORKS[:2] if quick else NETWORKS)]


def measure(case):
    """Median times in seconds, JAX's time to compile, the largest difference, the quartiles of torch / ours."""
    one_core()
    runs, compiling = contenders(case["kind"], case["shape"], case["dtype"])
    error = agreement(runs, AGREE[case["dtype"]])
    runs["floor"] = floor_run(case["kind"], case["shape"], case["dtype"])
    times = interleave(runs, case["seconds"])
    quartiles = np.quantile(times["torch"] / times["ours"], (0.25, 0.75)).tolist()
    return {"error": error, "compiling": compiling, "quartiles": quartiles, "times": median(times)}


def contenders(kind, shape, dtype):
    """({name: function without arguments}, JAX's time to compile): same weights, input and output gradients."""
    T, B, D, H = shape
    net = torch_side.network(kind, dtype, D, H)
    x, dh = torch_side.normal(net, T, B, D), torch_side.normal(net, T, B, H)
    problem = from_torch(net.state_dict())[1], x.numpy(), dh.numpy()
    through_jax, compiling = jax_side.forward_backward(kind, *problem)
    return {**our_runs(net, x.numpy(), dh.numpy()), "torch": torch_side.forward_backward(net, x, dh),
            "jax": through_jax, "autograd": autograd_side.forward_backward(kind, *problem)}, compiling


def agreement(runs, limit):
    """The largest relative difference between ours and any other; RuntimeError if it is above the limit."""
    found = {name: {key: np.asarray(array) for key, array in run().items()} for name, run in runs.items()}
    errors = {name: worst_error(found["ours"], theirs) for name, theirs in found.items() if name != "ours"}
    for name, error in errors.items():
        if not error < limit:
            raise RuntimeError(f"ours and {name} differ by {error:.1e}, nothing to time")
    return max(errors.values())
