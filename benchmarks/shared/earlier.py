"""An earlier commit of the course, beside which today's is measured."""
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from benchmarks.shared.places import ROOT

COMMIT = "b42fe12"  # 2026-11-29
NAME = "course_utils_before"  # of its package, which imports nothing by its own name, beside today's


def put(folder, *parts):
    """Put these folders of the earlier commit into `folder`."""
    archive = subprocess.run(["git", "archive", COMMIT, *parts], cwd=ROOT, check=True, stdout=subprocess.PIPE)
    subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)


def known():
    """Whether this checkout has that commit: a shallow one has not."""
    return not subprocess.run(["git", "cat-file", "-e", COMMIT], cwd=ROOT, stderr=subprocess.DEVNULL).returncode


def package():
    """The earlier package, or None where the commit is not known."""
    if NAME not in sys.modules and known():
        with tempfile.TemporaryDirectory() as folder:
            put(folder, "course_utils")
            (Path(folder) / "course_utils").rename(Path(folder) / NAME)
            sys.path.insert(0, folder)
            import_module(NAME)
            sys.path.remove(folder)
    return sys.modules.get(NAME)
