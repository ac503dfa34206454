"""A whole training step of an LSTM with a readout, ours, an earlier commit's, PyTorch's and JAX's: forward, loss,
backward, clipping, Adam.

Sequences of the adding problem; same weights, same batch.
"""
import numpy as np
import torch

import course_utils
from benchmarks.engine.forward_backward import AGREE
from benchmarks.engine.our_run import packages
from benchmarks.engine.peers import jax_training
from benchmarks.shared.timing import interleave, median, one_core, worst_error
from course_utils.tasks import Adding

SHAPE = (100, 32, 64)  # T, B, H
LR, MAX_NORM, LOSS = 1e-3, 1.0, "squared_error"


def cases(quick):
    shape, seconds = ((5, 2, 4), .1) if quick else (SHAPE, 5.0)
    return [{"dtype": dtype, "shape": list(shape), "seconds": seconds} for dtype in AGREE]


def measure(case):
    """{"times": {name: seconds a step}}, and JAX's time to compile."""
    one_core()
    (T, B, H), dtype = case["shape"], case["dtype"]
    batch = Adding(T).batch(np.random.default_rng(0), B)
    batch = batch._replace(x=batch.x.astype(dtype), target=batch.target.astype(dtype))
    torch.manual_seed(0)
    net = torch.nn.LSTM(2, H, dtype=getattr(torch, dtype)), torch.nn.Linear(H, 1, dtype=getattr(torch, dtype))
    steps = {name: our_step(package, as_model(package, *net), batch) for name, package in packages().items()}
    steps["torch"] = torch_step(*net, batch)
    steps["jax"], compiling = jax_training.step(as_model(course_utils, *net).weights, batch, LR, MAX_NORM)
    check(steps, dtype)
    return {"times": median(interleave(steps, case["seconds"])), "compiling": compiling}


def as_model(package, lstm, readout):
    """A model of today's package, or of the earlier one, with a copy of PyTorch's weights."""
    state = {name: array.detach().numpy().copy() for name, array in lstm.state_dict().items()}
    W_y, b_y = (array.detach().numpy().copy() for array in readout.parameters())
    cell, params = package.from_torch(state)
    return package.Model(cell, params, package.Params(W_y=W_y.T.copy(), b_y=b_y))


def our_step(package, model, batch):
    """A function that takes a step and gives its loss."""
    rule = package.Adam(LR)

    def step():
        found = package.loss_and_gradients(model, batch, LOSS)
        rule.step(model.weights, package.clip_by_norm(found.grads, MAX_NORM)[0])
        return found.loss

    return step


def torch_step(lstm, readout, batch):
    """The same; PyTorch's second bias stays as it is, or Adam would move the sum of both twice as far."""
    lstm.bias_hh_l0.requires_grad_(False)
    weights = [weight for weight in (*lstm.parameters(), *readout.parameters()) if weight.requires_grad]
    x, target, rule = torch.tensor(batch.x), torch.tensor(batch.target[-1]), torch.optim.Adam(weights, lr=LR)

    def step():
        rule.zero_grad()
        loss = torch.nn.functional.mse_loss(readout(lstm(x)[0][-1]), target)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, MAX_NORM)
        rule.step()
        return loss.item()

    return step


def check(steps, dtype):
    """RuntimeError unless all have the same losses over four steps: the later ones depend on every part of a step."""
    losses = {name: {"losses": np.array([float(step()) for _ in range(4)])} for name, step in steps.items()}
    for name, theirs in losses.items():
        error = worst_error(losses["ours"], theirs)
        if not error < AGREE[dtype]:
            raise RuntimeError(f"the losses of four steps, ours and {name}'s, differ by {error:.0e} in {dtype}")
