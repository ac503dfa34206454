"""Arrays in an HDF5 file, as Keras writes its weights, by h5py."""
from contextlib import contextmanager

import numpy as np

from .contents import Contents, read_json

MOST = 100_000  # objects in a file
OPTIMISERS = ("optimizer_weights", "optimizer")
MOST_TEXT = 1 << 26  # bytes of an attribute


@contextmanager
def open_hdf5(path, config=None):
    """The `Contents` of the file, or of a file-like object; config: what describes the model, read from the file's own
    attributes (model_config and keras_version) if left out.

    Groups, datasets and these two attributes are all that is looked at: no links to other places or files, no virtual
    or external datasets, none that is compressed (Keras writes none; a filter might be a plug-in, and would unpack as
    much as it likes). What optimisers keep is passed over. Raises ImportError where h5py is not installed, ValueError
    for such parts, and what h5py raises for a damaged file.
    """
    try:
        import h5py
    except ImportError:
        raise ImportError("h5py is needed to read .h5 files: "
                          'pip install "vanishing-gradients-course[diagnose]"') from None
    with h5py.File(path, "r") as file:
        datasets = dict(_datasets(h5py, file))
        yield Contents(tuple(datasets), lambda name: _entry(name, datasets[name]),
                       config=_config(file) if config is None else config)


def _config(file):
    """{"model": Keras' JSON, "keras_version": text} of the attributes of a whole model, or of its weights' group."""
    found = {}
    for group in (file, file.get("model_weights")):
        for name in ("model_config", "keras_version"):
            if group is not None and name in group.attrs and name not in found:
                found[name] = _text(name, group.attrs)
    return {"model": read_json(found["model_config"]) if "model_config" in found else None,
            "keras_version": found.get("keras_version")}


def _text(name, attributes):
    if attributes.get_id(name).get_storage_size() > MOST_TEXT or attributes.get_id(name).shape != ():
        raise ValueError(f"the attribute {name} is no text, or has more than {MOST_TEXT} bytes")
    value = attributes[name]
    return value.decode() if isinstance(value, bytes) else str(value)


def _datasets(h5py, file):
    """(name, dataset) of every dataset, each object once, so that a group within itself does no harm."""
    waiting, seen = [("", file)], set()
    while waiting:
        above, group = waiting.pop()
        for name in group:
            path = f"{above}/{name}" if above else name
            if path in OPTIMISERS:
                continue
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise ValueError(f"{path} is a link to another place, expected groups and datasets only")
            found = group[name]
            address = h5py.h5o.get_info(found.id).addr
            if address in seen:
                continue
            seen.add(address)
            if len(seen) > MOST:
                raise ValueError(f"there are more than {MOST} objects, expected a file of weights")
            if isinstance(found, h5py.Group):
                waiting.append((path, found))
            elif isinstance(found, h5py.Dataset):
                yield path, found


def _entry(name, dataset):
    plan = dataset.id.get_create_plist()
    if dataset.is_virtual or dataset.external or plan.get_nfilters():
        raise ValueError(f"{name} is virtual, compressed or in another file, expected a dataset as Keras writes it")
    if dataset.shape is None:
        raise ValueError(f"{name} is empty, expected an array")
    if dataset.dtype.kind != "f":
        raise ValueError(f"{name} has dtype {dataset.dtype}, expected float16, float32 or float64")
    shape = np.maximum(dataset.shape, dataset.chunks or 0).tolist()  # a chunk may be said to be larger than the whole
    return tuple(shape), dataset.dtype, lambda: dataset[()]
