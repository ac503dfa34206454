"""Labels of SVG pictures."""
from course_utils.figures.svg import Marks, Panel


def test_labels_have_their_subscripts_set():
    """No underscore stands in a picture: s_k and c_T are letters with an index."""
    panel = Panel((0, 0), (200, 100), (0, 1), (0, 1), "step k", "‖∂c_T/∂c_k‖").caption(0, "b_f 3")
    marks = Marks()
    marks.formula(0, 0, "‖∂h_t/∂h_k‖ & more")
    drawn = panel.svg() + marks.svg()
    assert drawn.count('<tspan dy="3" font-size="9">') == 5
    assert "_" not in drawn and "&amp; more" in drawn


def test_words_with_underscores_are_left_alone():
    marks = Marks()
    marks.text(0, 0, "a_b and no_f")
    assert ">a_b and no_f<" in marks.svg()
