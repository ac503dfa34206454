"""A .keras file: a zip archive with the weights, and the JSON that describes the model."""
import io
from contextlib import contextmanager

from ...ground.npz import PACKINGS, open_archive
from .contents import read_json
from .hdf5 import open_hdf5

WEIGHTS, CONFIG, METADATA = "model.weights.h5", "config.json", "metadata.json"
MOST_JSON, MOST_WEIGHTS = 1 << 26, 1 << 32  # bytes


@contextmanager
def open_keras(path):
    """The `Contents` of a .keras file, with `config`. Nothing in it is run: a layer of one's own is a name here. Raises
    ValueError for an archive that lacks a part, or has one that is larger than it may be."""
    with open_archive(path) as archive:
        config = read_json(_member(archive, CONFIG, MOST_JSON))
        metadata = read_json(_member(archive, METADATA, MOST_JSON)) if METADATA in archive.namelist() else {}
        weights = io.BytesIO(_member(archive, WEIGHTS, MOST_WEIGHTS))
    version = metadata.get("keras_version") if isinstance(metadata, dict) else None
    with open_hdf5(weights, config={"model": config, "keras_version": version}) as contents:
        yield contents


def _member(archive, name, most):
    if name not in archive.namelist():
        raise ValueError(f"the archive has no {name}, expected a file as model.save('my.keras') writes it")
    info = archive.getinfo(name)
    if info.compress_type not in PACKINGS or info.file_size > most:
        raise ValueError(f"{name} has {info.file_size} bytes, or is packed in an unusual way; expected at most {most}")
    with archive.open(info) as file:
        return file.read(info.file_size)
