#!/usr/bin/env bash
# Keras 3.15.1: a function of one's own that is called like a built-in activation is replaced by it when a model is loaded.
#
# An activation that Keras does not know is refused by load_model until it is registered or named in custom_objects. One
# whose name a built-in has is saved by that bare name and comes back as the built-in, without a word: the loaded model
# computes something else. So a file that says relu need not mean it.
#
# Seen: LSTM(activation=relu) with relu(a) = a / 2 is loaded without an error or warning; its outputs then differ by more
# than .01 from those before, and equal those of the built-in; the same function called half is refused.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/python" -m pip install --quiet keras==3.15.1 jax==0.10.2 jaxlib==0.10.2 h5py==3.16.0
KERAS_BACKEND=jax "$place/env/bin/python" - "$place" <<'PYTHON'
import sys
import warnings

import keras
import numpy as np

warnings.simplefilter("error", UserWarning)


def relu(a):
    return a / 2


def half(a):
    return a / 2


x = np.random.default_rng(0).standard_normal((2, 5, 3)).astype("float32")


def saved(activation):
    keras.utils.set_random_seed(2)
    model = keras.Sequential([keras.Input((5, 3)), keras.layers.LSTM(4, activation=activation)])
    path = f"{sys.argv[1]}/{getattr(activation, '__name__', activation)}.keras"
    model.save(path)
    return np.asarray(model(x)), path


own, path = saved(relu)
loaded = np.asarray(keras.models.load_model(path)(x))
builtin, _ = saved("relu")
try:
    keras.models.load_model(saved(half)[1])
    refused = "loaded"
except Exception as error:
    refused = type(error).__name__
moved, same = np.abs(loaded - own).max(), np.abs(loaded - builtin).max()
print(f"loaded against saved: {moved:.2f} apart; against the built-in: {same:.0e}; the same called half: {refused}")
sys.exit(not (moved > .01 and same < 1e-6 and refused != "loaded"))
PYTHON
