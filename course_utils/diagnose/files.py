"""Files of weights, each read as data: nothing in them is run, and nothing is read that does not fit into memory."""
from collections.abc import Mapping
from math import prod
from pathlib import Path

from ..ground.arguments import path, takes
from ..ground.checks import as_size
from .hdf5_file import open_hdf5
from .network import LAYOUTS, network_from_arrays
from .npz_file import open_npz
from .safetensors_file import open_safetensors
from .weights import printable, some

OPENERS = {".safetensors": open_safetensors, ".npz": open_npz, ".h5": open_hdf5, ".hdf5": open_hdf5}
KEEP_ORDER = (".npz",)  # the other formats sort their arrays by name or by size
LONGEST = 600  # characters of a message: names in a file may be of any length
ADVICE = {
    ".keras": "model.save_weights('my.weights.h5') makes one of a Keras model",
    **dict.fromkeys((".pt", ".pth", ".bin", ".ckpt", ".pkl", ".pickle"),
                    "this one is a pickle, which may run any code when it is read; "
                    "safetensors.torch.save_file(model.state_dict(), 'my.safetensors') makes a file without code"),
}


@takes(path=path, most_bytes=as_size)
def read_network(path, *, prefix=None, nonlinearity="tanh", reset_after=None, most_bytes=2**30):
    """The `Network` whose weights are in a file: .safetensors or .npz with names of PyTorch's, Keras' or this course's
    `save_model`; .weights.h5 or .h5 of Keras.

    prefix, nonlinearity, reset_after: as in `network_from_arrays`. most_bytes: the most memory that the recurrent
    weights may take, in float64; other arrays are not read. No pickle is opened, no link followed, no plug-in loaded.
    Raises FileNotFoundError or PermissionError as `open` does, ImportError where a library is missing, and ValueError
    for everything else: another kind of file, a damaged one, arrays that are missing, too large, not finite, or of a
    shape that does not fit.
    """
    path = Path(path)
    opener = _opener(path)
    try:
        with opener(path) as (names, entry):
            arrays = Arrays(names, entry, most_bytes)
            options = {"prefix": prefix, "nonlinearity": nonlinearity, "reset_after": reset_after,
                       "ordered": path.suffix.lower() in KEEP_ORDER, "source": path.name}
            return network_from_arrays(arrays, framework=framework_of(arrays), **options)
    except ImportError:
        raise
    except Exception as error:  # three libraries have errors of their own for damaged files: all mean the same here
        raise ValueError(_clean(f"{path.name} cannot be used: {error or type(error).__name__}")) from error


def framework_of(arrays):
    """"torch", "keras" or "course", by the names of the arrays. Raises ValueError if it is none or several."""
    found = [name for name, layout in LAYOUTS.items() if layout.is_mine(arrays)]
    if len(found) != 1:
        raise ValueError("expected names as PyTorch (weight_hh_l0), Keras (recurrent_kernel) or this course "
                         f"(weight/W_h) give them, of one of the three; there are {some(arrays)}")
    return found[0]


class Arrays(Mapping):
    """{name: array} of a file: an array is read when it is asked for, as long as all of them fit into most_bytes.

    entry(name) → (shape, dtype, a function without arguments that reads it), itself reading little."""

    def __init__(self, names, entry, most_bytes):
        self.names, self.entry, self.left, self.most_bytes = dict.fromkeys(names), entry, most_bytes, most_bytes

    def __iter__(self):
        return iter(self.names)

    def __len__(self):
        return len(self.names)

    def __contains__(self, name):
        return name in self.names

    def __getitem__(self, name):
        if name not in self.names:
            raise KeyError(name)
        shape, dtype, read = self.entry(name)
        needed = prod(map(int, shape)) * max(dtype.itemsize, 8)
        if needed > self.left:
            raise ValueError(f"{name} of shape {tuple(shape)} needs {needed} bytes, which makes more than the "
                             f"{self.most_bytes} allowed; expected smaller weights, or a larger most_bytes")
        self.left -= needed
        return read()


def _opener(path):
    path.stat()  # a missing file is a FileNotFoundError, as everywhere
    kinds = ", ".join(OPENERS)
    if not path.is_file():
        raise ValueError(f"{path.name} is no regular file, expected a file of weights ({kinds})")
    suffix = path.suffix.lower()
    if suffix not in OPENERS:
        advice = f"; {ADVICE[suffix]}" if suffix in ADVICE else ""
        raise ValueError(_clean(f"{path.name} is of an unknown kind, expected {kinds}{advice}"))
    with open(path, "rb"):  # one that may not be read is a PermissionError
        return OPENERS[suffix]


def _clean(message):
    """No control characters and no endless text."""
    message = printable(message)
    return message if len(message) <= LONGEST else message[:LONGEST - 2] + " …"
