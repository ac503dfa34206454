"""Files that Keras 2 and 3 wrote, read as they are: what they say of activations, directions and structure is heeded;
data/make_keras_files.py made them."""
import json
import shutil
import zipfile

import numpy as np
import pytest

from course_utils import LSTM
from course_utils.diagnose import diagnose, network_from_arrays, read_network, run, total_gradients
from course_utils.ground.places import DATA

pytest.importorskip("h5py")
FOLDER = DATA / "keras_files"
STORED = {name: dict(np.load(FOLDER / f"outputs_{name}.npz")) for name in ("keras", "tf_keras")}
CASES = [(name, key.removesuffix("/file")) for name, held in STORED.items() for key in held if key.endswith("/file")]
each_case = pytest.mark.parametrize(("keras", "case"), CASES, ids=["-".join(pair) for pair in CASES])


def stored(keras, case):
    return {name.removeprefix(f"{case}/"): array for name, array in STORED[keras].items()
            if name.startswith(f"{case}/")}


def options_of(found):
    return {key: value for key, value in json.loads(str(found["options"])).items()}


@each_case
def test_outputs_and_input_gradients_are_keras(keras, case):
    found = stored(keras, case)
    network = read_network(FOLDER / str(found["file"]), **options_of(found))
    np.testing.assert_allclose(network.outputs(found["x"]), found["output"], atol=2e-6)
    _, dx = total_gradients(network, run(network, found["x"]), found["w"])
    np.testing.assert_allclose(dx, found["grad_x"], atol=2e-5 * np.abs(found["grad_x"]).max() + 1e-6)


@each_case
def test_an_ending_says_nothing(keras, case, tmp_path):
    """A file is what it holds, whatever it is called."""
    found = stored(keras, case)
    shutil.copy(FOLDER / str(found["file"]), tmp_path / "renamed.bin")
    read = read_network(tmp_path / "renamed.bin", **options_of(found))
    np.testing.assert_allclose(read.outputs(found["x"]), found["output"], atol=2e-6)


@pytest.mark.parametrize("case", ("cudnn_lstm", "cudnn_gru"))
def test_layers_of_cudnn_are_converted_as_keras_converts_them(case):
    found = stored("tf_keras", case)
    weights = {name.removeprefix("weight/"): array for name, array in found.items() if name.startswith("weight/")}
    network = network_from_arrays(weights, framework="keras")
    np.testing.assert_allclose(network.outputs(found["x"]), found["output"], atol=2e-6)


def test_activations_are_read_and_may_be_overruled():
    """A network of ReLU whose file says so: read as tanh it is off by more than a tenth."""
    found = stored("keras", "relu")
    path = FOLDER / str(found["file"])
    network = read_network(path)
    assert network.layers[0].cell.__name__ == "LSTM(g relu, c relu)" and not network.assumed
    other = read_network(path, activation="tanh")
    assert other.layers[0].cell is LSTM and np.abs(other.outputs(found["x"]) - found["output"]).max() > .1


@pytest.mark.parametrize(("keras", "slope"), (("keras", 1 / 6), ("tf_keras", .2)))
def test_hard_sigmoids_are_those_of_the_keras_that_wrote_the_file(keras, slope):
    found = stored(keras, "hard_sigmoid")
    squashed = read_network(FOLDER / str(found["file"])).layers[0].cell.activations["f"]
    assert squashed.name == f"hard_sigmoid({slope:.4g}, 0.5)"


@pytest.mark.parametrize(("file", "words"), (
    ("keras_between.h5", "the model has 2 separate stacks"),
    ("keras_between_keras.keras", "--layers one or --layers last"),
    ("keras_parallel.keras", "--layers left or --layers right"),
    ("tf_keras_between.h5", "--layers one or --layers last")))
def test_layers_that_do_not_feed_one_another_are_no_stack(file, words):
    with pytest.raises(ValueError, match=words):
        read_network(FOLDER / file)


def test_weights_without_a_description_say_what_was_assumed():
    found = stored("keras", "alone_weights")
    network = read_network(FOLDER / str(found["file"]))
    assert "that the activations are tanh and sigmoid: the file does not say" in network.assumed[0]
    assert "Assumed: that the activations are tanh" in diagnose(network, found["x"]).to_text()
    assert np.abs(network.outputs(found["x"]) - found["output"]).max() > .1  # and here it was not so


def test_weights_of_an_old_keras_have_its_defaults_and_a_warning(tmp_path):
    """As those of mhcnuggets and chars2vec do."""
    h5py = pytest.importorskip("h5py")
    with h5py.File(FOLDER / "tf_keras_relu.h5") as source, h5py.File(tmp_path / "old.h5", "w") as file:
        source.copy("model_weights/last", file, "last")
        file.attrs["keras_version"] = b"2.1.6"
    network = read_network(tmp_path / "old.h5")
    assert any("because Keras 2.1, which wrote the file, had hard_sigmoid" in one for one in network.assumed)
    assert network.layers[0].cell.activations["f"].name == "hard_sigmoid(0.2, 0.5)"
    hard = read_network(tmp_path / "old.h5", gate_activation="hard_sigmoid", activation="relu")
    assert len(hard.assumed) == 1 and hard.layers[0].cell.activations["o"].name == "hard_sigmoid(0.2, 0.5)"


@pytest.mark.parametrize("version, length, gate, said", (
    ("2.2.2", 1, "hard_sigmoid(0.2, 0.5)", ("tanh and, of the gates, hard_sigmoid", "because Keras 2.2")),
    ("2.3.1", 1, "sigmoid", ("tanh and sigmoid",)),
    ("2.2.4-tf", 1, "sigmoid", ("tanh and sigmoid", "although Keras 2.2")),  # TensorFlow 1 and 2 differ
    ("2.1.5", 2, "sigmoid", ())), ids=("2.2", "2.3", "of TensorFlow", "cuDNN"))
def test_gates_of_weights_alone_are_those_of_the_keras_that_wrote_them(version, length, gate, said, tmp_path):
    """A CuDNNLSTM, as in textgenrnn, is known by its two biases, and has no other activations."""
    h5py, rng, H = pytest.importorskip("h5py"), np.random.default_rng(0), 3
    with h5py.File(tmp_path / "w.h5", "w") as file:
        file.attrs["keras_version"] = version
        for name, shape in (("kernel", (2, 4 * H)), ("recurrent_kernel", (H, 4 * H)), ("bias", (length * 4 * H,))):
            file[f"lstm_1/lstm_1/{name}:0"] = rng.standard_normal(shape)
    network = read_network(tmp_path / "w.h5")
    assert network.layers[0].cell.activations["f"].name == gate
    *assumed, last = network.assumed
    assert len(assumed) == len(said) and all(map(str.__contains__, assumed, said)) and "from the first step on" in last
    assert read_network(tmp_path / "w.h5", activation="tanh", gate_activation="sigmoid").assumed == (last,)


def test_a_description_beside_the_weights_is_read(tmp_path):
    with zipfile.ZipFile(FOLDER / "keras_relu_keras.keras") as archive:
        (tmp_path / "model.json").write_bytes(archive.read("config.json"))
        (tmp_path / "w.h5").write_bytes(archive.read("model.weights.h5"))
    found = stored("keras", "relu_keras")
    network = read_network(tmp_path / "w.h5", config=tmp_path / "model.json")
    np.testing.assert_allclose(network.outputs(found["x"]), found["output"], atol=2e-6)
    (tmp_path / "model.json").write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(ValueError, match=r"model\.json is no description of a model"):
        read_network(tmp_path / "w.h5", config=tmp_path / "model.json")


def relu_lstm(path, rng, config=None):
    """The input of the issue that was read as tanh: D = 2, H = 8, four blocks 1.6 times orthogonal, b_f = 1."""
    h5py = pytest.importorskip("h5py")
    blocks = [1.6 * np.linalg.qr(rng.standard_normal((8, 8)))[0] for _ in range(4)]
    held = {"kernel": rng.standard_normal((2, 32)) * .4, "recurrent_kernel": np.hstack(blocks),
            "bias": np.repeat([0., 1, 0, 0], 8)}
    with h5py.File(path, "w") as file:
        for name, array in held.items():
            file[f"model_weights/lstm/lstm/lstm_cell/{name}:0"] = array
        file.attrs["keras_version"], file.attrs["model_config"] = "2.9.0", json.dumps(config or {
            "class_name": "Sequential", "config": {"layers": [{"class_name": "LSTM", "config": {
                "name": "lstm", "units": 8, "activation": "relu", "recurrent_activation": "sigmoid"}}]}})
    return path


def test_gradient_of_a_relu_lstm_is_that_of_differences(tmp_path):
    network = read_network(relu_lstm(tmp_path / "relu.h5", np.random.default_rng(0)))
    x = np.random.default_rng(1).standard_normal((30, 1, 2))
    d = diagnose(network, x)
    w = np.random.default_rng(0).standard_normal(8)
    w /= np.linalg.norm(w)

    def loss(first):
        moved = x.copy()
        moved[0, 0] = first
        return w @ network.outputs(moved)[-1, 0]

    moves = np.eye(2) * 1e-6
    slopes = [(loss(x[0, 0] + move) - loss(x[0, 0] - move)) / 2e-6 for move in moves]
    np.testing.assert_allclose(d.inputs.mean[0], np.log10(np.linalg.norm(slopes)), rtol=1e-4)
    wrong = diagnose(read_network(tmp_path / "relu.h5", activation="tanh"), x)
    assert abs(d.inputs.mean[0] - wrong.inputs.mean[0]) > 1


def layer(kind="LSTM", **settings):
    return {"class_name": kind, "config": {"name": "lstm", "units": 8, **settings}}


def model(*layers):
    return {"class_name": "Sequential", "config": {"layers": list(layers)}}


@pytest.mark.parametrize(("config", "words"), (
    (model(layer(activation="gelu")), "layer lstm: the activation 'gelu' is none of the course's"),
    (model(layer(recurrent_activation={"class_name": "function", "config": "softmax"})), "'softmax'"),
    (model(layer(activation={"class_name": "PReLU", "config": {}})), "'PReLU'"),
    (model({"class_name": "Bidirectional", "config": {"name": "lstm", "layer": layer(), "merge_mode": "mul"}}),
     "merges its directions by 'mul'"),
    (model({"class_name": "Dense", "config": {"name": "d"}}), "names no recurrent layer"),
    (model({"class_name": "LSTM"}), "the model's description is none of Keras': KeyError"),
    (model(layer(), layer(name="other")), "no arrays of layer other were found")), ids=range(7))
def test_descriptions_that_cannot_be_followed_are_refused(config, words, tmp_path):
    path = relu_lstm(tmp_path / "w.h5", np.random.default_rng(0), config)
    if len(config["config"]["layers"]) == 2:
        with pytest.raises(ValueError, match=words):
            read_network(path, prefix="other")
    else:
        with pytest.raises(ValueError, match=words):
            read_network(path)
