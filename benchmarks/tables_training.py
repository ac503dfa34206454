"""The table and the figure of training_step.py."""
import figures
from report import PEERS, table

LABELS = {"ours": "ours"} | {name: label for name, label in PEERS.items() if name != "autograd"}


def training_step(rows, folder):
    T, B, H = rows[0]["shape"]
    rates = {(row["dtype"], name): B / row["times"][name] for row in rows for name in LABELS}
    lines = [(row["dtype"], *(f"{rates[row['dtype'], name]:.0f}" for name in LABELS),
              *(f"{row['times'][name] / row['times']['ours']:.2f}" for name in LABELS if name != "ours"),
              f"{row['compiling']:.1f}") for row in rows]
    heads = ("", *(f">{label}, sequences/s" for label in LABELS.values()), ">ours / PyTorch", ">ours / JAX",
             ">JAX compiles, s")
    names = [f"{LABELS[name]}, {dtype}" for dtype, name in rates]
    fig = figures.bars(names, list(rates.values()), "sequences per second", shown="{:.0f}".format,
                       highlight=[name for name in names if name.startswith("ours")])
    alt = f"Sequences per second: {'; '.join(f'{name} {rate:.0f}' for name, rate in zip(names, rates.values()))}."
    return "\n\n".join([f"### Training an LSTM, T = {T}, B = {B}, H = {H}", table(heads, lines),
                        figures.save(fig, folder, "training", alt)])
