"""The alternative texts of the notebooks' figures. They stand in `alt_texts`, a file for each notebook, and not in its
code, where a reader would meet the answer before the figure."""
import difflib
import re
from functools import cache
from importlib.resources import files

HEADING = re.compile(r"^## (\S+)$", re.M)


@cache
def alt_texts():
    """{name of the figure: its alternative text} of the whole course. Raises ValueError if two figures share a name."""
    found = {}
    for file in sorted((files("course_utils.figures") / "alt_texts").iterdir(), key=lambda file: file.name):
        _, *parts = HEADING.split(file.read_text(encoding="utf-8"))
        for name, text in zip(parts[::2], parts[1::2]):
            if name in found:
                raise ValueError(f"{file.name} has a figure {name}, and so has another file or heading")
            found[name] = " ".join(text.split())
    return found


def alt_text(alt):
    """The text stored under a name, or the text itself if it is no name. Raises ValueError if it is empty, or a name
    without a text."""
    if not alt.strip():
        raise ValueError("alt is empty, expected a sentence that says what the figure shows")
    if not alt.isidentifier():
        return alt
    if alt not in alt_texts():
        near = "".join(f"{name!r}, or " for name in difflib.get_close_matches(alt, alt_texts(), 1))
        raise ValueError(f"alt is {alt!r}, and no figure of the course has this name; expected {near}a sentence that "
                         "says what the figure shows")
    return alt_texts()[alt]
