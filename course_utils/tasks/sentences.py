"""Sentences with a gap: the word that is asked for was decided by one word, many words ago."""
from dataclasses import dataclass

import numpy as np

from ..ground.checks import one_of
from .base import Batch, Task, at_steps, one_hot
from .grammar import ASIDES, LANGUAGES, NEAR, PEOPLE, PLACES, PRONOUN, VERB, WORDS


def numbers(text):
    """The words of a text as numbers."""
    return WORDS.encode(text.split())


def join(n, *parts):
    """Words (T, n), one sentence a column, from parts (T_k,), the same for all, or (T_k, n)."""
    return np.concatenate([np.broadcast_to(part[:, None], (len(part), n)) if part.ndim == 1 else part
                           for part in parts])


def phrases(rng, options, count, n):
    """(words a phrase · count, n): `count` phrases for each of n sentences, drawn from texts of equal length."""
    table = np.array([numbers(text) for text in options])
    return table[rng.integers(len(table), size=(count, n))].swapaxes(1, 2).reshape(-1, n)


class Sentences(Task):
    """What the tasks with sentences share: words one-hot, an answer is a word, and `phrases` of them in the gap."""

    n_inputs = n_outputs = len(WORDS)
    tolerance, n_test = .01, 1000

    def __post_init__(self):
        self.check(phrases=0)

    def ask(self, words, steps, answers):
        """A batch: the answers (A, n), words, are due after the words at `steps` (A,)."""
        steps = np.broadcast_to(np.array(steps)[:, None], answers.shape)
        return Batch(one_hot(words, len(WORDS)), *at_steps(steps, len(words), answers))


@dataclass(frozen=True)
class Recall(Sentences):
    """kind "language": "i grew up in france , … i speak fluent" → french. kind "place": "the clouds , … are in the" →
    sky. Asides of five words each (a comma is one) make the gap: 5 · phrases + 5 from the cause to the answer. Eight
    pairs of words, equally likely: baseline ln 8. Solved with less than 1 % of 1000 fresh sentences wrong (ours)."""

    phrases: int = 0
    kind: str = "language"
    baseline = np.log(8)

    def __post_init__(self):
        super().__post_init__()
        one_of("kind", self.kind, ("language", "place"))

    @property
    def gap(self):
        return 5 * self.phrases + 5

    def batch(self, rng, n):
        pairs, before, after = ((LANGUAGES, "i grew up in", "i speak fluent") if self.kind == "language"
                                else (PLACES, "the", "are in the"))
        which = rng.integers(len(pairs), size=n)
        cause, effect = numbers(" ".join(pairs)), numbers(" ".join(pairs.values()))
        words = join(n, numbers(before), cause[which][None], numbers(","), phrases(rng, ASIDES, self.phrases, n),
                     numbers(after))
        return self.ask(words, [len(words) - 1], effect[which][None])


@dataclass(frozen=True)
class Agreement(Sentences):
    """"the man near the women behind the girl" → goes, "home with" → his: number and gender of the first noun, whatever
    stands between. The gap, from the noun to the verb, is 3 · phrases + 1 words; the pronoun comes three words later.

    Singular and plural are equally likely, so are men and women among both; every person of a phrase is drawn from all
    nouns. baseline: without memory of the noun the verb costs ln 2, the pronoun, once the verb has told the number,
    ½ ln 2: the mean of the two is ¾ ln 2 nats, and at most half of the sentences are right. Solved as `Recall`.
    """

    phrases: int = 0
    baseline = .75 * np.log(2)

    @property
    def gap(self):
        return 3 * self.phrases + 1

    def batch(self, rng, n):
        nouns = list(PEOPLE)
        plural = np.array([PEOPLE[noun] == "they" for noun in nouns])
        which = np.where(rng.random(n) < .5, *(rng.choice(np.flatnonzero(kind), n) for kind in (plural, ~plural)))
        who = [PEOPLE[nouns[k]] for k in which]
        others = phrases(rng, [f"{near} {noun}" for near in NEAR for noun in nouns], self.phrases, n)
        verb, pronoun = (np.array([WORDS.numbers[table[w]] for w in who]) for table in (VERB, PRONOUN))
        words = join(n, numbers("the"), numbers(" ".join(nouns))[which][None], others, verb[None], numbers("home with"))
        return self.ask(words, [len(words) - 4, len(words) - 1], np.stack([verb, pronoun]))
