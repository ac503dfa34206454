"""The sliders, moved in a real JupyterLab by Chromium: the pictures follow, Reset resets, nothing leaves the machine.

The second half proves that these checks can fail, on a notebook of widgets that are broken in one way each.
"""
import functools
import json
import os
import re
import shutil
from pathlib import Path

import lab
import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
WITH_SLIDERS = ("01_watch_a_gradient_vanish", "04_bound_the_jacobian_product")

EXPLORER = '''
import ipywidgets
from IPython.display import HTML

def explorer(draw, start=5, back=None, slider=ipywidgets.IntSlider, **options):
    size = slider(value=start, min=0, max=9, description="size", **options)
    kind = ipywidgets.Dropdown(options=["thin", "thick"], description="kind")
    button, picture = ipywidgets.Button(description="Reset"), ipywidgets.HTML()

    def update(change=None):
        try:
            text = f'<text y="15">{draw(size.value, kind.value)}</text>'
            picture.value = f'<svg class="course-svg" width="99" height="20">{text}</svg>'
        except Exception as error:
            picture.value = f'<p class="course-error">{error!r}</p>'

    def reset(_):
        size.value, kind.value = start if back is None else back, "thin"

    for control in (size, kind):
        control.observe(update, "value")
    button.on_click(reset)
    update()
    return ipywidgets.VBox([size, kind, button, picture])
'''
WIDGETS = {  # a cell with a widget: what try_all must say, or None
    "explorer(lambda size, kind: (size, kind))": None,
    "explorer(lambda size, kind: (size, kind), start=0)": None,
    "explorer(lambda size, kind: (size, kind), start=9)": None,
    "explorer(lambda size, kind: kind)": "ArrowRight on slider 'size' did not change the picture within 3 s",
    "explorer(lambda size, kind: (size % 4, kind))": "End on slider 'size' did not change the picture within 3 s",
    "explorer(lambda size, kind: (size, kind), readout=False)": "slider 'size' shows no number",
    "explorer(lambda size, kind: (size, kind), slider=ipywidgets.FloatSlider, readout_format='.0f')":
        "ArrowRight on slider 'size' left its number at 5",
    "explorer(lambda size, kind: size)": "option 'thick' did not change the picture within 3 s",
    "explorer(lambda size, kind: (size, kind), back=4)": "Reset did not bring back the first picture within 3 s",
    "explorer(lambda size, kind: 1 // (6 - size))": "ArrowRight on slider 'size': ZeroDivisionError",
    "explorer(lambda size, kind: 1 // (5 - size))": "before any movement: ZeroDivisionError",
    "explorer(lambda size, kind: (size, kind, 'Traceback'))": "before any movement: a traceback",
    "ipywidgets.VBox([ipywidgets.IntSlider()])": "no picture of class course-svg",
}


def find_chromium():
    """The browser's path; without one the test is skipped, or fails where REQUIRE_BROWSER is set."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        give_up = pytest.fail if os.environ.get("REQUIRE_BROWSER") else pytest.skip
        give_up("Chromium is not installed (on Debian: apt-get install chromium), so no slider was moved")
    return found


@pytest.fixture(scope="module")  # not longer: while Playwright runs, no other test can use asyncio
def open_in_lab(tmp_path_factory):
    """Open a notebook of a copy of this course, or broken.ipynb, in a JupyterLab that serves the copy."""
    chromium, folder = find_chromium(), tmp_path_factory.mktemp("course copy")
    for name in ("notebooks", "data"):
        if (ROOT / name).exists():
            shutil.copytree(ROOT / name, folder / name)
    (folder / "broken.ipynb").write_text(json.dumps(broken_notebook()), encoding="utf-8")
    with lab.serve(folder, tmp_path_factory.mktemp("lab")) as server, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=lab.FLAGS, timeout=1000 * lab.START)
        yield functools.partial(lab.open_notebook, browser, *server)
        browser.close()


@pytest.mark.parametrize("name", WITH_SLIDERS)
def test_every_control_redraws_its_picture(name, open_in_lab):
    assert (ROOT / "notebooks" / f"{name}.ipynb").is_file()
    with open_in_lab(f"notebooks/{name}.ipynb") as notebook:
        notebook.run()
        assert notebook.errors() == []
        explorers = notebook.explorers()
        assert explorers, "no slider in the notebook"
        for explorer in explorers:
            explorer.try_all()
        assert notebook.elsewhere == []


def test_every_notebook_with_sliders_is_tried():
    marks = re.compile(r"import ipywidgets|from ipywidgets|\w_explorer\(")
    with_sliders = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb") if marks.search(path.read_text("utf-8"))}
    assert with_sliders == set(WITH_SLIDERS)


def broken_notebook():
    """A notebook's dict: WIDGETS, an image from elsewhere, two errors; every cell stores a widget that is gone."""
    fetch = "HTML('<img src=\"http://elsewhere.invalid/gates.png\" alt=\"\">')"
    cells = [(EXPLORER, []), *((source, []) for source in WIDGETS), (fetch, []), ("1 / 0", ["raises-exception"]),
             ("import urllib.request\nurllib.request.urlopen('http://elsewhere.invalid', timeout=9)", []),
             ("'not run after an error'", [])]
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": [
        {"cell_type": "code", "id": f"cell-{n}", "metadata": {"tags": tags}, "source": source, "execution_count": 1,
         "outputs": [{"output_type": "display_data", "metadata": {}, "data": {lab.WIDGET: {"model_id": "gone"}}}]}
        for n, (source, tags) in enumerate(cells)]}


@pytest.fixture(scope="module")
def broken(open_in_lab):
    """The notebook of broken widgets, open, its cells run."""
    with open_in_lab("broken.ipynb") as notebook:
        notebook.run()
        yield notebook


@pytest.mark.parametrize("source", WIDGETS)
def test_a_broken_widget_is_caught(source, broken):
    explorer = broken.explorers(limit=3)[list(WIDGETS).index(source)]
    if WIDGETS[source] is None:
        explorer.try_all()
    else:
        with pytest.raises(AssertionError, match=re.escape(WIDGETS[source])):
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
        find_chromium()
