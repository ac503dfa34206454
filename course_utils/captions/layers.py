"""The three layers that a captioner adds to a recurrent cell, each with its backward pass.

forward: input → output; backward: gradient of the output → gradients of all inputs. Row vectors, as everywhere.
"""
import numpy as np

from ..ground.arguments import numbers, size, takes, whole
from ..ground.checks import as_array, as_numbers


def embed(words, table):
    """x_t = E[word_t]: row number `word` of the table E (V, D), for words (…) of whole numbers from 0 to V − 1; (…, D).

    The same as a one-hot row times E, without the zeros. Raises ValueError for other words.
    """
    table = as_array("table", table, ("V", "D"))
    words = as_numbers("words", words)
    if not np.issubdtype(words.dtype, np.integer):
        raise ValueError(f"words have dtype {words.dtype}, expected whole numbers")
    if words.size and (words.min() < 0 or words.max() >= len(table)):
        raise ValueError(f"words hold {words.min()} … {words.max()}, expected 0 … {len(table) - 1}")
    return table[words]


@takes(d_x=numbers(..., "D", finite=False), n_words=size())
def embed_back(d_x, words, n_words):
    """∂L/∂E (V, D): row v is the sum of ∂L/∂x (…, D) over all places where word v was read.

    A word that was read twice gets both gradients: `d_table[words] += d_x` would keep one of them only.
    """
    words = whole(..., most=n_words - 1)("words", words)
    if d_x.shape[:-1] != words.shape:
        raise ValueError(f"d_x has shape {d_x.shape} and words has shape {words.shape}, expected (…, D) and (…)")
    d_table = np.zeros((n_words, d_x.shape[-1]), d_x.dtype)
    np.add.at(d_table, words, d_x)
    return d_table


@np.errstate(invalid="ignore", over="ignore")
@takes(x=numbers(..., "D", finite=False), W=numbers("D", "M", finite=False), b=numbers("M", finite=False))
def affine(x, W, b):
    """y = x W + b: x (…, D), W (D, M), b (M,); y (…, M)."""
    if x.shape[-1] != len(W) or W.shape[1] != len(b):
        raise ValueError(f"x has shape {x.shape}, W has shape {W.shape} and b has shape {b.shape}, expected "
                         "(…, D), (D, M) and (M,)")
    return x @ W + b


@np.errstate(invalid="ignore", over="ignore")
@takes(d_y=numbers(..., "M", finite=False), x=numbers(..., "D", finite=False), W=numbers("D", "M", finite=False))
def affine_back(d_y, x, W):
    """(∂L/∂x, ∂L/∂W, ∂L/∂b) = (d_y Wᵀ, xᵀ d_y, Σ d_y), the sums over all leading axes, from d_y = ∂L/∂y (…, M)."""
    if W.shape != (x.shape[-1], d_y.shape[-1]) or x.shape[:-1] != d_y.shape[:-1]:
        raise ValueError(f"d_y has shape {d_y.shape}, x has shape {x.shape} and W has shape {W.shape}, expected "
                         "(…, M), (…, D) and (D, M)")
    return d_y @ W.T, *weights_back(d_y, x)


def weights_back(d_y, x):
    """The last two of `affine_back` alone: for a layer below which there is nothing to train."""
    rows, d_rows = x.reshape(-1, x.shape[-1]), d_y.reshape(-1, d_y.shape[-1])
    return rows.T @ d_rows, d_rows.sum(axis=0)
