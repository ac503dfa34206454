"""A diagnosis as HTML: advice first, then for every layer its pictures (SVG) and tables, all with words beside them."""
import re
from html import escape

import numpy as np

from ..figures.tables import html_table
from .pictures import pictures
from .text import MISSING, RAISED, assumed, heading, power, setting, summary, title

STYLE = ("body{font-family:sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;line-height:1.45;color:#222;"
         "background:white}table{border-collapse:collapse;margin:1rem 0}caption{font-weight:bold}"
         "th,td{border-bottom:1px solid #ccc;padding:.25rem .8rem .25rem 0;vertical-align:top}"
         "figure{margin:1.2rem 0;overflow-x:auto}figure>svg{min-width:34rem}figcaption{font-size:.9rem}")


EXPONENT = re.compile(f"(?<=10)[{''.join(map(chr, RAISED.values()))}]+")
LOWERED = {ord(raised): chr(plain) for plain, raised in zip(RAISED, map(chr, RAISED.values()))}


def set_exponents(html):
    """HTML text in which each exponent is set as one (`sup`), not written in raised figures."""
    return EXPONENT.sub(lambda found: f"<sup>{found[0].translate(LOWERED)}</sup>", html)


def as_page(diagnosis):
    """A complete page, which loads nothing."""
    return ('<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
            f"<title>{escape(title(diagnosis))}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
            f"{body(diagnosis)}\n</main>\n</body>\n</html>\n")


def body(diagnosis, level=1):
    """What stands on the page, and in a notebook; level: of the topmost heading."""
    def headed(text, n):
        return f"<h{level + n}>{escape(text)}</h{level + n}>"

    parts = [headed(title(diagnosis), 0), f"<p>{set_exponents(escape(setting(diagnosis)))}.</p>",
             *(f"<p><strong>Assumed:</strong> {escape(one)}.</p>" for one in assumed(diagnosis)),
             headed("Advice", 1), advice_list(diagnosis.advice)]
    for measures in diagnosis.layers:
        parts += [headed(f"Layer {heading(measures)}", 1),
                  set_exponents(html_table(f"What was measured of {measures.layer.name}", ("what", "measured"),
                                           summary(measures)))]
        parts += [figure(*picture) for picture in pictures(diagnosis, measures)] + [flow_table(measures)]
    return "\n".join(parts)


def advice_list(advice):
    if not advice:
        return f"<p>{escape(MISSING)}.</p>"
    items = (f"<li><strong>{escape(one.layer)}: {escape(one.what)}</strong>, because {escape(one.because)}. "
             f"<em>({escape(one.source)})</em></li>" for one in advice)
    return set_exponents(f"<ol>{''.join(items)}</ol>")


def flow_table(measures):
    """The gradient norm at some ten steps, for readers who don't see the picture."""
    T = len(measures.flow.mean) - 1
    steps = sorted(set(np.linspace(0, T, min(T, 10) + 1).round().astype(int).tolist()))
    rows = [(step, *(power(curve[step]) for curve in measures.flow)) for step in steps]
    return set_exponents(html_table(f"Gradient norm of {measures.layer.name}", ("step", "mean", "least", "largest"),
                                    rows))


def figure(svg, caption):
    return f"<figure>{svg}<figcaption>{set_exponents(escape(caption))}</figcaption></figure>"
