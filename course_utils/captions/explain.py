"""What a word depends on: the gradient of ln p(word) back to the pixels, the features, the states and earlier words."""
from typing import NamedTuple

import numpy as np

from ..backprop import gradient_norms
from ..losses import softmax_cross_entropy
from .captioner import backward, forward
from .task import Seen
from .vocabulary import encode


class WordGradients(NamedTuple):
    """Of each of the n words of a sentence, ⟨end⟩ included: log_probs (n,), ln p of the word given those before it ·
    pixels (n, 20, 20), features (n, F), states (n, n+1) and words (n, n): the gradient of ln p of the word with
    respect to the picture, the features, and the norms of those with respect to each state (the initial one first)
    and each embedded word that was read (⟨start⟩ first)."""

    log_probs: np.ndarray
    pixels: np.ndarray
    features: np.ndarray
    states: np.ndarray
    words: np.ndarray


def explain(model, picture, sentence):
    """`WordGradients` of a sentence for a picture (20, 20), by one pass back: the sentence stands n times in a batch,
    and in copy k only word k counts. Raises ValueError for a word that is not in the vocabulary."""
    words, target, mask = encode([sentence])
    n = int(mask.sum())
    seen = Seen(np.repeat(np.asarray(picture)[None], n, axis=0), np.repeat(words, n, axis=1))
    found = forward(model, seen)
    target, counted = np.repeat(target, n, axis=1), np.eye(n, dtype=bool)
    d_outputs = softmax_cross_entropy(found.outputs, target, counted)[1] * -n  # of ln p: no mean, no minus
    _, back = backward(model, seen.words, found, d_outputs)
    _, pixels = model.encoder.backward(back.d_features, found.kept, pixels=True)
    shifted = found.outputs[:, 0] - found.outputs[:, 0].max(axis=-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return WordGradients(log_p[np.arange(n), target[:, 0]], pixels, back.d_features, gradient_norms(back.total).T,
                         np.linalg.norm(back.d_words, axis=-1).T)
