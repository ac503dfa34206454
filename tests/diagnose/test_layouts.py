"""What other frameworks computed, against what the course computes from their weights; data/make_layouts_reference.py
says with which versions."""
import json

import numpy as np
import pytest

from course_utils.diagnose import diagnose, network_from_arrays, read_network, run, total_gradients
from course_utils.diagnose.layouts import LAYOUTS
from course_utils.ground.places import DATA

LAYOUT_OF = {"flax": "flax", "equinox": "torch", "haiku": "deepmind", "sonnet": "deepmind", "mlx": "mlx", "tf1": "tf1",
             "torch": "torch", "paddle": "torch", "mindspore": "torch"}
STORED = {name: dict(np.load(DATA / f"layouts_{name}.npz")) for name in LAYOUT_OF}
CASES = [(name, case) for name, stored in STORED.items() for case in dict.fromkeys(key.split("/")[0] for key in stored)]
each_case = pytest.mark.parametrize(("framework", "case"), CASES, ids=["-".join(pair) for pair in CASES])
PRECISE = {"mlx": 1e-6, "mindspore": 1e-6}  # in float32


def stored(framework, case, part=""):
    before = f"{case}/{part}"
    return {name.removeprefix(before): array for name, array in STORED[framework].items() if name.startswith(before)}


def network_of(framework, case, **more):
    options = json.loads(str(STORED[framework][f"{case}/options"]))
    return network_from_arrays(stored(framework, case, "weight/"), framework=LAYOUT_OF[framework], **options | more)


@each_case
def test_outputs_and_input_gradients_are_the_frameworks(framework, case):
    found, network, exact = stored(framework, case), network_of(framework, case), PRECISE.get(framework, 1e-12)
    np.testing.assert_allclose(network.outputs(found["x"]), found["output"], rtol=exact, atol=exact)
    if "grad_x" in found:
        _, dx = total_gradients(network, run(network, found["x"]), found["w"])
        np.testing.assert_allclose(dx, found["grad_x"], rtol=1e-10, atol=1e-11)


@each_case
def test_files_are_known_by_their_names(framework, case, tmp_path):
    """As .npz, and as .safetensors with points for the slashes where the framework would write such a file."""
    options = json.loads(str(STORED[framework][f"{case}/options"]))
    weights, network = stored(framework, case, "weight/"), network_of(framework, case)
    np.savez(tmp_path / "w.npz", **weights)
    found = read_network(tmp_path / "w.npz", **options)
    np.testing.assert_array_equal(found.outputs(np.ones((3, 2, 3))), network.outputs(np.ones((3, 2, 3))))
    assert found.assumed == network.assumed
    assert not found.ignored or framework == "paddle"  # whose state_dict holds every tensor twice
    assert sum(layout.is_mine(weights) for layout in LAYOUTS.values()) == 1
    if framework in ("flax", "haiku"):
        pointed = network_from_arrays({name.replace("/", "."): array for name, array in weights.items()},
                                      framework=LAYOUT_OF[framework], **options)
        np.testing.assert_array_equal(pointed.outputs(np.ones((3, 2, 3))), network.outputs(np.ones((3, 2, 3))))


@pytest.mark.parametrize("case", sorted({case for framework, case in CASES if framework == "torch"}))
def test_packed_sequences_are_pytorchs(case):
    """Sequences of unequal length: outputs, zero in the padding, and gradients from each one's own last step."""
    found, network = stored("torch", case, "packed/"), network_of("torch", case)
    x, lengths = found["x"], found["lengths"]
    np.testing.assert_allclose(network.outputs(x, lengths), found["output"], rtol=1e-12, atol=1e-13)
    direct, H = np.zeros_like(found["output"]), found["w"].shape[1]
    direct[lengths - 1, np.arange(len(lengths)), :H] = found["w"][0]
    direct[0, :, H:] = found["w"][1]
    _, dx = total_gradients(network, run(network, x, lengths), direct, lengths)
    np.testing.assert_allclose(dx, found["grad_x"], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("case", sorted({case for framework, case in CASES if framework == "torch"}))
def test_initial_states_are_pytorchs(case):
    found, network = stored("torch", case, "started/"), network_of("torch", case)
    states = [np.stack(pair) for pair in zip(*(found[name] for name in ("h0", "c0") if name in found))]
    np.testing.assert_allclose(network.outputs(found["x"], state0=states), found["output"], rtol=1e-12, atol=1e-13)


def test_a_sequence_with_its_padding_is_measured_as_without():
    """The gradient of each layer and of the inputs, gates, half-lives, exponents and the heat map."""
    network, rng = network_of("torch", "lstm_both_deep"), np.random.default_rng(3)
    short = rng.standard_normal((5, 1, 3))
    padded = np.concatenate([short, rng.standard_normal((7, 1, 3))])
    alone, within = diagnose(network, short, lag=4), diagnose(network, padded, lag=4, lengths=[5])
    assert within.to_text().splitlines()[2:] == alone.to_text().splitlines()[2:]
    both = np.concatenate([padded, rng.standard_normal((12, 1, 3))], axis=1)
    two = diagnose(network, both, lag=4, lengths=[5, 12])
    for layer, own in zip(two.layers, alone.layers):
        np.testing.assert_allclose(layer.pairs.logs, own.pairs.logs)
        assert len(layer.flow.mean) == 13
    assert "5 to 12 steps (padding left out; each from its own end)" in two.to_text()


def test_each_direction_is_a_layer_of_its_own():
    d = diagnose(network_of("torch", "gru_both_deep"), np.random.default_rng(0).standard_normal((9, 2, 3)))
    assert [measures.layer.reverse for measures in d.layers] == [False, True] * 2
    assert "l0_reverse: ResetAfterGRU" in d.to_text() and "reads backwards" in d.to_text()
    assert d.network.width == 8 and d.layers[2].layer.n_inputs == 8
