"""The web edition: every page, opened as a file in a browser that reaches nothing else. `make site` builds it."""
import sys
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from lab import DRAWN, FLAGS, NUMBER, Explorer, find_chromium
from patience import ms
from playwright.sync_api import sync_playwright
from site_pages import ROOT, UNFOLD, WAIT, WIDTH, Site, add_stand_in, copy_notebooks
from test_sliders import WITH_SLIDERS

from course_utils import __version__

sys.path.append(str(ROOT / "docs" / "site"))

EXPLORERS = "99_explorers.html"
NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
DOCUMENTS = ["index", "teaching", "your-network", "frameworks", "hosting", "maintaining", "package", "benchmarks",
             "data", "report"]
MOST = 1_500_000  # bytes of a page with its pictures, styles and scripts
HEAVIER = {"09_build_an_lstm_gate_by_gate"}  # its five explorers hold all their frames


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The web edition in a temporary folder, and a browser."""
    from make_site import build
    chromium, folder = find_chromium(), tmp_path_factory.mktemp("web")
    with pytest.MonkeyPatch.context() as patch:
        add_stand_in(patch)
        build(folder / "a folder", copy_notebooks(folder / "notebooks"))
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=FLAGS, timeout=ms(WAIT))
        yield Site(folder / "a folder", browser)
        browser.close()


def found(site, what):
    """{page: what was found there}, for the pages where something was."""
    return {name: visit[what] for name, visit in site.visits.items() if visit[what]}


def test_every_notebook_and_document_has_its_page(site):
    assert {f"{name}.html" for name in (*NOTEBOOKS, *DOCUMENTS, "search")} <= set(site.pages)


def test_pages_ask_for_nothing_from_elsewhere_and_complain_of_nothing(site):
    trouble = found(site, "trouble")
    assert len(trouble.pop(EXPLORERS)) == 1  # one is broken on purpose
    assert trouble == {}


def place(address):
    """(file, anchor) of a file's address."""
    path, anchor = urldefrag(address)
    return Path(unquote(urlsplit(path).path)), unquote(anchor)


def test_links_lead_somewhere(site):
    dead = []
    for name, visit in site.visits.items():
        for link in {link for link in visit["links"] if link.startswith("file:")}:
            path, anchor = place(link)
            ids = site.visits.get(path.relative_to(site.folder).as_posix(), {}).get("ids", ())
            if not path.is_file() or (anchor and anchor not in ids):
                dead.append((name, link))
    assert dead == []


def test_pictures_are_there_and_are_described_once(site):
    assert found(site, "unnamed") == found(site, "broken") == {}
    assert sum(len(visit["pictures"]) for visit in site.visits.values()) > 90
    assert [name for name, visit in site.visits.items() if "Figure: " in visit["words"]] == []


def test_formulas_are_typeset(site):
    assert found(site, "formulas") == found(site, "raw") == {}
    assert sum(visit["count"] for visit in site.visits.values()) > 1200
    assert [name for name, visit in site.visits.items() if visit["count"] and not visit["font"]] == []


def test_pages_fit_the_window(site):
    wide = {(name, width): seen for name, visit in site.visits.items() for width, seen in visit["widths"].items()
            if seen[0] > seen[1]}
    assert wide == {}


def weight(site, name):
    """Bytes of a page with its pictures, styles and scripts."""
    visit = site.visits[name]
    parts = {place(link)[0] for what in ("pictures", "styles", "scripts") for link in visit[what]
             if link.startswith("file:")}
    return sum(part.stat().st_size for part in {urlless(part) for part in parts} | {site.folder / name})


def urlless(path):
    """A file's path without what stands behind a question mark."""
    return Path(str(path).partition("?")[0])


def test_pages_are_light(site):
    heavy = {name for name in NOTEBOOKS if weight(site, f"{name}.html") > MOST}
    assert heavy == HEAVIER


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible(site, scheme):
    """By axe's rules for WCAG 2.2 at levels A and AA; in the dark, colours in a sample of the pages."""
    names = [f"{name}.html" for name in (*DOCUMENTS, *NOTEBOOKS, "search", "99_explorers")]
    assert site.judge(names[::1 if scheme == "light" else 4], scheme) == {}


def test_search_finds_a_word(site):
    page = site.open("index.html")
    page.get_by_role("searchbox").or_(page.locator("input[name=q]")).first.fill("carousel")
    page.keyboard.press("Enter")
    page.locator("#search-results a", has_text="Add a memory cell").first.click()
    page.wait_for_url("**/08_add_a_memory_cell.html*")
    assert page.trouble == []
    page.context.close()


def test_pages_say_their_commit_and_hand_out_their_notebook(site):
    for name in NOTEBOOKS:
        assert f"Commit: {__version__}<" in (site.folder / f"{name}.html").read_text(encoding="utf-8")
        copy = site.folder / "notebooks" / f"{name}.ipynb"
        assert copy.read_bytes() == (ROOT / "notebooks" / copy.name).read_bytes()


def test_exercises_show_hints_and_solutions_and_say_that_check_needs_jupyter(site):
    page = site.open("01_watch_a_gradient_vanish.html#exercises")
    assert page.locator("#exercises .admonition", has_text="needs Jupyter").count() == 1
    assert page.locator("summary", has_text="A solution").count() == 4
    solution = page.locator("details.course-help pre", has_text="np.log(1e-6) / np.log(.59)")
    assert not solution.is_visible()
    page.locator("summary", has_text="A solution").first.click()
    assert solution.is_visible()
    page.context.close()


def test_what_a_prediction_asks_for_is_folded(site):
    page = site.open("01_watch_a_gradient_vanish.html")
    figure = page.get_by_role("img", name="Three panels, gradient norm")
    assert figure.count() == 0
    page.locator("summary", has_text="prediction").first.click()
    figure.wait_for()
    page.context.close()


def test_links_open_what_is_folded(site):
    page = site.open("01_watch_a_gradient_vanish.html#what-the-weights-hear-optional")
    inside = page.locator("#what-the-weights-hear-optional details p").first
    inside.wait_for()
    assert not page.locator("#all-pairs-at-once-optional details p").first.is_visible()
    page.evaluate("document.querySelector('#all-pairs-at-once-optional details p').id = 'inside'")
    page.evaluate("location.hash = '#inside'")
    page.locator("#inside").wait_for()
    page.context.close()


def test_explorers_live_beside_one_another(site):
    page = site.open(EXPLORERS)
    first, second = page.get_by_role("button", name="first: 1"), page.get_by_role("button", name="</script>: 5")
    first.click()
    page.get_by_role("button", name="first: 2").wait_for()
    assert page.locator(".course-explorer-live").count() == 1  # the second is folded, the third is broken
    page.locator("summary", has_text="prediction").click()
    second.wait_for()
    stills = page.locator(".course-explorer-host img")
    assert [still.is_visible() for still in stills.all()] == [False, False, True]
    assert [said for said in page.trouble if "broken on purpose" not in said] == []
    page.emulate_media(media="print")
    assert all(still.is_visible() for still in stills.all()) and not second.is_visible()
    page.context.close()


def explorers(page):
    """The explorers of a page, with everything unfolded."""
    page.evaluate(UNFOLD)
    areas = page.locator(".course-explorer")
    page.wait_for_function("""[...document.querySelectorAll('.course-explorer')]
        .every(at => at.querySelector('.course-view > *'))""")
    return [Explorer(page, areas.nth(n), WAIT, DRAWN) for n in range(areas.count())]


@pytest.mark.parametrize("name", WITH_SLIDERS)
def test_explorers_live_without_a_kernel(name, site):
    """Every control that is not greyed out redraws the picture, by key; nothing is asked for, nothing complains."""
    page = site.open(f"{name}.html")
    found = explorers(page)
    assert found
    for explorer in found:
        explorer.try_all()
    assert page.trouble == []
    page.context.close()


@pytest.mark.parametrize("name", WITH_SLIDERS[:5])
def test_explorers_live_by_touch(name, site):
    page = site.open(f"{name}.html", width=390, scheme="dark", touch=True)
    for explorer in explorers(page)[:2]:
        explorer.try_touch()
    assert page.locator(".course-explorer").first.get_attribute("data-scheme") == "dark"
    if page.locator(".course-live").count():  # the picture stays in sight above the last slider
        last = page.locator(".course-explorer").first.locator(".course-slider").last
        last.evaluate("slider => slider.scrollIntoView({block: 'center', behavior: 'instant'})")
        seen = page.locator(".course-view").first.bounding_box()
        assert 0 <= seen["y"] < last.bounding_box()["y"] and seen["y"] + seen["height"] > 100
    assert page.evaluate(WIDTH)[0] <= 390 and page.trouble == []
    page.context.close()


def test_where_the_trained_network_is_missing_only_the_buttons_move(site):
    page = site.open("14_model_language.html")
    explorer = explorers(page)[0]
    assert page.get_by_text("In Jupyter, with the trained network at hand").count() == 2
    assert explorer.area.locator("input:enabled, select:enabled").count() == 0
    explorer.change("a long gap", explorer.area.get_by_role("button", name="a long gap").click)
    assert "Likeliest next" in explorer.words()
    page.context.close()


def test_screen_readers_hear_numbers_and_only_once_something_moved(site):
    page = site.open("11_move_the_gates.html")
    explorer = explorers(page)[0]
    said = explorer.area.locator("[aria-live=polite]")
    page.wait_for_timeout(ms(1))
    assert said.inner_text() == ""
    slider = explorer.named_slider("forget bias")
    slider.press("ArrowRight")
    page.wait_for_function("said => said.textContent", arg=said.element_handle())
    assert "First input: 10 to the power −" in said.inner_text()
    assert (slider.get_attribute("aria-label"), slider.get_attribute("aria-valuetext")) == ("forget bias b f", "0.1")
    assert explorer.named_slider("length").get_attribute("aria-valuetext") == "100 steps"
    page.context.close()


def test_numbers_that_make_no_sense_leave_the_slider_in_its_range(site):
    page = site.open("11_move_the_gates.html")
    explorer = explorers(page)[0]
    slider = explorer.named_slider("forget bias")
    for typed, value in (("99", "10.0"), ("-1e9", "-10.0"), ("2.04", "2.0"), ("", "2.0")):
        explorer.type_number("forget bias", typed)
        assert (slider.locator(NUMBER).input_value(), slider.get_attribute("aria-valuetext")) == (
            value, value.replace("-", "\N{MINUS SIGN}"))
    page.context.close()


def test_tasks_are_solved_without_a_kernel(site):
    page = site.open("11_move_the_gates.html")
    explorer = explorers(page)[-1]
    assert "keep and ignore: not yet" in explorer.tasks()
    explorer.type_number("forget bias", 8)
    explorer.type_number("input bias", -9)
    page.get_by_text("keep and ignore: solved").wait_for()
    page.context.close()


@pytest.mark.parametrize("name", ["forget bias", "the handle"])
def test_a_bias_is_dragged(name, site):
    """By its slider, and by the circle on the gates' axes: the picture follows the hand, a pale curve stays behind."""
    page = site.open("11_move_the_gates.html")
    explorer = explorers(page)[0]
    if name == "forget bias":
        explorer.drag(name, 10)
    else:
        knob = explorer.area.locator(".course-handle").nth(1)  # f stands after i
        knob.scroll_into_view_if_needed()
        box = knob.bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] - 20, steps=5)
        page.mouse.up()
    assert float(explorer.named_slider("forget bias").input_value()) > .2
    assert explorer.area.locator(".ghosts path").count() == 1
    explorer.reset()
    assert explorer.area.locator(".ghosts path").count() == 0
    page.context.close()


def test_without_scripts_explorers_are_pictures(site):
    page = site.open(EXPLORERS, script=False)
    page.locator("summary", has_text="prediction").click()
    assert [still.is_visible() for still in page.locator(".course-explorer-host img").all()] == [True] * 3
    page.context.close()


def test_only_pages_with_explorers_load_them(site):
    script = "_static/explorers/stand_in.js"
    loading = [name for name, visit in site.visits.items() if any(script in link for link in visit["scripts"])]
    assert loading == [EXPLORERS] and (site.folder / script).is_file()


def test_bad_input_is_named(tmp_path, monkeypatch):
    from explorers import classic_script, host
    from links import Links
    from make_site import build
    from notebook_pages import read
    from outputs import picture
    (tmp_path / "mine.txt").touch()
    (tmp_path / "half.ipynb").write_text("{", encoding="utf-8")
    for words, call in (
            ("no web edition", lambda: build(tmp_path)),
            ("holds no notebook", lambda: build(tmp_path / "new", tmp_path / "none")),
            ("half.ipynb can't be shown", lambda: read(tmp_path / "half.ipynb")),
            ("cell 3: a picture without", lambda: picture({"data": {}, "metadata": {}}, "", tmp_path, "cell 3")),
            ("expected an object with a kind", lambda: host({"kind": "../x"}, "", "cell 3")),
            ("must end in", lambda: classic_script("gates", "function render() {}")),
            ("import nothing", lambda: classic_script("gates", "import x from 'y';\nexport default { render };")),
            ("not there", lambda: Links(ROOT, {"README.md": "index.md"}).rewrite("[a](b.md)", "README.md"))):
        with pytest.raises(ValueError, match=words):
            call()
    assert (tmp_path / "mine.txt").exists()
