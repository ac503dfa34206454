"""The heat map of all pairs as SVG: coloured rectangles, ticks of the axes, and a scale."""
import numpy as np
from matplotlib import colormaps
from matplotlib.colors import to_hex

from .svg import Marks, decades, minus, picture, ticks

MOST_ROWS = 40  # longer sequences are thinned out to so many
SIDE, LEFT, TOP = 320, 60, 14  # pixels
WIDTH, HEIGHT = 560, 380


def heat_map(logs, first, label, step=1):
    """An SVG of log10 norms (S+1, S+1), NaN above the diagonal, of every `step`-th step from `first` on."""
    every = -(-len(logs) // MOST_ROWS)
    shown = logs[::every, ::every]
    low, high = decades(shown[~np.isnan(shown)], 1)
    marks = Marks()
    _cells(marks, shown, low, high)
    _axes(marks, first, len(shown), every * step)
    _scale(marks, low, high)
    return picture([marks], WIDTH, HEIGHT, label)


def colour(value, low, high):
    """The colour of a log10 norm; the darkest for one that underflowed."""
    return to_hex(colormaps["viridis"](float(np.clip((value - low) / (high - low), 0, 1))))


def _cells(marks, shown, low, high):
    size = SIDE / len(shown)
    for row, col in np.argwhere(~np.isnan(shown)):
        left, top, side = LEFT + col * size, TOP + row * size, size + .3  # overlapping a little: no seams
        marks.rect(left, top, side, f"{side:.1f}", colour(shown[row, col], low, high))


def _axes(marks, first, n, every):
    size, last = SIDE / n, first + (n - 1) * every
    for step in ticks(float(first), float(max(last, first + 1))):
        if step == int(step) and step <= last:
            at = ((step - first) / every + .5) * size
            marks.text(LEFT + at, TOP + SIDE + 16, f"{step:.0f}", text_anchor="middle")
            marks.text(LEFT - 6, TOP + at + 4, f"{step:.0f}", text_anchor="end")
    marks.text(LEFT + SIDE / 2, TOP + SIDE + 34, "from step k", text_anchor="middle")
    marks.text(2, TOP + SIDE / 2 - 14, "to")
    marks.text(2, TOP + SIDE / 2, "step t")


def _scale(marks, low, high, pieces=32):
    left, height = LEFT + SIDE + 40, SIDE - 30
    marks.formula(left, TOP + 10, "log₁₀ ‖∂h_t/∂h_k‖")
    for n, value in enumerate(np.linspace(high, low, pieces)):
        marks.rect(left, TOP + 20 + n * height / pieces, 18, f"{height / pieces + .3:.1f}", colour(value, low, high))
    for value in ticks(float(low), float(high)):
        marks.text(left + 24, TOP + 24 + (high - value) / (high - low) * height, minus(f"{value + 0.0:g}"))
