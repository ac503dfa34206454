"""A place for one student's notebooks to run in, and whether they kept to it."""
import json
import os
import platform
import shutil
import tempfile
import threading
import time
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psutil

from ..ground.places import DATA, NOTEBOOKS, PACKAGE

TOKEN = "COURSE_MARKING"  # the environment variable by which a student's processes are known
PREFIX, OWNER = "course-mark-", "owner.json"  # of the folders, and the file in them that says whose they are
PLACES, ENDING = set(), threading.Event()  # where something runs now; set while all of it is to end


class Over(BaseException):
    """The marking was interrupted: nothing more is to start."""


@contextmanager
def workplace():
    """A temporary folder with a copy of the course's package and data, and notebooks/ to run in; gone afterwards, with
    every process that was started in it. The copy is that of the marking's beginning, whatever has happened since."""
    place = Path(tempfile.mkdtemp(prefix=PREFIX))
    PLACES.add(place)
    try:
        if ENDING.is_set():
            raise Over
        fill(place)
        yield place
    finally:
        kill_all(place)
        shutil.rmtree(place, ignore_errors=True)
        PLACES.discard(place)


def fill(place):
    """Put the course into a workplace, and whose it is."""
    owner = {"host": platform.node(), "pid": os.getpid(), "since": psutil.Process().create_time()}
    (place / OWNER).write_text(json.dumps(owner))
    for name, raw in course().items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    for folder in (NOTEBOOKS.name, "home"):
        (place / folder).mkdir()


@cache
def course():
    """{path: bytes} of the course's package and data, as they are when this is first asked for."""
    def files(folder, name):
        return {f"{name}/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in sorted(folder.rglob("*"))
                if path.is_file() and "__pycache__" not in path.parts}

    apart = tuple(f"{PACKAGE.name}/{folder}/" for folder in (DATA.name, NOTEBOOKS.name))  # of an installed copy
    package = {name: raw for name, raw in files(PACKAGE, PACKAGE.name).items() if not name.startswith(apart)}
    return package | files(DATA, DATA.name)


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


def end_all(seconds=20):
    """End whatever this process runs for students now, and wait until its places are gone."""
    ENDING.set()
    stop = time.monotonic() + seconds
    while PLACES and time.monotonic() < stop:
        for place in list(PLACES):
            kill_all(place)
        time.sleep(.05)


def clear_abandoned():
    """Remove the workplaces of markings on this machine that were killed, with what still runs in them."""
    for place in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            mine = not hasattr(os, "getuid") or place.lstat().st_uid == os.getuid()
            if mine and not place.is_symlink() and abandoned(place):
                kill_all(place)
                shutil.rmtree(place, ignore_errors=True)
        except (OSError, ValueError, KeyError, TypeError):
            pass  # somebody else's, or just gone


def abandoned(place):
    """Whether the marking that made a workplace has ended: none has its number, or one that began at another time."""
    owner = json.loads((place / OWNER).read_text())
    if owner["host"] != platform.node():
        return False
    try:
        return abs(psutil.Process(owner["pid"]).create_time() - owner["since"]) > 1
    except psutil.NoSuchProcess:
        return True
