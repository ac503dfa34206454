"""Notebook 04: what a bound says of the gradient, and what is so."""
import numpy as np

from ..engine.params import init_params
from ..experiments.curves.bound import ACTIVATIONS, STEEPEST, bound_curves
from ..figures.plotting import BOUND, COLOURS, plot_log_norms, plt
from .controls import choice, slider
from .explorer import Explorer

H, SEED, MOST = 32, 0, 100


def bound_explorer():
    """Notebook 04: spectrum of W_h, true norm of ∂h_T/∂h_k, the bound γσ_max and what ρ alone would say."""
    controls = {"activation": choice("tanh", tuple(ACTIVATIONS), "activation"),
                "gain": slider(1.0, .1, 3.0, .1, "gain", "/ √*H*"),
                "length": slider(50, 5, MOST, 1, "length", "steps"),
                "noise": slider(.5, 0.0, 3.0, .1, "input strength", "std")}
    def compute(settings):
        return bound_curves(**settings, n_hidden=H, seed=SEED)

    return Explorer("bound", "bound explorer", controls, compute, data=_data(), still=draw_bound)


def _data():
    """What the browser needs besides: names, slopes and colours, and of the one W_h its eigenvalues and its 2-norm."""
    rng = np.random.default_rng(SEED)
    W_h = init_params(ACTIVATIONS["tanh"], H, H, rng, recurrent="gaussian").W_h
    cells = {name: {"cell": cell.__name__, "slope": STEEPEST[name], "colour": COLOURS[cell.__name__]}
             for name, cell in ACTIVATIONS.items()}
    unit = [[float(value.real), float(value.imag)] for value in np.linalg.eigvals(W_h)]
    return {"H": H, "seed": SEED, "most": MOST, "activations": cells, "unit": unit,
            "sigma": float(np.linalg.norm(W_h, 2))}


def draw_bound(found):
    """(figure, alternative text): left the eigenvalues of W_h with the unit circle, right three curves over time."""
    fig, (plane, norms) = plt.subplots(1, 2, figsize=(8, 3.2), width_ratios=[2, 3])
    circle = np.exp(2j * np.pi * np.linspace(0, 1, 100))
    colour, eigenvalues, T = COLOURS[found["cell"]], found["eigenvalues"], len(found["norms"]) - 1
    plane.plot(circle.real, circle.imag, color="#444444", linewidth=1)
    plane.plot(eigenvalues.real, eigenvalues.imag, ".", color=colour)
    plane.set(aspect="equal", xlabel="real part", ylabel="imaginary part")
    norms.plot(found["radius"], ":", color="#777777", label=r"$\rho^{T-k}$")
    for curve, label, style in ((found["bound"], r"$(\gamma\sigma_\max)^{T-k}$", {"color": BOUND, "linestyle": "--"}),
                                (found["norms"], "measured", {"color": colour, "linewidth": 2.5})):
        plot_log_norms(norms, curve, **style).lines[-1].set_label(label)
    norms.legend(loc="upper right")
    norms.set_ylabel(r"$\Vert\partial h_T/\partial h_k\Vert$")
    first, bound = found["norms"][0], found["bound"][0]
    return fig, (f"Left the eigenvalues of W_h and the unit circle; right gradient norms over {T} steps: measured "
                 f"about ten to the power {first:.0f} at step 0, the dashed bound ten to the power {bound:.0f}.")
