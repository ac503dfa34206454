"""The file of stored trainings: how it is made, bit by bit and after every interruption, and how it is read."""
import platform
import shutil
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..engine.cells import find_cell
from ..engine.params import Params
from ..experiments.results import load, save
from ..experiments.runs import EARLY, early
from ..ground.arguments import having, mapping, path, takes
from ..ground.checks import one_of
from ..ground.files import replacing
from ..ground.places import DATA
from .captioner import Captioner
from .encoder import ENCODER, Eye, PrincipalComponents
from .namer import Namer
from .stored import KINDS, SEEDS, Kind, components, judge, train_captioner, train_namer
from .task import Naming

FILE = DATA / "captions.npz"
COMMAND = "python -m course_utils.captions --out data/captions.npz"
OWN = ("E", "W_v", "b_v", "W_y", "b_y")  # a captioner's weights besides the cell's


class Archive(NamedTuple):
    """namer · captioners {str(kind): Captioner}, those of the first seed · curves {(name, seed): {"loss", "wrong"}} ·
    rows of the table: one captioner's training each · named: the namer's row · variance: the share that the principal
    components keep."""

    namer: Namer
    captioners: dict
    curves: dict
    rows: list
    named: dict
    variance: float

    def shares(self, name, images="held out", arrangements="held out", what="sentences"):
        """What was right, one share a seed: of the captioners called `name`, or of the "namer"; what: "sentences" or
        "words"."""
        return [row[f"{what}, {images} images, {arrangements} arrangements"] for row in (self.named, *self.rows)
                if row["name"] == name]


def build(path, *, kinds=KINDS, seeds=SEEDS, progress=True, **lengths):
    """Train everything and write `path` (.npz) and the table beside it (.csv).

    Checkpoints are kept in a folder beside it until all is done: killed at any time, the next call goes on where this
    one was, and ends with the same numbers. lengths: n_eye, n_speech iterations, if other than the stored ones'.
    Returns the rows.
    """
    path, parts = Path(path), Path(f"{path}.parts")
    parts.mkdir(parents=True, exist_ok=True)
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
    """The `Archive` in a file, weights in float64. Raises FileNotFoundError that names the command which makes it."""
    if not Path(path).exists():
        raise FileNotFoundError(f"{path} is missing; `{COMMAND}` makes it")
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name].astype(float) for name in file.files}
    named, *rows = load(Path(path).with_suffix(".csv"))
    found = _under(arrays, "namer")
    namer = Namer(Eye(Params({name: found[name] for name in found if not name.endswith("_n")})),
                  Params({name: found[name] for name in found if name.endswith("_n")}))
    encoders = {"eye": namer.encoder, "principal components": PrincipalComponents(_under(arrays, "pca"))}
    captioners = {row["name"]: _captioner(row, _under(arrays, row["name"]), encoders) for row in rows}
    curves = {(row["name"], row["seed"]): _under(arrays, f"curve/{row['name']}/{row['seed']}") for row in rows}
    curves["namer", 0] = _under(arrays, "curve/namer/0")
    return Archive(namer, captioners, curves, rows, named, float(arrays["variance"]))


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


def _captioner(row, weights, encoders):
    params = Params({name: array for name, array in weights.items() if name not in OWN})
    layers = Params({name: weights[name] for name in OWN})
    return Captioner(find_cell(row["cell"]), params, layers, encoders[row["encoder"]], row["feed"])


def _under(arrays, prefix):
    """The arrays whose names start with the prefix and hold no further slash."""
    head = prefix + "/"
    return Params({name.removeprefix(head): array for name, array in arrays.items()
                   if name.startswith(head) and "/" not in name.removeprefix(head)})
