"""Notebook 14's measurements: sentences with a gap, readers of the story, peers of the character model, its units."""
import numpy as np
import pytest

from course_utils import LSTM, init_model
from course_utils.experiments.lessons.code_units import cell_states, tell_properties
from course_utils.experiments.lessons.gaps import example, name_sentences, solved_by_gap
from course_utils.experiments.lessons.peers import context_bits, lstm_bits, lzma_bits, ngram_bits, owed_by_distance
from course_utils.experiments.lessons.story_readers import (
    asked_for,
    number_by_unit,
    pieces,
    say_ends,
    transplants,
    verb_and_pulls,
    without_each_unit,
    young_reader,
)
from course_utils.experiments.models import SETUPS, stored
from course_utils.experiments.results import load
from course_utils.ground.places import DATA
from course_utils.language import (
    CHARACTERS,
    influence,
    mean_output,
    preferences,
    python_text,
    read,
    silence,
)
from course_utils.tasks import WORDS, Agreement, story


@pytest.fixture(scope="module")
def sentences():
    return name_sentences(load(DATA / "sentences.csv"))


@pytest.fixture(scope="module")
def model():
    return stored("words")[0]


@pytest.fixture(scope="module")
def coder():
    return stored("characters")[0]


def small_model(n=5, hidden=4):
    return init_model(LSTM, n, hidden, n, np.random.default_rng(0), recurrent="torch", gain=3.0)


def test_a_plain_rnn_learns_the_sentence_with_the_wig(sentences):
    """The verb stands eight steps after the man; in the agreement sentences of gap 7 the pronoun stands ten steps after
    its noun."""
    wig = "the man who wore a wig on his head went inside".split()
    assert wig.index("went") - wig.index("man") == 8
    assert {row["needed"] for row in sentences if row["kind"] == "agreement" and row["gap"] == 7} == {10}
    plain = [row for row in sentences if row["name"] == "tanh RNN" and row["kind"] == "agreement"]
    solved = {gap: sum(row["solved_at"] is not None for row in plain if row["gap"] == gap) for gap in (7, 13, 25)}
    assert solved == {7: 3, 13: 2, 25: 0}


def test_success_and_reach(sentences):
    """The counts that the notebook quotes."""
    for solved, n, before, after in ((True, 112, 93, 112), (False, 44, 17, 1)):
        some = [row for row in sentences if (row["solved_at"] is not None) == solved]
        assert (len(some), *(sum(row[reach] >= row["needed"] for row in some)
                             for reach in ("reach_first", "reach_last"))) == (n, before, after)


def test_the_table_counts_what_is_solved(sentences):
    lines = solved_by_gap([row for row in sentences if row["kind"] == "agreement"]).splitlines()
    assert lines[1].split() == "gap 1 gap 7 gap 13 gap 25 gap 49 gap 73".split()
    assert lines[2].split() == ["tanh", "RNN", *"3 of 3 3 of 3 2 of 3 0 of 3 0 of 3 0 of 3".split()]
    assert example(Agreement(0)).split(" → ")[1].split()[0] in ("go", "goes")


def test_a_lower_rate_does_not_rescue_the_plain_rnn():
    rows = name_sentences(load(DATA / "sentence_rates.csv"))
    assert not [row for row in rows if row["name"] == "tanh RNN" and row["solved_at"] is not None]
    assert all(row["solved_at"] for row in rows if row["name"] in ("GRU", "LSTM, forget bias 3",
                                                                   "LSTM, forget bias 3, input bias −3"))


def test_pieces_begin_with_sentences():
    symbols = WORDS.encode(story("test"))
    words, due = pieces(symbols, 20, 30)
    np.testing.assert_array_equal(words[1:], due[:-1])
    assert words.shape == (30, 20) and set(WORDS.decode(words[0])) <= {"the", "i"}
    with pytest.raises(ValueError, match="n, which is 99"):
        pieces(symbols[:200], 99, 30)


def test_each_unit_is_silenced_in_turn(model):
    words, due = pieces(WORDS.encode(story("test")), 4, 20)
    kinds = {"verb": asked_for()["verb"]}
    right, without = without_each_unit(model, words, due, kinds)
    expected, trace = preferences(model, words, due, kinds)
    assert right == expected and without["verb"].shape == (96,)
    for unit in (3, 62):
        assert without["verb"][unit] == preferences(silence(model, [unit], mean_output(trace)), words, due,
                                                    kinds)[0]["verb"]


def test_one_unit_holds_the_number_in_the_stored_network(model):
    telling = number_by_unit(model)
    assert np.flatnonzero(telling > .99).tolist() == [62] and np.median(telling) < .65
    followed, tried = transplants(model, 62)
    assert tried == 48 and followed >= 42 and transplants(model, 0)[0] < 6


def test_the_stored_network_is_the_first_of_the_readers(model):
    rows = load(DATA / "story_readers.csv")
    last = [row for row in rows if row["seed"] == 0][-1]
    found = verb_and_pulls(model)
    assert found["subject"] == pytest.approx(last["subject"], rel=.01) and found["misled"] == last["misled"]
    log = SETUPS["words"].train(young_reader(), SETUPS["words"].task(), 11, progress=False)
    assert log.loss[:2] == pytest.approx(stored("words")[1]["loss"][:2], rel=1e-4)
    assert len(say_ends(rows).splitlines()) == 5 == sum(row["right"] is not None for row in rows)


def test_every_reader_discovers_the_subject():
    """The nearest noun's pull comes first and stays small, the subject's rises from next to nothing within 100 batches
    and is more than twenty times as strong in the end."""
    rows = load(DATA / "story_readers.csv")
    for seed in range(5):
        same = [row for row in rows if row["seed"] == seed]
        pulls = {row["batch"]: row["subject"] for row in same}
        nearest = {row["batch"]: row["nearest"] for row in same}
        assert nearest[200] > 5 * abs(pulls[200]) and max(nearest.values()) < .7
        assert pulls[2780] > 20 * abs(nearest[2780]) and same[-1]["misled"] == 1
        late = min(batch for batch in pulls if pulls[batch] > 4)
        assert max(pull for batch, pull in pulls.items() if batch <= late - 100) < .5


@pytest.mark.parametrize(("measure", "k"), ((lambda: ngram_bits(3, 50_000), 2), (lambda: ngram_bits(2, 500_000), 7),
                                            (lambda: lzma_bits(0), 18), (lstm_bits, 20),
                                            (lambda: context_bits(10), 22)))
def test_peers_are_as_stored(measure, k):
    assert measure() == pytest.approx(load(DATA / "peers.csv")[k]["start"], abs=.05)


def test_the_best_window_grows_with_the_text():
    rows = load(DATA / "peers.csv")
    grams = [row for row in rows if row["peer"] == "n-gram"]
    best = [min((row for row in grams if row["read"] == read), key=lambda row: row["bits"])
            for read in sorted({row["read"] for row in grams})]
    assert [row["n"] for row in best] == [3, 4, 5]
    (alone,), (copier,) = ([row["bits"] for row in rows if row["peer"] == "LZMA" and (row["read"] > 0) == after]
                           for after in (False, True))
    lstm = next(row["bits"] for row in rows if row["peer"] == "LSTM")
    assert copier < lstm < alone and lstm < best[-1]["bits"] - .35


def test_what_is_owed_is_the_mean_influence():
    model, symbols = small_model(), np.random.default_rng(0).integers(0, 5, 40)
    places = np.array([12, 30])
    found = owed_by_distance(model, symbols, places, 10)
    expected = np.mean([influence(model, symbols[t - 10:t], 9, symbols[t])[::-1] for t in places], axis=0)
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_a_prediction_owes_most_to_the_last_characters(coder):
    held_out = CHARACTERS.encode(python_text("test"))
    places = np.random.default_rng(0).integers(300, len(held_out), 200)
    share = owed_by_distance(coder, held_out, places[:30], 300)
    share /= share[0]
    assert 8 <= np.argmax(share < .1) <= 18 and 40 <= np.argmax(share < .01) <= 160
    bits = {row["n"]: row["bits"] for row in load(DATA / "peers.csv") if row["peer"] == "LSTM, short context"}
    saved = -np.diff([bits[n] for n in (3, 10, 100, 200)])
    assert saved[0] > .5 > saved[1] > 0 and saved[2] < .1


def test_pieces_side_by_side_are_read_like_one_text(coder):
    symbols = CHARACTERS.encode(python_text("test")[:1500])
    found = cell_states(coder, symbols)
    padded = np.concatenate([np.zeros(200, int), symbols])
    whole = read(coder, padded)[1].states[1, 201:, 0]
    np.testing.assert_allclose(found[:500], whole[:500], atol=1e-3)
    assert found.shape == (1500, 256) and np.median(np.abs(found - whole)[500:]) < .02


def test_units_tell_brackets_and_indentation(coder):
    found, tried = tell_properties(coder, "fractions"), tell_properties(coder, "textwrap")
    for name, least in (("bracket", .85), ("indented", .9), ("far right", .78)):
        unit = found[name].argmax()
        assert found[name][unit] > least and tried[name][unit] > least - .05 and np.median(found[name]) < .65
    with pytest.raises(ValueError, match="no_such_module"):
        tell_properties(coder, "no_such_module")
