"""What notebook 18 measures: its small network, and that only one of the four gradients is right, whatever is drawn."""
import numpy as np
import pytest
from matplotlib.figure import Figure

from course_utils import Params, TanhRNN, backprop, check, relative_error, unroll
from course_utils.exercises.broken_steps import gate_deltas, relu_step_backward
from course_utils.experiments.lessons.suspects import four_gradients, lstm_step_judged, relu_judged, small_network
from course_utils.figures.lessons.bug_bars import plot_bugs, words_about_bugs


@pytest.mark.parametrize("seed", range(20))
def test_only_c_is_right(seed):
    judge = small_network(seed).differences()["W_h"]
    errors = {name: relative_error(gradient, judge) for name, gradient in four_gradients(seed).items()}
    assert errors.pop("C") < 1e-8 and min(errors.values()) > .05


@pytest.mark.parametrize("loss", ("every_state", "last_state"))
def test_differences_are_the_gradient(loss):
    network = small_network(1)
    direct = network.w.copy()
    direct[:-1] *= loss == "every_state"
    trace = unroll(TanhRNN, network.params, network.x, network.h_0[None])
    total, grads = backprop(TanhRNN, network.params, trace, direct[None])
    found = network.differences(loss=getattr(network, loss))
    assert max(relative_error(found[name], grads[name]) for name in grads) < 1e-8
    assert relative_error(found["h_0"], total[0, 0]) < 1e-8


@pytest.mark.parametrize("seed", range(5))
def test_what_notebook_18_says_of_bugs_3_and_5_holds_for_other_draws(seed):
    bug = check.exercises()["lstm_step_backward"].given
    errors = {name: relative_error(*pair) for name, pair in lstm_step_judged(bug, seed).items()}
    assert errors.pop("dc_prev") > .05 and max(errors.values()) < 1e-8
    network = small_network(seed)
    share, db, judge = relu_judged(relu_step_backward.given, network, np.full(4, 9.))
    assert share == 1 and relative_error(db, judge) < 1e-8
    share, db, judge = relu_judged(relu_step_backward.given, network, network.params.b)
    assert share < 1 and relative_error(db, judge) > .05


def test_a_changed_network_is_refused():
    network = small_network(0)
    with pytest.raises(ValueError, match="x of network has shape"):
        relu_judged(relu_step_backward.solution, type(network)(network.params, network.x[0], network.w, network.h_0),
                    np.ones(4))
    with pytest.raises(ValueError, match="W_h of network"):
        relu_judged(relu_step_backward.solution, type(network)(Params(W_x=np.ones((3, 4))), *list(
            vars(network).values())[1:]), np.ones(4))


def test_the_smallest_case_can_be_handed_to_the_function():
    """As the notebook says: gate_deltas(**check.case("gate_deltas"))."""
    assert len(gate_deltas.solution(**check.case("gate_deltas"))) == 4


def test_bars_are_the_largest_errors_and_words_stand_where_there_are_none():
    noted = {(0, "A"): .5, (1, "da_i"): .2, (1, "da_f"): .9, (10, "clipped"): 1e-17}
    words = words_about_bugs(noted)
    assert "bug 1 is off by 90%" in words and "bug 10 is off by 0%" in words and "off by 50%" not in words
    assert "bug 2 has the words 'not measured'" in words and "bug 6 has the words 'the gradient is right'" in words
    ax = plot_bugs(Figure().add_subplot(), noted)
    assert np.allclose([bar.get_width() for bar in ax.patches], [90, *[0] * 9])
    with pytest.raises(ValueError, match="noted has a key 11"):
        plot_bugs(Figure().add_subplot(), {11: .5})
