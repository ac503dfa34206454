"""The explorers without a browser: what they compute, what they draw, and that errors are seen."""
import base64
import json
import xml.etree.ElementTree as ET

import matplotlib.pyplot as plt
import numpy as np
import pytest
from helpers import ends

from course_utils import (
    LSTM,
    Params,
    SigmoidRNN,
    TanhRNN,
    backprop,
    init_model,
    init_params,
    step_jacobians,
    unroll,
)
from course_utils.captions import Scene, load_archive
from course_utils.exercises.claims import CONDITIONAL, Ledger
from course_utils.experiments.curves import (
    ACTIVATIONS,
    bound_curves,
    cliff,
    descend,
    folds,
    gap_curves,
    wall,
)
from course_utils.figures.svg import Panel, decades, picture, power
from course_utils.language.reading import influence, read
from course_utils.tasks.vocabulary import Vocabulary
from course_utils.widgets import (
    Explorer,
    PaintedExplorer,
    bound_explorer,
    caption_explorer,
    caption_of,
    choice,
    claims_explorer,
    cliff_explorer,
    entry,
    film_strip,
    gap_explorer,
    gate_explorer,
    glossary_explorer,
    keep_explorer,
    player,
    reading,
    results_explorer,
    results_of,
    slider,
    text_explorer,
)
from course_utils.widgets.text import OWES, STATE

ROWS = [{"name": name, "cell": cell, "solved_at": at, "best": best, "baseline": .5, "reach_first": reach,
         "reach_last": 7}
        for name, cell, at, best, reach in (("b = 1", "LSTM", 300, .1, 4), ("b = 1", "LSTM", None, .4, 5),
                                            ("no gates", "TanhRNN", None, .5, 9))]


def explore_results():
    return results_explorer({"one": ROWS, "other": [row | {"solved_at": 100, "name": "all"} for row in ROWS]})


EXPLORERS = {"gap": gap_explorer, "bound": bound_explorer, "gates": gate_explorer, "cliff": cliff_explorer,
             "keep": keep_explorer, "captions": caption_explorer, "results": explore_results}


def explore_text():
    model = init_model(LSTM, 5, 4, 5, np.random.default_rng(0), recurrent="torch", gain=3.0)
    return text_explorer(model, Vocabulary("abc \n"), "abcab", characters=True, presets={"other": "cc a"})


EXPLORERS["text"] = explore_text


def explore_claims():
    ledger = Ledger()
    for number, verdict in zip((3, 10, 17, 27, 30), ("holds", "holds when", "does not hold", "misprint", "holds")):
        ledger.record(number, measured="a < b", verdict=verdict, when="W is small" if verdict in CONDITIONAL else "")
    return claims_explorer(ledger)


EXPLORERS["claims"] = explore_claims


PAINTED = ("captions", "results", "text")  # by Python; the others are drawn in the browser (tests/browser)


def drawn(explorer):
    """The explorer's picture, parsed: it must be well-formed, and no coordinate may be NaN."""
    assert "error" not in explorer.reply, explorer.reply
    value = explorer.answer[0]
    assert "nan" not in value and "inf" not in value
    return ET.fromstring(value)


def result(explorer):
    """What is found at the settings, as text: two positions of a control must differ in it."""
    return repr(explorer.found if explorer.kind != "answers" else explorer.answer)


def test_gap_curves_are_products_of_jacobians():
    """The curve of seed 0 is the Frobenius norm of an explicit product, over √H."""
    rng = np.random.default_rng(0)
    params = init_params(TanhRNN, 30, 32, rng, recurrent="torch")
    params.W_h *= 1.5 * np.sqrt(3)
    words = np.eye(30)[rng.integers(30, size=(6, 1))]
    J = step_jacobians(TanhRNN, params, unroll(TanhRNN, params, words))[:, 0]
    product = np.linalg.multi_dot([J[5], J[4], J[3], J[2], J[1]])
    assert gap_curves(5, 1.5)[0, 0] == pytest.approx(np.log10(np.linalg.norm(product) / np.sqrt(32)))


def test_gap_curves_end_at_one():
    """Nothing is multiplied yet at the last step, whatever the settings."""
    curves = gap_curves(9, 2.0)
    assert curves.shape == (10, 8)
    np.testing.assert_allclose(curves[-1], 0, atol=1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("gain", [.1, 1.0, 3.0])
def test_bound_is_never_exceeded(activation, gain):
    """log10 ‖∂h_T/∂h_k‖ ≤ (T − k) log10 γσ_max for every activation."""
    found = bound_curves(activation, gain, 40, .5)
    assert np.all(found["norms"] <= found["bound"] + 1e-9)
    assert abs(found["eigenvalues"]).max() == pytest.approx(10 ** (found["radius"][0] / 40))


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_control_counts(name):
    """Each control, moved to each of its ends or options alone, gives another result."""
    explorer = EXPLORERS[name]()
    first = result(explorer)
    for id, control in explorer.controls.items():
        for value in ends(control):
            explorer.set(**explorer.start)
            assert result(explorer) == first
            explorer.set(**{id: value})
            assert (result(explorer) == first) == (explorer.settings() == explorer.start), (id, value)


@pytest.mark.parametrize("name", PAINTED)
def test_corners(name):
    """All controls at their lower and all at their upper ends draw as well."""
    explorer = EXPLORERS[name]()
    for end in (0, -1):
        explorer.set(**{id: ends(control)[end] for id, control in explorer.controls.items()})
        drawn(explorer)


@pytest.mark.parametrize("name", sorted({*EXPLORERS} - {*PAINTED, "claims"}))
def test_a_still_stands_where_no_widget_is_live(name):
    """In the same output, with its alternative text; beside it what a web page needs."""
    explorer = EXPLORERS[name]()
    data, metadata = explorer._repr_mimebundle_()
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert len(metadata["image/png"]["alt"]) > 60 and not plt.get_fignums()
    stored = json.loads(metadata["course_explorer"])
    assert stored["kind"] == explorer.kind and stored["moved"] == explorer.start
    assert [control["id"] for control in stored["state"]["controls"]] == list(explorer.controls)


@pytest.mark.parametrize("name", EXPLORERS)
def test_what_is_stored_is_json_that_says_the_same(name):
    stored = EXPLORERS[name]().as_stored()
    assert json.loads(json.dumps(stored, allow_nan=False)) == json.loads(json.dumps(stored))


def test_cliff_is_the_engine_s_sigmoid_unit():
    """Error and gradient of (w, b) by the engine's back-propagation, and differences."""
    rng = np.random.default_rng(0)
    for w, b in np.column_stack([rng.uniform(3, 6, 5), rng.uniform(-4, 0, 5)]):
        params = Params(W_x=np.zeros((1, 1)), W_h=np.array([[w]]), b=np.array([b]))
        trace = unroll(SigmoidRNN, params, np.zeros((50, 1, 1)), np.full((1, 1, 1), 1 / (1 + np.exp(-.5))))
        direct = np.zeros_like(trace.states)
        direct[0, -1] = 2 * (trace.states[0, -1] - .7)
        grads = backprop(SigmoidRNN, params, trace, direct)[1]
        error, dw, db = cliff(w, b)
        assert error == pytest.approx((trace.states[0, -1, 0, 0] - .7)**2, rel=1e-10)
        assert (dw, db) == pytest.approx((grads.W_h[0, 0], grads.b[0]), rel=1e-9)


def test_folds_are_where_two_fixed_points_meet():
    """w = 5: −2.655610 and −2.344390; there h = σ(w h + b) and the slope w h (1 − h) is 1."""
    assert folds(5.0) == pytest.approx([-2.655610, -2.344390], abs=1e-6)
    for w in (4.5, 6.0, 9.0):
        for b, sign in zip(folds(w), (1, -1)):
            h = (1 + sign * np.sqrt(1 - 4 / w)) / 2
            assert 1 / (1 + np.exp(-(w * h + b))) == pytest.approx(h, rel=1e-12)
            assert w * h * (1 - h) == pytest.approx(1, rel=1e-12)


def test_on_the_wall_the_start_is_a_fixed_point_and_the_error_jumps_across_it():
    """∂h_50/∂h_0 there is (w h_0 (1 − h_0))⁵⁰, and on both sides the unit ends elsewhere."""
    h = 1 / (1 + np.exp(-.5))
    for w in (4.6, 5.0, 6.0):
        assert 1 / (1 + np.exp(-(w * h + wall(w)))) == pytest.approx(h, rel=1e-12)
        below, above = cliff(w, wall(w) - .02)[0], cliff(w, wall(w) + .02)[0]
        assert abs(below - above) > .1
        assert cliff(w, wall(w))[1] == pytest.approx(
            2 * (h - .7) * h * h * (1 - h) * (1 - (w * h * (1 - h))**50) / (1 - w * h * (1 - h)), rel=1e-6)


def test_descent_is_clipped():
    points, errors, norms = descend((5.5, -2.3), .2, max_norm=1.0)
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    assert points.shape == (201, 2) and errors.shape == norms.shape == (201,)
    np.testing.assert_allclose(steps, .2 * np.minimum(norms[:-1], 1), rtol=1e-9, atol=1e-12)
    free, _, norms = descend((5.5, -2.3), .2)
    np.testing.assert_allclose(np.linalg.norm(np.diff(free, axis=0), axis=1), .2 * norms[:-1], rtol=1e-9, atol=1e-12)


def test_results_are_those_of_the_table():
    found = results_of(ROWS, "best loss")
    assert {name: list(values) for name, values in found["values"].items()} == {"b = 1": [.2, .8], "no gates": [1.0]}
    assert found["solved"] == {"b = 1": 1, "no gates": 0}
    at = results_of(ROWS, "batches until learned")["values"]
    assert at["b = 1"][0] == 300 and np.isnan(at["b = 1"][1]) and np.isnan(at["no gates"]).all()
    explorer = explore_results()
    assert "Learned: b = 1 1 of 2 · no gates 0 of 1." == explorer.answer[1]
    assert len(explorer.state["answers"]) == 8 and not explorer.kernel
    svg = drawn(explorer)
    assert {"b = 1", "no gates"} <= {text.text for text in svg.iter() if text.text}


def test_a_reading_is_what_the_model_makes_of_the_text():
    model = init_model(LSTM, 5, 4, 5, np.random.default_rng(0), recurrent="torch", gain=3.0)
    vocabulary, tokens = Vocabulary("abc \n"), list("ab c")
    chances, trace = read(model, vocabulary.encode(tokens))
    found = reading(model, vocabulary, tokens, STATE, 2)
    np.testing.assert_array_equal(found["values"], trace.states[1, 1:, 0, 2])
    assert [p for _, p in found["next"]] == sorted(chances[-1], reverse=True) and len(found["next"]) == 5
    found = reading(model, vocabulary, tokens, OWES, 2)
    np.testing.assert_array_equal(found["values"], influence(model, vocabulary.encode(tokens), 3, chances[-1].argmax()))


def test_a_text_is_shown_with_its_predictions_and_strange_symbols_are_named():
    explorer = explore_text()
    explorer.set(text="ab\nc")
    svg = drawn(explorer)
    texts = [text.text for text in svg.iter() if text.tag.endswith("text")]
    assert texts[:4] == ["a", "b", " ", "c"] and {"⏎", "\N{OPEN BOX}"} <= set(texts)
    assert sum(text.endswith(" %") for text in texts) == 5 and "Likeliest next:" in explorer.answer[1]
    explorer.set(shown=OWES)
    assert "unit" not in explorer.used[1][OWES] and drawn(explorer)
    explorer.set(text="axb<c")
    assert "not in the vocabulary of 5: '<', 'x'" in explorer.reply["error"]
    explorer.set(text="")
    assert "the text is empty" in explorer.reply["error"]


def test_words_are_split_at_spaces():
    model = init_model(LSTM, 3, 4, 3, np.random.default_rng(0))
    explorer = text_explorer(model, Vocabulary(["one", "two", "<end>"]), "one  two one", unit=3)
    assert [text.text for text in drawn(explorer).iter() if text.tag.endswith("text")][:3] == ["one", "two", "one"]
    assert "&lt;end&gt;" in explorer.answer[0] and explorer.controls["unit"].value == 3


def test_captions_are_the_captioner_s_and_digits_that_are_not_there_are_greyed_out():
    model = load_archive().captioners["TanhRNN, every step"]
    found = caption_of(model, "row", (3, 3, 9), hand=2, word=99)
    assert found["scene"] == Scene("row", (3, 3)) and found["word"] == len(found["caption"].words)
    assert found["caption"].words == found["beams"][0].words or found["beams"][0].score >= found["caption"].score
    explorer = caption_explorer()
    used = explorer.used[1]
    assert set(explorer.controls) - set(used["row"]) == {"digit 3"}
    assert set(explorer.controls) - set(used["alone"]) == {"digit 2", "digit 3"}
    explorer.set(layout="alone", **{"digit 1": "zero"})
    assert "Written: “a zero”" in explorer.answer[1] and "Right." in explorer.answer[1]


def test_picture_has_a_label_for_screen_readers():
    """role=img and an aria-label that carries the result."""
    svg = drawn(explore_text())
    assert svg.get("role") == "img" and "Likeliest next" in svg.get("aria-label")


def test_a_failing_callback_is_seen():
    """The browser is told the message of an exception; the next good setting brings the picture back."""
    def compute(settings):
        if settings["n"] > 1:
            raise ValueError("n is <2>, expected 1")
        return 0

    explorer = PaintedExplorer("test", compute, lambda result: "<svg/>", {"n": slider(1, 1, 3, 1, "n")})
    explorer.set(n=2)
    assert explorer.reply == {"settings": {"n": 2}, "n": 0, "error": "ValueError: n is <2>, expected 1"}
    explorer.set(n=1)
    assert explorer.reply == {"settings": {"n": 1}, "n": 0, "answer": ["<svg/>", ""]}
    explorer.asked = {"settings": {"n": 2}, "n": .25}
    assert explorer.reply["error"] and explorer.reply["n"] == .25 and explorer.settings() == {"n": 1}


def test_repr_is_the_same_on_every_machine():
    """What nbval compares of a widget is its text."""
    assert repr(gap_explorer()) == "<gap explorer: move its sliders in a running notebook or on the course's web pages>"
    assert repr(glossary_explorer()) == "<glossary: use it in a running notebook or on the course's web pages>"


def test_panel_maps_data_to_pixels():
    """The corners of the data limits are the corners of the axes, and y runs upwards."""
    panel = Panel((10, 20), (300, 200), (0, 4), (-2, 2))
    x, y, w, h = panel.box
    assert panel.pixels(0, -2) == (x, y + h)
    assert panel.pixels(4, 2) == (x + w, y)


def test_line_breaks_at_gaps():
    """A value that is not finite interrupts the line instead of moving it."""
    panel = Panel((0, 0), (300, 200), (0, 4), (0, 1))
    before = len(panel.curves)
    panel.line(range(5), [0, 1, np.nan, 1, -np.inf], "red")
    assert len(panel.curves) - before == 2
    ET.fromstring(picture([panel], 300, 200, 'a "label" & more'))


def test_power_and_decades():
    """Exponents get a true minus sign; limits enclose the finite values and 0."""
    assert "−3" in power("-3")
    assert decades(np.array([-12.5, 3.0, -np.inf])) == (-20, 10)
    assert decades(np.array([-np.inf])) == (-10, 10)


def test_set_moves_all_controls_and_computes_once():
    """Two controls at once are one picture."""
    computed = []
    controls = {"n": slider(1, 1, 3, 1, "n"), "m": slider(0.0, 0.0, 1.0, .5, "m", "steps")}
    explorer = PaintedExplorer("test", computed.append, lambda result: "<svg/>", controls)
    explorer.set(n=2, m=.5)
    assert computed == [{"n": 1, "m": 0.0}, {"n": 2, "m": .5}]


def test_values_that_a_control_cannot_have_are_refused():
    controls = {"n": slider(1, 1, 3, 1, "n"), "m": slider(0.0, 0.0, 1.0, .5, "m"), "k": choice("a", ("a", "b"), "k"),
                "t": entry("x", "t")}
    explorer = PaintedExplorer("test", dict, str, controls)
    for values, message in (({"j": 1}, "no control j here, only n, m, k, t"),
                            ({"n": 4}, "n is 4, expected a number from 1 to 3"),
                            ({"n": 1.5}, "n is 1.5, expected a whole number"),
                            ({"m": "1"}, "m is '1', expected a number"),
                            ({"k": "c"}, "k is 'c', expected one of the options 'a', 'b'"), ({"t": 1}, "t is 1")):
        with pytest.raises(ValueError, match=message):
            explorer.set(**values)
    assert explorer.settings() == explorer.start
    explorer.set(n=3.0, m=1)
    assert repr(explorer.settings()) == "{'n': 3, 'm': 1.0, 'k': 'a', 't': 'x'}"
    with pytest.raises(ValueError, match="n is 9"):
        PaintedExplorer("test", dict, str, controls, presets={"far": {"n": 9}})


def test_found_is_computed_when_asked_and_once():
    computed = []
    explorer = Explorer("gap", "test", {"n": slider(1, 1, 3, 1, "n")}, lambda settings: computed.append(settings) or 7)
    assert computed == []
    explorer.set(n=2)
    assert (explorer.found, explorer.found) == (7, 7) and computed == [{"n": 2}]


def test_a_question_is_computed_once():
    """Where the controls rest is told after the question, with the same settings."""
    computed = []
    explorer = PaintedExplorer("test", computed.append, lambda result: "<svg/>", {"n": slider(1, 1, 3, 1, "n")})
    explorer.asked = {"settings": {"n": 2}, "n": .5}
    explorer.moved = {"n": 2}
    explorer.asked = {"settings": {"n": 2}, "n": .7}
    assert computed == [{"n": 1}, {"n": 2}] and explorer.reply["n"] == .7


def test_a_page_without_a_kernel_has_the_picture_it_begins_with():
    explorer = PaintedExplorer("test", dict, str, {"n": slider(1, 1, 3, 1, "n")}, presets={"high": {"n": 3}})
    explorer.set(n=2)
    stored = explorer.as_stored()
    assert stored["moved"] == {"n": 2} and [values for values, _ in stored["state"]["answers"]] == [[1], [3], [2]]


def test_what_names_hold_is_text_and_no_markup():
    explorer = results_explorer({"one": [row | {"name": "H < 5 & more"} for row in ROWS]})
    assert "H &lt; 5 &amp; more" in explorer.answer[1] and drawn(explorer) is not None
    explorer = explore_text()
    explorer.set(text="a")
    assert "&amp;" not in drawn(explorer).get("aria-label")


def test_an_error_in_words_is_seen():
    """Not only compute and draw can fail."""
    controls = {"n": slider(1, 1, 3, 1, "n")}
    explorer = PaintedExplorer("test", dict, lambda result: "<svg/>", controls, words=lambda found: 1 / 0)
    assert "ZeroDivisionError" in explorer.reply["error"]


def count(ax, k):
    """A frame that notes that it was drawn."""
    count.drawn.append(k)
    ax.plot([0, k])
    return f"A line up to {k} & no further"


def test_player_draws_each_frame_once():
    count.drawn = []
    film = player("film", count, 4, name="step")
    assert count.drawn == [0, 1, 2, 3] and not film.kernel
    assert film.controls["frame"].high == 3 and film.state["play"] == {"control": "frame", "interval": 900}
    assert [values for values, _ in film.state["answers"]] == [[0], [1], [2], [3]]
    assert not plt.get_fignums()


def test_player_frame_is_an_image_with_its_words():
    picture, words = player("film", count, 2).state["answers"][0][1]
    image = ET.fromstring(picture.replace("%\">", "%\"/>"))
    assert image.tag == "img" and image.get("alt") == "A line up to 0 & no further"
    assert base64.b64decode(image.get("src").partition(",")[2]).startswith(b"\x89PNG")
    assert words == "A line up to 0 &amp; no further"


def test_player_says_what_fails():
    """A frame that raises, and one that comes without words, before anything is shown; no figure stays open."""
    with pytest.raises(ValueError, match="draw returned ' ', expected a sentence"):
        player("film", lambda ax, k: " ", 4)
    with pytest.raises(ZeroDivisionError):
        player("film", lambda ax, k: str(1 // (k - 2)), 4)
    assert not plt.get_fignums()


def test_film_strip_has_a_row_for_each_frame():
    count.drawn = []
    fig = film_strip(count, [0, 2, 3], figsize=(6, 1.5))
    assert count.drawn == [0, 2, 3] and len(fig.axes) == 3
    assert tuple(fig.get_size_inches()) == (6, 4.5)
    plt.close(fig)
    fig = film_strip(count, [0, 2, 3], figsize=(3, 1), columns=2)
    assert [ax.axison for ax in fig.axes] == [True, True, True, False]
    assert tuple(fig.get_size_inches()) == (6, 2)
    plt.close(fig)


def test_curves_stay_within_their_axes():
    """Lines are cut off by an inner svg element that hugs the axes, words are not."""
    svg = ET.fromstring(picture([Panel((0, 0), (300, 200), (0, 4), (0, 1)).line([0, 4], [0, 9], "red")], 300, 200, "l"))
    space = "{http://www.w3.org/2000/svg}"
    x, y, w, h = Panel((0, 0), (300, 200), (0, 4), (0, 1)).box
    cut = svg.find(f"{space}svg")
    assert [float(cut.get(name)) for name in ("x", "y", "width", "height")] == [x - 3, y - 3, w + 6, h + 6]
    assert [float(number) for number in cut.get("viewBox").split()] == [x - 3, y - 3, w + 6, h + 6]
    assert cut.get("style") == f"overflow:hidden;width:{w + 6}px;height:{h + 6}px"
    assert cut.find(f".//{space}polyline") is not None and cut.find(f".//{space}text") is None


def test_points_outside_the_limits_are_left_out():
    panel = Panel((0, 0), (300, 200), (0, 4), (0, 1)).points([0, 2, 5, 1], [0, .5, .5, np.nan], "red")
    assert panel.curves[0].count("M") == 2
