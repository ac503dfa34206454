"""Notebook 04: what a bound says of the gradient, and what is so."""
import numpy as np

from ..experiments.curves.bound import ACTIVATIONS, bound_curves
from ..figures.plotting import BOUND, COLOURS
from ..figures.svg import HEIGHT, WIDTH, Panel, decades, one_decimal, picture, power
from .explorer import Explorer, choice, slider


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
