"""JAX's side: `lax.scan`, compiled by `jit` before it is timed, in float64 where the weights are."""
from functools import partial
from time import perf_counter

import jax
import jax.numpy as jnp

from benchmarks.engine.peers.steps import COMPONENTS, STEPS, Library, joined
from benchmarks.shared.timing import check_one_thread

jax.config.update("jax_platforms", "cpu")
jax.config.update("jax_enable_x64", True)
LIB = Library(jnp.tanh, jax.nn.sigmoid, partial(jnp.split, axis=-1), partial(jnp.concatenate, axis=-1))


def compile_timed(function, *arguments):
    """(the program that `jit` makes of a function for these arguments, seconds that it took)."""
    start = perf_counter()
    return jax.jit(function).lower(*arguments).compile(), perf_counter() - start


def compiled(function, *arguments):
    """(run, compile time): run() calls the compiled function on these arguments and waits for its result."""
    arguments = jax.tree.map(jnp.asarray, arguments)
    program, took = compile_timed(function, *arguments)

    def run():
        return jax.block_until_ready(program(*arguments))

    check_one_thread(run, "JAX")
    return run, took


def unrolled(kind, p, x, state, kept=lambda before, after: None):
    """(last state, what `kept` takes of the states before and after each step); a state is a tuple of components, and
    the input is projected before the loop, as on our side."""
    def step(before, u):
        after = STEPS[kind](LIB, before, u, p)
        return after, kept(before, after)

    return jax.lax.scan(step, state, x @ p["W_x"] + p["b"])


def start(kind, p, x):
    return (jnp.zeros((*x.shape[1:-1], p["W_h"].shape[0]), x.dtype),) * COMPONENTS[kind]


def forward_backward(kind, params, x, dh):
    """(run, compile time): {"h": hidden states, and the gradient of every weight array}."""
    def hidden(p, x):
        return unrolled(kind, p, x, start(kind, p, x), lambda before, after: after[0])[1]

    def both(p, x, dh):
        h, pull = jax.vjp(partial(hidden, x=x), p)
        return {"h": h} | pull(dh)[0]

    return compiled(both, dict(params), x, dh)


def step_jacobians(kind, params, x):
    """(run, compile time): ∂s_{t+1}/∂s_t of all steps (T, K·H, K·H) by vmap(jacrev) of the step."""
    def all_steps(p, x):
        _, s = unrolled(kind, p, x, start(kind, p, x), lambda before, after: LIB.join(before))
        return jax.vmap(jax.jacrev(partial(joined, LIB, kind)), (0, 0, None))(s, x @ p["W_x"] + p["b"], p)

    return compiled(all_steps, dict(params), x)


def whole_jacobian(kind, params, x):
    """(run, compile time): ∂s_T/∂s_0 (K·H, K·H) by one jacrev through the scan."""
    def last(s, p, x):
        return LIB.join(unrolled(kind, p, x, tuple(LIB.split(s, COMPONENTS[kind])))[0])

    def from_zero(p, x):
        return jax.jacrev(last)(LIB.join(start(kind, p, x)), p, x)

    return compiled(from_zero, dict(params), x)
