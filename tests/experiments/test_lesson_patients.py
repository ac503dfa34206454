"""Notebook 16's table of patients: complete, made by this code, and saying what the page says; and the advice that a
report gives, followed to the letter, cures."""
import numpy as np
import pytest

from course_utils import LSTM, Adam, fit, init_model, share_wrong, tasks
from course_utils.diagnose import examine
from course_utils.experiments import load
from course_utils.experiments.lessons import patients
from course_utils.ground.places import DATA

ROWS = load(DATA / "patients.csv")
BOTH = "b_f and b_i", "chrono"


def learned(patient, done, **values):
    rows = patients.choose(ROWS, patient, done, **values)
    return sum(row["wrong"] < patients.LEARNED for row in rows), len(rows)


def test_every_training_is_there():
    assert list(map(patients.key, ROWS)) == list(map(patients.key, patients.all_settings()))


@pytest.mark.parametrize("row", [same[3] for same in patients.group(ROWS, "patient", "done").values() if len(same) > 3],
                         ids=lambda row: f"{row['patient']}, {row['done']}")
def test_first_steps_come_out_as_stored(row):
    assert patients.check_row(row) < 1e-6


@pytest.mark.parametrize("done", BOTH)
@pytest.mark.parametrize("patient, lr, length, least", [("first", .01, 60, 6), ("first", .03, 60, 5),
                                                        ("first", .01, 30, 6), ("first", .01, 120, 5)])
def test_keep_long_and_write_little_cures_the_first_patient(patient, lr, length, least, done):
    assert learned(patient, done, lr=lr, length=length)[0] >= least
    assert learned(patient, "nothing", lr=lr, length=length)[0] <= (3 if length == 30 else 0)


@pytest.mark.parametrize("length, n", [(30, 5), (60, 2), (120, 0)])
def test_the_longer_the_lag_the_more_the_input_gate_matters(length, n):
    assert learned("first", "b_f", lr=.01, length=length) == (n, 6)


def test_from_the_identity_the_rate_decides():
    counts = {rate: [learned("overlooked", "nothing", lr=rate, length=length)[0] for length in (60, 120)]
              for rate in (.01, .001, .0003)}
    assert counts == {.01: [0, 0], .001: [3, 1], .0003: [3, 2]}


@pytest.mark.parametrize("done, n", [("b_f", 2), ("chrono, b_i 0", 2), ("b_i", 0)])
def test_half_of_it_does_not(done, n):
    assert learned("first", done, lr=.01, length=60) == (n, 6)


@pytest.mark.parametrize("patient, length", [("GRU", 60), ("GRU", 120), ("coupled", 60)])
def test_where_one_gate_keeps_and_writes_the_forget_bias_is_enough(patient, length):
    found = [learned(patient, done, length=length) for done in ("nothing", "b_f", "chrono")]
    assert found == [(0, 6), (6, 6), (6, 6)]


def test_second_and_third_patient():
    assert [learned("second", done, lr=.1)[0] for done in ("nothing", "clip", "divide", "clip and divide")] == [
        0, 0, 2, 5]
    assert [learned("third", done, n_iterations=200)[0] for done in ("nothing", "identity", "rate", "identity and rate")
            ] == [0, 0, 0, 6]
    assert [learned("third", done, n_iterations=200)[0] for done in ("tanh", "tanh and rate")] == [0, 6]


@pytest.mark.parametrize("seed", (1, 2))
def test_advice_that_is_followed_step_by_step_cures(seed):
    """The report on the patient names b_f; followed without b_i, the next report names b_i; then there is no advice,
    and the network learns."""
    task, rng = tasks.TemporalOrder(60), np.random.default_rng(seed)
    model, x = init_model(LSTM, 6, 16, 4, rng), patients.sequences(task)
    for columns, words in ((slice(16, 32), "start the biases of f"), (slice(0, 16), "start the biases of i")):
        (advice,) = examine(model, x, 54).advice
        assert advice.what.startswith(words)
        model.params.b[columns] = advice.numbers["bias"]
    assert not examine(model, x, 54).advice
    fit(model, task, Adam(.01), rng, 200, clip_norm=1.0, progress=False)
    assert share_wrong(model, task, rng, 500) < patients.LEARNED


def test_a_choice_without_rows_says_what_was_wanted():
    with pytest.raises(ValueError, match="no row has patient 'first', lr 7"):
        patients.choose(ROWS, "first", lr=7)
