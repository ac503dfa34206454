"""Animations: frames drawn by matplotlib, one after the other, under a Play button and a slider."""
import base64
import io
from html import escape
from operator import itemgetter

from PIL import Image

from ..figures.plotting import canvas, pixels, plt
from ..ground.arguments import flag, function, sides, size, some, takes, text
from .controls import slider
from .painted import PaintedExplorer


@takes(title=text, draw=function, n_frames=size(), figsize=sides, name=text, interval=size(), bare=flag)
def player(title, draw, n_frames, *, figsize=(8, 1.6), name="frame", interval=900, bare=False):
    """Play, stop, and a slider over the frames 0 … n_frames − 1.

    draw(ax, k): draws frame k on `ax` and returns a sentence that says what is to be seen in it. All frames are drawn
    at once, so that they can be played without a kernel, too. interval: milliseconds a frame. bare: `ax` fills the
    frame, for drawings without axes, which takes half the time.
    """
    fig = canvas(figsize)  # one for all frames

    def frame(settings):
        fig.clear()
        ax = fig.subplots()
        if bare:
            fig.set_layout_engine("none")
            ax.set_position((.005, .02, .99, .96))
        alt = draw(ax, settings["frame"])
        return as_image(alt, small_png(fig), 100 * figsize[0]), alt

    return PaintedExplorer(title, frame, itemgetter(0), {"frame": slider(0, 0, n_frames - 1, 1, name)},
                           words=lambda found: escape(found[1]), all_stored=True, play=interval)


def small_png(fig, colours=64):
    """The figure as a PNG of few colours, a third of the usual size: many frames go along with a page."""
    picture, buffer = Image.fromarray(pixels(fig)), io.BytesIO()
    picture.convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(buffer, "png")
    return buffer.getvalue()


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
