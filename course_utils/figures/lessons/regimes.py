"""Runs of one unit that settle in different places (notebook 04)."""
from matplotlib.axes import Axes

from ...ground.arguments import a, numbers, takes
from ..plotting import COLOURS


@takes(ax=a(Axes), states=numbers("T", "B"), rates=numbers("B"))
def plot_regimes(ax, states, rates):
    """Draw the states h_0 … h_T of B runs of a tanh unit, (T+1, B), those that end above 0 solid and the others
    dashed, and write inside of each group how many they are and their mean λ₁, in nats a step.

    rates: λ₁ of each run (B,). Returns ax; raises ValueError unless there is a rate for each run.
    """
    if len(rates) != states.shape[1]:
        raise ValueError(f"rates has shape {rates.shape}, states has shape {states.shape}, expected (B,) and (T+1, B)")
    above = states[-1] > 0
    for mine, dashes in ((above, "-"), (~above, "--")):
        if mine.any():
            ax.plot(states[:, mine], dashes, color=COLOURS["TanhRNN"], linewidth=1)
            said = f"{mine.sum()} runs, $\\lambda_1$ = {rates[mine].mean():.2f}".replace("-", "−")
            ax.text(len(states) - 1, .72 * states[-1, mine].mean(), said, ha="right", va="center")
    ax.axhline(0, color="#777777", linewidth=1)
    ax.set(xlabel="time step $t$", ylabel="state $h_t$")
    return ax
