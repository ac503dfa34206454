"""JAX's training step: loss, gradients, clipping by norm and Adam in one compiled program."""
import jax
import jax.numpy as jnp

from benchmarks.engine.peers.jax_side import compile_timed, start, unrolled

DECAYS, EPS = (.9, .999), 1e-8


def step(weights, batch, lr, max_norm):
    """(run, compile time): each run() takes a step and gives its loss."""
    weights = {name: jnp.array(array) for name, array in weights.items()}
    zeros = jax.tree.map(jnp.zeros_like, weights)
    held = [weights, zeros, zeros, jnp.zeros((), batch.x.dtype)]
    program, took = compile_timed(
        lambda x, target, *held: _step(x, target, lr, max_norm, *held), batch.x, batch.target[-1], *held)

    def run():
        loss, *held[:] = jax.block_until_ready(program(batch.x, batch.target[-1], *held))
        return loss

    return run, took


def _loss(weights, x, target):
    h = unrolled("LSTM", weights, x, start("LSTM", weights, x))[0][0]
    return jnp.mean((h @ weights["W_y"] + weights["b_y"] - target) ** 2)


def _step(x, target, lr, max_norm, weights, first, second, n):
    """(loss, weights, both averages, number of steps) after one step of Adam on the clipped gradient."""
    loss, grads = jax.value_and_grad(_loss)(weights, x, target)
    norm = jnp.sqrt(sum(jnp.sum(g * g) for g in grads.values()))
    grads, n = jax.tree.map(lambda g: g * jnp.minimum(1, max_norm / norm), grads), n + 1
    first = jax.tree.map(lambda m, g: DECAYS[0] * m + (1 - DECAYS[0]) * g, first, grads)
    second = jax.tree.map(lambda v, g: DECAYS[1] * v + (1 - DECAYS[1]) * g * g, second, grads)
    weights = jax.tree.map(
        lambda w, m, v: w - lr * (m / (1 - DECAYS[0] ** n)) / (jnp.sqrt(v / (1 - DECAYS[1] ** n)) + EPS),
        weights, first, second)
    return loss, weights, first, second, n
