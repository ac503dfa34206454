"""python -m course_utils.diagnose WEIGHTS DATA --out report.html: the diagnosis of a network, as a page or as text."""
import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path

from .layouts import LAYOUTS
from .lengths import trailing_zeros
from .read import READABLE, read_network
from .report import diagnose
from .running import as_sequences
from .sequences import read_sequences


def arguments(argv):
    parser = argparse.ArgumentParser(prog="python -m course_utils.diagnose", description=__doc__)
    parser.add_argument("weights", help=READABLE)
    parser.add_argument("data", help=".npz with the sequences x (T, B, D), as the recurrent layer reads them: what an "
                        "embedding or an encoder before it gives; lengths (B,) of sequences that are padded at the "
                        "end, h0 and c0 (layers, B, H) of a network that does not start from zero")
    parser.add_argument("--batch-first", action="store_true", help="x is (B, T, D), as Keras has it, and PyTorch with "
                        "batch_first=True")
    parser.add_argument("--lengths", choices=("zeros",), help="zeros: rows of zeros at the end of a sequence are "
                        "padding")
    parser.add_argument("--out", help="where to write the page (HTML)")
    parser.add_argument("--lag", type=int, help="how many steps back the inputs lie that matter")
    parser.add_argument("--prefix", help="of the recurrent part, where the file holds several")
    parser.add_argument("--layers", type=_listed, default=(), help="prefixes of those that feed one another, from the "
                        "input upwards: encoder.0,encoder.1")
    parser.add_argument("--activation", help="of plain networks, candidates and what shows a cell state: relu, …")
    parser.add_argument("--gate-activation", help="hard_sigmoid, or with its numbers hard_sigmoid:.1667,.5")
    parser.add_argument("--framework", choices=LAYOUTS, help="whose names the arrays have, where that is unclear")
    parser.add_argument("--map", type=_mapping, help="names of one's own: enc_w_ih=weight_ih_l0,enc_w_hh=…")
    parser.add_argument("--config", help="file with the JSON that describes a Keras model, where it lies beside the "
                        "weights")
    parser.add_argument("--text", action="store_true", help="print the diagnosis as text")
    asked = parser.parse_args(argv)
    if asked.out is None and not asked.text:
        parser.error("nothing to do, expected --out or --text")
    return asked


def _listed(text):
    return tuple(text.split(","))


def _mapping(text):
    pairs = [part.partition("=") for part in text.split(",")]
    if not all(old and new for old, _, new in pairs):
        raise argparse.ArgumentTypeError(f"{text!r} is no list of name=name,name=name")
    return {old: new for old, _, new in pairs}


def main(argv=None):
    asked = arguments(argv)
    try:
        diagnosis = _diagnosis(asked)
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


def _diagnosis(asked):
    network = read_network(asked.weights, prefix=asked.prefix, layers=asked.layers, activation=asked.activation,
                           gate_activation=asked.gate_activation, framework=asked.framework, names=asked.map,
                           config=asked.config)
    found = read_sequences(asked.data)
    x = as_sequences(found.x.swapaxes(0, 1) if asked.batch_first and found.x.ndim == 3 else found.x, network)
    lengths = found.lengths
    if lengths is None:
        ends = trailing_zeros(x)
        padded = int((ends < len(x)).sum())
        if asked.lengths == "zeros":
            lengths = ends
            said = f"that the rows of zeros at the end of {padded} sequences are padding (--lengths zeros)"
        else:
            said = f"that the rows of zeros at the end of {padded} sequences are input (--lengths zeros: padding)"
        if padded:
            network = replace(network, layers=network.levels, assumed=(*network.assumed, said))
    return diagnose(network, x, lag=asked.lag, lengths=lengths, state0=found.state0(network),
                    progress=True)


if __name__ == "__main__":
    sys.exit(main())
