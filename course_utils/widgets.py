"""Sliders. An `Explorer` turns settings into arrays (`compute`, pure NumPy, tested without a browser) and
arrays into an SVG string (`draw`); the explorers of the notebooks stand below it."""
from html import escape

import ipywidgets
import numpy as np

from .cells import LinearRNN, ReluRNN, SigmoidRNN, TanhRNN
from .params import init_params
from .plotting import BOUND, COLOURS, PALE
from .products import jacobian_norms
from .sequence import unroll
from .svg import Panel, picture, power

WIDTH, HEIGHT = 760, 340


def slider(value, low, high, step, name, unit=""):
    """A slider that moves by `step` with the arrow keys; its name carries the unit."""
    kind = ipywidgets.IntSlider if isinstance(step, int) else ipywidgets.FloatSlider
    return kind(value=value, min=low, max=high, step=step, description=f"{name} ({unit})" if unit else name,
                style={"description_width": "190px"}, layout={"width": "560px"})


def choice(value, options, name):
    """A drop-down list."""
    return ipywidgets.Dropdown(value=value, options=list(options), description=name,
                               style={"description_width": "190px"}, layout={"width": "420px"})


class Explorer(ipywidgets.VBox):
    """Controls above a picture that follows them: `picture.value = draw(compute(settings))` at every change.

    compute: settings (a dict of the controls' values) → results. draw: results → SVG string. controls: {name:
    widget}. A failing callback shows its error in the widget's place. Reset restores the first settings.
    """

    def __init__(self, title, compute, draw, controls):
        self.title, self.compute, self.draw, self.controls = title, compute, draw, controls
        self.start = self.settings()
        self.picture = ipywidgets.HTML()
        reset = ipywidgets.Button(description="Reset", tooltip="Back to the first settings")
        reset.on_click(lambda _: self.set(**self.start))
        for control in controls.values():
            control.observe(self.update, names="value")
        super().__init__([*controls.values(), reset, self.picture])
        self.update()

    def settings(self):
        """{name: value} of all controls."""
        return {name: control.value for name, control in self.controls.items()}

    def set(self, **values):
        """Move the named controls to these values."""
        for name, value in values.items():
            self.controls[name].value = value

    def update(self, change=None):
        """Compute and draw again."""
        try:
            self.picture.value = self.draw(self.compute(self.settings()))
        except Exception as error:  # whatever it is, the reader must see it: a widget's traceback goes nowhere
            message = escape(f"{type(error).__name__}: {error}")
            self.picture.value = f'<p class="course-error" role="alert">This picture could not be drawn. {message}</p>'

    def __repr__(self):
        return f"<{self.title}: move its sliders in a running notebook>"


def gap_curves(gap, gain, n_hidden=32, n_seeds=8):
    """log10 of the root-mean-square singular value of ∂h_T/∂h_k (Frobenius norm / √H), (gap+1, n_seeds).

    A tanh RNN with PyTorch's initialisation, recurrent weights times `gain`, reads random words (one-hot, 30
    of them); row 0 is the state after the cause, the last row, `gap` words later, the state from which the
    effect is predicted.
    """
    curves = []
    for seed in range(n_seeds):
        rng = np.random.default_rng(seed)
        params = init_params(TanhRNN, 30, n_hidden, rng, recurrent="torch", gain=gain)
        words = np.eye(30)[rng.integers(30, size=(gap + 1, 1))]
        trace = unroll(TanhRNN, params, words)
        curves.append(jacobian_norms(TanhRNN, params, trace, ord="fro")[1:, 0])
    return np.array(curves).T - np.log10(n_hidden) / 2


def gap_explorer():
    """Notebook 01: how much gradient crosses a gap of so many words, for so large recurrent weights?"""
    def compute(settings):
        return gap_curves(settings["gap"], settings["gain"])

    controls = {"gap": slider(50, 1, 80, 1, "gap", "words"), "gain": slider(1.0, .5, 4.0, .1, "recurrent gain", "×")}
    return Explorer("gap explorer", compute, draw_gap, controls)


def draw_gap(curves):
    """One pale curve per draw of the weights, their mean in colour; the cause on the left."""
    words, mean = np.arange(len(curves)), curves.mean(axis=1)
    low, high = decades(curves)
    panel = Panel((0, 0), (WIDTH, HEIGHT), (0, len(words) - 1), (low, high), "words after the cause",
                  "size of ∂h_T/∂h_k", powers=True)
    for curve in curves.T:
        panel.line(words, curve, PALE, width=1)
    panel.line(words, mean, COLOURS["TanhRNN"], width=3)
    panel.caption(1, f"gradient that reaches the cause: {power(f'{mean[0]:.1f}')}", COLOURS["TanhRNN"])
    panel.caption(0, f"thin: {curves.shape[1]} random networks, thick: their mean")
    label = f"Gradient norm over {len(words) - 1} words; ten to the power {mean[0]:.1f} reaches the cause"
    return picture([panel], WIDTH, HEIGHT, label)


def decades(curves, step=10):
    """Limits for log10 values: the finite ones and 0 lie between them, rounded outwards to whole steps."""
    finite = curves[np.isfinite(curves)]
    low, high = finite.min(initial=-1), finite.max(initial=1)
    return step * np.floor(low / step), step * np.ceil(high / step)


ACTIVATIONS = {"tanh": TanhRNN, "sigmoid": SigmoidRNN, "ReLU": ReluRNN, "linear": LinearRNN}
STEEPEST = {"tanh": 1.0, "sigmoid": 0.25, "ReLU": 1.0, "linear": 1.0}


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
    exponent = f"{first:.1f}"
    bound, radius = (power(f"{found[name][0]:.1f}") for name in ("bound", "radius"))
    measured = "exactly 0" if np.isneginf(first) else power(exponent)
    norms.caption(2, f"measured: {measured} at k = 0", colour)
    norms.caption(1, f"dashed: bound (γσ_max)^(T−k), {bound} at k = 0", BOUND)
    norms.caption(0, f"dotted: ρ^(T−k), {radius} at k = 0", "#777")
    label = f"Eigenvalues of W_h; gradient norms over time, ten to the power {exponent} at step 0"
    return picture([plane, norms], WIDTH, HEIGHT, label)
