"""What to try, each with the measurement that says so and the source that the remedy comes from.

The rules, in the order of the report. Their limits are this course's, tried on the networks of notebook 16:

* it explodes: the gradient grows at least tenfold on its way back (GROWN), and this very layer makes it so: some
  ∂h_t/∂h_k of the first sequence grows as much, or the largest Lyapunov exponent does over the whole length. Clip it
  by its norm (Pascanu, Mikolov & Bengio 2013), and where ρ of W_h is above 1 divide W_h by it before training (this
  course's: notebook 16 tries both, and each alone)
* units are dead: at least a quarter of the ReLU units (DEAD) are 0 at all steps of all sequences. Lower the learning
  rate and start again, W_h from the identity (Le, Jaitly & Hinton 2015)
* it is saturated: at least half of the values of what is written (a, g or n; SATURATED) are. Make smaller what drives
  it, the inputs or the recurrent weights, whichever is larger (Glorot & Bengio 2010). A saturated *gate* is no fault: a
  forget gate that is wide open keeps, and the report says how many are
* it forgets: in fewer than one unit in twenty (SLOW) the forget gate's half-life is half of the lag or more, and the
  gradient falls below a thousandth before it has reached back over the lag (what comes through by other ways has no
  need of the gate). Keep long:
  start with b_f = ln u, u uniform in 1 … lag − 1, or with b_f = ln(lag − 1) in all units, at which σ(b_f) = 1 − 1/lag;
  and write little: start the input gate at b_i = −b_f (Tallec & Ollivier 2018). A GRU's 1 − z and the coupled cell's
  1 − f do this by themselves. With a lag of 2 or 3 b_f is 1 (Jozefowicz, Zaremba & Sutskever 2015)
* it is full: the median unit keeps that long, and at least a quarter of the values of tanh c (FULL) are saturated:
  the input gate writes as if nothing were kept. Start it at b_i = −ln(lag − 1)
* it vanishes: a network without gates, its units alive, whose gradient falls below a thousandth before it has reached
  back over the lag. Orthogonal W_h (Saxe, McClelland & Ganguli 2014), or a gated cell (Hochreiter & Schmidhuber 1997)
* it decays: a cell whose gates read the input alone and that has no forget gate, whose gradient falls below a
  thousandth before it has reached back over the lag. Its factors nearer to 1: x^lag ≥ 1/1000 from x = .001^(1/lag) on

Every layer is judged by itself. In a trained stack one layer that keeps may be enough, and what is said of the others a
false alarm. Where no lag is known, the length of the sequences minus one stands for it, the longest that they can hold.
"""
from typing import NamedTuple

import numpy as np

from ..engine.activations import SIGMOID
from ..engine.cells import NoInputGateLSTM
from ..engine.graph import candidate
from ..engine.params import cell_name
from .measures import LEAST
from .text import number, power

GROWN, DEAD, SATURATED, SLOW, FULL = 1.0, .25, .5, .05, .25  # log10 of a factor; shares
LEAST_LAG = 4  # below it ln(lag − 1) would be less than Jozefowicz's 1


class Advice(NamedTuple):
    """what to do in which layer, because of what, the numbers measured by name, and where the remedy comes from."""

    layer: str
    what: str
    because: str
    numbers: dict
    source: str


def advise(measures, lag):
    """All `Advice` for one layer; none where nothing is wrong. lag: in steps, at least 1."""
    found = (rule(measures, lag) for rule in (exploding, dead, saturated, forgetting, overfull, vanishing, decaying))
    return [advice for advice in found if advice is not None]


def exploding(measures, lag):
    gate = candidate(measures.layer.cell)
    growth, block = measures.flow.growth, measures.spectra.get(gate)
    n_steps = len(measures.flow.mean) - 1
    own = max(measures.pairs.growth, float(measures.lyapunov[0]) * n_steps / np.log(10))
    if min(growth, own) < GROWN or block is None:  # without recurrent product no factor is above 1
        return None
    numbers = {"growth": growth, "lyapunov": float(measures.lyapunov[0]), "rho": block.rho,
               "sigma_max": block.sigma_max}
    whose = "its ρ" if gate == "a" else f"the ρ of its block of {gate}"
    smaller = f", and divide W_h by {whose} = {block.rho:.2f} before training" if block.rho > 1 else ""
    source = "Pascanu, Mikolov & Bengio 2013"
    return Advice(
        measures.layer.name, f"clip the gradient by its norm{smaller}",
        f"on its way back the gradient grows {_factor(growth)} (largest Lyapunov exponent "
        f"{number(numbers['lyapunov'], '+.2f')} nat a step, ρ {block.rho:.2f}, σ_max {block.sigma_max:.2f})", numbers,
        f"{source} (the clipping), this course (the division)" if smaller else source)


def dead(measures, lag):
    if measures.dead is None or measures.dead.mean() < DEAD:
        return None
    share = float(measures.dead.mean())
    return Advice(
        measures.layer.name, "start again with W_h from the identity, biases 0, and a smaller learning rate (if these "
        "weights were trained)",
        f"{share:.0%} of the ReLU units are 0 at all steps of all sequences: no gradient reaches their weights",
        {"dead": share}, "Le, Jaitly & Hinton 2015")


def saturated(measures, lag):
    gate = candidate(measures.layer.cell)
    use = measures.gates.get(gate)  # nothing squashes a ReLU
    if use is None or use.saturated < SATURATED:
        return None
    parts = {"inputs": use.input_drive, "recurrent": use.recurrent_drive}
    what = ("scale the inputs down (or W_x and b, which are what turns them into this)"
            if parts["inputs"] >= parts["recurrent"] else f"make W_h smaller (its block of {gate})")
    return Advice(
        measures.layer.name, f"{what}, until fewer than half of the values of {gate} are saturated",
        f"{use.saturated:.0%} of the values of {gate} are saturated; its pre-activation's root mean square is "
        f"{parts['inputs']:.1f} from the inputs and biases and {parts['recurrent']:.1f} from the previous state",
        {"saturated": use.saturated, **parts}, "Glorot & Bengio 2010")


def forgetting(measures, lag):
    lives, gate = measures.half_lives, measures.layer.cell.forget_gate
    if lives is None or (lives >= lag / 2).mean() >= SLOW or measures.flow.reach >= lag:
        return None
    if gate not in measures.gates or measures.layer.cell.activations[gate].inverse is None:
        return None  # what is not between 0 and 1 has no bias at which it keeps
    takes = measures.layer.cell.forget_sign < 0
    below = measures.gates[gate].below_half
    numbers = {"below_half": below, "half_life": float(np.median(lives)), "longest": float(lives.max()),
               "lag": lag, "bias": bias_of(measures.layer.cell, lag)}
    source = "Tallec & Ollivier 2018"
    if lag < LEAST_LAG:
        source = "Jozefowicz, Zaremba & Sutskever 2015" + f"; {source}" * ("i" in measures.layer.cell.gates)
    return Advice(
        measures.layer.name, opening(measures.layer.cell, lag),
        f"{1 - below if takes else below:.0%} of the values of {gate} are {'above' if takes else 'below'} .5 and a "
        f"unit's half-life is {numbers['half_life']:.1f} steps (median; the longest {numbers['longest']:.1f}), but "
        f"your data has lag {lag}",
        numbers, source)


def bias_of(cell, lag):
    """b_f at which a unit keeps over the lag, φ(b_f) = 1 − 1/lag: of a sigmoid ln(lag − 1), at least 1."""
    squashed = cell.activations[cell.forget_gate]
    if squashed is SIGMOID:
        return _of_sigmoid(lag)
    return float(squashed.inverse(1 - 1 / max(lag, 2)))


def _of_sigmoid(lag):
    return float(np.log(lag - 1)) if lag >= LEAST_LAG else 1.0


def opening(cell, lag):
    """In words: how the gates start so that the memory keeps over the lag and does not fill up meanwhile."""
    gate, bias = cell.forget_gate, bias_of(cell, lag)
    if cell.forget_sign < 0:  # the gate takes the new value
        low = number(-bias, ".1f")
        drawn = f"−ln u, u uniform in 1 … {lag - 1} (chrono_biases); or at {low} in all units"
        start = drawn if lag >= LEAST_LAG else low
        return f"start the biases of {gate} at {start}; {gate}, which writes, starts small with it"
    b, drawn = f"{bias:.1f}", lag >= LEAST_LAG and cell.activations[gate] is SIGMOID
    spread = f"at ln u, u uniform in 1 … {lag - 1} (0 … {b})"
    if "i" in cell.gates:
        both = f"{gate} at {b} and i at {shut(cell, lag)}"
        return (f"start the biases of {gate} {spread}, and those of i at −ln u (chrono_biases does both); or {both} in "
                "all units" if drawn else f"start the biases of {both}")
    alone = (f"start the biases of {gate} {spread} (chrono_biases); or at {b} in all units" if drawn
             else f"start the biases of {gate} at {b}")
    return alone + ("; nothing makes this cell write less, and its memory may fill up" if cell is NoInputGateLSTM
                    else f"; 1 − {gate}, which writes, starts small with it")


def shut(cell, lag):
    """b_i at which a unit writes as little as it forgets, φ(b_i) = 1/lag, as text."""
    squashed = cell.activations["i"]
    if squashed is SIGMOID or squashed.inverse is None:
        return f"−{_of_sigmoid(lag):.1f}"
    return number(squashed.inverse(1 / max(lag, 2)), ".1f")


def overfull(measures, lag):
    use, lives, cell = measures.memory, measures.half_lives, measures.layer.cell
    if use is None or "i" not in cell.gates or use.saturated < FULL:
        return None
    if lives is not None and np.median(lives) < lag / 2:
        return None
    writes = measures.gates["i"].mean
    return Advice(
        measures.layer.name, f"start the biases of i at {shut(cell, lag)}",
        f"the memory keeps long and fills up: i is {writes:.2f} in the mean, |c| is {use.size:.1f} at the last step "
        f"(median), {use.saturated:.0%} of the values of tanh c are beyond ±.95, and the mean slope 1 − tanh² c, "
        f"through which the gradient must go, is {use.slope:.2f}",
        {**use._asdict(), "i": writes, "bias": -_of_sigmoid(lag), "lag": lag}, "Tallec & Ollivier 2018")


def vanishing(measures, lag):
    reach, cell = measures.flow.reach, measures.layer.cell
    if not cell.products or cell.forget_gate or "c" in cell.states or reach >= lag or dead(measures, lag):
        return None
    block = measures.spectra[candidate(measures.layer.cell)]
    numbers = {"reach": reach, "lag": lag, "lyapunov": float(measures.lyapunov[0]), "rho": block.rho,
               "sigma_max": block.sigma_max}
    return Advice(
        measures.layer.name, "start from an orthogonal W_h, or take a gated cell (LSTM, GRU)",
        f"the gradient of this {cell_name(measures.layer.cell)} falls below a thousandth after {reach} steps back, but "
        f"your data has lag {lag} (ρ {block.rho:.2f}, σ_max {block.sigma_max:.2f})", numbers,
        "Saxe, McClelland & Ganguli 2014; Hochreiter & Schmidhuber 1997")


def decaying(measures, lag):
    reach, cell = measures.flow.reach, measures.layer.cell
    if cell.products or cell.forget_gate or reach >= lag:
        return None
    numbers = {"reach": reach, "lag": lag, "lyapunov": float(measures.lyapunov[0]), "factor": LEAST ** (1 / lag)}
    return Advice(
        measures.layer.name, "start again with factors nearer to 1: some units should keep "
        f"{number(numbers['factor'], '.3f')} or more of their state at each step",
        f"the gradient of this {cell_name(cell)} falls below a thousandth after {reach} steps back, but your data has "
        f"lag {lag}; the unit that keeps most keeps {number(np.exp(numbers['lyapunov']), '.3f')} a step", numbers,
        "Orvieto et al. 2023")


def _factor(log):
    """10 to the power of a number, in words."""
    if not np.isfinite(log):
        return "beyond what a float64 holds"
    return f"{10**log:.0f}-fold" if log < 4 else f"by {power(log, '.0f')}"
