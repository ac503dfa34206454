"""PyTorch's side: its own networks for forward and backward, `torch.func` on one step for Jacobians."""
from functools import partial

import torch

from benchmarks.engine.peers.steps import COMPONENTS, Library, joined

LIB = Library(torch.tanh, torch.sigmoid, lambda a, n: a.chunk(n, -1), partial(torch.cat, dim=-1))


def network(kind, dtype, D, H):
    """torch.nn.RNN, LSTM or GRU with one layer and weights that are the same each time."""
    torch.manual_seed(0)
    return getattr(torch.nn, kind)(D, H, dtype=getattr(torch, dtype))


def normal(net, *shape):
    """Standard normal numbers in the dtype of the network, the same for both dtypes."""
    return torch.randn(*shape).to(net.weight_hh_l0)


def forward_backward(net, x, dh):
    """A function that gives {"h": hidden states, and the gradient of every weight array}, in our layout."""
    weights = [net.weight_ih_l0, net.weight_hh_l0, net.bias_ih_l0, net.bias_hh_l0]

    def run():
        h, _ = net(x)
        W_x, W_h, b, b_h = (grad.numpy() for grad in torch.autograd.grad(h, weights, dh))
        second = {"b_h": b_h[-h.shape[-1]:]} if isinstance(net, torch.nn.GRU) else {}  # elsewhere it equals b
        return {"h": h.detach().numpy(), "W_x": W_x.T, "W_h": W_h.T, "b": b, **second}

    return run


def step_jacobians(kind, p, x):
    """∂s_{t+1}/∂s_t of all steps (T, K·H, K·H) by vmap(jacrev) of the step; p in our layout, x (T, D)."""
    u, s, before = x @ p["W_x"] + p["b"], start(kind, p, x), []
    for u_t in u:
        before.append(s)
        s = joined(LIB, kind, s, u_t, p)
    each = torch.func.vmap(torch.func.jacrev(partial(joined, LIB, kind)), (0, 0, None))
    return each(torch.stack(before), u, p)


def whole_jacobian(kind, p, x):
    """∂s_T/∂s_0 (K·H, K·H) by one jacrev through the loop; p in our layout, x (T, D)."""
    def last(s):
        for u_t in x @ p["W_x"] + p["b"]:
            s = joined(LIB, kind, s, u_t, p)
        return s

    return torch.func.jacrev(last)(start(kind, p, x))


def start(kind, p, x):
    return torch.zeros(COMPONENTS[kind] * len(p["W_h"]), dtype=x.dtype)
