"""The checks of test_sliders.py can fail: on a notebook of widgets that are broken in one way each."""
import re
import shutil

import lab
import pytest
from broken import WIDGETS


@pytest.fixture(scope="module")
def broken(open_alone):
    """The notebook of broken widgets, open, its cells run."""
    with open_alone("broken.ipynb") as notebook:
        notebook.run()
        yield notebook


@pytest.mark.parametrize("source", WIDGETS)
def test_a_broken_widget_is_caught(source, broken):
    explorer = broken.explorers(limit=3)[list(WIDGETS).index(source)]
    if WIDGETS[source] is None:
        explorer.try_all()
    else:
        complaint = WIDGETS[source].replace("within 3 s", f"within {lab.scaled(3):.0f} s")  # as long as it waits here
        with pytest.raises(AssertionError, match=re.escape(complaint)):
            explorer.try_all()


def test_an_error_in_a_cell_is_caught_unless_tagged(broken):
    assert [error.split(": ")[1] for error in broken.errors()] == ["URLError"]


def test_a_request_that_leaves_the_machine_is_caught(broken):
    assert set(broken.elsewhere) == {"http://elsewhere.invalid/gates.png"}


@pytest.mark.parametrize(("required", "outcome"), (("1", pytest.fail.Exception), ("", pytest.skip.Exception)))
def test_a_missing_browser_skips_or_fails(required, outcome, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setenv("REQUIRE_BROWSER", required)
    with pytest.raises(outcome, match="Chromium is not installed"):
        lab.find_chromium()


def test_faults_are_seen_in_notebook_7(served):
    """An error, and a slider that claims no keys: its arrow keys are Notebook 7's own, so nothing moves."""
    with lab.open_in_notebook_7(*served, "broken.ipynb") as notebook:
        notebook.run()
        assert [error.split(": ")[1] for error in notebook.errors()] == ["URLError"]
        with pytest.raises(AssertionError, match="ArrowRight on slider 'size' did not change the picture"):
            notebook.explorers(limit=3)[-1].try_sliders()
