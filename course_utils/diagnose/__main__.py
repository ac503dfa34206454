"""python -m course_utils.diagnose WEIGHTS DATA --out report.html: the diagnosis of a network, as a page or as text."""
import argparse
import sys
import zipfile

import numpy as np

from .files import read_network
from .report import diagnose

MOST_BYTES = 2**31  # of the sequences


def read_sequences(path):
    """The array "x" of an .npz, or its only one; (T, B, D). Raises ValueError for a file that is none, and for one that
    would need pickle or more than MOST_BYTES."""
    try:
        with zipfile.ZipFile(path) as archive:
            if (size := sum(entry.file_size for entry in archive.infolist())) > MOST_BYTES:
                raise ValueError(f"unpacked it has {size} bytes, expected at most {MOST_BYTES}")
        with np.load(path, allow_pickle=False) as file:
            names = [name for name in file.files if name == "x"] or file.files
            if len(names) != 1:
                raise ValueError(f"it holds {', '.join(names) or 'nothing'}, expected x (T, B, D), or one array alone")
            return file[names[0]]
    except (ValueError, zipfile.BadZipFile, EOFError, NotImplementedError, zipfile.zlib.error) as error:
        raise ValueError(f"{path} holds no sequences: {error}") from None


def arguments(argv):
    parser = argparse.ArgumentParser(prog="python -m course_utils.diagnose", description=__doc__)
    parser.add_argument("weights", help=".safetensors, .npz or .weights.h5")
    parser.add_argument("data", help=".npz with the sequences x (T, B, D)")
    parser.add_argument("--out", help="where to write the page (HTML)")
    parser.add_argument("--lag", type=int, help="how many steps back the inputs lie that matter")
    parser.add_argument("--prefix", help="of the recurrent part, where the file holds several")
    parser.add_argument("--nonlinearity", default="tanh", choices=("tanh", "relu"), help="of a plain RNN")
    parser.add_argument("--text", action="store_true", help="print the diagnosis as text")
    asked = parser.parse_args(argv)
    if asked.out is None and not asked.text:
        parser.error("nothing to do, expected --out or --text")
    return asked


def main(argv=None):
    asked = arguments(argv)
    try:
        network = read_network(asked.weights, prefix=asked.prefix, nonlinearity=asked.nonlinearity)
        diagnosis = diagnose(network, read_sequences(asked.data), lag=asked.lag)
        if asked.out is not None:
            diagnosis.to_html(asked.out)
    except (ValueError, OSError, ImportError, MemoryError) as error:
        print(" ".join(str(error).split()) or type(error).__name__, file=sys.stderr)
        return 2
    print(diagnosis.to_text() if asked.text else f"{asked.out}: {len(diagnosis.advice)} pieces of advice")
    return 0


if __name__ == "__main__":
    sys.exit(main())
