"""Jacobians as matrices: of every step, and ∂s_T/∂s_0. Ours, the same at an earlier commit, `torch.func.jacrev` with
vmap, and `jax.jacrev` compiled.

One sequence, s_0 = 0, float64, the forward pass included.
"""
import sys
from functools import partial

import numpy as np

from benchmarks.engine.forward_backward import AGREE, NETWORKS, agreement
from benchmarks.engine.our_run import packages
from benchmarks.engine.peers import jax_side, torch_side
from benchmarks.shared.timing import interleave, median, one_core
from course_utils import from_torch

SHAPES = ((50, 16, 32), (200, 16, 64))  # T, D, H
WHICH = ("every step", "first to last")


def cases(quick):
    shapes, seconds = (((5, 3, 4),), .05) if quick else (SHAPES, 2.0)
    return [{"which": which, "kind": kind, "shape": list(shape), "seconds": seconds}
            for which in WHICH for shape in shapes for kind in (NETWORKS[1:2] if quick else NETWORKS)]


def measure(case):
    """Median times in seconds, JAX's time to compile and the largest relative difference."""
    one_core()
    runs, compiling = contenders(case["kind"], case["shape"], case["which"])
    error = agreement(runs, AGREE["float64"])
    return {"error": error, "compiling": compiling, "times": median(interleave(runs, case["seconds"]))}


def contenders(kind, shape, which):
    """({name: function that gives {"J": the matrices}}, JAX's time to compile)."""
    T, D, H = shape
    net = torch_side.network(kind, "float64", D, H)
    x = torch_side.normal(net, T, D)
    params = from_torch(net.state_dict())[1]
    weights = {name: x.new_tensor(array) for name, array in params.items()}
    ours, theirs, through_jax = {
        "every step": (every_step, torch_side.step_jacobians, jax_side.step_jacobians),
        "first to last": (first_to_last, torch_side.whole_jacobian, jax_side.whole_jacobian)}[which]
    compiled, compiling = through_jax(kind, params, x.numpy())
    runs = {name: partial(ours, package, *package.from_torch(net.state_dict()), x.numpy()[:, None])
            for name, package in packages().items()}
    runs |= {"torch": partial(theirs, kind, weights, x), "jax": compiled}
    return {name: partial(named, run) for name, run in runs.items()}, compiling


def named(run):
    return {"J": run()}


def every_step(package, cell, params, x):
    return package.step_jacobians(cell, params, package.unroll(cell, params, x))[:, 0]


def first_to_last(package, cell, params, x):
    trace = package.unroll(cell, params, x)
    P = np.eye(len(cell.states) * len(params.W_h))
    for J in sys.modules[package.step_jacobians.__module__].each_jacobian(cell, params, trace, len(x), forwards=False):
        P = J.left(P[None])[0]
    return P
