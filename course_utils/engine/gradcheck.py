"""Central differences: the judge that knows nothing of back-propagation."""
import numpy as np

from ..ground.arguments import function, numbers, seed, takes
from ..ground.checks import as_numbers, as_real, one_of, ordinary
from .backprop import backprop
from .cells.heads import heads_mask
from .params import Params, check_params
from .sequence import unroll

STENCILS = {2: ((1, 1 / 2),), 4: ((1, 2 / 3), (2, -1 / 12))}  # (distance in eps, weight) of each pair of points


@takes(f=function)
def numerical_jacobian(f, x, eps=None, *, order=2):
    """∂f/∂x by central differences, (f(x + eps e_j) − f(x − eps e_j)) / 2 eps; error of the order eps².

    f: function of an array like x that returns a number or an array, and may read x again later: x itself is
    never changed. Returns shape f(x).shape + x.shape; for a scalar f that is its gradient, shaped like x.
    order: 2, or 4 for the four-point formula, whose error is of the order eps⁴: more digits of a smooth function, at
    twice the cost. eps: 1e-5 for order 2, 1e-3 for order 4, if left out.
    Raises ValueError if x is not float64, in which differences have the digits they need, or empty, or eps ≤ 0.
    """
    x, order = as_numbers("x", x), one_of("order", order, tuple(STENCILS))
    if x.dtype != np.float64:
        raise ValueError(f"x has dtype {x.dtype}, expected float64: differences need its digits")
    if not np.isfinite(x).all():
        raise ValueError(f"x must be finite, but holds {x[~np.isfinite(x)][0]}")
    if x.size == 0:
        raise ValueError(f"x has shape {x.shape}, expected at least one entry to differentiate by")
    eps = {2: 1e-5, 4: 1e-3}[order] if eps is None else as_real("eps", eps, above=0)
    columns = [sum(weight * (_moved(f, x, j, distance * eps) - _moved(f, x, j, -distance * eps))
                   for distance, weight in STENCILS[order]) / eps for j in range(x.size)]
    return np.moveaxis(np.array(columns), 0, -1).reshape(columns[0].shape + x.shape)


def _moved(f, x, j, distance):
    """f where entry j of a copy of x is moved."""
    x = x.copy()
    x.flat[j] += distance
    return np.asarray(ordinary("f(x)", f(x)))


@takes(a=numbers(..., finite=False), b=numbers(..., finite=False))
def relative_error(a, b):
    """max |a − b| / max(|a|, |b|) over all entries of two arrays of one shape; 0 if both are all zero."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    if a.shape != b.shape:
        raise ValueError(f"a has shape {a.shape} and b {b.shape}, expected one shape")
    scale = max(np.abs(a).max(initial=0), np.abs(b).max(initial=0))
    with np.errstate(invalid="ignore"):  # of two infinities: NaN, which is handed on
        return float(np.abs(a - b).max(initial=0) / scale) if scale else 0.0


@takes(seed=seed)
def check_gradients(cell, params, x, *, state0=None, seed=0, eps=1e-5):
    """Worst relative error of `backprop` against central differences, over every weight and the initial state.

    The loss is L = Σ w ∘ states with random w, so that every state, h and c at every step, has a direct
    gradient of its own. Error of one array: max |difference| / max |entry|. The differences are taken in
    float64 whatever the dtype of the weights: expect about 1e-9 for float64 and 1e-5 for float32.
    At the kink of a ReLU differences and slope disagree by nature. Errors as in `unroll`.
    """
    trace = unroll(cell, params, x, state0)
    w = np.random.default_rng(seed).standard_normal(trace.states.shape).astype(check_params(cell, params)[2])
    total, grads = backprop(cell, params, trace, w)
    arrays = Params({name: array.astype(float) for name, array in params.items()})
    x, start = np.asarray(x, float), trace.states[:, 0].astype(float)

    def loss(name, value):
        if name == "W_h" and cell.heads > 1:
            value = value * heads_mask(cell, len(value))
        here = Params(arrays | ({} if name == "state0" else {name: value}))
        return np.sum(w * unroll(cell, here, x, value if name == "state0" else start).states)

    found = {name: relative_error(grads[name], numerical_jacobian(lambda v, n=name: loss(n, v), array, eps))
             for name, array in arrays.items() if array.size}
    found["state0"] = relative_error(total[:, 0], numerical_jacobian(lambda v: loss("state0", v), start, eps))
    return float(np.max(list(found.values())))  # unlike max(), it hands a NaN on
