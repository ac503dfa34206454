"""Students' notebooks: read whole, before any of them runs."""
import ast
import hashlib
import json
import re
from dataclasses import dataclass, field

from ..exercises import check

MOST_BYTES = 20_000_000  # a notebook larger than that is not read
MAGIC = re.compile(r"^(\s*)[%!?].*$", re.M)


@dataclass
class Submission:
    """All that one student handed in. notebooks: {file name: [source of each code cell]}; faults: in words."""

    student: str
    notebooks: dict = field(default_factory=dict)
    faults: list = field(default_factory=list)
    digest: str = ""


def find_submissions(folder):
    """A `Submission` for each student, by name. A folder in `folder` is a student, with all notebooks below it; a
    notebook that lies in `folder` itself is a student of its own. Raises ValueError where there is none."""
    found = {}
    for path in sorted(folder.rglob("*.ipynb")):
        parts = path.relative_to(folder).parts
        if not any(part.startswith(".") for part in parts):
            found.setdefault(parts[0].removesuffix(".ipynb"), []).append(path)
    if not found:
        raise ValueError(f"{folder} holds no notebooks, expected a folder for each student, or a notebook each")
    return [read_submission(student, paths, folder) for student, paths in sorted(found.items())]


def read_submission(student, paths, folder):
    """The `Submission` of one student; what cannot be read becomes a fault."""
    submission, digest = Submission(student), hashlib.sha256()
    for path in paths:
        name = "/".join(path.relative_to(folder).parts)
        try:
            raw = read_bytes(path)
            digest.update(name.encode() + b"\0" + raw)
            submission.notebooks[name] = code_cells(raw)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            submission.faults.append(f"{name} cannot be read: {type(error).__name__}: {str(error)[:100]}")
    submission.digest = digest.hexdigest()[:16]
    return submission


def read_bytes(path):
    """The bytes of a file. Raises ValueError if it is no plain file or too large."""
    if not path.is_file() or path.is_symlink():
        raise ValueError("no plain file")
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"{path.stat().st_size} bytes, more than {MOST_BYTES}")
    return path.read_bytes()


def code_cells(raw):
    """The sources of the code cells of a notebook. Raises ValueError if it is none."""
    notebook = json.loads(raw.decode("utf-8"))
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise ValueError("this is no notebook of format 4")
    sources = [cell.get("source", "") for cell in notebook["cells"] if cell.get("cell_type") == "code"]
    return [text if isinstance(text, str) else "".join(text) for text in sources]


def answers_in(source):
    """[(exercise, expression)] of the lines `check.exercise(expression)` of a cell; [] if it is not Python."""
    try:
        tree = ast.parse(MAGIC.sub(r"\1pass", source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    calls = [node.value for node in tree.body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]
    return [(call.func.attr, ast.unparse(call.args[0])) for call in calls
            if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name)
            and call.func.value.id == "check" and len(call.args) == 1 and call.func.attr in check.exercises()]


def exercises_in(submission):
    """Names of the exercises that a student's notebooks hand in."""
    return {name for cells in submission.notebooks.values() for source in cells for name, _ in answers_in(source)}
