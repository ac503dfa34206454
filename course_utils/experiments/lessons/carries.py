"""What the backward loop of notebook 10 is compared with: differences, the engine, and itself with a mistake in it."""
import inspect

import numpy as np

from ...engine.backprop import backprop, check_trace
from ...engine.cells import LSTM
from ...engine.gradcheck import numerical_jacobian, relative_error
from ...engine.params import Params
from ...engine.sequence import Trace
from ...ground.arguments import a, among, array, function, numbers, real, some, takes, text

MISTAKES = ("both carries lost", "carry of c lost", "dh overwritten")


@takes(loss=function, arguments=some(array))
def differences(loss, arguments):
    """[∂L/∂X for each argument X of the function `loss`], by central differences (four points). arguments: arrays.
    Raises ValueError if `loss` takes another number of them."""
    try:
        inspect.signature(loss).bind(*arguments)
    except TypeError as error:
        raise ValueError(f"arguments has {len(arguments)} arrays, and loss has a {error}") from None
    found = []
    for n, value in enumerate(arguments):
        def moved(x, n=n):
            return loss(*arguments[:n], x, *arguments[n + 1:])
        found.append(numerical_jacobian(moved, value, order=4))
    return found


@takes(what=text, ours=some(array), others=some(array), wanted=real(above=0))
def report(what, ours, others, wanted):
    """Print how far arrays are from others, as the largest error relative to an array's largest entry, and which error
    is wanted. What is below a tenth of that is printed as a tenth: rounding differs from one processor to the next."""
    if len(ours) != len(others):
        raise ValueError(f"ours has {len(ours)} arrays, others has {len(others)}")
    worst = max(relative_error(one, other) for one, other in zip(ours, others))
    print(f"{what}: off by {max(worst, wanted / 10):.0e} at most (wanted: {wanted:.0e})")


@takes(params=a(Params), trace=a(Trace), w=numbers("T", "B", "H"))
def engine_gradients(params, trace, w):
    """dW_x, dW_h, db, dh_0 and dc_0 of L = Σ w_t ∘ h_t for an LSTM, from the engine. w: (T, B, H)."""
    check_trace(LSTM, params, trace)
    direct = np.zeros(trace.states.shape)
    if w.shape != direct[0, 1:].shape:
        raise ValueError(f"w has shape {w.shape}, expected {direct[0, 1:].shape}")
    direct[0, 1:] = w
    total, grads = backprop(LSTM, params, trace, direct)
    return grads.W_x, grads.W_h, grads.b, total[0, 0], total[1, 0]


@takes(step_backward=function, mistake=among(*MISTAKES))
def spoilt(step_backward, mistake):
    """`step_backward` with one of the MISTAKES in it: a function of the same arguments, (params, kept, dh, dc), where
    kept is x, h_prev, c_prev, i, f, g, o, c, that returns dW_x, dW_h, db, dh_prev, dc_prev."""
    def both_lost(params, kept, dh, dc):
        *gradients, dh, dc = step_backward(params, kept, dh, dc)
        return *gradients, 0 * dh, 0 * dc

    def c_lost(params, kept, dh, dc):
        *gradients, dh, dc = step_backward(params, kept, dh, dc)
        return *gradients, dh, 0 * dc

    def overwritten(params, kept, dh, dc):
        f, _, o, c = kept[4:]
        *gradients, dh, _ = step_backward(params, kept, dh, dc)  # from here on dh is the previous step's …
        return *gradients, dh, (dc + dh * o * (1 - np.tanh(c) ** 2)) * f  # … and is read as if it were this one's
    return dict(zip(MISTAKES, (both_lost, c_lost, overwritten)))[mistake]
