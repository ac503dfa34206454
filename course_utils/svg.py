"""Plots as SVG strings: for pictures that must follow a slider.

Handing the browser a string of curves takes a fraction of the time that a matplotlib PNG takes. Ticks are
matplotlib's; everything else here is coordinates.
"""
from html import escape

import numpy as np
from matplotlib.ticker import MaxNLocator

TEXT = 'font-family="sans-serif" font-size="12"'
MARGIN = (52, 10, 60, 36)  # left, right, top, bottom, in pixels
FAR = 1e4  # coordinates are cut off here: browsers stop drawing at larger ones


def picture(panels, width, height, label):
    """The panels side by side as one SVG element; `label` is its text for screen readers."""
    return (f'<svg class="course-svg" role="img" aria-label="{escape(label, quote=True)}" '
            f'viewBox="0 0 {width} {height}" style="max-width:100%;width:{width}px;background:white" xmlns="http://www.w3.org/2000/svg">'
            + "".join(panel.svg() for panel in panels) + "</svg>")


def minus(text):
    """The text with typographic minus signs."""
    return text.replace("-", "−")


def power(exponent):
    """10 to the power of a formatted exponent, as SVG text."""
    return f'10<tspan dy="-5" font-size="9">{minus(exponent)}</tspan><tspan dy="5">\u200b</tspan>'


class Panel:
    """One pair of axes at (x, y) of the given size in pixels, with data limits (low, high) on both axes."""

    def __init__(self, at, size, xlim, ylim, xlabel="", ylabel="", powers=False):
        left, right, top, bottom = MARGIN
        self.box = at[0] + left, at[1] + top, size[0] - left - right, size[1] - top - bottom
        self.xlim, self.ylim, self.parts = xlim, ylim, []
        self._ticks(xlim, self._x_tick, minus)
        self._ticks(ylim, self._y_tick, power if powers else minus)
        x, y, w, h = self.box
        self._text(x + w / 2, y + h + 31, xlabel, anchor="middle")
        self._text(x - 40, y - 12, ylabel)

    def _ticks(self, limits, draw, write):
        for value in MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(*limits):
            if limits[0] - 1e-9 <= value <= limits[1] + 1e-9:
                draw(value, write(f"{value:g}"))

    def _x_tick(self, value, label):
        (x, _), (_, y, _, h) = self.pixels(value, self.ylim[0]), self.box
        self.parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y}" y2="{y + h}" stroke="#e4e4e4"/>')
        self._text(x, y + h + 15, label, anchor="middle")

    def _y_tick(self, value, label):
        (_, y), (x, _, w, _) = self.pixels(self.xlim[0], value), self.box
        self.parts.append(f'<line x1="{x}" x2="{x + w}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e4e4e4"/>')
        self._text(x - 5, y + 4, label, anchor="end")

    def _text(self, x, y, text, anchor="start", colour="#333"):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" {TEXT}>{text}</text>')

    def pixels(self, x, y):
        """Where the data point (x, y) lies, in pixels."""
        left, top, w, h = self.box
        (x0, x1), (y0, y1) = self.xlim, self.ylim
        return left + w * (x - x0) / (x1 - x0), top + h * (1 - (y - y0) / (y1 - y0))

    def line(self, xs, ys, colour, width=2, dash=""):
        """A polyline; it breaks where a value is not finite."""
        px, py = (np.clip(v, -FAR, FAR) for v in self.pixels(np.asarray(xs, float), np.asarray(ys, float)))
        good = np.isfinite(px) & np.isfinite(py)
        for run in np.split(np.flatnonzero(good), np.flatnonzero(np.diff(np.flatnonzero(good)) > 1) + 1):
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(px[run], py[run]))
            self.parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{width}" '
                              f'stroke-dasharray="{dash}"/>')
        return self

    def points(self, xs, ys, colour, radius=2.5):
        """A dot for each point within the limits."""
        for x, y in zip(xs, ys):
            if self.xlim[0] <= x <= self.xlim[1] and self.ylim[0] <= y <= self.ylim[1]:
                px, py = self.pixels(x, y)
                self.parts.append(f'<circle cx="{px:.1f}" cy="{py:.1f}" r="{radius}" fill="{colour}"/>')
        return self

    def caption(self, row, text, colour="#333"):
        """A line of SVG text above the axes, right-aligned; row 0 is the lowest of three."""
        x, y, w, _ = self.box
        self._text(x + w, y - 12 - 17 * row, text, "end", colour)
        return self

    def svg(self):
        x, y, w, h = self.box
        clip = f"clip{x:.0f}-{y:.0f}-{w:.0f}"
        return (f'<clipPath id="{clip}"><rect x="{x - 52}" y="{y - 60}" width="{w + 62}" height="{h + 96}"/></clipPath>'
                f'<g clip-path="url(#{clip})">{"".join(self.parts)}'
                f'<path d="M{x},{y} V{y + h} H{x + w}" fill="none" stroke="#666"/></g>')
