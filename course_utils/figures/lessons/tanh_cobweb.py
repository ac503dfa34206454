"""The cobweb of one tanh unit and the slope at which it settles (notebook 04)."""
import numpy as np
from matplotlib.axes import Axes

from ...ground.arguments import a, real, size, takes
from .cobweb import plot_cobweb

LOW, HIGH = -.3, 1.15


@takes(ax=a(Axes), w=real(-20, 20), start=real(-1, 1), n=size(most=10_000))
def plot_tanh_cobweb(ax, w, start=.4, n=100):
    """Draw n steps of h_t = tanh(w h_{t−1}) from `start` as a cobweb, and the tangent where they end.

    The slope of the tangent, w (1 − h²) at the point (h_{t−1}, h) reached last, is the factor ∂h_t/∂h_{t−1}; it is
    written above the axes. Returns ax.
    """
    plot_cobweb(ax, lambda h: np.tanh(w * h), start, n, np.array([LOW, HIGH]))
    before = start
    for _ in range(n):
        before = np.tanh(w * before)
    after = np.tanh(w * before)
    slope = w * (1 - after ** 2)
    run = .35 / np.hypot(1, slope) * np.array([-1, 1])
    ax.plot(before + run, after + slope * run, color="#009E73", linewidth=3, label="tangent", zorder=1)
    ax.set_title(f"$w$ = {w:g}: slope {slope:.2f}")
    return ax
