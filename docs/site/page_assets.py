"""What single pages need besides the theme. A Sphinx extension: the scripts of the explorers go only to the pages that
show one, and folded outputs are named."""
import re


def add_explorers(app, pagename, templatename, context, doctree):
    """Load the modules of a page's explorers, and the script that starts them, once the page is there."""
    kinds = sorted(set(re.findall(r'class="course-explorer-host" data-kind="(\w+)"', context.get("body", ""))))
    for kind in kinds:
        app.add_js_file(f"explorers/{kind}.js", defer="defer", priority=800)
    if kinds:
        app.add_js_file("host.js", defer="defer", priority=900)
        app.add_css_file("explorers/style.css")


def name_folded(app, pagename, templatename, context, doctree):
    """A folded output goes by the words that stand on it. (MyST-NB names all of them "Toggle hidden content".)"""
    context["body"] = context.get("body", "").replace('<summary aria-label="Toggle hidden content">', "<summary>")


def setup(app):
    """Listen to every page that is written."""
    app.connect("html-page-context", name_folded)
    app.connect("html-page-context", add_explorers)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
