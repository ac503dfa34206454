"""Formulas: LaTeX becomes MathML while the pages are built, in a font that the pages bring along.

A Sphinx extension. Browsers draw MathML themselves, screen readers read it, and no script has to run.
"""
import base64
import io
import logging as stdlogging
from importlib.resources import files

from docutils import nodes
from fontTools import subset
from fontTools.ttLib import TTFont
from math_core import LatexError, LatexToMathML
from sphinx.util import logging

ALWAYS = (*range(0x20, 0x7f), 0x210e, *range(0x1d434, 0x1d468), *range(0x1d6fc, 0x1d71c))  # browsers slant letters
STYLE = """/* STIX Two Math, cut to what is used. Copyright The STIX Fonts Project Authors, SIL Open Font License 1.1 */
@font-face {{ font-family: "Course Math"; src: url(data:font/woff2;base64,{font}) format("woff2"); }}
math {{ font-family: "Course Math", math; }}
"""
converter = LatexToMathML()
used = set()  # the characters of the formulas that were written
logger = logging.getLogger(__name__)
stdlogging.getLogger("fontTools").setLevel("WARNING")  # Sphinx would print its notes


def mathml(latex, *, block):
    """The formula as a <math> element. Raises LatexError if it can't be read."""
    formula = converter.convert_with_local_state(latex, displaystyle=block)
    used.update(formula)
    return formula


def write(translator, node, *, block):
    """Write a formula, or warn where it stands in the sources."""
    tag = "div" if block else "span"
    try:
        formula = mathml(node.astext(), block=block)
    except LatexError as error:
        logger.warning("a formula can't be read: %s: %s", node.astext(), error, location=node, type="formulas")
        formula = f"<code>{translator.encode(node.astext())}</code>"
    translator.body.append(translator.starttag(node, tag, "", CLASS="math") + formula + f"</{tag}>")
    raise nodes.SkipNode


def font():
    """STIX Two Math, which the package ziamath brings, with the characters that formulas use, as WOFF2."""
    options = subset.Options(layout_features=["ssty", "dtls", "flac"], flavor="woff2", notdef_outline=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[*ALWAYS, *map(ord, used)])
    whole = TTFont(io.BytesIO((files("ziamath") / "fonts" / "STIXTwoMath-Regular.ttf").read_bytes()))
    cutter.subset(whole)
    buffer = io.BytesIO()
    subset.save_font(whole, buffer, options)
    return buffer.getvalue()


def write_font(app, error):
    """The font goes into a stylesheet: from file://, Firefox loads no font from a file of its own."""
    if not error:
        style = STYLE.format(font=base64.b64encode(font()).decode("ascii"))
        (app.outdir / "_static" / "formulas.css").write_text(style, encoding="utf-8")


def setup(app):
    """Tell Sphinx of the renderer `mathml`."""
    app.add_html_math_renderer("mathml", inline_renderers=(lambda *at: write(*at, block=False), None),
                               block_renderers=(lambda *at: write(*at, block=True), None))
    app.connect("build-finished", write_font)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
