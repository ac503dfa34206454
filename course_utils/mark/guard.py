"""Whether students' code has kept its hands off the course itself."""
import os
import shutil
import tempfile
import threading
from pathlib import Path

from ..ground.places import PACKAGE


class Guard:
    """The course's own files as they were; `restore` puts back what somebody changed."""

    def __init__(self, package=PACKAGE):
        self.package, self._one = package, threading.Lock()
        self.files = {path: path.read_bytes() for path in sorted(package.rglob("*")) if self.counts(path)}

    def counts(self, path):
        """Whether a file belongs to the course (and is not made by running it)."""
        return path.is_file() and path.suffix in (".py", ".js", ".mplstyle")

    def restore(self):
        """Names of the files that were changed, removed or added, and the folder in which they are now kept (the
        change may have been the teacher's own; what cannot be kept, such as a pipe, is removed); the course's are as
        before afterwards."""
        with self._one:
            return self._restored()

    def _restored(self):
        changed = [path for path, old in self.files.items() if not path.is_file() or path.read_bytes() != old]
        added = [path for path in self.package.rglob("*") if self.counts(path) and path not in self.files]
        names = [path.relative_to(self.package).as_posix() for path in (*changed, *added)]
        kept = Path(tempfile.mkdtemp(prefix="changed-")) if names else None
        for path, name in zip((*changed, *added), names):
            if os.path.lexists(path):
                (kept / name).parent.mkdir(parents=True, exist_ok=True)
                try:
                    shutil.move(path, kept / name)
                except OSError:
                    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        for path in changed:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.files[path])
        return names, kept
