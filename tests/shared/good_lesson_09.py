"""Good arguments of what notebook 09 computes, draws and plays."""
import numpy as np
from matplotlib.figure import Figure

from course_utils.experiments.lessons.counter import WEIGHTS, count
from course_utils.figures.lessons.counting import plot_gates, plot_memory, plot_states, plot_stream
from course_utils.figures.lessons.gate_page import draw_stage, gate_numbers, gate_page
from course_utils.widgets.gate_player import gate_player

STREAM, C = np.array([1.0, -1.0]), np.array([0.0, .7, .1])


def run(**more):
    return lambda: {"gate": "f", **more, "weights": WEIGHTS, "stream": STREAM, "states": np.stack([C / 2, C]),
                    "gates": np.full((4, 2), .5)}


def drawing(**more):
    return lambda: {"ax": Figure().add_subplot(), **more}


GOOD = {
    count: lambda: {"stream": STREAM, "open_gates": "fo"},
    plot_stream: drawing(stream=STREAM), plot_memory: drawing(c=C),
    plot_states: drawing(c=C, h=C / 2, stream=STREAM), plot_gates: drawing(i=C, f=C, o=C),
    gate_numbers: run(t=2), gate_page: run(t=2, rows=[(1, 3), (2, 0)]), gate_player: run(steps=[1]),
    draw_stage: lambda: {"ax": Figure().add_subplot(), **run(t=2, reached=3)()},
}
RECORDS = set()
