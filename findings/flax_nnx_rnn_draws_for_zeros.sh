#!/usr/bin/env bash
# Flax 0.12.8: a plain forward pass of nnx.RNN cannot be put under jax.jit or jax.grad, although nothing in it is random.
#
# Modules of nnx that are only read (nnx.Linear) may be closed over by jax's own transformations. nnx.RNN makes the cell's
# initial carry at each call, all zeros by default, and asks the cell's random stream for a key all the same: the stream's
# counter is a variable, and changing it within a trace is refused. nnx.jit and nnx.grad, which carry variables, work.
#
# Seen: jax.jit and jax.grad of lambda x: rnn(x) raise TraceContextError ("Cannot mutate RngCount"), those of an nnx.Linear
# do not; nnx.grad gives the gradient; the counter is one higher after each call, and the output of both calls is the same.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/python" -m pip install --quiet flax==0.12.8 jax==0.10.2 jaxlib==0.10.2
"$place/env/bin/python" - <<'PYTHON'
import sys

import jax
import jax.numpy as jnp
from flax import nnx

rnn, linear = nnx.RNN(nnx.LSTMCell(3, 4, rngs=nnx.Rngs(0))), nnx.Linear(3, 4, rngs=nnx.Rngs(0))
x = jnp.ones((2, 5, 3))


def outcome(call):
    try:
        return str(jnp.shape(call()))
    except Exception as error:
        return type(error).__name__


seen = {f"{name} {transform.__name__}": outcome(lambda m=m, t=transform: t(lambda x: m(x).sum())(x))
        for name, m in (("RNN", rnn), ("Linear", linear)) for transform in (jax.jit, jax.grad)}
seen["RNN nnx.grad"] = outcome(lambda: nnx.grad(lambda m, x: m(x).sum(), argnums=1)(rnn, x))


def counts():
    return [int(leaf) for path, leaf in nnx.to_flat_state(nnx.state(rnn, nnx.RngCount)) for leaf in [leaf.get_value()]]


before, first = counts(), rnn(x)
seen["counter moves"], seen["same output"] = counts() != before, bool((rnn(x) == first).all())
print(seen)
sys.exit(seen != {"RNN jit": "TraceContextError", "RNN grad": "TraceContextError", "Linear jit": "()",
                  "Linear grad": "(2, 5, 3)", "RNN nnx.grad": "(2, 5, 3)", "counter moves": True, "same output": True})
PYTHON
