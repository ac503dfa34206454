"""How the gate explorer draws and says what it found."""
import numpy as np

from ..engine.cells import NoForgetLSTM
from ..experiments.curves.gates import CANDIDATE
from ..figures.plotting import COLOURS, GATE_COLOURS, PALE
from ..figures.svg import WIDTH, Panel, decades, minus, one_decimal, picture, power

HEIGHT, LEFT = 400, 320


def draw_gates(found):
    """Left the gates and the memory over time, right the gradient norms."""
    name, T = found["cell"].__name__, len(found["memory"]) - 1
    direct = f", the direct path {plain(found['direct'][0])}" if has_path(found) else ""
    label = (f"{name}: gates and memory over {T} steps, and gradient norms; at step 0 the total is "
             f"{plain(found['total'][0])}{direct}")
    return picture([gates_panel(found, T), memory_panel(found, T), norms_panel(found, T)], WIDTH, HEIGHT, label)


def has_path(found):
    return found["direct"] is not None


def plain(log):
    """A log10 norm as words: 10^−3.2, or 0 for −inf."""
    return "0" if np.isneginf(log) else f"10^{minus(one_decimal(log))}"


def gates_panel(found, T):
    """Each gate's mean over the units, and their range as a band."""
    panel = Panel((0, 0), (LEFT, 190), (0, T), (0, 1), "", "gates", rows=1)
    shown, steps = [], np.arange(1, T + 1)
    for name, values in found["gates"].items():
        if name not in (*CANDIDATE, "a"):
            panel.band(steps, values.min(axis=1), values.max(axis=1), GATE_COLOURS[name])
            panel.line(steps, values.mean(axis=1), GATE_COLOURS[name])
            shown.append(f'<tspan fill="{GATE_COLOURS[name]}">{name} {values.mean():.2f}</tspan>')
    return panel.caption(0, "mean: " + " · ".join(shown) if shown else "this cell has no gates")


def memory_panel(found, T):
    """The memory of every unit."""
    memory, name = found["memory"], found["cell"].states[-1]
    top = max(1.0, 1.05 * np.abs(memory).max())
    panel = Panel((0, 185), (LEFT, HEIGHT - 185), (0, T), (-top, top), "time step t", f"memory {name}", rows=1)
    for unit in memory.T:
        panel.line(np.arange(T + 1), unit, COLOURS[found["cell"].__name__], width=.8)
    return panel.caption(0, f"one line a unit ({memory.shape[1]})")


def norms_panel(found, T):
    """Total and direct path over the step looked back to, the inputs' dots, and the tanh RNN as a pale reference."""
    steps, colour, m = np.arange(T + 1), COLOURS[found["cell"].__name__], found["cell"].states[-1]
    curves = [found["total"], found["reference"], *([found["direct"]] if has_path(found) else [])]
    low, high = decades(np.clip(np.concatenate(curves), -60, None), step=5)
    panel = Panel((LEFT, 0), (WIDTH - LEFT, HEIGHT), (0, T), (low, high), "time step k", "norm", powers=True)
    panel.line(steps, found["reference"], PALE, width=3)
    panel.points(steps[1:], found["inputs"], "#555", radius=1.6)
    if has_path(found):
        panel.line(steps, found["direct"], colour, dash="6 4")
    panel.line(steps, found["total"], colour, width=3)
    direct = f"dashed: direct path, {at_start(found['direct'])}" if has_path(found) else "no direct path"
    panel.caption(2, f"thick: total ‖∂{m}_T/∂{m}_k‖, {at_start(found['total'])} at k = 0", colour)
    panel.caption(1, direct, colour)
    return panel.caption(0, f"dots: ‖∂{m}_T/∂x_k‖; pale: tanh RNN, {at_start(found['reference'])}", "#555")


def at_start(logs):
    return "0" if np.isneginf(logs[0]) else power(one_decimal(logs[0]))


def say_gates(found):
    """Half-life, reach and saturation in a sentence each."""
    T, reach = len(found["memory"]) - 1, found["reach"]
    parts = [half_life_words(found)]
    parts.append(f"Gradient ≥ 1/1000 reaches back to step {reach} ({T - reach} of {T} steps).")
    parts.append(f"First input: {plain(found['inputs'][0])}.")
    if found["saturated"] is not None:
        parts.append(f"Saturated gate values: {found['saturated']:.0%}.")
    return " ".join(parts)


def half_life_words(found):
    if found["half_life"] is None:
        return "No direct path."
    if found["cell"] is NoForgetLSTM:
        return "Half-life of the direct path: endless."
    middle, longest = np.median(found["half_life"]), found["half_life"].max()
    return f"Half-life of the direct path: {steps(middle)} (median unit), {steps(longest)} (longest)."


def steps(number):
    return f"{number:.1f} steps" if number < 100 else f"{number:.0f} steps"
