"""A diagnosis as plain text: one line a measurement, with its unit."""
import numpy as np

from ..engine.cells import Cell
from ..engine.params import cell_name
from .gates import FAR, HIGH, LOW
from .weights import some

MISSING = "nothing stands out: no rule of course_utils.diagnose.advice applies"


def number(value, form=".2f"):
    """A number as text, with typographic minus and infinity."""
    value = float(value)
    if not np.isfinite(value):
        return "NaN" if np.isnan(value) else "∞" if value > 0 else "−∞"
    text = f"{value:{form}}"
    if text.strip("+-0.") == "":
        text = text.lstrip("+-")  # no −0.0
    return text.replace("-", "−")


RAISED = str.maketrans("0123456789+−.", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻·")


def power(log, form=".1f"):
    """10 to the power `log` as text, the exponent in raised figures: 10⁻⁷·⁴."""
    if np.isposinf(log):
        return "more than 10³⁰⁸"
    return "0 (or below 10⁻³⁰⁸)" if np.isneginf(log) else f"10{number(log, form).translate(RAISED)}"


def as_text(diagnosis):
    """The whole diagnosis, lines of at most about 120 characters."""
    lines = [title(diagnosis), setting(diagnosis), *(f"Assumed: {one}" for one in assumed(diagnosis)), ""]
    for measures in diagnosis.layers:
        lines += [f"Layer {heading(measures)}", *(f"  {name}: {text}" for name, text in summary(measures)), ""]
    lines += ["Advice", *advice_lines(diagnosis.advice)]
    return "\n".join(lines)


def title(diagnosis):
    """The question, and whose network it is."""
    return f"Where does it forget? A diagnosis of {diagnosis.network.source}"


def setting(diagnosis):
    """On what was measured."""
    n_steps, n_batch, _ = diagnosis.shape
    lengths = diagnosis.lengths
    steps = (count(n_steps, "step") if lengths is None else
             f"{_span(lengths)} (padding left out; each from its own end)")
    lag = f"lag {diagnosis.lag}{'' if diagnosis.lag_given else ' (none given, so the longest there can be)'}"
    ignored = diagnosis.network.ignored
    aside = f"; left aside: {some(ignored)}" if ignored else ""
    counts = f"{count(len(diagnosis.layers), 'layer')}, {count(n_batch, 'sequence')} of {steps}"
    first = power(diagnosis.inputs.mean[0])
    return f"{counts}, {lag}; gradient norm 1 at the last state of the last layer, {first} at the first input{aside}"


def _span(lengths):
    low, high = int(lengths.min()), int(lengths.max())
    return count(high, "step") if low == high else f"{low} to {count(high, 'step')}"


def assumed(diagnosis):
    """What the file did not say and was taken to be so: clauses that begin with "that"."""
    return diagnosis.network.assumed


def count(n, name):
    """So many of a thing, in words."""
    return f"{n} {name}{'s' * (n != 1)}"


def heading(measures):
    """Name, cell and sizes of a layer."""
    D, H = len(measures.layer.params.W_x), len(measures.layer.params.W_h)
    backwards = ", reads backwards" if measures.layer.reverse else ""
    return f"{measures.layer.name}: {cell_name(measures.layer.cell)}, {D} → {H} units{backwards}"


def summary(measures):
    """[(what, measured)] of one layer, in words and numbers."""
    flow, T = measures.flow, len(measures.flow.mean) - 1
    rows = [("gradient norm", f"{power(flow.mean[-1])} at the last step, {power(flow.mean[0])} at the first; reaches "
             f"{flow.reach} of {T} steps back (at least 1/1000 of the last)"),
            ("Lyapunov exponents", f"{', '.join(number(value, '+.2f') for value in measures.lyapunov[:3])} nat a step "
             f"(the largest of {len(measures.lyapunov)})")]
    rows += [(f"W_h of {gate}", f"ρ {number(block.rho)}, σ_max {number(block.sigma_max)}")
             for gate, block in measures.spectra.items()]
    rows += [(f"{'gate' if use.kind == 'gate' else 'tanh'} {gate}", _use(use)) for gate, use in measures.gates.items()]
    if measures.half_lives is not None:
        rows += memory_rows(measures)
    if measures.memory is not None:
        rows.append(("cell state c", _held(measures.memory)))
    if measures.dead is not None:
        dead = f"{int(measures.dead.sum())} of {measures.dead.size}"
        rows.append(("dead units", f"{dead}, 0 at all steps of all sequences"))
    return rows


def _use(use):
    if use.kind == "tanh":
        return (f"mean |value| {use.mean:.2f}; saturated {use.low:.0%} below {_limit(-FAR)}, "
                f"{use.high:.0%} above {_limit(FAR)}")
    return (f"mean {use.mean:.2f}, {use.below_half:.0%} below .5; saturated {use.low:.0%} below {_limit(LOW)}, "
            f"{use.high:.0%} above {_limit(HIGH)}")


def _held(memory):
    return (f"median size {number(memory.size)} at the last step; tanh c: saturated {memory.saturated:.0%} beyond "
            f"±{_limit(FAR)}, mean slope {number(memory.slope)}")


def _limit(value):
    return f"{value:g}".replace("-", "−").replace("0.", ".")


def memory_rows(measures):
    """Half-lives of a cell with a forget gate; direct path and total where its memory is one state."""
    lives, path = np.sort(measures.half_lives), measures.path
    rows = [("half-life", f"{number(lives[0], '.1f')} to {number(lives[-1], '.1f')} steps a unit, median "
             f"{number(np.median(lives), '.1f')}")]
    if path is not None:
        rows.append(("memory over all steps", f"direct path {power(path.best[0])} in the best unit, "
                     f"{power(path.median[0])} in the median one; total {power(path.total[0])}"))
    return rows


def kept_name(cell):
    """What multiplies the old state, in symbols: f, or 1 − z of a gate that takes the new one."""
    if cell.forget_sign < 0:
        return f"(1 − {cell.forget_gate})"
    return cell.forget_gate if cell.kept.__func__ is Cell.kept.__func__ else f"{cell.forget_gate}′"


def advice_lines(advice):
    """What to do, because of what, after whom."""
    if not advice:
        return [f"  {MISSING}"]
    return [line for n, one in enumerate(advice, 1) for line in (
        f"  {n}. {one.layer}: {one.what}", f"     because {one.because}", f"     after {one.source}")]
