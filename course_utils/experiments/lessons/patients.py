"""Networks that do not learn, what is done for them, and whether they learn then (notebook 16).

    python -m course_utils.experiments.lessons.patients --out data/patients.csv
"""
import argparse

import numpy as np

from ...engine.graph import gate_columns
from ...engine.sequence import unroll
from ...ground.arguments import mapping, some, size, takes, text
from ...learning.training import TrainingDiverged, fit, share_wrong
from ..results import group, load, save
from ..runs import prepare

ORDER, LENGTH, EARLY, N_TEST, LEARNED, CHANCE = "temporal order", 60, 10, 500, .05, .65
DONE = "divide", "no_input_bias"  # what is done to the weights after they were drawn
OUTCOMES = "early", "wrong", "dead", "solved_at"


def forgetting(length=LENGTH, cell="LSTM", **more):
    """{what is done: settings} for a cell whose forget gates start at ½, on a lag of .9 times the length."""
    b = float(np.log(.9 * length - 1))
    base = {"task.length": length, "cell": cell, "hidden": 16, "n_iterations": 200, **more}
    found = {"nothing": base, "b_f": base | {"forget_bias": b}, "chrono": base | {"chrono": .9 * length}}
    if cell == "LSTM":
        found |= {"b_f and b_i": base | {"forget_bias": b, "input_bias": -b}, "b_i": base | {"input_bias": -b},
                  "chrono, b_i 0": base | {"chrono": .9 * length, "no_input_bias": 1}}
    return found


def exploding(rate):
    """{what is done: settings} for a tanh network that is drawn with gain 4, plain gradient descent."""
    base = {"task.length": 20, "cell": "TanhRNN", "hidden": 24, "gain": 4.0, "optimiser": "SGD", "lr": rate,
            "clip_norm": 0.0, "n_iterations": 500}
    return {"nothing": base, "clip": base | {"clip_norm": 1.0}, "divide": base | {"divide": 1},
            "clip and divide": base | {"clip_norm": 1.0, "divide": 1}}


def dying(n_iterations=200):
    """{what is done: settings} for a ReLU network whose learning rate is .1, and for a tanh network."""
    base = {"task.length": 20, "cell": "ReluRNN", "hidden": 24, "lr": .1, "clip_norm": 0.0,
            "n_iterations": n_iterations}
    same = {"recurrent": "identity"}
    return {"nothing": base, "identity": base | same, "rate": base | {"lr": .003},
            "identity and rate": base | same | {"lr": .003}, "tanh": base | {"cell": "TanhRNN"}}


def overlooked(length, rate):
    """{"nothing": settings} of notebook 13's ReLU network that starts as the identity."""
    return {"nothing": {"task.length": length, "cell": "ReluRNN", "recurrent": "identity", "std": .001, "hidden": 32,
                        "lr": rate, "n_iterations": 3000, "test_every": 100}}


def all_settings():
    """The settings of every training of the table."""
    cases = [("forgets", forgetting(lr=.01), 6)]
    cases += [("explodes", exploding(rate), 6) for rate in (.1, .03, .3)]
    cases += [("dies", dying(), 6), ("dies", {"rate": dying(1000)["rate"]}, 6)]
    cases += [(name, forgetting(cell=cell, lr=.01), 6) for name, cell in (("GRU", "GRU"), ("coupled", "CoupledLSTM"))]
    cases += [("overlooked", overlooked(length, rate), 3) for length in (60, 120) for rate in (.01, .001, .0003)]
    cases += [("forgets", forgetting(lr=rate), 6) for rate in (.003, .03)]
    cases += [("forgets", forgetting(length, lr=.01), 6) for length in (30, 120)]
    return [{"patient": name, "done": done, "task": ORDER, "test_every": 0, "no_input_bias": 0, "divide": 0,
             **settings, "seed": seed}
            for name, treatments, seeds in cases for done, settings in treatments.items() for seed in range(seeds)]


def network(settings):
    """(task, model, optimiser, rng) of the settings, with what is done to the weights."""
    own = {name: value for name, value in settings.items() if name not in (*DONE, *OUTCOMES, "patient", "done")}
    task, model, rule, rng = prepare({name: value for name, value in own.items()
                                      if name not in ("n_iterations", "clip_norm", "test_every") and value is not None})
    if settings.get("no_input_bias"):
        model.params.b[gate_columns(model.cell, "i", len(model.params.W_h))] = 0
    if settings.get("divide"):
        model.params.W_h /= np.abs(np.linalg.eigvals(model.params.W_h)).max()
    return task, model, rule, rng


@takes(settings=mapping)
def treat(settings, n_iterations=None, progress=False):
    """(model, log, task, rng) after the training, or after its first n_iterations."""
    task, model, rule, rng = network(settings)
    clip = settings.get("clip_norm", 1.0) or None
    try:
        log = fit(model, task, rule, rng, n_iterations or settings["n_iterations"], clip_norm=clip,
                  test_every=settings["test_every"] or None, progress=progress)
    except TrainingDiverged as error:
        log = error.log
    return model, log, task, rng


def dead_share(model, task):
    """Share of the units that are 0 at all steps of 20 sequences."""
    x = task.batch(np.random.default_rng(9), 20).x
    return float((~(unroll(model.cell, model.params, x).states[0, 1:] > 0).any(axis=(0, 1))).mean())


def training(settings):
    """A row of the table: the settings, the loss at iteration 10, the share of 500 fresh sequences that are wrong at the
    end, for ReLU units the share that is dead then, and for those that are tested the iteration that solved the task."""
    model, log, task, rng = treat(settings)
    early = log.loss[log.iteration.index(EARLY)] if EARLY in log.iteration else None
    return settings | {"early": early, "wrong": share_wrong(model, task, rng, N_TEST),
                       "dead": dead_share(model, task) if settings["cell"] == "ReluRNN" else None,
                       "solved_at": log.solved_at}


def main():
    """Train all and save the table, a row at a time."""
    from pathlib import Path

    from tqdm.auto import tqdm

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    path, rows = Path(parser.parse_args().out), []
    for settings in tqdm(all_settings()):
        rows.append(training(settings))
        save(path, rows, "python -m course_utils.experiments.lessons.patients --out data/patients.csv")


if __name__ == "__main__":
    main()
