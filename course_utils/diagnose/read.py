"""Files of weights, told apart by what they hold and not by their ending, each read as data: nothing in them is run,
and nothing is read that does not fit into memory."""
import re
import zipfile
from dataclasses import replace
from pathlib import Path

from ..ground.arguments import among, mapping, maybe, path, takes
from ..ground.checks import as_size
from .files.checkpoint import open_checkpoint
from .files.contents import Arrays, read_json
from .files.hdf5 import open_hdf5
from .files.keras_archive import open_keras
from .files.npz import open_npz
from .files.onnx_graph import read_onnx
from .files.safetensors import open_safetensors
from .layouts import LAYOUTS
from .layouts.found import Wishes, read_network_of
from .network import Network
from .weights import printable, some

OPENERS = {"npz": open_npz, "safetensors": open_safetensors, "hdf5": open_hdf5, "keras": open_keras,
           "checkpoint": open_checkpoint}
READABLE = ".safetensors, .npz, .h5, .keras, .onnx, .pt"
LONGEST = 1000  # characters of a message: names in a file may be of any length
TORCH = b"\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19"  # the number that begins its older checkpoints, as a pickle has it
GRAPH = re.compile(rb"\n[\x80-\xff]{0,4}[\0-\x7f]\n([\1-\x7f])")  # a node's size, and that of its name
HEAD = 64  # bytes that tell what a file is
MOST_CONFIG = 1 << 26  # bytes of JSON
OTHERS = {  # what is told apart and not read, with the lines that convert it
    "TorchScript": "torch.jit.load(path).state_dict() has its weights: import numpy, torch; numpy.savez('my.npz', "
                   "**{k: v.numpy() for k, v in torch.jit.load(path, map_location='cpu').state_dict().items()})",
    "SavedModel": "import tensorflow as tf, numpy; numpy.savez('my.npz', **{v.name: v.numpy() for v in "
                  "tf.saved_model.load(folder).variables})",
    "TensorFlow Lite": "it holds a compiled graph, whose cells are taken apart; save the Keras model that it was made "
                       "of (model.save('my.keras'))",
    "gzip": "it is packed: tar -xzf path, or gunzip path, and then the file that was in it",
    "NumPy array": "it is one array without a name: numpy.savez('my.npz', weight_ih_l0=…, weight_hh_l0=…)",
    "DyNet": "import dynet, numpy; load the model with its own code, then numpy.savez('my.npz', weight_ih_l0=…, "
             "weight_hh_l0=…) with the arrays of parameter.as_array()",
    "frozen TensorFlow graph": "import numpy, tensorflow as tf; g = tf.compat.v1.GraphDef.FromString(open(path, 'rb')"
                               ".read()); numpy.savez('my.npz', **{n.name: tf.make_ndarray(n.attr['value'].tensor) for "
                               "n in g.node if n.op == 'Const'})",
    "pickle": "only Python opens it, which runs whatever it says. Where you trust it, and it holds arrays by name: "
              "import numpy, pickle; numpy.savez('my.npz', **pickle.load(open(path, 'rb')))",
    "TensorFlow 1 checkpoint": "import numpy, tensorflow as tf; r = tf.train.load_checkpoint(prefix); numpy.savez("
                               "'my.npz', **{n: r.get_tensor(n) for n in r.get_variable_to_shape_map()})",
}


@takes(path=path, framework=maybe(among(*LAYOUTS)), names=maybe(mapping), config=maybe(path), most_bytes=as_size)
def read_network(path, *, prefix=None, layers=(), activation=None, gate_activation=None, reset_after=None,
                 framework=None, names=None, config=None, most_bytes=2**30):
    """The `Network` whose weights are in a file, whatever its ending: .safetensors, .npz, Keras' .h5, .weights.h5 and
    .keras, .onnx, and checkpoints of PyTorch where that is installed.

    prefix, layers, activation, gate_activation, reset_after: what the file does not say, as in `network_from_arrays`;
    what it does say, such as Keras' activations, they overrule. framework: whose names they are, by the names if left
    out. names: {name in the file: name as the framework gives it}, for names of one's own. config: a file with the JSON
    that describes a Keras model, for weights that come without. most_bytes: the most memory that the recurrent weights
    may take, in float64; other arrays are not read. No pickle is opened here, no link followed, no plug-in loaded.
    Raises FileNotFoundError or PermissionError as `open` does, ImportError where a library is missing, and ValueError
    for everything else: another kind of file, a damaged one, arrays that are missing, too large, not finite, or of a
    shape that does not fit.
    """
    path = Path(path)
    path.stat()  # a missing file is a FileNotFoundError, as everywhere
    wishes = Wishes.checked(prefix=prefix, layers=layers, activation=activation, gate_activation=gate_activation,
                            reset_after=reset_after)
    described = None if config is None else _description(Path(config))
    kind = _kind(path)
    try:
        if kind == "onnx":
            return _of_onnx(path, wishes, most_bytes)
        with OPENERS[kind](path) as contents:
            arrays = Arrays(contents, most_bytes, names)
            layout = LAYOUTS[framework or framework_of(arrays)]
            told = contents.config if described is None else {**(contents.config or {}), "model": described}
            return read_network_of(layout, arrays, replace(wishes, ordered=contents.ordered, config=told), path.name)
    except ImportError as error:
        raise ImportError(_clean(error)) from None
    except Exception as error:  # the libraries have errors of their own for damaged files: all mean the same here
        raise ValueError(_clean(f"{path.name} cannot be used: {error or type(error).__name__}")) from error


def _of_onnx(path, wishes, most_bytes):
    found, ignored = read_onnx(path, wishes, most_bytes)
    return Network(tuple(found.levels), path.name, ignored, tuple(dict.fromkeys(found.assumed)))


def framework_of(arrays):
    """The name of the layout whose names the arrays have. Raises ValueError if it is none or several."""
    found = [name for name, layout in LAYOUTS.items() if layout.is_mine(arrays)]
    if len(found) != 1:
        known = ", ".join(f"{layout.EXAMPLE} ({name})" for name, layout in LAYOUTS.items())
        which = f", of one and not of {' and '.join(found)}" if found else ""
        raise ValueError(f"expected names as one of the frameworks gives them{which}: {known}; there are "
                         f"{some(arrays)}. "
                         "Names of your own can be mapped: names={'enc_w_ih': 'weight_ih_l0', …}, --map "
                         f"{next(iter(arrays), 'enc_w_ih')}=weight_ih_l0,…")
    return found[0]


def _description(path):
    """The JSON of a Keras model that lies in a file of its own."""
    if path.stat().st_size > MOST_CONFIG:
        raise ValueError(f"{path.name} has {path.stat().st_size} bytes, expected a description of at most "
                         f"{MOST_CONFIG}")
    try:
        return read_json(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(_clean(f"{path.name} is no description of a model: {error}")) from None


def _kind(path):
    """What a file is, by its first bytes. Raises ValueError, with what to do, for one that cannot be read."""
    if path.is_dir() and (path / "saved_model.pb").exists():
        raise ValueError(_told("SavedModel", path))
    if not path.is_file():
        raise ValueError(f"{path.name} is no regular file, expected a file of weights ({READABLE})")
    with open(path, "rb") as file:  # one that may not be read is a PermissionError
        head = file.read(HEAD)
    for kind, is_mine in KINDS.items():
        if is_mine(head, path):
            if kind in OTHERS:
                raise ValueError(_told(kind, path))
            return kind
    raise ValueError(_clean(f"{path.name} is of an unknown kind, expected {READABLE}"))


def _told(kind, path):
    return _clean(f"{path.name} is a {kind} file, expected {READABLE}; {OTHERS[kind]}")


def _members(path):
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except Exception:  # a damaged archive: its opener says so
        return []


def _is_zip(head, path):
    return head.startswith((b"PK\3\4", b"PK\5\6"))


def _is_keras(head, path):
    return _is_zip(head, path) and "model.weights.h5" in _members(path)


def _is_script(head, path):
    return _is_zip(head, path) and any(name.endswith("/constants.pkl") for name in _members(path))


def _is_checkpoint(head, path):
    zipped = _is_zip(head, path) and any(name.endswith("/data.pkl") for name in _members(path))
    return zipped or (_is_pickle(head, path) and TORCH in head)


def _is_pickle(head, path):
    binary = head[:1] == b"\x80" and head[1:2] in b"\2\3\4\5" and len(head) > 2
    return binary or head.startswith((b"ccopy_reg\n", b"(dp", b"}q\0"))


def _is_graph(head, path):
    """A protocol buffer of nodes, of which the first has a name in letters, and then says what it does."""
    if not (match := GRAPH.match(head)):
        return False
    name, after = head[match.end():][:match[1][0]], head[match.end():][match[1][0]:]
    return name.isascii() and name.decode("ascii").isprintable() and after[:1] in (b"\x12", b"")


def _is_safetensors(head, path):
    return head[8:9] == b"{" or path.suffix.lower() == ".safetensors"


def _is_onnx(head, path):
    """A protocol buffer that begins with a format version of 3 or more: a SavedModel's is 1."""
    return (head[:1] == b"\x08" and 3 <= head[1:2][0] < 64 if len(head) > 1 else False) or path.suffix == ".onnx"


KINDS = {
    "hdf5": lambda head, path: head.startswith(b"\x89HDF\r\n\x1a\n") or (
        path.suffix.lower() in (".h5", ".hdf5") and not _is_zip(head, path)),
    "keras": _is_keras, "TorchScript": _is_script, "checkpoint": _is_checkpoint, "pickle": _is_pickle,
    "npz": lambda head, path: _is_zip(head, path) or path.suffix.lower() == ".npz",
    "NumPy array": lambda head, path: head.startswith(b"\x93NUMPY"),
    "gzip": lambda head, path: head.startswith(b"\x1f\x8b"),
    "TensorFlow Lite": lambda head, path: head[4:8] == b"TFL3",
    "DyNet": lambda head, path: head.startswith((b"#Parameter#", b"#LookupParameter#")),
    "TensorFlow 1 checkpoint": lambda head, path: path.suffix == ".index" or ".data-0000" in path.name,
    "frozen TensorFlow graph": _is_graph,
    "SavedModel": lambda head, path: head.startswith(b"\x08\x01\x12") and path.suffix == ".pb",
    "safetensors": _is_safetensors, "onnx": _is_onnx,
}


def _clean(message):
    """No control characters and no endless text."""
    message = printable(str(message))
    return message if len(message) <= LONGEST else message[:LONGEST - 2] + " …"
