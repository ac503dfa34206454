"""How numbers and tables are written in README.md."""
import numpy as np

from benchmarks.shared.earlier import COMMIT
from benchmarks.shared.timing import geometric_mean

PEERS = {"torch": "PyTorch", "jax": "JAX", "autograd": "autograd"}
SIDES = {"ours": "ours"} | {name: PEERS[name] for name in ("torch", "jax")}  # without autograd


def table(heads, rows):
    """A table in Markdown; a head that starts with ">" stands over numbers, to the right."""
    lines = [[head.removeprefix(">") for head in heads], ["--:" if head[:1] == ">" else "---" for head in heads], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def folded(summary, text):
    """A long text under one line that opens it."""
    return f"<details>\n<summary>{summary}</summary>\n\n{text}\n\n</details>"


def ratio(row, above, below="ours"):
    """How many times the time of one contender another one takes."""
    return row["times"][above] / row["times"][below]


def against_before(rows):
    """A sentence on the earlier commit's times, for rows that have them."""
    ratios = [ratio(row, "before") for row in rows if "before" in row["times"]]
    if not ratios:
        return "The earlier commit was not there to be measured."
    return (f"Geometric mean of our time at commit {COMMIT} / now: **{geometric_mean(ratios):.2f}**; "
            f"least of all rows: {min(ratios):.2f}.")


def before(row):
    """The earlier commit's time in a table, a dash where it was not measured."""
    return ms(row["times"]["before"]) if "before" in row["times"] else "–"


def shape(row):
    return ", ".join(map(str, row["shape"]))


def ms(seconds):
    return digits(1e3 * seconds)


def digits(number):
    """Three significant digits, without an exponent."""
    return np.format_float_positional(number, 3, fractional=False, trim="-")
