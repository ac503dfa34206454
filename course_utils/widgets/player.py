"""Animations: frames drawn by matplotlib, one after the other, under a Play button and a slider."""
import base64
from functools import cache
from html import escape

import ipywidgets

from ..figures.plotting import as_png, plt
from ..ground.arguments import function, sides, size, some, takes, text
from .explorer import Explorer, slider


@takes(title=text, draw=function, n_frames=size(), figsize=sides, name=text, interval=size())
def player(title, draw, n_frames, *, figsize=(8, 1.6), name="frame", interval=900):
    """Play, stop, and a slider over the frames 0 … n_frames − 1.

    draw(ax, k): draws frame k on `ax` and returns a sentence that says what is to be seen in it. Frames are drawn when
    they are first asked for. interval: milliseconds a frame.
    """
    @cache
    def frame(k):
        fig, ax = plt.subplots(figsize=figsize)
        try:
            return as_image(draw(ax, k), as_png(fig), 100 * figsize[0])
        finally:
            plt.close(fig)

    control = slider(0, 0, n_frames - 1, 1, name)
    play = ipywidgets.Play(min=0, max=n_frames - 1, interval=interval, show_repeat=False)
    ipywidgets.jslink((play, "value"), (control, "value"))
    explorer = Explorer(title, lambda settings: frame(settings["frame"]), str, {"frame": control})
    explorer.children = (play, *explorer.children)
    return explorer


def as_image(alt, png, width):
    """An img element of the class that the explorers' pictures have. Raises ValueError without alternative text."""
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError(f"draw returned {alt!r}, expected a sentence that says what the frame shows")
    data = base64.b64encode(png).decode()
    return (f'<img class="course-svg" alt="{escape(alt, quote=True)}" src="data:image/png;base64,{data}" '
            f'style="width:{width:.0f}px;max-width:100%">')


@takes(draw=function, frames=some(size(0)), figsize=sides, columns=size())
def film_strip(draw, frames, *, figsize=(8, 1.6), columns=1):
    """A figure with some of a player's frames, for where no kernel runs: `figsize` is that of one frame."""
    if not len(frames):
        raise ValueError("frames is empty, expected one at least")
    rows = -(-len(frames) // columns)
    fig, axes = plt.subplots(rows, columns, figsize=(figsize[0] * columns, figsize[1] * rows), squeeze=False)
    for ax, k in zip(axes.flat, frames):
        draw(ax, k)
    for ax in axes.flat[len(frames):]:
        ax.axis("off")
    return fig
