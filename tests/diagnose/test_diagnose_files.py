"""Weights from elsewhere: layouts against PyTorch's and Keras' own numbers, files that are damaged or meant to harm."""
import io
import json
import os
import pickle
import struct
import sys
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils import (
    CELLS,
    GRU,
    LSTM,
    Params,
    ReluRNN,
    ResetAfterGRU,
    TanhRNN,
    init_model,
    init_params,
    input_gradients,
    unroll,
)
from course_utils.diagnose import Layer, Network, network_from_arrays, read_network
from course_utils.diagnose.read import OTHERS
from course_utils.ground.places import DATA
from course_utils.learning.checkpoints import save_checkpoint, save_model

TORCH = dict(np.load(DATA / "torch_reference.npz"))
KERAS = dict(np.load(DATA / "keras_reference.npz"))
STACK = DATA / "keras_stack.weights.h5"
TORCH_CELLS = {"rnn_tanh": TanhRNN, "rnn_relu": ReluRNN, "lstm": LSTM, "lstm_no_bias": LSTM, "gru": ResetAfterGRU,
               "gru_no_bias": ResetAfterGRU}
KERAS_CELLS = {"rnn_tanh": [TanhRNN] * 2, "rnn_relu": [ReluRNN] * 2, "lstm": [LSTM] * 2, "lstm_no_bias": [LSTM],
               "gru_after": [ResetAfterGRU] * 2, "gru_before": [GRU] * 2, "gru_after_no_bias": [ResetAfterGRU],
               "gru_before_no_bias": [GRU], "stack": [LSTM, ResetAfterGRU, LSTM]}


def under(arrays, prefix):
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


def nonlinearity(case):
    return "relu" if "relu" in case else "tanh"


def run(network, x, state0=None):
    """The traces of all layers, each reading the states of the one below."""
    traces = []
    for k, layer in enumerate(network.layers):
        traces.append(unroll(layer.cell, layer.params, x, None if state0 is None else state0[:, k]))
        x = traces[-1].states[0, 1:]
    return traces


def back(network, traces, above):
    """∂L/∂x of L = Σ above ∘ the last layer's states."""
    for layer, trace in zip(network.layers[::-1], traces[::-1]):
        direct = np.zeros_like(trace.states)
        direct[0, 1:] = above
        above = input_gradients(layer.cell, layer.params, trace, direct)
    return above


def same_network(one, other):
    assert [layer.cell for layer in one.layers] == [layer.cell for layer in other.layers]
    for left, right in zip(one.layers, other.layers):
        assert set(left.params) == set(right.params)
        for name in left.params:
            np.testing.assert_array_equal(left.params[name], right.params[name])


def refused(words, function, *args, **options):
    """The text of the ValueError, which holds the words."""
    with pytest.raises(ValueError) as caught:
        function(*args, **options)
    for word in words:
        assert word in str(caught.value)
    return str(caught.value)


# PyTorch

@pytest.mark.parametrize("case", TORCH_CELLS)
def test_torch_layout_gives_pytorchs_states(case):
    """Stored results: output and final states of all layers, to twelve digits."""
    stored = under(TORCH, f"{case}/")
    network = network_from_arrays(under(stored, "weight/"), activation=nonlinearity(case))
    assert {layer.cell for layer in network.layers} == {TORCH_CELLS[case]}
    assert network.n_layers == stored["final"].shape[1] and network.ignored == ()
    assert (network.n_inputs, network.n_hidden) == (4, (5,) * network.n_layers)
    traces = run(network, stored["x"], stored["state0"])
    np.testing.assert_allclose(traces[-1].states[0, 1:], stored["output"], rtol=1e-12, atol=1e-13)
    for k, trace in enumerate(traces):
        np.testing.assert_allclose(trace.states[:, -1], stored["final"][:, k], rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("n_layers", (1, 2, 3))
@pytest.mark.parametrize("kind, options", [("RNN", {}), ("RNN", {"nonlinearity": "relu"}), ("LSTM", {}), ("GRU", {}),
                                           ("LSTM", {"bias": False}), ("GRU", {"bias": False})], ids=str)
def test_live_pytorch_agrees_through_files(kind, options, n_layers, tmp_path):
    """A module within a model, stored by PyTorch's own safetensors and as .npz: outputs and input gradients."""
    torch = pytest.importorskip("torch")
    save_file = pytest.importorskip("safetensors.torch").save_file
    torch.manual_seed(n_layers)
    rnn = getattr(torch.nn, kind)(3, 6, num_layers=n_layers, **options).double()
    model = torch.nn.ModuleDict({"embed": torch.nn.Embedding(5, 3), "rnn": rnn, "head": torch.nn.Linear(6, 2)})
    x = torch.randn(9, 2, 3).double().requires_grad_()
    output, _ = rnn(x)
    w = torch.randn(9, 2, 6).double()
    (w * output).sum().backward()
    save_file(model.state_dict(), tmp_path / "w.safetensors")
    np.savez(tmp_path / "w.npz", **{name: array.numpy() for name, array in model.state_dict().items()})
    live = network_from_arrays(model.state_dict(), activation=options.get("nonlinearity"))
    for file in ("w.safetensors", "w.npz"):
        network = read_network(tmp_path / file, activation=options.get("nonlinearity"))
        same_network(network, live)
        assert sorted(network.ignored) == ["embed.weight", "head.bias", "head.weight"] and network.source == file
        assert [layer.name for layer in network.layers] == [f"rnn.l{k}" for k in range(n_layers)]
        traces = run(network, x.detach().numpy())
        np.testing.assert_allclose(traces[-1].states[0, 1:], output.detach().numpy(), rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(back(network, traces, w.numpy()), x.grad.numpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("kind", ("RNNCell", "LSTMCell", "GRUCell"))
def test_cells_of_pytorch_are_read_too(kind):
    """weight_hh without _l0: the same network as the layer with the same weights."""
    torch = pytest.importorskip("torch")
    cell = getattr(torch.nn, kind)(3, 4)
    found = network_from_arrays(dict(cell.named_parameters()), framework="torch")
    same_network(found, network_from_arrays({f"{name}_l0": array for name, array in cell.state_dict().items()}))


LSTM_DICT = under(TORCH, "lstm/weight/")
TWO = {f"encoder.lstm.{n}": a for n, a in LSTM_DICT.items()} | {f"decoder.{n}": 2 * a for n, a in LSTM_DICT.items()}


def without(*names):
    return {name: array for name, array in LSTM_DICT.items() if name not in names}


@pytest.mark.parametrize("prefix", ("encoder.lstm", "encoder.lstm."))
def test_a_prefix_chooses_among_several_modules(prefix):
    """The other module's arrays are ignored, by name."""
    network = network_from_arrays(TWO, prefix=prefix)
    same_network(network, network_from_arrays(LSTM_DICT))
    assert set(network.ignored) == {f"decoder.{name}" for name in LSTM_DICT}


@pytest.mark.parametrize("arrays, options, words", [
    (TWO, {}, ("2 recurrent modules", "'encoder.lstm', 'decoder'", "prefix=")),
    (TWO, {"prefix": "encoder"}, ("prefix is 'encoder'", "'encoder.lstm'")),
    (TWO, {"prefix": 3}, ("prefix is 3",)),
    ({}, {}, ("no weight_hh_l0", "none")),
    ({"fc.weight": np.ones((2, 2))}, {}, ("no weight_hh_l0", "fc.weight")),
    (LSTM_DICT | {"weight_hh_l0_reverse": np.ones((20, 5))}, {}, ("bias_ih_l0_reverse is missing",)),
    (LSTM_DICT | {"weight_hr_l0": np.ones((2, 5))}, {}, ("projected",)),
    (under(LSTM_DICT, "_") | {n: a for n, a in LSTM_DICT.items() if "_l1" in n}, {}, ("layer 1", "none of layer 0")),
    (LSTM_DICT | {"weight_hh_l900000": np.ones((20, 5))}, {}, ("layer 900000", "none of layer 2")),
    (without("weight_ih_l1"), {}, ("lacks weight_ih_l1",)),
    (without("bias_ih_l1", "bias_hh_l1"), {}, ("bias_ih_l1 is missing", "every layer or in none")),
    (without("bias_hh_l1"), {}, ("lacks bias_hh_l1",)),
    (LSTM_DICT | {"weight_hh": np.ones((20, 5))}, {}, ("both with and without _l0",)),
    (LSTM_DICT | {"weight_ih_l1": np.ones((20, 6))}, {}, ("reads 6 inputs", "has 5 units")),
    (LSTM_DICT | {"weight_hh_l1": np.full((20, 5), np.inf)}, {}, ("weight_hh_l1", "[0, 0] is inf")),
    (LSTM_DICT | {"weight_hh_l1": np.array([[object()]])}, {}, ("weight_hh_l1 has dtype object",)),
    (LSTM_DICT | {"weight_hh_l1": np.ones((20, 5), int)}, {}, ("dtype int64", "float16, float32 or float64")),
    (LSTM_DICT | {"weight_hh_l1": [[1.], [2., 3.]]}, {}, ("weight_hh_l1 is no array of numbers",)),
    (LSTM_DICT | {"weight_hh_l1": np.ones((0, 5))}, {}, ("(0, 5)", "at least 1")),
    (LSTM_DICT | {"weight_hh_l1": np.ones((20, 5, 1))}, {}, ("(20, 5, 1)",)),
    (list(LSTM_DICT), {}, ("list", "mapping")),
    ({0: np.ones(3)}, {}, ("mapping of names",)),
    (LSTM_DICT, {"framework": "jax"}, ("'jax'", "'torch', 'keras', 'course', 'tf1'")),
    (LSTM_DICT, {"activation": "gelu"}, ("'gelu'", "sigmoid, tanh, relu")),
    (LSTM_DICT, {"reset_after": "yes"}, ("reset_after is 'yes'",)),
    (LSTM_DICT, {"framework": "keras"}, ("no recurrent_kernel",)),
], ids=range(26))
def test_torch_arrays_that_cannot_be_used_are_refused(arrays, options, words):
    """The ValueError says what came and what was expected."""
    refused(words, network_from_arrays, arrays, **options)


# Keras

@pytest.mark.parametrize("case", KERAS_CELLS)
def test_keras_layout_gives_keras_numbers(case):
    """Gate order, reset_after, both kinds of bias: outputs and input gradients that Keras computed."""
    stored = under(KERAS, f"{case}/")
    network = network_from_arrays(under(stored, "weight/"), framework="keras", activation=nonlinearity(case),
                                  reset_after="after" in case)
    assert [layer.cell for layer in network.layers] == KERAS_CELLS[case]
    x, output, w, grad_x = (stored[name].swapaxes(0, 1).copy() for name in ("x", "output", "w_output", "grad_x"))
    traces = run(network, x)
    np.testing.assert_allclose(traces[-1].states[0, 1:], output, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(back(network, traces, w), grad_x, rtol=1e-12, atol=1e-13)


def test_the_reference_tells_the_layouts_apart():
    """A wrong gate order, a summed GRU bias, or z as the share of the new would be seen: none of them gives the
    stored numbers."""
    for case, cell in (("lstm", LSTM), ("gru_after", ResetAfterGRU), ("gru_before", GRU)):
        stored, weights = under(KERAS, f"{case}/"), under(KERAS, f"{case}/weight/")
        x, output = (stored[name].swapaxes(0, 1).copy() for name in ("x", "output"))
        layers = network_from_arrays(weights, framework="keras").layers
        for order in ((1, 0, 2, 3), (0, 1, 3, 2)) if cell is LSTM else ((1, 0, 2),):
            mixed = [Layer("mixed", cell, Params({
                name: np.concatenate([np.split(a, len(order), -1)[k] for k in order], -1) if name != "b_h" else a
                for name, a in layer.params.items()})) for layer in layers]
            assert np.abs(run(Network(mixed, ""), x)[-1].states[0, 1:] - output).max() > 1e-3


def test_a_weights_file_of_keras_gives_the_same_network():
    """Nothing in it says how its layers follow one another: the reader must. Optimiser and readout are left."""
    refused(("does not say how gru, lstm, lstm_1 are connected", "--layers gru,lstm,lstm_1"), read_network, STACK)
    network = read_network(STACK, layers=("lstm", "gru", "lstm_1"))
    same_network(network, network_from_arrays(under(KERAS, "stack/weight/"), framework="keras"))
    assert [layer.name for layer in network.layers] == ["lstm", "gru", "lstm_1"]
    assert "layers/dense/vars/0" in network.ignored
    assert len(network.assumed) == 2 and "tanh and sigmoid: the file does not say" in network.assumed[0]
    assert (network.n_inputs, network.n_hidden, network.source) == (4, (5, 3, 2), STACK.name)
    alone = read_network(STACK, prefix="gru")
    assert (alone.n_inputs, alone.n_hidden) == (5, (3,))


def test_older_names_of_keras_are_read(tmp_path):
    """lstm/lstm_cell/kernel:0, as .h5 files of models have them, twelve layers in their order."""
    h5py = pytest.importorskip("h5py")
    weights = under(KERAS, "lstm/weight/model/lstm_1/lstm_cell/")
    names = [f"lstm{f'_{k}' if k else ''}" for k in range(12)]
    with h5py.File(tmp_path / "old.h5", "w") as file:
        for k, name in enumerate(names):
            for kind, array in weights.items():
                array = array[:3] if kind == "kernel" else array
                file[f"model_weights/{name}/net/{name}/lstm_cell/{kind}:0"] = (k + 1) * array.astype("float32")
    refused((f"--layers {','.join(names)}",), read_network, tmp_path / "old.h5")
    network = read_network(tmp_path / "old.h5", layers=names)
    assert [layer.name for layer in network.layers] == names
    for k, layer in enumerate(network.layers):
        np.testing.assert_array_equal(layer.params.W_h, (k + 1) * weights["recurrent_kernel"].astype("float32"))
        assert layer.params.W_h.dtype == float


def test_an_order_that_nothing_tells_is_refused(tmp_path):
    """An LSTM and a GRU of equal sizes: which is first?"""
    h5py = pytest.importorskip("h5py")
    rng, shapes = np.random.default_rng(0), {"lstm": [(4, 16), (4, 16), (16,)], "gru": [(4, 12), (4, 12), (2, 12)]}
    with h5py.File(tmp_path / "two.weights.h5", "w") as file:
        for name, sizes in shapes.items():
            for k, size in enumerate(sizes):
                file[f"layers/{name}/cell/vars/{k}"] = rng.normal(size=size)
    refused(("gru, lstm", "prefix=", ".keras"), read_network, tmp_path / "two.weights.h5")
    assert read_network(tmp_path / "two.weights.h5", prefix="gru").layers[0].cell is ResetAfterGRU
    kinds = ("kernel", "recurrent_kernel", "bias")
    arrays = {f"model/{name}/{name}_cell/{kind}": rng.normal(size=size) for name in ("lstm", "gru")
              for kind, size in zip(kinds, shapes[name])}
    np.savez(tmp_path / "two.npz", **arrays)  # this kind of file keeps the order
    assert [layer.cell for layer in read_network(tmp_path / "two.npz").layers] == [LSTM, ResetAfterGRU]


K = {"gru/kernel": np.ones((2, 9)), "gru/recurrent_kernel": np.ones((3, 9)), "gru/bias": np.ones((2, 9))}
NO_BIAS = {name: array for name, array in K.items() if "bias" not in name}


@pytest.mark.parametrize("arrays, options, words", [
    ({}, {}, ("no recurrent_kernel", "none")),
    (NO_BIAS, {}, ("GRU without bias", "reset_after=True or False")),
    (K | {"gru/bias": np.ones((3, 9))}, {}, ("bias of gru has shape (3, 9)", "(2, 9)")),
    (K | {"gru/bias": np.ones(17)}, {}, ("bias of gru has shape (17,)", "(9,)")),
    (K | {"gru/kernel": np.ones((2, 8))}, {}, ("kernel of gru has shape (2, 8)", "(D, 9)")),
    (K | {"gru/recurrent_kernel": np.ones((3, 6))}, {}, ("(3, 6)", "1 (SimpleRNN)", "4 (LSTM)")),
    (K | {"gru/recurrent_kernel": np.ones((3, 3, 3, 9))}, {}, ("(3, 3, 3, 9)", "(H, G·H)")),
    (K | {"gru/bias": np.full((2, 9), np.nan)}, {}, ("gru/bias", "[0, 0] is nan")),
    ({"gru/recurrent_kernel": np.ones((3, 9))}, {}, ("gru has no kernel",)),
    (K, {"prefix": "lstm"}, ("prefix is 'lstm'", "gru")),
    ({f"both/backward_{name}": array for name, array in K.items()}, {}, ("bidirectional",)),
    (K | {f"second/{name}": array for name, array in K.items()}, {}, ("reads 2 inputs", "has 3 units")),
], ids=range(12))
def test_keras_arrays_that_cannot_be_used_are_refused(arrays, options, words):
    """Shapes, names, and what a GRU without bias leaves open."""
    refused(words, network_from_arrays, arrays, framework="keras", **options)


# this course

@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.__name__)
def test_a_model_of_the_course_is_read_back(cell, tmp_path):
    """Every cell: its weights as they were, the readout left out."""
    model = init_model(cell, 3, 4, 2, np.random.default_rng(0))
    save_model(tmp_path / "m.npz", model, {"loss": np.ones(3)}, remark="more notes")
    network = read_network(tmp_path / "m.npz")
    same_network(network, Network([Layer("", cell, model.params)], ""))
    assert network.layers[0].name == cell.__name__ and "weight/W_y" in network.ignored and "loss" in network.ignored


@pytest.mark.parametrize("notes, words", [
    ({"cell": "Perceptron"}, ("'Perceptron'", "'LSTM'")), ({}, ("cell is None",)), ([1], ("notes are list",)),
    ({"cell": "PeepholeLSTM"}, ("weight/p_i", "PeepholeLSTM is missing")), ({"cell": "LSTM"}, ("prefix is 'l'",)),
])
def test_notes_that_name_no_cell_are_refused(notes, words, tmp_path):
    """And weights that are missing, and a prefix."""
    params = init_params(LSTM, 3, 4, np.random.default_rng(0))
    save_checkpoint(tmp_path / "m.npz", {f"weight/{name}": array for name, array in params.items()}, notes)
    refused(("m.npz", *words), read_network, tmp_path / "m.npz", prefix="l" if notes == {"cell": "LSTM"} else None)


def test_deeply_nested_notes_are_refused(tmp_path):
    """JSON that would exhaust the stack."""
    np.savez(tmp_path / "m.npz", notes="[" * 200_000, **{f"weight/{name}": np.ones((4, 4)) for name in ("W_x", "W_h")})
    refused(("m.npz cannot be used", "no notes that name a cell"), read_network, tmp_path / "m.npz")


# Layer and Network

@pytest.mark.parametrize("dtype", (np.float32, np.float64), ids=("float32", "float64"))
def test_layers_are_copies_in_double_precision(dtype):
    """float32 weights become float64 ones; changing them leaves the given arrays alone."""
    params = init_params(LSTM, 3, 4, np.random.default_rng(0), dtype=np.dtype(dtype))
    layer = Layer("a", LSTM, params)
    assert {array.dtype for array in layer.params.values()} == {np.dtype(float)}
    before = params.W_h.copy()
    layer.params.W_h[:] = 0
    np.testing.assert_array_equal(params.W_h, before)
    assert (layer.n_inputs, layer.n_hidden) == (3, 4)


def test_names_cannot_write_into_a_terminal():
    """Control characters in names are replaced, whatever shows the names later."""
    model = {f"\x1b[2Jrnn.{name}": array for name, array in LSTM_DICT.items()} | {"a\nb": np.ones(1)}
    network = network_from_arrays(model)
    assert network.layers[1].name == "�[2Jrnn.l1" and network.ignored == ("a�b",)


@pytest.mark.parametrize("layers, words", [
    ((), ("nothing", "one Layer")), ((3,), ("int", "Layer")),
    ((Layer("a", LSTM, init_params(LSTM, 3, 4, np.random.default_rng(0))),
      Layer("b", LSTM, init_params(LSTM, 3, 4, np.random.default_rng(0)))), ("layer b reads 3", "layer a", "4 units")),
], ids=("none", "number", "sizes"))
def test_layers_that_do_not_fit_are_refused(layers, words):
    """No layers, something else, other sizes."""
    refused(words, Network, layers, "here")


def test_weights_of_another_cell_are_refused():
    """As everywhere in the course."""
    refused(("W_h has shape (4, 16)",), Layer, "a", TanhRNN, init_params(LSTM, 3, 4, np.random.default_rng(0)))


# files: what is refused, and that nothing is run or unpacked

def npz(path, **arrays):
    np.savez(path, **arrays)
    return path


def members(path, contents, packing=zipfile.ZIP_DEFLATED):
    """A zip archive of bytes by name."""
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return path


def npy(array=None, header=None, version=(1, 0)):
    """The bytes of an .npy file, of an array or with a header of one's own."""
    if header is None:
        file = io.BytesIO()
        np.lib.format.write_array(file, array, allow_pickle=True)
        return file.getvalue()
    text = (header + "\n").encode()
    return b"\x93NUMPY" + bytes(version) + struct.pack("<H" if version == (1, 0) else "<I", len(text)) + text


def refused_in_little_memory(words, path, most=2**24, **options):
    """`refused` by read_network, while Python and NumPy took less than so many bytes."""
    tracemalloc.start()
    try:
        message = refused(words, read_network, path, **options)
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()
    return message


class Canary:
    """An object whose pickle makes a folder when it is read."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.mkdir, (self.path,)


def test_a_pickle_is_not_opened(tmp_path):
    """An object array within an .npz, a bare pickle with that name, and PyTorch's own files: refused, and the canary
    that unpickling makes is not there. (It would be: np.load with pickles makes it.)"""
    canary = tmp_path / "canary"
    bad = np.empty((20, 5), object)
    bad[:] = Canary(canary)
    refused(("object",), read_network, npz(tmp_path / "a.npz", **LSTM_DICT | {"weight_hh_l0": bad}))
    bare = bad.dumps()
    for name in ("b.npz", "b.pt"):
        (tmp_path / name).write_bytes(bare)
        refused((name, "is a pickle file", "Where you trust it", "pickle.load"), read_network, tmp_path / name)
    assert not canary.exists()
    with np.load(tmp_path / "a.npz", allow_pickle=True) as file:
        file["weight_hh_l0"]
    assert canary.exists()


@pytest.mark.parametrize("protocol", range(6))
def test_a_pickle_of_arrays_is_told_with_the_line_that_converts_it(protocol, tmp_path):
    """As g2pM ships its network: none of PyTorch's, which could not open it. The line makes a file that is read."""
    (tmp_path / "w.pkl").write_bytes(pickle.dumps(LSTM_DICT, protocol))
    refused(("w.pkl is a pickle file", "numpy.savez('my.npz'"), read_network, tmp_path / "w.pkl")
    line = OTHERS["pickle"].partition("by name: ")[2].replace("'my.npz'", "out")
    exec(line, {"path": tmp_path / "w.pkl", "out": tmp_path / "w.npz"})
    assert read_network(tmp_path / "w.npz").n_layers == 2


def test_a_network_that_was_pickled_itself_is_told_by_its_class(tmp_path):
    torch = pytest.importorskip("torch")
    torch.save(torch.nn.LSTM(2, 3), tmp_path / "w.pt")
    refused(("w.pt", "Unsupported global: GLOBAL torch.nn.modules.rnn.LSTM", "Where you trust the file"),
            read_network, tmp_path / "w.pt")


def test_object_arrays_that_are_not_needed_are_not_opened(tmp_path):
    """They stay where they are, unread, and are named as ignored."""
    canary = tmp_path / "canary"
    bad = np.array([Canary(canary)])
    network = read_network(npz(tmp_path / "a.npz", **LSTM_DICT, tokens=bad, words=np.array(["a", "b"])))
    assert network.ignored == ("tokens", "words") and not canary.exists()


@pytest.mark.parametrize("dtype", ("f2", "f4", "f8", ">f4"))
@pytest.mark.parametrize("save", (np.savez, np.savez_compressed))
def test_any_precision_and_order_of_numbers_is_read(save, dtype, tmp_path):
    """Half precision too, the other byte order, arrays stored by columns: the same numbers, in float64."""
    weights = {name: array.astype(dtype) for name, array in LSTM_DICT.items()}
    save(tmp_path / "w.npz", **{name: np.asfortranarray(array) for name, array in weights.items()})
    network = read_network(tmp_path / "w.npz")
    same_network(network, network_from_arrays(weights))
    assert network.layers[0].params.W_h.dtype == float
    needed = 8 * sum(array.size for array in weights.values())
    assert read_network(tmp_path / "w.npz", most_bytes=needed).n_layers == 2
    refused(("allowed",), read_network, tmp_path / "w.npz", most_bytes=needed - 1)


def test_a_changed_number_is_noticed(tmp_path):
    """The archive's check sums are looked at."""
    path = npz(tmp_path / "w.npz", **LSTM_DICT)
    data = path.read_bytes()
    place = data.index(LSTM_DICT["weight_hh_l0"].tobytes())
    path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1:])
    refused(("CRC", "weight_hh_l0"), read_network, path)


def test_a_zip_bomb_is_not_unpacked(tmp_path):
    """64 MiB of zeros in 64 KiB: refused by the size that the archive states, with less than 2 MiB of memory."""
    arrays = LSTM_DICT | {"weight_hh_l0": np.zeros((4 * 1448, 1448))}
    np.savez_compressed(tmp_path / "bomb.npz", **arrays)
    assert (tmp_path / "bomb.npz").stat().st_size < 2**17
    refused_in_little_memory(("weight_hh_l0", "1048576 allowed"), tmp_path / "bomb.npz", 2**21, most_bytes=2**20)


LARGE = "{'descr': '<f8', 'fortran_order': False, 'shape': (%s), }"


@pytest.mark.parametrize("data, words", [
    (npy(header=LARGE % "4398046511104, 1099511627776"), ("is said to have shape", "are there")),
    (npy(header=LARGE % "-20, -5") + bytes(800), ("(-20, -5)",)),
    (npy(header=LARGE % "20, 5") + bytes(8), ("800 bytes, but 8 are there",)),
    (npy(header=LARGE % "20, 5") + bytes(808), ("800 bytes, but 808 are there",)),
    (npy(header=LARGE.replace("<f8", "|O") % "20, 5") + bytes(800), ("Python objects",)),
    (npy(header=LARGE.replace("'<f8'", "[('a', '<f8')]") % "20, 5") + bytes(800), ("dtype",)),
    (npy(header="(" * 9000), ("cannot be used",)),
    (npy(header="-" * 9000 + "1"), ("cannot be used",)),
    (npy(header="__import__('os').mkdir('canary')"), ("cannot be used",)),
    (npy(header=LARGE % "20, 5" + " " * 70_000, version=(2, 0)) + bytes(800), ("cannot be used",)),
    (npy(header=LARGE % "20, 5", version=(9, 0)) + bytes(800), ("version",)),
    (b"", ("cannot be used",)),
    (b"\x93NUMPY", ("cannot be used",)),
], ids=range(13))
def test_a_header_that_lies_is_refused(data, words, tmp_path, monkeypatch):
    """Shapes that the data have not, objects, text that is no header: no memory taken, nothing evaluated."""
    monkeypatch.chdir(tmp_path)
    contents = {f"{name}.npy": npy(array) for name, array in LSTM_DICT.items()} | {"weight_hh_l0.npy": data}
    refused_in_little_memory(words, members(tmp_path / "w.npz", contents))
    assert not (tmp_path / "canary").exists()


def test_a_stated_size_that_lies_is_refused(tmp_path):
    """More data behind a member than the archive says: no more than that is unpacked."""
    members(tmp_path / "w.npz", {f"{n}.npy": npy(a) for n, a in LSTM_DICT.items() if n != "weight_hh_l0"}
            | {"weight_hh_l0.npy": npy(np.zeros((20, 5))) + bytes(2**25)})
    data = (tmp_path / "w.npz").read_bytes()
    size = len(npy(np.zeros((20, 5))))
    (tmp_path / "w.npz").write_bytes(data.replace(struct.pack("<I", size + 2**25), struct.pack("<I", size)))
    refused_in_little_memory(("cannot be used",), tmp_path / "w.npz")


@pytest.mark.parametrize("spoil, words", [
    (lambda data: data[:-10] + struct.pack("<I", 2**30) + data[-6:], ("table of contents",)),
    (lambda data: data[:-10] + struct.pack("<I", 2**30) + b"PK\5\6" + bytes(2), ("table of contents",)),
    (lambda data: data[:-22] + b"PK\6\7" + bytes(16) + data[-22:], ("more than 2 GB",)),
    (lambda data: data[:200], ("cannot be used",)),
    (lambda data: b"", ("cannot be used",)),
], ids=("directory", "two ends", "zip64", "cut", "empty"))
def test_an_archive_that_lies_is_refused(spoil, words, tmp_path):
    """A table of contents of a gigabyte, the form for large files, a part of an archive, nothing at all."""
    path = npz(tmp_path / "w.npz", **LSTM_DICT)
    path.write_bytes(spoil(path.read_bytes()))
    refused(words, read_network, path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_unusual_archives_are_refused(tmp_path):
    """Packed by a method that reserves what memory it likes, or a name twice."""
    contents = {f"{name}.npy": npy(array) for name, array in LSTM_DICT.items()}
    refused(("packed in an unusual way",), read_network, members(tmp_path / "w.npz", contents, zipfile.ZIP_LZMA))
    with zipfile.ZipFile(tmp_path / "w.npz", "w") as archive:
        for name in (*contents, "weight_hh_l0.npy"):
            archive.writestr(name, contents[name])
    refused(("two members are called weight_hh_l0",), read_network, tmp_path / "w.npz")


def safetensors(path, header, data=b"", size=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text) if size is None else size) + text + data)
    return path


def entry(name, shape, end, dtype="F32"):
    return {name: {"dtype": dtype, "shape": shape, "data_offsets": [0, end]}}


@pytest.mark.parametrize("header, data, size, words", [
    ({}, b"", 2**40, ("header is said to have 1099511627776 bytes",)),
    ({}, b"", 2**24 + 1, ("16777217 bytes", "expected 16777216 at most")),
    (b"[" * 100_000, b"", None, ("cannot be used",)),
    (b"", b"", None, ("cannot be used",)),
    ({}, b"", None, ("there are none",)),
    (entry("weight_hh_l0", [2**40, 2**40], 4), bytes(4), None, ("cannot be used",)),
    (entry("weight_hh_l0", [1], 2**50), bytes(4), None, ("cannot be used",)),
    (entry("weight_hh_l0", [0, 2**40], 0), b"", None, ("weight_hh_l0", "at least 1")),
    (entry("weight_hh_l0", [2, 2], 4, "F8_E4M3"), bytes(4), None, ("F8_E4M3", ".float()")),
    (entry("weight_hh_l0\x1b[2J", [1], 4), bytes(4), None, ("weight_hh_l0�[2J",)),
    (entry("w" * 10_000, [1], 4), bytes(4), None, ("www …",)),
], ids=range(11))
def test_a_safetensors_header_that_lies_is_refused(header, data, size, words, tmp_path):
    """A header of a terabyte, shapes without data, nesting, names that would write into a terminal."""
    pytest.importorskip("safetensors")
    message = refused_in_little_memory(words, safetensors(tmp_path / "w.safetensors", header, data, size))
    assert len(message) <= 1000 and message.isprintable()


def h5(path, change, weights=NO_BIAS):
    h5py = pytest.importorskip("h5py")
    with h5py.File(path, "w") as file:
        for name, array in weights.items():
            file[name] = array
        change(h5py, file)
    return path


def virtual(h5py, file):
    layout = h5py.VirtualLayout((2, 9), "f8")
    layout[:] = h5py.VirtualSource("other.h5", "secret", (2, 9))
    file.create_virtual_dataset("gru/bias", layout)


def link(kind, *args):
    def change(h5py, file):
        file["gru/bias"] = getattr(h5py, kind)(*args)
    return change


def dataset(shape=(2, 9), dtype="f8", **options):
    def change(h5py, file):
        text = h5py.string_dtype() if dtype == "text" else dtype
        file.create_dataset("gru/bias", shape, text, **options)
    return change


@pytest.mark.parametrize("change, words", [
    (link("ExternalLink", "other.h5", "/secret"), ("gru/bias is a link",)),
    (link("SoftLink", "/gru/kernel"), ("gru/bias is a link",)),
    (virtual, ("gru/bias is virtual",)),
    (dataset(external=[("/etc/hostname", 0, 144)]), ("in another file",)),
    (dataset(chunks=(2, 9), compression="gzip"), ("compressed",)),
    (dataset(chunks=(2, 9), shuffle=True), ("compressed",)),
    (dataset((10**6, 10**6)), ("gru/bias of shape (1000000, 1000000)", "allowed")),
    (dataset((10**6, 10**6), chunks=(1, 1)), ("allowed",)),
    (dataset(chunks=(2**14, 2**14), maxshape=(None, None)), ("gru/bias of shape (16384, 16384)", "allowed")),
    (dataset(dtype="text"), ("gru/bias has dtype object",)),
    (dataset(dtype="i4"), ("gru/bias has dtype int32",)),
    (lambda h5py, file: file.create_dataset("gru/bias", data=h5py.Empty("f8")), ("gru/bias is empty",)),
    (dataset(shape=()), ("bias of gru has shape ()",)),
], ids=range(13))
def test_hdf5_files_that_lead_elsewhere_are_refused(change, words, tmp_path):
    """Links, virtual and external datasets, filters, and eight terabytes of zeros that take no room in the file."""
    refused_in_little_memory(words, h5(tmp_path / "w.h5", change))


def test_an_hdf5_group_within_itself_does_no_harm(tmp_path):
    """A hard link upwards: every object is looked at once."""
    def change(h5py, file):
        file["gru/up"] = file["/"]
        file["gru/bias"] = np.ones((2, 9))
    assert read_network(h5(tmp_path / "w.h5", change)).layers[0].cell is ResetAfterGRU


def test_other_files_are_refused(tmp_path):
    """A folder, an unknown kind, a path that is none; a missing file is a FileNotFoundError, as everywhere."""
    (tmp_path / "a.npz").mkdir()
    refused(("a.npz", "no regular file", ".safetensors"), read_network, tmp_path / "a.npz")
    (tmp_path / "a.keras").write_bytes(b"")
    refused(("a.keras", "unknown kind"), read_network, tmp_path / "a.keras")
    (tmp_path / "a").write_bytes(b"")
    refused(("unknown kind", ".npz"), read_network, str(tmp_path / "a"))
    (tmp_path / "a").write_bytes(b"\nC\n\ncell_sizes\x12\5Const" + bytes(56))
    refused(("a is a frozen TensorFlow graph file", "GraphDef"), read_network, tmp_path / "a")
    refused(("NoneType",), read_network, None)
    refused(("most_bytes is 0",), read_network, STACK, most_bytes=0)
    with pytest.raises(FileNotFoundError):
        read_network(tmp_path / "none.npz")


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 0)() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_a_permission_error(tmp_path):
    """As everywhere."""
    npz(tmp_path / "w.npz", **LSTM_DICT).chmod(0)
    with pytest.raises(PermissionError):
        read_network(tmp_path / "w.npz")


@pytest.mark.parametrize("library, name", [("h5py", "w.h5"), ("safetensors", "w.safetensors")])
def test_a_missing_library_is_named_with_its_command(library, name, tmp_path, monkeypatch):
    """An ImportError with what to type; .npz needs neither."""
    monkeypatch.setitem(sys.modules, library, None)
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(ImportError, match=r'pip install "vanishing-gradients-course\[diagnose\]"'):
        read_network(tmp_path / name)
    assert read_network(npz(tmp_path / "w.npz", **LSTM_DICT)).n_layers == 2


@pytest.mark.parametrize("arrays, words", [
    ({"a": np.ones(3)}, ("weight_hh_l0", "recurrent_kernel", "weight/W_h", "there are a")),
    (LSTM_DICT | K, ("as one of the frameworks gives them", "torch and keras")),
    ({f"w{k}": np.ones(1) for k in range(40)}, ("and 28 more",)),
], ids=("neither", "both", "many"))
def test_a_file_must_be_of_one_framework(arrays, words, tmp_path):
    """Names say which it is."""
    refused(words, read_network, npz(tmp_path / "w.npz", **arrays))


# fuzzing: whatever the bytes, a network or a ValueError

def good_files(folder):
    """{suffix: bytes} of a small file of every kind."""
    found = {".npz": npz(folder / "w.npz", **LSTM_DICT).read_bytes(), ".h5": STACK.read_bytes()}
    np.savez_compressed(folder / "c.npz", **LSTM_DICT)
    save_model(folder / "m.npz", init_model(GRU, 2, 3, 1, np.random.default_rng(0)))
    found |= {".c.npz": (folder / "c.npz").read_bytes(), ".m.npz": (folder / "m.npz").read_bytes()}
    start, entries = 0, {}
    for name, array in LSTM_DICT.items():
        entries[name] = {"dtype": "F64", "shape": list(array.shape), "data_offsets": [start, start + array.nbytes]}
        start += array.nbytes
    data = b"".join(array.tobytes() for array in LSTM_DICT.values())
    return found | {".safetensors": safetensors(folder / "w.safetensors", entries, data).read_bytes()}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    pytest.importorskip("h5py")
    pytest.importorskip("safetensors")
    folder = tmp_path_factory.mktemp("fuzz")
    return folder, good_files(folder)


def network_or_value_error(path, data):
    path.write_bytes(data)
    try:
        network = read_network(path, most_bytes=2**22, layers=LAYERS if path.suffix == ".h5" else ())
    except ValueError as error:
        assert path.name in str(error) and len(str(error)) <= 1000 and str(error).isprintable()
    else:
        assert all(np.isfinite(array).all() for layer in network.layers for array in layer.params.values())


KINDS = (".npz", ".c.npz", ".m.npz", ".h5", ".safetensors")
LAYERS = ("lstm", "gru", "lstm_1")
each_kind = pytest.mark.parametrize("kind", KINDS)
fuzzed = settings(max_examples=150, deadline=None)


@each_kind
def test_the_files_to_be_fuzzed_are_good(files, kind):
    """Otherwise the tests below would only see refusals."""
    folder, good = files
    (folder / f"fuzz{kind}").write_bytes(good[kind])
    assert read_network(folder / f"fuzz{kind}", layers=LAYERS if kind == ".h5" else ()).n_layers >= 1


@each_kind
@fuzzed
@given(data=st.binary(max_size=2000),
       magic=st.sampled_from((b"", b"PK\3\4", b"PK\5\6", b"\x89HDF\r\n\x1a\n", bytes(8))))
@pytest.mark.filterwarnings("ignore")
def test_random_bytes(files, kind, data, magic):
    """With and without the first bytes of a real file."""
    network_or_value_error(files[0] / f"random{kind}", magic + data)


@each_kind
@fuzzed
@given(share=st.floats(0, 1))
def test_truncated_files(files, kind, share):
    """Cut off anywhere."""
    data = files[1][kind]
    network_or_value_error(files[0] / f"cut{kind}", data[:int(share * len(data))])


@each_kind
@fuzzed
@given(changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8),
       ends=st.booleans())
@pytest.mark.filterwarnings("ignore")
def test_changed_bytes(files, kind, changes, ends):
    """A few bytes set to others, anywhere or within the first and last kilobyte, where the structure is."""
    data = bytearray(files[1][kind])
    for share, value in changes:
        at = int(share * 2048) - 1024 if ends else int(share * len(data))
        data[at % len(data)] = value
    network_or_value_error(files[0] / f"changed{kind}", bytes(data))
