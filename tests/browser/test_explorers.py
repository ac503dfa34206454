"""Each explorer that computes in the browser, alone on a page without a kernel: it moves, fits, and shows its errors.

In their notebooks they are tried in JupyterLab (test_sliders.py) and in the web edition (test_site.py).
"""
import json

import lab
import pytest
from patience import ms
from playwright.sync_api import sync_playwright

from course_utils.widgets import bound_explorer, cliff_explorer, gap_explorer, gate_explorer, keep_explorer
from course_utils.widgets.front_end import STYLE, source

MAKERS = (gap_explorer, bound_explorer, cliff_explorer, gate_explorer, keep_explorer)
HIGH = 620  # pixels: controls and picture, on a laptop
LAB, NOTEBOOK, PHONE = 1080, 700, 358  # what a page of 1440, 900 and 390 pixels leaves for an output
MODEL = """([state, moved]) => {
  const values = {state, moved, kernel: false}, nothing = () => {};
  const model = {get: name => values[name], set(name, value) { values[name] = value; }, on: nothing, off: nothing,
    save_changes: nothing};
  render({model, el: document.querySelector('main')}) }"""
each_explorer = pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=lab.find_chromium(), args=lab.FLAGS, timeout=ms(lab.START))
        yield browser
        browser.close()


@pytest.fixture
def show(browser):
    """A page so wide with nothing but the explorer; `page.trouble` lists complaints."""
    pages = []

    def shown(explorer, width):
        page = browser.new_page(viewport={"width": width, "height": 900})
        pages.append(page)
        page.trouble = []
        page.on("pageerror", lambda error: page.trouble.append(str(error)))
        page.set_default_timeout(ms(lab.STEP))
        page.set_content(f"<style>body {{ margin: 0 }} {STYLE}</style><main></main>")
        page.add_script_tag(content=source(explorer.kind).replace("export default { render };", ""))
        page.evaluate(MODEL, [json.loads(json.dumps(explorer.state)), explorer.start])
        page.locator(".course-view > *").wait_for()
        return page

    yield shown
    for page in pages:
        page.close()


@each_explorer
@pytest.mark.parametrize("width", (LAB, PHONE))
def test_every_control_redraws_the_picture(make, width, show):
    page = show(make(), width)
    lab.Explorer(page, page.locator(".course-explorer"), lab.STEP, lab.DRAWN).try_all()
    assert page.trouble == []


@each_explorer
@pytest.mark.parametrize("width", (LAB, NOTEBOOK, PHONE))
def test_an_explorer_fits(make, width, show):
    """No higher than a laptop has room for, where it is wide enough; never wider than its place, nor is its text."""
    page = show(make(), width)
    box = page.locator(".course-explorer").bounding_box()
    assert box["height"] <= HIGH or width < LAB
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("svg.course-live").evaluate(OUTSIDE) == []


BOXES = "query => [...svg.querySelectorAll(query)].map(text => ({text, at: text.getBoundingClientRect()}))"
OUTSIDE = f"""svg => {{
  const boxes = ({BOXES})('text'), all = svg.getBoundingClientRect();
  return boxes.filter(({{at}}) => at.left < all.left - 1 || at.right > all.right + 1 || at.top < all.top - 1
    || at.bottom > all.bottom + 1).map(({{text}}) => text.textContent) }}"""
CROSSING = f"""svg => {{
  const boxes = ({BOXES})('.words text');
  const cross = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3;
  return boxes.flatMap((one, k) => boxes.slice(k + 1).filter(other => cross(one.at, other.at))
    .map(other => [one.text.textContent, other.text.textContent])) }}"""


@pytest.mark.parametrize("width", (LAB, 900, NOTEBOOK, 560, PHONE))
@pytest.mark.parametrize("settings", ({}, {"nines": .3, "lag": 1000, "write": 1.0}, {"nines": 3.3, "write": 0.0}))
def test_words_of_the_keep_explorer_do_not_overlap(settings, width, show):
    explorer = keep_explorer()
    explorer.start |= settings
    assert show(explorer, width).locator("svg.course-live").evaluate(CROSSING) == []


def test_a_computation_that_fails_shows_its_error(show):
    page = show(keep_explorer(), LAB)
    page.evaluate("() => { explorer.compute = () => { throw new RangeError('n is 3, expected 2'); } }")
    page.get_by_role("slider").first.press("ArrowRight")
    page.get_by_text("This picture could not be drawn. RangeError: n is 3, expected 2").wait_for()
