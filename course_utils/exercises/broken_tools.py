"""Bugs of notebook 18 around the gradient: the initialiser, the accumulator, the gradient check, the clipping."""
import numpy as np

from ..gradcheck import numerical_jacobian, relative_error
from .drawing import normal, sizes
from .exercise import exercise


@exercise("gates", "same_seed", "other_seed", "spread", draw=lambda rng, batch, dtype: (20, 30, batch), hints=(
    "No comparison of gradients will find it. Compare the four gates with one another.",
    "How often is a generator made while one matrix is drawn? Where does each of them begin?",
    "One seed, one generator, and all four blocks drawn from it in turn."))
def gate_weights(n_in, n_out, seed):
    limit, rng = np.sqrt(6 / (n_in + n_out)), np.random.default_rng(seed)
    return np.hstack([rng.uniform(-limit, limit, (n_in, n_out)) for gate in "ifgo"])


@gate_weights.used_by
def words_about_weights(answer, n_in, n_out, seed):
    """Whether the four blocks differ, what the seed does, and how widely the weights are spread, in words."""
    weights, again, other = (np.array(answer(n_in, n_out, s), float) for s in (seed, seed, seed + 100))
    if weights.shape != (n_in, 4 * n_out):
        raise ValueError(f"the weights have shape {weights.shape}, expected {(n_in, 4 * n_out)}")
    blocks = np.split(weights, 4, axis=1)
    alike = sum(np.array_equal(blocks[j], blocks[k]) for j in range(4) for k in range(j))
    return ({0: "all different", 6: "all alike"}.get(alike, "some alike"),
            "the same weights" if np.array_equal(weights, again) else "other weights",
            "the same weights" if np.array_equal(weights, other) else "other weights",
            width(weights, np.sqrt(6 / (n_in + n_out))))


def width(weights, limit):
    """Whether weights look uniform on ±limit: "as asked", "too narrow" or "too wide"."""
    if abs(weights).max() > limit * (1 + 1e-6) or weights.std() > 1.05 * limit / 3 ** .5:
        return "too wide"
    return "too narrow" if weights.std() < .95 * limit / 3 ** .5 else "as asked"


@gate_weights.bug("all gates start with the same weights", ask="Where does the generator of the second gate begin?")
def seeded_inside(n_in, n_out, seed):
    limit = np.sqrt(6 / (n_in + n_out))

    def one_gate():
        rng = np.random.default_rng(seed)
        return rng.uniform(-limit, limit, (n_in, n_out))

    return np.hstack([one_gate() for gate in "ifgo"])


@gate_weights.mistake("the seed is gone", ask="Will you get the same network again tomorrow?")
def without_seed(n_in, n_out, seed):
    limit, rng = np.sqrt(6 / (n_in + n_out)), np.random.default_rng()
    return rng.uniform(-limit, limit, (n_in, 4 * n_out))


@gate_weights.mistake("one fixed seed serves every call", ask="What do two runs with different seeds have in common?")
def one_seed_for_all(n_in, n_out, seed):
    return gate_weights.solution(n_in, n_out, 0)


@gate_weights.mistake("the limit is that of a layer four times as wide",
                      ask="How many units does one gate have? Its own limit depends on these alone.")
def limit_of_all_four(n_in, n_out, seed):
    limit, rng = np.sqrt(6 / (n_in + 4 * n_out)), np.random.default_rng(seed)
    return rng.uniform(-limit, limit, (n_in, 4 * n_out))


def two_passes(rng, B, dtype):
    """The gradients of each step, of a first sequence and a second."""
    D, H = sizes(rng, 2)
    return tuple([{"W": normal(rng, dtype, D, H), "b": normal(rng, dtype, H)} for _ in range(B + extra)]
                 for extra in (1, 2))


@exercise("first_W", "first_b", "second_W", "second_b", draw=two_passes, hints=(
    "Use it twice, as the symptom cell does, and read the message to its end.",
    "What is self.sums before the first pass? And after take?",
    "Afterwards self.sums must be what __init__ made: a dict with a 0.0 for every name."))
class GradientSum:
    def __init__(self, names):
        self.sums = {name: 0.0 for name in names}

    def add(self, grads):
        for name in grads:
            self.sums[name] = self.sums[name] + grads[name]

    def take(self):
        sums, self.sums = self.sums, {name: 0.0 for name in self.sums}
        return sums


@GradientSum.used_by
def used_twice(answer, first, second):
    """The sums of the first pass and of the second."""
    sums, taken = answer(list(first[0])), []
    for steps in (first, second):
        for grads in steps:
            sums.add(grads)
        taken.append(sums.take())
    return [one[name] for one in taken for name in first[0]]


@GradientSum.bug("the sums are reset to a list", ask="Which type has self.sums before the first pass, which after it?")
class ResetToList:
    def __init__(self, names):
        self.sums = {name: 0.0 for name in names}

    def add(self, grads):
        for name in grads:
            self.sums[name] = self.sums[name] + grads[name]

    def take(self):
        sums, self.sums = self.sums, []
        return sums


class Adds:
    """What the wrong repairs have in common."""

    __init__, add = GradientSum.solution.__init__, GradientSum.solution.add


@GradientSum.mistake("the second pass begins with the sums of the first",
                     ask="What should a gradient of the second sequence know of the first?")
class NeverReset(Adds):
    def take(self):
        return dict(self.sums)


@GradientSum.mistake("the sums are reset to a dict without names",
                     ask="It is a dict now. What does add look up in it at its first step?")
class ResetToNothing(Adds):
    def take(self):
        sums, self.sums = self.sums, {}
        return sums


@GradientSum.mistake("the reset reaches the sums that are handed out as well",
                     ask="Are sums and self.sums two dicts, or two names of one?")
class OneObject(Adds):
    def take(self):
        sums = self.sums
        for name in self.sums:
            self.sums[name] = 0 * self.sums[name]
        return sums


def bias_gradient(dh, x, h_prev, W_x, W_h, b):
    """db (H,) of a tanh step."""
    return (dh * (1 - np.tanh(x @ W_x + h_prev @ W_h + b) ** 2)).sum(axis=0)


def bias_left_out(dh, x, h_prev, W_x, W_h, b):
    """db (H,), wrong: the pre-activation is computed once more, without the bias."""
    return (dh * (1 - np.tanh(x @ W_x + h_prev @ W_h) ** 2)).sum(axis=0)


def mean_for_sum(dh, x, h_prev, W_x, W_h, b):
    """db (H,), wrong: a mean over the batch."""
    return (dh * (1 - np.tanh(x @ W_x + h_prev @ W_h + b) ** 2)).mean(axis=0)


def tanh_step(x, h_prev, W_x, W_h, b):
    """A step of a tanh RNN."""
    return np.tanh(x @ W_x + h_prev @ W_h + b)


@exercise("right_gradient", "bias_left_out", "mean_for_sum", draw=lambda rng, batch, dtype: (batch,), hints=(
    "The gradient is wrong and the check says that it is right. At which point is it checked?",
    "Which of the six arrays is not drawn at random? For which values of it is the wrong formula right?",
    "Draw b like the others, and hand the same b to both sides."))
def bias_error(step, backward, rng):
    x, h_prev, w = rng.normal(size=(5, 3)), rng.normal(size=(5, 4)), rng.normal(size=(5, 4))
    W_x, W_h, b = rng.normal(size=(3, 4)), rng.normal(size=(4, 4)), rng.normal(size=4)
    judge = numerical_jacobian(lambda value: np.sum(w * step(x, h_prev, W_x, W_h, value)), b)
    return relative_error(backward(w, x, h_prev, W_x, W_h, b), judge)


@bias_error.used_by
def what_the_check_says(answer, seed):
    """"agrees" or "differs" for one right gradient and two wrong ones."""
    errors = [answer(tanh_step, backward, np.random.default_rng(seed))
              for backward in (bias_gradient, bias_left_out, mean_for_sum)]
    return ["agrees" if error < 1e-6 else "differs" for error in errors]


@bias_error.bug("the check is made where the bias is zero", ask="For which b is the wrong formula right?")
def at_zero(step, backward, rng):
    x, h_prev, w = rng.normal(size=(5, 3)), rng.normal(size=(5, 4)), rng.normal(size=(5, 4))
    W_x, W_h, b = rng.normal(size=(3, 4)), rng.normal(size=(4, 4)), np.zeros(4)
    judge = numerical_jacobian(lambda value: np.sum(w * step(x, h_prev, W_x, W_h, value)), b)
    return relative_error(backward(w, x, h_prev, W_x, W_h, b), judge)


def checked(step, backward, rng, *, batch=5, at=lambda b: b):
    """The check at a random bias, with differences taken at another one."""
    x, h_prev, w = rng.normal(size=(batch, 3)), rng.normal(size=(batch, 4)), rng.normal(size=(batch, 4))
    W_x, W_h, b = rng.normal(size=(3, 4)), rng.normal(size=(4, 4)), rng.normal(size=4)
    judge = numerical_jacobian(lambda value: np.sum(w * step(x, h_prev, W_x, W_h, value)), at(b))
    return relative_error(backward(w, x, h_prev, W_x, W_h, b), judge)


@bias_error.mistake("the two sides are compared at different biases",
                    ask="At which b are the differences taken, and which b does backward get?")
def two_places(step, backward, rng):
    return checked(step, backward, rng, at=np.zeros_like)


@bias_error.mistake("the check uses a batch of one", ask="With one row, what tells a sum over the batch from a mean?")
def batch_of_one(step, backward, rng):
    return checked(step, backward, rng, batch=1)


@bias_error.mistake("every row has a bias of its own", ask="Which shape has b, and which shape has db?")
def bias_for_each_row(step, backward, rng):
    return checked(step, backward, rng, at=lambda b: np.tile(b, (5, 1)))


def three_gradients(rng, B, dtype):
    """dW_x, dW_h, db and max_norm, above their joint norm where B = 3."""
    D, H = sizes(rng, 2)
    return normal(rng, dtype, D, H), normal(rng, dtype, H, H), normal(rng, dtype, H), 50. if B == 3 else 1.5


@exercise("dW_x", "dW_h", "db", draw=three_gradients, hints=(
    "Read what the function promises, and measure both: the joint norm, and the direction.",
    "A direction is kept by nothing but one common factor.",
    "The factor is min(1, max_norm / ‖all gradients together‖)."))
def clip_gradients(dW_x, dW_h, db, max_norm):
    norm = np.sqrt(sum(np.sum(d ** 2) for d in (dW_x, dW_h, db)))
    factor = min(1, max_norm / norm)
    return dW_x * factor, dW_h * factor, db * factor


@clip_gradients.bug("every entry is clipped, not the norm", ask="Do large and small entries shrink by the same factor?")
def by_value(dW_x, dW_h, db, max_norm):
    return tuple(np.clip(d, -max_norm, max_norm) for d in (dW_x, dW_h, db))


@clip_gradients.mistake("each array is clipped by its own norm",
                        ask="If dW_h shrinks and db does not, what becomes of the direction of the two together?")
def one_by_one(dW_x, dW_h, db, max_norm):
    return tuple(d * min(1, max_norm / np.linalg.norm(d)) for d in (dW_x, dW_h, db))


@clip_gradients.mistake("small gradients are scaled up", ask="What should happen to a gradient below the limit?")
def always_scaled(dW_x, dW_h, db, max_norm):
    norm = np.sqrt(sum(np.sum(d ** 2) for d in (dW_x, dW_h, db)))
    return dW_x * (max_norm / norm), dW_h * (max_norm / norm), db * (max_norm / norm)


@clip_gradients.mistake("the largest entry is taken for the norm", ask="What is the norm of (3, 4)?")
def by_largest(dW_x, dW_h, db, max_norm):
    factor = min(1, max_norm / max(np.abs(d).max() for d in (dW_x, dW_h, db)))
    return dW_x * factor, dW_h * factor, db * factor


@clip_gradients.mistake("the square root is missing", ask="What is the norm of (3, 4)?")
def squared_norm(dW_x, dW_h, db, max_norm):
    factor = min(1, max_norm / sum(np.sum(d ** 2) for d in (dW_x, dW_h, db)))
    return dW_x * factor, dW_h * factor, db * factor
