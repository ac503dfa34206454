"""What notebook 17 draws of its measurements: totals from three starts, forget gates in training."""
import numpy as np
from matplotlib.axes import Axes

from ...ground.arguments import a, numbers, some, takes, text
from ..plotting import COLOURS, powers_of_ten

SHADES = "#f2a268", "#D55E00", "#a04700", "#5c2900"  # of the LSTM's colour, a forget bias each


@takes(ax=a(Axes), tanh=some(numbers("N")), lstm=some(numbers("b", "N")), starts=some(text), biases=some(a(int)))
def plot_totals(ax, tanh, lstm, starts, biases):
    """A dot for every network's log10 ‖∂s_T/∂s_0‖, in columns: for each start the tanh RNNs and the LSTMs of each
    forget bias. tanh: (N,) for each start; lstm: (biases, N)."""
    if not len(tanh) == len(lstm) == len(starts) or any(len(found) != len(biases) for found in lstm):
        raise ValueError(f"tanh has {len(tanh)} starts, lstm has {len(lstm)}, starts has {len(starts)} names, biases "
                         f"has {len(biases)}: expected as many starts, and a row of lstm for each bias")
    width, places, names = len(biases) + 2, [], []
    for n, (plain, gated) in enumerate(zip(tanh, lstm)):
        columns = [("tanh RNN", plain, COLOURS["TanhRNN"])]
        columns += [(f"LSTM, $b_f={b}$", logs, SHADES[k % 4]) for k, (b, logs) in enumerate(zip(biases, gated))]
        for k, (name, logs, colour) in enumerate(columns):
            ax.plot(np.full(len(logs), n * width + k), logs, "o", color=colour, markersize=4, alpha=.7)
            places.append(n * width + k)
            names.append(name)
        ax.text(n * width + len(biases) / 2, 1.02, starts[n], ha="center", transform=ax.get_xaxis_transform())
    ax.axhspan(-1, 1, color="#000000", alpha=.07, linewidth=0)
    ax.set_xticks(places, names, fontsize=9, rotation=45, ha="right", rotation_mode="anchor")
    ax.set_ylabel(r"$\Vert\partial s_{60}/\partial s_0\Vert$")
    powers_of_ten(ax.yaxis)
    return ax


@takes(ax=a(Axes), batches=numbers("n"), gates=numbers("b", "N", "n"), biases=some(a(int)))
def plot_gates(ax, batches, gates, biases):
    """A line a network: the mean of its forget gates over the batches of training; a colour, a marker and a dash for
    each bias."""
    if gates.shape[0] != len(biases) or gates.shape[2] != len(batches):
        raise ValueError(f"gates has shape {gates.shape}, biases has {len(biases)} and batches {len(batches)} entries, "
                         "expected (biases, N, batches)")
    for k, (bias, lines) in enumerate(zip(biases, gates)):
        ax.plot(batches, lines.T, ("o-", "s--", "^-")[k % 3], color=SHADES[(k + 1) % 4], markersize=5, alpha=.8)
        ax.annotate(f"forget bias {bias}", (batches[-1], lines[:, -1].mean()), xytext=(9, 0), va="center",
                    textcoords="offset points", color=SHADES[(k + 1) % 4])
    ax.set(xlabel="batches of training", ylabel="mean of all forget gates", ylim=(.5, 1.02))
    ax.margins(x=.02)
    return ax
