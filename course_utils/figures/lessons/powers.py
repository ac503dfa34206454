"""A measured curve with its spread over seeds (notebook 06)."""
import numpy as np
from matplotlib.axes import Axes

from ...ground.arguments import a, numbers, some, takes, texts

SMALL = slice(-5, None)  # of the curves, where their power is measured


@takes(ax=a(Axes), x=numbers("N"), values=numbers("S", "N"))
def plot_spread(ax, x, values, **style):
    """`values` (S, N) over x (N,), a row for each seed: their mean as a line and their range as a band. On an axis
    that is logarithmic already the mean is the geometric one. style: handed on to the line, its label too. Returns
    ax."""
    if values.shape[1] != len(x):
        raise ValueError(f"values has shape {values.shape} and x has shape {x.shape}, expected (S, N) and (N,)")
    if logarithmic := ax.get_yscale() == "log":
        if (values <= 0).any():
            raise ValueError(f"values holds {values.min()}, expected positive numbers on a logarithmic axis")
    mean = np.exp(np.log(values).mean(axis=0)) if logarithmic else values.mean(axis=0)
    line, = ax.plot(x, mean, **({"marker": "o", "markersize": 4} | style))
    ax.fill_between(x, values.min(axis=0), values.max(axis=0), color=line.get_color(), alpha=.15, linewidth=0)
    return ax


@takes(ax=a(Axes), cuts=numbers("N"), curves=some(numbers("S", "N")), names=texts)
def plot_powers(ax, cuts, curves, names):
    """Curves (S, N) over a falling number of cuts (N,) on two logarithmic axes, to be compared in pairs: a colour a
    pair, solid where a name says "random" or is the first of its pair, dashed otherwise. The legend has the power
    of `cuts` with which the last five points of each grow. Returns the powers."""
    if len(curves) != len(names) or len(cuts) < 5:
        raise ValueError(f"curves are {len(curves)}, names {len(names)} and cuts {len(cuts)}, expected as many names "
                         "as curves, and five cuts or more")
    ax.set(xscale="log", yscale="log", xlim=(.9 * cuts.min(), 1.1 * cuts.max()))
    powers = []
    for n, (curve, name) in enumerate(zip(curves, names)):
        powers.append(float(np.polyfit(np.log(cuts[SMALL]), np.log(curve[:, SMALL]).mean(axis=0), 1)[0]))
        plot_spread(ax, cuts, curve, color=("#0072B2", "#CC79A7")[n // 2 % 2], label=f"{name}: {powers[-1]:.2f}",
                    linestyle="--" if name.endswith("zero biases") or name == "orthogonal" else "-")
    ax.legend(loc="lower right")
    return powers
