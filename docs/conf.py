"""Sphinx's settings for the web edition. `docs/site/make_site.py` lays out the pages and calls Sphinx; see there."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "site"))

from course_utils import __version__

project = html_title = "Vanishing gradients, measured"
author = "the authors of the course"
copyright = "the authors of the course, BSD-3-Clause"
release = __version__

extensions = ["myst_nb", "sphinx_copybutton", "formulas", "page_assets"]

nb_execution_mode = "off"  # the pages show the stored outputs
nb_merge_streams = True
nb_code_prompt_show = "When you have your prediction: show what comes out"
nb_code_prompt_hide = "What comes out"
myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_dmath_double_inline = True
myst_heading_anchors = 3  # GitHub's anchors, which the pages link to

html_theme = "furo"
pygments_dark_style = "a11y-dark"  # the theme's own underlines the names of modules
html_math_renderer = "mathml"
html_static_path = ["site/static"]
html_favicon = "site/static/favicon.svg"
html_css_files = ["course.css", "formulas.css"]
html_js_files = [("page.js", {"defer": "defer"})]
templates_path = ["site/templates"]
html_copy_source = html_show_sourcelink = html_show_sphinx = False
html_use_index = False
copybutton_selector = "div.cell_input pre, div.highlight-python pre, div.highlight-default pre"
