"""What is said of bad input that other tests meet by chance, or never: what came, and what was expected."""
import dataclasses
import json
from types import SimpleNamespace

import numpy as np
import pytest
from good_engine import P, model
from test_every_public_name import GOOD, label

import course_utils as cu
from course_utils import captions as cc
from course_utils import widgets
from course_utils.captions import __main__ as captions_command
from course_utils.engine.params import Params
from course_utils.exercises import check
from course_utils.experiments import group, load, successes, sweep
from course_utils.figures import plotting
from course_utils.figures.coloured_text import text_figure
from course_utils.figures.diagrams.pen import number
from course_utils.language.agreement import pulls
from course_utils.language.reading import preferences
from course_utils.mark import remote
from course_utils.mark.transfer import read
from course_utils.tasks import Latch, NextSymbol


class Untested(Latch):
    n_test = 0


NAN = np.array([1.0, np.nan, 3.0])
WRONG = (  # function, one argument other than its good ones, words of the message
    (cu.numerical_jacobian, {"x": NAN}, "x must be finite, but holds nan"),
    (pulls, {"odds": NAN}, "odds must be finite, but one of its entries is nan"),
    (cu.init_params, {"n_hidden": 10**6}, "n_inputs is 3 and n_hidden is 1000000: 4.0e+12 weights, expected at most"),
    (preferences, {"model": cu.Model(model().cell, model().params, Params(W_y=np.ones((3, 2)), b_y=np.ones(2)))},
     "readout has W_y of shape (3, 2) and b_y of shape (2,), expected (2, O) and (O,) of float64"),
    (cu.Adam.step, {"grads": Params(W_x=P.params.W_x)}, "grads hold W_x, expected W_x, W_h, b"),
    (cu.vanishing_regulariser, {"total": P.w[:1, 1:]}, "total has shape (1, 4, 2, 2)"),
    (cu.backprop, {"trace": dataclasses.replace(P.trace, x=None)}, "trace.x is a NoneType"),
    (cu.backprop, {"trace": dataclasses.replace(P.trace, states=P.trace.states[0])},
     "trace.states is a ndarray of shape (5, 2, 2), expected an array with 4 axes"),
    (preferences, {"model": cu.Model(cu.LSTM, model().params, Params(W_y=np.ones((2, 3)), b_y=np.array(1.)))},
     "b_y of shape (), expected (2, O) and (O,)"),
    (preferences, {"model": cu.Model(cu.LSTM, model().params, Params(W_y=None))}, "readout['W_y'] is None"),
    (cu.fit, {"carry": True}, "carry is True, but task is Adding(length=6, quiet=0), a Adding without stream"),
    (cu.share_wrong, {"task": Untested(5), "n": None}, "task.n_test is 0, expected at least 1"),
    (pulls, {"plural": np.array([True])}, "plural has (1,) and nearest has (3,), expected one shape"),
    (cc.affine, {"b": np.ones(3)}, "b has shape (3,), expected (…, D), (D, M) and (M,)"),
    (cc.affine_back, {"W": np.ones((2, 4))}, "W has shape (2, 4), expected (…, M), (…, D) and (D, M)"),
    (cc.render, {"shifts": np.zeros((1, 3, 2), int)}, "expected them for as many as scenes hold, 2"),
    (cc.render, {"warped": np.ones((2, 8, 8))}, "warped has shape (2, 8, 8), expected one for each of the 4 digits"),
    (cc.right, {"task": None}, "task is None and batch is None, expected one of the two"),
    (cc.encode, {"sentences": ["a ⟨end⟩"]}, "sentences hold ⟨end⟩, expected words alone"),
    (cc.check_slice, {"row": {"name": "LSTM"}}, "row lacks cell, early"),
    (text_figure, {"texts": {"a": (["the"],)}}, "expected a pair of tokens and values"),
    (successes, {"rows": [{"cell": "LSTM"}]}, "rows lack solved_at, expected those of trainings; the first holds cell"),
    (sweep, {"backend": "threads"}, "backend is 'threads', expected one of"),
    (sweep, {"jobs": 0}, "jobs is 0, expected −1 for all cores, or at least 1"),
    (plotting.plot_runs, {"x": "width"}, "x is 'width', but rows hold one without it or without a name"),
    (plotting.plot_log_norms, {"band": np.ones((2, 4))}, "band has shape (2, 4), log_norms has shape (3,)"),
    (plotting.mark_gap, {"cause": 3}, "cause is 3, expected the number of one of the 3 words drawn"),
    (widgets.results_explorer, {"tables": {}}, "tables is empty, expected one table of trainings at least"),
    (preferences, {"target": np.zeros((1, 1), int)}, "target has shape (1, 1), expected one shape"))


@pytest.mark.parametrize("function, changed, words", WRONG,
                         ids=[f"{label(function)}-{'-'.join(changed)}" for function, changed, _ in WRONG])
def test_refused_in_these_words(function, changed, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError) as refused:
        function(**GOOD[function]() | changed)
    assert words in str(refused.value)


def test_python_says_itself_which_argument_is_missing():
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'value'"):
        cu.sigmoid_slope()


@pytest.mark.parametrize("parts, lacking", ((("x", "target"), "mask"), (("x", "mask"), "target"),
                                            (("mask",), "x, target")))
def test_a_batch_names_what_it_lacks(parts, lacking):
    batch = SimpleNamespace(**dict.fromkeys(parts, 0))
    with pytest.raises(ValueError, match=rf"batch is namespace\(.*, a SimpleNamespace without {lacking}$"):
        cu.loss_and_gradients(model(), batch, "cross_entropy")


def test_rows_without_a_column_are_refused():
    with pytest.raises(ValueError, match="rows lack seed, one holds cell"):
        group([{"cell": "LSTM"}], "cell", "seed")


def test_a_file_that_is_no_text_is_no_table(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ValueError, match=r"a\.csv cannot be used \('utf-8' codec .*expected a table in UTF-8"):
        load(tmp_path / "a.csv")


def test_a_drawing_shows_finite_numbers_only():
    with pytest.raises(ValueError, match="value is nan, expected a finite number"):
        number(float("nan"))


def test_a_network_that_overflows_in_its_readout_is_found_out():
    broken = model()
    broken.readout.b_y[0] = np.inf
    with pytest.raises(cu.NotFinite):
        cu.loss_and_gradients(broken, GOOD[cu.loss_and_gradients]()["batch"], "cross_entropy")


def test_a_text_task_tells_how_many_symbols_it_reads():
    task = NextSymbol(np.array([0, 1, 2] * 9), 3, 5)
    assert task.n_inputs == task.n_outputs == 3


def test_captions_command(monkeypatch, capsys):
    monkeypatch.setattr(captions_command, "build", lambda path: ["one", "two"])
    captions_command.main(["--out", "a.npz"])
    assert capsys.readouterr().out == "a.npz: 2 captioners\n"

    def interrupted(path):
        raise KeyboardInterrupt

    monkeypatch.setattr(captions_command, "build", interrupted)
    with pytest.raises(SystemExit, match="interrupted; the same command goes on from here"):
        captions_command.main(["--out", "a.npz"])


@pytest.mark.parametrize("fails", (False, True))
def test_what_runs_beside_the_student_writes_outcomes(fails, tmp_path):
    """`remote.answer`, as the student's kernel calls it."""
    exercise = check.exercises()["total_gradients"]

    def get():
        if fails:
            raise NameError("total_gradients is not there")
        return lambda *arguments: np.zeros(3)

    remote.answer(exercise.name, get, tmp_path / "o.npz")
    found = read(tmp_path / "o.npz", exercise)
    assert found[0].kind == "NameError" if fails else len(found) > 1
    with np.load(tmp_path / "o.npz") as file:
        assert json.loads(str(file["listed"]))
