"""What every stored notebook must be: run in order, clean, described, readable.

Each rule reads a notebook's dict and yields what is wrong. BROKEN holds, for every rule, notebooks that break it
and no other rule; the cells in CELLS are run by nbval under the course's own conftest.py.
"""
import csv
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

with open(ROOT / "data" / "references.csv", encoding="utf-8", newline="") as lines:
    REFERENCES = [row["reference"] for row in csv.DictReader(lines)]

CLOSING = ("## The answer", "## Exercises", "## Five quick questions", "## What to read next")
FOLDED = re.compile(r"<details>\n?<summary>Answer</summary>\n\n(.+?)\n\n</details>", re.S)
MAX_BYTES, MAX_OUTPUT = 2**20, 300_000
MAX_LINE, MAX_BARE, FIRST_WORDS = 100, 5, 90
NOTES = re.compile(r"\b(?:[Tt]he|[Tt]hese|[Ff]ive) notes?\b")
PICTURES = {"image/png", "image/svg+xml", "application/vnd.jupyter.widget-view+json"}
LANGUAGE = {"codemirror_mode": {"name": "ipython", "version": 3}, "file_extension": ".py", "mimetype": "text/x-python",
            "name": "python", "nbconvert_exporter": "python", "pygments_lexer": "ipython3", "version": "3.11.7"}
CELL_KEYS = {"tags", "jupyter", "slideshow", "editable", "deletable"}
ANSI = re.compile(r"\x1b\[[\d;]*m")
IMAGE = re.compile(r"!\[(.*?)\]\(|<img\b[^>]*?(?:\balt=[\"'](.*?)[\"'][^>]*)?>", re.S)
SAYS_NOTHING = re.compile(r"(an? |the )?(plot|figure|image|picture)\b", re.I)
PLACE = re.compile(r"(?<![\w.])/(?:home|root|tmp|Users|usr|opt|var|mnt|private|content)/|\b[A-Z]:(?:\\\\|\\[A-Z])"
                   rf"|\bFile (?:~|/|[A-Z]:)|{re.escape(str(ROOT))}\b")
SILENCED = re.compile(r"(?:filterwarnings|simplefilter|seterr|errstate)\([^)]*[\"']ignore[\"']")
INSTALL = re.compile(r"^\s*[!%]+\s*(?:pip|conda|mamba|uv|apt|apt-get|wget|curl)\b", re.M)
MATH = re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.S)
QUOTED = re.compile(r"```.*?```|`[^`\n]+`|“[^”]*”|\"[^\"\n]*\"|(?<!!)\[[^\]]*\]\([^)]*\)|\]\([^)]*\)|https?://\S+|<[^>]+>",
                    re.S)  # code, quotations and linked titles keep the spelling that they came with
AMERICAN = re.compile(r"\b(?:" + "|".join((
    r"(?!(?:re|over|under|up|down|cap)siz)[a-z]{3,}iz(?:e[sdr]?|ing|ers?|ations?)", r"[a-z]+lyz(?:e[sdr]?|ing)",
    r"(?:col|behavi|fav|neighb|hon)or(?:s|ed|ing|ful|ite|al)?", r"center(?:s|ed|ing)?", r"gray",
    r"(?:model|label|travel|cancel|signal)(?:ed|ing)")) + r")\b", re.I)


def read(path):
    """The notebook in a file, as a dict."""
    return json.loads(path.read_text(encoding="utf-8"))


def source(cell):
    """A cell's text, which nbformat may hold as a list of lines."""
    return "".join(cell["source"])


def cells(notebook, kind):
    """(number among its kind, cell) for all cells of a kind."""
    return list(enumerate((cell for cell in notebook["cells"] if cell["cell_type"] == kind), 1))


def outputs(notebook):
    """(number of the code cell, output) for all stored outputs."""
    return [(n, output) for n, cell in cells(notebook, "code") for output in cell["outputs"]]


def tags(cell):
    """A cell's tags."""
    return cell["metadata"].get("tags", [])


def texts(output):
    """All that an output stores except its PNG, as strings without terminal colours."""
    if output["output_type"] == "stream":
        found = [output["text"]]
    elif output["output_type"] == "error":
        found = [output["evalue"], "\n".join(output["traceback"])]
    else:
        found = [value for mime, value in output["data"].items() if mime != "image/png"]
    return [ANSI.sub("", json.dumps(text) if isinstance(text, dict) else "".join(text)) for text in found]


def words(text):
    """Number of words, formulas and markup left out."""
    text = re.sub(r"!\[.*?\]\(.*?\)|<[^>]+>", " ", re.sub(r"\$\$.*?\$\$", " ", text, flags=re.S))
    return len(re.findall(r"[A-Za-z][A-Za-z'’-]*", text))


def runs_in_order(notebook):
    """nbval passes a notebook without run numbers and compares nothing, so they must be there: 1, 2, 3, …"""
    for n, cell in cells(notebook, "code"):
        if cell["execution_count"] != n:
            yield f"code cell {n}: run number {cell['execution_count']}"


def has_no_empty_cell(notebook):
    """An empty cell is a leftover."""
    for n, cell in enumerate(notebook["cells"], 1):
        if not source(cell).strip():
            yield f"cell {n}: empty"


def raises_where_it_says(notebook):
    """A stored error where the tag promises one, and nowhere else; never as the first thing a reader sees."""
    stored = outputs(notebook)
    if stored and stored[0][1]["output_type"] == "error":
        yield "the first output is an error"
    for n, cell in cells(notebook, "code"):
        raised = any(output["output_type"] == "error" for output in cell["outputs"])
        if raised != ("raises-exception" in tags(cell)):
            yield f"code cell {n}: " + ("an error, not tagged" if raised else "tagged raises-exception, no error")


def is_checked(notebook):
    """nbval runs every cell, and where it does not compare, a tag says so."""
    for n, cell in cells(notebook, "code"):
        if "nbval-skip" in tags(cell) or re.search(r"^\s*#\s*(NBVAL|PYTEST_VALIDATE)_", source(cell), re.M):
            yield f"code cell {n}: nbval told to look away (only the tag nbval-ignore-output may)"


def has_no_stderr(notebook):
    """Warnings are mended, not stored."""
    for n, output in outputs(notebook):
        if output.get("name") == "stderr":
            yield f"code cell {n}: stderr stored"


def describes_figures(notebook):
    """Alt text that states what is to be seen, on stored figures and on images in the text."""
    alts = [(f"markdown cell {n}", found[1] or found[2] or "")
            for n, cell in cells(notebook, "markdown") for found in IMAGE.finditer(source(cell))]
    for n, output in outputs(notebook):
        for mime in output.get("data", {}):
            if mime.startswith("image/"):
                meta = output["metadata"]
                alts.append((f"code cell {n}", meta.get(mime, {}).get("alt") or meta.get("alt", "")))
    for place, alt in alts:
        if len(alt.strip()) < 20 or SAYS_NOTHING.match(alt.strip()):
            yield f"{place}: alt text {alt!r} does not say what is to be seen"


def names_no_place(notebook):
    """No path of the machine that ran it, in text, code, outputs or tracebacks."""
    found = [(f"markdown cell {n}", MATH.sub(" ", source(cell))) for n, cell in cells(notebook, "markdown")]
    found += [(f"code cell {n}", source(cell)) for n, cell in cells(notebook, "code")]
    found += [(f"output of code cell {n}", text) for n, output in outputs(notebook) for text in texts(output)]
    for place, text in found:
        if match := PLACE.search(text):
            yield f"{place}: absolute path {text[match.start():match.start() + 40]!r}"


def hides_nothing(notebook):
    """No warning switched off, nothing installed or downloaded."""
    for n, cell in cells(notebook, "code"):
        if SILENCED.search(source(cell)):
            yield f"code cell {n}: warnings switched off"
        if INSTALL.search(source(cell)):
            yield f"code cell {n}: installs or downloads"


def is_small(notebook):
    """The file (as nbformat writes it), each output that is not a PNG, and what explorers store for pages without a
    kernel: the frames of 09's players are the most."""
    stored = sum(len(output["metadata"].get("course_explorer", "").encode()) for _, output in outputs(notebook)
                 if "metadata" in output)
    size = len(json.dumps(notebook, indent=1, ensure_ascii=False).encode())
    if size - stored >= MAX_BYTES or stored >= MAX_BYTES:
        yield f"{size - stored} and {stored} bytes, one of them more than {MAX_BYTES}"
    for n, output in outputs(notebook):
        if (size := sum(map(len, texts(output)))) > MAX_OUTPUT:
            yield f"code cell {n}: an output of {size} characters"


def sections(notebook):
    """{heading: all of its markdown} of the level-2 headings, in order."""
    text = "\n\n".join(source(cell) for _, cell in cells(notebook, "markdown"))
    parts = re.split(r"^(## .+)$", text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def lesson_length(notebook):
    """Number of cells before the exercises."""
    found = [n for n, cell in enumerate(notebook["cells"]) if source(cell).startswith("## Exercises")]
    return found[0] if found else len(notebook["cells"])


def keeps_rhythm(notebook):
    """30–60 cells and the exercises, short code, and before it a paragraph."""
    lines, before, gap = [], [], 0
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            gap += words(source(cell))
        elif cell["cell_type"] == "code":
            lines.append(sum(1 for line in source(cell).splitlines() if line.strip()))
            before.append(gap)
            gap = 0
    n_cells = lesson_length(notebook)
    if "appendix" in source(notebook["cells"][0]):
        n_cells = max(n_cells, 30)  # a place to look things up may be short
    yield from rhythm_of(n_cells, sorted(lines or [0]), before or [0])


def rhythm_of(n_cells, lines, before):
    """What STYLE asks of the number of cells, the sorted lengths of code cells and the words before each."""
    p90, bare = lines[int(0.9 * (len(lines) - 1))], sum(count == 0 for count in before) / len(before)
    if not 30 <= n_cells <= 60:
        yield f"{n_cells} cells, not 30 to 60"
    if statistics.median(lines) > 4:
        yield f"code cells have {statistics.median(lines)} lines in the median, more than 4"
    if p90 > 12:
        yield f"the ninth decile of code cells has {p90} lines, more than 12"
    if lines[-1] > 20:
        yield f"the longest code cell has {lines[-1]} lines, more than 20"
    if bare >= 0.1:
        yield f"{bare:.0%} of code cells have no prose before them, not fewer than 10%"
    if not 20 <= statistics.median(before) <= 60:
        yield f"{statistics.median(before)} words before a code cell in the median, not 20 to 60"


def opens_with_title(notebook):
    """A level-1 heading comes first."""
    first = notebook["cells"][0]
    if first["cell_type"] != "markdown" or not source(first).startswith("# "):
        yield "does not open with a level-1 heading"


def closes_with_help(notebook):
    """The answer, exercises, five questions with folded answers, and references that stand in data/references.csv."""
    found = sections(notebook)
    if tuple(found)[-4:] != CLOSING:
        yield f"closes with {', '.join(list(found)[-4:])}, not {', '.join(CLOSING)}"
        return
    questions, reading = (found[heading] for heading in CLOSING[2:])
    if len(FOLDED.findall(questions)) != 5 or questions.count("<details>") != 5:
        yield f"{len(FOLDED.findall(questions))} folded answers, not 5"
    books = re.findall(r"^- (.+(?:\n  .+)*)", reading, re.M)
    if not 2 <= len(books) <= 6:
        yield f"{len(books)} references, not 2 to 6"
    for book in books:
        if not any(" ".join(book.split()).startswith(reference) for reference in REFERENCES):
            yield f"not in data/references.csv: {book[:50]!r}"


def runs_anywhere(notebook):
    """Metadata name the standard kernel and its language as Lab would, which rewrites a notebook that lacks some of it
    as soon as it is opened; and nothing of the machine, the editor or the hour."""
    meta = notebook["metadata"]
    kernel = meta.get("kernelspec", {})
    if kernel.get("name") != "python3" or not kernel.get("display_name", "").startswith("Python 3"):
        yield f"kernelspec {kernel}, not python3"
    if set(meta.get("language_info", {})) != set(LANGUAGE):
        yield f"language_info has {', '.join(sorted(meta.get('language_info', {})))}, not {', '.join(sorted(LANGUAGE))}"
    extra = set(meta) - {"kernelspec", "language_info"}
    for cell in notebook["cells"]:
        extra |= set(cell["metadata"]) - CELL_KEYS
    if extra:
        yield f"metadata of one machine or editor: {', '.join(sorted(extra))}"


def is_british(notebook):
    """One spelling throughout the prose; alt text in it counts, code, quotations and linked titles do not."""
    for n, cell in cells(notebook, "markdown"):
        text = source(cell)
        for title in REFERENCES:
            text = text.replace(title, " ")
        for match in AMERICAN.finditer(QUOTED.sub(" ", MATH.sub(" ", text))):
            yield f"markdown cell {n}: {match[0]!r} is not British spelling"


def is_readable(notebook):
    """Code that a window shows whole, verdicts with their numbers, and nothing that only those know who asked for the
    course: the five notes are notebook 17's."""
    for n, cell in cells(notebook, "code"):
        for line in source(cell).splitlines():
            if len(line) > MAX_LINE:
                yield f"code cell {n}: a line of {len(line)} characters, more than {MAX_LINE}: {line[:40]!r} …"
    printed = [text for _, output in outputs(notebook) for text in printed_by(output)]
    bare = sum(len(re.findall(r"\b(?:True|False)\b", text)) for text in printed)
    if bare > MAX_BARE:
        yield f"{bare} times a bare True or False, more than {MAX_BARE}: print the number beside the tolerance"
    for n, cell in cells(notebook, "markdown"):
        if match := NOTES.search(source(cell)):
            yield f"markdown cell {n}: {match[0]!r} stand in notebook 17 alone"


def printed_by(output):
    """What an output shows as text."""
    return ["".join(output.get("text", output.get("data", {}).get("text/plain", "")))]


def shows_before_it_derives(notebook):
    """A picture or a live explorer on the first screen: below a short text and one cell of imports."""
    pictures = [n for n, output in outputs(notebook) if PICTURES & set(output.get("data", {}))]
    if not pictures or pictures[0] > 2:
        yield f"the first picture comes in code cell {min(pictures, default=None)}, not in 1 or 2"
    if (count := words(source(notebook["cells"][0]))) > FIRST_WORDS:
        yield f"{count} words before the first cell, more than {FIRST_WORDS}"


def spoils_no_prediction(notebook):
    """The outputs below "**Predict" are folded."""
    for before, cell in zip(notebook["cells"], notebook["cells"][1:]):
        asked = before["cell_type"] == "markdown" and re.search(r"\*\*Predict\b", source(before))
        if not asked or cell["cell_type"] != "code" or not cell["outputs"] or "check." in source(cell):
            continue
        if not cell["metadata"].get("jupyter", {}).get("outputs_hidden"):
            yield f"{source(cell).splitlines()[0]!r}: a prediction is asked for above it, and its output is not folded"


RULES = (runs_in_order, has_no_empty_cell, raises_where_it_says, is_checked, has_no_stderr, describes_figures,
         names_no_place, hides_nothing, is_small, keeps_rhythm, opens_with_title, closes_with_help, runs_anywhere,
         is_british, is_readable, shows_before_it_derives, spoils_no_prediction)

def complaints(notebook):
    """All that is wrong with a notebook's dict."""
    return [complaint for rule in RULES for complaint in rule(notebook)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_keeps_the_rules(path):
    assert re.fullmatch(r"\d\d_[a-z0-9]+(_[a-z0-9]+)+", path.stem), "a name is NN_verb_phrase"
    found = complaints(read(path))
    if path.name.startswith("17"):
        found = [line for line in found if "stand in notebook 17 alone" not in line]
    assert not found, "\n".join(found)


def test_there_are_notebooks():
    numbers = [path.name[:2] for path in NOTEBOOKS]
    assert numbers and len(set(numbers)) == len(numbers)


PROSE = "Before each cell a few sentences say what it does, why that matters, what will come out, and how to read it."


def stream(text, name="stdout"):
    """A stored text output."""
    return {"output_type": "stream", "name": name, "text": text}


def shown(data, kind="display_data", **metadata):
    """A stored display, or with kind="execute_result" the value of a cell."""
    extra = {"execution_count": 1} if kind == "execute_result" else {}
    return {"output_type": kind, "data": data, "metadata": metadata, **extra}


def error(name, value, traceback="Traceback"):
    """A stored error."""
    return {"output_type": "error", "ename": name, "evalue": value, "traceback": [traceback]}


def code_cell(n, text, stored=(), tags=()):
    """A code cell that has run."""
    return {"cell_type": "code", "id": f"code-{n}", "execution_count": n, "source": text, "outputs": list(stored),
            "metadata": {"tags": list(tags)} if tags else {}}


def markdown_cell(n, text):
    """A markdown cell."""
    return {"cell_type": "markdown", "id": f"text-{n}", "metadata": {}, "source": text}


def as_notebook(some_cells):
    """A notebook's dict around cells."""
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return {"nbformat": 4, "nbformat_minor": 5, "cells": some_cells,
            "metadata": {"kernelspec": kernel, "language_info": LANGUAGE}}


def closing(n_questions=5, reading=f"- {REFERENCES[0]} It began here."):
    """The last markdown of a notebook."""
    fold = "**Why?**\n\n<details><summary>Answer</summary>\n\nBecause.\n\n</details>\n\n"
    parts = ("All.", "One.", fold * n_questions, f"{reading}\n- {REFERENCES[-1]}")
    return "\n\n".join(f"{heading}\n\n{part}" for heading, part in zip(CLOSING, parts))


def good_notebook():
    """A notebook against which no rule has anything to say: cell 2 draws, cell 3 raises."""
    some_cells = [markdown_cell(0, "# Find a fault\n\nWhich faults are found?")]
    for n in range(1, 16):
        some_cells += [markdown_cell(n, PROSE), code_cell(n, f"print({n})", [stream(f"{n}\n")])]
    notebook = as_notebook([*some_cells, markdown_cell(16, closing())])
    alt = {"alt": "Gradient norm falls by half at every step back"}
    code(notebook, 2)["outputs"] = [shown({"image/png": "iVBO", "text/plain": "<Figure>"}, **{"image/png": alt})]
    code(notebook, 3).update(metadata={"tags": ["raises-exception"]}, outputs=[error("ValueError", "too long")])
    return notebook


def code(notebook, n):
    """The n-th code cell."""
    return cells(notebook, "code")[n - 1][1]


def write(text, n=1, before=False):
    """A change of a notebook: other text in the n-th code cell, or in the markdown cell before it."""
    return lambda notebook: notebook["cells"][2 * n - before].update(source=text)


def store(*stored, n=1):
    """A change of a notebook: other outputs of the n-th code cell."""
    return lambda notebook: code(notebook, n).update(outputs=list(stored))


def retag(*new, n=1):
    """A change of a notebook: other tags on the n-th code cell."""
    return lambda notebook: code(notebook, n).update(metadata={"tags": list(new)})


def with_prose(addition):
    """A change of a notebook: a sentence more before the first code cell."""
    return write(f"{PROSE} {addition}", before=True)


def every(*changes):
    """All of these changes, one after the other."""
    return lambda notebook: [change(notebook) for change in changes]


def number(n, *counts):
    """A change of a notebook: other run numbers from the n-th code cell on."""
    return every(*(lambda notebook, at=at, count=count: code(notebook, at).update(execution_count=count)
                   for at, count in enumerate(counts, n)))


def grow(n_cells):
    """A change of a notebook: cut, or filled up with prose, to so many cells."""
    def change(notebook):
        *lesson, last = notebook["cells"]
        filled = (lesson + [markdown_cell(n, PROSE) for n in range(99, 160)])[:n_cells - 1]
        notebook["cells"] = [*filled, last]
    return change


def describe(**changes):
    """A change of a notebook's metadata."""
    return lambda notebook: notebook["metadata"].update(changes)


def close(text):
    """A change of a notebook: other closing sections."""
    return lambda notebook: notebook["cells"][-1].update(source=text)


def retitle(notebook):
    """A smaller heading on top."""
    notebook["cells"][0]["source"] = "## Find a fault"


PNG, SVG = {"image/png": "iVBO"}, {"image/svg+xml": "<svg/>"}
BROKEN = (
    (runs_in_order, number(4, None), "code cell 4: run number None"),
    (runs_in_order, number(4, 5, 4), "code cell 4: run number 5"),
    (runs_in_order, number(1, *[None] * 15), "code cell 15: run number None"),
    (has_no_empty_cell, write(" \n", n=9), "cell 19: empty"),
    (raises_where_it_says, retag(n=3), "code cell 3: an error, not tagged"),
    (raises_where_it_says, retag("raises-exception", n=4), "code cell 4: tagged raises-exception, no error"),
    (raises_where_it_says, every(store(error("ValueError", "no")), retag("raises-exception")), "the first output is"),
    (is_checked, retag("nbval-skip"), "code cell 1: nbval told to look away"),
    (is_checked, write("# NBVAL_SKIP\nprint(1)"), "code cell 1: nbval told to look away"),
    (has_no_stderr, store(stream("RuntimeWarning: overflow", "stderr")), "code cell 1: stderr stored"),
    (describes_figures, store(shown(PNG), n=2), "code cell 2: alt text ''"),
    (describes_figures, store(shown(SVG), n=2), "code cell 2: alt text ''"),
    (describes_figures, store(shown(PNG, alt="norms over time"), n=2), "code cell 2: alt text 'norms over time'"),
    (describes_figures, store(shown(PNG, alt="A plot of gradient norms over time"), n=2), "alt text 'A plot"),
    (describes_figures, with_prose("![](gates.png)"), "markdown cell 2: alt text ''"),
    (describes_figures, with_prose('<img src="gates.png">'), "markdown cell 2: alt text ''"),
    (names_no_place, write("open('/home/me/text.txt')"), "code cell 1: absolute path \"/home/me/text.txt"),
    (names_no_place, write(r"open('C:\\Data\\text.txt')"), "code cell 1: absolute path \"C:"),
    (names_no_place, with_prose("The file is in /tmp/x."), "markdown cell 2: absolute path '/tmp/x"),
    (names_no_place, store(stream("see file:///Users/me/x.txt")), "output of code cell 1: absolute path '/Users/me"),
    (names_no_place, store(shown({"text/html": "<p>/root/x"})), "output of code cell 1: absolute path '/root/x"),
    (names_no_place, store(stream(f"saved in {ROOT}")), "output of code cell 1: absolute path"),
    (names_no_place, store(error("ValueError", "no", "\x1b[36mFile \x1b[39m\x1b[32m~/x.py:3"), n=3), "'File ~/x.py:3'"),
    (hides_nothing, write("import warnings\nwarnings.filterwarnings('ignore')"), "code cell 1: warnings switched off"),
    (hides_nothing, write('np.seterr(over="ignore")'), "code cell 1: warnings switched off"),
    (hides_nothing, write("%pip install numpy"), "code cell 1: installs or downloads"),
    (hides_nothing, write("print(1)\n!pip install numpy"), "code cell 1: installs or downloads"),
    (is_small, store(stream("x" * 400_000)), "code cell 1: an output of 400000 characters"),
    (is_small, store(shown({"image/png": "x" * 2**20}, alt="Gradient norm falls at every step")), "of them more than"),
    (keeps_rhythm, grow(29), "29 cells, not 30 to 60"),
    (keeps_rhythm, grow(61), "61 cells, not 30 to 60"),
    (keeps_rhythm, every(*(write("x = 1\n" * 5, n) for n in range(1, 9))), "code cells have 5 lines in the median"),
    (keeps_rhythm, every(*(write("x = 1\n" * 13, n) for n in (5, 6, 7))), "ninth decile of code cells has 13 lines"),
    (keeps_rhythm, write("x = 1\n" * 21), "the longest code cell has 21 lines, more than 20"),
    (keeps_rhythm, every(*(write("$$h = 0$$", n, before=True) for n in (4, 5))), "13% of code cells have no prose"),
    (keeps_rhythm, every(*(write("Look.", n, before=True) for n in range(1, 10))), "1 words before a code cell"),
    (keeps_rhythm, every(*(write(PROSE * 4, n, before=True) for n in range(1, 9))), "words before a code cell"),
    (closes_with_help, close("## The answer\n\nAll."), "closes with ## The answer, not ## The answer, ## Exercises"),
    (closes_with_help, close(closing(4)), "4 folded answers, not 5"),
    (closes_with_help, close(closing().replace("</summary>\n\n", "</summary>")), "0 folded answers, not 5"),
    (closes_with_help, close(closing(reading="")), "1 references, not 2 to 6"),
    (closes_with_help, close(closing(reading="- Anonymous (1850). Gradients.")), "not in data/references.csv: 'Anon"),
    (opens_with_title, retitle, "does not open with a level-1 heading"),
    (runs_anywhere, describe(kernelspec={}), "kernelspec {}, not python3"),
    (runs_anywhere, describe(kernelspec={"name": "venv311", "display_name": "Python 3"}), "venv311"),
    (runs_anywhere, describe(kernelspec={"name": "python3", "display_name": ".venv (3.11)"}), "not python3"),
    (runs_anywhere, describe(language_info={"name": "python"}), "language_info has name, not codemirror_mode"),
    (runs_anywhere, describe(language_info=LANGUAGE | {"theme": "dark"}), "theme"),
    (runs_anywhere, describe(vscode={}), "machine or editor: vscode"),
    (runs_anywhere, lambda notebook: code(notebook, 1)["metadata"].update(execution={}), "or editor: execution"),
    (is_british, with_prose("The behavior is as before."), "markdown cell 2: 'behavior' is not British"),
    (is_british, with_prose("We initialize it."), "markdown cell 2: 'initialize' is not British"),
    (is_british, with_prose("Normalization and its color."), "markdown cell 2: 'Normalization' is not British"),
    (is_british, with_prose("We analyzed the gray curve."), "markdown cell 2: 'analyzed' is not British"),
    (is_readable, write("x = 1  #" + " long" * 20), "code cell 1: a line of 108 characters, more than 100"),
    (is_readable, store(stream("True False\n" * 3)), "6 times a bare True or False, more than 5"),
    (is_readable, store(shown({"text/plain": "(True,\n" * 6}, "execute_result")), "6 times a bare True"),
    (is_readable, with_prose("The notes say so."), "'The notes' stand in notebook 17 alone"),
    (shows_before_it_derives, store(n=2), "the first picture comes in code cell None"),
    (shows_before_it_derives, every(store(n=2), store(shown(PNG, alt="Norm falls at every step back"), n=4)), "cell 4"),
    (shows_before_it_derives, lambda notebook: notebook["cells"][0].update(source=f"# Find it\n\n{'word ' * 90}"),
     "92 words before the first cell"),
    (spoils_no_prediction, write("**Predict:** what comes out of this cell? " + PROSE, before=True), "not folded"),
    (spoils_no_prediction, write("**Predict before you run:** what comes out? " + PROSE, before=True), "not folded"),
)
HARMLESS = (
    every(grow(26), lambda notebook: notebook["cells"][0].update(source="# Look it up\n\nThis appendix is short.")),
    with_prose("`initialize(color)` sets $x_{center}$; see [Normalize it](https://example.org/home/color) and “gray”."),
    with_prose("Modelling, labelled, resized, synthesised, colours, a prize, and $f:\\mathbb{R} \\to W:\\Delta$."),
    with_prose("![The gate opens at step ten and closes at twenty](gates.png)"),
    with_prose('<img src="gates.png" alt="The gate opens at step ten and closes at twenty">'),
    write("with warnings.catch_warnings(record=True) as caught:\n    warnings.simplefilter('always')\nprint(5 % pip)"),
    write('print("W:\\n", W, "and/or", "data/tmp/x")'),
    retag("nbval-ignore-output", "hide-input"),
    store(stream("x" * 299_000)),
    every(write("**Predict:** what comes out of this cell? " + PROSE, before=True),
          lambda notebook: code(notebook, 1)["metadata"].update(jupyter={"outputs_hidden": True})),
    every(write("**Predict:** what comes out of this cell? " + PROSE, before=True), write("check.words(...)")),
    every(write("x" * 100), store(stream("True " * 5))),
)


def stored_and_read(notebook, folder):
    """The notebook after a trip through a file."""
    (folder / "notebook.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return read(folder / "notebook.ipynb")


@pytest.mark.parametrize(("rule", "spoil", "complaint"), BROKEN,
                         ids=[f"{rule.__name__}-{n}" for n, (rule, _, _) in enumerate(BROKEN)])
def test_rule_catches_a_broken_notebook(rule, spoil, complaint, tmp_path):
    notebook = good_notebook()
    spoil(notebook)
    notebook = stored_and_read(notebook, tmp_path)
    found = complaints(notebook)
    assert any(complaint in line for line in found), found
    assert found == list(rule(notebook)), "another rule complains as well"


@pytest.mark.parametrize("change", ((lambda notebook: None), *HARMLESS), ids=range(len(HARMLESS) + 1))
def test_rules_pass_a_good_notebook(change, tmp_path):
    notebook = good_notebook()
    change(notebook)
    assert complaints(stored_and_read(notebook, tmp_path)) == []


def test_every_rule_is_seen_to_catch_something():
    assert {rule for rule, _, _ in BROKEN} == set(RULES)


DIVIDED = error("ZeroDivisionError", "division by zero")
VALUE_2 = shown({"text/plain": "2"}, "execute_result")
CELLS = {  # name: (source, stored outputs, tags, what nbval must say or None)
    "the same text": ("print(3)", [stream("3\n")], (), None),
    "changed text": ("print(3)", [stream("4\n")], (), "Cell outputs differ"),
    "changed value": ("1 + 2", [VALUE_2], (), "Cell outputs differ"),
    "one output too few": ("display(1)\ndisplay(2)", [shown({"text/plain": "1"})], (), "Cell outputs differ"),
    "one output too many": ("display(1)", [shown({"text/plain": "1"})] * 2, (), "Cell outputs differ"),
    "nothing comes": ("x = 1", [stream("3\n")], (), "Cell outputs differ"),
    "semicolon hides the value": ("1 + 1;", [], (), None),
    "semicolon, value stored": ("1 + 1;", [VALUE_2], (), "Cell outputs differ"),
    "error not expected": ("1 / 0", [DIVIDED], (), "Cell execution caused an exception"),
    "error as tagged": ("1 / 0", [DIVIDED], ("raises-exception",), None),
    "another error": ("int('x')", [DIVIDED], ("raises-exception",), "Cell outputs differ"),
    "tagged, nothing raised": ("x = 1", [], ("raises-exception",), "nothing was raised"),
    "tagged, nothing compared": ("x = 1", [DIVIDED], ("raises-exception", "nbval-ignore-output"), "nothing was raised"),
    "time not compared": ("import time\ntime.time()", [VALUE_2], ("nbval-ignore-output",), None),
    "the user's own settings": ("'leak' in globals()", [shown({"text/plain": "False"}, "execute_result")], (), None),
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    """What nbval says of each cell in CELLS, run under the course's conftest.py; None if it passes."""
    folder = tmp_path_factory.mktemp("nbval")
    shutil.copy(ROOT / "conftest.py", folder)
    some_cells = [code_cell(n, *CELLS[name][:3]) for n, name in enumerate(CELLS, 1)]
    (folder / "cells.ipynb").write_text(json.dumps(as_notebook(some_cells)), encoding="utf-8")
    startup = folder / "user" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "leak.py").write_text("leak = True", encoding="utf-8")
    run_nbval(folder, {"IPYTHONDIR": str(folder / "user")})
    cases = ElementTree.parse(folder / "out.xml").iter("testcase")
    found = {case.get("name"): case.findtext("failure") for case in cases}
    return {name: found[f"Cell {n}"] for n, name in enumerate(CELLS)}


def run_nbval(folder, settings):
    """Run strict nbval in a process of its own over the notebooks of a folder; writes out.xml."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    options = ("--nbval", "--nbval-cell-timeout=60", "--color=no", "--junitxml=out.xml", "-p", "no:cacheprovider")
    done = subprocess.run([sys.executable, "-m", "pytest", "--rootdir=.", *options, "cells.ipynb"], cwd=folder,
                          env={**env, **settings}, timeout=120, capture_output=True, text=True)
    assert done.returncode == 1, done.stdout + done.stderr


@pytest.mark.parametrize("name", CELLS)
def test_nbval_catches(name, verdicts):
    expected, verdict = CELLS[name][3], verdicts[name]
    if expected is None:
        assert verdict is None
    else:
        assert expected in (verdict or "passed")
