"""A whole training step of an LSTM with a readout, ours and PyTorch's: forward, loss, backward, clipping, Adam.

Sequences of the adding problem, T = 100, B = 32, H = 64; same weights, same batch. Used by run.py.
"""
from functools import partial

import numpy as np
import torch
from forward_backward import AGREE
from timing import interleave, median, one_process_each, one_thread, worst_error

from course_utils import Adam, Params, clip_by_norm, from_torch, loss_and_gradients
from course_utils.model import Model
from course_utils.tasks import Adding

SHAPE = (100, 32, 64)
LR, MAX_NORM = 1e-3, 1.0


def contenders(dtype, shape):
    """{name: function that takes one step}, once loss and gradients have been found equal."""
    T, B, H = shape
    batch, kind = Adding(T).batch(np.random.default_rng(0), B), getattr(torch, dtype)
    torch.manual_seed(0)
    lstm, readout = torch.nn.LSTM(2, H).to(kind), torch.nn.Linear(H, 1).to(kind)
    weights = [*lstm.parameters(), *readout.parameters()]
    x, target = torch.tensor(batch.x, dtype=kind), torch.tensor(batch.target[-1], dtype=kind)
    rule = torch.optim.Adam(weights, lr=LR)

    def loss_of_torch():
        rule.zero_grad()
        loss = torch.nn.functional.mse_loss(readout(lstm(x)[0][-1]), target)
        loss.backward()
        return loss

    def step_of_torch():
        loss_of_torch()
        torch.nn.utils.clip_grad_norm_(weights, MAX_NORM)
        rule.step()

    cell, params = from_torch({name: array.detach().numpy().copy() for name, array in lstm.state_dict().items()})
    W_y, b_y = (array.detach().numpy().copy() for array in readout.parameters())
    model, ours = Model(cell, params, Params(W_y=W_y.T.copy(), b_y=b_y)), Adam(LR)
    batch = batch._replace(x=batch.x.astype(dtype), target=batch.target.astype(dtype))

    def step():
        grads, _ = clip_by_norm(loss_and_gradients(model, batch, "squared_error").grads, MAX_NORM)
        ours.step(model.weights, grads)

    found, loss = loss_and_gradients(model, batch, "squared_error"), loss_of_torch().item()
    error = worst_error({"loss": found.loss, "W_x": found.grads.W_x, "W_h": found.grads.W_h},
                        {"loss": loss, "W_x": weights[0].grad.numpy().T, "W_h": weights[1].grad.numpy().T})
    if not error < AGREE[dtype]:
        raise RuntimeError(f"ours and PyTorch's loss and gradients differ by {error:.0e} in {dtype}")
    return {"ours": step, "torch": step_of_torch}


def measure(shape=SHAPE, seconds=5.0):
    """{dtype: {"ours": seconds a step, "torch": …}}, each dtype in a process of its own."""
    dtypes = ("float64", "float32")
    return dict(zip(dtypes, one_process_each(partial(_measure, shape=shape, seconds=seconds), dtypes)))


def _measure(dtype, shape, seconds):
    one_thread()
    return median(interleave(contenders(dtype, shape), seconds))


def table(times, shape=SHAPE):
    T, B, H = shape
    lines = [f"### Training an LSTM, T = {T}, B = {B}, H = {H}", "",
             "| | ours, sequences/s | PyTorch, sequences/s | ours / PyTorch |", "| --- | --: | --: | --: |"]
    return "\n".join(lines + [f"| {dtype} | {B / t['ours']:.0f} | {B / t['torch']:.0f} | {t['torch'] / t['ours']:.2f} |"
                              for dtype, t in times.items()])
