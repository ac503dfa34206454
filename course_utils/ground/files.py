"""Files that are written whole or not at all, and what is said of those that cannot be read."""
import errno
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


@contextmanager
def reading(path, is_what, advice):
    """Whatever is wrong with the content of a file that the block reads is a ValueError: "path is_what (reason);
    advice". A file that is missing, or that the system cannot read, stays the OSError that it is, with its name, and
    memory that runs out a MemoryError."""
    try:
        yield
    except MemoryError:
        raise
    except Exception as error:  # zipfile, zlib, csv, tokenize … have errors of their own for damaged files
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):  # else sought before its beginning
            raise OSError(error.errno, error.strerror, str(path)) from None
        raise ValueError(f"{path} {is_what} ({str(error) or type(error).__name__}); {advice}") from error
