"""What truncated back-propagation leaves out of a gradient (notebook 06)."""
import numpy as np

from ...engine.backprop import truncated_backprop
from ...engine.cells import LSTM, TanhRNN
from ...engine.params import init_params
from ...engine.products import lyapunov_exponents
from ...engine.sequence import unroll
from ...ground.arguments import among, size, takes
from ...learning.model import init_model, loss_and_gradients
from ...tasks import TemporalOrder

D, H, STEPS, BATCH, INPUT = 4, 32, 60, 8, .3  # inputs, units, steps, sequences, standard deviation of the inputs
TAUS = np.array([3, 4, 6, 10, 12, 15, 20, 30])
LOSSES = ("last step", "the same", "another")
STARTS = {  # cell, how init_params draws it, what its biases are then made
    "PyTorch": (TanhRNN, {"recurrent": "torch"}, "as drawn"),
    "PyTorch, zero biases": (TanhRNN, {"recurrent": "torch"}, "zero"),
    "orthogonal": (TanhRNN, {"recurrent": "orthogonal", "gain": .8}, "as drawn"),
    "orthogonal, random biases": (TanhRNN, {"recurrent": "orthogonal", "gain": .8}, "random"),
    "LSTM": (LSTM, {"forget_bias": 3.0}, "as drawn")}


@takes(start=among(*STARTS), loss=among(*LOSSES), n_seeds=size())
def truncation_errors(start, loss, n_seeds=6):
    """‖g_τ − g‖ / ‖g‖ for the gradient g of W_h and the truncated one g_τ, τ out of TAUS (N,): (n_seeds, N).

    60 steps, 8 sequences, inputs N(0, .3²), 32 units. start: "PyTorch" (gain 1/√3, biases drawn too), "orthogonal"
    (gain .8, biases zero), "LSTM" (Glorot, forget bias 3). loss: what it says of the states directly, ∂L/∂h_t: a
    vector r (H,), N(0, 1), at the "last step" and nothing before; "the same" r at every step; or "another"
    r_t at each step.
    """
    return np.array([_errors(start, loss, np.random.default_rng(seed)) for seed in range(n_seeds)])


def _errors(start, loss, rng):
    cell, params = _network(start, rng)
    trace = unroll(cell, params, INPUT * rng.standard_normal((STEPS, BATCH, D)))
    direct = np.zeros_like(trace.states)
    if loss == "another":
        direct[0, 1:] = rng.standard_normal((STEPS, 1, H))
    else:
        direct[0, STEPS if loss == "last step" else 1:] = rng.standard_normal(H)
    full, *cut = (truncated_backprop(cell, params, trace, direct, int(tau))[1].W_h for tau in (STEPS, *TAUS))
    return np.array([np.linalg.norm(g - full) for g in cut]) / np.linalg.norm(full)


@takes(start=among(*STARTS), n_seeds=size())
def largest_exponent(start, n_seeds=6):
    """λ₁ in nats a step of the networks that `truncation_errors` draws, over 400 steps with the same kind of input;
    their mean."""
    found = []
    for seed in range(n_seeds):
        rng = np.random.default_rng(seed)
        cell, params = _network(start, rng)
        trace = unroll(cell, params, INPUT * rng.standard_normal((400, 1, D)))
        found.append(lyapunov_exponents(cell, params, trace, n=1).item())
    return float(np.mean(found))


def _network(start, rng):
    cell, options, biases = STARTS[start]
    params = init_params(cell, D, H, rng, **options)
    if biases == "zero":
        params.b[:] = 0
    elif biases == "random":
        params.b = init_params(cell, D, H, rng, recurrent="torch").b
    return cell, params


@takes(length=size())
def steps_reached(length):
    """How many of 20 steps get a gradient from a loss at their end, cut into pieces of `length`."""
    task = TemporalOrder(20)
    model = init_model(TanhRNN, task.n_inputs, H, task.n_outputs, np.random.default_rng(0))
    batch = task.batch(np.random.default_rng(1), BATCH)
    total = loss_and_gradients(model, batch, task.loss, truncate=length).total
    return int(total[0, 1:].any(axis=(1, 2)).sum())
