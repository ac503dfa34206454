"""A JupyterLab that serves a copy of the course, one for each file of tests that asks for it."""
import functools
import json
import shutil
from pathlib import Path

import lab
import pytest
from broken import broken_notebook
from needed import for_explorers
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")  # not longer: while Playwright runs, no other test can use asyncio
def served(tmp_path_factory):
    """(browser, address, token): a JupyterLab that serves a copy of this course; in explorers/, the same notebooks with
    no more code than their explorers need; and broken.ipynb."""
    chromium, folder = lab.find_chromium(), tmp_path_factory.mktemp("course copy")
    for name in ("notebooks", "data"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "explorers").mkdir()
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        shorter = for_explorers(json.loads(path.read_text(encoding="utf-8")))
        (folder / "explorers" / path.name).write_text(json.dumps(shorter), encoding="utf-8")
    (folder / "broken.ipynb").write_text(json.dumps(broken_notebook()), encoding="utf-8")
    with lab.serve(folder, tmp_path_factory.mktemp("lab")) as server, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=lab.FLAGS, timeout=lab.ms(lab.START))
        yield browser, *server
        browser.close()


@pytest.fixture(scope="module")
def open_in_lab(served):
    """Open a notebook of the copy in JupyterLab, one after the other."""
    with lab.open_lab(*served) as open_one:
        yield open_one


@pytest.fixture(scope="module")
def open_alone(served):
    """Open a notebook of the copy in a JupyterLab of its own, to leave it open."""
    return functools.partial(lab.open_notebook, *served)
