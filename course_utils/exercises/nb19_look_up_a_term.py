"""Exercises of notebook 19: counting and ordering weights."""
import numpy as np

from .drawing import normal, sizes
from .exercise import exercise, prediction


@prediction(hints=("W_x is (D, G·H), W_h is (H, G·H), b is (G·H,).", "An LSTM has four gates, so G·H is 20."))
def lstm_weight_count():
    return 3 * 20 + 5 * 20 + 20


@lstm_weight_count.mistake("the biases are not counted", ask="Which array is added to x W_x + h W_h?")
def without_biases():
    return 160


@lstm_weight_count.mistake("only one gate is counted", ask="How many rows of pre-activations does an LSTM have?")
def one_gate():
    return 45


@lstm_weight_count.mistake("two biases are counted, as PyTorch has them", ask="How many biases has the course's LSTM?")
def two_biases():
    return 200


@lstm_weight_count.mistake("the recurrent weights are missing", ask="What does the previous hidden state go through?")
def no_recurrence():
    return 80


def weights_in_some_order(rng, B, dtype):
    """Weights whose four blocks of columns stand in some order, one that is not its own inverse, and it as letters."""
    D, H = sizes(rng, 2)
    order, places = "ifgo", np.arange(4)[None]
    while np.array_equal(other_way_round(places, order), reorder_gates.solution(places, order)):
        order = "".join(rng.permutation(list("ifgo")))
    return normal(rng, dtype, D, 4 * H), order


@exercise("W", draw=weights_in_some_order, hints=(
    "W[:, k H : (k + 1) H] is the block of the gate whose letter is order[k].",
    "Cut W into four blocks; then ask, for each of i, f, g and o, which block is its own.",
    "order.index(gate) says where a gate stands."))
def reorder_gates(W, order):
    blocks = np.split(W, 4, axis=1)
    return np.concatenate([blocks[order.index(gate)] for gate in "ifgo"], axis=1)


@reorder_gates.mistake("the order is applied the wrong way round",
                       ask="Does order say where a gate comes from, or where it goes to?")
def other_way_round(W, order):
    blocks = np.split(W, 4, axis=1)
    return np.concatenate([blocks["ifgo".index(gate)] for gate in order], axis=1)


@reorder_gates.mistake("nothing is moved", ask="Which block stands first in W, and which should?")
def not_moved(W, order):
    return W.copy()


@reorder_gates.mistake("single columns are moved instead of whole blocks",
                       ask="How many columns belong to one gate, and do they stand together?")
def by_columns(W, order):
    wanted = [order.index(gate) for gate in "ifgo"]
    return W.reshape(len(W), -1, 4)[:, :, wanted].reshape(W.shape)
