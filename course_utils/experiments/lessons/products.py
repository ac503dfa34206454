"""Products of Jacobians as matrices, and how close to rank one they come (notebook 02)."""
import numpy as np

from ...engine.cells import TanhRNN
from ...engine.jacobians import step_jacobians
from ...engine.params import Params, init_params
from ...engine.sequence import unroll
from ...ground.arguments import a, numbers, real, seed, size, takes


@takes(params=a(Params), inputs=numbers("T", "B", "D"))
def jacobians_to_the_end(params, inputs):
    """∂h_T/∂h_k of the first sequence read by a tanh RNN, for k = 0 … T, shape (T+1, H, H), outputs in rows.

    ∂h_T/∂h_k = J_T J_{T−1} ⋯ J_{k+1}. Raises ValueError for weights that don't fit the inputs.
    """
    steps = step_jacobians(TanhRNN, params, unroll(TanhRNN, params, inputs[:, :1]))[:, 0]
    products = [np.eye(steps.shape[-1])]
    for J in steps[::-1]:
        products.append(products[-1] @ J)
    return np.array(products[::-1])


@takes(n_hidden=size(2, 1000), n_steps=size(1, 10**5), gain=real(), seed=seed)
def second_over_first(n_hidden, n_steps, gain, seed):
    """The second singular value of ∂h_T/∂h_0 over the first: 0 if the matrix has rank one.

    Of a tanh RNN with Glorot weights (W_h times `gain`, so that its entries have variance gain²/H) that reads n_steps
    inputs from N(0, 1), five of them a step. The product is rescaled at every step; a ratio below 1e-15 is rounding.
    """
    rng = np.random.default_rng(seed)
    params, inputs = init_params(TanhRNN, 5, n_hidden, rng, gain=gain), rng.normal(size=(n_steps, 1, 5))
    product = np.eye(n_hidden)
    for J in step_jacobians(TanhRNN, params, unroll(TanhRNN, params, inputs))[::-1, 0]:
        product = product @ J
        product /= np.abs(product).max() or 1.0
    values = np.linalg.svd(product, compute_uv=False)
    return values[1] / (values[0] or 1.0)
