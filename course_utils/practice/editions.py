"""The practice edition: the course with the derivations left for the reader to write.

    python -m course_utils.practice --out practice        (or: make practice)

    practice/NN_name.ipynb                  to practise with: function bodies of the derivations blanked, no outputs
    practice/source/NN_name/NN_name.ipynb   for nbgrader: bodies between `### BEGIN SOLUTION` and `### END SOLUTION`

What is blanked: the bodies of all functions, their docstrings excepted, in the cells tagged `derivation`.
"""
import argparse
import ast
import copy
import json
import sys
from pathlib import Path

from tqdm.auto import tqdm

from ..ground.files import replacing
from ..ground.places import NOTEBOOKS

TAG, BEGIN, END = "derivation", "### BEGIN SOLUTION", "### END SOLUTION"
STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")
SOLUTION_CELL = {"schema_version": 3, "grade": False, "solution": True, "locked": False, "task": False}


def bodies(source):
    """[(first, last)] line numbers, from 0, of the body of each function in a cell, docstrings left out.

    Functions inside functions belong to the outer one's body. Raises ValueError if there is no function, or one whose
    body stands on the line of its `def`.
    """
    tree = ast.parse(source)
    methods = [part for node in tree.body if isinstance(node, ast.ClassDef) for part in node.body]
    functions = [node for node in (*tree.body, *methods) if isinstance(node, ast.FunctionDef)]
    if not functions:
        raise ValueError(f"no function to blank in the cell that begins {source[:60]!r}")
    found = []
    for function in functions:
        body = function.body[1:] if ast.get_docstring(function) else function.body
        if not body or body[0].lineno == function.lineno:
            raise ValueError(f"function {function.name} has no lines of its own to blank")
        found.append((body[0].lineno - 1, body[-1].end_lineno - 1))
    return sorted(found)


def with_regions(source):
    """A cell's source with each function's body between the marks that nbgrader looks for."""
    return _replaced(source, lambda lines, indent: [indent + BEGIN, *lines, indent + END])


def blanked(source):
    """A cell's source with each function's body replaced by a line that says so."""
    return _replaced(source, lambda lines, indent: [indent + line for line in STUB])


def _replaced(source, change):
    lines = source.split("\n")
    for first, last in reversed(bodies(source)):
        indent = " " * (len(lines[first]) - len(lines[first].lstrip()))
        lines[first:last + 1] = change(lines[first:last + 1], indent)
    return "\n".join(lines)


def edition(notebook, change, nbgrader=False):
    """A copy of a notebook's dict without outputs, with `change` done to the source of every tagged cell.

    nbgrader: mark these cells as nbgrader does.
    """
    notebook = copy.deepcopy(notebook)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
            if TAG in cell["metadata"].get("tags", ()):
                cell["source"] = change("".join(cell["source"]))
                if nbgrader:
                    cell["metadata"]["nbgrader"] = SOLUTION_CELL | {"grade_id": f"cell-{cell['id']}"}
    return notebook


def write_editions(paths, out):
    """Write both editions of each notebook into the folder `out`. Returns the number of functions blanked."""
    count = 0
    for path in tqdm(paths, desc="practice", unit="notebook"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        write(out / path.name, edition(notebook, blanked))
        write(out / "source" / path.stem / path.name, edition(notebook, with_regions, nbgrader=True))
        count += sum(len(bodies("".join(cell["source"]))) for cell in notebook["cells"]
                     if TAG in cell["metadata"].get("tags", ()))
    return count


def write(path, notebook):
    """Write a notebook; `path` is whole at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path, "w", encoding="utf-8") as file:
        json.dump(notebook, file, indent=1, ensure_ascii=False)
        file.write("\n")


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m course_utils.practice", description="Write the practice edition.")
    parser.add_argument("notebooks", nargs="*", type=Path, help="which notebooks; all if left out")
    parser.add_argument("--out", type=Path, default=Path("practice"), help="folder to write into (%(default)s)")
    asked = parser.parse_args(arguments)
    paths = asked.notebooks or sorted(NOTEBOOKS.glob("*.ipynb"))
    if not paths or asked.out.resolve() == NOTEBOOKS:
        sys.exit(f"no notebooks in {NOTEBOOKS}" if not paths else "--out would overwrite the course itself")
    print(f"{asked.out}: {len(paths)} notebooks, {write_editions(paths, asked.out)} functions to write")
