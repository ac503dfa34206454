"""What once came out silently wrong, from files that are valid: each is right now, refused, or said to be assumed."""
import numpy as np
import pytest

from course_utils.diagnose import read_network

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
