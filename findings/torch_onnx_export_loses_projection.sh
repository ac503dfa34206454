#!/usr/bin/env bash
# PyTorch 2.13.0 (onnxscript 0.7.2, onnx 1.23.2): the default exporter writes an LSTM with proj_size as one without it.
#
# torch.onnx.export(..., dynamo=True) neither refuses nor warns: the node LSTM has hidden_size = proj_size, its W and R are
# cut to the rows that such a node may have, and the projection is not in the file. onnx' checker is content with it. The
# older exporter (dynamo=False) refuses the same module by name.
#
# Seen: of LSTM(3, 4, proj_size=2), whose weight_ih is (16, 3), W in the file is (1, 8, 3) and hidden_size is 2; nothing has
# the shape of weight_hr, (2, 4); checker.check_model passes; dynamo=False raises SymbolicValueError.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/python" -m pip install --quiet torch==2.13.0 onnx==1.23.2 onnxscript==0.7.2
"$place/env/bin/python" - "$place" <<'PYTHON'
import sys
from importlib.metadata import version

import onnx
import torch

module, path = torch.nn.LSTM(3, 4, proj_size=2).eval(), f"{sys.argv[1]}/lstm.onnx"
x = torch.zeros(5, 1, 3)
torch.onnx.export(module, (x,), path, dynamo=True, external_data=False, verbose=False)
model = onnx.load(path)
onnx.checker.check_model(model)
shapes = {one.name: tuple(one.dims) for one in model.graph.initializer}
(node,) = [node for node in model.graph.node if node.op_type == "LSTM"]
hidden = next(own.i for own in node.attribute if own.name == "hidden_size")
try:
    torch.onnx.export(module, (x,), f"{sys.argv[1]}/old.onnx", dynamo=False)
    old = "exported"
except Exception as error:
    old = type(error).__name__
print("onnxscript", version("onnxscript"), "| hidden_size", hidden, "| W", shapes.get(node.input[1]), "| all", shapes,
      "| dynamo=False:", old)
projected = any(shape[-2:] == (2, 4) for shape in shapes.values())
sys.exit(not (hidden == 2 and shapes.get(node.input[1]) == (1, 8, 3) and not projected and old != "exported"))
PYTHON
