"""One marking at a time for each table."""
import os
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked(path):
    """While the block runs, no other process enters one for the same `path`. The system gives the lock up when a
    process ends, however it ends. Raises ValueError at once if another process holds it."""
    path = Path(path)
    name = path.parent / f".{path.name}.lock"
    file = _opened(name, path)
    try:
        yield
    finally:
        if os.name != "nt":
            name.unlink(missing_ok=True)  # while it is still held, so that it is nobody else's
        os.close(file)


def _opened(name, path):
    """The lock file, open and held: the one that has this name, not one that its holder has just removed."""
    while True:
        try:
            file = os.open(name, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(path)) from None
        if not _held(file):
            os.close(file)
            raise ValueError(f"another marking writes {path}: wait for its end, or choose another --out")
        try:
            if os.path.samestat(os.fstat(file), os.stat(name)):
                return file
        except FileNotFoundError:
            pass
        os.close(file)


def _held(file):
    """Whether this process has the lock now."""
    try:
        if os.name == "nt":
            import msvcrt
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
