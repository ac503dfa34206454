"""The tables of trainings on long lags: a name for each start, and what came of it, seed by seed (notebook 13)."""
from ...engine.cells import find_cell
from ...ground.arguments import function, mapping, pair, some, table, takes

CELLS = {"TanhRNN": "tanh", "ReluRNN": "ReLU", "LinearRNN": "linear", "CoupledLSTM": "coupled", "MinGRU": "minGRU",
         "MinLSTM": "minLSTM", "SLSTM": "sLSTM", "RGLRU": "RG-LRU", "SelectiveSSM": "S6"}
NEEDED = {"cell", "recurrent", "forget_bias", "chrono", "solved_at"}


@takes(row=mapping)
def name_of(row):
    """What a network is and how it starts: "tanh, orthogonal", "LSTM b_f 3, b_i −3", "GRU chrono". An LSTM's b_f is
    always named, other biases where they are not zero (of a minGRU, whose z takes the new value, b_z = −b_f). Raises
    ValueError for a row of another kind of table."""
    if missing := NEEDED - set(row):
        raise ValueError(f"row lacks {', '.join(sorted(missing))}, it holds {', '.join(map(str, row))}")
    name, b_f, b_i = CELLS.get(row["cell"], row["cell"]), row["forget_bias"], row.get("input_bias") or 0
    if row["recurrent"] != "glorot":
        return f"{name}, {row['recurrent']}"
    if row["chrono"] or row.get("spread"):
        return f"{name} chrono" if row["chrono"] else f"{name} chrono's b_f"
    if b_f or row["cell"] == "LSTM":
        cell = find_cell(row["cell"])
        name += f" b_{cell.forget_gate} {cell.forget_sign * b_f:g}"
    return (name + f", b_i {b_i:g}" * bool(b_i)).replace(" -", " −")


@takes(rows=some(mapping))
def with_names(rows):
    """The rows with one column more, "name": see `name_of`."""
    return [{**row, "name": name_of(row)} for row in rows]


@takes(rows=some(mapping))
def outcome(rows):
    """How many seeds solved the task, and after how many batches each did, in order: "3 of 5: 600, 700, 900"."""
    if any("solved_at" not in row for row in rows):
        raise ValueError(f"rows lack solved_at, the first holds {', '.join(map(str, rows[0]))}")
    at = sorted(row["solved_at"] for row in rows if row["solved_at"] is not None)
    return f"{len(at)} of {len(rows)}" + (": " + ", ".join(map(str, at)) if at else "")


@takes(rows=some(mapping))
def two_way(rows):
    """{b_f: (rows with b_i = 0, rows with b_i = −b_f)} of the LSTMs of a table; b_f is "b_f = 0", "b_f = 1", …, then
    "chrono's b_f". At b_f = 0 both are the same rows. Rows of other cells or biases are left out; a list may be
    empty."""
    found = {}
    for row in sorted((row for row in rows if row["cell"] == "LSTM"), key=lambda row: row["forget_bias"]):
        b_f, b_i = row["forget_bias"], row.get("input_bias") or 0
        drawn = bool(row["chrono"] or row.get("spread"))
        if b_i not in (0, -b_f):
            continue
        zero, minus = found.setdefault("chrono's b_f" if drawn else f"b_f = {b_f:g}", ([], []))
        if drawn:
            (minus if row["chrono"] else zero).append(row)
        else:
            zero.extend([row] * (b_i == 0))
            minus.extend([row] * (b_i == -b_f))
    return dict(sorted(found.items(), key=lambda item: item[0][0] == "c"))  # chrono's last


@takes(rows=some(mapping))
def shares_right(rows):
    """The shares of test sequences that were answered correctly at the end of training, in order: "0.54, 0.67"."""
    if any("wrong" not in row for row in rows):
        raise ValueError(f"rows lack wrong, the first holds {', '.join(map(str, rows[0]))}")
    return ", ".join(f"{share:.2f}" for share in sorted(1 - row["wrong"] for row in rows if row["wrong"] is not None))


@takes(cases=table(pair), entry=function)
def two_way_text(cases, entry=outcome):
    """`two_way`'s lists as text: a line for each b_f, and what `entry` says of the rows with b_i = 0 and of those with
    b_i = −b_f, "–" where there are none."""
    lines = [f"{'':14s}{'b_i = 0':37s}b_i = −b_f"]
    for b_f, (zero, minus) in cases.items():
        lines.append(f"{b_f:14s}{entry(zero) if zero else '–':37s}{entry(minus) if minus else '–'}")
    return "\n".join(lines)
