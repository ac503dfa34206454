"""Exercises of notebook 14: bits, temperature, a unit silenced, a unit that decides, a unit made by hand."""
import numpy as np

from ..engine.activations import sigmoid
from ..engine.cells import LSTM
from ..engine.params import Params
from ..engine.sequence import unroll
from .drawing import normal, sizes
from .exercise import exercise, prediction


@prediction(hints=("How many bits does a single symbol cost that had probability 1/2? And one that had 1/8?",
                   "One bit and three bits; and the mean of the two?"), tolerance=.025)
def bits_of_two_kinds():
    return 2.0


bits_of_two_kinds.wrong(-np.log2((1 / 2 + 1 / 8) / 2),
                        "the logarithm of the mean probability is taken, not the mean of the logarithms",
                        ask="Which is averaged over the text: the probabilities, or what each symbol costs?")
bits_of_two_kinds.wrong(2 * np.log(2), "the answer is in nats",
                        ask="Which logarithm belongs to bits?")
bits_of_two_kinds.wrong(4.0, "the bits are added up and not averaged",
                        ask="How many symbols are there in a pair of one of each kind?")
bits_of_two_kinds.wrong(.306,  # (1 / 2 + 1 / 8) / 2 = .3125, or .3
                        "the mean probability is given",
                        ask="What does a symbol of probability 1/2 cost?")


def chances(rng, B, dtype):
    """Probabilities (B, C), each row with sum 1, and a temperature."""
    p = np.exp(normal(rng, dtype, B, sizes(rng, 1, 5, 8)[0]))
    return p / p.sum(axis=-1, keepdims=True), (.5, .01, 2.5, 1.6)[B - 1]


@exercise("chances", draw=chances, hints=(
    "ln p is y up to a constant for each row, and softmax does not care about constants.",
    "So softmax(ln p / θ). What is e^(ln p / θ)?",
    "p^(1/θ), and each row divided by its sum. Before the power you may divide a row by its largest entry: it cancels, "
    "and not all of the row can become 0."))
def tempered_chances(p, theta):
    q = (p / p.max(axis=-1, keepdims=True)) ** (1 / theta)
    return q / q.sum(axis=-1, keepdims=True)


@tempered_chances.mistake("probabilities are put into the softmax where scores belong",
                          ask="softmax(y) = p. Which y of p would that be: p itself?")
def softmax_of_chances(p, theta):
    e = np.exp(p / theta)
    return e / e.sum(axis=-1, keepdims=True)


@tempered_chances.mistake("hot and cold are interchanged", ask="At a temperature near 0, should the likeliest symbol "
                          "come nearly always, or all of them equally often? Try theta = 0.01.")
def hot_for_cold(p, theta):
    q = p ** theta
    return q / q.sum(axis=-1, keepdims=True)


@tempered_chances.mistake("the rows do not sum to 1", ask="What must the chances of all symbols add up to?")
def not_normalised(p, theta):
    return p ** (1 / theta)


@tempered_chances.mistake("the whole batch is made to sum to 1", ask="Which numbers are the chances of one symbol to "
                          "be drawn: all of the array, or a row?")
def whole_batch(p, theta):
    return p ** (1 / theta) / (p ** (1 / theta)).sum()


@tempered_chances.mistake("the chances of a column are made to sum to 1", ask="Which axis runs over the symbols?")
def columns_normalised(p, theta):
    q = p ** (1 / theta)
    with np.errstate(invalid="ignore"):
        return q / q.sum(axis=0, keepdims=True)


@tempered_chances.mistake("at a small theta all powers of a row are rounded to 0",
                          ask="What is 0.2 ** 100 in float32? By what may p be divided before, without any harm?")
def all_powers_zero(p, theta):
    q = p ** (1 / theta)
    with np.errstate(invalid="ignore"):
        return q / q.sum(axis=-1, keepdims=True)


@tempered_chances.mistake("the temperature cancels",
                          ask="If all of p is divided by one number, and then by its sum, what is left of that number?")
def temperature_cancels(p, theta):
    return p


def network_with_unit(rng, B, dtype):
    """W_h, b, W_y, b_y of an LSTM with its readout, a unit, and the mean of its h."""
    H, C = sizes(rng, 2, 3, 6)
    shapes = ((H, 4 * H), (4 * H,), (H, C), (C,))
    return (*(normal(rng, dtype, *shape) for shape in shapes), int(rng.integers(1, H)), float(rng.uniform(.2, .9)))


@exercise("W_h", "b", "W_y", "b_y", draw=network_with_unit, hints=(
    "Write h W_h + b as a sum over units. Which term holds h[unit]?",
    "h[unit] · W_h[unit]: a row of W_h. If h[unit] is always `mean`, that term is a constant vector.",
    "Add mean · W_h[unit] to b, and only then make row `unit` of W_h zero. The readout likewise."))
def silence_one_unit(W_h, b, W_y, b_y, unit, mean):
    others = (np.arange(len(W_h)) != unit)[:, None]
    return W_h * others, b + mean * W_h[unit], W_y * others, b_y + mean * W_y[unit]


@silence_one_unit.mistake("the unit is zero, not its mean", ask="What do others read of the unit after your change? "
                          "Where does `mean` come in, and is the row still there when you use it?")
def zero_for_mean(W_h, b, W_y, b_y, unit, mean):
    W_h, _, W_y, _ = silence_one_unit.solution(W_h, b, W_y, b_y, unit, mean)
    return W_h, b, W_y, b_y


@silence_one_unit.mistake("the mean is added, and the unit is still read",
                          ask="Which weights carry h[unit] to others, and what are they after your change?")
def still_read(W_h, b, W_y, b_y, unit, mean):
    _, b, _, b_y = silence_one_unit.solution(W_h, b, W_y, b_y, unit, mean)
    return W_h, b, W_y, b_y


@silence_one_unit.mistake("the readout still hears the unit", ask="Who else multiplies h by a matrix?")
def readout_left(W_h, b, W_y, b_y, unit, mean):
    W_h, b, _, _ = silence_one_unit.solution(W_h, b, W_y, b_y, unit, mean)
    return W_h, b, W_y, b_y


@silence_one_unit.mistake("the gates still hear the unit",
                          ask="The readout is right. Who else multiplies h by a matrix?")
def gates_left(W_h, b, W_y, b_y, unit, mean):
    _, _, W_y, b_y = silence_one_unit.solution(W_h, b, W_y, b_y, unit, mean)
    return W_h, b, W_y, b_y


@silence_one_unit.mistake("what the unit reads is cut, not what others read of it",
                          ask="In h W_h, is row or column j of W_h multiplied by h[j]?")
def deaf_not_mute(W_h, b, W_y, b_y, unit, mean):
    H = len(W_h)
    _, b, W_y, b_y = silence_one_unit.solution(W_h, b, W_y, b_y, unit, mean)
    return W_h * (np.arange(4 * H) % H != unit), b, W_y, b_y


def last_step(rng, B, dtype):
    """c and o of a step, the readout's weights, and two different words."""
    H, C = sizes(rng, 2, 4, 7)
    one, other = rng.permutation(C)[:2]
    return normal(rng, dtype, B, H), sigmoid(normal(rng, dtype, B, H)), normal(rng, dtype, H, C), int(one), int(other)


@exercise("dc", draw=last_step, hints=(
    "In ln(p_one / p_other) the denominator of the softmax cancels. What is left of the scores y?",
    "y_one − y_other, so its gradient with respect to h is a difference of two columns of W_y.",
    "From h = o ∘ tanh(c) to c: times o ∘ (1 − tanh²(c))."))
def odds_and_cell_state(c, o, W_y, one, other):
    return (W_y[:, one] - W_y[:, other]) * o * (1 - np.tanh(c) ** 2)


@odds_and_cell_state.mistake("the other word is forgotten", ask="Which two scores does the logarithm hold?")
def one_word_alone(c, o, W_y, one, other):
    return W_y[:, one] * o * (1 - np.tanh(c) ** 2)


@odds_and_cell_state.mistake("tanh is applied twice", ask="c has not gone through the tanh yet. How often is it "
                             "squashed on its way to h?")
def tanh_of_tanh(c, o, W_y, one, other):
    return (W_y[:, one] - W_y[:, other]) * o * (1 - np.tanh(np.tanh(c)) ** 2)


@odds_and_cell_state.mistake("the output gate is left out", ask="What stands between c and h besides the tanh?")
def output_gate_left_out(c, o, W_y, one, other):
    return (W_y[:, one] - W_y[:, other]) * (1 - np.tanh(c) ** 2)


@odds_and_cell_state.mistake("the slope of tanh is left out", ask="What is ∂h/∂c for h = o ∘ tanh(c)?")
def tanh_slope_left_out(c, o, W_y, one, other):
    return (W_y[:, one] - W_y[:, other]) * o


@odds_and_cell_state.mistake("c stands where tanh(c) belongs",
                             ask="The slope of tanh at c is 1 minus the square of what?")
def c_for_tanh_c(c, o, W_y, one, other):
    return (W_y[:, one] - W_y[:, other]) * o * (1 - c ** 2)


@odds_and_cell_state.mistake("the slope of tanh is taken from h",
                             ask="1 minus the square of the tanh: is h the tanh of c, or that times something?")
def slope_from_h(c, o, W_y, one, other):
    return (W_y[:, one] - W_y[:, other]) * o * (1 - (o * np.tanh(c)) ** 2)


@odds_and_cell_state.mistake("a slope of the output gate comes in",
                             ask="Which of o and c moves here, and which is held fixed?")
def slope_of_the_gate(c, o, W_y, one, other):
    return (W_y[:, one] - W_y[:, other]) * o * (1 - o) * (1 - np.tanh(c) ** 2)


@exercise("W_x", "W_h", "b", draw=lambda rng, B, dtype: ((100, 30, 10, 3)[B - 1],), hints=(
    "On other words the cell state must stay: which gate near 1, which near 0? W_h may be zero.",
    "On a subject the old one must go and the new one come in: which gates turn round? Only g tells the two subjects "
    "apart.",
    "f: bias 10, and −20 for both subjects. i: bias −10, and +20 for both. g: +5 for the plural, −5 for the singular."))
def number_keeper(lag):
    W_x = np.array([[20., -20, 5, 0], [20, -20, -5, 0], [0, 0, 0, 0]])
    return W_x, np.zeros((1, 4)), np.array([-10., 10, 0, 0])


@number_keeper.accepts
def keeps_the_number(outputs, lag):
    for name, shape in (("W_x", (3, 4)), ("W_h", (1, 4)), ("b", (4,))):
        if outputs[name].shape != shape:
            return f"{name} has shape {outputs[name].shape}, expected {shape}"
    subjects = (0, 1, 1, 0, 0, 0, 1)
    words = np.array([word for subject in subjects for word in (subject, *[2] * lag)])
    params = Params({name: array.astype(float) for name, array in outputs.items()})
    c = unroll(LSTM, params, np.eye(3)[words][:, None]).states[1, 1:, 0, 0].reshape(len(subjects), -1)
    for n, (subject, values) in enumerate(zip(subjects, c), 1):
        lost = np.flatnonzero((1 - 2 * subject) * values <= .5)
        if len(lost):
            first = ("Which sign should g have for it?" if (1 - 2 * subject) * values[0] < 0 else "Does it get in?")
            asks = ("Does f keep, and i shut out, on other words?", first, "Does it push the old one out?")
            return (f"subject number {n}, {('plural', 'singular')[subject]}: {lost[0]} other words later c is "
                    f"{values[lost[0]]:.2g}, expected {('above 0.5', 'below -0.5')[subject]}. "
                    + asks[0 if lost[0] else 1 + (n > 1)])
    return None
