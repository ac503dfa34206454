"""Notebook 04: what a bound says of the gradient, and what is so."""
import numpy as np

from ..arguments import among, real, seed, size, takes
from ..cells import LinearRNN, ReluRNN, SigmoidRNN, TanhRNN
from ..params import init_params
from ..plotting import BOUND, COLOURS
from ..products import jacobian_norms
from ..sequence import unroll
from ..svg import HEIGHT, WIDTH, Panel, decades, one_decimal, picture, power
from .explorer import Explorer, choice, slider

ACTIVATIONS = {"tanh": TanhRNN, "sigmoid": SigmoidRNN, "ReLU": ReluRNN, "linear": LinearRNN}
STEEPEST = {"tanh": 1.0, "sigmoid": 0.25, "ReLU": 1.0, "linear": 1.0}


@takes(activation=among(*ACTIVATIONS), gain=real(above=0), length=size(), noise=real(0), n_hidden=size(), seed=seed)
def bound_curves(activation, gain, length, noise, n_hidden=32, seed=0):
    """What a bound says and what is so, for one plain RNN with Gaussian W_h (entries N(0, gain²/H)).

    Inputs are N(0, noise²), one per unit; the first state is N(0, ¼), because the state 0 would stay there without
    input, however unstable. Returns a dict: eigenvalues (H,), norms log10 ‖∂h_T/∂h_k‖ (T+1,),
    bound log10 (γσ_max)^(T−k), radius log10 ρ^(T−k); γ is the largest slope of the activation.
    """
    cell, rng = ACTIVATIONS[activation], np.random.default_rng(seed)
    params = init_params(cell, n_hidden, n_hidden, rng, recurrent="gaussian", gain=gain)
    params.W_x = np.eye(n_hidden)
    start, x = rng.standard_normal((1, 1, n_hidden)) / 2, noise * rng.standard_normal((length, 1, n_hidden))
    trace = unroll(cell, params, x, start)
    eigenvalues = np.linalg.eigvals(params.W_h)
    lags, sigma = np.arange(length, -1, -1), np.linalg.norm(params.W_h, 2)
    return {"cell": cell.__name__, "eigenvalues": eigenvalues, "norms": jacobian_norms(cell, params, trace)[:, 0],
            "bound": lags * np.log10(STEEPEST[activation] * sigma), "radius": lags * np.log10(abs(eigenvalues).max())}


def bound_explorer():
    """Notebook 04: spectrum of W_h, true norm of ∂h_T/∂h_k, the bound γσ_max and what ρ alone would say."""
    controls = {"activation": choice("tanh", ACTIVATIONS, "activation"),
                "gain": slider(1.0, .1, 3.0, .1, "gain", "× N(0, 1/H)"),
                "length": slider(50, 5, 100, 1, "length", "steps"),
                "noise": slider(.5, 0.0, 3.0, .1, "input strength", "std")}
    return Explorer("bound explorer", lambda settings: bound_curves(**settings), draw_bound, controls)


def draw_bound(found):
    """Left the eigenvalues of W_h with the unit circle, right the three curves over time."""
    eigenvalues, steps = found["eigenvalues"], np.arange(len(found["norms"]))
    reach = max(1.6, 1.1 * abs(eigenvalues).max())
    plane = Panel((0, 0), (HEIGHT - 40, HEIGHT), (-reach, reach), (-reach, reach), "real part", "imaginary part")
    plane.caption(1, "eigenvalues of W_h, unit circle")
    circle = np.exp(2j * np.pi * np.linspace(0, 1, 100))
    colour = COLOURS[found["cell"]]
    plane.line(circle.real, circle.imag, "#444", width=1).points(eigenvalues.real, eigenvalues.imag, colour)
    low, high = decades(np.concatenate([found[name] for name in ("norms", "bound", "radius")]))
    norms = Panel((HEIGHT - 40, 0), (WIDTH - HEIGHT + 40, HEIGHT), (0, steps[-1]), (low, high), "time step k",
                  "‖∂h_T/∂h_k‖", powers=True)
    norms.line(steps, found["bound"], BOUND, dash="6 4").line(steps, found["radius"], "#777", dash="2 3")
    norms.line(steps, found["norms"], colour, width=3)
    first = found["norms"][0]
    exponent = one_decimal(first)
    bound, radius = (power(one_decimal(found[name][0])) for name in ("bound", "radius"))
    measured = "exactly 0" if np.isneginf(first) else power(exponent)
    norms.caption(2, f"measured: {measured} at k = 0", colour)
    norms.caption(1, f"dashed: bound (γσ_max)^(T−k), {bound} at k = 0", BOUND)
    norms.caption(0, f"dotted: ρ^(T−k), {radius} at k = 0", "#777")
    label = f"Eigenvalues of W_h; gradient norms over time, ten to the power {exponent} at step 0"
    return picture([plane, norms], WIDTH, HEIGHT, label)
