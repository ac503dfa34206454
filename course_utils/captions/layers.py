"""The three layers that a captioner adds to a recurrent cell, each with its backward pass.

forward: input → output; backward: gradient of the output → gradients of all inputs. Row vectors, as everywhere.
"""
import numpy as np

from ..checks import as_array


def embed(words, table):
    """x_t = E[word_t]: row number `word` of the table E (V, D), for words (…) of whole numbers from 0 to V − 1; (…, D).

    The same as a one-hot row times E, without the zeros. Raises ValueError for other words.
    """
    table = as_array("table", table, ("V", "D"))
    words = np.asarray(words)
    if not np.issubdtype(words.dtype, np.integer):
        raise ValueError(f"words have dtype {words.dtype}, expected whole numbers")
    if words.size and (words.min() < 0 or words.max() >= len(table)):
        raise ValueError(f"words hold {words.min()} … {words.max()}, expected 0 … {len(table) - 1}")
    return table[words]


def embed_back(d_x, words, n_words):
    """∂L/∂E (V, D): row v is the sum of ∂L/∂x (…, D) over all places where word v was read.

    A word that was read twice gets both gradients: `d_table[words] += d_x` would keep one of them only.
    """
    d_table = np.zeros((n_words, d_x.shape[-1]), d_x.dtype)
    np.add.at(d_table, np.asarray(words), d_x)
    return d_table


def affine(x, W, b):
    """y = x W + b: x (…, D), W (D, M), b (M,); y (…, M)."""
    return x @ W + b


def affine_back(d_y, x, W):
    """(∂L/∂x, ∂L/∂W, ∂L/∂b) = (d_y Wᵀ, xᵀ d_y, Σ d_y), the sums over all leading axes, from d_y = ∂L/∂y (…, M)."""
    return d_y @ W.T, *weights_back(d_y, x)


def weights_back(d_y, x):
    """The last two of `affine_back` alone: for a layer below which there is nothing to train."""
    rows, d_rows = x.reshape(-1, x.shape[-1]), d_y.reshape(-1, d_y.shape[-1])
    return rows.T @ d_rows, d_rows.sum(axis=0)
