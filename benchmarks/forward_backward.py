"""Forward and backward with weight gradients: our engine, PyTorch's nn.RNN / LSTM / GRU, and the floor."""
from functools import partial

import numpy as np
import torch
from timing import interleave, median, one_process_each, one_thread, worst_error

from course_utils import backprop, from_torch, unroll

NETWORKS = ("RNN", "LSTM", "GRU")
SHAPES = ((50, 1, 4, 16), (100, 1, 16, 64), (100, 32, 16, 64), (200, 32, 2, 100), (400, 20, 2, 128), (50, 64, 64, 256))
AGREE = {"float64": 1e-10, "float32": 1e-4}  # worst relative difference of states and gradients before we time
GATES = {"RNN": 1, "LSTM": 4, "GRU": 3}
SQUASHED = {"RNN": (0, 1), "LSTM": (3, 2), "GRU": (2, 1)}  # (exp, tanh) of H values each a step, tanh(c) among them


def measure(dtype, shapes=SHAPES, seconds=3.0):
    """One row, a dict, for each shape and network: times in seconds and the quartiles of torch / ours."""
    cases = [(kind, shape, dtype) for shape in shapes for kind in NETWORKS]
    return one_process_each(partial(measure_case, seconds=seconds), cases, dtype)


def measure_case(case, seconds):
    kind, shape, dtype = case
    one_thread()
    ours, theirs, floor = contenders(kind, shape, dtype)
    error = worst_error(ours(), theirs())
    if not error < AGREE[dtype]:
        raise RuntimeError(f"{kind} {shape} {dtype}: ours and torch differ by {error:.1e}, nothing to time")
    times = interleave({"ours": ours, "torch": theirs, "floor": floor}, seconds)
    quartiles = np.quantile(times["torch"] / times["ours"], (0.25, 0.75))
    return {"shape": shape, "kind": kind, "error": error, "quartiles": quartiles} | median(times)


def contenders(kind, shape, dtype):
    """(ours, theirs, floor), functions without arguments on the same weights, input and output gradients."""
    T, B, D, H = shape
    torch.manual_seed(0)
    net = getattr(torch.nn, kind)(D, H).to(getattr(torch, dtype))  # its own default layout, (T, B, D)
    x, dh = torch.randn(T, B, D).to(net.weight_hh_l0), torch.randn(T, B, H).to(net.weight_hh_l0)
    cell, params = from_torch(net.state_dict())
    return our_run(cell, params, x.numpy(), dh.numpy()), torch_run(net, x, dh), floor_run(kind, shape, dtype)


def our_run(cell, params, x, dh):
    dstates = np.zeros((len(cell.states), dh.shape[0] + 1, *dh.shape[1:]), dh.dtype)
    dstates[0, 1:] = dh

    def run():
        trace = unroll(cell, params, x)
        _, grads = backprop(cell, params, trace, dstates)
        return {"h": trace.states[0, 1:], **grads}

    return run


def torch_run(net, x, dh):
    weights = [net.weight_ih_l0, net.weight_hh_l0, net.bias_ih_l0, net.bias_hh_l0]

    def run():
        h, _ = net(x)
        W_x, W_h, b, b_h = (grad.numpy() for grad in torch.autograd.grad(h, weights, dh))
        second = {"b_h": b_h[-h.shape[-1]:]} if isinstance(net, torch.nn.GRU) else {}  # elsewhere it equals b
        return {"h": h.detach().numpy(), "W_x": W_x.T, "W_h": W_h.T, "b": b, **second}

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
