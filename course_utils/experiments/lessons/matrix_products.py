"""How far products of random matrices stretch a vector: fresh matrices, or the same one again (notebook 05)."""
import numpy as np

from ...ground.arguments import flag, size, takes


@takes(N=size(most=500), shared=flag, n_products=size(most=10_000), n=size())
def growth_of_products(N, shared, n_products=200, n=100):
    """ln ‖P_k v‖ for k = 0 … n, (n+1, n_products), P_k = W_k ⋯ W_1, v the vector (1, …, 1)/√N.

    W: Gaussian, N × N, of gain 1 (entries N(0, 1/N)); shared: all W_k of a product are the same matrix. The vector is
    scaled to length 1 after every step, so that nothing overflows.
    """
    rng, v, logs = np.random.default_rng(N), np.ones((n_products, N, 1)) / np.sqrt(N), np.zeros((n + 1, n_products))
    for k in range(n):
        if k == 0 or not shared:
            W = rng.standard_normal((n_products, N, N)) / np.sqrt(N)
        v = W @ v
        length = np.linalg.norm(v, axis=1, keepdims=True)
        v, logs[k + 1] = v / length, logs[k] + np.log(length[:, 0, 0])
    return logs
