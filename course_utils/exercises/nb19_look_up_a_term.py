"""Exercises of notebook 19: counting weights, and other people's letters."""
from .drawing import normal, sizes
from .exercise import exercise, prediction


@prediction(hints=("W_x is (D, G·H), W_h is (H, G·H), b is (G·H,).", "An LSTM has four gates, so G·H is 20."))
def lstm_weight_count():
    return 3 * 20 + 5 * 20 + 20


lstm_weight_count.wrong(160, "the biases are not counted",
                        ask="Which array is added to x W_x + h W_h?")
lstm_weight_count.wrong(45, "only one gate is counted",
                        ask="How many rows of pre-activations does an LSTM have?")
lstm_weight_count.wrong(200, "two biases are counted, as PyTorch has them",
                        ask="How many biases has the course's LSTM?")
lstm_weight_count.wrong(80, "the recurrent weights are missing",
                        ask="What does the previous hidden state go through?")


def column_weights(rng, B, dtype):
    """W (H, D), U (H, H) and b (H,) of a network that writes its vectors as columns."""
    D, H = sizes(rng, 2)
    return normal(rng, dtype, H, D), normal(rng, dtype, H, H), normal(rng, dtype, H)


@exercise("W_x", "W_h", "b", draw=column_weights, hints=(
    "A row is the transpose of a column: write (W x + U h + b)ᵀ without brackets.",
    "(A B)ᵀ = Bᵀ Aᵀ.", "A bias has one axis: is there anything to transpose?"))
def as_row_vectors(W, U, b):
    return W.T.copy(), U.T.copy(), b.copy()


@as_row_vectors.mistake("W_h is not transposed",
                        ask="U's shape gives nothing away. Which unit does U[i, j] read, and which one W_h[i, j]?")
def square_left_alone(W, U, b):
    return W.T, U, b


@as_row_vectors.mistake("nothing is changed",
                        ask="Does x @ W make sense for a row x with D entries and W of shape (H, D)?")
def nothing_changed(W, U, b):
    return W, U, b


@as_row_vectors.mistake("input weights and recurrent weights are exchanged",
                        ask="Which of the two has a row for each input?")
def exchanged(W, U, b):
    return U.T, W.T, b
