"""Make layouts_….npz: what the recurrent layers of other frameworks give, to test `course_utils.diagnose.layouts`
against.

    python data/make_layouts_reference.py flax          or equinox, haiku, sonnet, mlx, tf1, torch, paddle, mindspore

Each framework is run in an environment of its own: Flax 0.12.8, Equinox 0.13.8, dm-haiku 0.0.17 (JAX 0.10), MLX 0.32.4
(CPU), dm-sonnet 2.0.2 and the cells of TensorFlow 1 by tf-keras 2.21 (TensorFlow 2.21), PyTorch 2.13.0, Paddle 3.3.1,
MindSpore 2.10.0; on CPU, in float64 where the framework has it. These are Apache-2.0, MIT (MLX) and BSD-3-Clause
(PyTorch); they compute the numbers, none of their code or data is copied, and the files are under this project's
licence, BSD-3-Clause. Weights and inputs are drawn by NumPy.

Arrays are named case/name: x (T, B, D), output (T, B, W), where the framework gives it grad_x (T, B, D) of L = Σ w ∘
output with w (T, B, W); weight/… as the framework names them, flattened with "/"; options, JSON: what one has to say.
"""
import json
import sys
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent
T, B, D, H = 6, 2, 3, 4


def rng(case):
    return np.random.default_rng([len(case), *map(ord, case[:4])])


def drawn(case, tree):
    """The nested dict with every array drawn anew, in the order of its keys."""
    draw = rng(case)

    def again(node):
        if hasattr(node, "items"):
            return {key: again(node[key]) for key in sorted(node)}
        return draw.normal(0, .6, np.shape(node))

    return again(tree)


def flat(tree, before=""):
    """{path: array} of a nested dict."""
    found = {}
    for key, value in tree.items():
        name = f"{before}{key}"
        found |= flat(value, f"{name}/") if hasattr(value, "items") else {name: np.asarray(value)}
    return found


def case_of(case, weights, run, gradient=None, **options):
    """The arrays of one case; run(x) → (T, B, W); gradient(x, w) → ∂L/∂x."""
    draw = rng(case + "x")
    x = draw.standard_normal((T, B, D))
    output = np.asarray(run(x))
    w = draw.standard_normal(output.shape)
    found = {"x": x, "output": output, "w": w, "options": np.array(json.dumps(options))}
    if gradient is not None:
        found["grad_x"] = np.asarray(gradient(x, w))
    return {f"{case}/{name}": array for name, array in found.items()} | {
        f"{case}/weight/{name}": np.asarray(array) for name, array in weights.items()}


def of_jax(case, weights, run, **options):
    import jax

    return case_of(case, weights, run, lambda x, w: jax.grad(lambda x: (w * run(x)).sum())(x), **options)


def jax():
    import jax

    jax.config.update("jax_enable_x64", True)
    return jax


def flax():
    jax()
    import flax.linen as nn
    import jax.numpy as jnp
    from flax import nnx
    from jax import random

    found = {}
    wide = {"dtype": jnp.float64, "param_dtype": jnp.float64}
    for case, make in {"linen_lstm": nn.LSTMCell, "linen_optimized_lstm": nn.OptimizedLSTMCell,
                       "linen_gru": nn.GRUCell, "linen_simple": nn.SimpleCell}.items():
        rnn = nn.RNN(make(H, **wide))
        tree = rnn.init(random.key(0), jnp.zeros((B, T, D)))
        tree = {"params": drawn(case, tree["params"])}
        found |= of_jax(case, flat(tree), lambda x, rnn=rnn, tree=tree:
                        rnn.apply(tree, jnp.swapaxes(x, 0, 1)).swapaxes(0, 1))
    for case, make in {"nnx_lstm": nnx.LSTMCell, "nnx_optimized_lstm": nnx.OptimizedLSTMCell, "nnx_gru": nnx.GRUCell,
                       "nnx_simple": nnx.SimpleCell}.items():
        rnn = nnx.RNN(make(D, H, rngs=nnx.Rngs(0), **wide))
        _, state, _ = nnx.split(rnn, nnx.Param, ...)
        tree = drawn(case, nnx.to_pure_dict(state))
        nnx.replace_by_pure_dict(state, jax().tree.map(jnp.asarray, tree))
        nnx.update(rnn, state)
        found |= case_of(case, flat(tree), lambda x, rnn=rnn: rnn(jnp.swapaxes(jnp.asarray(x), 0, 1)).swapaxes(0, 1))
    return found


def equinox():
    jax()
    import equinox as eqx
    import jax.numpy as jnp
    from jax import lax, random, vmap

    found = {}
    for case, make, more in (("lstm", eqx.nn.LSTMCell, {}), ("gru", eqx.nn.GRUCell, {}),
                             ("lstm_no_bias", eqx.nn.LSTMCell, {"use_bias": False})):
        cell = make(D, H, key=random.key(0), **more)
        names = [name for name in ("weight_ih", "weight_hh", "bias", "bias_n") if getattr(cell, name, None) is not None]
        weights = drawn(case, {name: getattr(cell, name) for name in names})
        cell = eqx.tree_at(lambda c, names=names: [getattr(c, name) for name in names], cell,
                           [jnp.asarray(weights[name]) for name in names])

        def run(x, cell=cell, lstm="lstm" in case):
            start = (jnp.zeros((B, H)),) * 2 if lstm else jnp.zeros((B, H))

            def step(state, x):
                new = vmap(cell)(x, state)
                return new, new[0] if lstm else new

            return lax.scan(step, start, jnp.asarray(x))[1]

        found |= of_jax(case, weights, run)
    return found


def haiku():
    jax()
    import haiku as hk
    import jax.numpy as jnp
    from jax import random

    found = {}
    for case, make, options in (("lstm", hk.LSTM, {}), ("gru", hk.GRU, {}),
                                ("vanilla", hk.VanillaRNN, {})):
        net = hk.without_apply_rng(hk.transform(
            lambda x, make=make: hk.dynamic_unroll(core := make(H), x, core.initial_state(B))[0]))
        tree = drawn(case, net.init(random.key(0), jnp.zeros((T, B, D))))
        found |= of_jax(case, flat(tree), lambda x, net=net, tree=tree: net.apply(tree, jnp.asarray(x)), **options)
    return found


def of_tensorflow(case, weights, run, **options):
    import tensorflow as tf

    def gradient(x, w):
        x = tf.constant(x)
        with tf.GradientTape() as tape:
            tape.watch(x)
            loss = tf.reduce_sum(w * run(x))
        return tape.gradient(loss, x)

    return case_of(case, weights, run, gradient, **options)


def sonnet():
    import sonnet as snt
    import tensorflow as tf

    found = {}
    for case, make, options in (("lstm", snt.LSTM, {}), ("gru", snt.GRU, {}),
                                ("vanilla", snt.VanillaRNN, {})):
        core = make(H, dtype=tf.float64)
        start = core.initial_state(B)
        core(tf.zeros((B, D), tf.float64), start)
        draw = rng(case)
        for variable in core.variables:
            variable.assign(draw.normal(0, .6, variable.shape))
        found |= of_tensorflow(case, {variable.name: variable.numpy() for variable in core.variables},
                               lambda x, core=core, start=start: snt.dynamic_unroll(core, x, start)[0], **options)
    return found


def tf1():
    import tensorflow as tf
    from tf_keras.src.layers.rnn import legacy_cells as cells

    v1 = tf.compat.v1
    v1.disable_eager_execution()
    found = {}
    for case, make in (("basic_lstm", lambda: cells.BasicLSTMCell(H)), ("lstm", lambda: cells.LSTMCell(H)),
                       ("lstm_peepholes", lambda: cells.LSTMCell(H, use_peepholes=True)),
                       ("gru", lambda: cells.GRUCell(H)),
                       ("multi", lambda: cells.MultiRNNCell([cells.BasicLSTMCell(H), cells.BasicLSTMCell(5)])),
                       ("both", lambda: (cells.LSTMCell(H), cells.LSTMCell(H)))):
        with tf.Graph().as_default(), v1.Session() as session:
            x = v1.placeholder(tf.float64, (T, B, D))
            made = make()
            if isinstance(made, tuple):
                output = tf.concat(v1.nn.bidirectional_dynamic_rnn(*made, x, dtype=tf.float64, time_major=True)[0], 2)
            else:
                output = v1.nn.dynamic_rnn(made, x, dtype=tf.float64, time_major=True)[0]
            w = v1.placeholder(tf.float64, output.shape)
            (slope,) = tf.gradients(tf.reduce_sum(w * output), x)
            draw = rng(case)
            session.run(v1.global_variables_initializer())
            variables = v1.global_variables()
            for variable in variables:
                variable.load(draw.normal(0, .6, variable.shape), session)
            weights = {variable.name: session.run(variable) for variable in variables}
            found |= case_of(case, weights, lambda value, x=x, output=output: session.run(output, {x: value}),
                             lambda value, w_value, x=x, w=w, slope=slope: session.run(slope, {x: value, w: w_value}))
    return found


def mlx():
    import mlx.core as mx
    import mlx.nn as nn
    from mlx.utils import tree_flatten, tree_unflatten

    mx.set_default_device(mx.cpu)
    found = {}
    for case, layer in (("lstm", nn.LSTM(D, H)), ("gru", nn.GRU(D, H)), ("rnn", nn.RNN(D, H))):
        names = dict(tree_flatten(layer.parameters()))
        weights = {name: array.astype(np.float32) for name, array in drawn(case, names).items()}
        layer.update(tree_unflatten([(name, mx.array(array)) for name, array in weights.items()]))

        def run(x, layer=layer):
            out = layer(mx.array(x.astype(np.float32)).swapaxes(0, 1))
            return np.array(out[0] if isinstance(out, tuple) else out).swapaxes(0, 1)

        found |= case_of(case, weights, run)
    return found


def torch():
    import torch as t

    found = {}
    for case, kind, options, said in (
            ("lstm_both", "LSTM", {"bidirectional": True}, {}), ("gru_both", "GRU", {"bidirectional": True}, {}),
            ("rnn_both", "RNN", {"bidirectional": True, "nonlinearity": "relu"}, {"activation": "relu"}),
            ("lstm_both_deep", "LSTM", {"bidirectional": True, "num_layers": 3}, {}),
            ("gru_both_deep", "GRU", {"bidirectional": True, "num_layers": 2, "bias": False}, {})):
        net, draw = getattr(t.nn, kind)(D, H, **options).double(), rng(case)
        for parameter in net.parameters():
            parameter.data = t.tensor(draw.normal(0, .5, parameter.shape))

        def gradient(x, w, net=net):
            x = t.tensor(x, requires_grad=True)
            (t.tensor(w) * net(x)[0]).sum().backward()
            return x.grad

        weights = {name: value.detach().numpy() for name, value in net.state_dict().items()}
        found |= case_of(case, weights, lambda x, net=net: net(t.tensor(x))[0].detach(), gradient, **said)
        found |= _packed(case, net, t) | _started(case, net, t)
    return found


def _packed(case, net, t):
    """Outputs of sequences of unequal length, zero in the padding, and input gradients from the last state of each."""
    draw, lengths = rng(case + "p"), t.tensor([T, 3])
    x = t.tensor(draw.standard_normal((T, B, D)), requires_grad=True)
    out, state = net(t.nn.utils.rnn.pack_padded_sequence(x, lengths))
    padded, _ = t.nn.utils.rnn.pad_packed_sequence(out)
    h = state[0] if isinstance(state, tuple) else state
    w = t.tensor(draw.standard_normal((2, H)))
    (h[-2:] * w[:, None]).sum().backward()
    return {f"{case}/packed/{name}": array.detach().numpy() for name, array in (
        ("x", x), ("lengths", lengths), ("output", padded), ("w", w), ("grad_x", x.grad))}


def _started(case, net, t):
    """Outputs from an initial state that is not zero."""
    draw = rng(case + "s")
    x = t.tensor(draw.standard_normal((T, B, D)))
    n = 2 * net.num_layers
    states = [t.tensor(draw.standard_normal((n, B, H))) for _ in range(1 + isinstance(net, t.nn.LSTM))]
    output = net(x, tuple(states) if len(states) > 1 else states[0])[0]
    return {f"{case}/started/{name}": array.detach().numpy() for name, array in (
        ("x", x), ("output", output), *zip(("h0", "c0"), states))}


def paddle():
    import paddle as pd

    pd.set_default_dtype("float64")
    found = {}
    for case, kind, options, said in (
            ("lstm", "LSTM", {}, {}), ("gru_both", "GRU", {"direction": "bidirect"}, {}),
            ("lstm_both_deep", "LSTM", {"direction": "bidirect", "num_layers": 2}, {}),
            ("rnn", "SimpleRNN", {"activation": "relu"}, {"activation": "relu"})):
        net, draw = getattr(pd.nn, kind)(D, H, time_major=True, **options), rng(case)
        for parameter in net.parameters():
            parameter.set_value(draw.normal(0, .5, parameter.shape))

        def gradient(x, w, net=net):
            x = pd.to_tensor(x, stop_gradient=False)
            (pd.to_tensor(w) * net(x)[0]).sum().backward()
            return x.grad.numpy()

        weights = {name: value.numpy() for name, value in net.state_dict().items()}
        found |= case_of(case, weights, lambda x, net=net: net(pd.to_tensor(x))[0].numpy(), gradient, **said)
    return found


def mindspore():
    import mindspore as ms

    found = {}
    for case, kind, options in (("lstm", "LSTM", {}), ("gru_both", "GRU", {"bidirectional": True}),
                                ("lstm_both_deep", "LSTM", {"bidirectional": True, "num_layers": 2})):
        net, draw = getattr(ms.nn, kind)(D, H, **options), rng(case)
        weights = {}
        for name, parameter in net.parameters_and_names():
            weights[name] = draw.normal(0, .5, parameter.shape).astype(np.float32)
            parameter.set_data(ms.Tensor(weights[name]))

        def run(x, net=net, options=options, lstm=kind == "LSTM"):
            n = options.get("num_layers", 1) * (1 + options.get("bidirectional", False))
            zero = ms.Tensor(np.zeros((n, B, H), np.float32))
            return net(ms.Tensor(x.astype(np.float32)), (zero, zero) if lstm else zero)[0].asnumpy()

        found |= case_of(case, weights, run)
    return found


MAKERS = {make.__name__: make for make in (flax, equinox, haiku, sonnet, tf1, mlx, torch, paddle, mindspore)}


def main(names):
    for name in names:
        found = MAKERS[name]()
        file = FOLDER / f"layouts_{name}.npz"
        np.savez_compressed(file, **found)
        print(f"{file.name}: {len(found)} arrays, {file.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main(sys.argv[1:])
