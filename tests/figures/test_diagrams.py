"""Drawings: each part lights up alone, numbers stand where they belong, and no label gets into another's way."""
from functools import partial
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Ellipse, FancyBboxPatch, Polygon, Rectangle
from matplotlib.transforms import Bbox

from course_utils.figures import diagrams, plotting

IN = {"x": "x", "h_prev": "h_prev", "c_prev": "c", "g": "g", "o": "o", "c": "c", "h": "h"}  # value: its part
GRU = {name: name for name in ("x", "h_prev", "r", "z", "n", "h")}
MODULES = {  # function, parts that carry no value, {value: the part it stands in}, figure size
    "rnn": (diagrams.rnn_module, (), {name: name for name in ("x", "h_prev", "h")}, (5.5, 2)),
    "lstm": (diagrams.lstm_module, ("write",), IN | {"f": "f", "i": "i"}, (8.5, 4)),
    "no_forget": (diagrams.no_forget_module, ("write",), IN | {"i": "i"}, (8.5, 4)),
    "coupled": (diagrams.coupled_module, ("write",), IN | {"f": "f", "1-f": "1-f"}, (8.5, 4)),
    "peephole": (diagrams.peephole_module, ("write", "p"), IN | {"f": "f", "i": "i"}, (8.5, 4)),
    "gru": (diagrams.gru_module, (), GRU, (8.5, 4)),
    "gru_after": (partial(diagrams.gru_module, reset="after"), (), GRU, (8.5, 4))}
PARTS = {name: sorted({*parts, *values.values()}) for name, (_, parts, values, _) in MODULES.items()}

WIDE = -12.34
GATE = dict.fromkeys(("x", "h_prev", "u", "w", "b", "a", "value"), WIDE)
ACTING = GATE | {"acts_on": (r"$\tanh(c_t)$", WIDE, "$f_t c_{t-1}$", WIDE, "×")}
F, WRITE, C = [.9, 0, .5, 1, .98, .2, .7, 1], [WIDE] * 8, [WIDE] * 9
DRAWINGS = {name: (draw, size) for name, (draw, _, _, size) in MODULES.items()}
DRAWINGS |= {f"{name}_values": (partial(draw, values=dict.fromkeys(values, WIDE)), size)
             for name, (draw, _, values, size) in MODULES.items()}
DRAWINGS |= {f"{name}_narrow": (draw, (8, 3.8)) for name, (draw, size) in DRAWINGS.items() if size == (8.5, 4)}
DRAWINGS |= {
    "belt": (partial(diagrams.conveyor_belt, f=F, write=WRITE, c=C), (9, 2.4)),
    "belt_without_numbers": (partial(diagrams.conveyor_belt, f=F), (9, 2.4)),
    "belt_without_forget_gate": (partial(diagrams.conveyor_belt, write=WRITE, c=C), (9, 2.4)),
    "belt_of_one_step": (partial(diagrams.conveyor_belt, f=F[:1], c=C[:2], until=0), (9, 2.4)),
    "gate": (partial(diagrams.gate_flow, gate="f", numbers=GATE), (8, 1.3)),
    "gate_acts": (partial(diagrams.gate_flow, gate="g", numbers=ACTING), (8, 1.3))}


@pytest.fixture
def new_ax():
    """A function that gives an empty ax in the course's style."""
    with plt.rc_context():
        plotting.use_course_style()
        yield lambda size=(8.5, 4): FigureCanvasAgg(Figure(size)).figure.subplots()


def colours(ax):
    """The colour of everything drawn, in the order of drawing."""
    return [to_hex(some.get_facecolor() if isinstance(some, Polygon) else some.get_edgecolor()
                   if hasattr(some, "get_edgecolor") else some.get_color())
            for some in ax.get_children() if some in {*ax.lines, *ax.patches, *ax.texts}]


def texts(ax):
    return [text for text in ax.texts if text.get_text()]


def extents(ax):
    """{what is written: its place in pixels}; a text that occurs twice is told apart by its number."""
    ax.figure.canvas.draw()
    return {f"{text.get_text()} ({k})": text.get_window_extent() for k, text in enumerate(texts(ax))}


def crossed_by(wire, box):
    """True if the line runs through the box or touches it with half its width."""
    path = wire.get_transform().transform_path(wire.get_path())
    return len(path) > 1 and path.intersects_bbox(box.padded(wire.get_linewidth() * 100 / 72 / 2), filled=False)


@pytest.mark.parametrize("name", DRAWINGS)
def test_drawings_return_their_ax(name, new_ax, monkeypatch):
    """Every drawing returns the ax, draws on it, fixes its limits and never calls plt.show."""
    monkeypatch.setattr(plt, "show", lambda *args: pytest.fail("plt.show was called"))
    draw, size = DRAWINGS[name]
    ax = new_ax(size)
    assert draw(ax) is ax
    assert ax.patches and ax.texts
    assert not ax.get_autoscale_on() and ax.get_aspect() == 1


@pytest.mark.parametrize("name", DRAWINGS)
def test_labels_keep_off_each_other(name, new_ax):
    """No two texts overlap, and none leaves the axes."""
    draw, size = DRAWINGS[name]
    ax = draw(new_ax(size))
    boxes = extents(ax)
    assert [(one, other) for one in boxes for other in boxes if one < other and boxes[one].overlaps(boxes[other])] == []
    frame = ax.get_window_extent()
    assert [one for one, box in boxes.items() if Bbox.union([frame, box]).bounds != frame.bounds] == []


@pytest.mark.parametrize("name", DRAWINGS)
def test_labels_keep_off_wires_and_boxes(name, new_ax):
    """A text stands within a box or wholly outside it, and no wire runs through a text."""
    draw, size = DRAWINGS[name]
    ax = draw(new_ax(size))
    for what, box in extents(ax).items():
        assert not [wire.get_xydata() for wire in ax.lines if crossed_by(wire, box)], what
        for patch in ax.patches:
            area = patch.get_window_extent()
            assert not area.overlaps(box) or Bbox.union([area, box]).bounds == area.bounds, (what, patch)


@pytest.mark.parametrize("name", DRAWINGS)
def test_arrows_end_at_what_they_enter(name, new_ax):
    """The tip of every arrow lies on the edge of a box or circle, or leads out of the picture on the right."""
    draw, size = DRAWINGS[name]
    ax = draw(new_ax(size))
    ax.figure.canvas.draw()
    areas = [patch.get_window_extent() for patch in ax.patches if isinstance(patch, (FancyBboxPatch, Ellipse))]
    tips = [ax.transData.transform(patch.get_xy()[0]) for patch in ax.patches if isinstance(patch, Polygon)]
    assert tips
    for x, y in tips:
        touched = [abs(x - (area.x0 + area.x1) / 2) <= area.width / 2 + .1 and
                   abs(y - (area.y0 + area.y1) / 2) <= area.height / 2 + .1 and
                   min(abs(x - area.x0), abs(x - area.x1), abs(y - area.y0), abs(y - area.y1)) < .1 for area in areas]
        assert any(touched) or x > max(area.x1 for area in areas), (x, y)


@pytest.mark.parametrize("name", DRAWINGS)
def test_letters_are_large_enough(name, new_ax):
    """No text is below 9.5 points, but for the words under an unrolled network."""
    assert min(text.get_fontsize() for text in DRAWINGS[name][0](new_ax()).texts) >= 9.5


@pytest.mark.parametrize("name", MODULES)
def test_parts_light_up(name, new_ax):
    """Nothing is lit by default or by lit=(), and each thing drawn belongs to exactly one part."""
    draw = MODULES[name][0]
    plain, pale = colours(draw(new_ax())), colours(draw(new_ax(), lit=()))
    assert all(one != other for one, other in zip(plain, pale))
    changed = [[one != other for one, other in zip(pale, colours(draw(new_ax(), lit=[part])))] for part in PARTS[name]]
    assert np.array_equal(np.sum(changed, axis=0), np.ones(len(pale)))
    assert np.all(np.sum(changed, axis=1) >= 1)
    everything = colours(draw(new_ax(), lit=PARTS[name]))
    assert diagrams.LIT.lower() in everything and not set(everything) & {*plain, *pale}


GATE_PARTS = {"x": ("", 0), "h_prev": ("", 0), "c": ("", 0), "f": ("×", 2), "i": ("", 2), "g": ("", 2),
              "write": ("+×", 0), "o": ("", 2), "h": ("×", 1), "p": ("", 3), "1-f": ("", 1)}
GRU_PARTS = {"x": ("", 0), "h_prev": ("", 1), "r": ("×", 3), "z": ("×", 3), "n": ("×", 1), "h": ("+", 0)}


@pytest.mark.parametrize("name", ["lstm", "no_forget", "coupled", "peephole", "gru", "gru_after"])
def test_what_belongs_to_a_part(name, new_ax):
    """Each part has its own signs × and + and its own junctions."""
    for part in PARTS[name]:
        ax = MODULES[name][0](new_ax(), lit=[part])
        signs = [line.get_marker().replace("x", "×") for line in ax.lines if line.get_color() == diagrams.LIT
                 and line.get_linestyle() == "None"]
        dots = [patch for patch in ax.patches if isinstance(patch, Circle)
                and to_hex(patch.get_facecolor()) == diagrams.LIT.lower()]
        assert ("".join(sorted(signs)), len(dots)) == (GRU_PARTS if "gru" in name else GATE_PARTS)[part], part


@pytest.mark.parametrize("name", MODULES)
def test_lit_wires_are_thicker(name, new_ax):
    draw = MODULES[name][0]
    thin, thick = draw(new_ax()).lines, draw(new_ax(), lit=PARTS[name]).lines
    assert all(lit.get_linewidth() > line.get_linewidth() for line, lit in zip(thin, thick)
               if line.get_linestyle() != "None")


@pytest.mark.parametrize("name", MODULES)
def test_unknown_names_are_refused(name, new_ax):
    """The message says what came and names every choice."""
    draw, _, values, _ = MODULES[name]
    for setting, choices in (({"lit": ["q"]}, PARTS[name]), ({"values": {"q": 1}}, values)):
        with pytest.raises(ValueError, match=r"unknown (part|value) 'q'") as refusal:
            draw(new_ax(), **setting)
        assert all(repr(choice) in str(refusal.value) for choice in choices)


@pytest.mark.parametrize("name", MODULES)
def test_values_stand_in_their_part(name, new_ax):
    """Every number is printed once, with two decimals and a true minus sign, and lights up with its part."""
    draw, _, values, _ = MODULES[name]
    numbers = {value: -(k + 1) / 8 for k, value in enumerate(values)}
    pale = draw(new_ax(), lit=(), values=numbers).texts
    for value, part in values.items():
        printed = f"{numbers[value]:.2f}".replace("-", "−")
        before, after = ([text.get_color() for text in some if text.get_text().endswith(printed)]
                         for some in (pale, draw(new_ax(), lit=[part], values=numbers).texts))
        assert len(before) == len(after) == 1
        assert before != after


def test_values_move_nothing(new_ax):
    """Labels stay where they are when numbers join them."""
    bare, full = (diagrams.lstm_module(new_ax(), values=values) for values in ({}, {"f": WIDE, "o": .5}))
    assert [text.get_position() for text in bare.texts] == [text.get_position() for text in full.texts]
    starts = [[box.x0 for box in extents(ax).values()] for ax in (bare, full)]
    assert starts[0] == pytest.approx(starts[1], abs=1)


def test_numbers_that_are_none_are_refused(new_ax):
    with pytest.raises(ValueError, match="value is nan, expected a finite number"):
        diagrams.lstm_module(new_ax(), values={"f": np.nan})


def test_zero_has_no_sign(new_ax):
    ax = diagrams.lstm_module(new_ax(), values={"f": -.001})
    assert "$f_t$ = 0.00" in [text.get_text() for text in ax.texts]


def test_where_the_weights_of_a_reset_gate_stand(new_ax):
    """reset="before": W comes between r's multiplication and n; "after": before it, on h_{t-1}'s way to r."""
    places = {}
    for reset in ("before", "after"):
        ax = diagrams.gru_module(new_ax(), reset=reset)
        places[reset], = (text.get_position()[0] for text in ax.texts if text.get_text() == "$W$")
        gate, = (text.get_position()[0] for text in ax.texts if text.get_text() == "$r_t$")
        places[reset] -= gate
    assert places["after"] < 0 < places["before"]
    with pytest.raises(ValueError, match="unknown reset 'never'"):
        diagrams.gru_module(new_ax(), reset="never")


def bands(ax):
    return [patch for patch in ax.patches if isinstance(patch, Rectangle)]


def test_the_band_is_what_is_left(new_ax):
    """Its height is the product of the forget gates so far; without forget gate nothing is lost."""
    heights = np.array([band.get_height() for band in bands(diagrams.conveyor_belt(new_ax(), F))])
    assert heights / heights[0] == pytest.approx(np.cumprod([1, *F]))
    whole = {band.get_height() for band in bands(diagrams.conveyor_belt(new_ax(), write=WRITE))}
    assert whole == {heights[0]}


def test_the_belt_names_every_quantity(new_ax):
    """Symbols of all steps with their numbers; without forget gate there is no f and no multiplication."""
    words = [text.get_text() for text in diagrams.conveyor_belt(new_ax(), [.25, .5], [-1, 2], [4, 0, 2]).texts]
    assert sorted(words) == sorted(["$f_{1}$", "0.25", "$f_{2}$", "0.50", "$i_{1}g_{1}$", "−1.00", "$i_{2}g_{2}$",
                                    "2.00", "$c_{0}$", "4.00", "$c_{1}$", "0.00", "$c_{2}$", "2.00"])
    ax = diagrams.conveyor_belt(new_ax(), write=[1, 2])
    assert not any("f_" in text.get_text() for text in ax.texts)
    assert [line.get_marker() for line in ax.lines if line.get_marker() != "None"] == ["+", "+"]


@pytest.mark.parametrize("lit, until", [({3}, None), ({"belt"}, None), ({3}, 3), (None, 3), ({"belt", 2}, 3)])
def test_what_of_the_belt_is_lit_or_pale(lit, until, new_ax):
    """Steps light up by number, the belt by name; what comes after `until` is pale, nothing else with it."""
    draw = partial(diagrams.conveyor_belt, f=F, write=WRITE, c=C)
    looks = {"plain": draw(new_ax()), "pale": draw(new_ax(), lit=()), "lit": draw(new_ax(), lit=range(1, 9))}
    mixed = draw(new_ax(), lit=lit, until=until)
    labels = {text.get_text(): text.get_color() for text in mixed.texts}
    for t in range(1, 9):
        expected = ("pale" if until is not None and t > until else "lit" if lit and t in lit
                    else "plain" if until is not None or lit is None else "pale")
        seen = {labels[name] for name in (f"$c_{{{t}}}$", f"$f_{{{t}}}$", f"$i_{{{t}}}g_{{{t}}}$")}
        assert seen == {looks[expected].texts[-1].get_color()}
    changed = [band.get_facecolor() != other.get_facecolor() for band, other in zip(bands(mixed), bands(looks["pale"]))]
    whole = until is None and "belt" in (lit or ())
    assert changed == [whole or (until is not None and t <= until) for t in range(9)]


@pytest.mark.parametrize("settings, message", [
    ({}, "nowhere given"), ({"f": F, "c": F}, "expected f, write"), ({"f": [], "write": []}, "T ≥ 1"),
    ({"f": [1.5]}, "between 0 and 1"), ({"f": F, "lit": [9]}, "unknown part 9, expected among 'belt', 1, 2"),
    ({"write": [np.inf]}, "finite")])
def test_belts_that_do_not_fit_are_refused(settings, message, new_ax):
    with pytest.raises(ValueError, match=message):
        diagrams.conveyor_belt(new_ax(), **settings)


def test_stages_add_numbers_and_move_nothing(new_ax):
    """Each stage prints what the one before printed and more, the last as much as stage=None; nothing moves."""
    frames = [diagrams.gate_flow(new_ax((8, 1.3)), "f", ACTING, stage) for stage in (0, 1, 2, 3, None)]
    words = [[text.get_text() for text in ax.texts] for ax in frames]
    for earlier, later in pairwise(words):
        assert all(new.startswith(old) for old, new in zip(earlier, later, strict=True))
    counts = [sum("12.34" in word for word in some) for some in words]
    assert counts == [2, 6, 7, 9, 9]
    left = [[box.x0 for box in extents(ax).values()] for ax in frames]
    for ax, starts in zip(frames, left):
        assert starts == pytest.approx(left[-1], abs=1)
        assert [text.get_position() for text in ax.texts] == [text.get_position() for text in frames[-1].texts]
        assert (ax.get_xlim(), ax.get_ylim()) == (frames[-1].get_xlim(), frames[-1].get_ylim())


def test_each_stage_lights_its_own_part(new_ax):
    """What is drawn is pale, then lit in one stage, then plain; and everything gets its turn."""
    plain, *frames = (colours(diagrams.gate_flow(new_ax(), "f", ACTING, stage)) for stage in (None, 0, 1, 2, 3))
    turns = set()
    for end, *looks in zip(plain, *frames):
        turn = next(stage for stage, look in enumerate([*looks, end]) if look == end) - 1
        assert len(set(looks[:turn])) <= 1 and looks[turn] not in looks[:turn] and set(looks[turn + 1:]) <= {end}
        turns.add(turn)
    assert turns == {0, 1, 2, 3}


@pytest.mark.parametrize("settings, message", [
    ({"gate": "z"}, "unknown gate 'z', expected among 'f', 'i', 'g', 'o'"), ({"stage": 4}, "unknown stage 4"),
    ({"numbers": {"x": 1}}, "numbers lack h_prev, u, w, b, a, value"),
    ({"numbers": GATE | {"acts_on": ("a", 1, "b", 2, "÷")}}, "unknown operator '÷'")])
def test_gates_that_do_not_fit_are_refused(settings, message, new_ax):
    with pytest.raises(ValueError, match=message):
        diagrams.gate_flow(new_ax(), **{"gate": "f", "numbers": GATE} | settings)
