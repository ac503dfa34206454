"""All ∂h_t/∂h_k of an LSTM through PyTorch, five ways; each returns log10 of the Frobenius norms, NaN if left out.

net: a one-layer torch.nn.LSTM, x (T, 1, D). The plain ways come first, the strongest we could think of last.
"""
import torch

from benchmarks.engine.peers.torch_side import step_jacobians
from course_utils import from_torch


def pair_by_pair(net, x, stride=1):
    """As one writes it down: for each (t, k) the rows of ∂h_t/∂h_k, one backward pass each; every stride-th pair."""
    h = states(net, x)
    pairs = [(t, k) for t in range(len(h)) for k in range(t + 1)][::stride]
    logs = torch.full((len(h), len(h)), torch.nan, dtype=x.dtype)
    for t, k in pairs:
        rows = [torch.autograd.grad(h_i, h[k], retain_graph=True)[0] for h_i in h[t][0]]
        logs[t, k] = log_norms(torch.cat(rows))
    return logs.numpy()


def row_by_row(net, x):
    """One backward pass for each row of h_t; it gives that row of ∂h_t/∂h_k for all k ≤ t at once."""
    h = states(net, x)
    logs = torch.full((len(h), len(h)), torch.nan, dtype=x.dtype)
    for t in range(len(h)):
        rows = [torch.cat(torch.autograd.grad(h_i, h[:t + 1], retain_graph=True)) for h_i in h[t][0]]
        logs[t, :t + 1] = log_norms(torch.stack(rows, 1))
    return logs.numpy()


def step_by_step(net, x):
    """All rows of h_t in one batched backward pass (is_grads_batched, that is vmap): one pass for each t."""
    h = states(net, x)
    logs, seeds = torch.full((len(h), len(h)), torch.nan, dtype=x.dtype), torch.eye(net.hidden_size, dtype=x.dtype)
    for t in range(len(h)):
        grads = torch.autograd.grad(h[t], h[:t + 1], seeds[:, None], retain_graph=True, is_grads_batched=True)
        logs[t, :t + 1] = log_norms(torch.stack(grads)[:, :, 0])
    return logs.numpy()


def all_at_once(net, x):
    """All rows of all h_t in one batched backward pass; half of it multiplies zeros."""
    h = states(net, x)
    n, H = len(h), net.hidden_size
    seeds = torch.eye(n * H, dtype=x.dtype).reshape(n * H, n, 1, H)
    grads = torch.stack(torch.autograd.grad(h, h, list(seeds.unbind(1)), is_grads_batched=True))  # (n, n·H, 1, H)
    logs = log_norms(grads.reshape(n, n, H, H)).T
    return torch.where(torch.ones(n, n).tril().bool(), logs, torch.nan).numpy()


def jacobian_products(net, x):
    """No back-propagation through time at all: vmap(jacrev) of the step, then batched products, one a lag."""
    p = {name: torch.tensor(array) for name, array in from_torch(net.state_dict())[1].items()}
    J, H, n = step_jacobians("LSTM", p, x[:, 0]), net.hidden_size, len(x) + 1
    k, P = torch.arange(n), torch.eye(2 * H, dtype=x.dtype)[:, :H].repeat(n, 1, 1)
    scale, logs = torch.zeros(n, dtype=x.dtype), torch.full((n, n), torch.nan, dtype=x.dtype)
    for lag in range(n):
        if lag:
            P = J[lag - 1:] @ P[:-1]
            largest = P.abs().amax((1, 2))
            P, scale = P / largest[:, None, None], scale[:-1] + largest.log10()
        logs[k[lag:], k[:n - lag]] = scale + log_norms(P[:, :H])
    return logs.numpy()


def states(net, x):
    """[h_0 … h_T], each (1, H), with the graph between them."""
    cell = torch.nn.LSTMCell(net.input_size, net.hidden_size, dtype=x.dtype)
    cell.load_state_dict({name.removesuffix("_l0"): value for name, value in net.state_dict().items()})
    h, c = torch.zeros(2, 1, net.hidden_size, dtype=x.dtype).requires_grad_()
    every = [h]
    for x_t in x:
        h, c = cell(x_t, (h, c))
        every.append(h)
    return every


def log_norms(matrices):
    return matrices.square().sum((-2, -1)).log10() / 2
