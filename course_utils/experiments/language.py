"""The two language models of notebook 14: their first weights, their training and its stored results.

    python -m course_utils.experiments.language characters --out data/characters.npz
    python -m course_utils.experiments.language words --out data/words.npz

A training may be stopped at any time and goes on where it was. The test text is read after every epoch.
"""
import argparse
import json
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..cells import LSTM
from ..checkpoints import load_model, replacing, save_model
from ..checks import one_of
from ..corpora import CHARACTERS, python_text
from ..grammar import WORDS, story
from ..language import bits_per_symbol
from ..model import init_model
from ..optimisers import Adam
from ..places import DATA
from ..tasks.text import NextSymbol
from ..training import fit
from ..vocabulary import Vocabulary

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
    """(model, arrays, notes) of the stored training: `train_all` says what they hold. Raises ValueError for an unknown
    name, FileNotFoundError if it is not there."""
    path = DATA / f"{one_of('name', name, tuple(SETUPS))}.npz"
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing; `python -m course_utils.experiments.language {name} --out {path}` "
                                "makes it")
    return load_model(path)


def train_all(setup, out):
    """All epochs of all stages. `out` then holds the weights, the loss at every tenth iteration (`loss`), and for
    every epoch (`epochs`) its number, bits per symbol in training, and on the test text. Files beside `out` keep what
    is done until all is done."""
    model, task, test = setup.first_model(), setup.task(), setup.task("test")
    table, parts, losses = Path(f"{out}.epochs.part"), [], []
    rows = json.loads(table.read_text(encoding="utf-8")) if table.exists() else []
    start, each, done = time.perf_counter(), task.pieces(setup.streams), 0
    for lr, epochs in setup.stages:
        parts.append(Path(f"{out}.stage{len(parts) + 1}.part"))
        for epoch in range(min(max(1, len(rows) - done), epochs), epochs + 1):
            log = setup.train(model, task, epoch * each, lr, checkpoint=parts[-1])
            if done + epoch > len(rows):
                bits = np.mean(np.array(log.loss)[np.array(log.iteration) > (epoch - 1) * each]) / np.log(2)
                rows.append((done + epoch, bits, bits_per_symbol(model, test.symbols, length=setup.length)))
                with replacing(table, "w", encoding="utf-8") as file:
                    json.dump(rows, file)
                print("epoch {}: {:.3f} bits in training, {:.3f} on the test text".format(*rows[-1]), flush=True)
        losses, done = losses + log.loss, done + epochs
    save_model(out, model, {"epochs": np.array(rows), "loss": np.array(losses)}, text=repr(task), stages=setup.stages,
               seconds=round(time.perf_counter() - start), python=platform.python_version(), numpy=np.__version__)
    for part in (table, *parts):
        part.unlink()
    return rows


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m course_utils.experiments.language", description="Train a model.")
    parser.add_argument("name", choices=sorted(SETUPS), help="of characters or of words")
    parser.add_argument("--out", required=True, help="file for the weights")
    asked = parser.parse_args(arguments)
    train_all(SETUPS[asked.name], asked.out)


if __name__ == "__main__":
    main()
