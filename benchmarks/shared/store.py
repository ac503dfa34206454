"""The rows that are done, in a file, so that an interrupted run goes on where it stopped."""
import hashlib
import json

from benchmarks.shared import machine
from benchmarks.shared.places import ROOT
from course_utils.learning.checkpoints import replacing

MEASURED = ("course_utils/**/*.py", "benchmarks/**/*.py", "notebooks/*.ipynb")
DRAWN = ("benchmarks/*/tables/*.py", "benchmarks/*/tables.py",  # how a row is shown, not what it holds
         *(f"benchmarks/shared/{name}.py" for name in ("figures", "headlines", "readme", "report")))


class Rows:
    """What was found, by section and case.

    path: the file, whole at any moment; rows of another state of the code or of another machine are thrown away.
    None: nothing is kept. environment: machine, versions, date and load at the time when the first row was begun.
    """

    def __init__(self, path=None):
        self.path, self.key, self.done = path, [code(), machine.description()], {}
        self.environment = machine.environment()
        if path and path.exists():
            stored = json.loads(path.read_text(encoding="utf-8"))
            if stored["key"] == self.key:
                self.environment, self.done = stored["environment"], stored["done"]

    def has(self, section, case):
        return _name(section, case) in self.done

    def add(self, section, case, found):
        """Keep the dict that was found for a case of a section."""
        self.done[_name(section, case)] = found
        if self.path:
            with replacing(self.path, "w", encoding="utf-8") as file:
                json.dump({"key": self.key, "environment": self.environment, "done": self.done}, file, indent=0)

    def of(self, section, cases):
        """The rows of a section in the order of its cases, settings and findings in one dict each."""
        return [case | self.done[_name(section, case)] for case in cases]


def _name(section, case):
    return f"{section} {json.dumps(case, sort_keys=True)}"


def code():
    """One number for all that is measured: the package, the benchmarks and the notebooks as they are on disk."""
    found = hashlib.sha256()
    for path in sorted(_files(MEASURED) - _files(DRAWN)):
        found.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return found.hexdigest()


def _files(patterns):
    return {path for pattern in patterns for path in ROOT.glob(pattern)}
