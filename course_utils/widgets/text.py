"""Notebook 14: a text of the reader's own, what the network holds while it reads, and which symbol it expects next."""
from html import escape

import numpy as np

from ..figures.coloured_text import lay_out, shades
from ..figures.plotting import COLOURS
from ..figures.svg import WIDTH, Marks, picture
from ..ground.arguments import a, among, flag, mapping, maybe, numbers, size, table, takes, text, texts
from ..ground.checks import as_size
from ..language.reading import influence, read
from ..learning.model import check_model
from ..tasks.vocabulary import Vocabulary
from .controls import choice, entry, slider
from .painted import PaintedExplorer

STATE, OWES = "cell state c of the unit", "what the prediction owes to each symbol"
LINE, COLUMNS, BARS, TOP = 26, 84, 8, 14


def _found(name, found):
    """What `reading` returns. Raises ValueError."""
    if missing := {"tokens", "values", "signed", "next"} - set(mapping(name, found)):
        raise ValueError(f"{name} lacks {', '.join(sorted(missing))}, it holds {', '.join(found) or 'nothing'}")
    texts("tokens", found["tokens"])
    numbers(len(found["tokens"]))("values", found["values"])
    return found


@takes(model=check_model, vocabulary=a(Vocabulary), tokens=texts, shown=among(STATE, OWES), unit=size(0))
def reading(model, vocabulary, tokens, shown, unit):
    """What the model makes of the tokens: the value to be shown for each, whether values have signs, and the likeliest
    next symbols with their probabilities, the first being the prediction. Raises ValueError for an empty text or a
    token outside the vocabulary."""
    as_size("unit", unit, 0, len(model.params.W_h) - 1)
    numbers = vocabulary.encode(tokens)
    chances, trace = read(model, numbers)
    best = np.argsort(-chances[-1], kind="stable")[:BARS]
    if shown == STATE:
        values = trace.states[-1, 1:, 0, unit]
    else:
        values = influence(model, numbers, len(numbers) - 1, int(best[0]))
    return {"tokens": tokens, "values": values, "signed": shown == STATE,
            "next": list(zip(vocabulary.decode(best), chances[-1, best].tolist()))}


@takes(found=_found)
def draw_reading(found):
    """The text on its colours, and below it a bar for each of the likeliest next symbols."""
    places, rows = lay_out(found["tokens"], COLUMNS)
    wide, bottom = (WIDTH - 4) / COLUMNS, TOP + LINE * rows + 34
    marks = Marks()
    for token, (row, column), shade in zip(found["tokens"], places, shades(found["values"], signed=found["signed"])):
        _token(marks, token, 2 + column * wide, TOP + row * LINE, wide, *shade)
    marks.text(2, bottom - 12, "next:")
    for k, (token, chance) in enumerate(found["next"]):
        y = bottom + 20 * k
        marks.text(110, y + 12, _visible(token), text_anchor="end", font_family="monospace")
        marks.rect(118, y, 500 * chance, 15, COLOURS["LSTM"])
        marks.text(126 + 500 * chance, y + 12, f"{100 * chance:.1f} %")
    return picture([marks], WIDTH, bottom + 20 * BARS + 4, say_reading(found))


def say_reading(found):
    """The prediction in words."""
    (first, p), (second, q) = found["next"][:2]
    largest = found["tokens"][int(np.argmax(np.abs(found["values"])))]
    first, second, largest = map(_visible, (first, second, largest))
    return (f"Likeliest next: {first} ({100 * p:.1f} %), then {second} ({100 * q:.1f} %). "
            f"Strongest colour: {largest}.")


@takes(model=check_model, vocabulary=a(Vocabulary), characters=flag, text=text, unit=size(0),
       presets=maybe(table(text)))
def text_explorer(model, vocabulary, text, *, unit=0, presets=None, characters=False):
    """Type a text, words with spaces between them or characters, and see what the model makes of it. presets: texts by
    name. Words outside the vocabulary are an error that says which."""
    def compute(settings):
        tokens = list(settings["text"]) if characters else settings["text"].split()
        return reading(model, vocabulary, tokens, settings["shown"], settings["unit"])

    controls = {"text": entry(text, "text, then Enter"), "shown": choice(STATE, (STATE, OWES), "colour"),
                "unit": slider(unit, 0, len(model.params.W_h) - 1, 1, "unit", "no.")}
    return PaintedExplorer("text explorer", compute, draw_reading, controls,
                           words=lambda found: escape(say_reading(found)),
                           presets={name: {"text": own} for name, own in (presets or {}).items()},
                           used=("shown", {STATE: [*controls], OWES: ["text", "shown"]}))


def _token(marks, token, x, y, wide, colour, ink):
    """A token on its colour, in a fixed width for each character."""
    width = wide * len(token)
    marks.rect(x, y, width, LINE - 4, colour)
    marks.text(x, y + 16, " " if token == "\n" else token, ink, font_family="monospace", font_size=13,
               textLength=f"{width:.1f}", lengthAdjust="spacingAndGlyphs")


def _visible(token):
    """A token as it is written, but for a line's end and a space, which would not be seen."""
    return {"\n": "⏎", " ": "\N{OPEN BOX}"}.get(token, token)
