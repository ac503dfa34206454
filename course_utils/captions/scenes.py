"""Scenes: one to three digits in a layout, and the one sentence that describes each.

    alone      a seven
    row        a seven left of a two · two sevens side by side
    column     a seven above a two · two sevens in a column
    above      a seven above a two and a five · a seven above two twos     (one digit above a row of two)
    below      a seven below a two and a five · a seven below two twos
    left       a seven left of a two above a five · a seven left of two twos     (one digit left of a column of two)
    right      a seven right of a two above a five · a seven right of two twos

Every sentence has one meaning and every scene one sentence, so that a caption is either right or wrong.
"""
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from ..ground.arguments import a, flag, takes, text
from ..ground.checks import as_size, one_of

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
PLURALS = tuple(name + ("es" if name == "six" else "s") for name in DIGITS)
LAYOUTS = {"alone": 1, "row": 2, "column": 2, "above": 3, "below": 3, "left": 3, "right": 3}  # how many digits
RELATIONS = {"row": "left of", "column": "above", "above": "above", "below": "below", "left": "left of",
             "right": "right of"}
BETWEEN = {"above": "and", "below": "and", "left": "above", "right": "above"}  # the two digits of the pair
TWINS = {"row": "side by side", "column": "in a column"}
SHARE = 5  # one arrangement of so many is held out


class Scene(NamedTuple):
    """layout: a name of LAYOUTS · digits: one to three numbers from 0 to 9, in the order of the sentence."""

    layout: str
    digits: tuple

    def check(self):
        """The scene itself. Raises ValueError for an unknown layout or digits that don't fit it."""
        wanted = LAYOUTS[one_of("layout", self.layout, tuple(LAYOUTS))]
        if not isinstance(self.digits, (tuple, list)) or len(self.digits) != wanted:
            raise ValueError(f"digits are {self.digits}, expected {wanted} for the layout {self.layout!r}")
        for digit in self.digits:
            as_size("digit", digit, 0, 9)
        return self


@takes(scene=a(Scene), counted=flag)
def sentence(scene, counted=True):
    """The scene's one sentence. counted=False: two equal digits are named one by one, as the grammar does not. Raises
    ValueError for a scene that is none."""
    layout, digits = scene.check()
    names = [("an " if digit == 8 else "a ") + DIGITS[digit] for digit in digits]
    if layout == "alone":
        return names[0]
    if layout in TWINS:
        twins = counted and digits[0] == digits[1]
        return f"two {PLURALS[digits[0]]} {TWINS[layout]}" if twins else f" {RELATIONS[layout]} ".join(names)
    twins = counted and digits[1] == digits[2]
    pair = f"two {PLURALS[digits[1]]}" if twins else f" {BETWEEN[layout]} ".join(names[1:])
    return f"{names[0]} {RELATIONS[layout]} {pair}"


@takes(scene=a(Scene))
def held_out(scene):
    """Whether the arrangement is kept for testing: one of five pairs and triples, those for which a + 2b + 3c + number
    of the layout can be divided by 5 (a, b, c the digits). Each digit still occurs at each place in training. Digits
    alone and two equal ones are all in training: their names must be learned somewhere."""
    layout, digits = scene.check()
    number = list(LAYOUTS).index(layout)
    named = len(digits) == 1 or (layout in TWINS and digits[0] == digits[1])
    return not named and (sum(k * digit for k, digit in enumerate(digits, 1)) + number) % SHARE == 0


@lru_cache(maxsize=1)
def all_scenes():
    """All 4210 scenes, in a fixed order."""
    return tuple(Scene(layout, digits) for layout, n in LAYOUTS.items() for digits in product(range(10), repeat=n))


@lru_cache(maxsize=1)
def _meanings():
    return {sentence(scene): scene for scene in all_scenes()}


@takes(text=text)
def parse(text):
    """The scene that a sentence describes, None for words that are no sentence of the grammar."""
    return _meanings().get(text)
