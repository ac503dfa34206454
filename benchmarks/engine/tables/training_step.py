"""The table and the figure of training_step.py."""
from benchmarks.shared import figures
from benchmarks.shared.report import SIDES, against_before, ratio, table


def section(rows, folder):
    """Sequences a second in a table and a figure."""
    T, B, H = rows[0]["shape"]
    rates = {(row["dtype"], name): B / row["times"][name] for row in rows for name in SIDES}
    lines = [(row["dtype"], *(f"{rates[row['dtype'], name]:.0f}" for name in SIDES),
              *(f"{ratio(row, name):.2f}" for name in SIDES if name != "ours"),
              f"{row['compiling']:.1f}") for row in rows]
    heads = ("", *(f">{label}, sequences/s" for label in SIDES.values()), ">ours / PyTorch", ">ours / JAX",
             ">JAX compiles, s")
    names = [f"{SIDES[name]}, {dtype}" for dtype, name in rates]
    fig = figures.bars(names, list(rates.values()), "sequences per second", shown="{:.0f}".format,
                       highlight=[name for name in names if name.startswith("ours")])
    alt = f"Sequences per second: {'; '.join(f'{name} {rate:.0f}' for name, rate in zip(names, rates.values()))}."
    return "\n\n".join([f"### Training an LSTM, T = {T}, B = {B}, H = {H}", table(heads, lines), against_before(rows),
                        figures.save(fig, folder, "training", alt)])
