"""From a stored notebook to the notebook that MyST-NB makes a page of. Nothing is run."""
import json

from folding import fold_outputs, fold_sections
from helps import add_helps, add_note
from outputs import shown, text_of

LINKS = ('<p class="course-links"><a href="notebooks/{name}.ipynb" download>Download this notebook</a> '
         "<span>(to open it: <code>jupyter lab {name}.ipynb</code>, with the course installed; "
         "or <code>make lab</code> for all of them)</span></p>")


def notebook_page(path, links, figures):
    """The notebook at `path` as the web edition shows it; its pictures go into the folder `figures`."""
    notebook = read(path)
    cells = notebook["cells"]
    for cell in cells:
        cell["source"] = text_of(cell["source"])
        if cell["cell_type"] == "markdown":
            cell["source"] = links.rewrite(cell["source"], f"notebooks/{path.name}")
    for n, cell in enumerate(cells):
        if cell["cell_type"] == "code":
            name, where = f"{path.stem[:2]}_{n:02d}", f"{path.name}, cell {n}"
            cell["outputs"] = show_outputs(cell["outputs"], name, figures, where)
    fold_sections(cells)
    fold_outputs(cells)
    add_note(cells)
    title, _, rest = cells[0]["source"].partition("\n")
    cells[0]["source"] = f"{title}\n\n{LINKS.format(name=path.stem)}\n\n{rest}"
    made = [{**cell, "id": f"cell-{n}"} for n, cell in enumerate(add_helps(cells))]
    return {**notebook, "cells": made, "nbformat_minor": 5}


def read(path):
    """The notebook in a file, as JSON. Raises ValueError if it is none."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        if notebook["nbformat"] != 4 or not text_of(notebook["cells"][0]["source"]).startswith("# "):
            raise ValueError("expected a notebook of format 4 whose first cell begins with its title")
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise ValueError(f"{path} can't be shown: {error}") from error
    return notebook


def show_outputs(outputs, name, figures, where):
    """The outputs of a cell, as the page shows them."""
    made = (shown(output, f"{name}_{n}.png", figures, where) for n, output in enumerate(outputs))
    return [output for output in made if output is not None]
