"""Encoders: from pictures (B, 20, 20) to features (B, F), and back.

An encoder has `weights` (`Params`), `n_features`, `forward(pictures) → (features, kept)` and
`backward(d_features, kept, pixels=False) → (gradients of the weights, ∂L/∂pictures if asked for, else None)`.
"""
from dataclasses import dataclass

import numpy as np

from ..engine.params import Params
from ..ground.arguments import array, float_type, generator, size, table, takes
from ..ground.checks import as_array, as_size
from .layers import affine, affine_back, weights_back
from .patches import halve, halve_back, patches, patches_back
from .pictures import CANVAS

WINDOW, STEP, PATCH = 10, 5, 3  # pixels: side of a window, from one to the next, side of a patch in it
ENCODER = ("weights", "n_features", "forward", "backward")  # what an encoder has
N_WINDOWS = ((CANVAS - WINDOW) // STEP + 1)**2  # nine; wherever a digit is placed, one of them holds all of it


@dataclass
class Eye:
    """The same small network looks through nine overlapping windows of 10 × 10 pixels.

    In a window: a = relu(patches of 3 × 3 · W_1 + b_1), m = its means over 2 × 2, g = relu(m W_2 + b_2),
    f = relu(g W_3 + b_3); the features are the f of all windows side by side.
    """

    weights: Params

    def __post_init__(self):
        _check_weights(self.weights, "W_1", "b_1", "W_2", "b_2", "W_3", "b_3")

    @property
    def n_features(self):
        return N_WINDOWS * len(self.weights.b_3)

    def forward(self, pictures):
        """(features (B, F), what `backward` needs) of pictures (B, 20, 20). Raises ValueError for other shapes."""
        w = self.weights
        windows = patches(check_pictures(pictures, w.W_1.dtype), WINDOW, STEP).reshape(-1, WINDOW, WINDOW)
        x = patches(windows, PATCH)
        a = np.maximum(affine(x, w.W_1, w.b_1), 0)
        m = halve(a).reshape(len(a), -1)
        g = np.maximum(affine(m, w.W_2, w.b_2), 0)
        f = np.maximum(affine(g, w.W_3, w.b_3), 0)
        return f.reshape(len(pictures), -1), (x, a, m, g, f)

    def backward(self, d_features, kept, pixels=False):
        w, (x, a, m, g, f) = self.weights, kept
        d_g, d_W_3, d_b_3 = affine_back(d_features.reshape(f.shape) * (f > 0), g, w.W_3)
        d_m, d_W_2, d_b_2 = affine_back(d_g * (g > 0), m, w.W_2)
        N, S, _, D = a.shape
        d_a = halve_back(d_m.reshape(N, S // 2, S // 2, D))
        d_a = d_a * (a > 0)
        d_W_1, d_b_1 = weights_back(d_a, x)
        grads = Params(W_1=d_W_1, b_1=d_b_1, W_2=d_W_2, b_2=d_b_2, W_3=d_W_3, b_3=d_b_3)
        return grads, _pixels(d_a @ w.W_1.T) if pixels else None


def _check_weights(weights, *names):
    """Whether the weights are arrays with these names. Raises ValueError."""
    if set(table(array)("weights", weights)) != set(names):
        raise ValueError(f"weights hold {', '.join(weights)}, expected {', '.join(names)}")


def _pixels(d_x):
    """∂L/∂pictures from ∂L/∂(the patches of all windows)."""
    d_windows, n = patches_back(d_x, WINDOW), round(np.sqrt(N_WINDOWS))
    return patches_back(d_windows.reshape(-1, n, n, WINDOW**2), CANVAS, STEP)


@takes(rng=generator, n_filters=size(), n_hidden=size(), n_out=size(), dtype=float_type)
def init_eye(rng, n_filters=32, n_hidden=128, n_out=24, dtype=float):
    """An `Eye` with weights N(0, 2 / inputs) (He et al. 2015) and biases 0; 9 · n_out features. Raises ValueError for
    sizes below 1."""
    sizes = n_filters, n_hidden, n_out
    inputs = (PATCH**2, ((WINDOW - PATCH + 1) // 2)**2 * sizes[0], sizes[1])
    weights = Params()
    for k, (n, m) in enumerate(zip(inputs, sizes), 1):
        weights[f"W_{k}"] = rng.normal(0, np.sqrt(2 / n), (n, m)).astype(dtype)
        weights[f"b_{k}"] = np.zeros(m, dtype)
    return Eye(weights)


@dataclass
class PrincipalComponents:
    """Features = (pixels − mean) C, with C the leading principal components: nothing about digits is learned."""

    weights: Params  # mean (400,), C (400, F)

    def __post_init__(self):
        _check_weights(self.weights, "mean", "C")

    @property
    def n_features(self):
        return self.weights.C.shape[1]

    def forward(self, pictures):
        w = self.weights
        pictures = check_pictures(pictures, w.C.dtype)
        return (pictures.reshape(len(pictures), -1) - w.mean) @ w.C, None

    def backward(self, d_features, kept, pixels=False):
        """No gradients of weights: they stay as they are."""
        return Params(), (d_features @ self.weights.C.T).reshape(-1, CANVAS, CANVAS) if pixels else None


@takes(dtype=float_type)
def principal_components(pictures, n_features, dtype=float):
    """`PrincipalComponents` of pictures (N, 20, 20) by singular value decomposition, the features scaled to a mean
    square of 1; and the share of the variance that they keep."""
    rows = check_pictures(pictures, float).reshape(len(pictures), -1)
    n_features = as_size("n_features", n_features, most=min(rows.shape))
    mean = rows.mean(axis=0)
    _, s, directions = np.linalg.svd(rows - mean, full_matrices=False)
    C = directions[:n_features].T * np.sqrt(len(rows) * n_features / np.sum(s[:n_features]**2))
    kept = float(np.sum(s[:n_features]**2) / np.sum(s**2))
    return PrincipalComponents(Params(mean=mean.astype(dtype), C=C.astype(dtype))), kept


def one_picture(name, value):
    """A picture (20, 20). Raises ValueError."""
    return as_array(name, value, (CANVAS, CANVAS))


def check_pictures(pictures, dtype):
    """Pictures in the dtype of the weights. Raises ValueError."""
    return as_array("pictures", pictures, ("B", CANVAS, CANVAS)).astype(dtype, copy=False)
