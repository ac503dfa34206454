"""python -m course_utils.diagnose WEIGHTS DATA --out report.html: the diagnosis of a network, as a page or as text."""
import argparse
import os
import sys
from math import prod
from pathlib import Path

from .files import read_network
from .npz_file import open_npz
from .report import diagnose
from .weights import some

MOST_BYTES = 2**31  # of the sequences


def read_sequences(path):
    """The array "x" of an .npz, or its only one. Raises ValueError for a file that is none, and for one that needs
    pickle or more than MOST_BYTES."""
    try:
        with open_npz(path) as (names, entry):
            names = [name for name in names if name == "x"] or list(names)
            if len(names) != 1:
                raise ValueError(f"it holds {some(names)}, and neither x nor one array alone")
            shape, dtype, read = entry(names[0])
            if (size := prod(shape) * max(8, dtype.itemsize)) > MOST_BYTES:
                raise ValueError(f"{names[0]} of shape {shape} needs {size} bytes, expected at most {MOST_BYTES}")
            return read()
    except OSError:
        raise
    except Exception as error:  # zipfile and zlib have errors of their own for damaged files: all mean the same here
        raise ValueError(f"{path} holds no sequences: {error or type(error).__name__}; expected an .npz file with "
                         "x (T, B, D)") from None


def arguments(argv):
    parser = argparse.ArgumentParser(prog="python -m course_utils.diagnose", description=__doc__)
    parser.add_argument("weights", help=".safetensors, .npz or .weights.h5")
    parser.add_argument("data", help=".npz with the sequences x (T, B, D), as the recurrent layer reads them: what an "
                        "embedding or an encoder before it gives")
    parser.add_argument("--batch-first", action="store_true", help="x is (B, T, D), as Keras has it, and PyTorch with "
                        "batch_first=True")
    parser.add_argument("--out", help="where to write the page (HTML)")
    parser.add_argument("--lag", type=int, help="how many steps back the inputs lie that matter")
    parser.add_argument("--prefix", help="of the recurrent part, where the file holds several")
    parser.add_argument("--nonlinearity", default="tanh", choices=("tanh", "relu"), help="of a plain RNN of PyTorch")
    parser.add_argument("--text", action="store_true", help="print the diagnosis as text")
    asked = parser.parse_args(argv)
    if asked.out is None and not asked.text:
        parser.error("nothing to do, expected --out or --text")
    return asked


def main(argv=None):
    asked = arguments(argv)
    try:
        network = read_network(asked.weights, prefix=asked.prefix, nonlinearity=asked.nonlinearity)
        x = read_sequences(asked.data)
        diagnosis = diagnose(network, x.swapaxes(0, 1) if asked.batch_first else x, lag=asked.lag)
        if asked.out is not None:
            diagnosis.to_html(asked.out)
    except (ValueError, OSError, ImportError, MemoryError) as error:
        print(" ".join(str(error).split()) or type(error).__name__, file=sys.stderr)
        return 2
    try:
        print(diagnosis.to_text() if asked.text
              else f"{Path(asked.out).name} is written; advice: {len(diagnosis.advice)}", flush=True)
    except BrokenPipeError:  # whoever reads has seen enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes once more at its end
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
