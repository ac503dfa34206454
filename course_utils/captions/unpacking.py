"""What is in the file of stored trainings and in its table, once it is found whole."""
from typing import NamedTuple

import numpy as np

from ..engine.cells import find_cell
from ..engine.params import Params
from ..ground.arguments import maybe, real, text
from ..ground.checks import as_array, one_of
from .captioner import Captioner, captioner
from .encoder import Eye, PrincipalComponents
from .namer import Namer, namer
from .pictures import CANVAS, SPLITS
from .stored import Kind

OWN = ("E", "W_v", "b_v", "W_y", "b_y")  # a captioner's weights besides the cell's
SHARES = [f"{what}, {images} images, {arrangements} arrangements" for images in SPLITS for arrangements in SPLITS[:2]
          for what in ("sentences", "words")]
NUMBERS = ("seed", "iterations", "early", "loss", *SHARES)  # columns of the table


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


def trained(row):
    """A row of the table. Raises ValueError for one that lacks a column, or has no number where one must be."""
    if missing := [name for name in ("name", *Kind._fields, *NUMBERS) if name not in row]:
        raise ValueError(f"it lacks {', '.join(missing)}")
    text("name", row["name"])
    for name in NUMBERS:
        (maybe(real()) if name == "early" else real())(f"{name} of {row['name']}", row[name])
    return row


def unpacked(arrays, named, rows):
    """The `Archive` of all arrays and the rows of the table, the namer's first. Raises ValueError if they don't fit."""
    one_of("the first name", named["name"], ("namer",))
    wanted = {row["name"] for row in (named, *rows)} | {f"curve/{row['name']}/{row['seed']}" for row in (named, *rows)}
    if others := {name.rpartition("/")[0] for name in arrays} ^ {*wanted, "pca", ""}:
        raise ValueError(f"one of the two has {', '.join(sorted(others)[:5])}, and the other has not")
    curves = {(row["name"], row["seed"]): _curve(arrays, row) for row in (named, *rows)}
    weights = {name: as_array(name, array, ("N",) * array.ndim) for name, array in arrays.items()
               if not name.startswith("curve/")}
    found = _under(weights, "namer")
    eye = Eye(Params({name: found[name] for name in found if not name.endswith("_n")}))
    encoders = {"eye": eye, "principal components": PrincipalComponents(_under(weights, "pca"))}
    for encoder in encoders.values():
        encoder.forward(np.zeros((1, CANVAS, CANVAS)))  # its arrays fit together
    named_by = namer("namer", Namer(eye, Params({name: found[name] for name in found if name.endswith("_n")})))
    captioners = {row["name"]: _captioner(row, _under(weights, row["name"]), encoders) for row in rows}
    return Archive(named_by, captioners, curves, rows, named, float(weights["variance"]))


def _curve(arrays, row):
    found = _under(arrays, f"curve/{row['name']}/{row['seed']}")
    for name in ("loss", "wrong"):
        if name not in found or found[name].ndim != 1 or not np.isfinite(found[name]).all():
            raise ValueError(f"{row['name']}, seed {row['seed']}, has no list of finite numbers called {name}")
    return found


def _captioner(row, weights, encoders):
    params = Params({name: array for name, array in weights.items() if name not in OWN})
    layers = Params({name: weights[name] for name in OWN})
    encoder = encoders[one_of("encoder", row["encoder"], tuple(encoders))]
    return captioner(row["name"], Captioner(find_cell(row["cell"]), params, layers, encoder, row["feed"]))


def _under(arrays, prefix):
    """The arrays whose names start with the prefix and hold no further slash."""
    head = prefix + "/"
    return Params({name.removeprefix(head): array for name, array in arrays.items()
                   if name.startswith(head) and "/" not in name.removeprefix(head)})
