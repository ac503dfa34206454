"""Notebook 01: how much gradient crosses a gap of so many words?"""
from ..experiments.curves.gap import gap_curves
from ..figures.plotting import COLOURS, PALE, plot_log_norms, plt
from .controls import slider
from .explorer import Explorer

H, SEEDS, MOST = 32, 8, 80
START = .58  # PyTorch's: entries uniform on ±1/√H have variance 1/(3H)


def gap_explorer():
    """Notebook 01: how much gradient crosses a gap of so many words, for so large recurrent weights?"""
    def compute(settings):
        return gap_curves(settings["gap"], settings["gain"], H, SEEDS)

    controls = {"gap": slider(50, 1, MOST, 1, "gap", "words"), "gain": slider(START, .3, 2.3, .02, "gain", "/ √*H*")}
    data = {"H": H, "seeds": SEEDS, "most": MOST, "colour": COLOURS["TanhRNN"]}
    return Explorer("gap", "gap explorer", controls, compute, data=data, still=draw_gap)


def draw_gap(curves):
    """(figure, alternative text): a pale curve for each draw of the weights, their mean in colour; the cause is on the
    left."""
    fig, ax = plt.subplots(figsize=(8, 3.2))
    ax.plot(curves, color=PALE, linewidth=.8, label=["one random network"] + [None] * (curves.shape[1] - 1))
    plot_log_norms(ax, curves.mean(axis=1), color=COLOURS["TanhRNN"], linewidth=2.5).lines[-1].set_label("their mean")
    ax.legend(loc="lower right")
    ax.set(xlabel="time step $k$", ylabel=r"size of $\partial h_T/\partial h_k$")
    return fig, (f"Gradient norm over {len(curves) - 1} words; about ten to the power {curves[0].mean():.0f} reaches "
                 "the cause.")
