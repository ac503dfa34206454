"""A captioner: features of a picture start the state of a recurrent cell, words come out one by one.

    features (B, F) = encoder(picture) · v = features W_v + b_v (B, H)
    feed "start":        h_0 = tanh(v), c_0 = v (if there is a c),  x_t = E[word_t]
    feed "hidden only":  h_0 = v, c_0 = 0,  x_t = E[word_t]
    feed "every step":   h_0 = 0, c_0 = 0,  x_t = (E[word_t], v)
    y_t = h_t W_y + b_y,  p(next word) = softmax(y_t)

The word read at step t is the one that was to be written at step t − 1, the first is ⟨start⟩.
"""
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..engine.activations import tanh_slope
from ..engine.backprop import backprop_with_inputs
from ..engine.params import Params, check_params, glorot, init_params
from ..engine.sequence import Trace, unroll
from ..ground.arguments import a, array, flag, generator, having, size, table, takes, whole
from ..ground.checks import as_array, one_of
from ..learning.losses import softmax_cross_entropy
from ..learning.model import Gradients, NotFinite, check_states, loss_and_gradients, predict
from .encoder import ENCODER, check_pictures
from .layers import affine, affine_back, embed, embed_back
from .vocabulary import WORDS

FEEDS = ("start", "hidden only", "every step")


@dataclass
class Captioner:
    """cell, its weights `params`, the other `layers` (E, W_v, b_v, W_y, b_y), and an encoder. feed: see above.
    tuned: whether training changes the encoder, too."""

    cell: type
    params: Params
    layers: Params
    encoder: object
    feed: str = "start"
    tuned: bool = False

    @property
    def weights(self):
        """{name: array} of all weights that are trained: the arrays themselves."""
        return {**self.params, **self.layers, **(self.encoder.weights if self.tuned else {})}

    def copy(self):
        encoder = type(self.encoder)(self.encoder.weights.copy())
        return Captioner(self.cell, self.params.copy(), self.layers.copy(), encoder, self.feed, self.tuned)


@takes(encoder=having(*ENCODER), rng=generator, n_hidden=size(), tuned=flag, n_embedded=size())
def init_captioner(cell, encoder, n_hidden, rng, *, feed="start", tuned=False, n_embedded=32, **options):
    """A captioner with E ~ N(0, ¼), Glorot-uniform W_v and W_y, biases 0, and the cell's weights by
    `init_params(…, **options)`. Raises ValueError for another feed, sizes below 1, and as `init_params` does."""
    one_of("feed", feed, FEEDS)
    params = init_params(cell, n_embedded + (n_hidden if feed == "every step" else 0), n_hidden, rng, **options)
    layers = {"E": rng.normal(0, .5, (len(WORDS), n_embedded)),
              "W_v": glorot(rng, encoder.n_features, n_hidden), "b_v": np.zeros(n_hidden),
              "W_y": glorot(rng, n_hidden, len(WORDS)), "b_y": np.zeros(len(WORDS))}
    dtype = params.W_h.dtype
    layers = Params({name: array.astype(dtype) for name, array in layers.items()})
    return Captioner(cell, params, layers, encoder, feed, tuned)


def captioner(name, model):
    """The model, once its parts are found to fit together. Raises ValueError."""
    a(Captioner)(name, model)
    _, n_hidden, dtype = check_params(model.cell, model.params)
    having(*ENCODER)("encoder", model.encoder)
    one_of("feed", model.feed, FEEDS)
    table(array)("layers", model.layers)
    n_words = len(model.layers.get("b_y", ()))
    shapes = {"E": (n_words, "E"), "W_v": (model.encoder.n_features, n_hidden), "b_v": (n_hidden,),
              "W_y": (n_hidden, n_words), "b_y": (n_words,)}
    for own, shape in shapes.items():
        as_array(own, model.layers.get(own), shape, dtype)
    return model


class Forward(NamedTuple):
    """features (B, F) and what the encoder kept · v (B, H) · trace of the cell · outputs (T, B, V)."""

    features: np.ndarray
    kept: tuple
    v: np.ndarray
    trace: Trace
    outputs: np.ndarray


@takes(model=captioner, x=having("pictures", "words"))
def forward(model, x):
    """`Forward` of what is `Seen`. Raises ValueError for pictures or words that don't fit."""
    check_pictures(x.pictures, float)
    if np.shape(x.words)[1:] != (len(x.pictures),):
        raise ValueError(f"words have shape {np.shape(x.words)}, expected (T, {len(x.pictures)}) for as many pictures")
    whole("T", "B")("words", x.words)
    features, kept = model.encoder.forward(x.pictures)
    v = affine(features, model.layers.W_v, model.layers.b_v)
    trace = unroll(model.cell, model.params, read(model, x.words, v), first_state(model, v))
    return Forward(features, kept, v, trace, affine(trace.states[0, 1:], model.layers.W_y, model.layers.b_y))


def read(model, words, v):
    """x (T, B, D): the words (T, B) embedded, with v beside each if it is fed at every step."""
    x = embed(words, model.layers.E)
    seen = np.broadcast_to(v, (*x.shape[:2], v.shape[-1]))
    return np.concatenate([x, seen], axis=-1) if model.feed == "every step" else x


def first_state(model, v):
    """(K, B, H): the state that the features start, zero if they are fed at every step."""
    state = np.zeros((len(model.cell.states), *v.shape), v.dtype)
    if model.feed == "hidden only":
        state[0] = v
    elif model.feed == "start":
        state[0], state[1:] = np.tanh(v), v
    return state


def seen_back(model, trace, total, d_x):
    """∂L/∂v (B, H), from the totals of the first state and the gradients of all x (T, B, D)."""
    if model.feed == "every step":
        return d_x[..., model.layers.E.shape[1]:].sum(axis=0)
    if model.feed == "hidden only":
        return total[0, 0]
    return total[0, 0] * tanh_slope(trace.states[0, 0]) + total[1:, 0].sum(axis=0)


@predict.register
def _(model: Captioner, x, state0=None):
    """(outputs (T, B, V), trace) for what is `Seen`."""
    _no_more(state0=state0)
    found = forward(model, x)
    return found.outputs, found.trace


@loss_and_gradients.register
def _(model: Captioner, batch, loss="cross_entropy", *, state0=None, truncate=None):
    """`Gradients` of the mean of −ln p(word) over the words that the mask counts."""
    _no_more(state0=state0, truncate=truncate)
    with np.errstate(over="ignore", invalid="ignore"):  # looked for, and raised, below
        found = forward(model, batch.x)
        check_states(found.trace)
        if not np.isfinite(found.outputs).all():
            raise NotFinite("the output")
        value, d_outputs = softmax_cross_entropy(found.outputs, batch.target, batch.mask)
        grads, back = backward(model, batch.x.words, found, d_outputs)
        if model.tuned:
            grads |= model.encoder.backward(back.d_features, found.kept)[0]
    return Gradients(value, Params(grads), back.total, found.trace)


class Backward(NamedTuple):
    """∂L/∂features (B, F) · the totals ∂L/∂s_t (K, T+1, B, H) · ∂L/∂(embedded words) (T, B, E)."""

    d_features: np.ndarray
    total: np.ndarray
    d_words: np.ndarray


def backward(model, words, found, d_outputs):
    """(gradients of the captioner's own weights, `Backward`) from ∂L/∂outputs (T, B, V)."""
    layers, trace, n = model.layers, found.trace, model.layers.E.shape[1]
    dstates = np.zeros_like(trace.states)
    dstates[0, 1:], d_W_y, d_b_y = affine_back(d_outputs, trace.states[0, 1:], layers.W_y)
    total, grads, d_x = backprop_with_inputs(model.cell, model.params, trace, dstates)
    d_v = seen_back(model, trace, total, d_x)
    d_features, d_W_v, d_b_v = affine_back(d_v, found.features, layers.W_v)
    d_E = embed_back(d_x[..., :n], words, len(layers.E))
    grads = grads | {"E": d_E, "W_v": d_W_v, "b_v": d_b_v, "W_y": d_W_y, "b_y": d_b_y}
    return grads, Backward(d_features, total, d_x[..., :n])


def _no_more(**options):
    for name, value in options.items():
        if value is not None:
            raise ValueError(f"{name} is given, expected none: a captioner begins with the picture and ends with ⟨end⟩")
