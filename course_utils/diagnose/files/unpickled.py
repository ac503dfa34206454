"""python unpickled.py CHECKPOINT OUT.npz: the tensors of a checkpoint of PyTorch, as arrays. Run by `checkpoint`, in a
process of its own; weights_only=True builds tensors and plain containers and calls nothing else."""
import sys
from collections.abc import Mapping

import numpy as np
import torch

WRAPPERS = ("module.", "_orig_mod.")
MOST_DEPTH = 6
SCALAR = np.float64(0).__reduce__()[0]
NUMBERS = [  # of NumPy, which stand beside the weights (a best loss, a mean): data, as tensors are
    SCALAR, (SCALAR, "numpy.core.multiarray.scalar"), np.dtype,
    *(type(np.dtype(name)) for name in ("float64", "float32", "float16", "int64", "int32", "bool"))]


def dicts_of_tensors(found, path=(), depth=0):
    """(path, dict) of every mapping that holds tensors, optimisers' left out."""
    if depth > MOST_DEPTH or not isinstance(found, Mapping):
        return
    if any(isinstance(value, torch.Tensor) for value in found.values()):
        yield path, found
    for key, value in found.items():
        if "optim" not in str(key).lower():
            yield from dicts_of_tensors(value, (*path, str(key)), depth + 1)


def plain(name):
    """The name of a weight without what wrappers put before it."""
    while name.startswith(WRAPPERS):
        name = name.partition(".")[2]
    return name


def as_numpy(tensor):
    tensor = tensor.detach().cpu()
    return (tensor.float() if tensor.dtype == torch.bfloat16 else tensor).numpy()


def main(path, out):
    torch.serialization.add_safe_globals(NUMBERS)
    found = list(dicts_of_tensors(torch.load(path, map_location="cpu", weights_only=True)))
    recurrent = [(at, held) for at, held in found if any("weight_hh" in str(name) for name in held)]
    chosen = recurrent or found
    arrays = {}
    for at, held in chosen:
        before = "".join(f"{part}." for part in at) if len(chosen) > 1 else ""
        arrays |= {before + plain(str(name)): as_numpy(value) for name, value in held.items()
                   if isinstance(value, torch.Tensor) and not value.is_quantized and not value.is_sparse}
    np.savez(out, **{name: array for name, array in arrays.items() if array.dtype.kind == "f"})


if __name__ == "__main__":
    main(*sys.argv[1:])
