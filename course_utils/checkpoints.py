"""Checkpoints: arrays and settings in one file that is either the old one or the new one, whatever happens."""
import json
import os
import tempfile
import zipfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np


@contextmanager
def replacing(path, mode="wb", **options):
    """A file to write, which takes the place of `path` when the block ends well: a process killed at any time leaves
    the old file or the new one, whole. options: those of `open`."""
    path = Path(path)
    with tempfile.NamedTemporaryFile(mode, dir=path.parent, prefix=path.name, suffix=".part", delete=False,
                                     **options) as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            file.close()
            os.unlink(file.name)
            raise
    os.replace(file.name, path)


def save_checkpoint(path, arrays, notes):
    """Write {name: array} and `notes` (anything JSON holds) to `path` as .npz."""
    with replacing(path) as file:
        np.savez(file, notes=np.array(json.dumps(notes)), **arrays)


def load_checkpoint(path):
    """(arrays, notes) as `save_checkpoint` was given them. Raises ValueError for a file that is none."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        return arrays, json.loads(str(arrays.pop("notes")))
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} is no checkpoint ({error}); delete it to start anew") from None
