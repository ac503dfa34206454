"""What a word depends on: the gradient of ln p(word) back to the pixels, the features, the states and earlier words."""
from typing import NamedTuple

import numpy as np

from ..engine.backprop import backprop_with_inputs, gradient_norms
from ..ground.arguments import a, seed, takes, text
from ..ground.checks import as_size
from ..learning.losses import log_likelihood, softmax_cross_entropy
from .captioner import backward, captioner, forward, seen_back
from .encoder import one_picture
from .pictures import CORNERS, SIZE
from .scenes import DIGITS, Scene, sentence
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


@takes(model=captioner, picture=one_picture, text=text)
def explain(model, picture, text):
    """`WordGradients` of a sentence for a picture (20, 20), by one pass back: the sentence stands n times in a batch,
    and in copy k only word k counts. Raises ValueError for a word that is not in the vocabulary."""
    words, target, mask = encode([text])
    n = int(mask.sum())
    seen = Seen(np.repeat(picture[None], n, axis=0), np.repeat(words, n, axis=1))
    found = forward(model, seen)
    target, counted = np.repeat(target, n, axis=1), np.eye(n, dtype=bool)
    d_outputs = softmax_cross_entropy(found.outputs, target, counted)[1] * -n  # of ln p: no mean, no minus
    _, back = backward(model, seen.words, found, d_outputs)
    _, pixels = model.encoder.backward(back.d_features, found.kept, pixels=True)
    log_probs = log_likelihood(found.outputs[:, 0], target[:, 0])
    return WordGradients(log_probs, pixels, back.d_features, gradient_norms(back.total).T,
                         np.linalg.norm(back.d_words, axis=-1).T)


@takes(model=captioner, scene=a(Scene), picture=one_picture)
def on_digits(model, scene, picture):
    """(n, n) for a scene of n digits, none of them twice, and its picture: for the words that name the digits (rows),
    the share of the squared gradient of ln p(word) on the 64 pixels at the place of each digit (columns)."""
    text = sentence(scene)
    naming = [k for k, word in enumerate(text.split()) if word in DIGITS]
    squares = explain(model, picture, text).pixels[naming]**2
    boxes = [squares[:, row:row + SIZE, column:column + SIZE] for row, column in CORNERS[scene.layout]]
    return np.stack([box.sum(axis=(1, 2)) for box in boxes], axis=1) / squares.sum(axis=(1, 2))[:, None]


@takes(model=captioner, seen=a(Seen), seed=seed)
def arrival(model, seen, t, seed=0):
    """How long a gradient of length 1 in a random direction, handed to h_t alone (t = 1 … T), is when it arrives at v:
    (B,) lengths, for what is `Seen`. Raises ValueError for another t."""
    trace = forward(model, seen).trace
    direct = np.zeros_like(trace.states)
    given = direct[0, as_size("t", t, most=trace.n_steps)]
    given[:] = np.random.default_rng([seed, t]).standard_normal(given.shape)
    given /= np.linalg.norm(given, axis=-1, keepdims=True)
    total, _, d_x = backprop_with_inputs(model.cell, model.params, trace, direct)
    return np.linalg.norm(seen_back(model, trace, total, d_x), axis=-1)
