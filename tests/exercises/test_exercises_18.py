"""Notebook 18: the repairs are right, the bugs are the known ones, and a repair silences its symptoms."""
import json
import re

import matplotlib
import numpy as np
import pytest
from solutions import ALL, said, solve, verdict

from course_utils import (
    LSTM,
    Params,
    ReluRNN,
    TanhRNN,
    backprop,
    clip_by_norm,
    init_params,
    numerical_jacobian,
    relative_error,
    sigmoid,
    unroll,
)
from course_utils.ground.places import NOTEBOOKS

NOTEBOOK = NOTEBOOKS / "18_find_the_bug.ipynb"
KNOWN = {  # each bug, and the mistake that was found in published code or text
    "gate_deltas": "the sigmoid's slope left out",
    "backward_through_time": "dh_next never carried to the earlier step",
    "lstm_step_backward": "dh_prev overwritten before dc_prev uses it",
    "backward_from_the_end": "the loss of the last step added at every step",
    "relu_step_backward": "ReLU's slope taken from the output with ≥",
    "gate_weights": "a seed set inside the initialiser, so all four gates start with the same weights",
    "sigmoid_by_tanh": "σ(2x) written for σ(x)",
    "GradientSum": "an accumulator reset to the wrong type, so the second backward pass crashes",
    "bias_error": "zero biases in the gradient check, which mask a wrong bias gradient",
    "clip_gradients": "clipping by value called clipping: it turns the direction",
}
OFF = re.compile(r"off by (\d+)%")
# what is printed of each bug that no other error can explain, and that no repaired one leaves
SAYS = {"gate_weights": "i and f 0.0, f and o 0.0", "GradientSum": "TypeError", "bias_error": "the check   agrees",
        "clip_gradients": "turned by 33 degrees", "sigmoid_by_tanh": "keeps 0.88"}


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def code_cells():
    """(source, stored text) of the notebook's code cells."""
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return [("".join(cell["source"]), "".join("".join(out.get("text", "")) for out in cell["outputs"]))
            for cell in cells if cell["cell_type"] == "code"]


def symptoms(name):
    """What the notebook stores below the cell of a bug: the next text."""
    cells = code_cells()
    start = next(k for k, (text, _) in enumerate(cells) if f"check.{name}({name})" in text)
    return cells[start + 1][1]


@pytest.fixture(scope="module")
def repaired():
    """{exercise: what is printed after its cell} when every answer in the notebook is the solution."""
    matplotlib.use("Agg")
    with matplotlib.rc_context():
        return run_repaired()


def run_repaired():
    """All cells of the notebook, run with the solutions in place of the bugs."""
    space, printed, current = {}, {}, "the hunt"
    space["print"] = lambda *args, **options: printed.setdefault(current, []).append(" ".join(map(str, args)))
    for text, _ in code_cells():
        found = re.search(r"^check\.(\w+)\(", text, re.M)
        if found:
            current, name = found[1], found[1]
            text = ALL[name].source() if ALL[name].draw else f"{name} = {solve(name)}"
        if "fig, ax = " in text:
            current = "the last figure"
        exec(compile(text.replace("show(fig", "shown = (fig"), current, "exec"), space)
    return {name: "\n".join(lines) for name, lines in printed.items()} | {"the last figure": space["shown"][1]}


def test_the_ten_bugs_are_known_ones():
    assert [name for name, e in ALL.items() if e.given and e.given.__module__.rpartition(".")[2].startswith("broken")] \
        == list(KNOWN)


@pytest.mark.parametrize("name", KNOWN)
def test_a_bug_shows_and_a_repair_silences_it(name, repaired):
    assert SAYS.get(name, "off by") in symptoms(name)
    assert SAYS.get(name, "off by") not in repaired[name]
    if name != "bias_error":  # there the witness stays wrong
        assert "off by" not in repaired[name]


def test_the_bars_are_gone_after_repair(repaired):
    assert set(OFF.findall(repaired["the last figure"])) == {"0"}


def test_the_bars_are_what_the_symptoms_print():
    drawn = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    (alt,) = [out["metadata"]["image/png"]["alt"] for cell in drawn if cell["cell_type"] == "code"
              for out in cell["outputs"] if "Ten rows" in str(out.get("metadata"))]
    for n, name in enumerate(KNOWN, 1):
        percents = [int(found) for found in OFF.findall(symptoms(name).split("steps: 6")[-1])]
        if f"bug {n} is off" in alt:
            assert f"bug {n} is off by {max(percents)}%" in alt


def test_gates(rng):
    d, a = rng.normal(size=(2, 4, 3, 2))

    def squash(a):
        return np.stack([sigmoid(a[0]), sigmoid(a[1]), np.tanh(a[2]), sigmoid(a[3])])

    judge = numerical_jacobian(lambda a: np.sum(d * squash(a)), a)
    assert relative_error(np.stack(solve("gate_deltas", *d, *squash(a))), judge) < 1e-8


def by_the_engine(cell, T, rng, only_last):
    """(params, x, direct gradients, states, what the engine gives for the weights and the initial state)."""
    params = init_params(cell, 3, 4, rng, recurrent="torch")
    x, direct = rng.normal(size=(T, 2, 3)), rng.normal(size=(T + 1, 2, 4))
    direct[:-1] *= not only_last
    trace = unroll(cell, params, x, rng.normal(size=(1, 2, 4)))
    total, grads = backprop(cell, params, trace, direct[None])
    return params, x, direct, trace.states[0], (grads.W_x, grads.W_h, grads.b, total[0, 0])


@pytest.mark.parametrize("name", ("backward_through_time", "backward_from_the_end"))
@pytest.mark.parametrize("T", (1, 2, 5))
def test_loops_equal_the_engine(name, T, rng):
    only_last = name == "backward_from_the_end"
    params, x, direct, h, judge = by_the_engine(TanhRNN, T, rng, only_last)
    ours = solve(name, direct[-1] if only_last else direct, x, h, params.W_h)
    assert max(map(relative_error, ours, judge)) < 1e-12


def test_relu_step_equals_the_engine(rng):
    params, x, direct, h, judge = by_the_engine(ReluRNN, 1, rng, True)
    assert 0 < np.mean(h[1] > 0) < 1
    ours = solve("relu_step_backward", direct[1], x[0], h[0], h[1], params.W_h)
    assert max(map(relative_error, ours, judge)) < 1e-12


def test_lstm_step_equals_the_engine(rng):
    params = init_params(LSTM, 3, 4, rng, recurrent="torch")
    state, (dh, dc) = rng.normal(size=(2, 2, 4)), rng.normal(size=(2, 2, 4))
    trace = unroll(LSTM, params, rng.normal(size=(1, 2, 3)), state)
    direct = np.zeros((2, 2, 2, 4))
    direct[:, 1] = dh, dc
    total, grads = backprop(LSTM, params, trace, direct)
    c_prev, c, gates = trace.states[1, 0], trace.states[1, 1], trace.gates[:, 0]
    da, dh_prev, dc_prev = solve("lstm_step_backward", dh, dc, c_prev, *gates, c, params.W_h)
    for one, other in ((da.sum(axis=0), grads.b), (dh_prev, total[0, 0]), (dc_prev, total[1, 0])):
        assert relative_error(one, other) < 1e-12


def from_this_place(b, *, factor=1.):
    """A check at a bias of ours, whatever its generator."""
    def check_there(step, backward, rng):
        x, h_prev, w = rng.normal(size=(5, 3)), rng.normal(size=(5, 4)), rng.normal(size=(5, 4))
        W_x, W_h, here = rng.normal(size=(3, 4)), rng.normal(size=(4, 4)), b(rng)
        judge = numerical_jacobian(lambda value: np.sum(w * step(x, h_prev, W_x=W_x, W_h=W_h, b=value)), here)
        return factor * relative_error(backward(w, x, h_prev, W_x, W_h, here), judge)
    return check_there


@pytest.mark.parametrize("b", (lambda rng: np.ones(4), lambda rng: np.full(4, .5),
                               lambda rng: np.random.default_rng(0).normal(size=4)))
def test_a_bias_that_no_generator_draws_is_no_random_place(b):
    assert "every check is made at the same bias" in said("bias_error", from_this_place(b))


def test_the_check_must_give_the_relative_error_and_may_draw_as_it_likes():
    normal = lambda rng: rng.normal(size=4)  # noqa: E731
    assert said("bias_error", from_this_place(lambda rng: rng.uniform(.5, 1, 4))) == "bias_error: right"
    assert "the number is not the relative error" in said("bias_error", from_this_place(normal, factor=3.))
    assert "what it returns: 'nothing is compared'" in said("bias_error", lambda step, backward, rng: 0.)
    assert "biases of two checks: 'step is never called'" in said("bias_error", lambda step, backward, rng: 0.)
    twice = said("bias_error", from_this_place(lambda rng: np.ones(4), factor=3.))
    assert all(f"it looks as if {what}" in twice for what in ("every check is made at the same bias",
                                                              "the number is not the relative error"))
    assert "is there a return?" in said("bias_error", lambda step, backward, rng: None)
    assert "not attempted yet" in said("bias_error", lambda step, backward, rng: ...)
    assert "verdict on one without the bias: 'right' is not" in said("bias_error", lambda step, backward, rng: 0.)


def test_a_check_against_a_batch_of_one_sees_a_sum_along_the_wrong_axis():
    """Question 4: it raises, so only what goes wrong between rows stays hidden."""
    da = np.ones((1, 4))
    with pytest.raises(ValueError, match="expected one shape"):
        relative_error(da.sum(axis=1), da.sum(axis=0))


def test_sigmoid():
    a = np.linspace(-9, 9, 50)
    assert np.allclose(solve("sigmoid_by_tanh", a), sigmoid(a), atol=1e-15, rtol=0)
    assert np.isclose(numerical_jacobian(ALL["sigmoid_by_tanh"].given, np.zeros(1)), .5)


def test_the_sigmoid_without_an_exponential_that_overflows():
    """Its docstring says so; what overflows to the right value is told that it does."""
    found = str(verdict("sigmoid_by_tanh", lambda a: 1 / (1 + np.exp(-a))))
    assert "FloatingPointError: overflow encountered in exp" in found
    assert np.array_equal(solve("sigmoid_by_tanh", np.array([800., -800.])), [1, 0])


def test_clipping(rng):
    grads = Params(W_x=rng.normal(size=(3, 4)), W_h=rng.normal(size=(4, 4)), b=rng.normal(size=4))
    for max_norm in (.5, 50.):
        ours, engine = solve("clip_gradients", *grads.values(), max_norm), clip_by_norm(grads, max_norm)[0].values()
        assert max(map(relative_error, ours, engine)) < 1e-14


def test_weights_of_four_gates():
    blocks = np.split(solve("gate_weights", 20, 30, 0), 4, axis=1)
    assert len({block.tobytes() for block in blocks}) == 4
    assert all(.9 < abs(block).max() / np.sqrt(6 / 50) <= 1 for block in blocks)


@pytest.mark.parametrize("degrees", (0, 30, 60, 85, 89, 91, 95, 120, 180))
def test_loss_falls_below_the_harmless_angle_and_rises_above(degrees):
    """f(x) = |x|² / 2 in the plane, from (1, 0), a step of length 1e-3 against a turned gradient."""
    turned = np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
    falls = np.sum((np.array([1., 0]) - 1e-3 * turned) ** 2) < 1
    assert falls == (degrees < solve("harmless_angle"))


def test_complaint_names_each_fault(rng):
    e = ALL["complaint"]
    assert e.use(e.solution, rng.normal(size=(2, 3))) == ["fine", "argument", "second call", "second call", "dtype"]
