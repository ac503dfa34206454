"""The course's sweeps, as lists of settings. Seconds are those of the stored tables, on one core each."""
from itertools import product


def combine(*parts, seeds):
    """Every choice of one dict out of each list in `parts`, merged, with every seed."""
    return [dict(item for part in chosen for item in part.items()) | {"seed": seed}
            for *chosen, seed in product(*parts, range(seeds))]


def lengths(task, *values, name="length", **more):
    return [{"task": task, f"task.{name}": value, **more} for value in values]


TANH = {"cell": "TanhRNN"}
ORTHOGONAL = {"cell": "TanhRNN", "recurrent": "orthogonal"}
IRNN = {"cell": "ReluRNN", "recurrent": "identity", "std": .001}  # Le, Jaitly & Hinton 2015
GRU = {"cell": "GRU"}


def lstm(b_f=1.0, cell="LSTM"):
    return {"cell": cell, "forget_bias": b_f}


def chrono(t_max, cell="LSTM"):
    return {"cell": cell, "chrono": float(t_max)}


def spread(t_max):
    """Chrono's forget biases, the input gates' left at zero."""
    return {"cell": "LSTM", "spread": float(t_max)}


def both(b_f, b_i):
    """One pair of biases for all units."""
    return lstm(b_f) | {"input_bias": float(b_i)}


# Pascanu, Mikolov & Bengio 2013, section 4.1: 50 units, batch 20, learning rate .01, clip at 1, regulariser 4
PASCANU_INIT = [
    {"cell": "SigmoidRNN", "recurrent": "gaussian", "gain": .01 * 50**.5, "std": .01},
    {"cell": "TanhRNN", "recurrent": "gaussian", "gain": .1 * 50**.5, "std": .1},
    {"cell": "TanhRNN", "recurrent": "sparse", "gain": .95, "std": .01}]
PASCANU_RULE = [{"clip_norm": 0.0}, {"clip_norm": 1.0}, {"clip_norm": 1.0, "regulariser": 4.0}]
PASCANU = {"hidden": 50, "batch_size": 20, "optimiser": "SGD", "lr": .01, "n_iterations": 15_000, "test_every": 250}

PLAIN = [TANH, ORTHOGONAL, IRNN]
LINEAR = [{"cell": "LinearRNN", "recurrent": "orthogonal"}, {"cell": "LinearRNN", "recurrent": "identity"}]
VARIANTS = [  # the LSTM, and what differs from it by one part (Greff et al. 2017), all with forget bias 1; the GRUs
    lstm(), lstm(cell="NoInputGateLSTM"), lstm(0.0, "NoForgetLSTM"), lstm(cell="NoOutputGateLSTM"),
    lstm(cell="NoInputActivationLSTM"), lstm(cell="NoOutputActivationLSTM"), lstm(cell="CoupledLSTM"),
    lstm(cell="PeepholeLSTM"), lstm(cell="GRU"), lstm(cell="ResetAfterGRU")]

SENTENCES = {"std": .5, "lr": .005, "n_iterations": 1500}
PHRASES = 0, 2, 4, 8, 16, 24
KEEP = lstm(3.0) | {"input_bias": -3.0}  # keep long, write little (notebook 13)
LONG_SENTENCES = [*lengths("recall", 8, name="phrases", **SENTENCES),
                  *lengths("agreement", 8, name="phrases", **SENTENCES)]
LATCH = {"lr": .005, "batch_size": 16, "n_iterations": 300, "test_every": 20}
ONE_UNIT = {"cell": "TanhRNN", "hidden": 1, "optimiser": "SGD", "batch_size": 20, "clip_norm": 0.0,
            "n_iterations": 1000}
QUIET = {"name": "quiet", "task.length": 50, "n_iterations": 1500}
SLOW = {"lr": .003, "n_iterations": 3000}

CUT_ADDING = [  # 48 = 16 · 3 = 4 · 12 = 2 · 24, so that the last piece is a whole one
    {"task": "adding", "task.length": 48, "task.quiet": quiet, "truncate": truncate, "n_iterations": 2000}
    for quiet, truncate in ((0, 0), (0, 3), (12, 0), (12, 12), (12, 24))]

TASK_6A = lengths("temporal order", 100, hidden=8, n_iterations=3000, **{"task.layout": "hochreiter"})
OPPOSITE = [both(b, -b) for b in (1.0, 3.0, 5.0)]
ONE_MINUS = [lstm(b, cell) for cell in ("CoupledLSTM", "GRU") for b in (3.0, 5.0)]  # they write 1 − f, 1 − z
BOTH_DIGITS = [lstm(3.0), both(3, -3), lstm(5.0), both(5, -5), spread(164)]
BOTH_ADDING = [both(1, -1), lstm(5.0), both(5, -5), chrono(50), spread(50)]

# 20: what the cells of today learn in one layer, beside the classics; the linear ones have no forget bias
MODERN = [lstm(3.0, "MinGRU"), lstm(3.0, "MinLSTM") | {"input_bias": -3.0}, lstm(3.0, "SLSTM"), {"cell": "RGLRU"},
          {"cell": "SelectiveSSM"}, {"cell": "LRU"}]
MODERN_TASKS = [
    *lengths("parity", 20, hidden=16, n_iterations=1000), *lengths("adding", 15, **QUIET),
    *lengths("temporal order", 100, hidden=8, n_iterations=1500, **{"task.layout": "hochreiter"}),
    *lengths("copy", 30, name="delay", n_iterations=1500, **{"task.n_copied": 3, "task.n_symbols": 4})]

SWEEPS = {
    # 05: one bit kept over four lengths, orthogonal weights of six gains
    "latch_gains": combine(lengths("latch", 10, 30, 60, 100, **LATCH), [ORTHOGONAL],
                     [{"gain": gain} for gain in (.5, .75, 1.0, 1.5, 2.0, 3.0)], seeds=10),
    # 07: one tanh unit that is to keep one bit, at three learning rates
    "latch": combine(lengths("latch", 2, 5, 10, 20, 40, **ONE_UNIT), [{"lr": .1}, {"lr": .3}, {"lr": 1.0}], seeds=20),
    # 07: success against length for three initialisations and three ways to train
    "temporal_order": combine(PASCANU_INIT, PASCANU_RULE, lengths("temporal order", 10, 20, 30, 50, **PASCANU),
                              seeds=5),
    # 07: the adding problem with and without marks in the last steps; longer ones for the GRU; a lower rate
    "quiet": combine(lengths("adding", 0, 15, **QUIET),
                     [ORTHOGONAL, GRU, lstm(0.0), lstm(1.0), lstm(3.0), lstm(3.0) | {"input_bias": -3.0}], seeds=5)
    + combine(lengths("adding", 25, 100, 200, n_iterations=1500, **{"task.quiet": 0}), [GRU], seeds=5)
    + combine(lengths("adding", 40, name="quiet", n_iterations=1500, **{"task.length": 100}), [GRU], seeds=5)
    + combine(lengths("adding", 0, 15, **QUIET | SLOW), [GRU], seeds=3)
    + combine(lengths("adding", 0, 15, **QUIET | SLOW), [lstm(0.0)], seeds=5),
    # 07, 13: the adding problem, 100 steps
    "adding": combine(lengths("adding", 100, n_iterations=8000), PLAIN + LINEAR, seeds=3) + combine(
        lengths("adding", 100, n_iterations=3000),
        [lstm(-2.0), lstm(0.0), lstm(1.0), lstm(3.0), chrono(100), GRU], seeds=3),
    # 06: what is learned beyond a cut of the gradient
    "truncation": combine(lengths("temporal order", 30, lr=.003, n_iterations=800), [ORTHOGONAL],
                          [{"truncate": truncate} for truncate in (0, 15, 5)], seeds=5) + combine(
        CUT_ADDING, [GRU | {"recurrent": "torch", "lr": .01}, GRU | {"recurrent": "torch", "lr": .003},
                     lstm(3.0) | {"recurrent": "torch", "input_bias": -3.0}], seeds=5),
    # 13: Hochreiter and Schmidhuber's task 6a at its own lag; forget biases
    "forget_bias": combine(
        TASK_6A, [TANH, lstm(0.0), lstm(1.0), lstm(3.0), lstm(5.0), chrono(105), GRU], seeds=5),
    # 13: keep long, write little: what forget_bias, quiet and digits lack of a table b_f × b_i
    "write_little": combine(TASK_6A, [*OPPOSITE, spread(105), *ONE_MINUS], seeds=5)
    + combine(lengths("adding", 15, **QUIET), BOTH_ADDING, seeds=5)
    + combine(lengths("digits", 100, name="blanks", n_iterations=1000), BOTH_DIGITS, seeds=3),
    # 13: plain cells at lower learning rates
    "rates": combine(lengths("temporal order", 60, n_iterations=3000), PLAIN,
                     [{"lr": .001}, {"lr": .0003}], seeds=3) + combine(
        lengths("temporal order", 120, n_iterations=3000), [IRNN], [{"lr": .001}, {"lr": .0003}], seeds=3),
    # 13: copying after 30 steps; T_max = 1.5 times the length (Tallec & Ollivier 2018)
    "copy": combine(lengths("copy", 30, name="delay", n_iterations=3000),
                    [ORTHOGONAL, *LINEAR, lstm(1.0), chrono(75), GRU], seeds=3),
    # 13: digits pixel by pixel, without and with blank steps
    "digits": combine(lengths("digits", 0, 100, name="blanks", n_iterations=1000),
                      [TANH, ORTHOGONAL, lstm(1.0), chrono(164), chrono(164, "GRU")], seeds=3),
    # 12: one part taken out, on two tasks
    "ablation": combine(lengths("adding", 60, n_iterations=2500) + lengths(
        "continual Reber", 150, hidden=16, batch_size=16, n_iterations=2500), VARIANTS, seeds=3),
    # 12: with and without forget gate on adding, more seeds and a lower rate
    "no_forget": combine(lengths("adding", 60, n_iterations=2500), [lstm(), lstm(0.0, "NoForgetLSTM")], seeds=10)
    + combine(lengths("adding", 60, **SLOW), [lstm(), lstm(0.0, "NoForgetLSTM")], seeds=3),
    # 12: peepholes, where time must be told
    "timing": combine(lengths("timing", 5, 10, 20, name="interval", hidden=8, n_iterations=1500),
                      [lstm(), lstm(cell="PeepholeLSTM")], seeds=16),
    # 14: words that decide other words, the gap as a dial; inputs like embeddings, N(0, ½²)
    "sentences": combine(
        lengths("recall", 0, name="phrases", **SENTENCES, **{"task.kind": "place"})
        + lengths("recall", *PHRASES, name="phrases", **SENTENCES) + lengths("agreement", *PHRASES, name="phrases",
                                                                             **SENTENCES),
        [TANH, GRU, lstm(1.0), lstm(3.0)], seeds=3),
    # 14: one long gap of each kind at a lower learning rate, and an LSTM that starts with its input gates nearly shut
    "sentence_rates": combine(LONG_SENTENCES, [TANH, GRU, lstm(1.0), lstm(3.0), KEEP], [{"lr": .002}], seeds=3)
    + combine(LONG_SENTENCES, [KEEP], seeds=3),
    # 20: the cells of today beside the classics
    "modern": combine(MODERN_TASKS, [ORTHOGONAL, lstm(1.0), KEEP, GRU, *MODERN],
                      [{"lr": .01}, {"lr": .003}, {"lr": .001}], seeds=3),
    # 13: cells, tasks and lags
    "lags": combine(lengths("temporal order", 30, 60, 120, n_iterations=3000),
                    [TANH, ORTHOGONAL, IRNN, lstm(1.0), lstm(3.0), chrono(120), GRU], seeds=3),
}
