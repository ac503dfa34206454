"""A recurrent cell with a linear readout, y_t = h_t W_y + b_y: the smallest thing that can be trained.

Another kind of model registers its own `predict` and `loss_and_gradients` (as `course_utils.captions` does): with those
and `weights` it can be trained by `fit`."""
from dataclasses import dataclass
from functools import singledispatch
from typing import NamedTuple

import numpy as np

from ..engine.backprop import backprop, truncated_backprop
from ..engine.params import Params, check_params, glorot, init_params
from ..engine.sequence import Trace, unroll_checked
from ..ground.arguments import array, having, size, table
from ..ground.checks import as_numbers, as_size, one_of
from .losses import LOSSES


class NotFinite(ArithmeticError):
    """Something overflowed. `step`: the first time step at which the state is no longer finite, None if it is the
    loss or the gradient that is not."""

    def __init__(self, what, step=None):
        super().__init__(f"{what} is not finite" + ("" if step is None else f" from time step {step} on"))
        self.step = step


@dataclass
class Model:
    """A cell, its weights `params`, and the weights of its readout, `readout.W_y` (H, O) and `readout.b_y` (O,)."""

    cell: type
    params: Params
    readout: Params

    @property
    def weights(self):
        """{name: array} of all weights: the arrays themselves, so that changing them in place changes the model."""
        return {**self.params, **self.readout}

    def copy(self):
        return Model(self.cell, self.params.copy(), self.readout.copy())


class Gradients(NamedTuple):
    """What a backward pass through a model gives: the loss, the gradient of each weight by name, the totals
    ∂L/∂s_t (K, T+1, B, H) and the trace of the forward pass."""

    loss: float
    grads: Params
    total: np.ndarray
    trace: Trace


def check_model(name, model):
    """The model, once its cell, weights and readout are found to fit together. Raises ValueError."""
    _sizes(name, model)
    return model


def _sizes(name, model):
    """(D, H, dtype) of a model that `check_model` lets pass."""
    if not isinstance(model, Model):
        raise ValueError(f"{name} is a {type(model).__name__}, expected a Model, as init_model returns it")
    n_inputs, n_hidden, dtype = check_params(model.cell, model.params)
    table(array)("readout", model.readout)
    W_y, b_y = (model.readout.get(own, np.zeros(0)) for own in ("W_y", "b_y"))
    if b_y.ndim != 1 or W_y.shape != (n_hidden, len(b_y)) or {W_y.dtype, b_y.dtype} != {dtype}:
        raise ValueError(f"readout has W_y of shape {W_y.shape} and b_y of shape {b_y.shape}, expected ({n_hidden}, O) "
                         f"and (O,) of {dtype}")
    return n_inputs, n_hidden, dtype


def check_learner(name, model):
    """The model, if it is one whose `predict` is registered, or a `Model` that fits together. Raises ValueError."""
    return check_model(name, model) if predict.dispatch(type(model)) is predict.dispatch(object) else model


def init_model(cell, n_inputs, n_hidden, n_outputs, rng, **options):
    """A model with weights drawn by `init_params(cell, n_inputs, n_hidden, rng, **options)` and a readout with
    Glorot-uniform W_y (H, O) and b_y = 0. Raises ValueError as `init_params` does, and for n_outputs < 1."""
    n_hidden, n_outputs = as_size("n_hidden", n_hidden), size()("n_outputs", n_outputs)
    params = init_params(cell, n_inputs, n_hidden, rng, **options)
    dtype = params.W_h.dtype
    readout = Params(W_y=glorot(rng, n_hidden, n_outputs).astype(dtype), b_y=np.zeros(n_outputs, dtype))
    return Model(cell, params, readout)


@singledispatch
def predict(model, x, state0=None):
    """(outputs (T, B, O), trace) for the sequences x (T, B, D). Raises ValueError as `unroll` does."""
    trace = _run(model, x, state0)
    return _read(model, trace.states[0, 1:]), trace


@singledispatch
def loss_and_gradients(model, batch, loss, *, state0=None, truncate=None):
    """The loss of a batch and its gradient with respect to every weight, as `Gradients`.

    batch: x (T, B, D), target and mask as the loss wants them ("cross_entropy" or "squared_error", see
    `learning.losses`). truncate: hand nothing back across multiples of so many steps (`truncated_backprop`).
    Raises NotFinite as soon as a state or the loss is no longer finite; ValueError for input that doesn't fit.
    """
    having("x", "target", "mask")("batch", batch)
    criterion = LOSSES[one_of("loss", loss, tuple(LOSSES))]
    with np.errstate(over="ignore", invalid="ignore"):  # looked for, and raised, below
        trace = _run(model, batch.x, state0)
        check_states(trace)
        target, mask = _answers(batch, trace.x.shape[:2])
        steps = np.flatnonzero(mask.any(axis=1))  # the readout runs only where an answer counts
        h = trace.states[0, steps + 1]
        outputs = _read(model, h)
        if not np.isfinite(outputs).all():
            raise NotFinite("the output")
        value, d_outputs = criterion(outputs, target[steps], mask[steps])
        if not (np.isfinite(value) and np.isfinite(d_outputs).all()):
            raise NotFinite("the loss")
        total, grads = _back(model, trace, steps, d_outputs, truncate)
    rows, d_rows = h.reshape(-1, h.shape[-1]), d_outputs.reshape(-1, d_outputs.shape[-1])
    return Gradients(value, Params(**grads, W_y=rows.T @ d_rows, b_y=d_rows.sum(0)), total, trace)


def check_states(trace):
    """Raise NotFinite with the first step at which a state of the trace is not finite."""
    if not np.isfinite(trace.states).all():
        bad = ~np.isfinite(trace.states).all(axis=(0, 2, 3))
        raise NotFinite("the state", int(np.argmax(bad)))


def _back(model, trace, steps, d_outputs, truncate):
    dstates = np.zeros_like(trace.states)
    dstates[0, steps + 1] = d_outputs @ model.readout.W_y.T
    if not np.isfinite(dstates).all():
        raise NotFinite("the gradient")
    if truncate is None:
        return backprop(model.cell, model.params, trace, dstates)
    return truncated_backprop(model.cell, model.params, trace, dstates, truncate)


def _run(model, x, state0):
    """The trace of a model, which is looked at once, on input that takes the dtype of its weights."""
    sizes = _sizes("model", model)
    x = as_numbers("x", x).astype(sizes[2], copy=False)
    return unroll_checked(model.cell, model.params, sizes, x, state0)


def _answers(batch, shape):
    """target (T, B, …) and mask (T, B) of a batch; the loss checks the rest."""
    target, mask = as_numbers("target", batch.target), as_numbers("mask", batch.mask)
    if target.shape[:2] != shape or mask.shape != shape or mask.dtype != bool:
        raise ValueError(f"target has shape {target.shape}, mask {mask.shape} and dtype {mask.dtype}, expected {shape} "
                         "as x, and booleans for the mask")
    return target, mask


def _read(model, h):
    return h @ model.readout.W_y + model.readout.b_y
