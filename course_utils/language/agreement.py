"""Which noun does the verb follow, the subject or the one that stands nearest?"""
import numpy as np

from ..ground.arguments import numbers, seed, size, takes
from ..learning.model import check_model, predict
from ..tasks.base import one_hot
from ..tasks.grammar import PEOPLE, WORDS
from ..tasks.sentences import Agreement

OPENING = "the clouds , are in the sky ."  # a sentence to have been read before, as in a story


@takes(model=check_model, phrases=size(0), n=size(), seed=seed)
def verb_odds(model, phrases, n=1000, seed=1):
    """(odds, plural, nearest), (n,) each, for n sentences with so many people between subject and verb: the log-odds of
    *go* against *goes* where the verb is due; whether the subject is plural; whether the nearest noun is.

    model: of the words of the grammar. Raises ValueError for phrases < 0 and as `predict` does.
    """
    batch, (go, goes) = Agreement(phrases).batch(np.random.default_rng(seed), n), WORDS.encode(["go", "goes"])
    opening = one_hot(WORDS.encode(OPENING.split()), len(WORDS))[:, None].repeat(n, axis=1)
    outputs, _ = predict(model, np.concatenate([opening, batch.x]))
    due = np.flatnonzero(batch.mask.any(axis=1))[0]
    verb, nouns = outputs[len(opening) + due], WORDS.decode(batch.x[due].argmax(axis=-1))
    return verb[:, go] - verb[:, goes], batch.target[due] == go, np.array([PEOPLE[noun] == "they" for noun in nouns])


@takes(model=check_model, phrases=size(), n=size(8), seed=seed)
def right_verb(model, phrases, n=1000, seed=1):
    """(where the nearest noun has the subject's number, where it misleads): the shares of n sentences, with so many
    people in between, whose verb is right. Raises ValueError for phrases < 1, or if no sentence misleads, or all do."""
    odds, plural, nearest = verb_odds(model, phrases, n, seed)
    right, misled = (odds > 0) == plural, plural != nearest
    if misled.all() or not misled.any():
        raise ValueError(f"n is {n}, expected more sentences: {misled.sum()} of these mislead")
    return float(right[~misled].mean()), float(right[misled].mean())


@takes(odds=numbers("N"), plural=numbers("N"), nearest=numbers("N"))
def pulls(odds, plural, nearest):
    """(the subject's, the nearest noun's): by how much the log-odds rise if the one is plural, and if the other is; the
    least-squares fit of odds = a · plural + b · nearest + constant."""
    if not len(odds) == len(plural) == len(nearest):
        raise ValueError(f"odds has shape {odds.shape}, plural has {plural.shape} and nearest has {nearest.shape}, "
                         "expected one shape")
    return np.linalg.lstsq(np.column_stack([plural, nearest, np.ones(len(odds))]), odds, rcond=None)[0][:2]
