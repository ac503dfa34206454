"""Digits as pictures and as what a network meets, a pixel a step (notebook 13)."""
from matplotlib.axes import Axes

from ...ground.arguments import a, numbers, some, takes, whole

PIXELS = 64


@takes(axes=some(a(Axes)), x=numbers("T", "N"), answers=whole("N", least=0, most=9))
def plot_digits(axes, x, answers):
    """N pictures of 8 × 8 pixels, and beside each the same sequence x (T, N) over the steps, T ≥ 64, blank steps after
    the 64 pixels, and the class at the end. axes: 2 N of them, for each digit that of its picture and that of its
    sequence; a line stands where the picture ends. Returns axes."""
    if len(axes) != 2 * x.shape[1] or len(answers) != x.shape[1] or len(x) < PIXELS:
        raise ValueError(f"x has shape {x.shape}, axes are {len(axes)} and answers are {len(answers)}, expected 64 "
                         "steps or more, two axes and an answer for each sequence")
    for picture, line, values, answer in zip(axes[::2], axes[1::2], x.T, answers):
        picture.imshow(values[:PIXELS].reshape(8, 8), cmap="gray_r")
        picture.axis("off")
        line.plot(values, color="#444444", linewidth=1)
        line.axvline(PIXELS, color="#bbbbbb", linewidth=1, zorder=0)
        line.text(len(x) + .5, .4, str(answer), fontsize="large")
        line.set(xlim=(0, len(x)), yticks=[], xticks=[])
    axes[1::2][len(answers) // 2].set_ylabel("grey value")
    for line in axes[-1:]:
        line.set(xlabel="time step $k$", xticks=(0, PIXELS, len(x)))
    return axes
