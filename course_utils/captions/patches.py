"""Patches: the same weights look at every part of a picture. Cutting them out, averaging, and both backwards."""
import numpy as np


def patches(pictures, size, stride=1):
    """All square patches of pictures (N, S, S), every `stride` pixels: (N, n, n, size²), n = (S − size) // stride + 1.

    An affine layer on them is a convolution.
    """
    view = np.lib.stride_tricks.sliding_window_view(pictures, (size, size), axis=(1, 2))[:, ::stride, ::stride]
    return view.reshape(*view.shape[:3], size * size)


def patches_back(d_patches, side, stride=1):
    """∂L/∂pictures (N, S, S), S = side, from ∂L/∂patches: a pixel adds up what all patches that hold it say."""
    n, _, last = d_patches.shape[1:]
    size, reach = int(np.sqrt(last)), stride * (n - 1) + 1
    d_pictures = np.zeros((len(d_patches), side, side), d_patches.dtype)
    for k in range(last):
        row, column = divmod(k, size)
        d_pictures[:, row:row + reach:stride, column:column + reach:stride] += d_patches[..., k]
    return d_pictures


def halve(maps):
    """Means over 2 × 2 places: (N, S, S, D) → (N, S/2, S/2, D)."""
    N, S, _, D = maps.shape
    return maps.reshape(N, S // 2, 2, S // 2, 2, D).mean(axis=(2, 4))


def halve_back(d_halved):
    """∂L/∂maps: each of the four has a quarter of the say."""
    return np.repeat(np.repeat(d_halved / 4, 2, axis=1), 2, axis=2)
