"""`make lab` leaves the checkout clean: the reader's copy, opened, run and saved in a real JupyterLab of a checkout."""
import re
import shutil
import subprocess
from pathlib import Path

import lab
import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
INTERVAL = 2  # seconds; 120 as JupyterLab comes
AUTOSAVE = {"docmanager-extension/plugin": {"autosaveInterval": INTERVAL}}
WAIT = 60  # seconds for an autosave
BOOKS = ("01_watch_a_gradient_vanish.ipynb", "19_look_up_a_term.ipynb")
ASKED = "official Jupyter news"
SAVE = "jupyterapp.commands.execute('docmanager:save')"
SAVED = f"() => {{ {lab.PANEL} return panel.context.model.dirty === false }}"
TOUCH = f"() => {{ {lab.PANEL} panel.content.widgets[0].model.sharedModel.setSource('# Mine') }}"


def git(folder, *words):
    """What git prints in a folder."""
    identity = ("-c", "user.name=reader", "-c", "user.email=reader@example.org")
    return subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A checkout of its own, with the files as they are now."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    for words in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message", "as it is now")):
        git(folder, *words)
    return folder


@pytest.fixture(scope="module")
def served(checkout, tmp_path_factory):
    """(browser, address that JupyterLab prints, address, token): what `make lab` starts, in that checkout."""
    chromium, home = lab.find_chromium(), tmp_path_factory.mktemp("lab")
    lab.write_settings(home / "jupyterlab_settings_dir", AUTOSAVE)
    command = ["-m", "course_utils.practice.lab", "my_notebooks", *lab.OPTIONS]
    with lab.start(command, checkout, home) as (address, token), sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=lab.FLAGS, timeout=lab.ms(lab.START))
        printed = re.search(rf"{address}/\S+", (home / "lab.log").read_text(encoding="utf-8"))[0]
        yield browser, printed.replace("token=...", f"token={token}"), address, token
        browser.close()


def test_the_address_that_is_printed_opens_the_first_notebook(served):
    """With data and README in sight, and without a question about news."""
    browser, printed, *_ = served
    with lab.open_page(browser, printed) as notebook:
        page = notebook.page
        assert page.evaluate(f"() => {{ {lab.PANEL} return panel.context.path }}") == f"my_notebooks/{BOOKS[0]}"
        page.wait_for_selector(".jp-DirListing-item", timeout=lab.ms(lab.OPEN))
        names = page.locator(".jp-DirListing-itemName").all_inner_texts()
        assert {"data", "README.md", *BOOKS} <= set(names)
        page.wait_for_timeout(lab.ms(3))  # the question comes a second after the page
        assert ASKED not in page.inner_text("body") and notebook.elsewhere == []


@pytest.mark.parametrize("name", BOOKS)
def test_running_saving_and_autosaving_leave_the_checkout_clean(name, served, checkout):
    browser, _, address, token = served
    mine = checkout / "my_notebooks" / name
    stored = (checkout / "notebooks" / name).read_bytes()
    with lab.open_notebook(browser, address, token, f"my_notebooks/{name}") as notebook:
        notebook.page.evaluate(lab.RUN_ALL, lab.ms(lab.RUN))
        assert notebook.errors() == []
        notebook.page.evaluate(SAVE)
        # an autosave still under way would take the edit for saved
        notebook.page.wait_for_timeout(lab.ms(2 * INTERVAL))
        notebook.page.wait_for_function(SAVED, timeout=lab.ms(WAIT))
        run = mine.read_bytes()
        assert run != stored
        notebook.page.evaluate(TOUCH)
        notebook.page.wait_for_function(SAVED, timeout=lab.ms(WAIT))  # by an autosave
    assert "# Mine" in mine.read_text(encoding="utf-8") and mine.read_bytes() != run
    assert git(checkout, "status", "--porcelain") == ""
    assert (checkout / "notebooks" / name).read_bytes() == stored
