"""Bugs of notebook 18 before and after the gradient: the initialiser and the clipping."""
import numpy as np

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


@clip_gradients.mistake("the three norms are added up", ask="Is the norm of (3, 4) equal to 3 + 4?")
def sum_of_norms(dW_x, dW_h, db, max_norm):
    factor = min(1, max_norm / sum(np.linalg.norm(d) for d in (dW_x, dW_h, db)))
    return dW_x * factor, dW_h * factor, db * factor
