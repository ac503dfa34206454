"""The stored trainings: an eye that learns to name, then captioners that look through it. What each is made of."""
from typing import NamedTuple

import numpy as np

from ..engine.cells import find_cell
from ..ground.arguments import a, array, function, having, maybe, seed, size, takes
from ..learning.model import predict
from ..learning.optimisers import Adam
from ..learning.training import fit
from .captioner import init_captioner
from .encoder import ENCODER, init_eye, principal_components
from .namer import either, init_namer
from .pictures import SPLITS
from .task import Captions, Naming

WARP = .2  # of the digits in training, see `pictures.warp`
EYE = {"n_iterations": 6000, "lr": 1e-2}
SPEECH = {"n_iterations": 2000, "lr": 5e-3, "n_hidden": 128, "clip_norm": 5.0}
BATCH, TEST_EVERY, SEEDS, N_JUDGED = 64, 250, (0, 1, 2), 1000


class Kind(NamedTuple):
    """What a captioner is made of: the name of its cell, how it is fed, through which encoder it looks."""

    cell: str = "LSTM"
    feed: str = "start"
    encoder: str = "eye"

    def __str__(self):
        return f"{self.cell}, {self.feed}" + ("" if self.encoder == "eye" else f", {self.encoder}")


KINDS = (Kind(), Kind(feed="every step"), Kind("TanhRNN"), Kind("TanhRNN", "every step"), Kind(feed="hidden only"),
         Kind(encoder="principal components"))


@takes(n_iterations=size(0))
def train_namer(n_iterations=EYE["n_iterations"], **options):
    """(`Namer`, `History`): the eye learns to name layouts and digits. options: those of `fit`."""
    rng = np.random.default_rng(0)
    namer = init_namer(init_eye(rng, dtype=np.float32), rng)
    optimiser = Adam(EYE["lr"], n_total=EYE["n_iterations"])
    options = {"batch_size": BATCH, "test_every": TEST_EVERY} | options
    return namer, fit(namer, Naming(warp=WARP), optimiser, rng, n_iterations, **options)


@takes(kind=a(Kind), encoder=having(*ENCODER), seed=seed, n_iterations=size(0))
def train_captioner(kind, encoder, seed, n_iterations=SPEECH["n_iterations"], **options):
    """(`Captioner`, `History`) of one training; the encoder stays as it is. options: those of `fit`."""
    rng, cell = np.random.default_rng(1 + seed), find_cell(kind.cell)
    gated = {"forget_bias": 1.0} if cell.forget_gate else {}
    model = init_captioner(cell, encoder, SPEECH["n_hidden"], rng, feed=kind.feed, dtype=np.float32, **gated)
    options = {"batch_size": BATCH, "test_every": TEST_EVERY, "clip_norm": SPEECH["clip_norm"]} | options
    optimiser = Adam(SPEECH["lr"], n_total=SPEECH["n_iterations"])
    return model, fit(model, Captions(warp=WARP), optimiser, rng, n_iterations, **options)


def components(n_features):
    """(`PrincipalComponents` of 2000 training pictures, the share of the variance that they keep)."""
    pictures = Captions().batch(np.random.default_rng(0), 2000).x.pictures
    return principal_components(pictures, n_features, np.float32)


@takes(model=either, task=maybe(having("batch")), n=size(), seed=seed, batch=maybe(having("x", "target", "mask")))
def right(model, task=None, n=N_JUDGED, seed=0, batch=None):
    """(all answers (T, B): right where asked, the batch's mask) for n pictures of the task, always the same ones for a
    seed, or for the pictures of a batch.

    A sentence is right if every word is, given the right words before it: just then greedy decoding writes it.
    """
    if task is None and batch is None:
        raise ValueError("task is None and batch is None, expected one of the two")
    batch = task.batch(np.random.default_rng(seed), n) if batch is None else batch
    outputs, _ = predict(model, batch.x)
    return (outputs.argmax(axis=-1) == batch.target) & batch.mask, batch.mask


@takes(good=array, mask=array)
def all_right(good, mask):
    """(B,) whether every answer that is asked for is right: good and mask (T, B), as `right` returns them."""
    if good.ndim != 2 or not good.dtype == mask.dtype == bool or good.shape != mask.shape:
        raise ValueError(f"good has shape {good.shape} and dtype {good.dtype}, mask has shape {mask.shape} and dtype "
                         f"{mask.dtype}, expected two arrays (T, B) of bool")
    return (good | ~mask).all(axis=0)


@takes(model=either, task=function, n=size())
def judge(model, task=Captions, n=N_JUDGED):
    """{"sentences, held out images, training arrangements": share …} of pictures with two or three digits, for the
    six splits, and the same for words (of names, if the task is `Naming`)."""
    found = {}
    for images in SPLITS:
        for arrangements in SPLITS[:2]:
            good, mask = right(model, task(images, arrangements, several=True), n)
            place = f"{images} images, {arrangements} arrangements"
            found[f"sentences, {place}"] = float(all_right(good, mask).mean())
            found[f"words, {place}"] = float(good.sum() / mask.sum())
    return found
