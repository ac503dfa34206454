"""What once came out silently wrong, from files that are valid: each is right now, refused, or said to be assumed."""
import json
import re
from dataclasses import replace

import numpy as np
import pytest

from course_utils.diagnose import Network, network_from_arrays, read_network

H = 4


def lstm_node(onnx, rng, given, name, n_inputs=H, **options):
    """(node, initializers) of an ONNX LSTM of H units that reads `given`."""
    arrays = {f"{name}_W": rng.standard_normal((1, 4 * H, n_inputs)), f"{name}_R": rng.standard_normal((1, 4 * H, H))}
    node = onnx.helper.make_node("LSTM", [given, *arrays], [f"{name}_Y"], name=name, hidden_size=H, **options)
    return node, [onnx.numpy_helper.from_array(array.astype("float32"), key) for key, array in arrays.items()]


def write_onnx(onnx, path, nodes, initializers, opset=17, extra=(), sizes=()):
    graph = onnx.helper.make_graph(nodes, "g", [onnx.helper.make_tensor_value_info("x", 1, ["T", "B", H])],
                                   [onnx.helper.make_empty_tensor_value_info(nodes[-1].output[0])], initializers,
                                   value_info=[onnx.helper.make_tensor_value_info("y", 1, sizes)] * bool(sizes))
    domains = [onnx.helper.make_opsetid(domain, 1) for domain in extra]
    onnx.save(onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", opset), *domains]), path)
    return path


def two_levels(onnx, path, between, constants=(), upper=None, sizes=()):
    """An ONNX file of two LSTMs, a and b, with the nodes `between` them, which make z of a_Y."""
    rng = np.random.default_rng(0)
    below, weights = lstm_node(onnx, rng, "x", "a")
    above, more = lstm_node(onnx, rng, "z", "b", **(upper or {}))
    nodes = [below, *(onnx.helper.make_node(kind, given, made, **own) for kind, given, made, own in between), above]
    held = [onnx.numpy_helper.from_array(np.array(array), name) for name, array in dict(constants).items()]
    return write_onnx(onnx, path, nodes, [*weights, *more, *held], sizes=sizes)


SQUEEZED = ("Squeeze", ["a_Y", "one"], ["y"], {})


@pytest.mark.parametrize(("between", "constants"), (
    ([SQUEEZED, ("Transpose", ["y"], ["z"], {"perm": [1, 0, 2]})], {"one": [1]}),
    ([SQUEEZED, ("Reshape", ["y", "to"], ["z"], {})], {"one": [1], "to": [1, 10, H]}),
    ([SQUEEZED, ("Cast", ["y"], ["i"], {"to": 6}), ("Cast", ["i"], ["z"], {"to": 1})], {"one": [1]})),
    ids=("axes exchanged", "steps of all sequences in a row", "rounded"))
def test_onnx_levels_between_which_more_than_the_shape_changes_are_no_stack(between, constants, tmp_path):
    """nn.LSTM into nn.LSTM(batch_first=True) was read as if both had time first."""
    onnx = pytest.importorskip("onnx")
    path = two_levels(onnx, tmp_path / "m.onnx", between, constants, sizes=(5, 2, H))
    with pytest.raises(ValueError, match="there are 2 recurrent networks, 'a', 'b'"):
        read_network(path)
    assert read_network(path, prefix="b").layers[0].name == "b"


@pytest.mark.parametrize(("between", "constants", "upper"), (
    ([SQUEEZED, ("Identity", ["y"], ["z"], {})], {"one": [1]}, None),
    ([("Reshape", ["a_Y", "to"], ["z"], {})], {"to": [0, -1, H]}, None),
    ([("Transpose", ["a_Y"], ["y"], {"perm": [2, 0, 1, 3]}), ("Reshape", ["y", "to"], ["z"], {})],
     {"to": [0, 0, -1]}, {"layout": 1})), ids=("squeezed", "reshaped", "batch first above"))
def test_onnx_levels_between_which_the_shape_alone_changes_are_a_stack(between, constants, upper, tmp_path):
    onnx = pytest.importorskip("onnx")
    network = read_network(two_levels(onnx, tmp_path / "m.onnx", between, constants, upper))
    assert [layer.name for layer in network.layers] == ["a", "b"] and not network.assumed


def test_onnx_reshapes_that_may_mix_steps_and_sequences_are_told(tmp_path):
    """Whether (5, 2) are the steps and the sequences the file does not say."""
    onnx = pytest.importorskip("onnx")
    between = [SQUEEZED, ("Reshape", ["y", "to"], ["z"], {})]
    for to in ([5, 2, H], [1, -1, H]):
        path = two_levels(onnx, tmp_path / "m.onnx", between, {"one": [1], "to": to})
        (said,) = read_network(path).assumed
        assert "that b reads what a shows step by step" in said
    path = two_levels(onnx, tmp_path / "m.onnx", between, {"one": [1], "to": [5, 2, H]}, sizes=(5, 2, H))
    assert not read_network(path).assumed


def test_onnx_networks_with_a_common_beginning_are_both_named(tmp_path):
    """Two LSTMs that read a third: the last one was taken, without a word."""
    onnx = pytest.importorskip("onnx")
    rng = np.random.default_rng(0)
    below, weights = lstm_node(onnx, rng, "x", "a")
    squeezed = onnx.helper.make_node("Squeeze", ["a_Y", "one"], ["y"])
    weights.append(onnx.numpy_helper.from_array(np.array([1]), "one"))
    heads = [lstm_node(onnx, rng, "y", name) for name in ("b", "c")]
    path = write_onnx(onnx, tmp_path / "m.onnx", [below, squeezed, *(node for node, _ in heads)],
                      weights + [array for _, held in heads for array in held])
    with pytest.raises(ValueError, match="there are 2 recurrent networks, 'b', 'c'"):
        read_network(path)
    for head in "bc":
        assert [layer.name for layer in read_network(path, prefix=head).layers] == ["a", head]
    assert [layer.name for layer in read_network(path, layers=("a", "b")).layers] == ["a", "b"]
    assert [layer.name for layer in read_network(path, layers=("c",)).layers] == ["c"]
    with pytest.raises(ValueError, match="prefix is 'd', expected one of 'a', 'b', 'c'"):
        read_network(path, layers=("a", "d"))


def test_onnx_nodes_of_other_domains_are_not_what_their_names_say(tmp_path):
    onnx = pytest.importorskip("onnx")
    node, weights = lstm_node(onnx, np.random.default_rng(0), "x", "a", domain="my.own")
    with pytest.raises(ValueError, match="the graph has none of the nodes RNN, LSTM and GRU"):
        read_network(write_onnx(onnx, tmp_path / "m.onnx", [node], weights, extra=["my.own"]))


def test_onnx_lengths_in_a_constant_node_are_lengths_in_the_file(tmp_path):
    onnx = pytest.importorskip("onnx")
    node, weights = lstm_node(onnx, np.random.default_rng(0), "x", "a")
    node.input.extend(["", "lengths"])
    lengths = onnx.helper.make_node("Constant", [], ["lengths"],
                                    value=onnx.numpy_helper.from_array(np.array([3, 2], "int32")))
    with pytest.raises(ValueError, match="has lengths of its sequences"):
        read_network(write_onnx(onnx, tmp_path / "m.onnx", [lengths, node], weights))


def test_onnx_weights_are_folded_by_the_operators_of_their_own_opset(tmp_path):
    """Split took its sizes, Unsqueeze its axes from attributes before opset 13; today's would cut in halves."""
    onnx = pytest.importorskip("onnx")
    rng = np.random.default_rng(0)
    W, R = rng.standard_normal((2, 4 * H, H)).astype("float32")
    both = np.concatenate([W, np.zeros((4 * H, 2), "float32")], axis=1)
    make = onnx.helper.make_node
    nodes = [make("Split", ["both"], ["w", "rest"], axis=1, split=[H, 2]), make("Unsqueeze", ["w"], ["W"], axes=[0]),
             make("Unsqueeze", ["r"], ["R"], axes=[0]), make("LSTM", ["x", "W", "R"], ["Y"], name="a", hidden_size=H)]
    held = [onnx.numpy_helper.from_array(array, name) for name, array in (("both", both), ("r", R))]
    (layer,) = read_network(write_onnx(onnx, tmp_path / "m.onnx", nodes, held, opset=11)).layers
    i, o, f, g = np.split(W, 4)
    np.testing.assert_array_equal(layer.params.W_x, np.concatenate([i, f, g, o]).T)


def test_onnx_initial_states_of_which_one_is_constant_are_told(tmp_path):
    """h from the file and c when it runs: c was taken for zero, without a word."""
    onnx = pytest.importorskip("onnx")
    node, weights = lstm_node(onnx, np.random.default_rng(0), "x", "a")
    node.input.extend(["", "", "h", "c"])
    weights.append(onnx.numpy_helper.from_array(np.ones((1, 1, H), "float32"), "h"))
    network = read_network(write_onnx(onnx, tmp_path / "m.onnx", [node], weights))
    assert any("that a starts from zero" in one for one in network.assumed) and network.layers[0].state0 is None


def test_onnx_states_of_another_size_are_a_projection_that_was_lost(tmp_path):
    """torch.onnx.export(nn.LSTM(3, 8, proj_size=4), dynamo=True) cuts the weights to the first 4 H rows."""
    onnx = pytest.importorskip("onnx")
    node, weights = lstm_node(onnx, np.random.default_rng(0), "x", "a")
    node.input.extend(["", "", "h", "y"])
    path = write_onnx(onnx, tmp_path / "m.onnx", [node], weights, sizes=(1, 2, 2 * H))
    with pytest.raises(ValueError, match=r"a has 4 units and initial states of \[4, 8\].*projected LSTM"):
        read_network(path)


def test_onnx_loops_beside_a_network_are_told(tmp_path):
    """tf2onnx makes a loop of a GRU of Keras 3, above an LSTM that it makes a node of."""
    onnx = pytest.importorskip("onnx")
    node, weights = lstm_node(onnx, np.random.default_rng(0), "x", "a")
    empty = onnx.helper.make_empty_tensor_value_info
    body = onnx.helper.make_graph([onnx.helper.make_node("Identity", ["go"], ["on"])], "body",
                                  [onnx.helper.make_tensor_value_info("n", 7, []),
                                   onnx.helper.make_tensor_value_info("go", 9, [])], [empty("on")])
    loop = onnx.helper.make_node("Loop", ["times"], [], name="while_loop", body=body)
    weights.append(onnx.numpy_helper.from_array(np.array(3), "times"))
    said = read_network(write_onnx(onnx, tmp_path / "m.onnx", [loop, node], weights)).assumed
    assert said == ("that while_loop is no part of the network: bodies of Loop and Scan are not read",)


# Keras

def keras_layer(kind="LSTM", name="lstm", calls=None, **settings):
    """A layer as Keras describes it; calls: what it reads, once or several times, in a Functional model."""
    nodes = {} if calls is None else {"inbound_nodes": calls, "name": name}
    return {"class_name": kind, "config": {"name": name, "return_sequences": True, **settings}, **nodes}


def reads(*names, **more):
    """A node in the form of Keras 2."""
    return [[name, 0, 0, more] for name in names]


def keras_model(*layers, name="model"):
    kind = "Functional" if any("inbound_nodes" in layer for layer in layers) else "Sequential"
    return {"class_name": kind, "config": {"name": name, "layers": list(layers)}}


def keras_file(path, model, *places, gates=4, version="2.9.0"):
    """A whole .h5 file of a model, with random weights for cells of H units that read as many, at each place. Returns
    the arrays, {place: {"kernel": …}}."""
    h5py = pytest.importorskip("h5py")
    rng = np.random.default_rng(0)
    held = {place: {"kernel": rng.standard_normal((H, gates * H)) * .5, "bias": rng.standard_normal(gates * H),
                    "recurrent_kernel": rng.standard_normal((H, gates * H)) * .5} for place in places}
    with h5py.File(path, "w") as file:
        for place, arrays in held.items():
            for name, array in arrays.items():
                file[f"model_weights/{place}/{name}:0"] = array
        if model is not None:
            file.attrs["model_config"], file.attrs["keras_version"] = json.dumps(model), version
    return held


CELL = "lstm/lstm/lstm_cell"
X = np.random.default_rng(1).standard_normal((5, 2, H))


def sided(*layers, **settings):
    return keras_layer("Bidirectional", "both", merge_mode="concat", layer=layers[0],
                       **({"backward_layer": layers[1]} if len(layers) > 1 else {}), **settings)


def cells(*kinds):
    return {"class_name": "StackedRNNCells", "config": {"cells": [
        {"class_name": kind, "config": {"name": f"{kind}_{n}"}} for n, kind in enumerate(kinds)]}}


@pytest.mark.parametrize(("model", "places", "words"), (
    (keras_model(keras_layer("RNN", cell={"class_name": "MinimalRNNCell", "config": {"units": H}})), [CELL],
     "the cell MinimalRNNCell is none of the course's"),
    (keras_model(keras_layer("RNN", cell={"class_name": "LSTMCell", "module": None, "registered_name": "my>LSTMCell",
                                          "config": {"units": H}})), [CELL], "the cell LSTMCell is none of"),
    (keras_model({**keras_layer(), "module": None, "registered_name": "my>LSTM"}), [CELL], "names no recurrent layer"),
    (keras_model(sided(keras_layer("RNN", cell=cells("LSTMCell", "LSTMCell")))),
     ["both/forward_rnn/a", "both/forward_rnn/b", "both/backward_rnn/a", "both/backward_rnn/b"],
     "the cell StackedRNNCells is none of the course's"),
    (keras_model(sided(keras_layer(go_backwards=True))), ["both/forward_lstm/c", "both/backward_lstm/c"],
     "around one that reads backwards itself"),
    (None, ["both/forward_rnn/a", "both/forward_rnn/b", "both/backward_rnn/a", "both/backward_rnn/b"],
     "are both of one direction, expected one cell for each")),
    ids=("own cell", "own cell of a known name", "own layer of a known name", "cells in both directions",
         "both backwards", "cells in both directions without a description"))
def test_keras_layers_that_no_cell_is_are_refused(model, places, words, tmp_path):
    """Each came out as a plain network, as an LSTM, or as its last cell alone."""
    keras_file(tmp_path / "m.h5", model, *places)
    with pytest.raises(ValueError, match=words):
        read_network(tmp_path / "m.h5")


INPUT = keras_layer("InputLayer", "x", calls=[])


@pytest.mark.parametrize(("model", "places", "words"), (
    (keras_model(keras_layer("Masking", "mask", mask_value=0.), keras_layer()), [CELL],
     r"that no step is masked unless lengths are given, .* \(mask; --lengths\)"),
    (keras_model(keras_layer("Embedding", "words", mask_zero=True), keras_layer()), [CELL], r"\(words; --lengths\)"),
    (keras_model(INPUT, keras_layer(calls=[reads("x", mask=["m", 0, 0])])), [CELL], r"\(lstm; --lengths\)"),
    (keras_model(INPUT, keras_layer("Dropout", "d", calls=[reads("x", training=True)]),
                 keras_layer(calls=[reads("d")])), [CELL], "the model calls d with training=True"),
    (keras_model(INPUT, {**sided(keras_layer()), "name": "both", "inbound_nodes": [reads("x", "h", "c", "i", "d")]}),
     ["both/forward_lstm/c", "both/backward_lstm/c"], "that both starts from zero"),
    (keras_model(INPUT, keras_layer(calls=[reads("x"), reads("lstm")])), [CELL], "the model calls it 2 times"),
    (keras_model(INPUT, {**keras_model(keras_layer(), name="inner"), "name": "inner",
                         "inbound_nodes": [reads("x"), reads("inner")]}), ["inner/lstm/lstm_cell"],
     "the model calls it 2 times"),
    (keras_model(keras_layer(), keras_layer("MyLSTM", "mine")), [CELL, "mine/mine/lstm_cell"],
     "that model_weights/mine/mine/lstm_cell is another network"),
    (keras_model(keras_layer(stateful=True)), [CELL], r"lstm goes on from the last one \(stateful\)"),
    (keras_model(sided(keras_layer(stateful=True))), ["both/forward_lstm/c", "both/backward_lstm/c"],
     r"both goes on from the last one \(stateful\)"),
    (keras_model(keras_layer(dtype="mixed_float16")), [CELL], "in the model it does in mixed_float16"),
    (None, [CELL], r"reads? from the first step on: the file does not say \(go_backwards, --config\)")),
    ids=("masking", "embedding", "mask", "dropout", "states of both directions", "called twice", "model called twice",
         "own layer above", "stateful", "stateful in both directions", "float16", "backwards"))
def test_what_keras_models_do_beside_their_layers_is_told(model, places, words, tmp_path):
    keras_file(tmp_path / "m.h5", model, *places)
    said = read_network(tmp_path / "m.h5").assumed
    assert any(re.search(words, one) for one in said), said
    assert model is None or len(said) == 1


def test_arrays_within_a_cell_that_keras_has_not_are_told(tmp_path):
    """Weights alone of a PeepholeLSTMCell were read as an LSTM's."""
    keras_file(tmp_path / "m.h5", None, "rnn/rnn/peephole_lstm_cell")
    with pytest.importorskip("h5py").File(tmp_path / "m.h5", "a") as file:
        file["model_weights/rnn/rnn/peephole_lstm_cell/input_gate_peephole_weights:0"] = np.ones(H)
        file["model_weights/rnn/rnn/peephole_lstm_cell/seed_generator_state"] = np.ones(2)
    said = read_network(tmp_path / "m.h5").assumed[-1]
    assert re.match(r"that \S+/input_gate_peephole_weights:0 beside the weights changes nothing", said), said


def test_masks_before_a_layer_that_reads_backwards_are_told(tmp_path):
    """Keras masks the first steps of the layer above it then, which are its last ones."""
    model = keras_model(keras_layer("Masking", "mask"), keras_layer(go_backwards=True), keras_layer(name="up"))
    keras_file(tmp_path / "m.h5", model, CELL, "up/up/lstm_cell")
    said = read_network(tmp_path / "m.h5").assumed
    assert any("that lstm, which reads backwards, shows its steps first" in one for one in said)


def test_keras_masks_are_lengths(tmp_path):
    """With the lengths given, the steps that Keras masks at the end do nothing, in both directions."""
    model = keras_model(keras_layer("Masking", "mask"), sided(keras_layer("GRU", reset_after=False)))
    keras_file(tmp_path / "m.h5", model, "both/forward_gru/gru_cell", "both/backward_gru/gru_cell", gates=3)
    network = read_network(tmp_path / "m.h5")
    np.testing.assert_allclose(network.outputs(X, lengths=np.array([3, 5]))[:3, :1], network.outputs(X[:3, :1]))


@pytest.mark.parametrize("both", (False, True))
def test_layers_of_one_name_in_two_models_are_told_apart(both, tmp_path):
    """--prefix lstm took the second one, whichever was meant."""
    layer = {**sided(keras_layer()), "config": {**sided(keras_layer())["config"], "name": "lstm"}} if both else \
        keras_layer()
    model = keras_model(*({**keras_model(layer, name=name), "name": name} for name in "ab"))
    sides = ("forward_lstm/lstm_cell", "backward_lstm/lstm_cell") if both else ("lstm_cell",)
    held = keras_file(tmp_path / "m.h5", model, *(f"{name}/lstm/{side}" for name in "ab" for side in sides))
    with pytest.raises(ValueError, match=r"2 separate stacks .*--layers a/lstm or --layers b/lstm"):
        read_network(tmp_path / "m.h5")
    with pytest.raises(ValueError, match="prefix is 'lstm', expected one of 'a/lstm', 'b/lstm'"):
        read_network(tmp_path / "m.h5", prefix="lstm")
    for name in "ab":
        layers = read_network(tmp_path / "m.h5", prefix=f"{name}/lstm").layers
        for layer, side in zip(layers, sides, strict=True):
            np.testing.assert_array_equal(layer.params.b, held[f"{name}/lstm/{side}"]["bias"])


def test_registered_layers_are_counted_by_their_class(tmp_path):
    """Files of Keras 3 name layers by their class: my>LSTM is lstm there, and the LSTM above it lstm_1."""
    h5py = pytest.importorskip("h5py")
    (tmp_path / "m.json").write_text(json.dumps(keras_model(keras_layer("my>LSTM", "a"), keras_layer(name="b"))))
    with h5py.File(tmp_path / "m.weights.h5", "w") as file:
        for place, value in (("lstm", 1.), ("lstm_1", 2.)):
            for n, shape in enumerate(((H, 4 * H), (H, 4 * H), (4 * H,))):
                file[f"layers/{place}/cell/vars/{n}"] = np.full(shape, value)
    (layer,) = read_network(tmp_path / "m.weights.h5", config=tmp_path / "m.json").layers
    assert layer.name == "b" and (layer.params.b == 2).all()


def test_layers_that_are_called_as_cells_are_or_have_slashes_are_found(tmp_path):
    model = keras_model(*(keras_layer(name=name) for name in ("lstm_cell", "a", "b/a", "forward_c")))
    places = ["lstm_cell/lstm_cell/lstm_cell", "a/a/lstm_cell", "b/a/b/a/lstm_cell", "forward_c/forward_c/lstm_cell"]
    held = keras_file(tmp_path / "m.h5", model, *places)
    for layer, place in zip(read_network(tmp_path / "m.h5").layers, places, strict=True):
        np.testing.assert_array_equal(layer.params.b, held[place]["bias"])


def test_the_option_that_a_message_asks_for_is_enough(tmp_path):
    """--gate-activation alone gave the same message again, until --activation was typed, too."""
    model = keras_model(keras_layer(recurrent_activation="hard_sigmoid"))
    keras_file(tmp_path / "m.h5", model, CELL, version="")
    with pytest.raises(ValueError, match=r"expected --gate-activation hard_sigmoid:\.2,\.5"):
        read_network(tmp_path / "m.h5")
    (layer,) = read_network(tmp_path / "m.h5", gate_activation="hard_sigmoid:.2,.5").layers
    assert layer.cell.activations["f"].name == "hard_sigmoid(0.2, 0.5)" and layer.cell.activations["g"].name == "tanh"


# PyTorch

def lstm_arrays(n_layers=1, prefix="", n_inputs=H):
    rng = np.random.default_rng(0)
    return {f"{prefix}{name}_l{n}": rng.standard_normal(shape).astype("float32") for n in range(n_layers)
            for name, shape in (("weight_ih", (4 * H, n_inputs)), ("weight_hh", (4 * H, H)), ("bias_ih", (4 * H,)),
                                ("bias_hh", (4 * H,)))}


def test_arrays_within_a_cell_that_pytorchs_has_not_are_told():
    """The LSTM with layer normalisation of PyTorch's own benchmarks was read as one without."""
    held = {name.removesuffix("_l0"): array for name, array in lstm_arrays(prefix="cell.").items()}
    (said,) = network_from_arrays(held | {"cell.layernorm_i.weight": np.ones(4 * H)}).assumed
    assert said.startswith("that cell.layernorm_i.weight beside the weights changes nothing")
    (said,) = network_from_arrays(lstm_arrays() | {"weight_ch": np.ones(4 * H), "ln_c.weight": np.ones(H)}).assumed
    assert said.startswith("that weight_ch, ln_c.weight beside")
    assert not network_from_arrays(lstm_arrays() | {"fc.weight": np.ones((2, H))}).assumed
    assert not network_from_arrays(lstm_arrays(prefix="rnn.") | {"emb.weight": np.ones((2, H))}).assumed


def test_weights_that_save_model_stored_once_are_read(tmp_path):
    """docs/your-network.md asks for `save_model` where weights are tied, which stores one of them."""
    safetensors = pytest.importorskip("safetensors.numpy")
    held = lstm_arrays(2, "rnn.")
    held["rnn.weight_hh_l1"] = held["rnn.weight_hh_l0"]
    stored = {name: array for name, array in held.items() if name != "rnn.weight_hh_l1"}
    tied = {"rnn.weight_hh_l1": "rnn.weight_hh_l0", "copy.weight_hh_l0": "rnn.weight_hh_l0", "format": "pt"}
    safetensors.save_file(stored, tmp_path / "m.safetensors", metadata=tied)
    network = read_network(tmp_path / "m.safetensors")
    np.testing.assert_array_equal(network.outputs(X), network_from_arrays(held).outputs(X))


def test_layers_without_a_state_of_the_caller_s_start_from_their_own():
    """None meant zero, beside a state for another layer."""
    first, second = network_from_arrays(lstm_arrays(2)).layers
    started = replace(first, state0=np.full((2, H), .5))
    expected = Network((started, second), "s").outputs(X)
    found = Network((started, second), "s").outputs(X, state0=[None, np.zeros((2, 2, H))])
    np.testing.assert_array_equal(found, expected)
    assert np.abs(expected - Network((first, second), "s").outputs(X)).max() > .01


def test_the_deviation_of_a_probed_norm_is_that_of_its_logarithm():
    """The linear approximation .434 / √(2m) said .153 for norms whose logarithm has .174."""
    from course_utils.diagnose.probing import DEVIATION, VECTORS

    squares = np.square(np.random.default_rng(0).standard_normal((200_000, VECTORS))).mean(axis=1)
    np.testing.assert_allclose(DEVIATION, np.std(np.log10(squares) / 2), rtol=.01)
