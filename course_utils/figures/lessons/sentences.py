"""Networks that read sentences with a gap: who learns which gap, how far the gradient reaches, and whom the verb
follows (notebook 14)."""
import numpy as np
from matplotlib.axes import Axes

from ...ground.arguments import a, mapping, numbers, real, size, some, takes, text
from ..plotting import COLOURS, plot_runs

STYLES = {"tanh RNN": (COLOURS["TanhRNN"], "-"), "LSTM, forget bias 1": (COLOURS["LSTM"], ":"),
          "LSTM, forget bias 3": (COLOURS["LSTM"], "-"), "GRU": (COLOURS["GRU"], "-")}
PULLS = {"subject": "#882255", "nearest": "#7a7a1f"}  # the two nouns of a sentence


@takes(axes=some(a(Axes)), rows=some(mapping), kind=text, guess=real(0, 1))
def plot_gaps(axes, rows, kind, guess):
    """Two axes, one above the other. The upper one: the share of right sentences of a kind over the gap, a line for
    each network, and the most that is right without memory (`guess`). The lower one: the reach of the gradient after
    training, and what is needed. rows: as `name_sentences` returns them."""
    for row in rows:
        if missing := [name for name in ("name", "kind", "gap", "wrong", "reach_last", "needed") if name not in row]:
            raise ValueError(f"rows lack {', '.join(missing)}, one holds {', '.join(map(str, row))}")
    if len(axes) != 2:
        raise ValueError(f"axes holds {len(axes)}, expected two")
    same, grey = [row for row in rows if row["kind"] == kind], {"color": "black", "linewidth": .8, "linestyle": "--"}
    if not same:
        raise ValueError(f"kind is {kind!r}, and no row is of this kind")
    for ax, y in zip(axes, (lambda row: 1 - row["wrong"], lambda row: row["reach_last"])):
        plot_runs(ax, same, "gap", y, STYLES)
    axes[0].axhline(guess, **grey)
    axes[0].text(0, guess + .025, "no memory", fontsize=9)
    axes[0].set(title=kind, ylim=(0, 1.05), ylabel="share of sentences right")
    needed = sorted({(row["gap"], row["needed"]) for row in same})
    axes[1].plot(*zip(*needed), **grey)
    axes[1].annotate("needed", needed[-1], (-8, 0), textcoords="offset points", ha="right", fontsize=9)
    axes[1].set(ylim=(0, None), ylabel="reach after training, words", xlabel="gap, words")
    return axes


@takes(ax=a(Axes), rows=some(mapping))
def plot_pulls(ax, rows):
    """By how much a plural subject, and a plural nearest noun, raise the log-odds of *go* against *goes*, over the
    first 1,000 batches read: a line for each network and noun. rows: of data/story_readers.csv."""
    for row in rows:
        if missing := [name for name in ("seed", "batch", *PULLS) if name not in row]:
            raise ValueError(f"rows lack {', '.join(missing)}, one holds {', '.join(map(str, row))}")
    if not rows:
        raise ValueError("rows is empty, expected those of some networks")
    for name, label in (("subject", "the subject"), ("nearest", "the noun nearest to the verb")):
        for k, seed in enumerate(sorted({row["seed"] for row in rows})):
            same = [row for row in rows if row["seed"] == seed and row["batch"] <= 1000]
            ax.plot([row["batch"] for row in same], [row[name] for row in same], "o-", color=PULLS[name], markersize=3,
                    linewidth=1.2, label="_" if k else label)
    ax.axhline(0, color="black", linewidth=.8)
    ax.set(xlim=(-10, 1010), xlabel="batches read", ylabel="pull on the verb, nats")
    ax.legend(loc="upper left", title="pull of")
    return ax


@takes(ax=a(Axes), whole=real(0, 1), without=numbers("H"), chance=real(0, 1), marked=some(size(0)))
def plot_without(ax, whole, without, chance, marked):
    """A dot for each unit: the share of right answers with that unit silent; lines for all units (`whole`) and for
    guessing. marked: the units whose numbers are written."""
    if max(marked) >= len(without):
        raise ValueError(f"marked holds {max(marked)}, expected numbers of {len(without)} units")
    ax.axhline(whole, color="#444444", linewidth=.8)
    ax.axhline(chance, color="#444444", linewidth=.8, linestyle="--")
    ax.text(len(without), chance + .01, "guessing", ha="right", fontsize=9)
    ax.plot(without, "o", color=COLOURS["LSTM"], markersize=4)
    for unit in marked:
        left = unit > len(without) / 2
        ax.annotate(f"unit {unit}", (unit, without[unit]), (-7 if left else 7, -3), textcoords="offset points",
                    ha="right" if left else "left", fontsize=9)
    ax.text(0, whole - .03, "line: no unit silent", va="top", fontsize=9)
    ax.set(xlim=(-1, len(without)), ylim=(min(chance, np.min(without)) - .05, 1.02), xlabel="unit that is silent",
           ylabel="share right")
    return ax
