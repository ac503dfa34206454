"""The gate explorer without a browser: its arrays against the engine, closed forms and differences; its controls."""
import json

import numpy as np
import pytest

from course_utils import CELLS, jacobian_norms, numerical_jacobian, sigmoid, unroll
from course_utils.experiments.curves.gates import (
    GATED,
    HELD,
    NOISE,
    START,
    H,
    fulfils,
    gate_curves,
    gate_network,
    reach,
    saturated,
)
from course_utils.ground.places import NOTEBOOKS
from course_utils.widgets import PRESETS, gate_explorer
from course_utils.widgets.gate_explorer import SLIDERS, USED

SHORT = {"length": 12}
SETTINGS = {
    "start": {}, "gain": {"recurrent": 3.0, "seed": 5}, "held": {"gates": HELD, "b_f": 2.0, "candidate": 2.0},
    "spread": {"b_f": 1.0, "b_i": -1.0, "spread": .9}, "marker": {"b_i": -3.0, "b_o": -3.0, "marker": 8.0}}
SOLUTIONS = {"keep and ignore": {"b_f": 8.0, "b_i": -9.0}, "slow and fast": {"b_f": 4.6, "b_i": -4.6, "spread": .98},
             "on the detours": {"b_f": .5, "recurrent": 3.5}}


def memory(cell):
    """The block of the Jacobian that the explorer is about."""
    return (cell.states[-1], cell.states[-1])


@pytest.mark.parametrize("name", GATED)
@pytest.mark.parametrize("settings", SETTINGS)
def test_total_is_the_engines(name, settings):
    """‖∂m_T/∂m_k‖ equals jacobian_norms, for every cell of the explorer."""
    settings = START | SHORT | SETTINGS[settings] | {"cell": name}
    cell, params, x = gate_network(settings)
    norms = jacobian_norms(cell, params, unroll(cell, params, x), block=memory(cell))[:, 0]
    np.testing.assert_allclose(gate_curves(settings)["total"], norms, atol=1e-9)


@pytest.mark.parametrize("name", GATED)
def test_inputs_against_differences(name):
    """‖∂m_T/∂x_t‖ over the noisy inputs equals central differences of the network's run."""
    settings = START | {"cell": name, "length": 4, "b_f": 1.0, "marker": 3.0}
    cell, params, x = gate_network(settings)
    J = numerical_jacobian(lambda x: unroll(cell, params, x).states[-1, -1, 0], x)[:, :, 0, :NOISE]
    wanted = [np.log10(np.linalg.norm(J[:, t], 2)) for t in range(4)]
    np.testing.assert_allclose(gate_curves(settings)["inputs"], wanted, atol=1e-6)


@pytest.mark.parametrize("name", GATED)
def test_direct_path_is_the_product_of_the_gate_that_keeps(name):
    """The largest ∏ f (z) over the units; 1 without forget gate; none in a tanh RNN."""
    found = gate_curves(SHORT | {"cell": name, "b_f": 1.0})
    keeps = found["gates"].get("f", found["gates"].get("z"))
    if keeps is not None:
        wanted = [np.log10(np.prod(keeps[k:], axis=0).max()) for k in range(13)]
        np.testing.assert_allclose(found["direct"], wanted, atol=1e-12)
        np.testing.assert_allclose(np.mean(keeps <= 1), 1)
    elif name == "tanh RNN":
        assert found["direct"] is None and found["half_life"] is None
    else:
        assert not found["direct"].any() and np.all(np.isinf(found["half_life"]))


@pytest.mark.parametrize(("b", "steps"), ((0, 1), (1, 2.213), (2, 5.461), (3, 14.27), (5, 103.2)))
@pytest.mark.parametrize("cell", ("LSTM", "GRU"))
def test_half_life_of_held_gates(cell, b, steps):
    """ln ½ / ln σ(b), the closed form."""
    found = gate_curves({"cell": cell, "gates": HELD, "b_f": float(b)})
    np.testing.assert_allclose(found["half_life"], steps, rtol=5e-4)
    np.testing.assert_allclose(found["direct"][0], 100 * np.log10(sigmoid(float(b))), rtol=1e-9)


def test_spread_is_even_in_time_scales():
    """e^b_f lies evenly between (1 − s) and (1 + s) times its middle, e^b_i the opposite way: chrono's b_i = −b_f."""
    found = gate_curves(PRESETS["chrono"] | {"gates": HELD})
    f, i = found["gates"]["f"][0], found["gates"]["i"][0]
    np.testing.assert_allclose(f / (1 - f), np.exp(3.9) * (1 + .98 * np.linspace(-1, 1, H)), rtol=1e-9)
    np.testing.assert_allclose(i, 1 - f, rtol=1e-9)


def test_markers_open_i_at_the_first_step_and_o_at_the_last():
    """Held gates move at these two steps only."""
    gates = gate_curves({"gates": HELD, "marker": 20.0, "b_i": -10.0, "b_o": -10.0})["gates"]
    assert gates["i"][0].min() > .99 and gates["i"][1:].max() < .01
    assert gates["o"][-1].min() > .99 and gates["o"][:-1].max() < .01
    assert np.ptp(gates["f"]) == 0
    z = gate_curves({"cell": "GRU", "gates": HELD, "marker": 20.0, "b_f": 10.0})["gates"]["z"]
    assert z[0].max() < .01 and z[1:].min() > .99


def test_candidate_gain_zero_writes_nothing():
    found = gate_curves({"candidate": 0.0})
    assert not found["memory"].any() and np.all(np.isneginf(found["inputs"]))


def test_saturated_and_reach():
    """Thresholds .1 and .9; over how many steps back no norm falls below 1/1000."""
    assert saturated(np.array([.05, .1, .5, .9, .95])) == pytest.approx(.4)
    assert reach(np.array([0., -4, -1, -3, 0])) == 2
    assert reach(np.array([-1., 0])) == 1
    assert reach(np.array([-np.inf, 0])) == 0


def test_reference_is_the_tanh_rnn_of_the_same_gain():
    """Whatever the cell and its gates."""
    rnn = gate_curves(SHORT | {"cell": "tanh RNN", "recurrent": 2.0, "seed": 4})
    lstm = gate_curves(SHORT | {"recurrent": 2.0, "seed": 4, "b_f": 3.0, "marker": 2.0})
    np.testing.assert_allclose(lstm["reference"], rnn["total"], atol=1e-9)
    np.testing.assert_allclose(rnn["reference"], rnn["total"], atol=1e-9)


def test_compute_is_pure():
    """Called twice it gives the same, and leaves the settings alone."""
    settings = dict(SHORT, b_f=2.0)
    first, second = gate_curves(settings), gate_curves(settings)
    assert settings == dict(SHORT, b_f=2.0)
    for name in ("total", "direct", "inputs", "memory"):
        np.testing.assert_array_equal(first[name], second[name])


def test_unknown_settings_are_refused():
    with pytest.raises(ValueError, match="no setting bias, only cell, gates, b_f"):
        gate_curves({"bias": 1.0})


def test_presets_change_what_they_name():
    explorer = gate_explorer()
    assert list(explorer.presets) == list(PRESETS) and explorer.start == START
    explorer.set(**START | PRESETS["chrono"])
    assert explorer.found["settings"] == explorer.settings() == START | PRESETS["chrono"]


@pytest.mark.parametrize("cell", GATED)
def test_controls_without_effect_are_greyed_out(cell):
    """A control is greyed out if, and only if, moving it changes nothing of what this cell computes."""
    explorer = gate_explorer()
    explorer.set(cell=cell, spread=.5, length=12)
    before, (by, used) = gate_curves(explorer.settings()), explorer.used
    assert by == "cell"
    moved = {name: (low if START[name] != low else high) for name, (low, high, *_) in SLIDERS.items()} | {"gates": HELD}
    for name, value in moved.items():
        now = gate_curves(explorer.settings() | {name: value})
        same = all(np.array_equal(before[key], now[key]) for key in ("total", "memory", "inputs"))
        assert (name not in used[cell]) == same, name


def test_every_cell_of_the_list_says_what_it_uses():
    assert set(USED) == set(GATED)
    assert set(GATED.values()) <= set(CELLS)


def test_challenges_that_are_predicates_are_told_by_the_kernel():
    explorer = gate_explorer({"more": lambda found: found["settings"]["b_f"] > 5})
    assert explorer.reply == {"solved": {"more": False}}
    explorer.set(b_f=6.0)
    assert explorer.reply == {"solved": {"more": True}}


def test_a_challenge_that_raises_is_seen():
    assert "ZeroDivisionError" in gate_explorer({"broken": lambda found: 1 / 0}).reply["error"]


def test_challenges_that_are_ranges_are_told_in_the_browser():
    ranges = {"total": (-1, None), "length": (100, 120)}
    assert gate_explorer({"alive": ranges}).state["challenges"] == {"alive": ranges}
    assert [fulfils(gate_curves({"b_f": b, "length": n}), ranges) for b, n in ((8.0, 100), (0.0, 100), (8.0, 121))] == [
        True, False, False]
    assert not fulfils(gate_curves({"cell": "tanh RNN"}), {"direct": (None, None)})  # it has none
    with pytest.raises(ValueError, match="no measure reached, only length, total, direct"):
        fulfils(gate_curves({}), {"reached": (0, 1)})


def notebook_tasks():
    """The tasks of notebook 11, out of its own cells."""
    path = NOTEBOOKS / "11_move_the_gates.ipynb"
    sources = ["".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"]]
    space = {}
    for source in sources:
        if source.startswith("TASKS"):
            exec(source.split("\n\n")[0], space)
    return space["TASKS"]


@pytest.mark.parametrize("task", SOLUTIONS)
def test_every_task_of_notebook_11_has_a_solution_and_no_preset_is_one(task):
    ranges = notebook_tasks()[task]
    assert fulfils(gate_curves(SOLUTIONS[task]), ranges)
    for settings in ({}, *PRESETS.values()):
        assert not fulfils(gate_curves(settings), ranges)


def test_tasks_of_notebook_11_have_solutions_here():
    assert set(notebook_tasks()) == set(SOLUTIONS)
