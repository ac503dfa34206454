"""ONNX files against onnxruntime: random nodes with weights as exporters leave them; data/make_onnx_reference.py made
them."""
import json

import numpy as np
import pytest

from course_utils.diagnose import network_from_arrays, read_network
from course_utils.ground.places import DATA

onnx = pytest.importorskip("onnx")
STORED = dict(np.load(DATA / "onnx_nodes.npz"))
CASES = sorted({int(name.partition("/")[0]) for name in STORED})
SAID = {case: json.loads(str(STORED[f"{case}/said"])) for case in CASES}


def read(case, tmp_path, change=lambda model: None, **options):
    model = onnx.ModelProto.FromString(STORED[f"{case}/model"].tobytes())
    change(model)
    (tmp_path / "node.onnx").write_bytes(model.SerializeToString())
    return read_network(tmp_path / "node.onnx", **options)


@pytest.mark.parametrize("case", CASES)
def test_outputs_are_those_of_onnxruntime(case, tmp_path):
    """In float32, which onnxruntime computes in; the course does in float64."""
    network, output = read(case, tmp_path), STORED[f"{case}/output"]
    np.testing.assert_allclose(network.outputs(STORED[f"{case}/x"]), output, rtol=1e-5,
                               atol=1e-5 * np.abs(output).max())
    assert not network.ignored or network.ignored == ("shape",)


def test_the_reference_has_every_kind_of_node():
    assert len(CASES) >= 200 and (DATA / "onnx_nodes.npz").stat().st_size < 2**20
    for key, values in (("op", {"RNN", "GRU", "LSTM"}), ("direction", {"forward", "reverse", "bidirectional"}),
                        ("behind", {"nothing", "turned", "quantised", "joined"}), ("linear_before_reset", {0, 1}),
                        ("input_forget", {0, 1}), ("P", {True, False}), ("start", {True, False}),
                        ("deep", {True, False})):
        assert {said[key] for said in SAID.values() if key in said} == values
    assert len({name for said in SAID.values() for name in said.get("activations", [])}) == 11


def first(**wanted):
    """The first case that is so."""
    return next(case for case in CASES if all(SAID[case].get(key) == value for key, value in wanted.items()))


def node_of(model):
    return next(node for node in model.graph.node if node.op_type in ("RNN", "GRU", "LSTM"))


def attribute(name, value):
    def change(model):
        node = node_of(model)
        for own in [own for own in node.attribute if own.name == name]:
            node.attribute.remove(own)
        node.attribute.append(onnx.helper.make_attribute(name, value))
    return change


def as_input(number, name="given"):
    """Input `number` of the node is given when the network runs."""
    def change(model):
        node = node_of(model)
        node.input.extend([""] * (number + 1 - len(node.input)))
        node.input[number] = name
    return change


def constant(number, array):
    def change(model):
        as_input(number, "constant")(model)
        model.graph.initializer.append(onnx.numpy_helper.from_array(array, "constant"))
    return change


LSTM = first(op="LSTM", behind="nothing", deep=False, direction="forward", P=False, start=False)
H = STORED[f"{LSTM}/output"].shape[2]


@pytest.mark.parametrize(("change", "words"), (
    (attribute("clip", 1.5), "clips its pre-activations at 1.5"),
    (attribute("hidden_size", H + 3), r"projected LSTM \(proj_size\)"),
    (constant(4, np.array([3, 2], "int32")), "has lengths of its sequences"),
    (constant(5, np.arange(2 * H, dtype="float32").reshape(1, 2, H)), "initial_h of level0 differs between sequences"),
    (as_input(1), "W of level0 is computed when the network runs"),
    (attribute("activations", ["Sigmoid", "Tanh", "Sine"]), "has the activation 'Sine'"),
    (attribute("activations", ["Sigmoid", "Affine", "Tanh"]), "Affine without activation_alpha"),
    (attribute("activations", ["Sigmoid"]), "names 1 activations, expected 3"),
    (lambda model: model.graph.node.remove(node_of(model)), "none of the nodes RNN, LSTM and GRU")), ids=range(9))
def test_nodes_that_cannot_be_followed_are_refused(change, words, tmp_path):
    with pytest.raises(ValueError, match=words):
        read(LSTM, tmp_path, change)


@pytest.mark.parametrize(("number", "words"), ((4, "that the sequences have no padding unless lengths are given"),
                                               (5, "that level0 starts from zero")))
def test_what_is_given_at_run_time_is_said(number, words, tmp_path):
    assert any(words in one for one in read(LSTM, tmp_path, as_input(number)).assumed)


def test_several_networks_are_chosen_among_by_name(tmp_path):
    def twice(model):
        again = onnx.NodeProto()
        again.CopyFrom(node_of(model))
        again.name, again.output[0] = "other", "other_Y"
        model.graph.node.append(again)

    with pytest.raises(ValueError, match="there are 2 recurrent networks, 'level0', 'other'"):
        read(LSTM, tmp_path, twice)
    assert read(LSTM, tmp_path, twice, prefix="other").layers[0].name == "other"


def branched(model):
    """The node twice, in both branches of an If; its weights stay outside."""
    graph, node = model.graph, node_of(model)
    branches = {name: onnx.helper.make_graph([node], name, [], [onnx.helper.make_empty_tensor_value_info(
        node.output[0])]) for name in ("then_branch", "else_branch")}
    choice = onnx.helper.make_node("If", ["choice"], list(node.output), **branches)
    graph.node.remove(node)
    graph.node.append(choice)
    graph.input.append(onnx.helper.make_tensor_value_info("choice", onnx.TensorProto.BOOL, []))


def test_networks_in_the_branches_of_an_if_are_found(tmp_path):
    """As in silero-vad, whose branches are for two sampling rates."""
    with pytest.raises(ValueError, match="there are 2 recurrent networks, 'else_branch/level0', 'then_branch/level0'"):
        read(LSTM, tmp_path, branched)
    network = read(LSTM, tmp_path, branched, prefix="else_branch/level0")
    np.testing.assert_array_equal(network.outputs(STORED[f"{LSTM}/x"]),
                                  read(LSTM, tmp_path).outputs(STORED[f"{LSTM}/x"]))
    assert network.ignored == read(LSTM, tmp_path).ignored


def test_nodes_with_one_name_are_several_networks(tmp_path):
    def twice(model):
        again = onnx.NodeProto()
        again.CopyFrom(node_of(model))
        again.output[0] = "other_Y"
        model.graph.node.append(again)

    with pytest.raises(ValueError, match=r"there are 2 recurrent networks, '(\w+)/level0', '\1/level0 2'"):
        read(LSTM, tmp_path, twice)


def test_nodes_are_put_together_as_one_says(tmp_path):
    def another(model):
        """One that reads the other behind a Relu."""
        arrays = {"W2": np.ones((1, 4 * H, H)), "R2": np.ones((1, 4 * H, H)) / 9}
        model.graph.initializer.extend(onnx.numpy_helper.from_array(array.astype("float32"), name)
                                       for name, array in arrays.items())
        model.graph.node.append(onnx.helper.make_node("Relu", [node_of(model).output[0]], ["shown"]))
        model.graph.node.append(onnx.helper.make_node("LSTM", ["shown", "W2", "R2"], ["Y2"], name="upper",
                                                      hidden_size=H))

    with pytest.raises(ValueError, match="--layers level0,upper"):
        read(LSTM, tmp_path, another)
    network = read(LSTM, tmp_path, another, layers=("level0", "upper"))
    assert [layer.name for layer in network.layers] == ["level0", "upper"]


def test_damaged_files_are_refused(tmp_path):
    whole = STORED[f"{LSTM}/model"].tobytes()
    for length in range(0, len(whole), 97):
        (tmp_path / "cut.onnx").write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"cut\.onnx"):
            read_network(tmp_path / "cut.onnx")


def test_weights_that_are_too_large_are_not_read(tmp_path):
    with pytest.raises(ValueError, match="allowed"):
        read(LSTM, tmp_path, most_bytes=100)


def test_dynamically_quantised_weights_are_made_numbers_again(tmp_path):
    """onnxruntime's DynamicQuantizeLSTM: W and R as int8, turned, with a scale and a zero point a direction."""
    rng, D = np.random.default_rng(0), 3
    W, R = (rng.integers(-100, 100, (1, size, 4 * 4)).astype("int8") for size in (D, 4))
    scale, zero = np.array([.01], "float32"), np.array([2], "int8")
    arrays = {"W": W, "R": R, "B": rng.standard_normal((1, 32)).astype("float32"), "scale": scale, "zero": zero}
    inputs = ["x", "W", "R", "B", "", "", "", "", "scale", "zero", "scale", "zero"]
    node = onnx.helper.make_node("DynamicQuantizeLSTM", inputs, ["Y"], name="q", domain="com.microsoft", hidden_size=4)
    graph = onnx.helper.make_graph([node], "g", [], [], [onnx.numpy_helper.from_array(a, n) for n, a in arrays.items()])
    (tmp_path / "q.onnx").write_bytes(onnx.helper.make_model(graph, ir_version=10).SerializeToString())
    network = read_network(tmp_path / "q.onnx")
    W, R = (((array.astype(float) - 2) * np.float64(scale[0]))[0] for array in (W, R))
    i, o, f, g = (slice(4 * n, 4 * n + 4) for n in range(4))
    arrays = {"weight_ih_l0": np.hstack([W[:, part] for part in (i, f, g, o)]).T,
              "weight_hh_l0": np.hstack([R[:, part] for part in (i, f, g, o)]).T}
    for name, half in (("ih", arrays_of(graph, "B")[0, :16]), ("hh", arrays_of(graph, "B")[0, 16:])):
        arrays[f"bias_{name}_l0"] = np.concatenate([half[part] for part in (i, f, g, o)]).astype(float)
    x = rng.standard_normal((5, 2, D))
    np.testing.assert_allclose(network.outputs(x), network_from_arrays(arrays).outputs(x), rtol=1e-7, atol=1e-9)
    assert "are not rounded" in network.assumed[0]


def arrays_of(graph, name):
    return next(onnx.numpy_helper.to_array(one) for one in graph.initializer if one.name == name)


def test_live_onnxruntime_agrees(tmp_path):
    runtime = pytest.importorskip("onnxruntime")
    for case in CASES[::20]:
        session = runtime.InferenceSession(STORED[f"{case}/model"].tobytes(), providers=["CPUExecutionProvider"])
        (output,) = session.run(None, {"x": STORED[f"{case}/x"]})
        np.testing.assert_allclose(read(case, tmp_path).outputs(STORED[f"{case}/x"]), output, rtol=1e-5,
                                   atol=1e-5 * np.abs(output).max())


@pytest.mark.filterwarnings("ignore")
def test_onnx_own_tests_of_its_nodes_pass(tmp_path):
    """Their weights are inputs of the graph; here they become constants. With layout 1 x is (B, T, D)."""
    from onnx.backend.test.case.node import collect_testcases

    seen = set()
    for case in collect_testcases(None):
        node = case.model.graph.node[0]
        if node.op_type not in ("LSTM", "GRU", "RNN"):
            continue
        inputs, outputs = case.data_sets[0]
        held = dict(zip((one.name for one in case.model.graph.input), inputs))
        given = dict(zip((one.name for one in case.model.graph.output), outputs))
        lengths = held.pop(node.input[4], None) if len(node.input) > 4 else None
        x = held.pop(node.input[0])
        case.model.graph.initializer.extend(onnx.numpy_helper.from_array(array, key) for key, array in held.items())
        (tmp_path / "own.onnx").write_bytes(case.model.SerializeToString())
        turned = any(own.name == "layout" and own.i for own in node.attribute)
        found = read_network(tmp_path / "own.onnx").outputs(x.swapaxes(0, 1) if turned else x, lengths)
        Y_h = given[node.output[1]].swapaxes(0, 1) if turned else given[node.output[1]]  # (directions, B, H)
        (direction,) = [own.s for own in node.attribute if own.name == "direction"] or [b"forward"]
        ends = {b"forward": [-1], b"reverse": [0], b"bidirectional": [-1, 0]}[direction]
        for state, end, part in zip(Y_h, ends, np.split(found, len(ends), axis=2)):
            np.testing.assert_allclose(part[end], state, atol=1e-5, err_msg=case.name)
        seen.add(case.name)
    assert {name.split("_")[1] for name in seen} == {"lstm", "gru", "rnn", "simple"} and len(seen) >= 14
