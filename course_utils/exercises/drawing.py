"""Random arguments for the cases of exercises."""


def normal(rng, dtype, *shape, scale=1.0):
    """An array of normal numbers."""
    return (scale * rng.standard_normal(shape)).astype(dtype)


def sizes(rng, n, least=2, most=5):
    """n different sizes where that is possible, so that no axis can be taken for another."""
    return [int(size) for size in rng.permutation(range(least, max(most + 1, least + n)))[:n]]
