"""A recurrent network beside one that has weights of its own at every step (notebook 17, claim 36)."""
import numpy as np

from ...ground.arguments import among, flag, size, some, takes

T, H, TEST, RATE = 10, 16, 2000, .01  # steps, units, sequences of the test, Adam's learning rate


TARGETS = {"mean square": lambda x: np.mean(x ** 2, axis=(0, 2)), "largest": lambda x: x.max(axis=(0, 2))}


def draw(n, rng, target="mean square"):
    """(x (T, n, 1), y (n,)): numbers N(0, 1), and the mean of their squares, or the largest of them."""
    x = rng.standard_normal((T, n, 1))
    return x, TARGETS[target](x)


def first_weights(shared, rng):
    """A list of W_x, W_h, b, with a first axis of 1 or of T equal copies, and of the readout V, c. PyTorch's start."""
    sizes, copies = ((1, H), (H, H), (H,)), 1 if shared else T
    weights = [rng.uniform(-1, 1, size) / np.sqrt(H) for size in sizes]
    return [np.repeat(w[None], copies, axis=0) for w in weights] + [rng.uniform(-1, 1, H) / np.sqrt(H), np.zeros(1)]


def run(weights, x):
    """(states (T+1, n, H), answers (n,)) of h_t = tanh(x_t W_x + h_{t−1} W_h + b), answer h_T·V + c."""
    W_x, W_h, b, V, c = weights
    h = np.zeros((T + 1, x.shape[1], H))
    for t in range(T):
        k = t % len(W_h)
        h[t + 1] = np.tanh(x[t] @ W_x[k] + h[t] @ W_h[k] + b[k])
    return h, h[T] @ V + c


def gradients(weights, x, y):
    """The gradients of the mean squared error, by back-propagation through time."""
    _, W_h, _, V, _ = weights
    h, answers = run(weights, x)
    error = 2 * (answers - y) / len(y)
    grads = [np.zeros_like(w) for w in weights]
    grads[3], grads[4], dh = h[T].T @ error, error.sum(keepdims=True), np.outer(error, V)
    for t in reversed(range(T)):
        k, da = t % len(W_h), dh * (1 - h[t + 1] ** 2)
        for grad, part in zip(grads, (x[t].T @ da, h[t].T @ da, da.sum(axis=0))):
            grad[k] += part
        dh = da @ W_h[k].T
    return grads


def trained(shared, n_sequences, seed, n_updates, target="mean square"):
    """(weights, x, y, generator) after so many updates of Adam on n_sequences sequences."""
    rng = np.random.default_rng(seed)
    weights, (x, y) = first_weights(shared, rng), draw(n_sequences, rng, target)
    first, second = ([np.zeros_like(w) for w in weights] for _ in range(2))
    for n in range(1, n_updates + 1):
        for w, m, v, grad in zip(weights, first, second, gradients(weights, x, y)):
            m += .1 * (grad - m)
            v += .001 * (grad ** 2 - v)
            w -= RATE * (m / (1 - .9 ** n)) / (np.sqrt(v / (1 - .999 ** n)) + 1e-8)
    return weights, x, y, rng


@takes(shared=flag, n_sequences=size(least=2, most=10_000), n_seeds=size(most=100), n_updates=size(0),
       target=among(*TARGETS))
def errors_of(shared, n_sequences, n_seeds=3, n_updates=400, target="mean square"):
    """The error on 2000 new sequences of networks that output the mean square of ten numbers, or the largest of them,
    (n_seeds,).

    They are trained on n_sequences sequences. The mean squared error is divided by the variance of what is asked for,
    so that a network that always answers with the mean has about 1. shared: one W_x, W_h, b for all steps; else each
    step has its own, and all begin as equal copies of the shared ones.
    """
    errors = []
    for seed in range(n_seeds):
        weights, _, _, rng = trained(shared, n_sequences, seed, n_updates, target)
        x, y = draw(TEST, rng, target)
        errors.append(np.mean((run(weights, x)[1] - y) ** 2) / np.var(y))
    return np.array(errors)


@takes(sizes=some(size(least=2, most=10_000)), n_seeds=size(most=100), n_updates=size(0), target=among(*TARGETS))
def shared_and_own(sizes, n_seeds=2, n_updates=400, target="mean square"):
    """(shared, own), (sizes, n_seeds) each: `errors_of` networks that learn from so many sequences, with weights that
    all steps share and with weights of each step's own."""
    return tuple(np.array([errors_of(shared, n, n_seeds, n_updates, target) for n in sizes])
                 for shared in (True, False))


@takes(shared=flag)
def products_of(shared):
    """How many numbers a step multiplies for one sequence: the sizes of the W_x and W_h that it uses."""
    W_x, W_h, *_ = first_weights(shared, np.random.default_rng(0))
    return W_x[0].size + W_h[0].size
