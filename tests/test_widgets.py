"""The explorers without a browser: what they compute, what they draw, and that errors are seen."""
import xml.etree.ElementTree as ET
from html import unescape

import numpy as np
import pytest

from course_utils import TanhRNN, init_params, step_jacobians, unroll
from course_utils.svg import Panel, decades, picture, power
from course_utils.widgets import (
    ACTIVATIONS,
    Explorer,
    bound_curves,
    bound_explorer,
    gap_curves,
    gap_explorer,
    slider,
)

EXPLORERS = {"gap": gap_explorer, "bound": bound_explorer}


def ends(control):
    return control.options if hasattr(control, "options") else (control.min, control.max)


def drawn(explorer):
    """The explorer's picture, parsed: it must be well-formed, and no coordinate may be NaN."""
    value = explorer.picture.value
    assert "course-error" not in value, unescape(value)
    assert "nan" not in value and "inf" not in value
    return ET.fromstring(value)


def test_gap_curves_are_products_of_jacobians():
    """The curve of seed 0 is the Frobenius norm of an explicit product, over √H."""
    rng = np.random.default_rng(0)
    params = init_params(TanhRNN, 30, 32, rng, recurrent="torch", gain=1.5)
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
def test_every_control_redraws(name):
    """Each control, moved to each of its ends or options alone, gives another well-formed picture."""
    explorer = EXPLORERS[name]()
    first = explorer.picture.value
    for control in explorer.controls.values():
        for value in ends(control):
            explorer.set(**explorer.start)
            assert explorer.picture.value == first
            control.value = value
            drawn(explorer)
            assert (explorer.picture.value == first) == (explorer.settings() == explorer.start)


@pytest.mark.parametrize("name", EXPLORERS)
def test_corners(name):
    """All controls at their lower and all at their upper ends draw as well, and Reset leads back."""
    explorer = EXPLORERS[name]()
    first = explorer.picture.value
    for end in (0, -1):
        explorer.set(**{key: ends(control)[end] for key, control in explorer.controls.items()})
        drawn(explorer)
    explorer.children[1].children[0].click()
    assert explorer.picture.value == first


def test_picture_has_a_label_for_screen_readers():
    """role=img and an aria-label that carries the result."""
    svg = drawn(gap_explorer())
    assert svg.get("role") == "img"
    assert "ten to the power" in svg.get("aria-label")


def test_a_failing_callback_is_seen():
    """The message of an exception stands, escaped, where the picture was; the next good setting brings it back."""
    def compute(settings):
        if settings["n"] > 1:
            raise ValueError("n is <2>, expected 1")
        return 0

    explorer = Explorer("test", compute, lambda result: "<svg/>", {"n": slider(1, 1, 3, 1, "n")})
    explorer.set(n=2)
    assert "course-error" in explorer.picture.value
    assert "ValueError: n is &lt;2&gt;, expected 1" in explorer.picture.value
    explorer.set(n=1)
    assert explorer.picture.value == "<svg/>"


def test_repr_is_the_same_on_every_machine():
    """What nbval compares of a widget is its text."""
    assert repr(gap_explorer()) == "<gap explorer: move its sliders in a running notebook>"


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
