"""The engine against PyTorch: stored results for everyone, live ones where PyTorch is installed."""

import numpy as np
import pytest
from helpers import FORMULAS, each_cell, problem, reference_script

from course_utils import (
    LSTM,
    MODERN,
    Params,
    ReluRNN,
    ResetAfterGRU,
    TanhRNN,
    backprop,
    check_gradients,
    from_torch,
    init_params,
    input_gradients,
    jacobian_norms,
    relative_error,
    step_jacobians,
    unroll,
)
from course_utils.ground.places import DATA

STORED = {name: array for name, array in np.load(DATA / "torch_reference.npz").items()
          if not name.startswith("training/")}  # those are test_training.py's
REFERENCES = {cell: {name.removeprefix(f"modern/{cell.__name__}/"): STORED.pop(name) for name in list(STORED)
                     if name.startswith(f"modern/{cell.__name__}/")} for cell in MODERN}
CELL = {"rnn_tanh": TanhRNN, "rnn_relu": ReluRNN, "lstm": LSTM, "lstm_no_bias": LSTM, "gru": ResetAfterGRU,
        "gru_no_bias": ResetAfterGRU}
each_case = pytest.mark.parametrize("case", CELL)
each_modern = pytest.mark.parametrize("cell", MODERN, ids=lambda cell: cell.__name__)


def stored(case):
    return {name.removeprefix(f"{case}/"): array for name, array in STORED.items() if name.startswith(f"{case}/")}


def state_dict(reference, kind="weight"):
    return {name.removeprefix(f"{kind}/"): array for name, array in reference.items() if name.startswith(f"{kind}/")}


def layers(case, reference):
    """[(cell, params, trace)] of every layer, each reading the states of the one below."""
    x, found, nonlinearity = reference["x"], [], "relu" if "relu" in case else "tanh"
    for layer in range(reference["final"].shape[1]):
        cell, params = from_torch(state_dict(reference), layer, nonlinearity=nonlinearity)
        trace = unroll(cell, params, x, reference["state0"][:, layer])
        found.append((cell, params, trace))
        x = trace.states[0, 1:]
    return found


def gradients(reference, network):
    """(∂L/∂x, [(total, grads)] of every layer) of L = Σ w_output ∘ output + Σ w_final ∘ final states."""
    above, found = reference["w_output"], []
    for layer in reversed(range(len(network))):
        cell, params, trace = network[layer]
        direct = np.zeros_like(trace.states)
        direct[0, 1:] = above
        direct[:, -1] += reference["w_final"][:, layer]
        found.insert(0, backprop(cell, params, trace, direct))
        above = input_gradients(cell, params, trace, direct)
    return above, found


def weight_gradients(reference, layer, params):
    """PyTorch's gradients in the names and layout of this course."""
    grads, H = state_dict(reference, "grad"), len(params.W_h)
    expected = {"W_x": grads[f"weight_ih_l{layer}"].T, "W_h": grads[f"weight_hh_l{layer}"].T}
    if f"bias_ih_l{layer}" in grads:
        expected["b"] = grads[f"bias_ih_l{layer}"]
    if "b_h" in params and "b" in expected:
        expected["b_h"] = grads[f"bias_hh_l{layer}"][2 * H:]
    return expected


def check(case, reference, tolerance):
    """Output, final states and all gradients of a network are those of the reference."""
    def same(found, expected):
        np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance * np.abs(expected).max())

    network = layers(case, reference)
    same(network[-1][2].states[0, 1:], reference["output"])
    grad_x, found = gradients(reference, network)
    same(grad_x, reference["grad_x"])
    for layer, ((_, params, trace), (total, grads)) in enumerate(zip(network, found)):
        same(trace.states[:, -1], reference["final"][:, layer])
        same(total[:, 0], reference["grad_state0"][:, layer])
        for name, expected in weight_gradients(reference, layer, params).items():
            same(grads[name], expected)


# stored results, without PyTorch

@each_case
def test_states_and_gradients_are_those_that_pytorch_gave(case):
    """Two layers where there are two, with and without biases, to twelve digits."""
    check(case, stored(case), 1e-12)


@each_case
def test_the_cell_follows_from_the_state_dict(case):
    """Four gates are an LSTM, three a GRU with the reset after the product, one an RNN; layers have their input."""
    reference = stored(case)
    for layer, (cell, params, _) in enumerate(layers(case, reference)):
        assert cell is CELL[case]
        assert params.W_x.shape[0] == (4 if layer == 0 else 5)
        assert params.W_h.shape == (5, 5 * len(cell.gates))


def test_the_reference_is_small_and_in_double_precision():
    """The stored file has less than 300 KiB, nothing in it is zero throughout, and the ReLU network is partly off."""
    assert (DATA / "torch_reference.npz").stat().st_size < 300 * 1024
    assert {array.dtype for array in STORED.values()} == {np.dtype(float)}
    assert all(array.any() for array in STORED.values())
    assert .2 < (STORED["rnn_relu/output"] == 0).mean() < .8


@each_case
def test_weights_are_copies(case):
    """Changing the result leaves the state_dict alone."""
    weights = state_dict(stored(case))
    before = {name: array.copy() for name, array in weights.items()}
    for array in from_torch(weights)[1].values():
        array[:] = 0
    for name, array in before.items():
        np.testing.assert_array_equal(weights[name], array)


@pytest.mark.parametrize("case", ("lstm_no_bias", "gru_no_bias"))
def test_a_network_without_biases_gets_zero_biases(case):
    """bias=False: b, and b_h of a GRU, are zeros of the right shape and can be trained apart."""
    cell, params = from_torch(state_dict(stored(case)))
    single = from_torch({name: array.astype(np.float32) for name, array in state_dict(stored(case)).items()})[1]
    assert {array.dtype for array in single.values()} == {np.dtype(np.float32)}
    for name in {"b", "b_h"} & set(params):
        assert not params[name].any()
    assert params.b.shape == (5 * len(cell.gates),)
    assert "b_h" not in params or not np.shares_memory(params.b, params.b_h)


def test_a_prefix_is_allowed_and_other_entries_are_ignored():
    """The state_dict of a larger model: "encoder.rnn.weight_hh_l0" beside a decoder of another kind."""
    weights = state_dict(stored("lstm"))
    model = {f"encoder.rnn.{name}": array for name, array in weights.items()} | {"decoder.weight": np.ones(3)}
    for layer in (0, 1):
        cell, params = from_torch(model, layer)
        expected = from_torch(weights, layer)[1]
        assert cell is LSTM
        for name in expected:
            np.testing.assert_array_equal(params[name], expected[name])


def test_layer_1_is_not_taken_for_layer_11():
    """Of a network with twelve layers every layer is found."""
    weights = state_dict(stored("rnn_tanh"))
    deep = {name.replace("_l1", f"_l{layer}"): (layer + 1) * array for layer in range(12)
            for name, array in weights.items() if name.endswith("_l1")}
    for layer in (1, 11):
        np.testing.assert_array_equal(from_torch(deep, layer)[1].W_h, (layer + 1) * weights["weight_hh_l1"].T)


class Tensor:
    """What `from_torch` needs of a tensor: it refuses to be an array until it is detached and on the CPU."""

    def __init__(self, array, ready=False):
        self.array, self.ready = array, ready

    def detach(self):
        return Tensor(self.array, ready=True)

    def cpu(self):
        return self

    def numpy(self):
        assert self.ready, "numpy() of a tensor that requires a gradient"
        return self.array


def test_tensors_are_detached_without_importing_torch():
    """Parameters that require a gradient are taken as they are."""
    weights = state_dict(stored("lstm"))
    cell, params = from_torch({name: Tensor(array) for name, array in weights.items()})
    assert cell is LSTM
    np.testing.assert_array_equal(params.W_h, weights["weight_hh_l0"].T)


LSTM_DICT = state_dict(stored("lstm"))


def without(*names):
    return {name: array for name, array in LSTM_DICT.items() if name not in names}


@pytest.mark.parametrize("weights, options, words", [
    (LSTM_DICT | {"weight_hh_l0_reverse": np.ones((20, 5))}, {}, ("bidirectional", "forwards")),
    (LSTM_DICT | {"rnn.weight_ih_l0_reverse": np.ones((20, 4))}, {}, ("bidirectional", "forwards")),
    (LSTM_DICT | {"weight_hr_l0": np.ones((2, 5))}, {}, ("projected", "weight_hr_l")),
    ({}, {}, ("0 entries weight_hh_l0", "exactly one")),
    (LSTM_DICT, {"layer": 2}, ("0 entries weight_hh_l2", "weight_ih_l0")),
    (LSTM_DICT, {"layer": -1}, ("layer is -1", "at least 0")),
    (LSTM_DICT, {"layer": "0"}, ("layer is '0'", "whole number")),
    (LSTM_DICT | {"decoder.weight_hh_l0": np.ones((20, 5))}, {}, ("2 entries weight_hh_l0", "exactly one")),
    (LSTM_DICT, {"nonlinearity": "sigmoid"}, ("nonlinearity is 'sigmoid'", "'tanh', 'relu'")),
    (without("weight_ih_l0"), {}, ("lacks weight_ih_l0", "weight_hh_l0")),
    (without("bias_hh_l0"), {}, ("lacks bias_hh_l0", "bias_ih_l0")),
    (LSTM_DICT | {"weight_hh_l0": np.ones((10, 5))}, {}, ("(10, 5)", "G = 1 (RNN), 3 (GRU) or 4 (LSTM)")),
    (LSTM_DICT | {"weight_ih_l0": np.ones((22, 4)), "weight_hh_l0": np.ones((22, 5))}, {}, ("(22, 5)", "4 (LSTM)")),
    (LSTM_DICT | {"weight_ih_l0": np.ones((15, 4))}, {}, ("(15, 4)", "(20, 5)")),
    (LSTM_DICT | {"weight_hh_l0": np.ones(20)}, {}, ("weight_hh_l0 has shape (20,)", "(G·H, H)")),
    (LSTM_DICT | {"bias_ih_l0": np.ones(19)}, {}, ("bias_ih_l0 has shape (19,)", "(20,)")),
    (LSTM_DICT | {"bias_hh_l0": np.ones(20, np.float32)}, {}, ("bias_hh_l0 has dtype float32", "float64")),
    (LSTM_DICT | {"weight_ih_l0": np.ones((20, 4), np.float32)}, {}, ("float32", "float64")),
    (LSTM_DICT | {"weight_hh_l0": np.ones((20, 5), np.float16)}, {}, ("weight_hh_l0 has dtype float16", "float32")),
    (LSTM_DICT | {"weight_hh_l0": np.full((20, 5), np.nan)}, {}, ("weight_hh_l0 must be finite", "[0, 0] is nan")),
], ids=("bidirectional", "bidirectional with a prefix", "projected", "empty", "no such layer", "layer below 0",
        "layer as text", "two networks", "nonlinearity", "no weight_ih", "one bias", "two gates", "22 / 5 gates",
        "gates differ", "rank", "bias shape", "bias dtype", "mixed dtypes", "float16", "nan"))
def test_a_state_dict_that_cannot_be_used_is_refused(weights, options, words):
    """The ValueError says what came and what was expected."""
    with pytest.raises(ValueError) as caught:
        from_torch(weights, **options)
    for word in words:
        assert word in str(caught.value)


@each_modern
def test_stored_results_of_cells_of_today(cell):
    """States, all gradients and ∂s_T/∂s_0 are what PyTorch's autograd made of the cell's formula, to 1e-10."""
    wanted = REFERENCES[cell]
    params = Params(state_dict(wanted))
    trace = unroll(cell, params, wanted["x"], wanted["state0"])
    total, grads = backprop(cell, params, trace, wanted["w"])
    first, *later = step_jacobians(cell, params, trace)
    product = first
    for step in later:
        product = step @ product
    found = {"states": trace.states, "grad_x": input_gradients(cell, params, trace, wanted["w"]),
             "grad_state0": total[:, 0], "jacobian": product} | {f"grad/{name}": grads[name] for name in grads}
    for name, array in found.items():
        if array.size:
            assert relative_error(array, wanted[name]) < 1e-10, name
    assert set(wanted) - set(found) == {"x", "state0", "w"} | {f"weight/{name}" for name in params}


# live, where PyTorch is installed

@pytest.fixture
def script():
    """The script that makes the stored file."""
    return reference_script()


@each_modern
def test_the_script_still_gives_the_stored_results_of_cells_of_today(script, cell):
    """This PyTorch gives what the stored file holds, and the script knows all of these cells."""
    assert set(script.MODERN) == {cell.__name__ for cell in MODERN}
    fresh, expected = script.run_modern(cell.__name__), REFERENCES[cell]
    assert set(fresh) == set(expected)
    for name in expected:
        np.testing.assert_allclose(fresh[name], expected[name], rtol=1e-10, atol=1e-12)


@each_case
def test_the_script_still_gives_the_stored_results(script, case):
    """This PyTorch gives what the stored file holds."""
    assert set(script.CASES) == set(CELL)
    fresh, expected = script.run(*script.CASES[case]), stored(case)
    assert set(fresh) == set(expected)
    for name in expected:
        np.testing.assert_allclose(fresh[name], expected[name], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("dtype, tolerance", [(np.float32, 2e-4), (np.float64, 1e-11)], ids=("float32", "float64"))
@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (30, 2, 3, 16), (4, 5, 1, 3)], ids=str)
@each_case
def test_live_pytorch_agrees(script, case, shape, dtype, tolerance):
    """Other lengths, batches and widths, three layers, single and double precision."""
    kind, options = script.CASES[case]
    check(case, script.run(kind, options | {"num_layers": 3}, shape, 7, dtype), tolerance)


@each_cell
def test_autograd_of_the_formula_agrees(cell):
    """PyTorch's own differentiation of each cell's formula gives the engine's gradients of every weight."""
    torch = pytest.importorskip("torch")
    p = problem(cell)
    params = {name: torch.tensor(array, requires_grad=True) for name, array in p.params.items()}
    x, state0 = torch.tensor(p.x, requires_grad=True), torch.tensor(p.state0, requires_grad=True)
    states = [tuple(state0)]
    for x_t in x:
        states.append(FORMULAS[cell](torch, params, x_t, *states[-1]))
    loss = (torch.tensor(p.w) * torch.stack([torch.stack(s) for s in states], 1)).sum()
    loss.backward()
    total, grads = backprop(cell, p.params, p.trace, p.w)
    pairs = [(grads[name], params[name].grad) for name in grads if grads[name].size]
    pairs += [(total[:, 0], state0.grad), (input_gradients(cell, p.params, p.trace, p.w), x.grad)]
    for found, expected in pairs:
        np.testing.assert_allclose(found, expected.numpy(), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("kind, cell", [("RNN", TanhRNN), ("LSTM", LSTM), ("GRU", ResetAfterGRU)])
def test_parameters_and_state_dicts_serve_alike(kind, cell):
    """Parameters that require a gradient give what the state_dict gives, and the result passes check_gradients."""
    torch = pytest.importorskip("torch")
    network = getattr(torch.nn, kind)(3, 4)
    found, params = from_torch(dict(network.named_parameters()))
    again, expected = from_torch(network.state_dict())
    assert found is again is cell
    assert type(params) is Params and {array.dtype for array in params.values()} == {np.dtype(np.float32)}
    for name in expected:
        np.testing.assert_array_equal(params[name], expected[name])
    assert check_gradients(cell, params, np.random.default_rng(0).standard_normal((4, 2, 3)).astype("float32")) < 1e-3


@pytest.mark.parametrize("options, word", [({"bidirectional": True}, "bidirectional"), ({"proj_size": 2}, "projected")])
def test_live_networks_that_cannot_be_used_are_refused(options, word):
    """A bidirectional and a projected LSTM of PyTorch itself."""
    torch = pytest.importorskip("torch")
    with pytest.raises(ValueError, match=word):
        from_torch(torch.nn.LSTM(3, 4, **options).state_dict())


@pytest.mark.parametrize("kind, cell", [("RNN", TanhRNN), ("LSTM", LSTM), ("GRU", ResetAfterGRU)])
def test_the_torch_scheme_draws_like_torch(kind, cell):
    """recurrent="torch": the spread of every array is that of PyTorch's own initialisation."""
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    _, theirs = from_torch(getattr(torch.nn, kind)(40, 200).state_dict())
    ours = init_params(cell, 40, 200, np.random.default_rng(0), recurrent="torch")
    for name in theirs:
        gates = theirs[name].shape[-1] // 200
        for left, right in zip(np.split(theirs[name], gates, -1), np.split(ours[name], gates, -1)):
            assert left.std() == pytest.approx(right.std(), rel=.15), name


def test_jacobian_norms_agree_with_autograd():
    """‖∂(h, c)_T/∂(h, c)_0‖ of torch.nn.LSTM by torch.func.jacrev."""
    torch = pytest.importorskip("torch")
    torch.manual_seed(1)
    network, x = torch.nn.LSTM(3, 4).double(), torch.randn(20, 1, 3).double()

    def last(s):
        return torch.cat([state[0, 0] for state in network(x, (s[:4].view(1, 1, 4), s[4:].view(1, 1, 4)))[1]])

    J = torch.autograd.functional.jacobian(last, torch.zeros(8).double()).numpy()
    cell, params = from_torch(network.state_dict())
    found = jacobian_norms(cell, params, unroll(cell, params, x.numpy()))
    assert found[0, 0] == pytest.approx(np.log10(np.linalg.norm(J, 2)), rel=1e-9)
