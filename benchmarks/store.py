"""The rows that are done, in a file, so that an interrupted run goes on where it stopped."""
import hashlib
import json
from pathlib import Path

import report

ROOT = Path(__file__).resolve().parent.parent
MEASURED = ("course_utils/**/*.py", "benchmarks/[!ft]*.py", "benchmarks/t[!a]*.py", "notebooks/*.ipynb")


class Rows:
    """Rows by section and case, one line of JSON each below a first line that says of what and when they are.

    path: the file; rows of another state of the code or of another machine are thrown away. None: nothing is kept.
    """

    def __init__(self, path=None):
        self.path, self.done = path, {}
        self.head = {"code": code(), "machine": report.machine(), "environment": report.environment()}
        if path and path.exists():
            self._read(path.read_text(encoding="utf-8").splitlines())
        if path and not self.done:
            path.write_text(json.dumps(self.head) + "\n", encoding="utf-8")

    def _read(self, lines):
        head, *rows = [json.loads(line) for line in lines if line.endswith("}")] or [{}]
        if all(head.get(name) == self.head[name] for name in ("code", "machine")):
            self.head, self.done = head, {self._key(row["section"], row["case"]): row["found"] for row in rows}

    @staticmethod
    def _key(section, case):
        return section, json.dumps(case, sort_keys=True)

    def __contains__(self, section_and_case):
        return self._key(*section_and_case) in self.done

    def add(self, section, case, found):
        """Keep what was found for a case of a section."""
        self.done[self._key(section, case)] = found
        if self.path:
            with open(self.path, "a", encoding="utf-8") as file:
                file.write(json.dumps({"section": section, "case": case, "found": found}) + "\n")

    def of(self, section, cases):
        """The rows of a section in the order of its cases, settings and findings in one dict each."""
        return [case | self.done[self._key(section, case)] for case in cases]


def code():
    """One number for all that is measured: the package, the benchmarks and the notebooks as they are on disk."""
    found = hashlib.sha256()
    for path in sorted(path for pattern in MEASURED for path in ROOT.glob(pattern)):
        found.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return found.hexdigest()
