"""README.md: each script has a place of its own in it, between two comments, and the summary on top follows."""
from benchmarks.shared import headlines
from benchmarks.shared.places import README


def read(script):
    """What the page holds of a script now."""
    return _parts(README.read_text(encoding="utf-8"), script)[1].strip("\n")


def write(text, script):
    """Put `text` into the place of a script, and what it changes of the main numbers into the table on top."""
    page = _replaced(README.read_text(encoding="utf-8"), script, text)
    README.write_text(_replaced(page, "shared/headlines.py", headlines.table(page)), encoding="utf-8")


def _replaced(page, script, text):
    before, _, after = _parts(page, script)
    return f"{before}\n{text}\n{after}"


def _parts(page, script):
    """(the page up to the comment that begins a script's place, what is in it, from the comment that ends it)."""
    start, stop = f"<!-- tables: written by {script} -->", f"<!-- end of tables of {script} -->"
    before, _, rest = page.partition(start)
    text, found, after = rest.partition(stop)
    if not found:
        raise SystemExit(f"{README.name} lacks the markers {start} and {stop}")
    return before + start, text, stop + after
