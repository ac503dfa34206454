"""Plots as SVG strings: for pictures that must follow a slider.

Handing the browser a string of curves takes a fraction of the time that a matplotlib PNG takes. Ticks are
matplotlib's; everything else here is coordinates.
"""
import re
from functools import lru_cache
from html import escape

import numpy as np
from matplotlib.ticker import MaxNLocator

TEXT = 'font-family="sans-serif" font-size="12" fill="#333"'
MARGIN = (52, 10, 60, 36)  # left, right, top, bottom, in pixels
WIDTH, HEIGHT = 760, 340  # of a picture, unless it says otherwise
FAR = 1e4  # coordinates are cut off here: browsers stop drawing at larger ones


def picture(panels, width, height, label):
    """The panels side by side as one SVG element; `label` is its text for screen readers."""
    return (f'<svg class="course-svg" role="img" aria-label="{escape(label, quote=True)}" '
            f'viewBox="0 0 {width} {height}" {TEXT} style="max-width:100%;width:{width}px;background:white" xmlns="http://www.w3.org/2000/svg">'
            + "".join(panel.svg() for panel in panels) + "</svg>")


def minus(text):
    """The text with typographic minus signs."""
    return text.replace("-", "−")


def power(exponent):
    """10 to the power of a formatted exponent, as SVG text."""
    return f'10<tspan dy="-5" font-size="9">{minus(exponent)}</tspan><tspan dy="5">\u200b</tspan>'


def subscripts(text):
    """Text such as "b_f 3" or "∂L/∂s_k" as SVG text with a subscript; other text as it is."""
    lower = '\\1<tspan dy="3" font-size="9">\\2</tspan><tspan dy="-3">\u200b</tspan>'
    return re.sub(r"\b([a-z])_([a-zT])\b", lower, text)


def decades(curves, step=10):
    """Limits for log10 values: the finite ones and 0 lie between them, rounded outwards to whole steps."""
    finite = curves[np.isfinite(curves)]
    low, high = finite.min(initial=-1), finite.max(initial=1)
    return step * np.floor(low / step), step * np.ceil(high / step)


@lru_cache(maxsize=256)
def ticks(low, high):
    """Round numbers between the limits, about five of them."""
    values = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(low, high)
    return [value for value in values if low - 1e-9 <= value <= high + 1e-9]


def points(px, py):
    """Pixel coordinates as text, in tenths of a pixel: whole numbers are written fastest."""
    tenths = np.rint(10 * np.column_stack([px, py])).astype(int)
    return ",".join(map(str, tenths.ravel().tolist()))


class Marks:
    """Text and rectangles at pixel coordinates, as a panel of `picture`; more attributes by name (fill_opacity=…)."""

    def __init__(self):
        self.parts = []

    def text(self, x, y, text, colour="#333", **attributes):
        """Text whose baseline begins at (x, y)."""
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}"{_named(attributes)}>{escape(text)}</text>')

    def formula(self, x, y, text):
        """Text with `subscripts`, whose baseline begins at (x, y)."""
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}">{subscripts(escape(text))}</text>')

    def rect(self, x, y, width, height, colour, **attributes):
        """A rectangle with its upper left corner at (x, y)."""
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height}" fill="{colour}"'
                          f'{_named(attributes)}/>')

    def svg(self):
        return "".join(self.parts)


def _named(attributes):
    return "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())


class Panel:
    """One pair of axes at (x, y) of the given size in pixels, with data limits (low, high) on both axes; `rows`
    captions find room above it. names: written at y = 0, 1, 2 … in the place of numbers."""

    def __init__(self, at, size, xlim, ylim, xlabel="", ylabel="", powers=False, rows=3, names=()):
        left, right, top, bottom = MARGIN
        top -= 17 * (3 - rows)
        self.box = at[0] + left, at[1] + top, size[0] - left - right, size[1] - top - bottom
        self.xlim, self.ylim, self.parts, self.grid, self.curves = xlim, ylim, [], [], []
        self._ticks(xlim, self._x_tick, minus)
        for n, name in enumerate(names):
            self._y_tick(n, escape(name))
        if not names:
            self._ticks(ylim, self._y_tick, power if powers else minus)
        x, y, w, h = self.box
        self._text(x + w / 2, y + h + 31, xlabel, anchor="middle")
        self._text(x - 40, y - 12, ylabel)

    def _ticks(self, limits, draw, write):
        for value in ticks(*limits):
            draw(value, write(f"{value:g}"))

    def _x_tick(self, value, label):
        (x, _), (_, y, _, h) = self.pixels(value, self.ylim[0]), self.box
        self.grid.append(f"M{x:.1f} {y}v{h}")
        self._text(x, y + h + 15, label, anchor="middle")

    def _y_tick(self, value, label):
        (_, y), (x, _, w, _) = self.pixels(self.xlim[0], value), self.box
        self.grid.append(f"M{x} {y:.1f}h{w}")
        self._text(x - 5, y + 4, label, anchor="end")

    def _text(self, x, y, text, anchor="start", colour=""):
        style = f' fill="{colour}"' if colour else ""
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{style}>'
                          f'{subscripts(text)}</text>')

    def pixels(self, x, y):
        """Where the data point (x, y) lies, in pixels."""
        left, top, w, h = self.box
        (x0, x1), (y0, y1) = self.xlim, self.ylim
        return left + w * (x - x0) / (x1 - x0), top + h * (1 - (y - y0) / (y1 - y0))

    def line(self, xs, ys, colour, width=2, dash=""):
        """A polyline; it breaks where a value is not finite."""
        px, py = (np.clip(v, -FAR, FAR) for v in self.pixels(np.asarray(xs, float), np.asarray(ys, float)))
        good = np.flatnonzero(np.isfinite(px) & np.isfinite(py))
        style = f'fill="none" stroke="{colour}" stroke-width="{10 * width:.0f}"'
        if dash:
            style += f' stroke-dasharray="{" ".join(str(10 * int(n)) for n in dash.split())}"'
        for run in np.split(good, np.flatnonzero(np.diff(good) > 1) + 1):
            self.curves.append(f'<polyline points="{points(px[run], py[run])}" {style}/>')
        return self

    def band(self, xs, low, high, colour):
        """The region between two curves, pale."""
        px, lower = self.pixels(np.asarray(xs, float), np.asarray(low, float))
        _, upper = self.pixels(0, np.asarray(high, float))
        corners = points(np.r_[px, px[::-1]], np.r_[lower, upper[::-1]])
        self.curves.append(f'<polygon points="{corners}" fill="{colour}" fill-opacity=".18"/>')
        return self

    def points(self, xs, ys, colour, radius=2.5):
        """A dot for each point within the limits: all in one path, as a browser takes long over many elements."""
        xs, ys = np.asarray(xs, float), np.asarray(ys, float)
        (x0, x1), (y0, y1) = self.xlim, self.ylim
        inside = (x0 <= xs) & (xs <= x1) & (y0 <= ys) & (ys <= y1)
        px, py = (np.rint(10 * v).astype(int).tolist() for v in self.pixels(xs[inside], ys[inside]))
        dots = "".join(f"M{x} {y}h0" for x, y in zip(px, py))
        style = f'stroke="{colour}" stroke-width="{20 * radius:.0f}" stroke-linecap="round"'
        self.curves.append(f'<path d="{dots}" {style}/>')
        return self

    def caption(self, row, text, colour=""):
        """A line of SVG text above the axes, right-aligned; row 0 is the lowest."""
        x, y, w, _ = self.box
        self._text(x + w, y - 12 - 17 * row, text, "end", colour)
        return self

    def svg(self):
        """The panel; curves are cut off 3 pixels outside the axes, so that a line along an axis keeps its width. (An
        inner svg element cuts off by itself: a clipPath would need an id that no other picture of the page has. Its
        size is also in its style, where a page's rule for svg elements, such as JupyterLab's, does not reach it.)"""
        x, y, w, h = self.box
        window = f"{x - 3} {y - 3} {w + 6} {h + 6}"
        return (f'<path d="{"".join(self.grid)}" stroke="#e4e4e4"/>{"".join(self.parts)}'
                f'<path d="M{x},{y} V{y + h} H{x + w}" fill="none" stroke="#666"/>'
                f'<svg x="{x - 3}" y="{y - 3}" width="{w + 6}" height="{h + 6}" viewBox="{window}" '
                f'style="overflow:hidden;width:{w + 6}px;height:{h + 6}px">'
                f'<g transform="scale(.1)">{"".join(self.curves)}</g></svg>')
