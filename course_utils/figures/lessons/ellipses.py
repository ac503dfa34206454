"""What a two-by-two matrix and its powers do to the unit circle (notebook 04)."""
import numpy as np
from matplotlib.axes import Axes

from ...ground.arguments import a, numbers, size, some, takes

ANGLES = np.linspace(0, 2 * np.pi, 400)
CIRCLE = np.array([np.cos(ANGLES), np.sin(ANGLES)])  # (2, 400)
STRETCH, KEPT = "#D55E00", "#009E73"  # colours of σ_max and of what an eigenvector becomes
APART = 2.6  # between the ellipses of two powers


@takes(ax=a(Axes), matrix=numbers(2, 2))
def plot_ellipse(ax, matrix):
    """Draw the unit circle (dashed) and its image under v ↦ J v, with two arrows: the longest half-axis, of length
    σ_max, and what becomes of a real eigenvector of length 1, if there is one: |λ| long for the largest |λ|.

    matrix: J (2, 2). The two lengths are written above the axes. Returns ax.
    """
    ax.plot(*CIRCLE, "--", color="#777777", linewidth=1)
    ax.plot(*(matrix @ CIRCLE), color="black")
    axes, sizes, _ = np.linalg.svd(matrix)
    _arrow(ax, axes[:, 0] * sizes[0], STRETCH, 5)
    values, vectors = np.linalg.eig(matrix)
    largest = np.argmax(abs(values))
    if np.isreal(values[largest]):
        _arrow(ax, (values[largest] * vectors[:, largest]).real, KEPT, 2)
    for side, said, tint in (("left", rf"$\sigma_\max$ = {sizes[0]:.2f}", STRETCH),
                             ("right", rf"$\rho$ = {abs(values[largest]):.2f}", KEPT)):
        ax.set_title(said, loc=side, color=tint)
    ax.set(aspect="equal", xlabel="change of unit 1", ylabel="change of unit 2")
    return ax


def _arrow(ax, tip, colour, width):
    """An arrow from the origin, turned upwards or to the right, as it may point either way."""
    tip = tip * (-1 if (tip[1], tip[0]) < (0, 0) else 1)
    ax.annotate("", tip, (0, 0), arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": width, "shrinkA": 0,
                                             "shrinkB": 0})


@takes(ax=a(Axes), matrix=numbers(2, 2), powers=some(size(0, 1000)))
def plot_powers(ax, matrix, powers):
    """Draw the images of the unit circle under J⁰, J¹, J² … side by side, each at its place on the x-axis.

    matrix: J (2, 2). powers: the exponents n, written below. Above each ellipse ‖Jⁿ‖, its longest half-axis.
    Returns ax.
    """
    for place, n in enumerate(powers):
        power = np.linalg.matrix_power(matrix, n)
        x, y = power @ CIRCLE
        ax.plot(x + APART * place, y, color="black")
        ax.text(APART * place, y.max() + .15, f"{np.linalg.norm(power, 2):.2f}", ha="center", color=STRETCH)
    ax.set_xticks(APART * np.arange(len(powers)), [str(n) for n in powers])
    ax.set(aspect="equal", xlabel="number of steps $n$", ylabel="change of unit 2")
    ax.margins(y=.12)
    return ax


@takes(ax=a(Axes), matrix=numbers(2, 2), n_steps=size(most=1000))
def plot_power_norms(ax, matrix, n_steps):
    """Draw ‖Jⁿ‖ for n = 0 … n_steps on a log axis, between ρⁿ (dotted) and σ_maxⁿ (dashed, until it leaves the axes).

    matrix: J (2, 2). Returns ax.
    """
    n = np.arange(n_steps + 1)
    norms = [np.linalg.norm(np.linalg.matrix_power(matrix, k), 2) for k in n]
    sigma, rho = np.linalg.norm(matrix, 2), abs(np.linalg.eigvals(matrix)).max()
    ax.plot(n, norms, color="black", linewidth=2.5, label=r"$\Vert J^n\Vert$")
    ax.plot(n, rho ** n, ":", color=KEPT, label=r"$\rho^n$")
    ax.set_yscale("log")
    limits = ax.get_ylim()
    ax.plot(n, sigma ** n, "--", color=STRETCH, label=r"$\sigma_\max^n$")
    ax.set(xlabel="number of steps $n$", ylabel="norm", ylim=(limits[0], 10 * limits[1]))
    ax.legend(loc="upper right")
    return ax
