"""benchmarks/diagnose/: what is said of a network, and the list of packages; nothing is downloaded here."""
import inspect

import numpy as np
import pytest

from benchmarks.diagnose import frameworks, real_networks
from benchmarks.diagnose.packages import PACKAGES, Package, Real
from course_utils.diagnose import network_from_arrays, read_network

OPTIONS = set(inspect.signature(inspect.unwrap(read_network)).parameters)


def test_packages_are_pinned_and_ask_what_can_be_answered():
    assert len({package.pinned for package in PACKAGES}) == len(PACKAGES)
    for package in PACKAGES:
        name, version = package.pinned.split("==")
        assert name and version[0].isdigit() and package.licence and package.networks
        for real in package.networks:
            assert set(real.options) <= OPTIONS and (real.ask or not real.options)
            for question in filter(None, (real.ask, real.rounded, real.by and {"function": real.by})):
                wanted = inspect.signature(getattr(frameworks, question["function"])).parameters
                free = any(one.kind is one.VAR_KEYWORD for one in wanted.values())
                assert free or set(question) - {"function"} <= set(wanted)


def test_flags_are_as_one_types_them():
    assert real_networks.flags({"names": {"a": "weight_ih_l0", "b": "weight_hh_l0"}, "layers": ("x", "y")}) == (
        "`--map a=weight_ih_l0,b=weight_hh_l0` `--layers x,y`")
    assert real_networks.flags({"gate_activation": "relu", "config": "deep/model.json"}) == (
        "`--gate-activation relu` `--config model.json`")


def test_a_network_is_described_from_the_input_upwards():
    arrays = {f"{own}_l{n}{side}": np.zeros((12, size)) for n, D in ((0, 5), (1, 6)) for side in ("", "_reverse")
              for own, size in (("weight_ih", D), ("weight_hh", 3))}
    assert real_networks.described(network_from_arrays(arrays)) == "2 × LSTM 3 in both directions, of 5 inputs"


def test_the_section_counts_what_is_read_and_shows_why_the_rest_is_not():
    package = Package("some==1.0", "MIT", ())
    found = [{"what": "LSTM 3, of 2 inputs", "read": "as it comes", "h": 2e-7, "h64": 1e-15},
             {"what": "LSTM 3, of 2 inputs", "read": "`--prefix a`", "h": 1e-6, "rounded": .04},
             {"what": "", "read": "refused: " + "a|b " * 100}]
    results = [(package, Real(f"folder/{n}", f"form {n}"), one) for n, one in enumerate(found)]
    text = real_networks.section(results)
    assert "Read: **2** networks in 2 forms, 1 of them" in text and "**1e-06** in float32" in text
    assert "1e-15 in float64" in text and "1e-06 (0.04 as it rounds) | – |" in text
    assert text.splitlines()[-1].startswith("| some 1.0, MIT | `2` | form 2 | a\\|b") and text.endswith("… |")


def test_one_that_is_read_without_its_options_must_say_what_it_assumes(tmp_path):
    arrays = {"weight_ih_l0": np.eye(2), "weight_hh_l0": np.eye(2)}
    np.savez(tmp_path / "w.npz", **arrays)
    x = np.ones((3, 1, 2))
    h = read_network(tmp_path / "w.npz", activation="relu").outputs(x)
    assert real_networks.without(tmp_path / "w.npz", x, h).startswith(
        "; without it says “that the plain network is of tanh”, and is off by 2")
    np.savez(tmp_path / "w.npz", **{name: np.vstack([array] * 4) for name, array in arrays.items()})
    with pytest.raises(SystemExit, match="expected a refusal or a word"):
        real_networks.without(tmp_path / "w.npz", x, h)
