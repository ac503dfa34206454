"""Text that may go into a table, a path or a message, whatever a student wrote."""
import re

LONGEST = 2000  # characters of a field
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")  # those of direction among them


def harmless(text):
    """A field that a spreadsheet takes for text and every file can hold: no formulas, no control characters, no half
    characters; the bytes of a name that is not UTF-8 are written out, as \\xfc."""
    text = CONTROL.sub(" ", whole_characters(str(text)))[:LONGEST]
    return "'" + text if text.startswith(("=", "+", "-", "@")) else text


def whole_characters(text):
    """`text` with what no encoding can hold written out: the bytes of a name, or halves of characters."""
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode("utf-8")


def unique(name, taken):
    """`name`, or `name (2)` and so on, if it is taken."""
    k, found = 2, name
    while found in taken:
        k, found = k + 1, f"{name} ({k})"
    return found
