"""Networks that learn the days of the week with a right backward step, or with a wrong one (notebook 03).

    python -m course_utils.experiments.lessons.mistakes --out data/mistakes.csv
"""
import numpy as np

from ...engine import Params, TanhRNN, clip_by_norm, init_params
from ...ground.arguments import among, mapping, real, size, some, takes
from ..results import ask_out, save_each
from .week import C, T, windows

NAMES = "right", "no_carry", "no_slope", "tanh_twice"
H, B, PIECE = 32, 16, 40  # units, windows of a batch, training steps of a stored mean
RATES, SEEDS, N_STEPS, MOMENTUM = (.003, .01, .03, .1, .3), range(6), 2000, .9


def slope_of(name, h):
    """The slope by which a backward step multiplies: 1 − h² is right for h = tanh(a)."""
    return {"no_slope": np.ones_like(h), "tanh_twice": 1 - np.tanh(h)**2}.get(name, 1 - h**2)


def network(seed):
    """(weights, generator of the windows): PyTorch's start, random V and c."""
    rng = np.random.default_rng(seed)
    params = init_params(TanhRNN, C, H, rng, recurrent="torch")
    params.V, params.c = rng.normal(size=(H, C)) / np.sqrt(H), rng.normal(size=C) / 10
    return params, rng


def gradients(params, x, targets, name):
    """(loss, its gradients) by back-propagation through time with the backward step of this name."""
    h = np.zeros((T + 1, B, H))
    for t in range(1, T + 1):
        h[t] = np.tanh(x[t - 1] @ params.W_x + h[t - 1] @ params.W_h + params.b)
    scores = h[1:] @ params.V + params.c
    p = np.exp(scores - scores.max(axis=-1, keepdims=True))
    p /= p.sum(axis=-1, keepdims=True)
    d_scores = (p - np.eye(C)[targets]) / targets.size
    grads = recurrent_gradients(params, x, h, d_scores @ params.V.T, name)
    grads.V, grads.c = np.tensordot(h[1:], d_scores, 2 * [(0, 1)]), d_scores.sum(axis=(0, 1))
    return -np.log(np.take_along_axis(p, targets[..., None], axis=-1)).mean(), grads


def recurrent_gradients(params, x, h, direct, name):
    """Gradients of W_x, W_h and b from what the losses say of each state directly, (T, B, H)."""
    da, carry, slope = np.zeros_like(direct), 0, slope_of(name, h[1:])
    for t in reversed(range(T)):
        da[t] = (direct[t] + carry) * slope[t]
        carry = 0 if name == "no_carry" else da[t] @ params.W_h.T
    both = 2 * [(0, 1)]
    return Params(W_x=np.tensordot(x, da, both), W_h=np.tensordot(h[:-1], da, both), b=da.sum(axis=(0, 1)))


@takes(name=among(*NAMES), rate=real(above=0), seed=size(0), n_steps=size(0))
def losses_of(name, rate, seed, n_steps):
    """The loss (nats per letter) before each of n_steps steps of gradient descent with momentum .9, clipped at 1.

    name: which backward step: the right one; one that hands nothing on to the step before; one without tanh's slope;
    one that takes the slope of tanh(h), where h is tanh(a) already. seed: draws the weights, then the windows.
    """
    (params, rng), losses = network(seed), []
    velocity = {key: np.zeros_like(array) for key, array in params.items()}
    for _ in range(n_steps):
        loss, grads = gradients(params, *windows(rng, B), name)
        losses.append(loss)
        grads, _ = clip_by_norm(grads, 1.0)
        for key in params:
            velocity[key] = MOMENTUM * velocity[key] - rate * grads[key]
            params[key] = params[key] + velocity[key]
    return np.array(losses)


def training(name, rate, seed):
    """A row of the table: the settings, then under "40", "80", … the mean loss of the 40 steps up to there."""
    means = losses_of(name, rate, seed, N_STEPS).reshape(-1, PIECE).mean(axis=1)
    steps = range(PIECE, N_STEPS + 1, PIECE)
    return {"name": name, "rate": rate, "seed": seed, **{str(n): f"{mean:.4f}" for n, mean in zip(steps, means)}}


@takes(rows=some(mapping), step=size(PIECE, N_STEPS))
def median_table(rows, step):
    """Text: for each backward step (a line) and each learning rate (a column) the median over the networks of the mean
    loss in the 40 training steps up to `step`. rows: of data/mistakes.csv."""
    rates = sorted({row["rate"] for row in _complete(rows, step)})
    lines = [f"after {step:4d} steps, rate" + "".join(f"{rate:8g}" for rate in rates)]
    for name in NAMES:
        ends = [[row[str(step)] for row in rows if (row["name"], row["rate"]) == (name, rate)] for rate in rates]
        lines.append(f"{name:>22s}" + "".join(f"{np.median(end):8.2f}" if end else 8 * " " for end in ends))
    return "\n".join(lines)


@takes(rows=some(mapping), rate=real(above=0), step=size(PIECE, N_STEPS))
def ahead(rows, rate, step):
    """In how many networks the loss with tanh applied twice is below that with the right gradient, "n of N"."""
    loss = {(row["name"], row["seed"]): row[str(step)] for row in _complete(rows, step) if row["rate"] == rate}
    seeds = [seed for name, seed in loss if name == "right" and ("tanh_twice", seed) in loss]
    return f"{sum(loss['tanh_twice', seed] < loss['right', seed] for seed in seeds)} of {len(seeds)}"


def _complete(rows, step):
    for row in rows:
        if missing := [name for name in ("name", "rate", "seed", str(step)) if name not in row]:
            raise ValueError(f"rows lack {', '.join(missing)}, one holds {', '.join(map(str, row))}")
        if not all(isinstance(row[name], (int, float)) for name in ("rate", "seed", str(step))):
            raise ValueError(f"rows hold {[row[name] for name in ('rate', 'seed', str(step))]}, expected numbers")
    return rows


def main():
    """Train all and save the table."""
    rows = (training(name, rate, seed) for rate in RATES for name in NAMES for seed in SEEDS)
    save_each(rows, *ask_out("mistakes", __doc__))


if __name__ == "__main__":
    main()
