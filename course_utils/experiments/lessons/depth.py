"""Gradients through layers instead of steps, and through attention (notebook 20)."""
import numpy as np

from ...ground.arguments import among, flag, numbers, real, size, takes
from ...learning.losses import softmax

WIDTH, LAYERS = 64, 64
STACKS = {"plain": (False, False), "normalised": (False, True), "residual": (True, False),
          "residual, normalised": (True, True)}  # name: (residual path, layer normalisation)


@takes(x=numbers("B", "D"))
def normalise(x):
    """Layer normalisation without weights (Ba, Kiros & Hinton 2016): each row less its mean, over its standard
    deviation."""
    return (x - x.mean(axis=-1, keepdims=True)) / x.std(axis=-1, keepdims=True)


def normalise_back(d_out, x):
    """∂L/∂x of `normalise`: what changes mean or size of the row is taken out of d_out, the rest divided by the
    standard deviation."""
    out = normalise(x)
    d = d_out - d_out.mean(axis=-1, keepdims=True) - out * (d_out * out).mean(axis=-1, keepdims=True)
    return d / x.std(axis=-1, keepdims=True)


def draw_stack(seed, gain, n_layers=LAYERS):
    """(input (4, 64), the layers' weights N(0, gain² / 64))."""
    rng = np.random.default_rng(seed)
    return rng.standard_normal((4, WIDTH)), gain / WIDTH ** .5 * rng.standard_normal((n_layers, WIDTH, WIDTH))


def layer(x, W, residual, normal):
    """tanh(x W); with a residual path x + tanh(x W); with normalisation W reads the normalised x."""
    return residual * x + np.tanh((normalise(x) if normal else x) @ W)


def layer_back(d_out, x, W, residual, normal):
    """∂L/∂x of `layer`."""
    read = normalise(x) if normal else x
    d_read = d_out * (1 - np.tanh(read @ W) ** 2) @ W.T
    return residual * d_out + (normalise_back(d_read, x) if normal else d_read)


@takes(kind=among(*STACKS), gain=real(above=0), n_seeds=size(), n_layers=size())
def layer_gradients(kind, gain=1.0, n_seeds=5, n_layers=LAYERS):
    """log10 ‖∂L/∂x_l‖ before each layer l and behind the last one, (n_seeds, n_layers + 1), of L = w · x with random
    w."""
    logs = []
    for seed in range(n_seeds):
        x, weights = draw_stack(seed, gain, n_layers)
        inputs = []
        for W in weights:
            inputs.append(x)
            x = layer(x, W, *STACKS[kind])
        d = np.random.default_rng(seed + 1000).standard_normal(x.shape)
        norms = [np.linalg.norm(d)]
        for x, W in zip(reversed(inputs), weights[::-1]):
            d = layer_back(d, x, W, *STACKS[kind])
            norms.append(np.linalg.norm(d))
        logs.append(np.log10(norms[::-1]))
    return np.array(logs)


@takes(kind=among(*STACKS), gain=real(above=0), n_seeds=size(), n_layers=size())
def shares_added(kind, gain=1.0, n_seeds=5, n_layers=LAYERS):
    """‖x_{l+1} − x_l‖ / ‖x_l‖ of each layer l, (n_layers,), the mean of n_seeds stacks: how much of what a layer finds
    it changes."""
    shares = np.zeros(n_layers)
    for seed in range(n_seeds):
        x, weights = draw_stack(seed, gain, n_layers)
        for number, W in enumerate(weights):
            new = layer(x, W, *STACKS[kind])
            shares[number] += np.linalg.norm(new - x) / np.linalg.norm(x) / n_seeds
            x = new
    return shares


def draw_head(seed, n_steps, size):
    """(x (T, D), W_q, W_k, W_v (D, D)) of one attention head, weights N(0, 1/D)."""
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n_steps, size)), *rng.standard_normal((3, size, size)) / size ** .5


def attend(x, W_q, W_k, W_v):
    """(what the last step's query reads (D,), its weights (T,)): softmax(q Kᵀ / √D) V (Vaswani et al. 2017)."""
    weights = softmax(x @ W_k @ (x[-1] @ W_q) / len(W_k) ** .5)
    return weights @ x @ W_v, weights


@takes(n_steps=size(2), sought=flag, n_seeds=size(), width=size())
def attention_norms(n_steps=1000, sought=False, n_seeds=5, width=16):
    """log10 ‖∂out_T/∂x_k‖ (largest singular value) for k = 1 … T − 1, (n_seeds, T − 1), of what one head reads at the
    last step. sought: the first step holds what the last one asks for, so that nearly all weight is on it."""
    logs = []
    for seed in range(n_seeds):
        x, W_q, W_k, W_v = draw_head(seed, n_steps, width)
        if sought:  # a key of the same direction as the query, and long
            key = x[-1] @ W_q
            x[0] = np.linalg.solve(W_k.T, 12 * width ** .5 * key / (key @ key))
        logs.append(np.log10(np.linalg.norm(attention_jacobians(x, W_q, W_k, W_v), 2, axis=(1, 2))))
    return np.array(logs)


def attention_jacobians(x, W_q, W_k, W_v):
    """∂out_T/∂x_k for k = 1 … T − 1, (T − 1, D, D), outputs in rows: weight_k (W_vᵀ + (v_k − out) (W_k q)ᵀ / √D). One
    step, however far k is."""
    out, weights = attend(x, W_q, W_k, W_v)
    through_key = W_k @ (x[-1] @ W_q) / len(W_k) ** .5
    values = x[:-1] @ W_v
    return weights[:-1, None, None] * (W_v.T + (values - out)[:, :, None] * through_key)
