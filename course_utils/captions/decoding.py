"""From a captioner to sentences: the best word at each step, or the best of several sentences kept side by side."""
from typing import NamedTuple

import numpy as np

from ..engine.sequence import unroll
from ..ground.arguments import size, takes
from ..learning.losses import log_softmax
from .captioner import captioner, first_state, read
from .encoder import one_picture
from .layers import affine
from .vocabulary import END, LONGEST, START, decode


class Caption(NamedTuple):
    """words: numbers, ⟨end⟩ the last of them unless the sentence was cut off · log_probs: ln p of each, in nats."""

    words: tuple
    log_probs: tuple

    @property
    def score(self):
        """ln p of the whole sentence."""
        return float(sum(self.log_probs))

    @property
    def text(self):
        """The sentence without ⟨end⟩."""
        return decode(self.words)


@takes(model=captioner)
def look(model, pictures):
    """(first state (K, B, H), v (B, H)): what the captioner takes from the pictures."""
    features, _ = model.encoder.forward(pictures)
    v = affine(features, model.layers.W_v, model.layers.b_v)
    return first_state(model, v), v


def step(model, state, v, words):
    """(ln p of every next word (B, V), new state) after reading one word (B,) each."""
    trace = unroll(model.cell, model.params, read(model, np.asarray(words)[None], v), state)
    outputs = affine(trace.states[0, -1], model.layers.W_y, model.layers.b_y)
    return log_softmax(outputs), trace.states[:, -1]


@takes(longest=size(most=1000))
def greedy(model, pictures, longest=LONGEST):
    """[Caption] of the pictures (B, 20, 20): at each step the most probable word, until ⟨end⟩ or `longest` words.
    Raises ValueError for pictures that don't fit, or longest < 1."""
    state, v = look(model, pictures)
    words, written, log_probs = np.full(len(v), START), [], []
    ended = np.zeros(len(v), bool)
    while len(written) < longest and not ended.all():
        log_p, state = step(model, state, v, words)
        words = log_p.argmax(axis=-1)
        ended |= words == END
        written.append(words)
        log_probs.append(log_p.max(axis=-1))
    return [_cut(*sentence) for sentence in zip(np.array(written).T.tolist(), np.array(log_probs).T.tolist())]


def _cut(words, log_probs):
    n = words.index(END) + 1 if END in words else len(words)
    return Caption(tuple(words[:n]), tuple(log_probs[:n]))


@takes(picture=one_picture, width=size(), longest=size(most=1000))
def beam(model, picture, width, longest=LONGEST):
    """The `width` best captions found for one picture (20, 20), most probable first.

    At each step every kept sentence that has not ended is continued by every word, and the `width` most probable, ended
    ones among them, are kept. Width 1 is greedy; a width that never drops anything finds the most probable sentence.
    Raises ValueError for width < 1 or longest < 1.
    """
    state, v = look(model, picture[None])
    kept, states = [Caption((), ())], [state]
    for _ in range(longest):
        live = [k for k, caption in enumerate(kept) if END not in caption.words]
        if not live:
            break
        last = [kept[k].words[-1] if kept[k].words else START for k in live]
        log_p, state = step(model, np.concatenate([states[k] for k in live], axis=1), np.repeat(v, len(live), 0), last)
        found = [(caption, states[k]) for k, caption in enumerate(kept) if k not in live]
        found += [(Caption((*kept[k].words, int(word)), (*kept[k].log_probs, float(log_p[n, word]))), state[:, n:n + 1])
                  for n, k in enumerate(live) for word in np.argsort(-log_p[n], kind="stable")[:width]]
        found.sort(key=lambda entry: -entry[0].score)
        kept, states = map(list, zip(*found[:width]))
    return kept
