"""Losses of trainings of several kinds, with a name for each kind (notebook 06)."""
from matplotlib.axes import Axes

from ...ground.arguments import a, having, some, table, takes
from ..plotting import COLOURS

CELLS = {"linear": "LinearRNN", "tanh": "TanhRNN", "sigmoid": "SigmoidRNN"}  # by the first word of a name
DASHES = "-", "--", ":"


@takes(ax=a(Axes), logs=table(some(having("iteration", "loss"))))
def plot_losses(ax, logs):
    """A line for each log of `logs` {name: list of logs} over the iterations. A kind whose name begins with a
    cell's has its colour; the others are tanh networks, told apart by their dashes. Returns ax."""
    for n, (name, same) in enumerate(logs.items()):
        cell = CELLS.get(name.split(",")[0])
        for log in same:
            ax.plot(log.iteration, log.loss, DASHES[0 if cell else n % 3], color=COLOURS[cell or "TanhRNN"],
                    linewidth=1.4, label=name if log is same[0] else None)
    ax.set(xlabel="iteration", ylabel="loss")
    ax.legend()
    return ax
