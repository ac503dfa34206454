"""A JupyterLab of the test's own, one notebook in it, and the widgets of that notebook, driven through Chromium.

Every wait has a limit of its own: a browser that hangs must fail the test, not stop it.
"""
import contextlib
import functools
import json
import math
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
from urllib.parse import urlsplit

import pytest
from patience import ms, scaled
from playwright.sync_api import TimeoutError as BrowserTimeout

# limits in seconds, on an ordinary machine (see `patience`): the server, a notebook, all its cells, one movement
START, OPEN, RUN, STEP = 60, 60, 180, 10
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--no-proxy-server",
         "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
OPTIONS = ("--no-browser", "--ServerApp.ip=127.0.0.1", "--ServerApp.allow_root=True",
           "--LabApp.expose_app_in_browser=True", "--JupyterNotebookApp.expose_app_in_browser=True",
           "--LabApp.extension_manager=readonly")
SETTINGS = {  # no question about news, no cell left out of the page
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True},
    "notebook-extension/tracker": {"windowingMode": "none"},  # else cells that are out of sight are not in the page
}

PANEL = "const panel = window.jupyterapp?.shell?.currentWidget;"
IDLE = f"""() => {{ {PANEL}
    return Boolean(panel?.context?.isReady && panel.sessionContext.isReady
                   && panel.sessionContext.session?.kernel?.status === 'idle') }}"""
RUN_ALL = """limit => Promise.race([
    jupyterapp.commands.execute('notebook:run-all-cells'),
    new Promise((_, fail) => setTimeout(() => fail(new Error(`cells still running after ${limit} ms`)), limit))])"""
CLOSE = f"""() => {{ {PANEL}
    panel.context.model.dirty = false;
    panel.sessionContext.shutdown();
    panel.close(); }}"""
RUN_ONE = RUN_ALL.replace("run-all-cells", "run-cell")  # the active one
FIRST = f"""() => {{ {PANEL}
    panel.content.activeCellIndex = panel.content.widgets.findIndex(cell => cell.model.type === 'code'); }}"""
CODE_CELLS = f"""() => {{ {PANEL}
    return panel.content.widgets.map(cell => cell.model).filter(model => model.type === 'code').map(model => ({{
        count: model.executionCount, tags: model.getMetadata('tags') ?? [], outputs: model.outputs.toJSON() }})) }}"""
COUNT = f"""() => {{ {PANEL} return panel.content.activeCell.model.executionCount }}"""  # of the cell that is typed in
# without the pale curves that show what was before
PARTS = ".course-live g:not(.ghosts), .course-svg:not(.course-live), .course-table"
PICTURE = f"""area => [...area.querySelectorAll('{PARTS}')].map(part => part.outerHTML).join('')"""
DRAWN = f"([area, picture, same]) => (({PICTURE})(area) === picture) === same"
SETTLED = f"given => ({DRAWN})(given) && ({IDLE})()"

AREA = ".jp-OutputArea-output:has(.course-explorer)"
NUMBER = "xpath=following-sibling::input[@type='number']"  # of a slider
WIDGET = "application/vnd.jupyter.widget-view+json"


def find_chromium():
    """The browser's path; without one the test is skipped, or fails where REQUIRE_BROWSER is set."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        give_up = pytest.fail if os.environ.get("REQUIRE_BROWSER") else pytest.skip
        give_up("Chromium is not installed (on Debian: apt-get install chromium), so no slider was moved")
    return found


def environment(home):
    """Our environment, with Jupyter's files in `home` and a dead proxy for whatever a cell might try to fetch."""
    places = {name: str(home / name.lower()) for name in
              ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR",
               "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")}
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    return {**os.environ, **proxies, **places, "no_proxy": "127.0.0.1", "JUPYTER_TOKEN": secrets.token_hex(16)}


def write_settings(folder, settings):
    """A reader's settings of JupyterLab's plugins, by name."""
    for name, values in settings.items():
        path = folder / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")


@contextlib.contextmanager
def serve(folder, home, *options):
    """Serve `folder` by a JupyterLab on 127.0.0.1 whose own files are in `home`; gives its address and token."""
    write_settings(home / "jupyterlab_settings_dir", SETTINGS)
    command = ["-m", "jupyterlab", *OPTIONS, *options, f"--ServerApp.root_dir={folder}"]
    with start(command, folder, home) as server:
        yield server


@contextlib.contextmanager
def start(command, folder, home):
    """Start a JupyterLab by a command of Python's in `folder`, its own files in `home`; gives its address and token."""
    env = environment(home)
    with open(home / "lab.log", "wb") as log:
        process = subprocess.Popen([sys.executable, *command], env=env, cwd=folder, stdin=subprocess.DEVNULL,
                                   stdout=log, stderr=log)
    try:
        yield wait_for_server(process, home, env["JUPYTER_TOKEN"]), env["JUPYTER_TOKEN"]
    finally:
        stop(process)


def wait_for_server(process, home, token, limit=START):
    """The server's address, once it answers; `limit` in seconds, of an ordinary machine."""
    limit = scaled(limit)
    fetch = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError, StopIteration, ValueError):  # not there yet, or half written
            file = next((home / "jupyter_runtime_dir").glob("jpserver-*.json"))
            address = f"http://127.0.0.1:{json.loads(file.read_text(encoding='utf-8'))['port']}"
            fetch(f"{address}/api/status?token={token}", timeout=5).close()
            return address
        time.sleep(0.1)
    log = (home / "lab.log").read_text(encoding="utf-8", errors="replace")
    raise AssertionError(f"JupyterLab did not answer within {limit:.0f} s:\n{log[-3000:]}")


def stop(process):
    """End the server, which ends its kernels."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(20)


def open_notebook(browser, address, token, path):
    """The notebook at `path` of the server, open in a JupyterLab of its own, its kernel idle."""
    return open_page(browser, f"{lab_address(address)}/tree/{path}?token={token}&reset")


def lab_address(address):
    """That of a JupyterLab with an empty workspace."""
    return f"{address}/lab/workspaces/{secrets.token_hex(4)}"


@contextlib.contextmanager
def open_lab(browser, address, token):
    """A JupyterLab to open notebooks in, one after the other: open(path) → a context manager of a `Notebook`. To load
    JupyterLab's own scripts takes longer than most tests."""
    with new_page(browser) as page:
        page.goto(f"{lab_address(address)}?token={token}&reset", timeout=ms(OPEN))
        page.wait_for_function("window.jupyterapp?.restored.then(() => true)", timeout=ms(OPEN))
        yield functools.partial(open_tab, page)


@contextlib.contextmanager
def open_tab(page, path):
    """The notebook at `path`, open in a JupyterLab that has no other open, its kernel idle."""
    notebook = Notebook(page)
    page.evaluate("path => { jupyterapp.commands.execute('docmanager:open', { path }); }", path)
    page.wait_for_function(f"path => {{ {PANEL} return panel?.context?.path === path && ({IDLE})() }}", arg=path,
                           timeout=ms(OPEN))
    try:
        yield notebook
    finally:
        notebook.forget()
        page.evaluate(CLOSE)
        page.wait_for_function("() => !document.querySelector('.jp-NotebookPanel')", timeout=ms(OPEN))


def open_in_notebook_7(browser, address, token, path):
    """The same in Notebook 7."""
    return open_page(browser, f"{address}/notebooks/{path}?token={token}")


@contextlib.contextmanager
def new_page(browser):
    """A page in a browser context of its own."""
    context = browser.new_context(viewport={"width": 1280, "height": 1600})
    try:
        page = context.new_page()
        page.set_default_timeout(ms(STEP))
        yield page
    finally:
        context.close()


@contextlib.contextmanager
def open_page(browser, address):
    """The notebook at an address, open in a browser context of its own, its kernel idle."""
    with new_page(browser) as page:
        notebook = Notebook(page)
        page.goto(address, timeout=ms(OPEN))
        page.wait_for_function(IDLE, timeout=ms(OPEN))
        yield notebook


class Notebook:
    """An open notebook; `elsewhere` collects the addresses it asked for that are not on this machine."""

    def __init__(self, page):
        self.page, self.elsewhere = page, []
        page.on("request", self.note)
        page.on("websocket", self.note)

    def forget(self):
        """Note no more."""
        for event in ("request", "websocket"):
            self.page.remove_listener(event, self.note)

    def note(self, request):
        """Keep an address that leads out of the machine."""
        if urlsplit(request.url).hostname not in ("127.0.0.1", None):
            self.elsewhere.append(request.url)

    def run(self):
        """Run all cells and wait until their widgets are drawn."""
        self.page.evaluate(RUN_ALL, ms(RUN))
        views = sum(WIDGET in output.get("data", {}) for cell in self.cells() for output in cell["outputs"])
        drawn = """n => {
            const of = '.jp-OutputArea-output > :is(.jupyter-widgets, .course-explorer-host)';
            const widgets = [...document.querySelectorAll(of)];
            const explorers = widgets.filter(widget => widget.matches('.course-explorer-host'));
            return widgets.length === n && explorers.every(widget => widget.querySelector('.course-view > *')) }"""
        self.page.wait_for_function(drawn, arg=views, timeout=ms(STEP))
        self.page.wait_for_function(IDLE, timeout=ms(STEP))

    def run_first(self):
        """Run the first code cell and wait until it is through."""
        self.page.evaluate(FIRST)
        self.page.evaluate(RUN_ONE, ms(RUN))

    def cells(self):
        """Run number, tags and outputs of the code cells."""
        return self.page.evaluate(CODE_CELLS)

    def errors(self):
        """What went wrong in the cells that may not raise."""
        return [f"code cell {n}: {output['ename']}: {output['evalue']}" for n, cell in enumerate(self.cells(), 1)
                for output in cell["outputs"]
                if output["output_type"] == "error" and "raises-exception" not in cell["tags"]]

    def type_cell(self, start, text):
        """Replace the code of the cell that contains `start` by typing, run it, and return what it prints."""
        editor = self.page.locator(".jp-CodeCell .cm-content", has_text=start).first
        editor.click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)
        before = self.page.evaluate(COUNT)
        self.page.keyboard.press("Control+Enter")
        again = f"before => ![before, null].includes(({COUNT})()) && ({IDLE})()"
        self.page.wait_for_function(again, arg=before, timeout=ms(OPEN))
        cell = editor.locator("xpath=ancestor::*[contains(@class, 'jp-CodeCell')]")
        return "\n".join(cell.locator(".jp-OutputArea-output").all_inner_texts())

    def explorers(self, limit=STEP):
        """The outputs with sliders or lists."""
        areas = self.page.locator(AREA)
        return [Explorer(self.page, areas.nth(n), limit) for n in range(areas.count())]


def limits(slider):
    """Lowest value, value and highest value of a slider."""
    return [float(slider.evaluate(f"slider => slider.{name}")) for name in ("min", "value", "max")]


def plain(name):
    """A name without what is written and heard in different ways."""
    return re.sub(r"[\W_]|to the power", "", name)


class Explorer:
    """A widget with sliders and a picture; each movement has `limit` seconds (of an ordinary machine) to change the
    picture."""

    def __init__(self, page, area, limit, settled=SETTLED):
        self.page, self.area, self.limit, self.settled = page, area, limit, settled
        self.first = self.picture()

    def picture(self):
        """What the picture is now, as text."""
        return self.area.evaluate(PICTURE)

    def trouble(self):
        """The error that the widget shows, if it shows one."""
        shown = [text for text in self.area.locator(".course-error:visible").all_inner_texts() if text.strip()]
        return " ".join(shown) or ("a traceback" if "Traceback" in self.area.inner_text() else "")

    def try_all(self):
        """Move every slider, choose every option, shorten every text, press every button; after each, Reset."""
        self.try_sliders()
        lists = self.area.locator("select:enabled")
        for n in range(lists.count()):
            self.choose(lists.nth(n))
            self.reset()
        for text in self.area.locator(".course-control input[type=text]:enabled").all():
            shorter = text.input_value().rsplit(" ", 1)[0]
            self.change("a word less in the text", functools.partial(self.type_text, text, shorter))
            self.reset()
        for button in self.area.locator("button.course-button:not(.course-play)").all():
            if button.inner_text() != "Reset":
                self.change(f"button {button.inner_text()!r}", button.click)
                self.reset()
        if self.area.locator(".course-play").count():
            self.play()

    def try_sliders(self):
        """Move every slider with the keyboard; after each, Reset."""
        assert not self.trouble(), f"before any movement: {self.trouble()}"
        assert self.first, "no picture of class course-svg"
        for slider in self.area.get_by_role("slider").all():
            if slider.is_enabled():
                self.move(slider)
                self.reset()

    def try_touch(self):
        """Tap every slider at two places; after each, Reset."""
        for slider in self.area.get_by_role("slider").all():
            if slider.is_enabled():
                name = slider.get_attribute("aria-label")
                for share in (.45, .8):
                    box = slider.bounding_box()
                    place = {"x": share * box["width"], "y": box["height"] / 2}
                    self.change(f"a tap on slider {name!r}", functools.partial(slider.tap, position=place))
                self.reset()

    def play(self):
        """Start the animation with the keyboard, let it come two frames on, stop it."""
        self.change("Enter on the Play button", functools.partial(self.press_button, "Play", "Enter"))
        self.change("Playing", lambda: None)
        self.press_button("Pause", "Space")
        self.reset()

    def press_button(self, name, key):
        """Press a key on the button of this name."""
        self.area.get_by_role("button", name=name, exact=True).press(key)

    def named_slider(self, name):
        """The slider whose name for screen readers starts with this."""
        return self.area.get_by_role("slider", name=re.compile(f"^{re.escape(name)}"))

    def type_number(self, name, value):
        """Type a number beside a slider."""
        number = self.named_slider(name).locator(NUMBER)
        number.fill(str(value))
        number.press("Enter")

    @staticmethod
    def type_text(field, text):
        """Type a text into its field and press Enter."""
        field.fill(text)
        field.press("Enter")

    def drag(self, name, n):
        """Drag a slider to and fro by n quick movements."""
        handle = self.named_slider(name)
        handle.scroll_into_view_if_needed()
        box, mouse = handle.bounding_box(), self.page.mouse
        low, now, high = limits(handle)
        x, y = box["x"] + 8 + (box["width"] - 16) * (now - low) / (high - low), box["y"] + box["height"] / 2
        mouse.move(x, y)
        mouse.down()
        for k in range(n):
            mouse.move(x + 5 + 40 * math.sin(k / 4), y)
        mouse.up()

    def words(self):
        """The text below the picture."""
        return self.area.locator(".course-words").inner_text()

    def tasks(self):
        """The lines that say which challenges are solved."""
        return self.area.locator(".course-tasks").inner_text()

    def move(self, slider):
        """Press the keys that must move a slider; each must change the picture and the number beside it."""
        low, now, high = limits(slider)
        number, label = slider.locator(NUMBER), slider.get_attribute("aria-label") or ""
        name = slider.locator("xpath=preceding-sibling::*").inner_text()
        keys = {low: ("ArrowRight", "ArrowLeft", "End"), high: ("ArrowLeft", "ArrowRight", "Home")}
        assert plain(label) == plain(name), f"slider {name!r} has no name for screen readers"
        for key in keys.get(now, ("ArrowRight", "ArrowLeft", "End", "Home")):
            assert number.is_visible(), f"slider {name!r} shows no number"
            before = number.input_value()
            self.change(f"{key} on slider {name!r}", functools.partial(slider.press, key))
            assert number.input_value() != before, f"{key} on slider {name!r} left its number at {before}"

    def choose(self, dropdown):
        """Choose every option of a list, the first chosen one last but one, so that Reset has something to undo."""
        options = dropdown.evaluate("list => [...list.options].map(option => option.label)")
        start = dropdown.evaluate("list => list.selectedIndex")
        others = [n for n in range(len(options)) if n != start]
        for n in (*others, start, others[0]):
            self.change(f"option {options[n]!r}", functools.partial(dropdown.select_option, index=n))

    def reset(self):
        """Press Reset, which must bring back the first picture."""
        self.area.get_by_role("button", name="Reset").click()
        self.wait(self.first, True, "Reset did not bring back the first picture")

    def change(self, what, act):
        """Do something and wait for another picture."""
        before = self.picture()
        act()
        self.wait(before, False, f"{what} did not change the picture")

    def wait(self, picture, same, complaint):
        """Wait until the kernel is idle and the picture is (or is not) this one."""
        try:
            settled = [self.area.element_handle(), picture, same]
            self.page.wait_for_function(self.settled, arg=settled, timeout=ms(self.limit))
        except BrowserTimeout:
            raise AssertionError(f"{complaint} within {scaled(self.limit):.0f} s {self.trouble()}") from None
        assert not self.trouble(), f"{complaint.split(' did ')[0]}: {self.trouble()}"
