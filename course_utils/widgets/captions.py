"""Notebook 15: place digits, and see what a captioner says of them."""
from html import escape

import numpy as np

from ..captions import DIGITS, LAYOUTS, Scene, beam, explain, greedy, images_of, load_archive, render, sentence
from ..captions.captioner import Captioner
from ..captions.pictures import CANVAS, SPLITS
from ..figures.plotting import COLOURS
from ..figures.svg import WIDTH, Marks, picture
from ..ground.arguments import a, among, size, some, takes
from .controls import choice, slider
from .painted import PaintedExplorer

PIXEL, TOP, GAP, LINE = 9, 24, 24, 21  # pixels on the page
HEIGHT, N_BEAMS = 350, 4
POSITIVE, NEGATIVE = "#b2182b", "#2166ac"
SCENES = {  # presets: what differs from the first settings
    "a tanh RNN writes": {"model": "TanhRNN, start"}, "a row of digits": {"layout": "row"},
    "another hand": {"hand": 7}}
NAMES = ("LSTM, start", "LSTM, every step", "TanhRNN, start", "TanhRNN, every step")


@takes(model=a(Captioner), layout=among(*LAYOUTS), digits=some(size(0, 9)), hand=size(0), images=among(*SPLITS),
       word=size())
def caption_of(model, layout, digits, hand=0, images="held out", word=1):
    """What `caption_explorer` shows: scene, picture (20, 20), the greedy caption, `beams`, and for the chosen word (the
    first is 1; the last if there are fewer) the gradient of its ln p with respect to the pixels.

    digits: as many as the layout needs are used. hand: which image of each digit. Raises ValueError as `render` does.
    """
    scene = Scene(layout, tuple(digits)[:LAYOUTS[layout]])
    which = np.full((1, 3), -1)
    for k, digit in enumerate(scene.digits):
        some = images_of(images)[digit]
        which[0, k] = some[hand % len(some)]
    drawn = render([scene], which, np.zeros((1, 3, 2), int))
    caption, = greedy(model, drawn)
    n = min(word, len(caption.words))
    return {"scene": scene, "picture": drawn[0], "caption": caption, "beams": beam(model, drawn[0], N_BEAMS), "word": n,
            "pixels": explain(model, drawn[0], caption.text).pixels[n - 1]}


def caption_explorer():
    """Choose where which digits stand, in whose handwriting; read what the captioner writes, word by word."""
    digits = dict(zip(DIGITS, range(10)))
    controls = {"layout": choice("right", tuple(LAYOUTS), "layout"), "model": choice(NAMES[0], NAMES, "captioner"),
                **{f"digit {k}": choice(start, tuple(digits), f"digit {k}") for k, start in ((1, "seven"), (2, "two"),
                                                                                      (3, "five"))},
                "images": choice(SPLITS[1], SPLITS, "images"), "hand": slider(0, 0, 20, 1, "handwriting", "no."),
                "word": slider(2, 1, 10, 1, "gradient of word", "no.")}

    def compute(settings):
        chosen = [digits[settings[f"digit {k}"]] for k in (1, 2, 3)]
        model = load_archive().captioners[settings["model"]]
        found = caption_of(model, settings["layout"], chosen, settings["hand"], settings["images"], settings["word"])
        return found | {"model": settings["model"]}

    used = {name: [control for control in controls if control not in ("digit 2", "digit 3")[n - 1:]]
            for name, n in LAYOUTS.items()}
    return PaintedExplorer("caption explorer", compute, draw_caption, controls, presets=SCENES, used=("layout", used),
                           words=lambda found: escape(say_caption(found)))


def _pixels(marks, x, y, values, colours):
    """Squares (20, 20) of the strength |value| ≤ 1, in one colour for positive values and one for negative."""
    side = CANVAS * PIXEL
    marks.rect(x, y, side, side, "none", stroke="#999")
    for row, column in np.argwhere(np.abs(values) > .02):
        value = values[row, column]
        marks.rect(x + PIXEL * int(column), y + PIXEL * int(row), PIXEL, PIXEL, colours[int(value < 0)],
                   fill_opacity=f"{abs(value):.2f}")


def draw_caption(found):
    """The picture, the gradient of the chosen word over it, the words with their probabilities, the best sentences."""
    marks, caption, side = Marks(), found["caption"], CANVAS * PIXEL
    marks.text(0, 16, "the picture")
    _pixels(marks, 0, TOP, found["picture"], ("#000", "#000"))
    words = [*caption.text.split(), "⟨end⟩"][:len(caption.words)]
    marks.text(side + GAP, 16, f"gradient of ln p({words[found['word'] - 1]})")
    pixels = found["pixels"] / max(np.abs(found["pixels"]).max(), 1e-300)
    _pixels(marks, side + GAP, TOP, found["picture"] * .35, ("#000", "#000"))
    _pixels(marks, side + GAP, TOP, pixels, (POSITIVE, NEGATIVE))
    _words(marks, 2 * (side + GAP), words, np.exp(caption.log_probs), found)
    y = TOP + max(side, LINE * len(words)) + 26
    marks.text(0, y, f"the {len(found['beams'])} best sentences of a beam of that width, and their probabilities")
    for k, other in enumerate(found["beams"], 1):
        marks.text(12, y + 18 * k, f"{np.exp(other.score):.3f}   {other.text}")
    row, column = np.unravel_index(np.abs(found["pixels"]).argmax(), pixels.shape)
    label = (f"{say_caption(found)} Captioner: {found['model']}. Word {found['word']} depends most on the pixel in row "
             f"{row}, column {column}.")
    return picture([marks], WIDTH, HEIGHT, label)


def _words(marks, x, words, probabilities, found):
    """The words that were written, each with a bar for its probability."""
    marks.text(x, 16, "words, and p of each")
    for k, (word, p) in enumerate(zip(words, probabilities)):
        y = TOP + LINE * k
        chosen = k + 1 == found["word"]
        marks.text(x, y + 14, word, "#000" if chosen else "#333", font_weight="bold" if chosen else "normal")
        marks.rect(x + 70, y + 3, 190 * p, 14, COLOURS[found["model"].split(",")[0]],
                   fill_opacity=".9" if chosen else ".5")
        marks.text(x + 266, y + 14, f"{p:.2f}")


def say_caption(found):
    """What was written, and whether it is right."""
    caption, truth = found["caption"], sentence(found["scene"])
    verdict = "Right" if caption.text == truth else f"Wrong: it is “{truth}”"
    return f"Written: “{caption.text}”, probability {np.exp(caption.score):.2f}. {verdict}."
