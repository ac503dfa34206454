"""Gradients as vectors, and the angles between them (notebook 06)."""
import numpy as np

from ...engine.cells import TanhRNN
from ...ground.arguments import array, numbers, seed, table, takes
from ...learning.model import init_model, loss_and_gradients
from ...tasks import TemporalOrder


@takes(grads=table(array))
def flat(grads):
    """All gradients {name: array} side by side, as one vector."""
    return np.concatenate([np.ravel(part) for part in grads.values()]) if grads else np.zeros(0)


@takes(a=numbers("N"), b=numbers("N"))
def cosine(a, b):
    """a · b / (‖a‖ ‖b‖), from −1 to 1. Raises ValueError for a vector that has no direction."""
    if a.shape != b.shape or not (a.any() and b.any()):
        raise ValueError(f"a has shape {a.shape} and b has shape {b.shape}, expected one shape and no vector of zeros")
    a, b = a / np.abs(a).max(), b / np.abs(b).max()  # nothing overflows when it is squared
    return float(np.clip(a @ b / np.linalg.norm(a) / np.linalg.norm(b), -1, 1))


def angle(a, b):
    """The angle between two vectors in degrees; errors as in `cosine`."""
    return float(np.degrees(np.arccos(cosine(a, b))))


@takes(seed=seed)
def new_gradient(seed):
    """The gradient of all weights, as one vector, of a new tanh network of 32 units with recurrent gain 2 on 20
    sequences of temporal order over 30 steps."""
    rng, task = np.random.default_rng(seed), TemporalOrder(30)
    model = init_model(TanhRNN, task.n_inputs, 32, task.n_outputs, rng, gain=2.0)
    return flat(loss_and_gradients(model, task.batch(rng, 20), task.loss).grads)
