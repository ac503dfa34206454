"""The cobweb of one unit: how its state moves from step to step (notebooks 04, 06 and 07)."""
import numpy as np
from matplotlib.axes import Axes

from ...ground.arguments import a, function, numbers, real, size, takes


@takes(ax=a(Axes), step=function, start=real(), n=size(), low_high=numbers(2))
def plot_cobweb(ax, step, start, n, low_high, **style):
    """Draw n steps of h_t = step(h_{t−1}) from `start` as stairs between the curve of `step` and the diagonal.

    From (h_{t−1}, h_t) on the curve the stairs go level to the diagonal, then up or down to the curve again. The unit
    settles where the curve crosses the diagonal; the slope of the curve there is the factor ∂h_t/∂h_{t−1}.
    step: takes and returns an array. low_high: the range of both axes. style: handed on to the stairs. Returns ax.
    """
    low, high = low_high
    if not ax.lines:
        plot_step(ax, step, low, high)
    h = [float(start)]
    for _ in range(n):
        h.append(float(step(np.array(h[-1]))))
    across, up = np.repeat(h, 2)[:-1], np.append(low, np.repeat(h, 2)[2:])
    ax.plot(across, up, **({"color": "#D55E00", "linewidth": 1.2} | style))
    ax.plot(h[0], low, "o", color=style.get("color", "#D55E00"), clip_on=False)
    return ax


def plot_step(ax, step, low, high):
    """The curve h_t = step(h_{t−1}) and the diagonal, on square axes."""
    h = np.linspace(low, high, 400)
    ax.plot(h, step(h), color="black", label="one step")
    ax.plot([low, high], [low, high], color="#777777", linewidth=1, linestyle="--", label="$h_t = h_{t-1}$")
    ax.set(xlabel="$h_{t-1}$", ylabel="$h_t$", xlim=(low, high), ylim=(low, high), aspect="equal")
    return ax
