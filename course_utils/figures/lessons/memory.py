"""What a memory holds from step to step (notebook 08): two units, one kept number, several memories beside a wanted
number, and the size of what piles up."""
import numpy as np
from matplotlib.axes import Axes

from ...ground.arguments import a, numbers, size, some, table, takes, texts
from ..plotting import COLOURS, plot_log_norms, powers_of_ten

MARK, NOISE = "#444444", "#6b6b6b"
DASHES = ("-", "--", "-.", ":")
APART = .33  # of two labels at the right, in powers of ten


@takes(axes=some(a(Axes)), deltas=numbers("T"))
def plot_starts(axes, deltas):
    """Five runs of two units over the numbers Δ_t, `deltas` (T,), from s_0 = −1, −½, 0, ½ and 1, a unit on each of two
    axes: s_t = tanh(s_{t−1} + Δ_t) overwrites, s_t = s_{t−1} + Δ_t accumulates. Returns axes."""
    if len(axes) != 2:
        raise ValueError(f"axes are {len(axes)}, expected two")
    for ax, unit, colour in zip(axes, ("overwriting", "accumulating"), (COLOURS["TanhRNN"], COLOURS["LinearRNN"])):
        states = [np.linspace(-1, 1, 5)]
        for delta in deltas:
            new = states[-1] + delta
            states.append(np.tanh(new) if unit == "overwriting" else new)
        ax.plot(np.array(states), color=colour, linewidth=1.2)
        ax.plot(np.zeros(5), states[0], "o", color=colour, markersize=4)
        ax.set(xlabel="time step $k$", ylabel="state $s_k$", xlim=(-1, len(deltas)))
        ax.set_title(f"{unit} unit", color=colour)
    return axes


@takes(axes=some(a(Axes)), value=numbers("T"), c=numbers("T"), h=numbers("T"), write=size(), read=size())
def plot_kept(axes, value, c, h, write, read):
    """Three strips over T steps: the values that come, the memory c and the output h, T numbers each, those of steps 1
    to T; dotted lines at the steps `write` and `read`. Raises ValueError unless there are three axes. Returns axes."""
    if len(axes) != 3 or not len(c) == len(h) == len(value):
        raise ValueError(f"axes are {len(axes)}, value has {len(value)} entries, c has {len(c)} and h has {len(h)}, "
                         "expected three axes and equally many entries")
    steps = np.arange(1, len(value) + 1)
    axes[0].plot(steps, value, "o-", markersize=3, color=NOISE, linewidth=.8)
    axes[1].step(steps, c, where="mid", color=COLOURS["NoForgetLSTM"])
    axes[2].step(steps, h, where="mid", color=COLOURS["NoForgetLSTM"])
    for ax, name in zip(axes, ("value $x_k$", "memory $c_k$", "output $h_k$")):
        ax.set_ylabel(name)
    for ax, step, name in ((axes[0], write, "write"), (axes[2], read, "read")):
        ax.axvline(step, color=MARK, linestyle=":")
        ax.text(step + 1, 1, name, transform=ax.get_xaxis_transform(), va="top")
    axes[2].set_xlabel("time step $k$")
    return axes


@takes(axes=some(a(Axes)), wanted=numbers("T"), held=some(numbers("T")), names=texts)
def plot_memories(axes, wanted, held, names):
    """A strip for each memory: what it holds (T,) as a line, what it should hold (T,) dashed, its name above. Raises
    ValueError if there are not as many axes and names as memories, or for other lengths. Returns axes."""
    if not len(axes) == len(held) == len(names) or any(len(c) != len(wanted) for c in held):
        raise ValueError(f"axes are {len(axes)}, names are {len(names)}, held is of {len(held)}, wanted has "
                         f"{len(wanted)} entries, expected axes, a name and as many entries for each memory")
    for ax, c, name in zip(axes, held, names):
        ax.plot(c, color=COLOURS["LSTM"], label="what the cell holds")
        ax.plot(wanted, color="black", linestyle="--", linewidth=1.1, label="what it should hold")
        ax.set_title(name, loc="left")
        ax.set_ylabel("$c_k$")
    for ax in axes[:1]:
        ax.legend(loc="lower right", bbox_to_anchor=(1, .98), ncols=2, borderaxespad=0)
    for ax in axes[-1:]:
        ax.set_xlabel("time step $k$")
    return axes


@takes(ax=a(Axes), logs=table(numbers("N", "T")))
def plot_totals(ax, logs):
    """A line through the mean of log10 norms (N, T + 1) of N networks for each name, with a band from the least to the
    most, over the time steps 0 … T; told apart by dashes and a legend. Returns ax."""
    for (name, each), dashes in zip(logs.items(), DASHES * len(logs)):
        plot_log_norms(ax, each.mean(axis=0), band=np.array([each.min(axis=0), each.max(axis=0)]),
                       color=COLOURS["NoForgetLSTM"], linestyle=dashes)
        ax.lines[-1].set_label(name)
    ax.legend(loc="upper right")
    return ax


@takes(ax=a(Axes), sizes=table(numbers("T")))
def plot_sizes(ax, sizes):
    """The size of a memory after step 0, 1, … T for each name, on two logarithmic axes, where c ~ kᵖ is a straight line
    of slope p; the name and the slope p over the steps from 10 on stand at the right end of the line. Returns ax.
    Raises ValueError for fewer than 12 sizes of one name, or one that is not above 0 from step 1 on."""
    lowest = -np.inf
    for (name, c), dashes in sorted(zip(sizes.items(), DASHES * len(sizes)), key=lambda line: line[0][1][-1]):
        if len(c) < 12 or c[1:].min() <= 0:
            raise ValueError(f"sizes has {len(c)} numbers for {name}, least {c.min()}, expected 12 or more above 0")
        steps, logs = np.log10(np.arange(1, len(c))), np.log10(c[1:])
        slope = np.polyfit(steps[9:], logs[9:], 1)[0]
        ax.plot(steps, logs, dashes, color=COLOURS["NoForgetLSTM"])
        lowest = max(logs[-1], lowest + APART)
        ax.text(steps[-1] + .04, lowest, f"{name}: $\\propto k^{{{slope:.1f}}}$", va="center")
    for axis in (ax.xaxis, ax.yaxis):
        powers_of_ten(axis)
    ax.set(xlabel="time step $k$", ylabel="size of $c_k$ (rms)")
    return ax
