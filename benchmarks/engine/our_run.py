"""Our side, today's and an earlier one, and its floor: NumPy alone."""
import numpy as np

import course_utils
from benchmarks.shared import earlier

GATES = {"RNN": 1, "LSTM": 4, "GRU": 3}
SQUASHED = {"RNN": (0, 1), "LSTM": (3, 2), "GRU": (2, 1)}  # (exp, tanh) of H values each a step, tanh(c) among them


def packages():
    """{"ours": today's package, "before": that of the earlier commit, where git knows it}."""
    known = {"ours": course_utils, "before": earlier.package()}
    return {name: package for name, package in known.items() if package is not None}


def our_runs(net, x, dh):
    """{name: `our_run` for the weights of a network of torch.nn} by each of the `packages`."""
    return {name: our_run(*package.from_torch(net.state_dict()), x, dh, package)
            for name, package in packages().items()}


def our_run(cell, params, x, dh, package=course_utils):
    """A function that gives hidden states and gradients, by today's package or another."""
    dstates = np.zeros((len(cell.states), dh.shape[0] + 1, *dh.shape[1:]), dh.dtype)
    dstates[0, 1:] = dh

    def run():
        trace = package.unroll(cell, params, x)
        _, grads = package.backprop(cell, params, trace, dstates)
        return {"h": trace.states[0, 1:], **grads}

    return run


def floor_run(kind, shape, dtype):
    """What no NumPy engine can leave out: the matmuls, and exp and tanh once per value, on contiguous arrays."""
    T, B, D, H = shape
    rng, wide, rows = np.random.default_rng(0), GATES[kind] * H, T * B
    x, h, da, W_x, W_h, W_back = (rng.standard_normal(size).astype(dtype) for size in (
        (rows, D), (T, B, H), (T, B, wide), (D, wide), (H, wide), (wide, H)))
    a, dh = np.empty((rows, wide), dtype), np.empty((B, H), dtype)
    squashed = [(function, np.ones((B, n * H), dtype), np.empty((B, n * H), dtype))
                for function, n in zip((np.exp, np.tanh), SQUASHED[kind]) if n]

    def run():
        np.matmul(x, W_x, out=a)
        for t in range(T):
            np.matmul(h[t], W_h, out=a[t * B:(t + 1) * B])
            for function, values, out in squashed:
                function(values, out=out)
        for t in range(T):
            np.matmul(da[t], W_back, out=dh)
        x.T @ da.reshape(rows, wide)
        h.reshape(rows, H).T @ da.reshape(rows, wide)

    return run
