"""Random arguments for the cases of exercises, and gates in another order."""
import numpy as np


def normal(rng, dtype, *shape, scale=1.0):
    """An array of normal numbers."""
    return (scale * rng.standard_normal(shape)).astype(dtype)


def sizes(rng, n, least=2, most=5, but=()):
    """n different sizes, none of them in `but`, so that no axis can be taken for another."""
    choice = [size for size in range(least, max(most + 1, least + n) + len(but)) if size not in but]
    return [int(size) for size in rng.permutation(choice)[:n]]


def swapped(H, order, ours="ifgo"):
    """The columns of blocks that stand as in `ours`, in another order: "figo", "ifog", … Blocks are H columns wide."""
    return np.arange(len(ours) * H).reshape(len(ours), H)[[ours.index(gate) for gate in order]].ravel()
