"""LSTMs that read the story of notebook 14: whom their verb follows while they learn, and how many of their units hold
the number of the subject in the end.

    python -m course_utils.experiments.lessons.story_readers --out data/story_readers.csv
"""
import tempfile
from pathlib import Path

import numpy as np

from ...engine.cells import LSTM
from ...ground.arguments import mapping, maybe, size, some, table, takes, whole
from ...ground.checks import as_size, as_symbols
from ...language.agreement import OPENING, pulls, verb_odds
from ...language.reading import preferences
from ...language.units import mean_output, separability, silence
from ...learning.model import check_model, init_model, predict
from ...tasks import Agreement
from ...tasks.base import one_hot
from ...tasks.grammar import LANGUAGES, PLACES, PRONOUN, VERB, WORDS, story
from ..models import SETUPS
from ..results import ask_out, save_each

MOMENTS = 0, 50, 100, 200, 300, 350, 400, 450, 500, 550, 600, 700, 1000  # batches after which the verb is looked at
SINGULAR, PLURAL = "man boy king woman girl queen".split(), "men boys kings women girls queens".split()
CONTINUATIONS = ("beside the king", "near the boy behind the girl", "near the boys behind the girls",
                 "before the women near the man behind the queens")
ENDS = "telling", "right", "unit", "without_first", "without_second", "missed", "transplants"
SEEDS = range(5)  # seed 0 is the network of data/words.npz


@takes(symbols=whole("N"), n=size(), length=size())
def pieces(symbols, n, length):
    """(words read, words due after them), (length, n) each: n pieces of a story, spread evenly, each from the beginning
    of a sentence on. symbols: numbers of words. Raises ValueError if there are not so many beginnings."""
    symbols = as_symbols(symbols, len(WORDS))
    starts = np.flatnonzero(symbols[:-1] == WORDS.numbers["."]) + 1
    starts = starts[starts + length < len(symbols)]
    if len(starts) < n:
        raise ValueError(f"symbols have {len(starts)} sentences that begin {length} words before the end, expected n, "
                         f"which is {n}")
    chosen = starts[np.linspace(0, len(starts) - 1, n).astype(int)]
    places = chosen + np.arange(length)[:, None]
    return symbols[places], symbols[places + 1]


def asked_for():
    """{kind: numbers of the words} of the words that another word decides: verbs, pronouns, languages, places."""
    kinds = {"verb": VERB, "pronoun": PRONOUN, "language": LANGUAGES, "place": PLACES}
    return {kind: WORDS.encode(list(dict.fromkeys(words.values()))) for kind, words in kinds.items()}


@takes(model=check_model, read=whole("T", "B"), due=whole("T", "B"), kinds=maybe(table(whole("N"))))
def without_each_unit(model, read, due, kinds=None):
    """({kind: share right}, {kind: (H,) the same with one unit silent}): what `preferences` says of the model, and of
    each of the H networks in which one unit is held at its mean. kinds: {name: numbers of words}; if left out, those of
    `asked_for`."""
    kinds = asked_for() if kinds is None else kinds
    whole_model, trace = preferences(model, read, due, kinds)
    mean = mean_output(trace)
    found = [preferences(silence(model, [unit], mean), read, due, kinds)[0] for unit in range(len(mean))]
    return whole_model, {kind: np.array([shares[kind] for shares in found]) for kind in kinds}


@takes(seed=size(0))
def young_reader(seed=0):
    """The LSTM before it reads; seed 0 is the one whose training is stored in data/words.npz."""
    n, setup = len(WORDS), SETUPS["words"]
    rng = np.random.default_rng(seed)
    return init_model(LSTM, n, setup.hidden, n, rng, forget_bias=1.0, dtype=np.float32)


@takes(model=check_model)
def verb_and_pulls(model):
    """{"subject", "nearest": by how much a plural raises the log-odds of *go*; "misled": the share of sentences whose
    verb is right though the nearest noun misleads}, of 400 sentences with four people in between."""
    odds, plural, nearest = verb_odds(model, 4, n=400)
    subject, neighbour = pulls(odds, plural, nearest)
    wrong_way = plural != nearest
    return {"subject": float(subject), "nearest": float(neighbour),
            "misled": float(((odds > 0) == plural)[wrong_way].mean())}


@takes(model=check_model)
def number_by_unit(model):
    """(H,) how well each cell state alone tells plural from singular at its worst word from the subject to the verb:
    400 sentences with four people in between; .5 is nothing, 1 perfect."""
    batch = Agreement(4).batch(np.random.default_rng(5), 400)
    _, trace = predict(model, batch.x)
    verb = np.flatnonzero(batch.mask.any(axis=1))[0]
    plural = batch.target[verb] == WORDS.numbers["go"]
    return separability(trace.states[-1, 2:verb + 2].swapaxes(1, 2), plural).min(axis=0)


@takes(model=check_model, unit=size(0))
def transplants(model, unit):
    """(followed, tried): the network has read "the man", one number, the cell state of a unit, is changed to what it is
    after "the men", and it reads on to the verb. In how many cases does the verb follow that number? Six pairs of
    nouns, both ways, four continuations."""
    unit = as_size("unit", unit, 0, len(model.params.W_h) - 1)
    opening = WORDS.encode(f"{OPENING} the".split())
    x = np.concatenate([np.repeat(opening[:, None], 12, axis=1), WORDS.encode(SINGULAR + PLURAL)[None]])
    states = predict(model, one_hot(x, len(WORDS)))[1].states[:, -1]
    other = np.roll(np.arange(12), 6)
    changed = states.copy()
    changed[-1, :, unit] = states[-1, other, unit]
    followed = 0
    for text in CONTINUATIONS:
        words = np.repeat(WORDS.encode(text.split())[:, None], 12, axis=1)
        scores = predict(model, one_hot(words, len(WORDS)), changed)[0][-1]
        says_plural = scores[:, WORDS.numbers["go"]] > scores[:, WORDS.numbers["goes"]]
        followed += int((says_plural == (other >= 6)).sum())
    return followed, 12 * len(CONTINUATIONS)


@takes(rows=some(mapping))
def say_ends(rows):
    """Text: a line for each network of data/story_readers.csv that has finished."""
    for row in rows:
        if missing := [name for name in ("seed", *ENDS) if name not in row]:
            raise ValueError(f"rows lack {', '.join(missing)}, one holds {', '.join(map(str, row))}")
        if row["right"] is not None and not all(isinstance(row[name], (int, float)) for name in ENDS):
            raise ValueError(f"rows hold {[row[name] for name in ENDS]}, expected numbers")
    return "\n".join(
        "network {seed}: right {right:.2f}, without unit {unit:2d} {without_first:.2f}, without the next "
        "{without_second:.2f}; missed {missed:2d}, telling {telling}, transplants {transplants:2d} of 48".format(**row)
        for row in rows if row["right"] is not None)


def end_of(model):
    """What the table says of a network that has finished: `telling`, how many units tell the number above .99 at every
    word; `right`, the share of right verbs, and what is left of it without the unit that is missed most, and the next;
    `missed`, how many units cost five points or more; `transplants`, see there, of 48, for the unit missed most."""
    read, due = pieces(WORDS.encode(story("test")), 100, 60)
    right, without = without_each_unit(model, read, due, {"verb": asked_for()["verb"]})
    order, unit = np.sort(without["verb"]), int(without["verb"].argmin())
    return {"telling": int((number_by_unit(model) > .99).sum()), "right": right["verb"],
            "unit": unit, "without_first": order[0], "without_second": order[1],
            "missed": int((right["verb"] - order > .05).sum()), "transplants": transplants(model, unit)[0]}


def training(seed):
    """The rows of one network: at each of MOMENTS and in the end."""
    setup, model, rows, done = SETUPS["words"], young_reader(seed), [], 0
    task = setup.task()
    (rate, epochs), (low, more) = setup.stages
    each = task.pieces(setup.streams)
    with tempfile.TemporaryDirectory() as folder:
        for batch in (*MOMENTS, epochs * each):
            setup.train(model, task, batch, rate, checkpoint=Path(folder) / "stage", progress=False)
            rows.append({"seed": seed, "batch": batch, **verb_and_pulls(model)})
        setup.train(model, task, more * each, low, progress=False)
    done = (epochs + more) * each
    return [*rows, {"seed": seed, "batch": done, **verb_and_pulls(model), **end_of(model)}]


def main():
    """Train all and save the table."""
    save_each((row for seed in SEEDS for row in training(seed)), *ask_out("story_readers", __doc__))


if __name__ == "__main__":
    main()
