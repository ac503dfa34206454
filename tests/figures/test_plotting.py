"""Figures: helpers draw on the ax they are given and return it, and no figure goes out without alt text."""
import json
import re
import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import CELLS
from course_utils.exercises.claims import CLAIMS, CONDITIONAL, SOURCES, VERDICTS, Ledger
from course_utils.figures import alt, plotting
from course_utils.figures.plotting import VERDICT_MARKS, plot_verdicts
from course_utils.ground.places import NOTEBOOKS

LOGS = np.linspace(-8, 0, 9)
HELPERS = {
    "plot_log_norms": lambda ax: plotting.plot_log_norms(ax, LOGS, band=(LOGS - 1, LOGS + 1), label="tanh"),
    "plot_words": lambda ax: plotting.plot_words(ax, list("abcdefghi"), LOGS),
    "mark_gap": lambda ax: plotting.mark_gap(plotting.plot_words(ax, list("abcdefghi"), LOGS), 2, 9, "effect", 1),
    "plot_all_pairs": lambda ax: plotting.plot_all_pairs(ax, np.tril(np.ones((5, 5)))),
    "plot_spectrum": lambda ax: plotting.plot_spectrum(ax, np.diag([.5, -.5])),
}


@pytest.fixture
def ax():
    fig, ax = plt.subplots()
    yield ax
    plt.close(fig)


@pytest.mark.parametrize("name", HELPERS)
def test_helpers_return_their_ax(name, ax, monkeypatch):
    """Every helper returns the ax, draws something on it and never calls plt.show."""
    monkeypatch.setattr(plt, "show", lambda *args: pytest.fail("plt.show was called"))
    assert HELPERS[name](ax) is ax
    assert ax.lines or ax.patches or ax.images
    ax.figure.canvas.draw()


def test_show_hands_on_the_alt_text(ax, monkeypatch):
    """The PNG's metadata carry `alt`, a hidden text repeats it for screen readers, and the figure is closed."""
    shown = []
    monkeypatch.setattr(plotting, "display", shown.append)
    plotting.show(ax.figure, "A line < 1 that falls.")
    metadata = shown[0]._repr_mimebundle_()[1]
    assert metadata["image/png"]["alt"] == "A line < 1 that falls."
    assert "Figure: A line &lt; 1 that falls." in shown[1].data
    assert not plt.fignum_exists(ax.figure.number)


def test_show_refuses_an_empty_alt_text(ax):
    with pytest.raises(ValueError, match="alt is empty"):
        plotting.show(ax.figure, "  ")


def test_show_takes_the_name_of_a_text(ax, monkeypatch, tmp_path):
    """A name is looked up, one that is nearly right is named, and what is no name is the text itself."""
    (tmp_path / "alt_texts").mkdir()
    (tmp_path / "alt_texts" / "01_one.md").write_text("## falling\n\nA line\nthat falls.\n\n## rising\n\nA line up.\n")
    monkeypatch.setattr(alt, "files", lambda package: tmp_path)
    alt.alt_texts.cache_clear()
    try:
        shown = []
        monkeypatch.setattr(plotting, "display", shown.append)
        plotting.show(ax.figure, "falling")
        assert shown[0]._repr_mimebundle_()[1]["image/png"]["alt"] == "A line that falls."
        assert alt.alt_text("A line that falls.") == "A line that falls."
        with pytest.raises(ValueError, match=r"'fallin', and no figure .* expected 'falling', or a sentence"):
            alt.alt_text("fallin")
        with pytest.raises(ValueError, match="no figure of the course has this name; expected a sentence"):
            alt.alt_text("zzz")
        (tmp_path / "alt_texts" / "02_two.md").write_text("## rising\n\nAnother.\n")
        alt.alt_texts.cache_clear()
        with pytest.raises(ValueError, match=r"02_two\.md has a figure rising, and so has another"):
            alt.alt_texts()
    finally:
        alt.alt_texts.cache_clear()


@pytest.mark.parametrize("file", sorted((NOTEBOOKS.parent / "course_utils" / "figures" / "alt_texts").glob("*.md")),
                         ids=lambda file: file.stem)
def test_every_stored_text_is_used_once_by_its_notebook(file):
    names = alt.HEADING.findall(file.read_text(encoding="utf-8"))
    cells = json.loads((NOTEBOOKS / f"{file.stem}.ipynb").read_text(encoding="utf-8"))["cells"]
    used = [name for cell in cells if cell["cell_type"] == "code"
            for name in re.findall(r"\bshow\([^\n]*[\"'](\w+)[\"']\)", "".join(cell["source"]))]
    assert sorted(used) == sorted(names)


def test_powers_of_ten(ax):
    """log10 values are labelled as powers, fractions of a decade too."""
    label = plotting.powers_of_ten(ax.yaxis).get_major_formatter()
    assert label(-12, 0) == "$10^{-12}$"
    assert label(-.2, 0) == "$10^{-0.2}$"


def test_label_keeps_off_the_line(ax):
    """The name of a rising line stands below its left end, that of a falling one above."""
    for logs, side in ((LOGS, "top"), (LOGS[::-1], "bottom")):
        plotting.plot_log_norms(ax, logs, label="name")
        assert ax.texts[-1].get_va() == side


def test_colours_cover_all_cells():
    """One colour for each cell, and no two alike."""
    assert {cell.__name__ for cell in CELLS} == set(plotting.COLOURS)
    assert len(set(plotting.COLOURS.values())) == len(plotting.COLOURS)


def test_the_core_needs_numpy_alone():
    """Importing the package loads neither matplotlib nor ipywidgets nor torch."""
    code = "import sys, course_utils; print([m for m in ('matplotlib', 'ipywidgets', 'torch') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_a_gallery_shows_each_picture_with_its_line():
    pictures = np.random.default_rng(0).random((5, 4, 4))
    fig = plotting.gallery(pictures, list("abcde"), ["red"] * 5, columns=3)
    assert [ax.get_title() for ax in fig.axes] == ["a", "b", "c", "d", "e", ""] and not fig.axes[5].axison
    np.testing.assert_array_equal(fig.axes[4].images[0].get_array(), pictures[4])
    assert fig.axes[0].title.get_color() == "red"
    plt.close(fig)


def test_a_gallery_breaks_titles_that_are_wider_than_a_column():
    titles = ["a zero right of a three above an eight\n(two zeros)", "a two right of a five above a nine"]
    fig = plotting.gallery(np.zeros((2, 4, 4)), titles)
    assert [ax.get_title().splitlines() for ax in fig.axes[:2]] == [
        ["a zero right of a three", "above an eight", "(two zeros)"], titles[1:]]
    assert fig.axes[0].title.get_fontsize() >= 9
    plt.close(fig)


def test_verdicts_are_squares_with_number_and_sign_for_each_claim_of_each_source(ax):
    ledger = Ledger(CLAIMS[:5])
    for claim, verdict in zip(CLAIMS, VERDICTS):
        ledger.record(claim.number, measured="3", verdict=verdict, when="if" * (verdict in CONDITIONAL))
    assert plot_verdicts(ax, ledger, {name: name for name in SOURCES}) is ax
    assert len(ax.patches) == sum(len(claim.sources) for claim in CLAIMS[:5])
    for text in ax.texts[:len(ax.patches)]:
        place, source = (int(number) for number in text.get_position())
        claim = [claim for claim in CLAIMS[:5] if list(SOURCES)[source] in claim.sources][place]
        assert text.get_text() == f"{claim.number}\n{VERDICT_MARKS[VERDICTS[claim.number - 1]][0]}"
    assert tuple(VERDICT_MARKS) == VERDICTS
