"""What people have: checkpoints of PyTorch, names of their own, formats that cannot be read, padded data, and what the
command says of all this."""
import json
import sys
import zipfile

import numpy as np
import pytest

from course_utils import LSTM, init_params
from course_utils.diagnose import Layer, Level, Network, network_from_arrays, read_network, run
from course_utils.diagnose import advice as rules
from course_utils.diagnose.__main__ import main
from course_utils.diagnose.files.checkpoint import lines, wrapping
from course_utils.diagnose.measures import measure
from course_utils.diagnose.sequences import Sequences, read_sequences
from course_utils.ground.places import DATA

STORED = dict(np.load(DATA / "layouts_torch.npz"))


def weights_of(case):
    before = f"{case}/weight/"
    return {name.removeprefix(before): array for name, array in STORED.items() if name.startswith(before)}


LSTM_DICT = weights_of("lstm_both")
X = STORED["lstm_both/x"]
OUTPUT = STORED["lstm_both/output"]


def agrees(network, rtol=1e-12):
    np.testing.assert_allclose(network.outputs(X), OUTPUT, rtol=rtol, atol=rtol)


# checkpoints of PyTorch

@pytest.fixture
def torch():
    return pytest.importorskip("torch")


@pytest.mark.parametrize("wrap", (
    lambda state: state, lambda state: {"state_dict": state, "epoch": 3, "optimizer_state": {"state": {}, "lr": .1}},
    lambda state: {"model_state_dict": {f"module.{name}": value for name, value in state.items()}},
    lambda state: {"model": {"inner": {f"_orig_mod.rnn.{name}": value for name, value in state.items()}}},
    lambda state: {"best": np.float64(.3), "step": np.int64(4), "net": state},
    lambda state: {"hyper_parameters": {"units": 4},
                   "state_dict": {f"net.{name}": value for name, value in state.items()},
                   "optimizer_states": [{"state": {0: {"exp_avg": state["weight_hh_l0"]}}}]}), ids=range(6))
def test_a_checkpoint_is_read_whatever_is_around_its_weights(wrap, torch, tmp_path):
    state = {name: torch.tensor(array) for name, array in LSTM_DICT.items()}
    torch.save(wrap(state), tmp_path / "model.ckpt")
    agrees(read_network(tmp_path / "model.ckpt"))


def test_two_networks_in_a_checkpoint_are_told_apart(torch, tmp_path):
    state = {name: torch.tensor(array) for name, array in LSTM_DICT.items()}
    torch.save({"net": state, "ema": {name: 2 * value for name, value in state.items()}}, tmp_path / "model.pt")
    with pytest.raises(ValueError, match="there are 2 recurrent modules, 'net', 'ema'"):
        read_network(tmp_path / "model.pt")
    agrees(read_network(tmp_path / "model.pt", prefix="net"))


def test_old_checkpoints_and_half_precision_are_read(torch, tmp_path):
    state = {name: torch.tensor(array).bfloat16() for name, array in LSTM_DICT.items()}
    torch.save(state, tmp_path / "old.pth", _use_new_zipfile_serialization=False)
    rounded = {name: value.float().numpy() for name, value in state.items()}
    np.testing.assert_array_equal(read_network(tmp_path / "old.pth").outputs(X),
                                  network_from_arrays(rounded).outputs(X))


def test_a_pickled_module_is_not_run(torch, tmp_path):
    torch.save(torch.nn.LSTM(3, 4), tmp_path / "whole.pt")
    with pytest.raises(ValueError, match="does not open it as data") as caught:
        read_network(tmp_path / "whole.pt")
    assert "weights_only=False" in str(caught.value) and "where you trust the file" in str(caught.value).lower()


def test_without_pytorch_the_lines_for_this_very_file_are_printed(torch, tmp_path, monkeypatch):
    torch.save({"epoch": 1, "model_state_dict": {"weight_hh_l0": torch.zeros(4, 1)}}, tmp_path / "mine.pt")
    assert wrapping(tmp_path / "mine.pt") == "model_state_dict"
    line = "torch.load('mine.pt', map_location='cpu', weights_only=True)['model_state_dict']"
    assert line in lines(tmp_path / "mine.pt")
    monkeypatch.setattr("course_utils.diagnose.files.checkpoint.find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r"\['model_state_dict'\]"):
        read_network(tmp_path / "mine.pt")


def test_the_lines_that_are_printed_work(torch, tmp_path, monkeypatch):
    torch.save({"state_dict": {name: torch.tensor(array) for name, array in LSTM_DICT.items()}}, tmp_path / "mine.pt")
    monkeypatch.chdir(tmp_path)
    for line in lines(tmp_path / "mine.pt").split(" / "):
        exec(line, sys.modules[__name__].__dict__)
    agrees(read_network(tmp_path / "weights.npz"), 1e-5)


# what wrappers of weights leave behind, and names of one's own

def test_normalised_weights_are_put_together(tmp_path):
    """weight_norm's length and direction, by its old names and its new ones."""
    w = LSTM_DICT["weight_hh_l0"]
    v, g = 3 * w, np.linalg.norm(w, axis=1, keepdims=True)
    rest = {name: array for name, array in LSTM_DICT.items() if name != "weight_hh_l0"}
    for names in (("weight_hh_l0_g", "weight_hh_l0_v"), ("parametrizations.weight_hh_l0.original0",
                                                         "parametrizations.weight_hh_l0.original1")):
        agrees(network_from_arrays(rest | dict(zip(names, (g, v)))))
    with pytest.raises(ValueError, match="one part of a normalised weight"):
        network_from_arrays(rest | {"weight_hh_l0_g": g})
    with pytest.raises(ValueError, match="the norm of each row"):
        network_from_arrays(rest | {"weight_hh_l0_g": g[:3], "weight_hh_l0_v": v})


def test_dropped_weights_are_read_where_they_are_kept():
    """Weight drop has the weight itself beside the module, and within it what is left of the last drop."""
    raw = {"rnn.weight_hh_l0_raw": LSTM_DICT["weight_hh_l0"]}
    inner = {f"rnn.module.{name}": array for name, array in LSTM_DICT.items()}
    agrees(network_from_arrays(raw | inner | {"rnn.module.weight_hh_l0": 0 * LSTM_DICT["weight_hh_l0"]}))
    without = {name: array for name, array in inner.items() if not name.endswith("weight_hh_l0")}
    agrees(network_from_arrays(raw | without))


def test_paddle_holds_every_tensor_twice():
    names = {"weight_ih_l0": "0.cell_fw.weight_ih", "weight_hh_l0": "0.cell_fw.weight_hh"}
    twice = {f"lstm.{copy}": LSTM_DICT[name] for name, copy in names.items()}
    agrees(network_from_arrays({f"lstm.{name}": array for name, array in LSTM_DICT.items()} | twice))


def test_own_names_are_mapped(tmp_path):
    """And the refusal shows the line to type."""
    own = {f"enc_{name}": array for name, array in LSTM_DICT.items()}
    np.savez(tmp_path / "own.npz", **{name.replace("weight", "w"): array for name, array in own.items()})
    with pytest.raises(ValueError, match="--map enc_w_ih_l0=weight_ih_l0,…"):
        read_network(tmp_path / "own.npz")
    names = {f"enc_{name}".replace("weight", "w"): name for name in LSTM_DICT}
    agrees(read_network(tmp_path / "own.npz", names=names))
    with pytest.raises(ValueError, match="names maps 'none', which the file has not"):
        read_network(tmp_path / "own.npz", names={"none": "weight_hh_l0"})


def test_modules_that_feed_one_another_are_named(tmp_path):
    arrays = {f"first.{name}": array for name, array in weights_of("gru_both").items()}
    top = weights_of("lstm_both_deep")
    arrays |= {f"second.{name.replace('l1', 'l0')}": array for name, array in top.items() if "l1" in name}
    network = network_from_arrays(arrays, layers=("first", "second"))
    below = network_from_arrays(weights_of("gru_both")).outputs(X)
    above = network_from_arrays({name.replace("l1", "l0"): array for name, array in top.items() if "l1" in name})
    np.testing.assert_allclose(network.outputs(X), above.outputs(below), rtol=1e-13)
    with pytest.raises(ValueError, match="--layers first,second"):
        network_from_arrays(arrays)
    with pytest.raises(ValueError, match="expected one of the two"):
        network_from_arrays(arrays, layers=("first",), prefix="second")


# formats that are told apart

def script(folder):
    with zipfile.ZipFile(folder / "a.pt", "w") as archive:
        archive.writestr("a/data.pkl", b"")
        archive.writestr("a/constants.pkl", b"")
    return folder / "a.pt"


def saved_model(folder):
    (folder / "model").mkdir()
    (folder / "model" / "saved_model.pb").write_bytes(b"\x08\x01\x12\x00")
    return folder / "model"


@pytest.mark.parametrize(("make", "words"), (
    (script, "is a TorchScript file"), (saved_model, "tf.saved_model.load"),
    (lambda folder: saved_model(folder) / "saved_model.pb", "is a SavedModel file"),
    (b"\x1c\0\0\0TFL3", "is a TensorFlow Lite file"), (b"\x1f\x8b\x08\0", "tar -xzf"),
    (b"\x93NUMPY\x01\0", "one array without a name"), (b"#Parameter# /_0 {4,3} 1 ZERO_GRAD\n", "is a DyNet file"),
    (b"just text, and enough of it", "unknown kind")), ids=range(8))
def test_files_that_cannot_be_read_are_told_apart(make, words, tmp_path):
    path = make(tmp_path) if callable(make) else tmp_path / "a.bin"
    if not callable(make):
        path.write_bytes(make)
    with pytest.raises(ValueError, match=words):
        read_network(path)


def test_a_tensorflow_1_checkpoint_is_told_apart(tmp_path):
    (tmp_path / "model.ckpt.data-00000-of-00001").write_bytes(b"whatever")
    with pytest.raises(ValueError, match=r"tf\.train\.load_checkpoint"):
        read_network(tmp_path / "model.ckpt.data-00000-of-00001")


# padded data, and data of other kinds

def saved(path, **arrays):
    np.savez(path, **arrays)
    return str(path)


def reported(capsys, *argv):
    assert main([*argv, "--text"]) == 0
    return capsys.readouterr().out


def first_input(text):
    return text.splitlines()[1].partition("last layer, ")[2].partition(" at")[0]


@pytest.fixture
def folder(tmp_path):
    saved(tmp_path / "weights.npz", **{name: array for name, array in LSTM_DICT.items() if "reverse" not in name})
    return tmp_path


def test_padding_is_left_out_where_lengths_are_there(folder, capsys):
    """20 steps and 40 rows of zeros: the report is that of the 20 steps alone; without lengths it warns."""
    rng = np.random.default_rng(0)
    short = rng.standard_normal((20, 2, 3))
    padded = np.concatenate([short, np.zeros((40, 2, 3))])
    weights = str(folder / "weights.npz")
    alone = reported(capsys, weights, saved(folder / "short.npz", x=short))
    given = reported(capsys, weights, saved(folder / "given.npz", x=padded, lengths=[20, 20]))
    asked = reported(capsys, weights, saved(folder / "padded.npz", x=padded), "--lengths", "zeros")
    taken = reported(capsys, weights, str(folder / "padded.npz"))
    assert first_input(alone) == first_input(given) == first_input(asked) != first_input(taken)
    assert "zeros at the end of 2 sequences are padding" in asked and "are input (--lengths zeros" in taken
    assert "Assumed" not in given.replace("Assumed: that the plain", "")


def test_initial_states_of_the_data_are_used(folder, capsys):
    x, rng = np.zeros((6, 2, 3)), np.random.default_rng(1)
    states = {name: 3 * rng.standard_normal((1, 2, 4)) for name in ("h0", "c0")}
    weights = str(folder / "weights.npz")
    plain = reported(capsys, weights, saved(folder / "x.npz", x=x))
    assert reported(capsys, weights, saved(folder / "xs.npz", x=x, **states)) != plain
    network = read_network(folder / "weights.npz")
    found = read_sequences(folder / "xs.npz")
    traces = run(network, found.x, state0=found.state0(network))
    np.testing.assert_array_equal(traces[0].states[:, 0], np.concatenate([states["h0"], states["c0"]]))


@pytest.mark.parametrize(("arrays", "words"), (
    ({"c0": np.zeros((1, 2, 4))}, "c0 without h0"), ({"h0": np.zeros((1, 2, 4))}, "h0 without c0"),
    ({"h0": np.zeros((2, 2, 4)), "c0": np.zeros((2, 2, 4))}, r"h0 has shape \(2, 2, 4\), expected \(1, B, H\)")))
def test_initial_states_that_do_not_fit_are_refused(arrays, words, folder):
    network = read_network(folder / "weights.npz")
    with pytest.raises(ValueError, match=words):
        Sequences(np.zeros((6, 2, 3)), **arrays).state0(network)


@pytest.mark.parametrize(("lengths", "words"), (([7, 2], "from 2 to 7, expected 1 … 6"), ([0, 6], "from 0 to 6"),
                                                ([1.5, 2], "dtype float64"), ([3], r"shape \(1,\)")))
def test_lengths_that_do_not_fit_are_refused(lengths, words, folder):
    with pytest.raises(ValueError, match=words):
        run(read_network(folder / "weights.npz"), np.zeros((6, 2, 3)), lengths)


def test_data_as_one_array_is_read(folder, capsys):
    np.save(folder / "x.npy", X.astype("float16"))
    np.savez(folder / "x.npz", X.astype("float16"))
    weights = str(folder / "weights.npz")
    assert reported(capsys, weights, str(folder / "x.npy")) == reported(capsys, weights, str(folder / "x.npz"))
    (folder / "cut.npy").write_bytes((folder / "x.npy").read_bytes()[:-3])
    with pytest.raises(ValueError, match="holds no sequences"):
        read_sequences(folder / "cut.npy")


def test_the_command_takes_all_options(tmp_path, capsys):
    arrays = {f"a_{name}": array for name, array in weights_of("rnn_both").items()}
    names = ",".join(f"{name}={name[2:]}" for name in arrays)
    said = reported(capsys, saved(tmp_path / "w.npz", **arrays), saved(tmp_path / "x.npz", x=X), "--map", names,
                    "--activation", "relu", "--framework", "torch", "--prefix", "", "--lag", "3")
    assert "l0_reverse: ReluRNN" in said and "lag 3" in said
    with pytest.raises(SystemExit):
        main([str(tmp_path / "w.npz"), str(tmp_path / "x.npz"), "--map", "nonsense", "--text"])
    assert "is no list of name=name" in capsys.readouterr().err


def test_the_command_reads_a_description(tmp_path, capsys):
    pytest.importorskip("h5py")
    with zipfile.ZipFile(DATA / "keras_files" / "keras_relu_keras.keras") as archive:
        (tmp_path / "w.h5").write_bytes(archive.read("model.weights.h5"))
        (tmp_path / "m.json").write_bytes(archive.read("config.json"))
    files = str(tmp_path / "w.h5"), saved(tmp_path / "x.npz", x=X)
    said = reported(capsys, *files, "--config", str(tmp_path / "m.json"))
    assert "LSTM(g relu, c relu)" in said and "Assumed" not in said


# one report, one verdict

def test_who_reaches_back_over_the_lag_does_not_forget():
    """An encoder whose forget gates stay near ½ and whose gradient comes back all the same, by other ways."""
    rng = np.random.default_rng(0)
    params = init_params(LSTM, 3, 16, rng, recurrent="orthogonal", gain=3.)
    layer = Layer("encoder", LSTM, params)
    (found,), _ = measure(Network((layer,), "a test"), rng.standard_normal((11, 4, 3)))
    assert found.flow.reach == 11 and np.median(found.half_lives) < 2
    assert rules.forgetting(found, 10) is None


# levels

def layer(D=3, H=4, seed=0, **options):
    return Layer(f"layer {seed}", LSTM, init_params(LSTM, D, H, np.random.default_rng(seed)), **options)


@pytest.mark.parametrize(("make", "words"), (
    (lambda: Level((layer(), layer(D=2, seed=1))), r"have \[3, 2\] inputs"),
    (lambda: Level((layer(), layer(H=5, seed=1)), "sum"), r"have \[4, 5\] units"),
    (lambda: Level(()), "expected one Layer at least"), (lambda: Level((layer(),), "mul"), "merge is 'mul'"),
    (lambda: Network(((layer(), layer(seed=1)), layer(seed=2)), "x"), "reads 3 inputs, but layer layer 0 below it has"),
    (lambda: layer(state0=np.zeros((1, 4))), r"state0 has shape \(1, 4\), expected \(2, 4\)")), ids=range(6))
def test_levels_that_do_not_fit_are_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()


@pytest.mark.parametrize("merge", ("concat", "sum", "ave"))
def test_what_a_level_shows(merge):
    forwards, backwards = layer(), layer(seed=1, reverse=True)
    x = np.random.default_rng(2).standard_normal((5, 2, 3))
    one = Network((forwards,), "x").outputs(x)
    other = Network((layer(seed=1),), "x").outputs(x[::-1])[::-1]
    found = Network((Level((forwards, backwards), merge),), "x").outputs(x)
    wanted = {"concat": np.concatenate([one, other], 2), "sum": one + other, "ave": (one + other) / 2}[merge]
    np.testing.assert_allclose(found, wanted, rtol=1e-13)


def test_a_level_of_one_direction_may_be_named_by_a_pair():
    network = Network(((layer(), layer(seed=1, reverse=True)), layer(D=8, seed=2)), "x")
    assert network.n_layers == 3 and [level.width for level in network.levels] == [8, 4] and network.width == 4
    assert json.dumps(network.n_hidden) == "[4, 4, 4]"
