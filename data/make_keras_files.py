"""Make keras_files/: whole models and weights as Keras writes them, and what their recurrent layers give, to test what
`course_utils.diagnose` reads.

    KERAS_BACKEND=tensorflow python data/make_keras_files.py keras        Keras 3.15.1 on TensorFlow 2.21
    python data/make_keras_files.py tf_keras                              Keras 2, tf-keras 2.21

Both Apache-2.0; they compute the numbers and write the files, and none of their code or data is copied: the files are
under this project's licence, BSD-3-Clause. Weights and inputs are drawn by NumPy; in float32, as models are saved.

outputs_….npz has, named case/name: x (T, B, D); output (T, B, W) of the recurrent layer called "last", or of the layer
before which the case's name says the stack ends; grad_x (T, B, D) of L = Σ w ∘ output with w (T, B, W); file, the name
of the file; options, JSON: what one has to say.
"""
import json
import sys
from importlib import import_module
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).with_name("keras_files")
T, B, D = 6, 2, 3


def models(keras):
    """{case: (what makes the model, the file's ending, options)}; the layer that is looked at is called "last"."""
    layers, version = keras.layers, int(keras.__version__.split(".")[0])

    def sequential(*inner):
        return lambda: keras.Sequential([keras.Input((T, D)), *(make() for make in inner)])

    def lstm(units=3, **more):
        return lambda: layers.LSTM(units, return_sequences=True, **more)

    found = {
        "relu": (sequential(lstm(activation="relu", name="last")), ".h5", {}),
        "hard_sigmoid": (sequential(lstm(recurrent_activation="hard_sigmoid", name="last"), lambda: layers.Dense(2)),
                         ".h5", {}),
        "deep_both": (sequential(lambda: layers.Bidirectional(lstm(2)()), lambda: layers.Dropout(.1),
                                 lambda: layers.Bidirectional(layers.GRU(2, return_sequences=True), name="last")),
                      ".h5", {}),
        "sum": (sequential(lambda: layers.Bidirectional(lstm(3)(), merge_mode="sum", name="last")), ".h5", {}),
        "cells": (sequential(lambda: layers.RNN([layers.LSTMCell(3), layers.GRUCell(2), layers.LSTMCell(4)],
                                                return_sequences=True, name="last")), ".h5", {}),
        "backwards": (sequential(lstm(go_backwards=True, name="first"), lstm(2, name="last")), ".h5", {}),
        "between": (sequential(lstm(name="one"), lambda: layers.Dense(3), lstm(name="last")), ".h5", {"prefix": "one"}),
        "gru_before": (sequential(lambda: layers.GRU(3, return_sequences=True, reset_after=False, use_bias=False,
                                                     activation="softsign", name="last")), ".h5", {}),
        "trained": (sequential(lstm(name="first"), lstm(2, name="last"), lambda: layers.Dense(1)), ".h5", {})}
    if version >= 3:
        found |= {f"{name}_keras": (make, ".keras", options) for name, (make, _, options) in list(found.items())}
        found["alone_weights"] = (sequential(lstm(activation="relu", name="last")), ".weights.h5",
                                  {"activation": "relu"})
        found["swapped"] = (sequential(lstm(name="lstm_1"), lstm(name="lstm")), ".keras",
                            {"layers": ["lstm_1", "lstm"]})  # the file calls them lstm and lstm_1
        found["parallel"] = (lambda: _parallel(keras), ".keras", {"layers": ["left"]})
    else:
        found["embedded"] = (lambda: keras.Sequential([
            keras.Input((T,)), layers.Embedding(9, D, name="table"), lstm(name="last")(),
            layers.TimeDistributed(layers.Dense(2))]), ".h5", {})
    return found


def _parallel(keras):
    """Two stacks that read the same, which have the same sizes."""
    x = keras.Input((T, D))
    left = keras.layers.LSTM(3, return_sequences=True, name="left")(x)
    right = keras.layers.LSTM(3, return_sequences=True, name="right")(x)
    return keras.Model(x, keras.layers.Concatenate(name="last")([left, right]))


def one(keras, tf, case, make, ending, options):
    """The arrays of a case; its file is written."""
    keras.utils.set_random_seed(len(case))
    keras.backend.clear_session()
    model, draw = make(), np.random.default_rng([len(case), *map(ord, case[:4])])
    model.set_weights([draw.normal(0, .6, weight.shape) for weight in model.get_weights()])
    if case.startswith("trained"):
        model.compile("adam", "mse")
        model.fit(draw.standard_normal((4, T, D)), draw.standard_normal((4, T, 1)), verbose=0)
    path = FOLDER / f"{keras.__name__}_{case}{ending}"
    (model.save_weights if ending == ".weights.h5" else model.save)(path)
    last = model.get_layer(options.get("prefix") or options.get("layers", ["last"])[-1])
    inputs = model.get_layer("table").output if case == "embedded" else model.inputs[0]
    part = keras.Model(inputs, last.output)
    x = tf.constant(draw.standard_normal((B, T, D)), tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        output = part(x)
        w = draw.standard_normal(output.shape)
        loss = tf.reduce_sum(tf.cast(w, tf.float32) * output)
    found = {"x": x, "output": output, "w": w, "grad_x": tape.gradient(loss, x)}
    found = {name: np.asarray(array).swapaxes(0, 1) for name, array in found.items()}
    return found | {"file": np.array(path.name), "options": np.array(json.dumps(options))}


def cudnn(keras, tf):
    """A CuDNNLSTM's and a CuDNNGRU's weights, drawn, and what a layer without cuDNN gives that has loaded them."""
    old = import_module("tf_keras.src.saving.legacy.hdf5_format")
    found, draw = {}, np.random.default_rng(9)
    for case, kind, gates in (("cudnn_lstm", "LSTM", 4), ("cudnn_gru", "GRU", 3)):
        H = 3
        given = [draw.normal(0, .6, shape).astype("float32") for shape in ((D, gates * H), (H, gates * H),
                                                                           (2 * gates * H,))]
        layer = getattr(keras.layers, kind)(H, return_sequences=True, name="last")
        model = keras.Sequential([keras.Input((T, D)), layer])
        layer.set_weights(old.preprocess_weights_for_loading(layer, given, original_keras_version="2.4.0",
                                                             original_backend="tensorflow"))
        x = draw.standard_normal((B, T, D)).astype("float32")
        found |= {f"{case}/x": x.swapaxes(0, 1), f"{case}/output": np.asarray(model(x)).swapaxes(0, 1)}
        found |= {f"{case}/weight/{kind}/{name}:0": array
                  for name, array in zip(("kernel", "recurrent_kernel", "bias"), given)}
    return found


def main(name):
    import tensorflow as tf

    keras = import_module(name)
    FOLDER.mkdir(exist_ok=True)
    found = {}
    for case, (make, ending, options) in models(keras).items():
        found |= {f"{case}/{key}": array for key, array in one(keras, tf, case, make, ending, options).items()}
    if name == "tf_keras":
        found |= cudnn(keras, tf)
    np.savez_compressed(FOLDER / f"outputs_{name}.npz", **found)
    size = sum(path.stat().st_size for path in FOLDER.iterdir())
    print(f"{FOLDER.name}: {len(list(FOLDER.iterdir()))} files, {size / 1024:.0f} KiB")


if __name__ == "__main__":
    main(*sys.argv[1:])
