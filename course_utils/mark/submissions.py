"""Students' notebooks: found and read whole, before any of them runs."""
import hashlib
import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from .answers import answers_in
from .fields import harmless, unique, whole_characters

MOST_BYTES = 20_000_000  # a notebook larger than that is not read
NOTEBOOK = re.compile(r"\.ipynb$", re.I)
LOOKS_LIKE = re.compile(r"(\.ipynb)?\.(zip|7z|rar|tar|tgz|gz|bz2|xz|ipynb|txt|json|html?|pdf|docx?|py)$", re.I)
PACKED = re.compile(r"\.ipynb|\.(zip|7z|rar|tar|tgz|gz|bz2|xz)$", re.I)  # in which a notebook may have been meant
JUNK = ("__MACOSX", "Thumbs.db", "desktop.ini")  # left by other systems


@dataclass
class Submission:
    """All that one student handed in. notebooks: {file name: [source of each code cell]}; faults: in words; exercises:
    names of those that are handed in."""

    student: str
    notebooks: dict = field(default_factory=dict)
    faults: list = field(default_factory=list)
    exercises: set = field(default_factory=set)
    digest: str = ""


def find_submissions(folder, out=None):
    """A `Submission` for each student, by name. A folder in `folder` is a student, with all notebooks below it; a file
    that lies in `folder` itself is a student of its own (`out`, the table, is none). Raises ValueError where there is
    none."""
    folder, found = Path(folder), {}
    if not folder.is_dir():
        raise ValueError(f"{folder} is no folder, expected one with a folder for each student, or a notebook each")
    for path in sorted(folder.iterdir(), key=lambda path: os.fsencode(path.name)):
        if not passed_over(path.name) and (out is None or path.absolute() != Path(out).absolute()):
            found.setdefault(student_of(path), []).append(path)
    if not found:
        raise ValueError(f"{folder} holds no notebooks, expected a folder for each student, or a notebook each")
    submissions, taken = [], set()
    for raw, entries in found.items():
        student = unique(harmless(raw), taken)
        taken.add(student)
        submissions.append(read_submission(student, entries, folder))
    return sorted(submissions, key=lambda one: one.student)


def student_of(path):
    """The student whose folder or file this is."""
    return NOTEBOOK.sub("", path.name) if path.is_dir() else LOOKS_LIKE.sub("", path.name) or path.name


def passed_over(name):
    """Whether this is a hidden file, or one that the system has left."""
    return name.startswith(".") or name in JUNK


def read_submission(student, entries, folder):
    """The `Submission` of one student; what cannot be read becomes a fault, whatever it is."""
    submission, digest = Submission(student), hashlib.sha256()
    try:
        notebooks, faults = files_of(entries, folder)
        for path in notebooks:
            read_notebook(submission, digest, path, path.relative_to(folder).as_posix())
        submission.faults += faults
        submission.exercises = {name for cells in submission.notebooks.values() for source in cells
                                for name, _ in answers_in(source)}
    except Exception as error:  # one student's row, not the whole table
        submission.faults.append(f"cannot be read: {type(error).__name__}: {error}")
    if not submission.notebooks and not submission.faults:
        submission.faults.append("holds no notebook")
    submission.faults = [harmless(fault) for fault in submission.faults]
    digest.update("".join(fault for fault in submission.faults).encode())
    submission.digest = digest.hexdigest()[:16]
    return submission


def read_notebook(submission, digest, path, name):
    """Add a notebook to a submission, or the fault."""
    try:
        raw = read_bytes(path)
        digest.update(os.fsencode(name) + b"\0" + raw)
        submission.notebooks[unique(harmless(name), submission.notebooks)] = code_cells(raw)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        submission.faults.append(f"{name} cannot be read: {type(error).__name__}: {str(error)[:100]}")


def files_of(entries, folder):
    """([notebooks], [faults]) among a student's files and below their folders."""
    notebooks, others, faults = [], [], []
    for path in entries:
        for found in below(path, faults, folder) if path.is_dir() and not path.is_symlink() else [path]:
            if NOTEBOOK.search(found.name):
                notebooks.append(found)
            else:
                others.append(found)
    told = others if not notebooks else [path for path in others if PACKED.search(path.name)]
    said = [f"{path.relative_to(folder).as_posix()} {no_notebook(path)}" for path in told[:5]]
    return notebooks, [*faults, *said, *([f"and {len(told) - 5} more files that are none"] if len(told) > 5 else [])]


def no_notebook(path):
    """Why a file is not read, in words."""
    return "is a link, which is not followed" if path.is_symlink() else "is no notebook (.ipynb): not read"


def below(place, faults, folder):
    """The files below a folder, by name; links to folders among them, and folders that cannot be read among faults."""
    def fault(error):
        name = Path(error.filename).relative_to(folder).as_posix()
        faults.append(f"{name} cannot be read: {type(error).__name__}: {error.strerror}")

    for root, folders, files in os.walk(place, onerror=fault):
        folders[:] = sorted(name for name in folders if not passed_over(name))
        links = [name for name in folders if (Path(root) / name).is_symlink()]
        yield from (Path(root) / name for name in sorted([*files, *links]) if not passed_over(name))


def read_bytes(path):
    """The bytes of a file. Raises ValueError if it is no plain file or too large."""
    if not path.is_file() or path.is_symlink():
        raise ValueError("no plain file")
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"{path.stat().st_size} bytes, more than {MOST_BYTES}")
    return path.read_bytes()


def code_cells(raw):
    """The sources of the code cells of a notebook; what no encoding can hold stands there as in a text of Python's.
    Raises ValueError if it is none."""
    notebook = json.loads(raw.decode("utf-8"))
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise ValueError("this is no notebook of format 4")
    sources = [cell.get("source", "") for cell in notebook["cells"] if cell.get("cell_type") == "code"]
    return [whole_characters(text if isinstance(text, str) else "".join(text)) for text in sources]
