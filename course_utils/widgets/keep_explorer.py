"""Notebook 20: what is left of a number after a lag, for gates that keep and write so much?"""
import numpy as np

from ..experiments.curves.keeping import LAGS, MEDIAN, MOST, SEED, UNITS, keep_curves
from ..figures.plotting import COLOURS, plt, powers_of_ten
from .controls import slider
from .explorer import Explorer

LINES = {  # colour, dashes: where two cells agree, both are seen
    "LSTM": (COLOURS["LSTM"], ()), "GRU, minGRU": (COLOURS["GRU"], ()), "minLSTM": (COLOURS["MinLSTM"], (7, 3)),
    "sLSTM": (COLOURS["SLSTM"], (2, 3)), "RG-LRU": (COLOURS["RGLRU"], (9, 3, 2, 3)),
    "tanh RNN": (COLOURS["TanhRNN"], ())}
PRESETS = {  # what differs from the first settings
    "an LSTM as it starts": {"nines": .3, "write": .5}, "keep long, write as much": {"nines": 3.0, "write": 1.0},
    "keep long, write little": {"nines": 3.0, "write": .04}}  # about √(1 − α²)


def keep_explorer():
    """Keep, write and lag on sliders: how much of one number is left in each cell, and how full its memory is.

    What is kept is moved on a scale of nines, −log₁₀(1 − α): α = .9 has one, α = .999 three.
    """
    controls = {"nines": slider(2.0, .3, 3.3, .05, "keep *α*", "nines"),
                "write": slider(.5, 0.0, 1.0, .01, "write *i*"), "lag": slider(100, 1, MOST, 1, "lag *T*", "steps")}

    def compute(settings):
        return keep_curves(1 - 10 ** -settings["nines"], settings["write"], settings["lag"])

    lines = {name: {"colour": colour, "dash": " ".join(map(str, dashes))} for name, (colour, dashes) in LINES.items()}
    data = {"lags": LAGS.tolist(), "most": MOST, "median": MEDIAN, "units": UNITS, "seed": SEED, "lines": lines}
    return Explorer("keep", "keep explorer", controls, compute, data=data, presets=PRESETS, still=draw_keeping)


def draw_keeping(found):
    """(figure, alternative text): left what is left over the lag, right the size of the memory, a line a cell."""
    fig, axes = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    now = np.log10(found["lag"])
    for ax, what, limits, label in zip(axes, ("left", "size"), ((-8, 0), (-3, 2)),
                                       (r"$\partial h_T/\partial x_0$", "size of the memory")):
        for name, cell in found["cells"].items():
            colour, dashes = LINES[name]
            with np.errstate(divide="ignore"):  # a memory into which nothing is written has no size
                curve = cell["left"] if what == "left" else np.log10(cell["size"])
            ax.plot(np.log10(found["lags"]), curve[:-1], color=colour, dashes=dashes or (1, 0), label=name)
        ax.axvline(now, color="#777777", linewidth=.8)
        ax.set(xlim=(0, 3), ylim=limits, xlabel="lag $T$ in steps", ylabel=label)
        powers_of_ten(ax.xaxis)
        powers_of_ten(ax.yaxis)
    axes[1].axhline(0, color="#777777", linestyle=":", linewidth=.8)
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=6)
    return fig, _described(found)


def _described(found):
    parts = [f"{name} {_power(cell['left'][-1])} and {cell['size'][-1]:.2g}" for name, cell in found["cells"].items()]
    return (f"Two panels over the lag, a line a cell, with α = {found['keep']:.4g} and i = {found['write']:.3g}: left "
            "what is left of one number, right the size of the memory. After "
            f"{found['lag']} steps these are: {', '.join(parts)}.")


def _power(log):
    return f"ten to the power {log:.1f}" if np.isfinite(log) else "nothing"
