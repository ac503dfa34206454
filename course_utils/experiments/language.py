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

from ..ground.files import replacing
from ..language.reading import bits_per_symbol
from ..learning.checkpoints import save_model
from .models import SETUPS


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
