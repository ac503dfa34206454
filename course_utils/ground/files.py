"""Files that are written whole or not at all."""
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path, mode="wb", **options):
    """A file to write, which takes the place of `path` when the block ends well: a process killed at any time leaves
    the old file or the new one, whole. options: those of `open`."""
    path = Path(path)
    with _naming(path):
        part = tempfile.NamedTemporaryFile(mode, dir=path.parent, prefix=path.name, suffix=".part", delete=False,
                                           **options)
    try:
        with part as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            os.chmod(file.name, 0o644)  # a temporary file is for nobody else to read, what takes its place is
        with _naming(path):
            os.replace(part.name, path)
    except BaseException:
        Path(part.name).unlink(missing_ok=True)
        raise


@contextmanager
def _naming(path):
    """Errors name this file, and not the one that was to take its place."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
