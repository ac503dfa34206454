"""Exercises of notebook 11: half-lives, what an input leaves in the memory, and settings for any recurrent gain."""
import numpy as np

from ..engine.activations import sigmoid
from ..experiments.curves.gates import gate_curves
from .drawing import normal, sizes
from .exercise import exercise, prediction


@prediction(hints=("After n steps σ(3)ⁿ is left. Set it equal to 1/10.",
                   "Or by the table: half is left after 14.27 steps. How many halvings make a tenth?",
                   "log₂ 10 = 3.32 halvings of 14.27 steps each."), tolerance=.03)
def steps_to_a_tenth():
    return np.log(.1) / np.log(sigmoid(3.))


steps_to_a_tenth.wrong(np.log(.5) / np.log(sigmoid(3.)), "these are the steps to one half",
                       ask="Is a tenth left after as many steps as a half?")
steps_to_a_tenth.wrong(.9 / (1 - sigmoid(3.)), "the same amount is taken away at each step",
                       ask="Does a gate take away a fixed amount, or a fixed share of what is left?")
steps_to_a_tenth.wrong(5 * np.log(.5) / np.log(sigmoid(3.)),
                       "five half-lives are counted, as a tenth is a fifth of a half",
                       ask="What is left after two half-lives, and after three?")
steps_to_a_tenth.wrong(np.log(10) * np.log(.5) / np.log(sigmoid(3.)), "the number of halvings is taken to be ln 10",
                       ask="To which base must the logarithm be, if each step of it is a halving?")
steps_to_a_tenth.wrong(-1 / np.log(sigmoid(3.)), "the steps are counted until 1/e is left",
                       ask="To what number did you set σ(3)ⁿ equal?")


def lags(rng, B, dtype):
    """Half-lives that are wanted, (B, H)."""
    return (rng.uniform(1.5, 9, (B, sizes(rng, 1, 5, 7)[0])).astype(dtype),)


@exercise("b_f", draw=lags, hints=(
    "Which value f, to the power of n, gives one half?",
    "f = 2^(−1/n). Now the bias: solve f = 1 / (1 + e^{−b}) for b.",
    "b = ln(f / (1 − f))."))
def bias_of_half_life(n):
    f = 2 ** (-1 / n)
    return np.log(f / (1 - f))


@bias_of_half_life.mistake("the gate's value is returned", ask="Which bias has this value as its sigmoid?")
def value_for_bias(n):
    return 2 ** (-1 / n)


@bias_of_half_life.mistake("ln n is used, chrono's rule", ask="With b = ln n the gate is n / (n + 1). How much is left "
                           "after n steps: a half?")
def chrono_rule(n):
    return np.log(n)


@bias_of_half_life.mistake("the gate has the right value for 1/e, not for one half",
                           ask="What is left after n steps with your bias?")
def one_e_th(n):
    f = np.exp(-1 / n)
    return np.log(f / (1 - f))


@bias_of_half_life.mistake("the odds are upside down", ask="Which sign has the bias of a gate that keeps most?")
def upside_down(n):
    return -bias_of_half_life.solution(n)


@bias_of_half_life.mistake("the question is turned round", ask="You give the half-life of a gate with the bias "
                           "n. What is given, and what is wanted?")
def turned_round(n):
    return np.log(.5) / np.log(sigmoid(n))


@bias_of_half_life.mistake("the loss of one half is shared out evenly over the n steps",
                           ask="Does a gate take away a fixed amount, or a fixed share of what is left?")
def shared_out(n):
    return np.log(2 * n - 1)


def trembling(rng, B, dtype):
    """Forget gates (60·T, B, H) that move: those of the first unit mostly open, of the last nearly shut."""
    T, H = sizes(rng, 2, 5, 8)
    return (sigmoid(normal(rng, dtype, 60 * T, B, H, scale=1.5) + np.linspace(1, -6, H, dtype=dtype)),)


@exercise("half_life", draw=trembling, hints=(
    "What is left of a unit after all T steps is the product of its gates: a number too small to write down, unlike "
    "its logarithm.",
    "A steady gate which leaves as much has the geometric mean of the gates as its value.",
    "Its logarithm is the mean of ln f over time; ln ½ divided by that (or, to the base of 2, −1 divided by it)."))
def measured_half_life(f):
    return -1 / np.log2(f).mean(axis=0)


@measured_half_life.mistake("the product is formed first, and it underflows to 0",
                            ask="What is the smallest number in float64? Which sum has the same information as the "
                            "product?")
def product_first(f):
    with np.errstate(divide="ignore"):
        return len(f) * np.log(.5) / np.log(f.prod(axis=0))


@measured_half_life.mistake("the mean of the gates is taken first", ask="Gates of .9 and .1 leave .09 after two steps. "
                            "What would two gates of their mean leave?")
def of_the_mean_gate(f):
    return np.log(.5) / np.log(f.mean(axis=0))


@measured_half_life.mistake("the half-lives of the single steps are averaged",
                            ask="What of the gates is added up over time: their half-lives, or their logarithms?")
def mean_of_half_lives(f):
    return (np.log(.5) / np.log(f)).mean(axis=0)


@measured_half_life.mistake("the logarithms are summed over time, not averaged",
                            ask="ln ½ divided by what one step, or by what all T steps take away?")
def summed(f):
    return np.log(.5) / np.log(f).sum(axis=0)


@measured_half_life.mistake("two kinds of logarithm meet", ask="To which base are your two logarithms?")
def two_bases(f):
    return np.log(.5) / np.log10(f).mean(axis=0)


@measured_half_life.mistake("all units and sequences share one half-life",
                            ask="Over which of the axes of f, (T, B, H), does the product run?")
def one_for_all(f):
    return np.log(.5) / np.log(f).mean()


def held_gates(rng, B, dtype):
    """Inputs x, the candidate's weights W_x, and gates f and i of each unit."""
    T, D, H = sizes(rng, 3, 5, 8)
    f, i = sigmoid(normal(rng, dtype, 2, H) + dtype(1))
    return normal(rng, dtype, T, B, D), normal(rng, dtype, D, H, scale=.5), f, i


@exercise("J", draw=held_gates, hints=(
    "c_T = Σ_k f^(T−k) i g_k: only one term of the sum knows x_k.",
    "∂g_k/∂x_k = diag(1 − g_k²) W_xᵀ, outputs in rows. In front of it stand the gates.",
    "With x[0] the input of step 1, the power of f is T − 1 for x[0] and 0 for x[T − 1].",
    "Broadcast a factor (T, B, H, 1) against W_xᵀ, (H, D)."))
def left_by_inputs(x, W_x, f, i):
    steps_left = np.arange(len(x), dtype=x.dtype)[::-1, None, None]
    factor = f ** steps_left * i * (1 - np.tanh(x @ W_x) ** 2)
    return factor[..., None] * W_x.T


@left_by_inputs.mistake("each input passes one forget gate too many",
                        ask="c_t = f c_{t−1} + i g_t. Does f_t stand in front of what step t itself writes?")
def one_f_too_many(x, W_x, f, i):
    return left_by_inputs.solution(x, W_x, f, i) * f[:, None]


@left_by_inputs.mistake("the powers of f run the wrong way", ask="Which input has the longest way to c_T?")
def wrong_way(x, W_x, f, i):
    return left_by_inputs.solution(x[::-1], W_x, f, i)[::-1]


@left_by_inputs.mistake("the slope of tanh is left out", ask="g = tanh(x W_x). How does g answer when x W_x moves?")
def without_slope(x, W_x, f, i):
    return left_by_inputs.solution(0 * x, W_x, f, i)


@left_by_inputs.mistake("the input gate is left out", ask="How much of g is written into c?")
def without_input_gate(x, W_x, f, i):
    return left_by_inputs.solution(x, W_x, f, np.ones_like(i))


@left_by_inputs.mistake("1 − f stands for the input gate", ask="In which cell is i = 1 − f, and is it this one?")
def coupled_by_mistake(x, W_x, f, i):
    return left_by_inputs.solution(x, W_x, f, 1 - f)


@left_by_inputs.mistake("f and i are interchanged", ask="Which of the two acts once, and which at every step?")
def f_for_i(x, W_x, f, i):
    return left_by_inputs.solution(x, W_x, i, f)


@exercise("b_f", "b_i", "b_o", draw=lambda rng, batch, dtype: (1.5 * batch,), hints=(
    "A large recurrent gain feeds the detours. Which gates can shut them?",
    "The direct path should keep nearly everything: which bias does that?",
    "Close the input gate the further, the larger the gain; but a hundredth must get in."))
def biases_for_gain(gain):
    return 6., -3.1 - .3 * gain, -1.


@biases_for_gain.accepts
def alive_in_every_network(outputs, gain, seeds=range(4)):
    if any(array.shape or array.dtype.kind == "U" for array in outputs.values()):
        return "expected three numbers, b_f, b_i and b_o"
    if not outputs["b_o"] >= -1:
        return "b_o is below −1: nobody can read this memory"
    for seed in seeds:
        found = gate_curves({"recurrent": gain, "seed": seed} | {name: float(b) for name, b in outputs.items()})
        where = f"recurrent gain {gain:g}, seed {seed}: "
        if not abs(found["total"][0]) <= 1:
            return f"{where}the total over 100 steps is 10^{found['total'][0]:.1f}, not within a factor of ten of 1"
        if not found["inputs"][0] >= -2:
            return f"{where}what comes back to the first input is 10^{found['inputs'][0]:.1f}, less than a hundredth"
    return None
