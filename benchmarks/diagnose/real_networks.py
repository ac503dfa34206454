"""Trained recurrent networks that public packages ship, read by `read_network`, beside the frameworks that they are of.

    python -m benchmarks.diagnose.real_networks [CACHE] --tensorflow PYTHON --onnxruntime PYTHON
                                          five minutes, 0.9 GB of downloads; writes its part of benchmarks/README.md
    python -m benchmarks.diagnose.real_networks --only g2p-en silero-vad          two of the packages; writes nothing

CACHE: a folder that keeps the packages; a temporary one if left out. Nothing of a package is run, but for the method of
g2p-en that computes its GRU. PYTHON: one that has tensorflow and tf-keras, and one that has onnx and onnxruntime; this
one, which needs torch, if left out.
"""
import os

os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1"))  # for the frameworks, too

import argparse
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from itertools import groupby
from pathlib import Path

import numpy as np
from tqdm import tqdm

from benchmarks.diagnose.packages import PACKAGES
from benchmarks.shared import readme
from benchmarks.shared.report import table
from course_utils.diagnose import read_network

SCRIPT = "diagnose/real_networks.py"  # as the README names its place
STEPS, BATCH = 20, 3
WORDS = 200  # characters of a refusal that are shown
MOST, MOST_64 = 1e-3, 1e-9  # of |h − framework's h|, in float32 and float64, for states of at most 1
NEEDS = {"torch": "torch", "from_script": "torch", "onnx": "onnxruntime", "package": "numpy"}  # tensorflow for all else
NO_SETUP = '''"""Stands for setuptools while pip downloads: it says what PKG-INFO says, and runs no setup.py."""
import os
import re
import sys
from email.parser import HeaderParser


def get_requires_for_build_wheel(config_settings=None):
    return []


def prepare_metadata_for_build_wheel(folder, config_settings=None):
    with open("PKG-INFO", encoding="utf-8") as file:
        said = HeaderParser().parse(file)
    place = f"{re.sub('[^A-Za-z0-9.]+', '_', said['Name'])}-{said['Version']}.dist-info"
    os.mkdir(os.path.join(folder, place))
    with open(os.path.join(folder, place, "METADATA"), "w", encoding="utf-8") as file:
        file.write(f"Metadata-Version: 2.1\\nName: {said['Name']}\\nVersion: {said['Version']}\\n")
    return place


__legacy__ = sys.modules[__name__]
'''


def fetched(pinned, cache):
    """The folder with the files of a package, downloaded if it is not there; nothing of it is installed or run."""
    folder = cache / pinned
    if not folder.exists():
        with tempfile.TemporaryDirectory() as stand_in, tempfile.TemporaryDirectory(dir=cache) as loaded:
            backend = Path(stand_in) / "setuptools" / "build_meta.py"
            backend.parent.mkdir()
            backend.with_name("__init__.py").touch()
            backend.write_text(NO_SETUP, encoding="utf-8")
            subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
                            "--no-deps", "--no-build-isolation", "--use-pep517", "--ignore-requires-python",
                            "--dest", loaded, pinned], check=True, capture_output=True,
                           env={**os.environ, "PYTHONPATH": stand_in})
            (archive,) = Path(loaded).iterdir()
            unpacked(archive, folder)
    return folder


def unpacked(archive, folder):
    """Put what is in a wheel or a .tar.gz into `folder`."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as file:
            file.extractall(folder)
    else:
        with tarfile.open(archive) as file:
            file.extractall(folder, filter="data")


def within(folder, name):
    """The file of this name in a package; one in a .tar.gz is taken out first."""
    packed, inside, rest = name.partition(".tar.gz/")
    if inside:
        out = within(folder, f"{packed}.tar.gz").with_name(f"{Path(packed).name} unpacked")
        if not out.exists():
            unpacked(within(folder, f"{packed}.tar.gz"), out)
        return out / rest
    return next(path for path in (folder / name, *folder.glob(f"*/{name}")) if path.exists())


def asked(pythons, question, path=None, x=None):
    """What the framework answers to a question of `packages`, as {name: array}."""
    with tempfile.TemporaryDirectory() as folder:
        question_file, inside, out = (Path(folder) / name for name in ("asked.json", "in.npz", "out.npz"))
        question_file.write_text(json.dumps({**question, "path": str(path)}), encoding="utf-8")
        np.savez(inside, **({} if x is None else {"x": x}))
        python = pythons.get(NEEDS.get(question["function"], "tensorflow"), sys.executable)
        done = subprocess.run([python, Path(__file__).with_name("frameworks.py"), question_file, inside, out],
                              capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{path.name}: {done.stderr[-2000:]}")
        return dict(np.load(out))


def result(real, folder, pythons, scratch):
    """{"what", "read"}: what a network is and how it was read, and the largest |h − framework's h|, "h" in float32,
    "h64" in float64, "rounded" where the framework rounds on purpose; without these if it is refused."""
    path = source = within(folder, real.file)
    options = {name: str(within(folder, value)) if name == "config" else value for name, value in real.options.items()}
    said = []
    if real.by or real.ask is None:
        said.append(f"refused: {refusal(path)}")
        if real.ask is None:
            return {"what": "", "read": said[0]}
        path = scratch / "converted.npz"
        np.savez(path, **asked(pythons, {"function": real.by}, source))
        said[0] = "refused with the line that converts it; after that"
    network = read_network(path, **options)
    question = {name: str(within(folder, value)) if name in ("config", "source") else value
                for name, value in real.ask.items()}
    x = np.random.default_rng(0).standard_normal((STEPS, BATCH, network.n_inputs)).astype(np.float32)
    h = network.outputs(x)
    off = {name: np.abs(h - theirs).max() for name, theirs in asked(pythons, question, source, x).items()}
    largest = max(np.abs(h).max(), 1)
    if off["h"] > MOST * largest or off.get("h64", 0) > MOST_64 * largest:
        raise SystemExit(f"{folder.name} {real.file}: states are off by {off}")
    if real.rounded:
        off["rounded"] = np.abs(h - asked(pythons, real.rounded, source, x)["h"]).max()
    said.append(f"{flags(real.options)}{without(path, x, h)}" if options else "as it comes")
    return {"what": described(network), "read": ", ".join(said), **{name: float(one) for name, one in off.items()}}


def without(path, x, h):
    """What is the matter without options, where that is no refusal."""
    try:
        network = read_network(path)
    except ValueError:
        return ""
    if not network.assumed:
        raise SystemExit(f"{path.name} is read without options and assumes nothing, expected a refusal or a word")
    off = np.abs(h - network.outputs(x)).max()
    return f"; without it says “{network.assumed[0].partition(':')[0]}”, and is off by {off:.1g}"


def refusal(path):
    """Why `read_network` does not read a file. SystemExit if it does."""
    try:
        read_network(path)
    except (ValueError, ImportError) as error:
        return str(error).removeprefix(f"{path.name} ").removeprefix("cannot be used: ")
    raise SystemExit(f"{path.name} is read, expected a refusal")


def flags(options):
    """The options as one types them."""
    texts = {"names": lambda value: ",".join(f"{old}={new}" for old, new in value.items()), "layers": ",".join,
             "config": lambda value: Path(value).name}
    kinds = {"names": "map"}
    return " ".join(f"`--{kinds.get(name, name).replace('_', '-')} {texts.get(name, str)(value)}`"
                    for name, value in options.items())


def described(network):
    """Cells, directions and sizes: "2 × LSTM, both directions, 40 → 256"."""
    levels = [(level.layers[0].cell.__name__.partition("(")[0], len(level.layers), level.layers[0].n_hidden)
              for level in network.levels]
    parts = []
    for (cell, sides, units), same in groupby(levels):
        n = len([*same])
        parts.append(f"{f'{n} × ' if n > 1 else ''}{cell} {units}{' in both directions' if sides == 2 else ''}")
    squashed = {str(one) for layer in network.layers for one in layer.cell.activations.values()}
    hard = " (hard sigmoid)" if any("hard_sigmoid" in one for one in squashed) else ""
    return f"{', '.join(parts)}{hard}, of {network.n_inputs} inputs"


def section(results):
    """What the README says of the networks: results [(package, network, found), …]."""
    read = [(package, real, found) for package, real, found in results if "h" in found]
    refused = [(package, real, found) for package, real, found in results if "h" not in found]
    forms = len({real.form for _, real, _ in read})
    as_they_come = sum(found["read"] == "as it comes" for _, _, found in read)
    worst, worst_64 = (max(found.get(name, 0) for _, _, found in read) for name in ("h", "h64"))
    packages = {package.pinned.partition("==")[0] for package, _, _ in results}
    return "\n\n".join([
        f"Files of {len(packages)} packages. Read: **{len(read)}** networks in {forms} forms, {as_they_come} of them "
        f"as they come. The largest |h − framework's h|, {STEPS} steps of {BATCH} random sequences: **{worst:.0e}** in "
        f"float32, in which the frameworks' own rounding shows, and {worst_64:.0e} in float64, which PyTorch and Keras "
        f"can. Refused: {len(refused)} files.",
        table(("package, licence", "file", "form", "network", "read", ">off by, float32", ">float64"), [
            (named(package), f"`{Path(real.file).name}`", real.form, found["what"], found["read"], *numbers(found))
            for package, real, found in read]),
        table(("package, licence", "file", "form", "refused, with the words"), [
            (named(package), f"`{Path(real.file).name}`", real.form, shortened(found["read"].removeprefix("refused: ")))
            for package, real, found in refused])])


def shortened(words):
    return (words if len(words) <= WORDS else f"{words[:WORDS]} …").replace("|", "\\|")


def numbers(found):
    rounded = f" ({found['rounded']:.1g} as it rounds)" if "rounded" in found else ""
    return f"{found['h']:.0e}{rounded}", f"{found['h64']:.0e}" if "h64" in found else "–"


def named(package):
    return f"{package.pinned.replace('==', ' ')}, {package.licence}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cache", nargs="?", type=Path, help="a folder that keeps the packages")
    parser.add_argument("--only", nargs="+", metavar="PACKAGE", help="these alone; writes nothing")
    parser.add_argument("--tensorflow", metavar="PYTHON", default=sys.executable)
    parser.add_argument("--onnxruntime", metavar="PYTHON", default=sys.executable)
    given = parser.parse_args()
    pythons = {"tensorflow": given.tensorflow, "onnxruntime": given.onnxruntime}
    chosen = [package for package in PACKAGES if not given.only or package.pinned.partition("==")[0] in given.only]
    results = []
    with tempfile.TemporaryDirectory() as scratch:
        cache = given.cache or Path(scratch)
        cache.mkdir(parents=True, exist_ok=True)
        for package in (bar := tqdm(chosen, unit="package")):
            bar.set_description(package.pinned)
            folder = fetched(package.pinned, cache)
            for real in package.networks:
                results.append((package, real, result(real, folder, pythons, Path(scratch))))
    print(section(results))
    if not given.only:
        readme.write(section(results), SCRIPT)


if __name__ == "__main__":
    main()
