"""Trains PyTorch's LSTM as `python -m course_utils.experiments.language characters` trains the course's: on the same
text, from the same first weights, with the same batches and the same rule. Needs torch 2.13.0.

    python data/make_characters_torch.py --out data/characters_torch.csv

A row for every epoch: bits per character in training, as the mean over every tenth iteration, and on the test text;
seconds. It may be stopped at any time and goes on with the epoch it was in.
"""
import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from tqdm.auto import tqdm

from course_utils.experiments import results
from course_utils.experiments.models import RESTART, SETUPS

SETUP = SETUPS["characters"]


class Characters(nn.Module):
    """The course's first model in PyTorch: one bias, since two would be learned twice as fast."""

    def __init__(self, model):
        super().__init__()
        (n_inputs, _), (n_hidden, n_outputs) = model.params.W_x.shape, model.readout.W_y.shape
        self.lstm, self.readout = nn.LSTM(n_inputs, n_hidden), nn.Linear(n_hidden, n_outputs)
        self.lstm.bias_hh_l0.requires_grad_(False)
        weights = {"lstm.weight_ih_l0": model.params.W_x.T, "lstm.weight_hh_l0": model.params.W_h.T,
                   "lstm.bias_ih_l0": model.params.b, "lstm.bias_hh_l0": np.zeros_like(model.params.b),
                   "readout.weight": model.readout.W_y.T, "readout.bias": model.readout.b_y}
        self.load_state_dict({name: torch.tensor(np.ascontiguousarray(array)) for name, array in weights.items()})

    def loss(self, batch, states):
        """(cross-entropy in nats, states at the end) of one piece of each part."""
        h, states = self.lstm(torch.from_numpy(batch.x), states)
        loss = nn.functional.cross_entropy(self.readout(h).flatten(0, 1), torch.from_numpy(batch.target.ravel()))
        return loss, tuple(state.detach() for state in states)


def train_step(model, optimiser, task, k, states):
    """Read piece k, from the states that the last one left, and learn from it: (loss in nats, states for the next)."""
    loss, states = model.loss(task.stream(k, SETUP.streams), states)
    optimiser.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(optimiser.param_groups[0]["params"], 1.0)
    optimiser.step()
    restart = (k + 1 + torch.arange(SETUP.streams)) % RESTART == 0
    return loss.item(), tuple(torch.where(restart[:, None], 0.0, state) for state in states)


def epoch(model, task, lr, state):
    """Train one epoch: (bits per character, the state of training: optimiser, states of the LSTM, iteration); `state`
    is that of the epoch before, empty at the beginning of a stage."""
    optimiser, losses = torch.optim.Adam([w for w in model.parameters() if w.requires_grad], lr=lr), []
    if state:
        optimiser.load_state_dict(state["optimiser"])
    states, first = state.get("states"), state.get("iteration", 0)
    for k in tqdm(range(first, first + task.pieces(SETUP.streams))):
        loss, states = train_step(model, optimiser, task, k, states)
        if (k + 1) % 10 == 0 or k == 0:
            losses.append(loss)
    return np.mean(losses) / math.log(2), {"optimiser": optimiser.state_dict(), "states": states, "iteration": k + 1}


@torch.no_grad()
def test_bits(model, task):
    """Bits per character of the test text, as `bits_per_symbol` reads it."""
    states, losses = None, []
    for k in range(task.pieces(32)):
        loss, states = model.loss(task.stream(k, 32), states)
        losses.append(loss.item())
    return np.mean(losses) / math.log(2)


def train_all(out):
    """All epochs; a file beside `out` keeps what the next start needs."""
    part, model, train, test = Path(f"{out}.part"), Characters(SETUP.first_model()), SETUP.task(), SETUP.task("test")
    rows, state = [], {}
    if part.exists():
        rows, weights, state = torch.load(part)
        model.load_state_dict(weights)
    stages = [(lr, k == 0) for lr, epochs in SETUP.stages for k in range(epochs)]
    for lr, first in stages[len(rows):]:
        start = time.perf_counter()
        bits, state = epoch(model, train, lr, {} if first else state)
        rows.append({"epoch": len(rows) + 1, "train_bits": float(bits), "test_bits": float(test_bits(model, test)),
                     "seconds": round(time.perf_counter() - start), "torch": torch.__version__})
        torch.save((rows, model.state_dict(), state), part)
        print(rows[-1], flush=True)
    results.save(out, rows, "python data/make_characters_torch.py --out data/characters_torch.csv")
    part.unlink()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True)
    train_all(parser.parse_args().out)
