"""Exercises of notebook 15: words and sentences, the layers of a captioner backwards, a beam."""
import numpy as np

from ..learning.losses import softmax
from .drawing import normal, sizes
from .exercise import exercise, prediction


@prediction(hints=("A sentence is exact if the first word is right, and the second, and so on to the ninth.",
                   "Chances of independent events that must all happen are multiplied."), tolerance=.01)
def exact_sentences():
    return .95 ** 9


exact_sentences.wrong(.95, "the share of right words is given",
                      ask="How many words have to be right at once?")
exact_sentences.wrong(1 - 9 * .05, "the chances of a mistake are added up",
                      ask="With 30 words that would be -.5. Which sentences are subtracted more than once?")
exact_sentences.wrong(1 - .95 ** 9, "the share of sentences with a mistake is given",
                      ask="Which of the two shares is wanted?")
exact_sentences.wrong(1 - .05 ** 9, "only sentences are ruled out in which all words are wrong",
                      ask="Is a sentence with one wrong word exact?")
exact_sentences.wrong(.95 ** 8, "eight words are counted",
                      ask="Must the sentence also stop at the right place?")
exact_sentences.wrong(.95 ** 10, "ten words are counted",
                      ask="Is ⟨end⟩ one of the nine words, or one more?")


def tied(rng, B, dtype):
    """What reads and what writes with one table: dx and words, h and dy. Words 0 and 1 are read again and again."""
    T, D, V = sizes(rng, 3, 5, 8)
    words = rng.integers(0, V - 1, (T, B))
    words[:3] = np.arange(3)[:, None] % 2
    return normal(rng, dtype, T, B, D), words, normal(rng, dtype, T, B, D), normal(rng, dtype, T, B, V)


@exercise("dE", draw=tied, hints=(
    "The table is used in two places, and the gradients of two uses of the same weights are added.",
    "Reading: row words[t, b] gets dx[t, b], as often as the word was read. Writing: y_v is h times row v.",
    "np.add.at(dE, words, dx) counts each occurrence; the readout's share is the sum of dy_v h over all places."))
def tied_table_gradient(dx, words, h, dy):
    D, V = h.shape[-1], dy.shape[-1]
    dE = dy.reshape(-1, V).T @ h.reshape(-1, D)
    np.add.at(dE, words, dx)
    return dE


def writing_share(h, dy):
    """The readout's part of the gradient."""
    return np.einsum("tbv,tbd->vd", dy, h)


def reading_share(dx, words, V):
    """The embedding's part of the gradient."""
    dE = np.zeros((V, dx.shape[-1]), dx.dtype)
    np.add.at(dE, words, dx)
    return dE


@tied_table_gradient.mistake("a word that was read more than once gets only one of its gradients",
                             ask="What does NumPy do in `dE[words] += dx` if `words` holds a number twice?")
def read_once(dx, words, h, dy):
    dE = writing_share(h, dy)
    dE[words] += dx
    return dE


@tied_table_gradient.mistake("what reading gives is written over what was there",
                             ask="You have added what writing gives. What does `dE[words] = dx` leave of it?")
def overwritten_by_reading(dx, words, h, dy):
    dE = writing_share(h, dy)
    dE[words] = dx
    return dE


@tied_table_gradient.mistake("only reading is counted", ask="In which second place does the table enter the loss?")
def reading_alone(dx, words, h, dy):
    return reading_share(dx, words, dy.shape[-1])


@tied_table_gradient.mistake("only writing is counted", ask="Who looks up a row of the table at every step?")
def writing_alone(dx, words, h, dy):
    return writing_share(h, dy)


@tied_table_gradient.mistake("a word that stands twice in a step of the batch gets only one of its gradients",
                             ask="Your loop takes the steps apart. Does dE[words[t]] += dx[t] take the rows of the "
                             "batch apart, too?")
def read_once_a_step(dx, words, h, dy):
    dE = writing_share(h, dy)
    for step, d_step in zip(words, dx):
        dE[step] += d_step
    return dE


def first_state(rng, B, dtype):
    """dh_0, dc_0, features, W_v and v = features W_v + b_v."""
    H, F = sizes(rng, 2, 3, 6)
    features, W_v = normal(rng, dtype, B, F), normal(rng, dtype, F, H)
    v = features @ W_v + normal(rng, dtype, H)
    return normal(rng, dtype, B, H), normal(rng, dtype, B, H), features, W_v, v


@exercise("d_features", "dW_v", "db_v", draw=first_state, hints=(
    "v reaches the loss along two paths, through h_0 and through c_0. What does each of them add to dv?",
    "Along c_0 = v nothing is in the way; along h_0 = tanh(v) there is a slope.",
    "dv = dc_0 + dh_0 (1 − tanh²(v)). From there on it is an affine layer."))
def start_state_backward(dh_0, dc_0, features, W_v, v):
    dv = dc_0 + dh_0 * (1 - np.tanh(v) ** 2)
    return dv @ W_v.T, features.T @ dv, dv.sum(axis=0)


def through_affine(dv, features, W_v):
    """What follows from a (wrong) dv."""
    return dv @ W_v.T, features.T @ dv, dv.sum(axis=0)


@start_state_backward.mistake("the path through c_0 is left out", ask="Into which two states do the features go?")
def cell_path_left_out(dh_0, dc_0, features, W_v, v):
    return through_affine(dh_0 * (1 - np.tanh(v) ** 2), features, W_v)


@start_state_backward.mistake("the path through h_0 is left out", ask="Who else reads v besides c_0?")
def hidden_path_left_out(dh_0, dc_0, features, W_v, v):
    return through_affine(dc_0, features, W_v)


@start_state_backward.mistake("the slope of tanh is left out", ask="Which of the two states is a squashed v?")
def no_slope_at_the_start(dh_0, dc_0, features, W_v, v):
    return through_affine(dc_0 + dh_0, features, W_v)


@start_state_backward.mistake("c_0 is squashed, too", ask="Which of the two paths goes through a tanh?")
def both_squashed(dh_0, dc_0, features, W_v, v):
    return through_affine((dc_0 + dh_0) * (1 - np.tanh(v) ** 2), features, W_v)


@start_state_backward.mistake("the slope is taken at the wrong value: 1 − v²",
                              ask="tanh′ = 1 − tanh². Is v the value before or after the tanh?")
def slope_from_v(dh_0, dc_0, features, W_v, v):
    return through_affine(dc_0 + dh_0 * (1 - v ** 2), features, W_v)


def scores(rng, B, dtype):
    """Scores y, right words, a mask with at least one place that does not count, and the share s."""
    T, V = sizes(rng, 2, 5, 8)
    mask = np.arange(T)[:, None] < rng.integers(2, T, B)
    return normal(rng, dtype, T, B, V), rng.integers(0, V, (T, B)), mask, float(rng.uniform(.2, .5))


@exercise("dy", draw=scores, hints=(
    "For any target distribution q with sum 1, −Σ q_v ln p_v has the gradient p − q with respect to the scores.",
    "q = (1 − s) · one-hot + s / V. The loss is a mean over the words that count: how many are these?",
    "(p − q) · mask / mask.sum(), the mask with one more axis at the end."))
def smoothed_gradient(y, target, mask, s):
    V, e = y.shape[-1], np.exp(y - y.max(axis=-1, keepdims=True))
    p, q = e / e.sum(axis=-1, keepdims=True), ((1 - s) * np.eye(V) + s / V)[target].astype(y.dtype)
    return (p - q) * mask[..., None] / int(mask.sum())


@smoothed_gradient.mistake("the mask is left out", ask="What gradient should a place get that does not count?")
def mask_left_out(y, target, mask, s):
    return smoothed_gradient.solution(y, target, np.ones_like(mask), s) * (mask.size / int(mask.sum()))


@smoothed_gradient.mistake("the right word loses s, and nobody gets it",
                           ask="Do your target's probabilities add up to 1?")
def given_to_nobody(y, target, mask, s):
    q = (1 - s) * np.eye(y.shape[-1], dtype=y.dtype)[target]
    return (softmax(y) - q) * mask[..., None] / int(mask.sum())


def towards(q, y, mask):
    """The gradient for a (wrong) target q (T, B, V)."""
    return (softmax(y) - q.astype(y.dtype)) * mask[..., None] / int(mask.sum())


@smoothed_gradient.mistake("the right word gets nothing of what is spread",
                           ask="s is spread over all V words: what does the right one get in all? Do your target's "
                           "probabilities add up to 1?")
def right_word_left_out(y, target, mask, s):
    right = np.eye(y.shape[-1])[target]
    return towards((1 - s) * right + s / y.shape[-1] * (1 - right), y, mask)


@smoothed_gradient.mistake("the target is as sure as ever", ask="Where does s come in?")
def not_smoothed(y, target, mask, s):
    return towards(np.eye(y.shape[-1])[target], y, mask)


@smoothed_gradient.mistake("every word gets the whole of s",
                           ask="s is to be spread over V words. Do your target's probabilities add up to 1?")
def whole_s_each(y, target, mask, s):
    return towards((1 - s) * np.eye(y.shape[-1])[target] + s, y, mask)


@smoothed_gradient.mistake("s is shared out among the wrong words alone", ask="Over how many words is s to be spread: "
                           "is the right one among them?")
def among_the_wrong_ones(y, target, mask, s):
    return smoothed_gradient.solution(y, target, mask, s * y.shape[-1] / (y.shape[-1] - 1))


def grammar(rng, B, dtype):
    """Chances of the first word, of each word after each, the length of a sentence, and the width of the beam."""
    V = 8 + B % 2
    return (softmax(normal(rng, dtype, V)), softmax(normal(rng, dtype, V, V)), 7, 2 + (B > 2))


@exercise("words", "score", draw=grammar, hints=(
    "Keep a list of (words so far, ln p of all of them), at first the `width` most probable words.",
    "At each step continue every kept beginning by every word, and sort all of these together.",
    "The score of a continuation is the old score plus ln following[last word, new word]; keep the `width` best."))
def beam_search(start, following, n_words, width):
    kept = [((k,), np.log(start[k])) for k in np.argsort(-start)[:width]]
    for _ in range(n_words - 1):
        longer = [((*words, k), score + np.log(following[words[-1], k])) for words, score in kept
                  for k in range(len(start))]
        kept = sorted(longer, key=lambda one: -one[1])[:width]
    return kept[0]


def searched(start, following, n_words, width, first=np.log, then=lambda score, chance: score + np.log(chance)):
    """`beam_search` with a (wrong) score: first(chance) of the first word, then(score so far, chance of the next)."""
    kept = [((k,), first(start[k])) for k in np.argsort(-start)[:width]]
    for _ in range(n_words - 1):
        kept = sorted((((*words, k), then(score, following[words[-1], k])) for words, score in kept
                       for k in range(len(start))), key=lambda one: -one[1])[:width]
    return kept[0]


@beam_search.mistake("only one beginning is kept at each step", ask="How many beginnings survive a step in your code?")
def always_greedy(start, following, n_words, width):
    return searched(start, following, n_words, 1)


@beam_search.mistake("every sentence is searched, not those of the beam alone",
                     ask="After each word, how many beginnings may be left?")
def every_sentence(start, following, n_words, width):
    return searched(start, following, n_words, len(start) ** 2)  # enough for the best of all: see the test


@beam_search.mistake("the table is read the wrong way round",
                     ask="following[j, k]: which of the two words comes first?")
def read_backwards(start, following, n_words, width):
    return searched(start, following.T, n_words, width)


@beam_search.mistake("each beginning keeps its own best continuation, and none is ever dropped for another",
                     ask="May two of the kept beginnings come from the same one, and another have no descendant?")
def each_on_its_own(start, following, n_words, width):
    runs = [searched(np.where(np.arange(len(start)) == k, start, 1e-9), following, n_words, 1)
            for k in np.argsort(-start)[:width]]
    return max(runs, key=lambda run: run[1])


@beam_search.mistake("the chance of the first word is forgotten",
                     ask="With which score does a beginning of one word start?")
def first_word_free(start, following, n_words, width):
    return searched(start, following, n_words, width, np.zeros_like)


@beam_search.mistake("beginnings are compared by their last word alone",
                     ask="Where does your score of a continuation contain what came before?")
def last_word_alone(start, following, n_words, width):
    return searched(start, following, n_words, width, then=lambda score, chance: np.log(chance))


@beam_search.mistake("the score is the probability, not its logarithm",
                     ask="The words may well be right. What is called the score here?")
def probability_itself(start, following, n_words, width):
    return searched(start, following, n_words, width, lambda chance: chance, lambda score, chance: score * chance)


@beam_search.mistake("probabilities are added", ask="How probable are two events together, and what becomes of that in "
                     "logarithms?")
def probabilities_added(start, following, n_words, width):
    return searched(start, following, n_words, width, lambda chance: chance, lambda score, chance: score + chance)
