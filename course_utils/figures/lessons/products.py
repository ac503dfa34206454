"""How products grow and shrink: of numbers, beside their bounds, over gain and length (notebook 04)."""
import numpy as np
from matplotlib.axes import Axes

from ...ground.arguments import a, numbers, real, takes
from ..plotting import BOUND, COLOURS, plot_log_norms, powers_of_ten

LEVELS = (-6, -3, -1, 1, 3)  # powers of ten that get a line on the map


@takes(ax=a(Axes), factors=numbers("n", "N"))
def plot_running_products(ax, factors):
    """Draw ln of the product of the first 0, 1 … n factors, in nats, for N products, and their mean as a thick line.

    factors: (n, N), all above 0. Returns ax; raises ValueError for a factor that is not positive.
    """
    if factors.min() <= 0:
        raise ValueError(f"factors has {factors.min():g} among its entries, expected numbers above 0")
    sums = np.vstack([np.zeros(factors.shape[1]), np.cumsum(np.log(factors), axis=0)])
    ax.plot(sums, color=COLOURS["LinearRNN"], linewidth=.8, alpha=.3)
    ax.plot(sums.mean(axis=1), color=BOUND, linewidth=2.5)
    rate = f"{sums[-1].mean() / len(factors):+.2f}".replace("-", "−")
    ax.annotate(f"mean of {factors.shape[1]}:\n{rate} nats a step", (len(factors), sums[-1].mean()), xytext=(6, 0),
                va="center", textcoords="offset points", annotation_clip=False)
    ax.axhline(0, color="#777777", linewidth=1, linestyle="--")
    ax.set(xlabel="number of factors $n$", ylabel="ln of the product (nats)")
    return ax


@takes(ax=a(Axes), log_norms=numbers("T", finite=False), sigma=real(above=0), rho=real(above=0))
def plot_bounds(ax, log_norms, sigma, rho):
    """Draw measured log10 ‖∂h_T/∂h_k‖ (T+1,) of a tanh network, the bound σⁿ (dashed) and ρⁿ (dotted), n = T − k.

    sigma: γσ_max of the network, rho: the spectral radius of its W_h. Returns ax.
    """
    n = np.arange(len(log_norms) - 1, -1, -1)
    plot_log_norms(ax, n * np.log10(sigma), color=BOUND, linestyle="--", label=r"bound $(\gamma\sigma_\max)^n$")
    plot_log_norms(ax, n * np.log10(rho), color="#777777", linestyle=":", label=r"$\rho^n$")
    plot_log_norms(ax, log_norms, color=COLOURS["TanhRNN"], linewidth=2.5, label="measured")
    ax.set_ylabel(r"$\Vert\partial h_T/\partial h_k\Vert$")
    return ax


@takes(ax=a(Axes), log_sizes=numbers("G", "n"), gains=numbers("G"))
def plot_gain_map(ax, log_sizes, gains):
    """Draw a map of log10 sizes (gains, n + 1) for 0 … n steps back, time running to the right; lines join settings
    that leave the same power of ten. gains: (gains,), rising. Returns ax; raises ValueError for other shapes."""
    if log_sizes.shape[0] != len(gains) or min(log_sizes.shape) < 2:
        raise ValueError(f"log_sizes has shape {log_sizes.shape}, gains has shape {gains.shape}, expected "
                         "(gains, n + 1) and (gains,), two of each at least")
    back = np.arange(log_sizes.shape[1])
    mesh = ax.pcolormesh(back, gains, log_sizes, cmap="RdBu_r", vmin=-10, vmax=10, shading="nearest")
    lines = ax.contour(back, gains, log_sizes, levels=LEVELS, colors="black", linewidths=.8)
    ax.clabel(lines, fmt=lambda level: f"$10^{{{level:.0f}}}$", fontsize=9)
    bar = ax.figure.colorbar(mesh, ax=ax, extend="both", label=r"size of $\partial h_T/\partial h_{T-n}$")
    powers_of_ten(bar.ax.yaxis)
    ax.set(xlabel="steps back $n$", ylabel="gain of the recurrent weights")
    ax.invert_xaxis()
    ax.grid(False)
    return ax
