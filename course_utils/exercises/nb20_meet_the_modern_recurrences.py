"""Exercises of notebook 20: half-life of a minGRU, the gradient of a minLSTM, joining steps, a stabilised step."""
import numpy as np

from ..engine.activations import sigmoid
from .drawing import normal, sizes
from .exercise import exercise, prediction


@prediction(hints=("One step keeps 1 − z. What do a hundred steps keep?", "(1 − z)¹⁰⁰ = 1/2",
                   "z = 1 − (1/2)^(1/100)"), tolerance=.02)
def gate_for_half():
    return 1 - .5 ** .01


gate_for_half.wrong(.5 ** .01, "what is kept is given, not what is written", ask="Does z keep or take, in a minGRU?")
gate_for_half.wrong(.01, "a hundredth for each of a hundred steps: that leaves 1/e, not one half",
                    ask="What is .99¹⁰⁰?")
gate_for_half.wrong(.005, "half of the memory is divided evenly among the steps",
                    ask="Is the same amount lost at each step, or the same share?")
gate_for_half.wrong(.5 ** 100, "the half-life of one step is taken a hundred times",
                    ask="If z were ½, how much would be left after two steps?")


def min_lstm_values(rng, B, dtype):
    """dh, the values i, f and n of a step of a minLSTM, and h_prev."""
    H = sizes(rng, 1, 5, 7)[0]
    dh, a, b, n, h_prev = normal(rng, dtype, 5, B, H)
    return dh, sigmoid(a), sigmoid(b), n, h_prev


@exercise("da_i", "da_f", "dn", "dh_prev", draw=min_lstm_values, hints=(
    "Write w = i / (f + i): h = h_prev + w (n − h_prev). How does h change with w, and w with i and f?",
    "∂w/∂i = f / (f + i)², ∂w/∂f = −i / (f + i)². Then the slopes of the sigmoids.",
    "∂w/∂a_i = w (1 − w) (1 − i), ∂w/∂a_f = −w (1 − w) (1 − f)"))
def min_lstm_step_backward(dh, i, f, n, h_prev):
    w = i / (f + i)
    swing = dh * (n - h_prev) * w * (1 - w)
    return swing * (1 - i), -swing * (1 - f), dh * w, dh * (1 - w)


@min_lstm_step_backward.mistake("the gates are not normalised", ask="By what are i and f divided before they are used?")
def not_normalised(dh, i, f, n, h_prev):
    return dh * n * i * (1 - i), dh * h_prev * f * (1 - f), dh * i, dh * f


@min_lstm_step_backward.mistake("f + i is held still", ask="When i grows, what becomes of f / (f + i)?")
def sum_held(dh, i, f, n, h_prev):
    return (dh * n * i * (1 - i) / (f + i), dh * h_prev * f * (1 - f) / (f + i), dh * i / (f + i),
            dh * f / (f + i))


@min_lstm_step_backward.mistake("the slopes of the sigmoids are left out",
                                ask="Are i and f the pre-activations, or what has been made of them?")
def no_slopes(dh, i, f, n, h_prev):
    swing = dh * (n - h_prev) / (f + i) ** 2
    return swing * f, -swing * i, dh * i / (f + i), dh * f / (f + i)


@min_lstm_step_backward.mistake("f has the sign of i", ask="When f grows, does h move towards n or towards h_prev?")
def same_sign(dh, i, f, n, h_prev):
    da_i, da_f, dn, dh_prev = min_lstm_step_backward.solution(dh, i, f, n, h_prev)
    return da_i, -da_f, dn, dh_prev


@min_lstm_step_backward.mistake("the old state and the candidate have changed places",
                                ask="Which of the two does i multiply?")
def changed_places(dh, i, f, n, h_prev):
    da_i, da_f, *_ = min_lstm_step_backward.solution(dh, i, f, h_prev, n)
    return da_i, da_f, dh * f / (f + i), dh * i / (f + i)


@min_lstm_step_backward.mistake("the candidate is squashed by a tanh, which a minLSTM has not",
                                ask="What is n before and after its squashing function? Is there one?")
def squashed_candidate(dh, i, f, n, h_prev):
    da_i, da_f, dn, dh_prev = min_lstm_step_backward.solution(dh, i, f, n, h_prev)
    return da_i, da_f, dn * (1 - n ** 2), dh_prev


def two_steps(rng, B, dtype):
    """Factors and offsets of two steps, (B, H) each."""
    H = sizes(rng, 1, 5, 7)[0]
    a_1, u_1, a_2, u_2 = normal(rng, dtype, 4, B, H)
    return sigmoid(a_1), u_1, sigmoid(a_2), u_2


@exercise("a", "u", draw=two_steps, hints=(
    "Put the first step into the second: h_2 = a_2 (a_1 h_0 + u_1) + u_2.",
    "Multiply out, and gather what multiplies h_0.", "a = a_2 a_1. Through which factor does u_1 still go?"))
def joined_steps(a_1, u_1, a_2, u_2):
    return a_2 * a_1, a_2 * u_1 + u_2


@joined_steps.mistake("the offsets are only added", ask="The second step multiplies all that it finds. Is u_1 there?")
def offsets_added(a_1, u_1, a_2, u_2):
    return a_1 * a_2, u_1 + u_2


@joined_steps.mistake("the steps are joined in the wrong order", ask="Which of the two offsets is multiplied again?")
def other_way_round(a_1, u_1, a_2, u_2):
    return a_1 * a_2, a_1 * u_2 + u_1


@joined_steps.mistake("the first offset goes through its own factor, too",
                      ask="h_1 = a_1 h_0 + u_1. Does a_1 multiply u_1?")
def through_both(a_1, u_1, a_2, u_2):
    return a_1 * a_2, a_2 * a_1 * u_1 + u_2


@joined_steps.mistake("the factors are added", ask="After two steps that keep one half each, how much is left?")
def factors_added(a_1, u_1, a_2, u_2):
    return a_1 + a_2, a_2 * u_1 + u_2


def stabilised(rng, B, dtype):
    """ln i, ln f, g, and the stored c, n and m of an sLSTM."""
    H = sizes(rng, 1, 5, 7)[0]
    log_i, a_f, g, c, n, m = normal(rng, dtype, 6, B, H)
    return 3 * log_i, np.log(sigmoid(a_f)), np.tanh(g), c, np.abs(n) + np.asarray(.5, dtype), m


@exercise("c", "n", "m", draw=stabilised, hints=(
    "The true memory is c e^m. After the step it is f (c_prev e^m_prev) + i g, which is stored divided by e^m.",
    "m is the larger of ln f + m_prev and ln i, so that neither exponential is above 1.",
    "c = e^(ln f + m_prev − m) c_prev + e^(ln i − m) g; n alike, with 1 in the place of g"))
def stabilised_step(log_i, log_f, g, c_prev, n_prev, m_prev):
    m = np.maximum(log_f + m_prev, log_i)
    keep, write = np.exp(log_f + m_prev - m), np.exp(log_i - m)
    return keep * c_prev + write * g, keep * n_prev + write, m


@stabilised_step.mistake("the old stabiliser is forgotten", ask="By what is c_prev divided, and by what c?")
def old_forgotten(log_i, log_f, g, c_prev, n_prev, m_prev):
    return stabilised_step.solution(log_i, log_f, g, c_prev, n_prev, 0 * m_prev)


@stabilised_step.mistake("only the input gate is divided by e^m",
                         ask="f c_prev e^m_prev is to be divided by e^m. Which power of e is left?")
def only_input(log_i, log_f, g, c_prev, n_prev, m_prev):
    m = np.maximum(log_f + m_prev, log_i)
    return np.exp(log_f) * c_prev + np.exp(log_i - m) * g, np.exp(log_f) * n_prev + np.exp(log_i - m), m


@stabilised_step.mistake("the normaliser adds up the candidate as well",
                         ask="n counts how much was written. Does it matter what was?")
def candidate_counted(log_i, log_f, g, c_prev, n_prev, m_prev):
    c, _, m = stabilised_step.solution(log_i, log_f, g, c_prev, n_prev, m_prev)
    n, _, _ = stabilised_step.solution(log_i, log_f, g, n_prev, n_prev, m_prev)
    return c, n, m


@stabilised_step.mistake("the smaller of the two is taken", ask="Which exponential would overflow then?")
def smaller(log_i, log_f, g, c_prev, n_prev, m_prev):
    m = np.minimum(log_f + m_prev, log_i)
    keep, write = np.exp(log_f + m_prev - m), np.exp(log_i - m)
    return keep * c_prev + write * g, keep * n_prev + write, m


@stabilised_step.mistake("the exponents are those of the gates, not divided", ask="What are c and n divided by?")
def not_divided(log_i, log_f, g, c_prev, n_prev, m_prev):
    m = np.maximum(log_f + m_prev, log_i)
    return np.exp(log_f) * c_prev + np.exp(log_i) * g, np.exp(log_f) * n_prev + np.exp(log_i), m
