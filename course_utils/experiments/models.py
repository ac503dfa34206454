"""The two language models of notebook 14: how each is set up, and what came of its training."""
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..engine.cells import LSTM
from ..ground.checks import one_of
from ..ground.places import DATA
from ..language.corpora import CHARACTERS, python_text
from ..learning.checkpoints import load_model
from ..learning.model import init_model
from ..learning.optimisers import Adam
from ..learning.training import fit
from ..tasks.grammar import WORDS, story
from ..tasks.text import NextSymbol
from ..tasks.vocabulary import Vocabulary

RESTART = 20


@dataclass(frozen=True)
class Setup:
    """text("train" or "test") gives the symbols. Truncated back-propagation over `length` steps, the state carried on,
    in `streams` parts of the text at once, each from a zero state again after RESTART pieces; gradient clipped to norm
    1; stages: Adam's learning rate, and for how many epochs."""

    text: Callable
    vocabulary: Vocabulary
    hidden: int
    streams: int
    length: int
    stages: tuple

    def task(self, part="train"):
        """The text as a task."""
        return NextSymbol(self.vocabulary.encode(self.text(part)), len(self.vocabulary), self.length)

    def first_model(self):
        """The LSTM before training: float32, forget bias 1, seed 0."""
        size = len(self.vocabulary)
        return init_model(LSTM, size, self.hidden, size, np.random.default_rng(0), forget_bias=1.0, dtype=np.float32)

    def train(self, model, task, n_iterations, lr=None, **options):
        """`fit` up to iteration n_iterations, the log; lr: that of the first stage if left out."""
        return fit(model, task, Adam(lr or self.stages[0][0]), np.random.default_rng(0), n_iterations,
                   batch_size=self.streams, clip_norm=1.0, carry=True, restart_every=RESTART, **options)


SETUPS = {"characters": Setup(python_text, CHARACTERS, 256, 32, 100, ((2e-3, 6), (5e-4, 2))),
          "words": Setup(story, WORDS, 96, 32, 50, ((3e-3, 8), (1e-3, 2)))}


def stored(name):
    """(model, arrays, notes) of the stored training: `language.train_all` says what they hold. Raises ValueError for an
    unknown name, FileNotFoundError if it is not there."""
    path = DATA / f"{one_of('name', name, tuple(SETUPS))}.npz"
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing; `python -m course_utils.experiments.language {name} --out {path}` "
                                "makes it")
    return load_model(path)
