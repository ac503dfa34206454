"""Networks that do not learn, what is done for them, and whether they learn then (notebook 16).

    python -m course_utils.experiments.lessons.patients --out data/patients.csv
"""
import numpy as np

from ...engine.graph import gate_columns
from ...engine.sequence import unroll
from ...ground.arguments import flag, mapping, maybe, path, real, seed, size, some, table, takes, text
from ...ground.files import reading
from ...ground.npz import read_npz
from ...learning.training import TrainingDiverged, fit, share_wrong
from ..results import alone, ask_out, begun, group, save
from ..runs import prepare

ORDER, LENGTH, EARLY, N_TEST, LEARNED, CHANCE = "temporal order", 60, 10, 500, .05, .65
DONE = "divide", "no_input_bias"  # what is done to the weights after they were drawn
OUTCOMES = "early", "wrong", "dead", "solved_at"
HELD = {"patient": text, "done": text, "task": text, "cell": text, "task.length": size(), "hidden": size(1, 1000),
        "n_iterations": size(1, 10**5), "test_every": size(0), "seed": seed, "lr": real(above=0), "wrong": real(0, 1)}


def trained(name, value):
    """A row of the table. Raises ValueError for what lacks a column, or holds in one what cannot be there."""
    if missing := [column for column in HELD if column not in mapping(name, value)]:
        raise ValueError(f"{name} lacks {', '.join(missing)}, expected a row of data/patients.csv; it holds "
                         f"{', '.join(map(str, value)) or 'nothing'}")
    for column, check in HELD.items():
        check(f"{name}[{column!r}]", value[column])
    return value


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
    """{what is done: settings} for a ReLU network whose learning rate is .1, and for a tanh network at that rate and at
    the smaller one."""
    base = {"task.length": 20, "cell": "ReluRNN", "hidden": 24, "lr": .1, "clip_norm": 0.0,
            "n_iterations": n_iterations}
    same = {"recurrent": "identity"}
    return {"nothing": base, "identity": base | same, "rate": base | {"lr": .003},
            "identity and rate": base | same | {"lr": .003}, "tanh": base | {"cell": "TanhRNN"},
            "tanh and rate": base | {"cell": "TanhRNN", "lr": .003}}


def overlooked(length, rate):
    """{"nothing": settings} of notebook 13's ReLU network that starts as the identity."""
    return {"nothing": {"task.length": length, "cell": "ReluRNN", "recurrent": "identity", "std": .001, "hidden": 32,
                        "lr": rate, "n_iterations": 3000, "test_every": 100}}


def all_settings():
    """The settings of every training of the table."""
    cases = [("first", forgetting(lr=.01), 6)]
    cases += [("second", exploding(rate), 6) for rate in (.1, .03, .3)]
    cases += [("third", dying(), 6), ("third", {"rate": dying(1000)["rate"]}, 6)]
    cases += [(name, forgetting(cell=cell, lr=.01), 6) for name, cell in (("GRU", "GRU"), ("coupled", "CoupledLSTM"))]
    cases += [("overlooked", overlooked(length, rate), 3) for length in (60, 120) for rate in (.01, .001, .0003)]
    for length, rate in ((60, .003), (60, .03), (30, .01), (120, .01)):
        found = forgetting(length, lr=rate)
        cases.append(("first", {done: found[done] for done in ("nothing", "b_f", "b_f and b_i", "chrono")}, 6))
    cases += [("GRU", forgetting(120, "GRU", lr=.01), 6)]
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


def run(settings, n_iterations=None, progress=False):
    """(model, log, task, rng) after the training, or after its first n_iterations."""
    task, model, rule, rng = network(settings)
    clip = 1.0 if settings.get("clip_norm") is None else settings["clip_norm"]
    try:
        log = fit(model, task, rule, rng, n_iterations or settings["n_iterations"], clip_norm=clip or None,
                  test_every=settings["test_every"] or None, progress=progress)
    except TrainingDiverged as error:
        log = error.log
    return model, log, task, rng


def training(settings):
    """A row of the table: the settings, the loss at iteration 10, the share of 500 fresh sequences that are wrong at
    the end, for ReLU units the share that is dead then, and the iteration that solved the task, if it is tested."""
    model, log, task, rng = run(settings)
    return settings | {"early": early(log), "wrong": share_wrong(model, task, rng, N_TEST),
                       "dead": dead_share(model, task) if settings["cell"] == "ReluRNN" else None,
                       "solved_at": log.solved_at}


def early(log):
    """The loss at iteration 10, None where training did not get that far."""
    return log.loss[log.iteration.index(EARLY)] if EARLY in log.iteration else None


def sequences(task):
    """The twenty sequences (T, 20, D) that every patient is examined on."""
    return task.batch(np.random.default_rng(9), 20).x


def dead_share(model, task):
    """Share of the units that are 0 at all steps of those sequences."""
    return float((~(unroll(model.cell, model.params, sequences(task)).states[0, 1:] > 0).any(axis=(0, 1))).mean())


@takes(row=trained)
def untrained(row):
    """(model, sequences (T, 20, D)) of a row of the table: its network as it is drawn, with what is done to its
    weights, and what it is examined on."""
    task, model, _, _ = network(row)
    return model, sequences(task)


@takes(row=trained, progress=flag)
def train(row, progress=True):
    """(model, share of 500 fresh sequences that it answers wrongly) after the training of a row, with a bar."""
    model, _, task, rng = run(row, progress=progress)
    return model, share_wrong(model, task, rng, N_TEST)


@takes(row=trained)
def check_row(row):
    """Train the first ten iterations of a row again: the relative difference of the loss then and now."""
    return abs(early(run(row, EARLY)[1]) - row["early"]) / row["early"]


@takes(rows=some(trained))
def three_patients(rows):
    """{"first patient" …: (model, sequences (T, 20, D))} of three networks with seed 1: an LSTM and a tanh network
    before their training, a ReLU network after its. rows: of data/patients.csv."""
    first, second, third = (pick(rows, name, "nothing", seed=1) for name in ("first", "second", "third"))
    (_, x), model = untrained(third), train(third, progress=False)[0]
    return {"first patient": untrained(first), "second patient": untrained(second), "third patient": (model, x)}


@takes(rows=some(trained), patient=text)
def choose(rows, patient, done=None, **values):
    """The rows of a patient; done: what was done for it; more by name (lr=.01, seed=1, length=60)."""
    if not len(rows):
        raise ValueError(f"rows is {rows!r}, expected rows of data/patients.csv")
    wanted = {"patient": patient, **values} | ({} if done is None else {"done": done})
    found = [row for row in rows if all({**row, "length": row["task.length"]}.get(name) == value
                                        for name, value in wanted.items())]
    if not found:
        raise ValueError(f"no row has {', '.join(f'{name} {value!r}' for name, value in wanted.items())}")
    return found


@takes(rows=some(trained), patient=text)
def pick(rows, patient, done=None, **values):
    """The first of the rows that `choose` finds."""
    return choose(rows, patient, done, **values)[0]


@takes(rows=some(trained), names=maybe(table(text)))
def tell(rows, names=None):
    """Text: for each thing that was done, in how many rows the network learned (less than 5 % wrong), and in how many
    it is at chance (more than 65 % wrong). names: {done: what is written for it}, in the order of the lines."""
    found, names = group(rows, "done"), names or {}
    if unknown := names.keys() - found.keys():
        raise ValueError(f"names hold {', '.join(sorted(map(repr, unknown)))}, expected what was done in rows: "
                         f"{', '.join(found)}")
    lines = {names.get(done, done): count(found[done]) for done in {**names, **found}}
    return "\n".join(f"{name:{max(map(len, lines))}s}  {said}" for name, said in lines.items())


@takes(path=path, name=text)
def reference(path, name):
    """({name in PyTorch: array} of the weights, {what: array} of the rest) of one network in
    data/diagnose_reference.npz. Raises ValueError if there is none of this name."""
    head = f"{name}/"
    with reading(path, "cannot be used", "expected arrays as data/make_diagnose_reference.py writes them"):
        found = {full.removeprefix(head): array for full, array in read_npz(path).items() if full.startswith(head)}
    if not found:
        raise ValueError(f"name is {name!r}, and {path} holds nothing of it")
    weights = {full.removeprefix("weight/"): array for full, array in found.items() if full.startswith("weight/")}
    return weights, {full: array for full, array in found.items() if not full.startswith("weight/")}


def count(rows):
    """In words: how many of these trainings learned, and how many are at chance."""
    wrong = np.array([row["wrong"] for row in rows])
    return f"{(wrong < LEARNED).sum()} of {len(wrong)} learned, {(wrong > CHANCE).sum()} at chance"


def key(row):
    """What tells a row of the table from all others."""
    return tuple(row[name] for name in ("patient", "done", "cell", "task.length", "n_iterations", "lr", "seed"))


def main():
    """Train all and save the table, a row at a time; rows that it holds already are kept."""
    from tqdm.auto import tqdm

    path, command = ask_out("patients", __doc__, resumed=True)
    wanted = {key(settings): settings for settings in all_settings()}
    with alone(path):
        done = begun(path, wanted, lambda row: key(trained("a row", row)), (*HELD, *OUTCOMES))
        for name, settings in tqdm(wanted.items(), desc="patients", unit="training"):
            if name not in done:
                done[name] = training(settings)
                save(path, [done[name] for name in wanted if name in done], command)


if __name__ == "__main__":
    main()
