"""How the gate explorer looks where no widget is live."""
import numpy as np

from ..experiments.curves.gates import CANDIDATE
from ..figures.plotting import COLOURS, GATE_COLOURS, PALE, plot_log_norms, plt


def draw_gates(found):
    """(figure, alternative text): left the gates and the memory over time, right the gradient norms."""
    fig, axes = plt.subplot_mosaic([["gates", "norms"], ["memory", "norms"]], figsize=(9, 3.8), width_ratios=[3, 4])
    name, m, T = found["cell"].__name__, found["cell"].states[-1], len(found["memory"]) - 1
    draw_gate_values(axes["gates"], found)
    axes["memory"].plot(found["memory"], color=COLOURS[name], linewidth=.8)
    axes["memory"].set(xlabel="time step $t$", ylabel=f"memory ${m}$")
    draw_norms(axes["norms"], found)
    direct = "" if found["direct"] is None else f", the direct path ten to the power {found['direct'][0]:.0f}"
    return fig, (f"{name}: gates and memory over {T} steps, and gradient norms; at step 0 the total is about ten to "
                 f"the power {found['total'][0]:.0f}{direct}, the tanh RNN's "
                 f"ten to the power {found['reference'][0]:.0f}.")


def draw_gate_values(ax, found):
    """Each gate's mean over the units, and their range as a band."""
    for name, values in found["gates"].items():
        if name not in (*CANDIDATE, "a"):
            steps, low, high = np.arange(1, len(values) + 1), values.min(axis=1), values.max(axis=1)
            ax.fill_between(steps, low, high, color=GATE_COLOURS[name], alpha=.18, linewidth=0)
            ax.plot(steps, values.mean(axis=1), color=GATE_COLOURS[name], label=f"${name}$")
    ax.set(ylim=(-.02, 1.02), ylabel="gates")
    if found["saturated"] is not None:
        ax.legend(ncols=3, loc="upper right")


def draw_norms(ax, found):
    """Total and direct path over the step looked back to, the inputs' dots, and the tanh RNN, pale."""
    colour = COLOURS[found["cell"].__name__]
    ax.plot(found["reference"], color=PALE, linewidth=2.5, label="tanh RNN")
    ax.plot(np.arange(1, len(found["inputs"]) + 1), found["inputs"], ".", color="#555555", markersize=2, label="inputs")
    if found["direct"] is not None:
        ax.plot(found["direct"], "--", color=colour, label="direct path")
    plot_log_norms(ax, found["total"], color=colour, linewidth=2.5).lines[-1].set_label("total")
    ax.set_ylabel("norm")
    ax.legend(loc="lower right")
