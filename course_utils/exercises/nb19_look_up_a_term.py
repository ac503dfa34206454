"""Exercises of notebook 19: counting weights, and other people's letters."""
import numpy as np

from .drawing import normal, sizes, swapped
from .exercise import exercise, prediction


@prediction(hints=("W_x is (D, G·H), W_h is (H, G·H), b is (G·H,).",
                   "An LSTM has four blocks (three gates and the candidate), so G·H is 20."))
def lstm_weight_count():
    return 3 * 20 + 5 * 20 + 20


lstm_weight_count.wrong(160, "the biases are not counted",
                        ask="Which array is added to x W_x + h W_h?")
lstm_weight_count.wrong(45, "only one gate is counted",
                        ask="How many blocks of pre-activations does an LSTM have?")
lstm_weight_count.wrong(135, "the candidate is not counted",
                        ask="Three gates have weights. Which fourth block has some, too?")
lstm_weight_count.wrong(200, "two biases are counted, as PyTorch has them",
                        ask="How many biases has the course's LSTM?")
lstm_weight_count.wrong(80, "the recurrent weights are missing",
                        ask="What does the previous hidden state go through?")


def column_weights(rng, B, dtype):
    """[U, W] (4H, H + D) and b (4H,) of an LSTM that writes its vectors as columns."""
    D, H = sizes(rng, 2)
    return normal(rng, dtype, 4 * H, H + D), normal(rng, dtype, 4 * H)


@exercise("W_x", "W_h", "b", draw=column_weights, hints=(
    "Three things to do: split the columns, transpose, put the blocks in order. How large is H?",
    "b has 4H entries; the first H columns multiply h. A row is the transpose of a column, and (A B)ᵀ = Bᵀ Aᵀ.",
    "After transposing, each gate is a block of H columns: the last two blocks change places, those of b as well."))
def as_row_vectors(stacked, b):
    H = len(b) // 4
    order = np.arange(4 * H).reshape(4, H)[[0, 1, 3, 2]].ravel()
    return stacked[order, H:].T, stacked[order, :H].T, b[order]


@as_row_vectors.mistake("the blocks are left in the order i, f, o, g",
                        ask="Which block is the last in this course: o's or g's?")
def order_left_alone(stacked, b):
    H = len(b) // 4
    return stacked[:, H:].T, stacked[:, :H].T, b


@as_row_vectors.mistake("b is left in its order", ask="Which pre-activation does each entry of b belong to, once the "
                        "blocks of the weights have moved?")
def bias_left_alone(stacked, b):
    return *as_row_vectors.solution(stacked, b)[:2], b


@as_row_vectors.mistake("i's and f's blocks are exchanged, as for weights in the order f, i, g, o",
                        ask="Which two blocks stand elsewhere in i, f, o, g than in i, f, g, o?")
def as_the_lesson_does(stacked, b):
    order = swapped(len(b) // 4, "figo")
    W_x, W_h, b = order_left_alone(stacked, b)
    return W_x[:, order], W_h[:, order], b[order]


@as_row_vectors.mistake("the blocks of W_h are not transposed, only put side by side",
                        ask="Which unit does an entry [j, k] of U's first block read, and which one W_h[j, k]?")
def squares_left_alone(stacked, b):
    W_x, W_h, b = as_row_vectors.solution(stacked, b)
    return W_x, np.hstack([block.T for block in np.split(W_h, 4, axis=1)]), b


@as_row_vectors.mistake("the stack is read as [W, U]", ask="Which of the two stands first in the stack?")
def read_w_first(stacked, b):
    D = stacked.shape[1] - len(b) // 4
    return as_row_vectors.solution(np.roll(stacked, -D, axis=1), b)


@as_row_vectors.mistake("reshaping is taken for transposing", ask="Where does entry [0, 1] stand after `.T`, and where "
                        "after `reshape`?")
def reshaped(stacked, b):
    H, order = len(b) // 4, swapped(len(b) // 4, "ifog")
    return stacked[:, H:].reshape(-1, 4 * H)[:, order], stacked[:, :H].reshape(-1, 4 * H)[:, order], b[order]


@as_row_vectors.mistake("nothing is transposed",
                        ask="Does x @ W make sense for a row x with D entries and W of shape (4H, D)?")
def nothing_transposed(stacked, b):
    W_x, W_h, b = as_row_vectors.solution(stacked, b)
    return W_x.T, W_h.T, b
