"""The web edition, built once, and what Chromium finds on its pages, which are opened as files."""
import functools
import json
import shutil
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace

from patience import ms

import course_utils.widgets
from course_utils.widgets import front_end

ROOT = Path(__file__).resolve().parents[2]
WAIT = 60  # seconds: how long one step may take on an ordinary machine (see `patience`)
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RULES = {"resultTypes": ["violations"], "preload": False,  # styles are not to be fetched again: these are files
         "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
UNFOLD = "document.querySelectorAll('details').forEach(part => { part.open = true; })"
READ = """() => {
    const all = (query, get) => [...document.querySelectorAll(query)].map(get);
    const formulas = all('.math', at => [at.querySelectorAll('math').length, at.getBoundingClientRect().width > 0,
                                         at.querySelectorAll('merror').length, at.textContent]);
    const article = document.querySelector('article').cloneNode(true);
    article.querySelectorAll('pre, code, math, script').forEach(part => part.remove());
    return { ids: all('[id]', at => at.id), links: all('a[href], link[href]', at => at.href),
             unnamed: all('img', at => at).filter(at => !at.alt.trim()).map(at => at.src),
             broken: all('img', at => at).filter(at => at.complete && !at.naturalWidth).map(at => at.src),
             pictures: all('img', at => at.src), styles: all('link[rel=stylesheet]', at => at.href),
             scripts: all('script[src]', at => at.src), count: formulas.length,
             formulas: formulas.filter(([n, wide, wrong]) => n !== 1 || !wide || wrong).map(found => found[3]),
             raw: article.textContent.match(/\\$[^$\\n]+\\$|\\\\[a-z]+\\{/g) ?? [],
             font: [...document.fonts].some(font => font.family.includes('Math') && font.status === 'loaded'),
             words: article.textContent }
}"""
WIDTH = "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
# The colours of code depend on the class of a token alone, formulas have all the same, and pages the same menu: some
# stand for all.
THIN = """() => { const seen = new Set();
    for (const token of document.querySelectorAll('pre span[class]')) {
        if (seen.has(token.className)) token.replaceWith(token.textContent); else seen.add(token.className);
    }
    [...document.querySelectorAll('math')].slice(3).forEach(formula => formula.replaceWith('formula')); }"""
JUDGE = """async ([rules, menu, limit]) => {
    const judged = axe.run(menu ? document : {exclude: ['.sidebar-drawer']}, rules);
    const late = new Promise((_, fail) => setTimeout(() => fail(new Error(`axe took longer than ${limit} ms`)), limit));
    const { violations } = await Promise.race([judged, late]);
    return violations.map(rule => `${rule.id}: ${rule.nodes[0].html.slice(0, 200)}`);
}"""
STAND_IN = """
function render({ model, el }) {
    if (model.get("broken")) throw new Error("broken on purpose");
    const button = document.createElement("button");
    const write = () => { button.textContent = `${model.get("name")}: ${model.get("n")}`; };
    button.addEventListener("click", () => { model.set("n", model.get("n") + 1); model.save_changes(); });
    model.on("change:n", write);
    write();
    el.append(button);
}
export default { render };
"""


def stand_in(picture):
    """A notebook with three explorers of one kind: the second is folded, the third broken. `picture` is the output of a
    figure, which they show where no script runs."""
    states = ({"name": "first", "n": 1}, {"name": "</script>", "n": 5}, {"name": "third", "n": 0, "broken": True})
    cells = [{"cell_type": "markdown", "metadata": {}, "source": "# Explorers of a test"}]
    for state in states:
        output = json.loads(json.dumps(picture))
        output["metadata"]["course_explorer"] = {"kind": "stand_in", **state}
        output["data"]["application/vnd.jupyter.widget-view+json"] = {"model_id": "0"}
        hidden = {"jupyter": {"outputs_hidden": state["n"] == 5}}
        cells.append({"cell_type": "code", "metadata": hidden, "execution_count": 1, "source": "explorer()",
                      "outputs": [output]})
    language = {"name": "python", "pygments_lexer": "ipython3"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"language_info": language}, "cells": cells}


def first_figure(path):
    """The first output of a notebook that is a figure."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return next(output for cell in cells for output in cell.get("outputs", []) if "image/png" in output.get("data", {}))


def copy_notebooks(folder):
    """The course's notebooks, and one with explorers of the test's own."""
    shutil.copytree(ROOT / "notebooks", folder, ignore=shutil.ignore_patterns("*checkpoints*"))
    picture = first_figure(folder / "01_watch_a_gradient_vanish.ipynb")
    (folder / "99_explorers.ipynb").write_text(json.dumps(stand_in(picture)), encoding="utf-8")
    return folder


def add_stand_in(monkeypatch):
    """Let `front_end` know the explorers of the test as well."""
    fake = SimpleNamespace(source=lambda kind: STAND_IN if kind == "stand_in" else front_end.source(kind),
                           STYLE=front_end.STYLE)
    monkeypatch.setattr(course_utils.widgets, "front_end", fake)


def left_behind(request):
    """Whether the test went on to the next page while the browser still fetched the sign for its tab."""
    return request.failure == "net::ERR_ABORTED" and request.url.endswith("/favicon.svg")


class Site:
    """The pages of a folder, in a browser."""

    def __init__(self, folder, browser):
        self.folder, self.browser = folder, browser
        self.pages = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))

    def open(self, name, *, width=1280, scheme="light", script=True, touch=False):
        """A page, in a context of its own that reaches nothing but files. `page.trouble` lists complaints."""
        context = self.browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme,
                                           java_script_enabled=script, offline=True, has_touch=touch)
        page = context.new_page()
        page.set_default_timeout(ms(WAIT))
        page.trouble = []
        page.on("console", lambda said: page.trouble.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: page.trouble.append(str(error)))
        page.on("requestfailed", lambda request: None if left_behind(request) else page.trouble.append(request.url))
        page.on("request", lambda request: None if request.url.startswith(("file:", "data:", "blob:"))
                else page.trouble.append(request.url))
        page.goto((self.folder / name.partition("#")[0]).as_uri() + name[len(name.partition("#")[0]):])
        return page

    @functools.cached_property
    def visits(self):
        """{page: what is on it}, each opened once."""
        page = self.open("index.html")
        found = {name: self.visit(page, name) for name in self.pages}
        page.context.close()
        return found

    def visit(self, page, name):
        """What is on a page, with everything unfolded."""
        page.trouble.clear()
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto((self.folder / name).as_uri())
        page.evaluate(UNFOLD)
        page.evaluate("document.querySelectorAll('img').forEach(at => { at.loading = 'eager'; })")
        page.wait_for_function("[...document.images].every(at => at.complete)")
        page.evaluate("document.fonts.ready.then(() => null)")
        found = page.evaluate(READ)
        found["widths"] = {}
        for width in (1440, 900, 390):
            page.set_viewport_size({"width": width, "height": 900})
            found["widths"][width] = page.evaluate(WIDTH)
        found["trouble"] = list(page.trouble)
        return found

    def judge(self, names, scheme):
        """{page: axe's complaints}, for the pages of these names that have some."""
        page = self.open(names[0], scheme=scheme)
        found = {name: self.judge_page(page, name) for name in names}
        page.context.close()
        return {name: said for name, said in found.items() if said}

    def judge_page(self, page, name):
        """axe's complaints about a page, with everything unfolded."""
        page.goto((self.folder / name).as_uri())
        page.evaluate(UNFOLD)
        page.evaluate(THIN)
        page.evaluate(AXE)
        return page.evaluate(JUDGE, [RULES, name == "index.html", ms(WAIT)])
