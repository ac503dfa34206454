"""The course's figures: every helper draws on the `ax` it is given and returns it; `show` puts a finished
figure, with its alt text, onto the page. Gradient norms come as log10 and time runs to the right, always."""
import io
import re
from functools import cache
from html import escape
from importlib.resources import files
from textwrap import fill

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import HTML, Image, display
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.colors import is_color_like
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..ground.arguments import (
    a,
    flag,
    function,
    having,
    mapping,
    maybe,
    numbers,
    pair,
    real,
    size,
    some,
    table,
    takes,
    text,
    texts,
)
from .alt import alt_text

COLOURS = {  # Okabe & Ito's palette, which colour-blind readers can tell apart: one colour a cell, everywhere
    "TanhRNN": "#0072B2", "SigmoidRNN": "#56B4E9", "ReluRNN": "#E69F00", "LinearRNN": "#6b6b6b",
    "LSTM": "#D55E00", "NoForgetLSTM": "#8c510a", "CoupledLSTM": "#b2182b", "PeepholeLSTM": "#e08214",
    "GRU": "#009E73", "ResetAfterGRU": "#01665e",
    "MinGRU": "#66c2a5", "MinLSTM": "#f46d43", "SLSTM": "#a50026", "RGLRU": "#762a83", "SelectiveSSM": "#AA4499",
    "LRU": "#CC79A7"}
GATE_COLOURS = {"f": "#AA4499", "i": "#332288", "g": "#7a7a1f", "o": "#2a8f80",  # Tol's muted palette, g and o darker
                "z": "#AA4499", "r": "#CC6677", "n": "#7a7a1f"}
BIAS = re.compile(r"b_[fiz](?: = -?(?:\d+|b_f))?")
BOUND, PALE = "#000000", "#b8b8b8"
HIDDEN = "position:absolute;width:1px;height:1px;margin:0;overflow:hidden;clip-path:inset(50%)"


def colour(name, value):
    """A colour that matplotlib knows."""
    if not is_color_like(value):
        raise ValueError(f"{name} is {value!r}, expected a colour")
    return value


def use_course_style():
    """Set matplotlib to the course's style, for the whole session."""
    plt.style.use(str(files("course_utils.figures") / "course.mplstyle"))


@takes(fig=a(Figure), alt=text)
def show(fig, alt):
    """Put the figure onto the page as a PNG with alternative text, and close it.

    alt: what is to be seen in it, in words, for readers who don't see it; or the name under which `alt_texts` keeps
    these words. They are stored in the image's metadata and, because JupyterLab (4.6) hands that on to nobody, also
    follow as a text that only screen readers find. Raises ValueError if empty, or for a name that is not kept.
    """
    words = alt_text(alt)
    display(Image(as_png(fig), alt=words))
    display(HTML(f'<p style="{HIDDEN}">Figure: {escape(words)}</p>'))


def as_png(fig):
    """The figure as the bytes of a PNG; it is closed.

    The same pixels as those of `savefig`, in four fifths of the time: it is drawn once, not first for the layout and
    then again, and formulae that an earlier figure has set are not set anew."""
    buffer = io.BytesIO()
    _agg(fig).print_png(buffer)
    plt.close(fig)
    return buffer.getvalue()


@cache
def _formulae():
    """What sets formulae; it remembers the last fifty, and by itself each figure has one of its own."""
    return RendererAgg(1, 1, 100).mathtext_parser


def _agg(fig):
    """A canvas for the figure that knows the formulae of the figures before."""
    drawn = FigureCanvasAgg(fig)
    drawn.get_renderer().mathtext_parser = _formulae()
    return drawn


def canvas(figsize):
    """A figure that nothing but `pixels` shows, to be drawn on again and again."""
    fig = Figure(figsize=figsize)
    _agg(fig)
    return fig


def pixels(fig):
    """A figure of `canvas` as (rows, columns, 4) bytes."""
    fig.canvas.draw()
    return np.asarray(fig.canvas.buffer_rgba())


@takes(words=text)
def typeset_biases(words):
    """The words with the biases in them, such as b_f or b_f = 4, as formulae."""
    return BIAS.sub(r"$\g<0>$", words)


@takes(ax=a(Axes), rows=some(mapping), y=function, styles=table(pair))
def plot_runs(ax, rows, x, y, styles):
    """A line for each row["name"] through the means of y(row) over row[x]; rows of one name at one x are seeds, and
    dots, open ones beside a line that is not solid. styles: {name: (colour, linestyle)}."""
    if missing := [row for row in rows if not isinstance(x, str) or x not in row or "name" not in row]:
        raise ValueError(f"x is {x!r}, but rows hold one without it or without a name: {', '.join(missing[0])}")
    for name, (colour, dashes) in styles.items():
        if name not in {row["name"] for row in rows}:
            raise ValueError(f"rows hold none called {name!r}, there are {len(rows)} rows")
        xs, ys = np.array([(row[x], y(row)) for row in rows if row["name"] == name], float).T
        places = np.unique(xs)
        ax.plot(places, [ys[xs == place].mean() for place in places], linestyle=dashes, color=colour, label=name)
        ax.plot(xs, ys, "o", color=colour, markersize=4, alpha=.5, markerfacecolor=colour if dashes == "-" else "none")
    return ax


VERDICT_MARKS = {  # sign and colour of a verdict
    "holds": ("✓", "#009E73"), "holds when": ("w", "#56B4E9"), "false as stated, true if": ("if", "#F0E442"),
    "does not hold": ("✗", "#D55E00"), "misprint": ("m", "#b8b8b8")}


@takes(ax=a(Axes), ledger=having("rows", "claims", "name"), sources=table(text))
def plot_verdicts(ax, ledger, sources):
    """A square for every claim of every source, in order, with its number and the sign and colour of its verdict.
    sources: {name: label}."""
    most = 1
    for y, name in enumerate(sources):
        for x, row in enumerate(ledger.rows(source=name)):
            sign, colour = VERDICT_MARKS[row.verdict]
            ax.add_patch(plt.Rectangle((x - .46, y - .44), .92, .88, color=colour))
            ax.text(x, y, f"{row.claim.number}\n{sign}", ha="center", va="center", fontsize=9, color="black")
            most = max(most, x + 1)
    for y, (verdict, (sign, colour)) in enumerate(VERDICT_MARKS.items()):
        ax.text(most + .8, y, sign, ha="center", va="center", fontsize=9, color="black",
                bbox={"color": colour, "boxstyle": "square,pad=.3"})
        ax.text(most + 1.6, y, verdict.replace(", ", ",\n"), va="center", fontsize=9)
    ax.set(xlim=(-.6, most + 6), ylim=(max(len(sources), len(VERDICT_MARKS)) - .4, -.6))
    ax.set_yticks(range(len(sources)), sources.values())
    ax.set_xticks([])
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    ax.grid(False)
    return ax


@takes(axis=a(Axis))
def powers_of_ten(axis):
    """Label an axis that carries log10 values as 10⁰, 10⁻⁵ …: a log axis for numbers too small for a float."""
    axis.set_major_locator(MaxNLocator(integer=True))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"$10^{{{round(value, 2):g}}}$"))
    return axis


@takes(ax=a(Axes), log_norms=numbers("T", finite=False), band=maybe(numbers(2, "T", finite=False)), label=maybe(text))
def plot_log_norms(ax, log_norms, *, band=None, label=None, **style):
    """Draw log10 norms (T+1,) over the time steps 0 … T, with `label` written at the left end of the line, above
    a line that falls to the right and below one that rises.

    band: (2, T+1) lower and upper log10 values to shade. style: handed on to `Axes.plot`.
    """
    steps = np.arange(len(log_norms))
    if band is not None and band.shape[1] != len(steps):
        raise ValueError(f"band has shape {band.shape}, log_norms has shape {log_norms.shape}, expected "
                         "(2, T+1) and (T+1,)")
    line, = ax.plot(steps, log_norms, **style)
    if band is not None:
        ax.fill_between(steps, *band, color=line.get_color(), alpha=.18, linewidth=0)
    if label is not None:
        label_end(ax, line, label)
    ax.margins(x=.02, y=.1)
    powers_of_ten(ax.yaxis)
    ax.set_xlabel("time step $k$")
    return ax


def label_end(ax, line, label):
    """Write a line's name at its left end, in its colour, on the side that the line leaves free."""
    xs, ys = line.get_data()
    rises = ys[-1] > ys[0]
    ax.annotate(label, (xs[0], ys[0]), xytext=(8, -7 if rises else 5), textcoords="offset points",
                color=line.get_color(), va="top" if rises else "bottom", fontsize=9)
    return ax


@takes(ax=a(Axes), words=texts, log_norms=numbers("T", finite=False))
def plot_words(ax, words, log_norms):
    """log10 ‖∂L/∂h_k‖ for each word that was read, the words on the time axis. words: T, log_norms: T."""
    ax.plot(log_norms, "o-", markersize=4.5)
    ax.set_xticks(range(len(words)), words, rotation=60, ha="right", rotation_mode="anchor", fontsize=9)
    powers_of_ten(ax.yaxis)
    return ax


@takes(ax=a(Axes), cause=size(0), effect=size(0), name=text, y=real())
def mark_gap(ax, cause, effect, name, y):
    """A double arrow at height y from the word `cause` to the effect called `name`, one step after the last word
    read, with the words between them counted. Raises ValueError if `cause` is none of the words drawn on `ax`."""
    drawn = ax.lines[0].get_ydata() if ax.lines else ()
    if cause >= len(drawn):
        raise ValueError(f"cause is {cause}, expected the number of one of the {len(drawn)} words drawn")
    ax.annotate("", (cause, y), (effect, y), annotation_clip=False,
                arrowprops={"arrowstyle": "<->", "color": "#444444", "shrinkA": 0, "shrinkB": 0})
    ax.text((cause + effect) / 2, y + .08, f"gap: {effect - cause - 1}", ha="center", va="bottom", fontsize=9)
    ax.text(effect, y - .15, name, ha="right", va="top", fontsize=9, style="italic")
    ax.plot([cause, cause], [y, drawn[cause]], color="#444444", linewidth=.8, linestyle=":")
    return ax


@takes(ax=a(Axes), logs=numbers("T", "T", finite=False), vmin=maybe(real()), vmax=maybe(real()), colorbar=flag)
def plot_all_pairs(ax, logs, *, vmin=None, vmax=None, colorbar=True):
    """Heat map of log10 ‖∂h_t/∂h_k‖ from `all_pairs_norms` (T+1, T+1): k to the right, t downwards."""
    image = ax.imshow(logs, vmin=vmin, vmax=vmax, interpolation="nearest")
    ax.grid(False)
    ax.set_xlabel("from step $k$")
    ax.set_ylabel("to step $t$")
    if colorbar:
        bar = ax.figure.colorbar(image, ax=ax, shrink=.9)
        bar.set_label(r"$\Vert\partial h_t/\partial h_k\Vert$")
        powers_of_ten(bar.ax.yaxis)
    return ax


@takes(ax=a(Axes), matrix=numbers("H", "H"))
def plot_spectrum(ax, matrix, **style):
    """The eigenvalues of a matrix in the complex plane, with the unit circle."""
    eigenvalues = np.linalg.eigvals(matrix)
    circle = np.exp(2j * np.pi * np.linspace(0, 1, 200))
    ax.plot(circle.real, circle.imag, color="#444444", linewidth=1)
    ax.scatter(eigenvalues.real, eigenvalues.imag, s=14, **style)
    ax.set_aspect("equal")
    ax.set_xlabel("real part")
    ax.set_ylabel("imaginary part")
    return ax


@takes(pictures=numbers("N", "R", "C"), titles=texts, colours=maybe(some(colour)), columns=size(most=50),
       height=real(above=0, most=50))
def gallery(pictures, titles, colours=None, *, columns=4, height=1.75):
    """A figure of grey pictures (N, rows, columns) on [0, 1], each with its title above it, broken into lines that fit
    the column, black or in the colour given. height: of a row, in inches."""
    rows = -(-len(pictures) // columns)
    fig, axes = plt.subplots(rows, columns, figsize=(10, rows * height))
    for ax in axes.flat[len(pictures):]:
        ax.axis("off")
    for ax, picture, title, colour in zip(axes.flat, pictures, titles,
                                          ["black"] * len(pictures) if colours is None else colours):
        ax.imshow(picture, cmap="gray_r", vmin=0, vmax=1)
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
        ax.spines[:].set(visible=True, color=PALE)
        lines = [_broken(line, 145 // columns) for line in title.split("\n")]
        ax.set_title("\n".join(lines), fontsize=9, color=colour)
    return fig


def _broken(line, most):
    """The line as it is if it has at most `most` letters, else broken into parts of about the same length."""
    n = max(1, -(-len(line) // most))
    return fill(line, len(line) // n + 6)
