"""Losses over the steps that count, and their gradients with respect to the outputs.

outputs y (T, B, O) · mask (T, B) of booleans: which of the T·B answers count, all of them if left out. A loss is the
mean over the n answers that count; the gradient, shaped like the outputs, is zero elsewhere.
"""
import numpy as np

from ..ground.arguments import numbers, takes
from ..ground.checks import as_array, as_numbers


@takes(outputs=numbers(..., "O"))
def softmax(outputs):
    """e^y / Σ e^y over the last axis; shifted by the largest y, so that nothing overflows."""
    outputs = outputs.astype(np.result_type(outputs, np.float32), copy=False)
    e = np.exp(outputs - outputs.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def log_softmax(outputs):
    """y − ln Σ e^y over the last axis: the logarithms of softmax, in nats."""
    shifted = outputs - outputs.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def log_likelihood(outputs, target):
    """ln softmax(y)[target], (…) in nats, for outputs (…, O) and classes (…)."""
    return np.take_along_axis(log_softmax(outputs), target[..., None], axis=-1)[..., 0]


def softmax_cross_entropy(outputs, target, mask=None):
    """L = −(1/n) Σ ln softmax(y)[target] in nats, ∂L/∂y = (softmax(y) − onehot(target)) / n.

    target (T, B): the right class, an integer from 0 to O − 1, wherever the mask counts it. Returns
    (loss, gradient). Raises ValueError for shapes or classes that don't fit, or a mask that counts nothing.
    """
    outputs, mask, n = _check(outputs, mask)
    target = as_numbers("target", target)
    if target.shape != mask.shape or not np.issubdtype(target.dtype, np.integer):
        raise ValueError(f"target has shape {target.shape} and dtype {target.dtype}, expected {mask.shape} of integers")
    classes = target[mask]
    if classes.min() < 0 or classes.max() >= outputs.shape[-1]:
        raise ValueError(f"target holds {classes.min()} … {classes.max()}, expected 0 … {outputs.shape[-1] - 1}")
    right = np.arange(n), classes
    chosen = outputs[mask]
    shifted = chosen - chosen.max(axis=-1, keepdims=True)
    sums = np.exp(shifted).sum(axis=-1)
    loss = float(np.mean(np.log(sums) - shifted[right]))
    slope = np.exp(shifted) / sums[:, None]
    slope[right] -= 1
    return loss, _spread(slope / n, mask, outputs)


def squared_error(outputs, target, mask=None):
    """L = (1/n) Σ (y − target)², summed over the O outputs of an answer; ∂L/∂y = 2 (y − target) / n.

    target (T, B, O). Returns (loss, gradient). Raises ValueError as `softmax_cross_entropy` does.
    """
    outputs, mask, n = _check(outputs, mask)
    target = as_array("target", target, outputs.shape)
    off = outputs[mask] - target[mask]
    return float(np.sum(off * off) / n), _spread(2 * off / n, mask, outputs)


LOSSES = {"cross_entropy": softmax_cross_entropy, "squared_error": squared_error}


def _check(outputs, mask):
    """(outputs, mask, how many count)."""
    outputs = as_array("outputs", outputs, ("T", "B", "O"))
    mask = np.ones(outputs.shape[:2], bool) if mask is None else as_numbers("mask", mask)
    if mask.shape != outputs.shape[:2] or mask.dtype != bool:
        raise ValueError(f"mask has shape {mask.shape} and dtype {mask.dtype}, expected {outputs.shape[:2]} of bool")
    if not mask.any():
        raise ValueError("mask counts no answer, expected at least one that is True")
    return outputs, mask, np.count_nonzero(mask)


def _spread(slope, mask, outputs):
    """The gradients (n, O) of the answers that count, put back to their places; zero elsewhere."""
    gradient = np.zeros_like(outputs)
    gradient[mask] = slope
    return gradient
