"""What is folded on a page: what comes out below a prediction, and the sections that are not the notebook's core."""
import re

from outputs import text_of

CORE = re.compile(r"\*\*The core\*\*, about \d+ minutes: (.+?)\. The other", re.S)
PREDICT = re.compile(r"\*\*predict\b", re.I)
AFTER = "The answer"  # no section below it belongs to the lesson
OPEN = '<details class="course-optional"><summary>{}</summary>'
CLOSE = "</details>"


def core_sections(cells):
    """The sections that a notebook names as its core, above its first section; none if all are."""
    text = "\n".join(text_of(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    found = CORE.search(text.split("\n## ")[0])
    return [" ".join(name.split()) for name in re.findall(r"\*(.+?)\*", found[1], re.S)] if found else []


def fold_sections(cells):
    """Put each section that is not core into a <details> element. The cells are changed in place."""
    core = core_sections(cells)
    open_now = done = not core
    for cell in cells:
        if cell["cell_type"] != "markdown":
            continue
        parts = re.split(r"(?m)^(?=## )", cell["source"])
        for n, part in enumerate(parts):
            if not part.startswith("## ") or (done and not open_now):
                continue
            title, _, rest = part[3:].partition("\n")
            closing, open_now = f"{CLOSE}\n\n" if open_now and core else "", title not in core and not done
            said = "Show this section" if title.endswith("(optional)") else "Optional: not part of the core"
            opening = f"{OPEN.format(said)}\n\n" if open_now else ""
            parts[n] = f"{closing}## {title}\n\n{opening}{rest}"
            done = done or title == AFTER
        cell["source"] = "".join(parts)


def must_fold(cell, before):
    """Whether the outputs of a code cell stay folded: the notebook says so, or the text above asks for a prediction."""
    metadata = cell["metadata"]
    asked = before is not None and before["cell_type"] == "markdown" and PREDICT.search(before["source"])
    return bool(metadata.get("jupyter", {}).get("outputs_hidden") or metadata.get("collapsed")
                or (asked and not re.search(r"^check\.", cell["source"], re.M)))


def fold_outputs(cells):
    """Tag the cells whose outputs must stay folded; MyST-NB knows the tags. The cells are changed in place."""
    for before, cell in zip([None, *cells], cells):
        if cell["cell_type"] != "code":
            continue
        tags = cell["metadata"].setdefault("tags", [])
        if must_fold(cell, before) and cell["outputs"]:
            tags.append("hide-output")
        if cell["metadata"].get("jupyter", {}).get("source_hidden"):
            tags.append("hide-input")
