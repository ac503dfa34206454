"""Three sentences in which a word decides a later one, and how much of the gradient reaches each word (notebook 01)."""
import numpy as np

from ...engine.backprop import backprop, gradient_norms
from ...engine.cells import TanhRNN
from ...engine.params import init_params
from ...engine.sequence import unroll
from ...ground.arguments import among, size, takes

SENTENCES = {  # name: (sentence, cause, effect)
    "clouds": ("the clouds are in the sky", "clouds", "sky"),
    "man": ("the man who wore a wig on his head went inside", "man", "went"),
    "France": ("I grew up in France and after many years of travel by train and by boat I still speak fluent French",
               "France", "French")}
VOCABULARY = sorted({word for sentence, _, _ in SENTENCES.values() for word in sentence.split()})


@takes(name=among(*SENTENCES))
def split(name):
    """(words before the effect, place of the cause among them, the effect) of one of SENTENCES."""
    sentence, cause, effect = SENTENCES[name]
    words = sentence.split()
    read = words[:words.index(effect)]
    return read, read.index(cause), effect


@takes(gap=size())
def stretched(gap):
    """The words before "French", with words about travel repeated until so many stand between France and French."""
    travel, end = "and after many years of travel by train and by boat".split(), "I still speak fluent".split()
    filled = (travel * (gap // len(travel) + 1))[:max(gap - len(end), 0)]
    return "I grew up in France".split() + filled + end[-gap:]


@takes(name=among(*SENTENCES))
def gradient_shares(name):
    """‖∂L/∂h_k‖ / ‖∂L/∂h_T‖ after each word that was read, k = 1 … T, shape (T,), for L = −log p(effect) at the end.

    A tanh RNN of 32 units as PyTorch starts it, softmax of h_T V, words one-hot: the network of notebook 01, with the
    seed that it has there.
    """
    read, _, effect = split(name)
    n_words, H, rng = len(VOCABULARY), 32, np.random.default_rng(0)
    params = init_params(TanhRNN, n_words, H, rng, recurrent="torch")
    V = rng.uniform(-1, 1, (H, n_words)) / np.sqrt(H)
    trace = unroll(TanhRNN, params, np.eye(n_words)[[VOCABULARY.index(word) for word in read]][:, None])
    scores = np.exp(trace.states[0, -1] @ V)
    direct = np.zeros_like(trace.states)
    direct[0, -1] = (scores / scores.sum() - np.eye(n_words)[VOCABULARY.index(effect)]) @ V.T
    norms = gradient_norms(backprop(TanhRNN, params, trace, direct)[0])[1:, 0]
    return norms / norms[-1]
