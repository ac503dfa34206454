"""The table and the figure of all_pairs.py."""
from benchmarks.shared import figures
from benchmarks.shared.report import digits, ms, table

WANTED = 100  # time of PyTorch, one backward pass a row, over ours


def section(rows, folder):
    """The table and the figure of the ways to all pairs, in the order in which they were measured."""
    row, = rows
    times, ours = row["times"], row["times"]["ours"]
    fig = figures.bars(list(times), [1e3 * time for time in times.values()], "time, ms", log=True, shown=digits,
                       highlight=("ours",))
    alt = f"""Times for all pairs on a log axis: ours {ms(ours)} ms, the floor {ms(times['floor'])} ms, the ways through
        PyTorch from {ms(min(_peers(times)))} to {ms(max(_peers(times)))} ms."""
    return "\n\n".join([
        f"### All pairs of ‖∂h_t/∂h_k‖, LSTM, T = {row['T']}, H = {row['H']}, float64",
        f"Wanted: ≥ {WANTED} × faster than through PyTorch's autograd, one backward pass a row.",
        table(("", ">ms", ">time / ours"), [(name, ms(time), digits(time / ours)) for name, time in times.items()]),
        figures.save(fig, folder, "all_pairs", alt)])


def _peers(times):
    return [time for name, time in times.items() if name.startswith("PyTorch")]
