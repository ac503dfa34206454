#!/usr/bin/env bash
# Keras 3.15.1: in a .weights.h5 (and in the weights of a .keras file) the layer called "lstm" can be another one.
#
# save_weights names a layer's group by its class and a counter (lstm, lstm_1, …), never by the layer's own name. Layers
# that were renamed, or whose counter had moved on in the same session, stand under each other's names: whoever looks up
# layers/lstm by the name of the layer gets the weights of the layer called lstm_1, with the right shapes.
#
# Seen: model.layers are "lstm_1" (kernel all 1) and "lstm" (kernel all 2); the file has 1 under layers/lstm and 2 under
# layers/lstm_1. variable.path says lstm_1/… for the first.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/python" -m pip install --quiet keras==3.15.1 jax==0.10.2 jaxlib==0.10.2 h5py==3.16.0
KERAS_BACKEND=jax "$place/env/bin/python" - "$place" <<'PYTHON'
import sys

import h5py
import keras

model = keras.Sequential([keras.Input((5, 3)), keras.layers.LSTM(3, return_sequences=True, name="lstm_1"),
                          keras.layers.LSTM(3, name="lstm")])
for value, layer in enumerate(model.layers, 1):
    layer.set_weights([weight * 0 + value for weight in layer.get_weights()])
path = f"{sys.argv[1]}/model.weights.h5"
model.save_weights(path)
with h5py.File(path) as file:
    found = {name: float(file[f"layers/{name}/cell/vars/0"][0, 0]) for name in ("lstm", "lstm_1")}
by_path = {layer.weights[0].path.split("/")[-3]: float(layer.get_weights()[0][0, 0]) for layer in model.layers}
print("in the file:", found, "· by the layers' own names:", by_path)
sys.exit(found != {"lstm": 1.0, "lstm_1": 2.0} or by_path != {"lstm_1": 1.0, "lstm": 2.0})
PYTHON
