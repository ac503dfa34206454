"""Where does an optimiser go at the edge of a cliff? (Notebook 06)"""
import numpy as np

from ...engine.activations import sigmoid, sigmoid_slope
from ...ground.arguments import maybe, numbers, real, size, takes

START, TARGET, T = sigmoid(.5), .7, 50


@takes(w=numbers(...), b=numbers(...), steps=size(0))
def cliff(w, b, steps=T):
    """E = (h_T − .7)² of the unit h_t = σ(w h_{t−1} + b), h_0 = σ(.5), and ∂E/∂w, ∂E/∂b, for arrays of w and b.

    Differentiated forwards along with the steps. After Doya (1993) and Pascanu, Mikolov & Bengio (2013), fig. 6, whose
    x is our pre-activation: x_t = w σ(x_{t−1}) + b.
    """
    if w.ndim and b.ndim and w.shape != b.shape and 1 not in w.shape + b.shape:
        raise ValueError(f"w has shape {w.shape} and b has shape {b.shape}, expected one shape")
    w, b = np.broadcast_arrays(np.asarray(w, float), np.asarray(b, float))
    h, dh_dw, dh_db = np.full(w.shape, START), np.zeros(w.shape), np.zeros(w.shape)
    with np.errstate(over="ignore"):  # σ of a very negative number
        for _ in range(steps):
            new = np.multiply(w, h, out=np.empty(w.shape))
            new += b
            sigmoid(new, out=new)
            slope = sigmoid_slope(new)
            dh_dw, dh_db, h = slope * (h + w * dh_dw), slope * (1 + w * dh_db), new
    off = h - TARGET
    return off**2, 2 * off * dh_dw, 2 * off * dh_db


@takes(start=numbers(2), lr=real(above=0), max_norm=maybe(real(above=0)), n=size(0))
def descend(start, lr, max_norm=None, n=200):
    """n steps of gradient descent from (w, b), clipped at `max_norm`: points (n+1, 2), errors (n+1,) and gradient
    norms before clipping (n+1,)."""
    points, errors, norms = [np.asarray(start, float)], [], []
    for _ in range(n + 1):
        error, *gradient = cliff(*points[-1])
        norm = np.hypot(*gradient)
        errors.append(error)
        norms.append(norm)
        factor = 1 if max_norm is None or norm <= max_norm else max_norm / norm
        points.append(points[-1] - lr * factor * np.array(gradient))
    return np.array(points[:-1]), np.array(errors), np.array(norms)


@takes(w=numbers(...))
def folds(w):
    """The two b at which h = σ(w h + b) gains or loses a pair of solutions, for w > 4: with s = (1 ± √(1 − 4/w)) / 2,
    b = logit(s) − w s. (…, 2), the lower first."""
    if (w < 4).any():
        raise ValueError(f"w is {np.min(w)}, expected numbers from 4 on")
    s = (1 + np.multiply.outer(np.sqrt(1 - 4 / np.asarray(w, float)), [1, -1])) / 2
    return np.log(s / (1 - s)) - np.asarray(w, float)[..., None] * s


@takes(w=numbers(...))
def wall(w):
    """The b at which the start h_0 itself is a fixed point, b = ½ − w h_0: where it is unstable, w h_0 (1 − h_0) > 1,
    the start falls to one side or to the other, and E has its cliff."""
    return .5 - np.asarray(w, float) * START
