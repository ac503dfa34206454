"""Make onnx_nodes.npz: random nodes RNN, LSTM and GRU of ONNX, and what onnxruntime gives, to test what
`course_utils.diagnose` reads.

    python data/make_onnx_reference.py

Run with onnx 1.23.2 and onnxruntime 1.32.0 (CPU), NumPy 2, in float32, as onnxruntime computes. Both are under
permissive licences (Apache-2.0, MIT); they compute the numbers, none of their code or data is copied, and the file is
under this project's licence, BSD-3-Clause. Weights and inputs are drawn by NumPy.

Arrays are named number/name: model, the bytes of the file; x (T, B, D); output (T, B, directions · H) of the last node;
said, JSON: what the node is (operator, direction, activations, …).
"""
import json
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("onnx_nodes.npz")
N_NODES = 240
GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
N_ACTIVATIONS = {"RNN": 1, "GRU": 2, "LSTM": 3}
PLAIN = ("Relu", "Tanh", "Sigmoid", "Softsign", "Softplus")
NUMBERS = {"Affine": (.5, .1), "ScaledTanh": (1.2, .7), "HardSigmoid": (.25, .4), "LeakyRelu": (.1,), "Elu": (.8,),
           "ThresholdedRelu": (.2,)}
OPSET = 17


def drawn(rng):
    """What a node is to be: {"op": …, …}."""
    op = str(rng.choice([*GATES]))
    said = {"op": op, "direction": str(rng.choice(["forward", "reverse", "bidirectional"])),
            "layout": 0, "B": bool(rng.random() < .8), "start": bool(rng.random() < .3),
            "behind": str(rng.choice(["nothing", "nothing", "turned", "quantised", "joined"]))}
    n = 2 if said["direction"] == "bidirectional" else 1
    if rng.random() < .5:
        each = [[*PLAIN, *NUMBERS] if op == "RNN" or place else ["Sigmoid", "HardSigmoid"]
                for place in range(N_ACTIVATIONS[op])]
        said["activations"] = [str(rng.choice(names)) for _ in range(n) for names in each]
    if op == "GRU":
        said["linear_before_reset"] = int(rng.integers(2))
    if op == "LSTM":
        said["P"] = bool(rng.random() < .4)
        if not said["P"] and "activations" not in said:
            said["input_forget"] = int(rng.random() < .4)
    return said


def numbers_of(activations):
    """(alphas, betas) of a list of activations, as ONNX flattens them."""
    given = [NUMBERS.get(name, ()) for name in activations]
    return [pair[0] for pair in given if pair], [pair[1] for pair in given if len(pair) > 1]


def node(rng, said, name, x, D, H, initializers):
    """The nodes of one level; weights are put into `initializers`."""
    from onnx import helper, numpy_helper

    n = 2 if said["direction"] == "bidirectional" else 1
    wide, extra = GATES[said["op"]] * H, []

    def weight(own, shape, scale=.5):
        array = (scale * rng.standard_normal(shape)).astype("float32")
        initializers.append(numpy_helper.from_array(array, f"{name}_{own}"))
        return f"{name}_{own}"

    def behind(own, shape):
        """A weight that stands behind a node."""
        out = f"{name}_{own}_made"
        if said["behind"] == "turned":
            extra.append(helper.make_node("Transpose", [weight(own, (shape[0], shape[2], shape[1]))], [out],
                                          perm=[0, 2, 1]))
        elif said["behind"] == "quantised":
            values = rng.integers(-127, 128, shape).astype("int8")
            for part, array in (("q", values), ("scale", np.float32(.01)), ("zero", np.int8(3))):
                initializers.append(numpy_helper.from_array(np.asarray(array), f"{name}_{own}_{part}"))
            parts = [f"{name}_{own}_{part}" for part in ("q", "scale", "zero")]
            extra.append(helper.make_node("DequantizeLinear", parts, [out]))
        elif said["behind"] == "joined":
            half = shape[1] // GATES[said["op"]]
            parts = [weight(f"{own}{k}", (shape[0], half, shape[2])) for k in range(GATES[said["op"]])]
            extra.append(helper.make_node("Concat", parts, [out], axis=1))
        else:
            return weight(own, shape)
        return out

    bias = weight("B", (n, 2 * wide)) if said["B"] else ""
    inputs = [x, behind("W", (n, wide, D)), behind("R", (n, wide, H)), bias, ""]
    states = 2 if said["op"] == "LSTM" else 1
    for state in range(states):
        if said["start"]:
            row = rng.standard_normal((n, 1, H)).astype("float32")
            initializers.append(numpy_helper.from_array(np.repeat(row, 2, axis=1), f"{name}_start{state}"))
        inputs.append(f"{name}_start{state}" if said["start"] else "")
    if said.get("P"):
        inputs.append(weight("P", (n, 3 * H)))
    options = {key: said[key] for key in ("direction", "linear_before_reset", "input_forget", "activations")
               if key in said}
    if "activations" in said:
        alphas, betas = numbers_of(said["activations"])
        options |= {key: values for key, values in (("activation_alpha", alphas), ("activation_beta", betas)) if values}
    return [*extra, helper.make_node(said["op"], inputs, [f"{name}_Y"], name=name, hidden_size=H, **options)], n * H


def model(rng, said, T, B, D):
    """(ONNX model, width): one level, or two that feed one another."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    D0 = D
    initializers, nodes, x, levels = [], [], "x", [said, *([said] if said.get("deep") else [])]
    for k, one in enumerate(levels):
        H = int(rng.integers(2, 5))
        made, width = node(rng, one, f"level{k}", x, D, H, initializers)
        nodes += made
        # (T, directions, B, H) → (T, B, directions · H), as PyTorch's exporter does it
        nodes += [helper.make_node("Transpose", [f"level{k}_Y"], [f"turned{k}"], perm=[0, 2, 1, 3]),
                  helper.make_node("Reshape", [f"turned{k}", "shape"], [f"shown{k}"])]
        x, D = f"shown{k}", width
    initializers.append(numpy_helper.from_array(np.array([0, 0, -1]), "shape"))
    graph = helper.make_graph(nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [T, B, D0])],
                              [helper.make_tensor_value_info(x, TensorProto.FLOAT, [T, B, D])], initializers)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
    onnx.checker.check_model(made)
    return made


def one(seed):
    """The arrays of one node."""
    import onnxruntime

    rng = np.random.default_rng([2026, seed])
    said, (T, B, D) = drawn(rng), (6, 2, 3)
    said["deep"] = bool(rng.random() < .3)
    made = model(rng, said, T, B, D).SerializeToString()
    session = onnxruntime.InferenceSession(made, providers=["CPUExecutionProvider"])
    x = rng.standard_normal((T, B, D)).astype("float32")
    (output,) = session.run(None, {"x": x})
    return {"model": np.frombuffer(made, np.uint8), "x": x, "output": output, "said": np.array(json.dumps(said))}


def main():
    found = {f"{seed}/{name}": array for seed in range(N_NODES) for name, array in one(seed).items()}
    np.savez_compressed(FILE, **found)
    print(f"{FILE.name}: {N_NODES} nodes, {FILE.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
