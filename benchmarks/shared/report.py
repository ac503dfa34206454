"""How numbers and tables are written in README.md."""
import numpy as np

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


def shape(row):
    return ", ".join(map(str, row["shape"]))


def ms(seconds):
    return digits(1e3 * seconds)


def digits(number):
    """Three significant digits, without an exponent."""
    return np.format_float_positional(number, 3, fractional=False, trim="-")
