"""Make keras_reference.npz and keras_stack.weights.h5: outputs and input gradients of Keras' recurrent layers, and a
file as Keras writes it, to test what `course_utils.diagnose` reads.

    KERAS_BACKEND=tensorflow python data/make_keras_reference.py

Run with Keras 3.15.1 on TensorFlow 2.21.0 (CPU), NumPy 2 and h5py 3.14; all in float64, which this backend alone
keeps in every layer. Keras and TensorFlow (Apache-2.0) compute the numbers and none of their code or data is copied:
the files are under this project's licence, BSD-3-Clause. Weights and input are drawn by NumPy, so that another
release changes the results in the last digits at most.

Arrays are named case/name or case/weight/name: x (B, T, D) in Keras' order, output (B, T, H) of the last recurrent
layer, w_output (B, T, H), grad_x (B, T, D) of L = Σ w_output ∘ output; weight/… by `variable.path`. The case "stack"
(LSTM, GRU, LSTM, dense layer) is the one in keras_stack.weights.h5, after a step of training.
"""
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("keras_reference.npz")
WEIGHTS = Path(__file__).with_name("keras_stack.weights.h5")
BATCH, STEPS, INPUTS = 3, 7, 4
CASES = {  # name: [(layer, units, options)]
    "rnn_tanh": [("SimpleRNN", 5, {}), ("SimpleRNN", 3, {})],
    "rnn_relu": [("SimpleRNN", 5, {"activation": "relu"}), ("SimpleRNN", 3, {"activation": "relu"})],
    "lstm": [("LSTM", 5, {}), ("LSTM", 3, {})],
    "lstm_no_bias": [("LSTM", 5, {"use_bias": False})],
    "gru_after": [("GRU", 5, {}), ("GRU", 3, {})],
    "gru_before": [("GRU", 5, {"reset_after": False}), ("GRU", 3, {"reset_after": False})],
    "gru_after_no_bias": [("GRU", 5, {"use_bias": False})],
    "gru_before_no_bias": [("GRU", 5, {"use_bias": False, "reset_after": False})],
    "stack": [("LSTM", 5, {}), ("GRU", 3, {}), ("LSTM", 2, {})],
}


def build(case, rng):
    """The model of a case, all its weights drawn by NumPy."""
    import keras

    keras.utils.clear_session()
    keras.config.set_floatx("float64")
    layers = [getattr(keras.layers, kind)(units, return_sequences=True, **options)
              for kind, units, options in CASES[case]]
    layers += [keras.layers.Dense(2)] if case == "stack" else []
    model = keras.Sequential([keras.Input((STEPS, INPUTS)), *layers], name="model")
    model.set_weights([rng.normal(0, .5, weight.shape) for weight in model.weights])
    return model


def run(case, seed=0):
    """({name: array} of one case, its model)."""
    import tensorflow as tf

    rng = np.random.default_rng(seed)
    model = build(case, rng)
    x = rng.normal(size=(BATCH, STEPS, INPUTS))
    if case == "stack":  # so that the file has an optimiser's arrays too
        model.compile("adam", "mse", jit_compile=False)
        model.train_on_batch(x, np.zeros((BATCH, STEPS, 2)))
    w_output = rng.normal(size=(BATCH, STEPS, CASES[case][-1][1]))

    with tf.GradientTape() as tape:
        inputs = output = tf.Variable(x)
        for layer in model.layers[:len(CASES[case])]:
            output = layer(output)
        loss = tf.reduce_sum(w_output * output)
    found = {"x": x, "output": output.numpy(), "w_output": w_output, "grad_x": tape.gradient(loss, inputs).numpy()}
    return found | {f"weight/{weight.path}": weight.numpy() for weight in model.weights}, model


def main():
    everything = {}
    for case in CASES:
        found, model = run(case)
        assert {array.dtype for array in found.values()} == {np.dtype(float)}
        everything |= {f"{case}/{name}": array for name, array in found.items()}
        if case == "stack":
            model.save_weights(WEIGHTS)
    np.savez_compressed(FILE, **everything)
    print(f"{FILE.name}: {len(everything)} arrays, {FILE.stat().st_size / 1024:.0f} KiB; "
          f"{WEIGHTS.name}: {WEIGHTS.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
