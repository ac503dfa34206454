"""Numbers drawn as colour behind the words or characters that they belong to."""
import matplotlib.pyplot as plt
import numpy as np
from matplotlib import colormaps
from matplotlib.patches import Rectangle

from ..ground.arguments import maybe, numbers, real, size, some, table, takes, text

EM = .602  # a character's width in DejaVu Sans Mono, as a share of the font size
LINE = 1.4  # from line to line, as a share of the font size
SIGNED, SIZE = "PuOr_r", "YlOrBr"  # colours of numbers with a sign, and of sizes: both safe for colour-blind readers


def lay_out(tokens, columns):
    """[(row, column)] of each token, in a text of so many characters a row, and the number of rows. Words come with a
    space after them; of single characters "\\n" ends a row. A token that does not fit begins the next row."""
    space = 0 if all(len(token) == 1 for token in tokens) else 1
    places, row, column = [], 0, 0
    for token in tokens:
        if column and column + len(token) > columns:
            row, column = row + 1, 0
        places.append((row, column))
        row, column = (row + 1, 0) if token == "\n" else (row, column + len(token) + space)
    return places, places[-1][0] + 1


def shades(values, limit=None, signed=True):
    """[(colour, ink)] for each value, as "#rrggbb": the colour for it, and black or white to write on it. limit: the
    value with the strongest colour, the largest if left out; signed: colours for both signs around zero."""
    values = np.asarray(values, float)
    scaled = values / (limit or np.abs(values).max(initial=0) or 1.0)
    colours = colormaps[SIGNED if signed else SIZE](np.clip((scaled + 1) / 2 if signed else scaled, 0, 1))[:, :3]
    return [("#" + "".join(f"{round(255 * part):02x}" for part in colour),
             "#ffffff" if colour @ (.299, .587, .114) < .5 else "#000000") for colour in colours]


def colour_text(ax, tokens, values, *, limit=None, signed=True, columns=80, mark=()):
    """Write the tokens, words or characters, in rows as wide as the axes, each on a colour that shows its value.

    values (T,); limit, signed: see `shades`. mark: numbers of tokens to be framed. Returns ax. Raises ValueError
    unless there are as many values as tokens, and one at least.
    """
    values = np.asarray(values, float)
    if values.shape != (len(tokens),) or not len(tokens):
        raise ValueError(f"values have shape {values.shape}, expected ({len(tokens)},), one for every token")
    places, rows = lay_out(tokens, columns)
    size = ax.get_position().width * ax.figure.get_figwidth() * 72 / columns / EM
    for k, (token, (row, column), (colour, ink)) in enumerate(zip(tokens, places, shades(values, limit, signed))):
        place = (column, row), max(len(token), 1), 1
        ax.add_patch(Rectangle(*place, facecolor=colour, edgecolor="none"))
        if k in mark:
            ax.add_patch(Rectangle(*place, fill=False, edgecolor="black", linewidth=1.3, zorder=3))
        ax.text(column, row + .5, token.rstrip("\n"), family="DejaVu Sans Mono", fontsize=size, color=ink,
                va="center_baseline", parse_math=False)
    ax.set(xlim=(0, columns), ylim=(rows, 0))
    ax.set_axis_off()
    return ax


def _texts(name, pair):
    """Tokens and a value for each."""
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise ValueError(f"{name} is {pair!r}, expected a pair of tokens and values")
    some(text)(f"the tokens of {name}", pair[0])
    numbers(len(pair[0]))(f"the values of {name}", pair[1])


@takes(texts=table(_texts), columns=size(), width=real(above=0, most=100), key=maybe(text))
def text_figure(texts, *, columns=80, width=9.0, key=None, **options):
    """A figure with several texts, {label: (tokens, values)}, one below the other, as `colour_text` draws them with
    `options`. key: what the colours show, with its unit; if it is given, a colour bar stands at the top right, with
    its two ends (of several texts without a common `limit`: "lowest" and "highest", or "−" and "+")."""
    label, line = .32, width / columns / EM * LINE  # inches
    heights = [label + line * lay_out(tokens, columns)[1] for tokens, _ in texts.values()]
    fig = plt.figure(figsize=(width, sum(heights)), layout="none")
    top = sum(heights)
    for (name, (tokens, values)), height in zip(texts.items(), heights):
        top -= height
        ax = fig.add_axes((0, top / sum(heights), 1, (height - label) / sum(heights)))
        colour_text(ax, tokens, values, columns=columns, **options)
        fig.text(0, (top + height - label + .05) / sum(heights), name, fontsize="medium", va="bottom")
    if key:
        _key(fig, key, *_ends(texts, options.get("limit"), options.get("signed", True)))
    return fig


def _ends(texts, limit, signed):
    """(what is written at the two ends of the colour bar, its colours)."""
    largest = limit or (max(np.abs(values).max() for _, values in texts.values()) if len(texts) == 1 else None)
    if largest is None:
        return ("−", "+", SIGNED) if signed else ("0", "largest", SIZE)
    return (f"−{largest:.1g}", f"+{largest:.1g}", SIGNED) if signed else ("0", f"{largest:g}", SIZE)


def _key(fig, words, low, high, colours):
    """A colour bar of an inch at the top right of a text figure."""
    width, height = fig.get_size_inches()
    left, base, line = width - 1.6, height - .24, .15  # inches
    ax = fig.add_axes((left / width, base / height, 1 / width, line / height))
    ax.imshow(np.linspace(0, 1, 128)[None], cmap=colours, aspect="auto")
    ax.set_axis_off()
    for at, text_there, side in ((left - .06, f"{words}: {low}", "right"), (left + 1.06, high, "left")):
        fig.text(at / width, (base + line / 2) / height, text_there, ha=side, va="center_baseline", fontsize=9)
