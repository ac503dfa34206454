"""Captions of pictures: which are right, the pixels behind each word, the way back to the picture (notebook 15)."""
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from ...ground.arguments import a, numbers, table, takes, text, texts
from ..plotting import COLOURS, powers_of_ten

RIGHT, WRONG = "#00703c", "#b2182b"
DASHES = {"start": "-", "every step": "--", "hidden only": ":"}  # how the picture is fed


@takes(written=texts, true=texts)
def judged(written, true):
    """(titles, colours) of captions: a right one with ✓, in green; a wrong one with ✗, in red, and below it the true
    sentence in brackets. written, true: as many of the one as of the other."""
    if len(written) != len(true):
        raise ValueError(f"written holds {len(written)} captions, expected {len(true)}, as many as true")
    pairs = list(zip(written, true))
    return ([f"✓ {said}" if said == wanted else f"✗ {said}\n({wanted})" for said, wanted in pairs],
            [RIGHT if said == wanted else WRONG for said, wanted in pairs])


@takes(name=text)
def label(name):
    """What the course calls a captioner: "tanh RNN, start" for "TanhRNN, start"."""
    return name.replace("TanhRNN", "tanh RNN")


def style_of(name):
    """The label, colour and dashes of a captioner's line; name: its cell and how it is fed, "LSTM, every step"."""
    cell, _, feed = name.partition(", ")
    return {"label": label(name), "color": COLOURS.get(cell, "black"),
            "linestyle": DASHES.get(feed, "-")}


@takes(ax=a(Axes), x=numbers("N"), lines=table(numbers("N")))
def plot_captioners(ax, x, lines):
    """A line for each captioner, values (N,) over x (N,), in the colour of its cell and the dashes of its feed."""
    for name, values in lines.items():
        if len(values) != len(x):
            raise ValueError(f"lines hold {len(values)} values for {name}, expected {len(x)}, as many as x")
        ax.plot(x, values, **style_of(name))
    return ax


@takes(ax=a(Axes), steps=numbers("N"), lines=table(numbers("N")))
def plot_arrivals(ax, steps, lines):
    """log10 of the length at v of a gradient given to h at each of some steps, a line for each captioner."""
    plot_captioners(ax, steps, lines)
    powers_of_ten(ax.yaxis)
    ax.set(xlabel="step $t$ that is given the gradient", ylabel="its length at $v$", ylim=(-2, 0))
    ax.legend(fontsize=9, ncols=2)
    return ax


@takes(picture=numbers("R", "C"), words=texts, pixels=numbers("N", "R", "C"))
def word_pixels(picture, words, pixels):
    """A figure: for each of N words the gradient of its ln p with respect to the pixels (N, rows, columns), red and
    blue, each panel on its own scale, and the outlines of the digits of the picture; a colour bar for all."""
    if len(words) != len(pixels) or pixels.shape[1:] != picture.shape:
        raise ValueError(f"words hold {len(words)}, picture has shape {picture.shape} and pixels {pixels.shape}, "
                         "expected a picture of pixels for each word")
    fig, axes = plt.subplots(2, -(-len(words) // 2), figsize=(10, 4.2), squeeze=False)
    for ax in axes.flat[len(words):]:
        ax.axis("off")
    for ax, word, gradient in zip(axes.flat, words, pixels):
        image = ax.imshow(gradient / (np.abs(gradient).max() or 1), cmap="RdBu_r", vmin=-1, vmax=1)
        if np.ptp(picture):
            ax.contour(picture, levels=[.4], colors="black", linewidths=.6)
        ax.set(xticks=[], yticks=[], title=word)
        ax.grid(False)
    bar = fig.colorbar(image, ax=axes, shrink=.7, ticks=(-1, 0, 1))
    bar.set_ticklabels(("ink makes it\nless probable", "0", "more\nprobable"))
    return fig
