"""The memory of a counting unit, beside the stream that it reads (notebook 09)."""
import numpy as np
from matplotlib.axes import Axes

from ...ground.arguments import a, numbers, takes
from ..plotting import COLOURS, GATE_COLOURS


@takes(ax=a(Axes), stream=numbers("T"))
def plot_stream(ax, stream):
    """Draw a stream of ones, zeros and minus ones: a bar up for "count", a bar down for "start again"."""
    steps = np.arange(1, len(stream) + 1)
    for value, colour, word in ((1, "#0072B2", "1: count"), (-1, "#D55E00", "−1: start again")):
        ax.bar(steps[stream == value], stream[stream == value], width=.6, color=colour, label=word)
    ax.axhline(0, color="#777777", linewidth=1)
    ax.set(ylabel="input $x_t$", yticks=[-1, 0, 1], xlim=(-.5, len(stream) + .5), ylim=(-1.3, 1.3))
    ax.legend(loc="lower left", bbox_to_anchor=(0, .95), ncols=2)
    return ax


@takes(ax=a(Axes), c=numbers("T"))
def plot_memory(ax, c, **style):
    """Draw the cell state c_0 … c_T over the time steps; style: handed on to the line."""
    ax.plot(np.arange(len(c)), c, **({"color": COLOURS["LSTM"], "drawstyle": "steps-post"} | style))
    ax.set(xlabel="time step $t$", ylabel="memory $c_t$", xlim=(-.5, len(c) - .5))
    ax.label_outer()
    return ax


@takes(ax=a(Axes), c=numbers("T"), h=numbers("T"), stream=numbers("N"))
def plot_states(ax, c, h, stream):
    """Draw the memory c and the output h, (T+1,) each, of one unit, with the inputs (T,) written under the steps."""
    if not len(c) == len(h) == len(stream) + 1:
        raise ValueError(f"c has {len(c)} steps, h {len(h)} and stream {len(stream)}, expected T+1, T+1 and T")
    plot_memory(ax, c, drawstyle="default", marker="o", label="memory $c$")
    plot_memory(ax, h, drawstyle="default", marker="o", linestyle=":", label="output $h$")
    words = ["0", *(f"{t}\nx = {x:.0f}".replace("-", "−") for t, x in enumerate(stream, 1))]
    ax.set_xticks(range(len(c)), words)
    ax.set_ylabel("memory, output")
    ax.legend(loc="upper left")
    return ax


@takes(ax=a(Axes), i=numbers("T"), f=numbers("T"), o=numbers("T"))
def plot_gates(ax, i, f, o):
    """Draw the three gates over the steps 1 … T, each with its name at the right end, in the course's colours."""
    if not len(i) == len(f) == len(o):
        raise ValueError(f"i has {len(i)} steps, f {len(f)} and o {len(o)}, expected the same")
    steps = np.arange(1, len(i) + 1)
    for name, values, line, shift in (("f", f, "-", .05), ("i", i, "--", -.05), ("o", o, ":", 0)):
        ax.plot(steps, values, line, marker="o", color=GATE_COLOURS[name])
        ax.text(len(i) + .15, values[-1] + shift, name, color=GATE_COLOURS[name], va="center")
    ax.set(ylabel="gates", ylim=(-.05, 1.15))
    return ax
