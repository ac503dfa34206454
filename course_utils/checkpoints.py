"""Checkpoints: arrays and settings in one file that is either the old one or the new one, whatever happens."""
import json
import os
import tempfile
import zipfile
from pathlib import Path

import numpy as np


def save_checkpoint(path, arrays, notes):
    """Write {name: array} and `notes` (anything JSON holds) to `path` as .npz, by way of a second file beside it that
    takes its place at the last moment: a process killed at any time leaves a whole checkpoint."""
    path = Path(path)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, suffix=".part", delete=False) as file:
        try:
            np.savez(file, notes=np.array(json.dumps(notes)), **arrays)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            file.close()
            os.unlink(file.name)
            raise
    os.replace(file.name, path)


def load_checkpoint(path):
    """(arrays, notes) as `save_checkpoint` was given them. Raises ValueError for a file that is none."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        return arrays, json.loads(str(arrays.pop("notes")))
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} is no checkpoint ({error}); delete it to start anew") from None
