"""What a reader moves: sliders, lists and lines of text, described; the browser makes them."""
from typing import NamedTuple

from ..ground.arguments import flag, real, some, takes, text


class Control(NamedTuple):
    """kind "slider" (low, high, step, unit), "choice" (options) or "text" (often: at every letter); its first value and
    its name, in which *c* is italic and b_f has an index."""

    kind: str
    value: object
    name: str
    unit: str = ""
    low: float = 0
    high: float = 0
    step: float = 1
    options: tuple = ()
    often: bool = False

    def check(self, name, value):
        """`value` as this control would hold it. Raises ValueError."""
        if self.kind == "choice":
            if not any(_same(option, value) for option in self.options):
                options = ", ".join(map(repr, self.options))
                raise ValueError(f"{name} is {value!r}, expected one of the options {options}")
            return value
        if self.kind == "text":
            return text(name, value)
        number = real(self.low, self.high)(name, value)
        if isinstance(self.step, int) and number != int(number):
            raise ValueError(f"{name} is {value!r}, expected a whole number")
        return type(self.step)(number)


def _same(one, other):
    return one is other or (type(one) is type(other) and one == other)


@takes(value=real(), low=real(), high=real(), step=real(above=0), name=text, unit=text)
def slider(value, low, high, step, name, unit=""):
    """A slider that moves by `step` with the arrow keys; a whole step makes whole numbers."""
    if not low <= value <= high:
        raise ValueError(f"value is {value}, low is {low} and high is {high}, expected low ≤ value ≤ high")
    return Control("slider", value, name, unit, low, high, step)


@takes(options=some(text), name=text)
def choice(value, options, name):
    """A drop-down list of texts."""
    if not any(_same(option, value) for option in options):
        raise ValueError(f"value is {value!r}, expected one of the options {options!r}")
    return Control("choice", value, name, options=tuple(options))


@takes(value=text, name=text, often=flag)
def entry(value, name, often=False):
    """A line of text, taken when Enter is pressed or the line is left, or at every letter."""
    return Control("text", value, name, often=often)
