"""Trains the two language models of notebook 14 (`models` says how each is set up).

    python -m course_utils.experiments.language characters --out data/characters.npz
    python -m course_utils.experiments.language words --out data/words.npz

A training may be stopped at any time and goes on where it was. The test text is read after every epoch.
"""
import argparse
import json
import platform
import time
from pathlib import Path

import numpy as np

from ..ground.arguments import a, numbers
from ..ground.checks import one_of
from ..ground.files import reading, replacing
from ..language.reading import bits_per_symbol
from ..learning.checkpoints import save_model
from .models import SETUPS
from .results import alone


def train_all(setup, out):
    """All epochs of all stages. `out` then holds the weights, the loss at every tenth iteration (`loss`), and for
    every epoch (`epochs`) its number, bits per symbol in training, and on the test text. Files beside `out` keep what
    is done until all is done. Raises ValueError if `out` is there and no such files are, if one of these is damaged, or
    another process is at work on it."""
    table = Path(f"{out}.epochs.part")
    if Path(out).exists() and not table.exists():
        raise ValueError(f"out is {out}, which is there already; name another file, or delete it to make it anew")
    with alone(out):
        return _train_all(setup, out, table)


def _train_all(setup, out, table):
    model, task, test = setup.first_model(), setup.task(), setup.task("test")
    rows, parts, losses = read_epochs(table), [], []
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


def read_epochs(path):
    """The rows (epoch, bits in training, bits on the test text) that a training has written so far, [] if it has not
    begun. Raises ValueError for a damaged file."""
    if not path.exists():
        return []
    with reading(path, "is no list of epochs", "delete it to begin anew"):
        rows = a(list)("the file", json.loads(path.read_text(encoding="utf-8")))
        for n, row in enumerate(rows, 1):
            numbers(3)("a row", row)
            one_of("an epoch", row[0], (n,))
        return rows


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m course_utils.experiments.language", description="Train a model.")
    parser.add_argument("name", choices=sorted(SETUPS), help="of characters or of words")
    parser.add_argument("--out", required=True, help="file for the weights")
    asked = parser.parse_args(arguments)
    try:
        train_all(SETUPS[asked.name], asked.out)
    except (ValueError, OSError) as error:
        parser.exit(1, f"{error}\n")


if __name__ == "__main__":
    main()
