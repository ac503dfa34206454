"""The gates of one LSTM unit with the numbers of its run, on the whole cell and alone (notebook 09).

A run is everywhere four arrays: weights (4, 3), u, w and b of i, f, g and o; stream (T,), the inputs; states (2, T+1),
h and c; gates (4, T), i, f, g and o.
"""
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from ...ground.arguments import a, among, numbers, size, some, takes
from ..diagrams import gate_flow, lstm_module

ORDER, STAGES = "ifgo", ("inputs", "weighted sum", "gate value", "result")
RUN = {"weights": numbers(4, 3), "stream": numbers("T"), "states": numbers(2, "T"), "gates": numbers(4, "T")}


def stage(name, value):
    """(step, stage 0 … 3)."""
    if not isinstance(value, tuple) or len(value) != 2:
        raise ValueError(f"{name} is {value!r}, expected a step and a stage")
    size(1)(name, value[0])
    return size(0, 3)(name, value[1])


@takes(gate=among(*ORDER), t=size(1), **RUN)
def gate_numbers(gate, t, weights, stream, states, gates):
    """What `gate_flow` prints for a gate at step t: its inputs, weights, weighted sum, value, and what it acts on."""
    (u, w, b), x, h_prev, c_prev, h, c = _state(gate, t, weights, stream, states, gates)
    i, f, g, _ = gates[:, t - 1]
    acts_on = {"f": ("$c_{t-1}$", c_prev, "$f_t c_{t-1}$", f * c_prev, "×"), "i": ("$g_t$", g, "$i_t g_t$", i * g, "×"),
               "g": ("$i_t$", i, "$i_t g_t$", i * g, "×"), "o": (r"$\tanh c_t$", np.tanh(c), "$h_t$", h, "×")}
    return {"x": x, "h_prev": h_prev, "u": u, "w": w, "b": b, "a": u * x + w * h_prev + b,
            "value": gates[ORDER.index(gate), t - 1], "acts_on": acts_on[gate]}


def _state(gate, t, weights, stream, states, gates):
    T = len(stream)
    if states.shape[1] != T + 1 or gates.shape[1] != T or t > T:
        raise ValueError(f"t is {t}, stream has {T} steps, states {states.shape[1]}, gates {gates.shape[1]}; expected "
                         "t ≤ T, and T, T + 1 and T steps")
    return weights[ORDER.index(gate)], stream[t - 1], states[0, t - 1], states[1, t - 1], states[0, t], states[1, t]


@takes(gate=among(*ORDER), t=size(1), rows=some(stage), **RUN)
def gate_page(gate, t, rows, weights, stream, states, gates):
    """A figure: the whole cell with one gate lit, its value and the states of step t; below it the gate alone, one row
    for each (step, stage) of `rows`, with the stages of `gate_flow`."""
    run = weights, stream, states, gates
    _, x, h_prev, c_prev, h, c = _state(gate, t, *run)
    alone = [gate_numbers(gate, step, *run) for step, _ in rows]
    heights = [4] + [1.3] * len(rows)
    fig, axes = plt.subplots(len(heights), 1, figsize=(8.5, sum(heights)), height_ratios=heights, squeeze=False)
    lstm_module(axes[0, 0], lit=gate, values={"x": x, "h_prev": h_prev, "c_prev": c_prev, "c": c, "h": h,
                                              gate: gates[ORDER.index(gate), t - 1]})
    for ax, found, (_, reached) in zip(axes[1:, 0], alone, rows):
        gate_flow(ax, gate, found, reached)
    return fig


@takes(ax=a(Axes), gate=among(*ORDER), t=size(1), reached=size(0, 3), **RUN)
def draw_stage(ax, gate, t, reached, weights, stream, states, gates):
    """Draw a gate at step t up to a stage; returns a sentence that says what is to be seen."""
    found = gate_numbers(gate, t, weights, stream, states, gates)
    gate_flow(ax, gate, found, reached)
    value = {2: f" {found['value']:.2f}", 3: f" {found['acts_on'][3]:.2f}"}.get(reached, "")
    return f"Gate {gate} at step {t}, input {found['x']:.0f}: {STAGES[reached]}{value}"
