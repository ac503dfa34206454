"""python frameworks.py ASKED.json IN.npz OUT.npz: what a framework itself makes of x (T, B, D) with the weights of a
file, h (T, B, H) in float32, and h64 in float64 where it can; or the arrays of a file that `read_network` refuses, by
the lines that its message gives.

A process of its own, with whatever Python has the framework; nothing of the course is imported here."""
import ast
import json
import os
import sys
import zipfile

import numpy as np

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"


# PyTorch

def torch(x, path, module="", key=None, kind="LSTM", **options):
    """nn.LSTM, nn.GRU or nn.RNN with the weights of a state_dict; key: under which it lies in the checkpoint."""
    import torch

    with torch.no_grad():
        x = torch.from_numpy(x)
        state = {name: value.to(x.dtype) for name, value in _state(path, key).items()}
        state = {name[len(module):]: value for name, value in state.items() if name.startswith(module)}
        state = {name if "_l" in name else f"{name}_l0": value for name, value in state.items()}
        layers = len({name.partition("_l")[2][:1] for name in state})
        network = getattr(torch.nn, kind)(x.shape[2], state["weight_hh_l0"].shape[1], layers,
                                          bidirectional="weight_hh_l0_reverse" in state, dtype=x.dtype, **options)
        network.load_state_dict(state)
        return network.eval()(x)[0].numpy()


def _state(path, key):
    import torch

    if path.endswith(".safetensors"):
        from safetensors.torch import load_file
        return load_file(path)
    if path.endswith(".jit"):
        return torch.jit.load(path, map_location="cpu").state_dict()
    found = torch.load(path, map_location="cpu", weights_only=True)
    return found[key] if key else found


# Keras, of version 2 (tf-keras) and 3

def keras2(x, path, layers, settings=None, config=None):
    """The layers of a .h5 one upon the other, each as the file, or the file `config` beside it, describes it, or of the
    settings [[class, settings], …]."""
    import h5py
    import tf_keras
    from tf_keras.src.saving.legacy.hdf5_format import preprocess_weights_for_loading as as_now

    with h5py.File(path) as file:
        group = file["model_weights"] if "model_weights" in file else file
        said = _read(config) if config else _text(file.attrs.get("model_config", ""))
        version, backend = (_text(group.attrs[name]) for name in ("keras_version", "backend"))
        for n, name in enumerate(layers):
            if settings:
                layer = getattr(tf_keras.layers, settings[n][0])(**settings[n][1], dtype=x.dtype.name)
            else:
                layer = _described(tf_keras, _layers_of(json.loads(said))[name], x.dtype.name)
            layer.build((None, None, x.shape[2]))
            weights = [group[name][_text(one)][()].astype(x.dtype) for one in group[name].attrs["weight_names"]]
            layer.set_weights(as_now(layer, weights, version, backend))
            x = _by_batch(layer, x)
    return x


def _read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def _text(value):
    return value.decode() if isinstance(value, bytes) else value


def _layers_of(model):
    inner = model["config"]
    return {layer["config"]["name"]: layer for layer in (inner["layers"] if isinstance(inner, dict) else inner)}


def _described(keras, layer, dtype):
    """A layer as its description has it, showing every step; cuDNN's are the plain ones with its conventions."""
    inner = [layer["config"].get(side) for side in ("layer", "backward_layer")]
    for one in (layer, *inner):
        if one:
            one["config"]["dtype"] = dtype
            if one is not layer or not any(inner):
                one["config"] |= {"return_sequences": True, "return_state": False}
            if one["class_name"].startswith("CuDNN"):
                one["class_name"] = one["class_name"][5:]
                one["config"]["recurrent_activation"] = "sigmoid"
                if one["class_name"] == "GRU":
                    one["config"]["reset_after"] = True
            elif one["class_name"] == "GRU":
                one["config"].setdefault("reset_after", False)  # before Keras 2.1.6 there was no other
    return keras.layers.deserialize(layer)


def _by_batch(layer, x):
    return np.asarray(layer(x.swapaxes(0, 1))).swapaxes(0, 1)


def keras3(x, path, layer):
    """A layer of a .keras file, made anew of its description, with the arrays of its cells in Keras' order."""
    import h5py
    import keras

    with zipfile.ZipFile(path) as archive:
        layers = _layers_of(json.loads(archive.read("config.json")))
        place = _places(layers)[layer]
        made = _described(keras, layers[layer], x.dtype.name)
        made.build((None, None, x.shape[2]))
        with archive.open("model.weights.h5") as member, h5py.File(member) as file:
            found = []
            file["layers"][place].visititems(lambda _, one: found.append(one) if isinstance(one, h5py.Group) and len(
                one) and all(isinstance(part, h5py.Dataset) for part in one.values()) else None)
            sides = sorted(found, key=lambda one: "backward" in one.name)
            made.set_weights([one[n][()] for one in sides for n in sorted(one)])
    return _by_batch(made, x)


def _places(layers):
    counts, found = {}, {}
    for name, layer in layers.items():
        kind = layer["class_name"].lower()
        n = counts[kind] = counts.get(kind, -1) + 1
        found[name] = kind + (f"_{n}" if n else "")
    return found


# TensorFlow 1

def graph(x, path, feeds, fetch, batch_first=False):
    """A frozen graph run by TensorFlow: x is put in where its recurrent part begins. feeds: {tensor: what it is}, None
    for x, "lengths" for the number of steps of every sequence, a number, or a shape for zeros."""
    import tensorflow as tf

    lengths, x = np.full(x.shape[1], len(x)), x.swapaxes(0, 1) if batch_first else x
    fed = {name: x if value is None else lengths if value == "lengths" else np.zeros(value, np.float32)
           if isinstance(value, list) else np.float32(value) for name, value in feeds.items()}
    one = tf.compat.v1
    with one.Graph().as_default() as whole, open(path, "rb") as file:
        one.import_graph_def(one.GraphDef.FromString(file.read()), name="")
        with one.Session(graph=whole) as session:
            h = np.concatenate(session.run(fetch, fed), axis=-1)
    return h.swapaxes(0, 1) if batch_first else h


def saved_model(x, path):
    """The recurrent layers of a model that Keras 2 saved in TensorFlow's form, one upon the other."""
    import tf_keras

    for layer in tf_keras.models.load_model(path, compile=False).layers:
        if isinstance(layer, tf_keras.layers.Bidirectional | tf_keras.layers.RNN):
            x = _by_batch(layer, x)
    return x


# ONNX

def onnx(x, path, first, last, unrounded=False):
    """The nodes from `first` to `last`, cut out of a graph with what their weights are made of, in onnxruntime; initial
    states that are made when the graph runs are left out, which means zero. unrounded: a DynamicQuantizeLSTM is run as
    an LSTM with the numbers that its int8 weights mean."""
    import onnx
    import onnxruntime

    model = onnx.load(path)
    nodes, constants, makers = next(scope for scope in _scopes(model.graph, {}, {})
                                    if any(node.name == last for node in scope[0]))
    for node in nodes:
        if node.op_type in ("LSTM", "GRU", "DynamicQuantizeLSTM"):
            for n in (5, 6):
                if len(node.input) > n and not _is_constant(node.input[n], constants, makers):
                    node.input[n] = ""
        if node.op_type == "DynamicQuantizeLSTM" and unrounded:
            _make_plain(onnx, node, constants)
    end, start = (next(node for node in nodes if node.name == name) for name in (last, first))
    cut, held = {}, {}

    def take(name):
        """Everything that `name` is made of, in the order in which it is computed."""
        if name in constants:
            held[name] = constants[name]
        elif name and name != start.input[0] and id(makers[name]) not in cut:
            for below in makers[name].input:
                take(below)
            cut[id(makers[name])] = makers[name]

    take(end.output[0])
    helper = onnx.helper
    given = helper.make_tensor_value_info(start.input[0], onnx.TensorProto.FLOAT, x.shape)
    whole = helper.make_model(
        helper.make_graph(list(cut.values()), "cut", [given], [helper.make_empty_tensor_value_info(end.output[0])],
                          list(held.values())),
        opset_imports=[one for one in model.opset_import if one.domain in ("", "com.microsoft")],
        ir_version=model.ir_version)
    session = onnxruntime.InferenceSession(whole.SerializeToString(), providers=["CPUExecutionProvider"])
    h = session.run(None, {start.input[0]: x})[0]  # (T, directions, B, H)
    return h.swapaxes(1, 2).reshape(*x.shape[:2], -1)


def _scopes(graph, constants, makers):
    """(nodes, constants, makers) of a graph and of those within it."""
    constants = constants | {one.name: one for one in graph.initializer}
    makers = makers | {name: node for node in graph.node for name in node.output}
    yield graph.node, constants, makers
    for node in graph.node:
        for own in node.attribute:
            if own.HasField("g"):
                yield from _scopes(own.g, constants, makers)


def _is_constant(name, constants, makers):
    if name in constants:
        return True
    maker = makers.get(name)
    return maker is not None and (maker.op_type == "Constant" or (bool(maker.input) and all(
        _is_constant(one, constants, makers) for one in maker.input if one)))


def _make_plain(onnx, node, constants):
    arrays = {n: onnx.numpy_helper.to_array(constants[node.input[n]]).astype(np.float32) for n in (1, 2, 8, 9, 10, 11)}
    for n, scale, zero in ((1, 8, 9), (2, 10, 11)):
        scale, zero = (arrays[one].reshape(len(arrays[n]), 1, -1) for one in (scale, zero))
        name = f"{node.input[n]}_unrounded"
        constants[name] = onnx.numpy_helper.from_array(
            np.ascontiguousarray(((arrays[n] - zero) * scale).swapaxes(1, 2)), name)
        node.input[n] = name
    del node.input[7:]
    node.op_type, node.domain = "LSTM", ""


# a package that computes its network in NumPy

def package(x, path, source, method, arrays):
    """A method (x, steps, *weights) of a package's class, with the methods beside it that it calls."""
    tree = ast.parse(_read(source))
    methods = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
               and node.name in ("sigmoid", method, f"{method}cell")]
    made = ast.ClassDef("Own", [], [], methods, [], type_params=[])
    found = {"np": np}
    exec(compile(ast.fix_missing_locations(ast.Module([made], [])), source, "exec"), found)
    weights = np.load(path)
    h = getattr(found["Own"](), method)(x.swapaxes(0, 1), len(x), *(weights[name] for name in arrays))
    return h.swapaxes(0, 1)


# the lines that convert what is refused

def from_script(path):
    import torch
    return {k: v.numpy() for k, v in torch.jit.load(path, map_location="cpu").state_dict().items()}


def from_saved_model(path):
    import tensorflow as tf
    return {v.name: v.numpy() for v in tf.saved_model.load(path).variables}


def from_graph(path):
    import tensorflow as tf

    with open(path, "rb") as file:
        graph = tf.compat.v1.GraphDef.FromString(file.read())
    return {n.name: tf.make_ndarray(n.attr["value"].tensor) for n in graph.node if n.op == "Const"}


def main(asked, inside, out):
    with open(asked, encoding="utf-8") as file:
        asked = json.load(file)
    function = globals()[asked.pop("function")]
    if function.__name__.startswith("from_"):
        np.savez(out, **{name: array for name, array in function(**asked).items() if array.dtype.kind == "f"})
    else:
        x = np.load(inside)["x"]
        both = {"h64": x.astype(float)} if function in (torch, keras2, keras3) else {}
        np.savez(out, **{name: function(one, **asked) for name, one in ({"h": x} | both).items()})


if __name__ == "__main__":
    main(*sys.argv[1:])
