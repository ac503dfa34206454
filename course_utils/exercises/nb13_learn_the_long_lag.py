"""Exercises of notebook 13: what is remembered, started, and measured, when the lag is long."""
import numpy as np

from ..engine.activations import sigmoid
from .drawing import normal
from .exercise import exercise, prediction


@prediction(hints=("How many nats does a symbol cost that must be guessed among eight?",
                   "Six symbols must be guessed, the other 44 steps cost nothing; the mean is over all steps."),
            tolerance=.025)
def copying_four_of_ten():
    return 6 * np.log(8) / 50


copying_four_of_ten.wrong(4 * np.log(8) / 50, "the symbols that are remembered are charged",
                          ask="Which symbols cost something, those that the network knows or the others?")
copying_four_of_ten.wrong(1.22,  # 6 ln 8 / 10 = 1.248, which is 1.2 in two digits
                          "the mean is taken over the ten answers alone",
                          ask="Over how many steps does the task take its mean, blanks included?")
copying_four_of_ten.wrong(6 * np.log2(8) / 50, "the loss is counted in bits",
                          ask="Which logarithm belongs to nats?")
copying_four_of_ten.wrong(10 * np.log(8) / 50,
                          "nothing is thought to be remembered, and what comes out is the baseline",
                          ask="How many of the ten symbols have still to be guessed?")
copying_four_of_ten.wrong(.6, "the loss is given as a share of the baseline",
                          ask="In which unit is the loss wanted: nats, or baselines?")
copying_four_of_ten.wrong(12.2,  # 6 ln 8 = 12.48, or 12
                          "the losses of all steps are added up and not averaged",
                          ask="What does the task do with the costs of its 50 steps?")


def biases_and_scales(rng, B, dtype):
    """Biases b of an LSTM and a time scale for each unit."""
    H = B + 2
    return normal(rng, dtype, 4 * H), rng.uniform(1.5, 30, H).astype(dtype)


@exercise("biases", draw=biases_and_scales, hints=(
    "Turn it round: which a has σ(a) = u / (1 + u)?",
    "The odds σ / (1 − σ) of a gate are e^a.",
    "The bias of f is ln u, that of i is −ln u. Write them into a copy of b, in the right two of its four blocks."))
def chrono_bias_vector(b, u):
    b, H = b.copy(), len(u)
    b[:H], b[H:2 * H] = -np.log(u), np.log(u)
    return b


def with_blocks(b, i, f):
    """The biases with other blocks i and f."""
    return np.concatenate([i, f, b[2 * len(i):]])


@chrono_bias_vector.mistake("the input and the forget gate are interchanged",
                            ask="Which gate comes first in the order of this course, and which one is to keep?")
def interchanged(b, u):
    return with_blocks(b, np.log(u), -np.log(u))


@chrono_bias_vector.mistake("the input gate keeps its old bias", ask="What does the start ask of the input gate of a "
                            "unit that forgets slowly: how much may it let in at a step?")
def input_gate_untouched(b, u):
    return with_blocks(b, b[:len(u)], np.log(u))


@chrono_bias_vector.mistake("the input gate opens as wide as the forget gate",
                            ask="i + f = 1 is what is wanted. What does that say of the signs of the two biases?")
def both_positive(b, u):
    return with_blocks(b, np.log(u), np.log(u))


@chrono_bias_vector.mistake("the gates' values are written where their biases belong",
                            ask="A bias stands inside the sigmoid. Which a gives σ(a) = u / (1 + u)?")
def gates_for_biases(b, u):
    return with_blocks(b, 1 / (1 + u), u / (1 + u))


@chrono_bias_vector.mistake("the logarithm has base 10", ask="To which base must the logarithm be taken for σ(ln u) to "
                            "be u / (1 + u)?")
def decimal_logarithm(b, u):
    return with_blocks(b, -np.log10(u), np.log10(u))


@chrono_bias_vector.mistake("the new biases are added to the old ones", ask="What is f if the bias is ln u and "
                            "something besides?")
def added_to_the_old(b, u):
    return with_blocks(b, b[:len(u)] - np.log(u), b[len(u):2 * len(u)] + np.log(u))


@exercise("mean", draw=lambda rng, B, dtype: (rng.uniform(3, 60, B + 1).astype(dtype),), hints=(
    "The mean of a function over an interval is its integral, divided by the interval's length.",
    "u / (1 + u) = 1 − 1 / (1 + u), which can be integrated.",
    "The integral is (T_max − 2) − ln(T_max / 2)."))
def chrono_mean_gate(T_max):
    return 1 - np.log(T_max / 2) / (T_max - 2)


@chrono_mean_gate.mistake("the gate of the mean time scale is given",
                          ask="Is the mean of u / (1 + u) what u / (1 + u) is at the mean of u? Try two units.")
def gate_of_mean_scale(T_max):
    return T_max / 2 / (1 + T_max / 2)


@chrono_mean_gate.mistake("the gate at the mean bias is given", ask="Which is averaged here, the units' biases or what "
                          "their gates let through?")
def gate_of_mean_bias(T_max):
    mean = ((T_max - 1) * np.log(T_max - 1) - (T_max - 2)) / (T_max - 2)
    return 1 / (1 + np.exp(-mean))


@chrono_mean_gate.mistake("the integral is not divided by the length of the interval",
                          ask="Can the mean of numbers below 1 be above 1?")
def integral_alone(T_max):
    return T_max - 2 - np.log(T_max / 2)


@chrono_mean_gate.mistake("the integral begins at 0", ask="What is the smallest u that chrono draws?")
def from_zero(T_max):
    return 1 - np.log(T_max) / (T_max - 1)


@chrono_mean_gate.mistake("what is lost is given, not what is kept",
                          ask="Is your mean near 0 or near 1 for slow units, and which of the two is a forget gate?")
def lost_share(T_max):
    return np.log(T_max / 2) / (T_max - 2)


@exercise("b_f", draw=lambda rng, B, dtype: (B + 4, int(rng.integers(40, 200))), hints=(
    "What does one unit cover? If half is left after n steps: from which lag to which is between a quarter and three "
    "quarters left?",
    "From about 0.4 n to 2 n. So half-lives may grow by a factor of up to 4 from unit to unit.",
    "np.geomspace gives half-lives from 1 to `longest`. A unit with half-life n has f = 0.5^(1/n), and a bias with "
    "that σ(b)."))
def biases_for_all_lags(n_units, longest):
    f = .5 ** (1 / np.geomspace(1, longest, n_units))
    return np.log(f / (1 - f))


@biases_for_all_lags.accepts
def some_unit_is_right_for_every_lag(outputs, n_units, longest):
    b_f = outputs["b_f"]
    if b_f.shape != (n_units,):
        return f"b_f has shape {b_f.shape}, expected ({n_units},)"
    kept = sigmoid(b_f.astype(float)) ** np.arange(1, longest + 1)[:, None]
    missed = np.flatnonzero(~((kept >= .25) & (kept <= .75)).any(axis=1))
    if not len(missed):
        return None
    k, values = missed[0] + 1, np.sort(kept[missed[0]])
    asks = ("Are these gates? A bias stands inside the sigmoid." if ((b_f > 0) & (b_f < 1)).all()
            else "Which half-life is missing?")
    return (f"with {n_units} units and lags up to {longest}: at lag {k} no unit keeps between 0.25 and 0.75. The "
            f"slowest keeps {values[-1]:.2g}, the fastest {values[0]:.2g}. {asks}")
