"""Notebook 20's explorer: its closed forms are what the engine's cells do when their gates are held."""
import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import (
    GRU,
    RGLRU,
    SLSTM,
    MinGRU,
    MinLSTM,
    NoInputActivationLSTM,
    Params,
    TanhRNN,
    init_params,
    input_gradients,
    unroll,
)
from course_utils.engine.graph import candidate, gate_columns
from course_utils.experiments.curves import keep_curves
from course_utils.experiments.curves.keeping import LAGS, MEDIAN, MOST, SEED, UNITS
from course_utils.figures.plotting import as_png
from course_utils.widgets import keep_explorer
from course_utils.widgets.keep_explorer import PRESETS

OPEN = 40.0  # a bias: σ(40) is 1 to the last bit
SETTINGS = ((.5, .5, 3), (.9, .3, 12), (.99, 1.0, 40), (.999, .04, 60), (.6, .8, 1))


def logit(share):
    return min(OPEN, np.log(share) - np.log1p(-share)) if share < 1 else OPEN


def biases(cell, keep, write):
    """{gate: bias} that holds the gates of a cell at these shares."""
    return {MinGRU: {"z": logit(1 - keep)}, GRU: {"z": logit(keep)},
            MinLSTM: {"f": logit(keep), "i": logit(write)}, SLSTM: {"f": logit(keep), "i": np.log(write), "o": OPEN},
            NoInputActivationLSTM: {"f": logit(keep), "i": logit(write), "o": OPEN},
            RGLRU: {"r": OPEN, "i": logit(write)}}[cell]


def held(cell, keep, write):
    """A unit whose candidate alone reads its one input."""
    params = init_params(cell, 1, 1, np.random.default_rng(0))
    for name in params:
        params[name][:] = 0
    for gate, bias in biases(cell, keep, write).items():
        params.b[gate_columns(cell, gate, 1)] = bias
    params.W_x[:, gate_columns(cell, candidate(cell), 1)] = 1
    if cell is RGLRU:
        params["lam"][:] = logit(keep ** (1 / 8))  # at r = 1, α = σ(Λ)⁸
    return params


def gradients(cell, params, x, state="h"):
    """∂(state)_T/∂x_t, t = 0 … T, for inputs x (T+1,)."""
    trace = unroll(cell, params, x[:, None, None])
    direct = np.zeros_like(trace.states)
    direct[cell.states.index(state), -1] = 1
    return input_gradients(cell, params, trace, direct)[:, 0, 0]


@pytest.mark.parametrize(("keep", "write", "lag"), SETTINGS)
@pytest.mark.parametrize(("name", "cell"), (("GRU, minGRU", MinGRU), ("GRU, minGRU", GRU), ("minLSTM", MinLSTM),
                                            ("sLSTM", SLSTM), ("RG-LRU", RGLRU)),
                         ids=lambda value: getattr(value, "__name__", None))
def test_a_linear_memory_is_the_cells(name, cell, keep, write, lag):
    """Without inputs tanh is linear: ∂h_T/∂x_0 is what is left, and the root of the sum of squares the size."""
    found = keep_curves(keep, write, lag)["cells"][name]
    slopes = gradients(cell, held(cell, keep, write), np.zeros(lag + 1))
    assert found["left"][-1] == pytest.approx(np.log10(slopes[0]), abs=1e-9)
    assert found["size"][-1] == pytest.approx(np.linalg.norm(slopes), rel=1e-9)
    assert found["writes"][-1] == pytest.approx(slopes[-1], rel=1e-9)
    assert found["keeps"][-1] == pytest.approx(slopes[-2] / gradients(cell, held(cell, keep, write), np.zeros(lag))[-1],
                                               rel=1e-9)


@pytest.mark.parametrize(("keep", "write", "lag"), SETTINGS)
def test_an_lstm_is_the_cells_too_and_tanh_hides_what_it_holds(keep, write, lag):
    found = keep_curves(keep, write, lag)["cells"]["LSTM"]
    params = held(NoInputActivationLSTM, keep, write)
    slopes = gradients(NoInputActivationLSTM, params, np.zeros(lag + 1), "c")
    assert found["inside"][-1] == pytest.approx(np.log10(slopes[0]), abs=1e-9)
    assert found["size"][-1] == pytest.approx(np.linalg.norm(slopes), rel=1e-9)
    c = MEDIAN * found["size"][-1]  # one input that fills the memory to the median
    x = np.append(c / slopes[0], np.zeros(lag))
    assert found["left"][-1] == pytest.approx(np.log10(gradients(NoInputActivationLSTM, params, x)[0]), abs=1e-6)


def test_half_of_all_numbers_are_larger_than_the_median():
    assert abs(np.mean(np.abs(np.random.default_rng(0).standard_normal(10**6)) > MEDIAN) - .5) < 2e-3


@pytest.mark.parametrize(("keep", "write", "lag"), ((.9, .3, 12), (.99, 1.0, 7), (.999, .04, 60)))
def test_the_tanh_rnn_is_run(keep, write, lag):
    """The gradient of each unit's h_T by its first input, and the root mean square of the states."""
    found = keep_curves(keep, write, lag)["cells"]["tanh RNN"]
    x = np.random.default_rng(SEED).standard_normal((MOST + 1, 1, UNITS))[:lag + 1, 0]
    params = Params(W_x=np.full((1, 1), write), W_h=np.full((1, 1), keep), b=np.zeros(1))
    left = [gradients(TanhRNN, params, x[:, j])[0] for j in range(UNITS)]
    assert found["left"][-1] == pytest.approx(np.log10(np.median(left)), abs=1e-9)
    h = [unroll(TanhRNN, params, x[:, j, None, None]).states[0, -1, 0, 0] for j in range(UNITS)]
    assert found["size"][-1] == pytest.approx(np.sqrt(np.mean(np.square(h))), rel=1e-9)


def test_only_the_lstm_overfills():
    rng = np.random.default_rng(0)
    for keep, write, lag in zip(1 - 10 ** -rng.uniform(.3, 3.3, 40), rng.random(40), rng.integers(1, MOST + 1, 40)):
        cells = keep_curves(keep, write, int(lag))["cells"]
        assert all(cell["size"].max() <= 1 for name, cell in cells.items() if name != "LSTM")
    assert keep_curves(.999, 1.0, 1000)["cells"]["LSTM"]["size"][-1] > 20


def test_the_presets_say_what_their_names_say():
    explorer = keep_explorer()
    sizes, left = {}, {}
    for name, values in PRESETS.items():
        explorer.set(**explorer.start | values)
        lstm = explorer.found["cells"]["LSTM"]
        sizes[name], left[name] = lstm["size"][-1], lstm["left"][-1]
    start, much, little = PRESETS
    assert sizes[start] < 1 and sizes[much] > 5 and sizes[little] < 1
    assert left[start] < -20 and left[much] < left[little] - 2


def test_nothing_written_is_nothing_left():
    cells = keep_curves(.9, 0.0, 5)["cells"]
    for name in ("LSTM", "minLSTM", "RG-LRU", "tanh RNN"):
        assert np.isneginf(cells[name]["left"]).all() and not cells[name]["size"].any()
    assert not any(np.isnan(values).any() for cell in cells.values() for values in cell.values())


def test_lags_run_evenly_from_one_to_a_thousand():
    assert LAGS[0] == 1 and LAGS[-1] == MOST and (np.diff(LAGS) > 0).all()


def test_the_picture_where_no_widget_is_live_says_what_is_left():
    explorer = keep_explorer()
    for write, said in ((.5, "RG-LRU ten to the power -1.6 and 0.47"), (0.0, "LSTM nothing and 0")):
        explorer.set(write=write)
        figure, alt = explorer.still(explorer.found)
        assert said in alt and as_png(figure).startswith(b"\x89PNG")
        assert len(figure.axes) == 2 and not plt.get_fignums()
