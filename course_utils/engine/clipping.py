"""Two ways to keep a gradient from growing too large: by its norm, which keeps its direction, and entry by entry."""
from collections.abc import Mapping

import numpy as np

from ..ground.checks import as_array, as_real
from .params import Params


def clip_by_norm(grads, max_norm):
    """Shrink all gradients by one factor so that their joint norm is at most `max_norm`; the direction stays.

    g′ = g · min(1, max_norm / ‖g‖) (Pascanu, Mikolov & Bengio 2013). Returns (clipped, ‖g‖ before). Raises
    ValueError if max_norm is not positive, there is no gradient, or one is not finite: no factor mends those.
    """
    max_norm, grads = as_real("max_norm", max_norm, above=0), _as_gradients(grads)
    norm = joint_norm(grads)
    return shrink(grads, norm, max_norm), norm


def shrink(grads, norm, max_norm):
    """Gradients whose joint norm is `norm`, scaled down to `max_norm` if that is less."""
    factor = min(1.0, max_norm / norm) if norm else 1.0
    return Params({name: (array * factor).astype(array.dtype) for name, array in grads.items()})


def clip_by_value(grads, limit):
    """Cut every entry off at ± limit, g′ = max(−limit, min(limit, g)); this turns the gradient. Returns the clipped
    gradients. Raises ValueError if limit is not positive, there is no gradient, or one is not finite."""
    limit, grads = as_real("limit", limit, above=0), _as_gradients(grads)
    return Params({name: np.clip(array, -limit, limit) for name, array in grads.items()})


def joint_norm(grads):
    """The Euclidean norm of all gradients taken as one vector; scaled before squaring, so that nothing overflows.
    NaN or inf if an entry is."""
    scale = float(max(np.abs(array).max(initial=0) for array in grads.values())) or 1.0
    if not np.isfinite(scale):
        return scale
    return float(scale * np.sqrt(sum(np.square(array / scale, dtype=float).sum() for array in grads.values())))


def _as_gradients(grads):
    if not isinstance(grads, Mapping):
        raise ValueError(f"grads is {grads!r}, a {type(grads).__name__}, expected gradients by name")
    if not grads:
        raise ValueError("grads is empty, expected at least one gradient")
    return {name: as_array(name, array, np.shape(array)) for name, array in grads.items()}
