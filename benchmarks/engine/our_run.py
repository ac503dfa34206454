"""Our side of forward and backward, and its floor: NumPy alone."""
import numpy as np

import course_utils
from benchmarks.shared import earlier

GATES = {"RNN": 1, "LSTM": 4, "GRU": 3}
SQUASHED = {"RNN": (0, 1), "LSTM": (3, 2), "GRU": (2, 1)}  # (exp, tanh) of H values each a step, tanh(c) among them


def our_run(net, x, dh, engine=course_utils):
    """A function that gives hidden states and gradients for the weights of a network of torch.nn; `engine` is today's
    or an earlier one."""
    cell, params = engine.from_torch(net.state_dict())
    dstates = np.zeros((len(cell.states), dh.shape[0] + 1, *dh.shape[1:]), dh.dtype)
    dstates[0, 1:] = dh

    def run():
        trace = engine.unroll(cell, params, x)
        _, grads = engine.backprop(cell, params, trace, dstates)
        return {"h": trace.states[0, 1:], **grads}

    return run


def earlier_run(net, x, dh):
    """{"before": the same with the engine of the earlier commit}, where git knows it."""
    engine = earlier.room("engine")
    return {} if engine is None else {"before": our_run(net, x, dh, engine)}


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
