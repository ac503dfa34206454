#!/usr/bin/env bash
# Keras 3.15.1: behind an LSTM with go_backwards=True and return_sequences=True the mask no longer fits the sequence.
#
# The layer shows its outputs in the order in which it read them, last step first, so the padding comes first. The mask is
# handed on as it came, in the order of the input: a layer above skips real steps and reads padding. What the model gives
# for a padded sequence is not what it gives for the sequence alone; with a layer that reads forwards it is.
#
# Seen: largest difference, padded against alone: 0 (to rounding) with a forward layer below, more than .01 with
# go_backwards; with the mask turned by hand it is 0 again.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/python" -m pip install --quiet keras==3.15.1 jax==0.10.2 jaxlib==0.10.2
KERAS_BACKEND=jax "$place/env/bin/python" <<'PYTHON'
import sys

import keras
import numpy as np

rng = np.random.default_rng(0)
alone = 5 * rng.standard_normal((1, 3, 2)).astype("float32")
padded = np.concatenate([alone, np.zeros((1, 3, 2), "float32")], axis=1)
mask = np.array([[True] * 3 + [False] * 3])


def difference(backwards, by_hand=False):
    keras.utils.set_random_seed(1)
    below = keras.layers.LSTM(4, return_sequences=True, go_backwards=backwards)
    above = keras.layers.LSTM(4)

    def run(x, mask):
        if by_hand:
            return above(below(x, mask=mask), mask=mask[:, ::-1])
        if mask.all():
            return above(below(x))
        return above(below(keras.layers.Masking()(x)))  # the mask goes along by itself

    return float(np.abs(np.asarray(run(padded, mask)) - np.asarray(run(alone, mask[:, :3]))).max())


seen = difference(False), difference(True), difference(True, by_hand=True)
print("padded against alone: forwards {:.1e}, go_backwards {:.2f}, mask turned by hand {:.1e}".format(*seen))
sys.exit(not (seen[0] < 1e-6 and seen[1] > .01 and seen[2] < 1e-6))
PYTHON
