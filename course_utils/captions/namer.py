"""How the eye learns to see before it learns to speak: name the layout and the digits, as a classifier does."""
from dataclasses import dataclass

import numpy as np

from ..engine.params import Params, glorot
from ..ground.arguments import a, array, generator, having, table, takes
from ..ground.checks import as_array
from ..learning.losses import softmax_cross_entropy
from ..learning.model import Gradients, NotFinite, loss_and_gradients, predict
from .captioner import captioner
from .encoder import ENCODER
from .layers import affine, affine_back

N_ANSWERS, N_CLASSES = 4, 10  # layout and three digits; the layouts are seven


@dataclass
class Namer:
    """An encoder and the affine layer on its features, `head.W_n` (F, 40) and `head.b_n`: four answers of ten classes
    (see `task.Naming`)."""

    encoder: object
    head: Params

    @property
    def weights(self):
        """{name: array} of all weights, the encoder's among them: the arrays themselves."""
        return {**self.encoder.weights, **self.head}

    def copy(self):
        return Namer(type(self.encoder)(self.encoder.weights.copy()), self.head.copy())


@takes(encoder=having(*ENCODER), rng=generator)
def init_namer(encoder, rng):
    """A `Namer` with Glorot-uniform W_n and b_n = 0, in the dtype of the encoder's weights."""
    dtype = next(iter(encoder.weights.values())).dtype
    wide = N_ANSWERS * N_CLASSES
    return Namer(encoder, Params(W_n=glorot(rng, encoder.n_features, wide).astype(dtype), b_n=np.zeros(wide, dtype)))


def namer(name, model):
    """The model, once its parts are found to fit together. Raises ValueError."""
    a(Namer)(name, model)
    having(*ENCODER)("encoder", model.encoder)
    wide = N_ANSWERS * N_CLASSES
    table(array)("head", model.head)
    for own, shape in (("W_n", (model.encoder.n_features, wide)), ("b_n", (wide,))):
        as_array(own, model.head.get(own), shape)
    return model


def either(name, model):
    """A captioner or a namer, whose parts fit together. Raises ValueError."""
    return namer(name, model) if isinstance(model, Namer) else captioner(name, model)


@predict.register
def _(model: Namer, x, state0=None):
    """(outputs (4, B, 10), the features): no states, as nothing is recurrent."""
    namer("model", model)
    features, _ = model.encoder.forward(having("pictures")("x", x).pictures)
    return _answers(affine(features, model.head.W_n, model.head.b_n)), features


@loss_and_gradients.register
def _(model: Namer, batch, loss="cross_entropy", *, state0=None, truncate=None):
    """`Gradients` of the mean of −ln p(answer) over what is asked; total and trace are None."""
    features, kept = model.encoder.forward(batch.x.pictures)
    value, d_outputs = softmax_cross_entropy(
        _answers(affine(features, model.head.W_n, model.head.b_n)), batch.target, batch.mask)
    if not np.isfinite(value):
        raise NotFinite("the loss")
    d_rows = d_outputs.swapaxes(0, 1).reshape(len(features), -1)
    d_features, d_W_n, d_b_n = affine_back(d_rows, features, model.head.W_n)
    grads, _ = model.encoder.backward(d_features, kept)
    return Gradients(value, Params(grads | {"W_n": d_W_n, "b_n": d_b_n}), None, None)


def _answers(rows):
    """(B, 40) as (4, B, 10)."""
    return rows.reshape(len(rows), N_ANSWERS, N_CLASSES).swapaxes(0, 1)
