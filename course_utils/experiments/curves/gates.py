"""Notebook 11: which settings of the gates keep a gradient alive?"""
from functools import lru_cache

import numpy as np

from ...engine.backprop import backward_pass, earliest
from ...engine.cells import GRU, LSTM, NoForgetLSTM, TanhRNN
from ...engine.params import init_params
from ...engine.products import jacobian_norms
from ...engine.sequence import unroll
from ...ground.arguments import among, mapping, pair, real, seed, size, table, takes

GATED = {"LSTM": LSTM, "LSTM without forget gate": NoForgetLSTM, "GRU": GRU, "tanh RNN": TanhRNN}
FREE, HELD = "follow input and state", "are held at their bias"
H, NOISE = 8, 3  # units; inputs that are noise, followed by the two markers
START = {"cell": "LSTM", "gates": FREE, "b_f": 0.0, "b_i": 0.0, "b_o": 0.0, "spread": 0.0, "candidate": 1.0,
         "recurrent": 1.0, "marker": 0.0, "length": 100, "seed": 3}
CANDIDATE = ("g", "n")
KEEP, WRITE, READ = ("f", "z"), ("i",), ("o", "r")  # what a gate does, in an LSTM and in a GRU


CHECKS = {**dict.fromkeys(START, real()), "cell": among(*GATED), "gates": among(FREE, HELD), "spread": real(0, .999),
          "length": size(), "seed": seed}


def all_settings(settings):
    """START with what differs from it. Raises ValueError for an unknown name, or a value that makes no sense."""
    if unknown := set(settings) - set(START):
        raise ValueError(f"no setting {', '.join(sorted(map(str, unknown)))}, only {', '.join(START)}")
    for name, value in settings.items():
        CHECKS[name](name, value)
    return START | settings


def gate_biases(gate, settings):
    """The biases (H,) of one gate. Those of the gate that keeps are b_f + ln(1 + s x) with x evenly on (−1, 1), so that
    e^b, about the number of steps kept, is spread evenly by ± s; the input gate is spread the opposite way."""
    spread = np.log1p(settings["spread"] * np.linspace(-1, 1, H))
    bias = {**dict.fromkeys(KEEP, settings["b_f"] + spread), **dict.fromkeys(WRITE, settings["b_i"] - spread),
            **dict.fromkeys(READ, settings["b_o"])}
    return np.broadcast_to(bias.get(gate, 0.0), H)


@takes(settings=mapping)
def gate_network(settings):
    """(cell, params, x) of the settings: H units read three inputs of noise, N(0, 1), and two markers, which are 1 only
    at the first and at the last step. The marker weight opens i (closes z) at the first step and o at the last."""
    settings = all_settings(settings)
    cell, rng = GATED[settings["cell"]], np.random.default_rng(settings["seed"])
    params = init_params(cell, NOISE + 2, H, rng, gain=settings["recurrent"])
    W_x, W_h, b = (params[name].reshape(-1, len(cell.gates), H) for name in ("W_x", "W_h", "b"))  # views, gate by gate
    W_x[NOISE:] = 0
    for n, gate in enumerate(cell.gates):
        if gate in CANDIDATE:
            W_x[:, n] *= settings["candidate"]
            W_h[:, n] *= settings["candidate"]
        elif settings["gates"] == HELD and gate in KEEP + WRITE + READ:
            W_x[:, n] = W_h[:, n] = 0
        b[:, n] += gate_biases(gate, settings)
        first = {"i": 1, "z": -1}.get(gate, 0)
        W_x[NOISE:, n] = settings["marker"] * np.array([[first], [gate == "o"]])
    x = rng.standard_normal((settings["length"], 1, NOISE + 2))
    x[:, :, NOISE:] = 0
    x[0, 0, NOISE] = x[-1, 0, NOISE + 1] = 1
    return cell, params, x


@takes(settings=mapping)
def gate_curves(settings):
    """What the explorer shows, as a dict; m is the cell's memory, c or (RNN, GRU) h; norms are log10 of 2-norms.

    gates {name: (T, H)} · memory (T+1, H) · total ‖∂m_T/∂m_k‖ (T+1,) · direct ‖∏ of the gate that keeps‖ (T+1,), None
    for the tanh RNN · inputs ‖∂m_T/∂x_t‖ (T,) · reference ‖∂h_T/∂h_k‖ of the tanh RNN (T+1,) · half_life of the direct
    path (H,) in steps · saturated: share of gate values below .1 or above .9 (thresholds: Karpathy, Johnson & Fei-Fei
    2015) · reach: over how many steps back from T the total never falls below 1/1000 · cell and settings.
    settings: what differs from START. Raises ValueError for an unknown name.
    """
    cell, params, x = gate_network(settings)
    settings = START | settings
    trace = unroll(cell, params, np.repeat(x, H, axis=1))  # H copies: copy j is asked for the gradient of m_T's unit j
    at_end = np.zeros_like(trace.states)
    at_end[-1, -1] = np.eye(H)
    states, d = backward_pass(cell, params, trace, at_end)
    total = log_norms(states[-1])
    if np.isneginf(total).any():  # below what a float can hold: with rescaling, which takes longer
        block = (cell.states[-1],) * 2
        total = jacobian_norms(cell, params, unroll(cell, params, x), block=block)[:, 0]
    gates = {name: values[:, 0] for name, values in zip(cell.gates, trace.gates)}
    squashing = [values for name, values in gates.items() if name in KEEP + WRITE + READ]
    found = {"cell": cell, "settings": settings, "gates": gates, "memory": trace.states[-1, :, 0],
             "total": total, "inputs": log_norms(d.gates @ params.W_x[:NOISE].T),
             "reference": reference(settings["length"], settings["recurrent"], settings["seed"]),
             "saturated": saturated(np.array(squashing)) if squashing else None}
    return found | direct_path(gates, cell) | {"reach": reach(found["total"])}


def log_norms(matrices):
    """log10 of the 2-norm of each matrix (…, H, ·)."""
    with np.errstate(divide="ignore"):  # an underflow to 0 is drawn as a line that ends
        return np.log10(np.linalg.norm(matrices, 2, axis=(-2, -1)))


def direct_path(gates, cell):
    """Of the path that stays within the memory: its log10 norm from every step k to T, and each unit's half-life."""
    keeps = next((gates[name] for name in KEEP if name in gates), None)
    if keeps is None:
        steps = len(next(iter(gates.values())))
        return {"direct": np.zeros(steps + 1) if cell is NoForgetLSTM else None,
                "half_life": np.full(H, np.inf) if cell is NoForgetLSTM else None}
    kept = np.vstack([np.cumsum(np.log10(keeps)[::-1], axis=0)[::-1], np.zeros(H)])
    with np.errstate(divide="ignore"):  # a gate that never left 1 has an infinite half-life
        return {"direct": kept.max(axis=1), "half_life": np.log10(2) * len(keeps) / np.abs(kept[0])}


@takes(found=mapping)
def gate_measures(found):
    """What a challenge can ask for, as numbers: length, the log10 norms at step 0 ("total", "direct", "first input"),
    "reach", "saturated" (a share), "shortest half-life" and "longest half-life" of the direct path in steps. NaN where
    there is none."""
    direct, half = (np.full(1, np.nan) if found[name] is None else found[name] for name in ("direct", "half_life"))
    return {"length": len(found["inputs"]), "total": float(found["total"][0]), "direct": float(direct[0]),
            "first input": float(found["inputs"][0]), "reach": found["reach"],
            "saturated": np.nan if found["saturated"] is None else float(found["saturated"]),
            "shortest half-life": float(half.min()), "longest half-life": float(half.max())}


@takes(found=mapping, ranges=table(pair))
def fulfils(found, ranges):
    """Whether each measure of `gate_measures` that is named lies in its range, {measure: (least, most)}; None is no
    limit. Raises ValueError for an unknown measure."""
    measures = gate_measures(found)
    if unknown := set(ranges) - set(measures):
        raise ValueError(f"no measure {', '.join(sorted(unknown))}, only {', '.join(measures)}")
    return all((least is None or measures[name] >= least) and (most is None or measures[name] <= most)
               and not np.isnan(measures[name]) for name, (least, most) in ranges.items())


def reach(total, least=-3):
    """Over how many steps back from the last the log10 norms (T+1,) never fall below `least`: 0 … T."""
    return len(total) - 1 - earliest(total, least)


def saturated(values):
    return np.mean((values < .1) | (values > .9))


@lru_cache(maxsize=128)
def reference(length, gain, seed):
    """log10 ‖∂h_T/∂h_k‖ of the tanh RNN with the same recurrent gain and seed; it doesn't depend on the gates."""
    settings = START | {"cell": "tanh RNN", "length": length, "recurrent": gain, "seed": seed}
    cell, params, x = gate_network(settings)
    return jacobian_norms(cell, params, unroll(cell, params, x))[:, 0]
