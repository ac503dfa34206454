"""The file of stored trainings: how it is made, bit by bit and after every interruption, and how it is read."""
import platform
import shutil
from functools import lru_cache
from pathlib import Path

import numpy as np

from ..engine.params import Params
from ..experiments.results import alone, load, save
from ..experiments.runs import EARLY, early
from ..ground.arguments import having, mapping, path, takes
from ..ground.checks import one_of
from ..ground.files import reading, replacing
from ..ground.npz import read_npz
from ..ground.places import DATA
from .encoder import ENCODER
from .stored import KINDS, SEEDS, Kind, components, judge, train_captioner, train_namer
from .task import Naming
from .unpacking import trained, unpacked

FILE = DATA / "captions.npz"
COMMAND = "python -m course_utils.captions --out data/captions.npz"


def build(path, *, kinds=KINDS, seeds=SEEDS, progress=True, **lengths):
    """Train everything and write `path` (.npz) and the table beside it (.csv).

    Checkpoints are kept in a folder beside it until all is done: killed at any time, the next call goes on where this
    one was, and ends with the same numbers. lengths: n_eye, n_speech iterations, if other than the stored ones'.
    Returns the rows. Raises ValueError if one of the files is there and was not begun here, or another process is at
    work on them.
    """
    path, parts = Path(path), Path(f"{path}.parts")
    if there := [str(file) for file in (path, path.with_suffix(".csv")) if file.exists() and not parts.exists()]:
        raise ValueError(f"path is {path}, and {' and '.join(there)} is there already; name another file, or delete "
                         "both to make them anew")
    with alone(path):
        parts.mkdir(parents=True, exist_ok=True)
        return _build(path, parts, kinds, seeds, progress, lengths)


def _build(path, parts, kinds, seeds, progress, lengths):
    options = {"progress": progress, "checkpoint_every": 10.0}
    arrays, rows, encoders = _eyes(parts, options | _length(lengths, "n_eye"))
    for kind in kinds:
        for seed in seeds:
            if progress:
                print(f"{kind}, seed {seed}", flush=True)
            where = parts / f"{kind}-{seed}.npz".replace(", ", "-").replace(" ", "_")
            model, log = train_captioner(kind, encoders[kind.encoder], seed, checkpoint=where,
                                         **options, **_length(lengths, "n_speech"))
            arrays |= curve(f"{kind}/{seed}", log)
            if seed == seeds[0]:
                arrays |= {f"{kind}/{name}": array for name, array in model.weights.items()}
            rows.append(row_of(kind, seed, log, judge(model)))
    write(path, arrays, rows)
    shutil.rmtree(parts)
    return rows


def _length(lengths, name):
    return {"n_iterations": lengths[name]} if name in lengths else {}


def _eyes(parts, options):
    """(arrays to store, the namer's row, {name: encoder}): the eye, trained, and the principal components."""
    namer, log = train_namer(checkpoint=parts / "eye.npz", **options)
    pca, variance = components(namer.encoder.n_features)
    for array in (*namer.weights.values(), *pca.weights.values()):
        array[:] = array.astype(np.float16)  # what will be stored is what captioners look through from now on
    arrays = {f"namer/{name}": array for name, array in namer.weights.items()} | curve("namer/0", log)
    arrays |= {f"pca/{name}": array for name, array in pca.weights.items()} | {"variance": np.array(variance)}
    encoders = {"eye": namer.encoder, "principal components": pca}
    return arrays, [row_of(None, 0, log, judge(namer, Naming))], encoders


def curve(name, log):
    """The loss, mean of each ten logged ones, and the share of wrong tests, as arrays to store."""
    n = len(log.loss) // 10 * 10
    return {f"curve/{name}/loss": np.reshape(log.loss[:n], (-1, 10)).mean(axis=1),
            f"curve/{name}/wrong": np.array(log.wrong)}


def row_of(kind, seed, log, judged):
    """A row of the table: what was trained (the namer, if kind is None), the loss at iteration 10, the last loss, and
    the shares of right answers."""
    made_of = {"name": "namer"} if kind is None else {"name": str(kind), **kind._asdict()}
    return dict.fromkeys(("name", *Kind._fields)) | made_of | {
        "seed": seed, "iterations": log.iteration[-1], "early": early(log),
        "loss": float(np.mean(log.loss[-10:])), **judged, "python": platform.python_version(),
        "numpy": np.__version__}


def write(path, arrays, rows):
    """Weights in half precision (three digits are enough), everything else in single."""
    with replacing(path) as file:
        np.savez_compressed(file, **{name: array.astype(np.float32 if name.startswith("curve") else np.float16)
                                     for name, array in arrays.items()})
    save(path.with_suffix(".csv"), rows, COMMAND)


@takes(path=path)
@lru_cache(maxsize=2)
def load_archive(path=FILE):
    """The `Archive` in a file and the table beside it, weights in float64. Raises FileNotFoundError that names the
    command which makes it, and ValueError for files that are damaged or not of one training."""
    if not Path(path).exists():
        raise FileNotFoundError(f"{path} is missing; `{COMMAND}` makes it")
    advice = f"`{COMMAND}` makes both files"
    with reading(path, "is no archive of captioners", advice):
        arrays = {name: array.astype(float) for name, array in read_npz(path).items()}
    beside = Path(path).with_suffix(".csv")
    with reading(beside, "is no table of captioners", advice):
        named, *rows = map(trained, load(beside))
    with reading(path, f"does not go with {beside.name}", advice):
        return unpacked(arrays, named, rows)


@takes(row=mapping)
def check_slice(row, path=FILE):
    """Train the first ten iterations of a stored captioner again: the relative difference of the loss then and now."""
    if missing := {"name", "seed", "early", *Kind._fields} - set(row):
        raise ValueError(f"row lacks {', '.join(sorted(missing))}, it holds {', '.join(row)}")
    one_of("name", row["name"], tuple(load_archive(path).captioners))
    kind = Kind(*(row[name] for name in Kind._fields))
    encoder = single(load_archive(path).captioners[row["name"]].encoder)
    _, log = train_captioner(kind, encoder, row["seed"], EARLY, progress=False)
    return abs(log.loss[-1] - row["early"]) / row["early"]


@takes(encoder=having(*ENCODER))
def single(encoder):
    """The encoder in single precision, in which captioners are trained."""
    return type(encoder)(Params({name: array.astype(np.float32) for name, array in encoder.weights.items()}))
