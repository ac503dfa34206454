"""What single pages need besides the theme. A Sphinx extension: the scripts of the explorers go only to the pages that
show one."""
import re


def add_explorers(app, pagename, templatename, context, doctree):
    """Load the modules of a page's explorers, and the script that starts them, once the page is there."""
    kinds = sorted(set(re.findall(r'class="course-explorer-host" data-kind="(\w+)"', context.get("body", ""))))
    for kind in kinds:
        app.add_js_file(f"explorers/{kind}.js", defer="defer", priority=800)
    if kinds:
        app.add_js_file("host.js", defer="defer", priority=900)
        app.add_css_file("explorers/style.css")


def setup(app):
    """Listen to every page that is written."""
    app.connect("html-page-context", add_explorers)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
