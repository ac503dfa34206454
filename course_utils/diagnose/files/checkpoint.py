"""PyTorch checkpoints (.pt, .pth, .ckpt, .bin): pickles, which are opened by PyTorch alone, in a process of its own,
and with weights_only=True, which builds tensors and plain containers and calls nothing else."""
import os
import pickletools
import re
import subprocess
import sys
import tempfile
import zipfile
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from .npz import open_npz

LIMIT = 600  # seconds that reading may take
MOST_PICKLE = 1 << 24  # bytes of the pickle, without the tensors, that are looked through for its keys
UNSUPPORTED = re.compile(r"Unsupported (?:global: GLOBAL|class|operand) \S+")  # what it met, in PyTorch's message
WRAPPED = ("state_dict", "model_state_dict", "model_state", "model", "module", "net", "weights", "ema")


@contextmanager
def open_checkpoint(path):
    """The `Contents` of a checkpoint: the dict of tensors in it, however deep, its names without module. and
    _orig_mod.; where several dicts hold tensors, their keys stand before the names.

    Raises ImportError with the two lines that convert this file where PyTorch is not installed, and ValueError for
    what PyTorch does not open as data.
    """
    if find_spec("torch") is None:
        raise ImportError(f"{Path(path).name} is a pickle, which only PyTorch opens as data, and it is not installed; "
                          f"where it is, run: {lines(path)}")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "arrays.npz"
        script = Path(__file__).with_name("unpickled.py")
        done = subprocess.run([sys.executable, "-I", str(script), str(path), str(out)], capture_output=True, text=True,
                              timeout=LIMIT, env={**os.environ, "CUDA_VISIBLE_DEVICES": ""}, check=False)
        if done.returncode:
            said = UNSUPPORTED.search(done.stderr)
            said = said[0] if said else (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise ValueError(f"PyTorch does not open it as data: {said}; the network itself may have been pickled "
                             f"instead of its weights. Where you trust the file, run: {lines(path, trusted=True)}")
        with open_npz(out) as contents:
            yield contents


def lines(path, trusted=False):
    """The two lines that make a .npz of this file, where PyTorch is installed."""
    name, key = Path(path).name, wrapping(path)
    loaded = f"torch.load({name!r}, map_location='cpu', weights_only={not trusted})"
    inner = f"[{key!r}]" if key else ""
    states = f"{loaded}.state_dict()" if trusted and not key else f"{loaded}{inner}"
    return (f"import numpy, torch; s = {states} / "
            "numpy.savez('weights.npz', **{k: v.float().numpy() for k, v in s.items() if hasattr(v, 'numpy')})")


def wrapping(path):
    """The key under which a checkpoint holds its weights, as the texts in its pickle tell, without running it; None if
    there is none."""
    try:
        with zipfile.ZipFile(path) as archive:
            (name,) = [name for name in archive.namelist() if name.endswith("/data.pkl")]
            if archive.getinfo(name).file_size > MOST_PICKLE:
                return None
            pickle = archive.read(name)
        texts = [value for _, value, _ in pickletools.genops(pickle) if isinstance(value, str)][:40]
    except (ValueError, zipfile.BadZipFile, OSError):
        return None
    return next((key for key in WRAPPED if key in texts), None)
