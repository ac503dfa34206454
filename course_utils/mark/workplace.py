"""A place for one student's notebooks to run in, and whether they kept to it."""
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

import psutil

from ..ground.places import DATA, NOTEBOOKS, PACKAGE

TOKEN = "COURSE_MARKING"  # the environment variable by which a student's processes are known


@contextmanager
def workplace():
    """A temporary folder with a copy of the course's package and data, and notebooks/ to run in; gone afterwards, with
    every process that was started in it."""
    with tempfile.TemporaryDirectory(prefix="mark-", ignore_cleanup_errors=True) as name:
        place = Path(name)
        others = shutil.ignore_patterns("__pycache__", DATA.name, NOTEBOOKS.name)
        shutil.copytree(PACKAGE, place / PACKAGE.name, ignore=others)
        if DATA.is_dir():
            shutil.copytree(DATA, place / DATA.name)
        for folder in (NOTEBOOKS.name, "home"):
            (place / folder).mkdir()
        try:
            yield place
        finally:
            kill_all(place)


def environment(place):
    """The environment variables of a student's process: none of the teacher's settings, none of their secrets."""
    kept = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TZ", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
    home = str(place / "home")
    settings = {name: os.environ[name] for name in kept if name in os.environ}
    homes = dict.fromkeys(("HOME", "USERPROFILE", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR",
                           "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR", "TMPDIR", "TEMP"), home)
    return settings | homes | {"PYTHONPATH": str(place), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1",
                               "PYTHONDONTWRITEBYTECODE": "1", TOKEN: str(place)}


def kill_all(place):
    """Kill what still runs of a student's processes, those that left their group included."""
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get(TOKEN) == str(place):
                process.kill()
        except (psutil.Error, OSError):
            pass


class Guard:
    """The course's own files as they were; `restore` puts back what somebody changed."""

    def __init__(self, package=PACKAGE):
        self.package = package
        self.files = {path: path.read_bytes() for path in sorted(package.rglob("*")) if self.counts(path)}

    def counts(self, path):
        """Whether a file belongs to the course (and is not made by running it)."""
        return path.is_file() and path.suffix in (".py", ".js", ".mplstyle")

    def restore(self):
        """Names of the files that were changed, removed or added, and the folder in which they are now kept (the
        change may have been the teacher's own; what cannot be kept, such as a pipe, is removed); the course's are as
        before afterwards."""
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
