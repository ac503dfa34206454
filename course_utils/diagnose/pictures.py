"""The pictures of a report as SVG, each with a caption; its alternative text says what is to be seen."""
import numpy as np

from ..figures.heat_map import heat_map
from ..figures.svg import Panel, decades, picture
from .spectra import is_large
from .text import kept_name, number, power

SIZE = 760, 300
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#444444"
LONGEST = 4  # log10 of the longest half-life that is drawn
DEEPEST = -10  # the lowest Lyapunov exponent that is drawn: below it a single step leaves next to nothing


def pictures(diagnosis, measures):
    """[(SVG, caption)] of one layer."""
    found = [flow_picture(measures, diagnosis.lag), pairs_picture(measures), exponents_picture(measures)]
    found += [path_picture(measures)] if measures.path is not None else []
    found += [half_life_picture(measures, diagnosis.lag)] if measures.half_lives is not None else []
    return found


def limits_of(*curves):
    """Limits for log10 curves, in decades where they span few."""
    values = np.concatenate([np.ravel(curve) for curve in curves])
    finite = values[np.isfinite(values)]
    return decades(values, 1 if np.abs(finite).max(initial=0) < 8 else 10)


def flow_picture(measures, lag):
    """The gradient norm, step by step: mean over the sequences, least and largest, and the lag."""
    flow, T = measures.flow, len(measures.flow.mean) - 1
    limits, steps, at = limits_of(*flow), np.arange(T + 1), max(0, T - lag)
    panel = Panel((0, 0), SIZE, (0, T), limits, "time step k", "‖∂L/∂s_k‖", powers=True, rows=2)
    panel.band(steps, *(np.clip(curve, *limits) for curve in flow[1:]), BLUE)
    panel.line(steps, flow.mean, BLUE).line([at, at], limits, GREY, 1, "4 3")
    panel.caption(1, "mean over the sequences (pale: least to largest)", BLUE)
    panel.caption(0, f"dashed: the lag, {lag} steps before the end", GREY)
    said = (f"Gradient norm of layer {measures.layer.name} over {T} steps: {power(flow.mean[-1])} at the last, "
            f"{power(flow.mean[at])} at the lag of {lag}, {power(flow.mean[0])} at the first.")
    return picture([panel], *SIZE, said), said


def pairs_picture(measures):
    """The heat map of ∂h_t/∂h_k."""
    logs, first, step, deviation = measures.pairs
    n = len(logs) // 2
    half = np.diagonal(logs, -n)
    said = (f"Norms of ∂h_t/∂h_k of the first sequence, layer {measures.layer.name}, from step k (right) to step t "
            f"(down), steps {first} to {first + (len(logs) - 1) * step}. Over {n * step} steps they lie between "
            f"{power(half.min())} and {power(half.max())}." + probed(deviation))
    return heat_map(logs, first, said, step), said


def probed(deviation):
    """What is to be said where random vectors gave the norms."""
    return (f" (From a few random vectors: a norm is right within a factor of about {10**deviation:.1f}.)" if deviation
            else "")


def exponents_picture(measures):
    """The Lyapunov spectrum, largest first."""
    values, n = measures.lyapunov[measures.lyapunov >= DEEPEST], len(measures.lyapunov)
    finite = values[np.isfinite(values)]
    limits = float(finite.min(initial=-.1)) * 1.05, max(.1, float(finite.max(initial=0)) * 1.1)
    panel = Panel((0, 0), SIZE, (0, n + 1), limits, "number", "Lyapunov exponent, nat a step", rows=1)
    panel.points(np.arange(1, len(values) + 1), values, BLUE, 3).line([0, n + 1], [0, 0], GREY, 1, "4 3")
    panel.caption(0, "dashed: 0, where a direction neither grows nor shrinks", GREY)
    span = f", from {number(values[0], '+.2f')} down to {number(values[-1], '+.2f')} nat a step" if len(values) else ""
    left_out = f"; {n - len(values)} more are below −{-DEEPEST} and not drawn" if n > len(values) else ""
    said = (f"The {len(values)} largest Lyapunov exponents of layer {measures.layer.name}{span}; "
            f"{int((values > 0).sum())} are above 0{left_out}.")
    return picture([panel], *SIZE, said), said


def path_picture(measures):
    """What the memory hands back: the direct path of the best and of the median unit, and the total."""
    path, memory = measures.path, measures.layer.cell.states[-1]
    T, limits, name = len(path.best) - 1, limits_of(*measures.path), kept_name(measures.layer.cell)
    panel = Panel((0, 0), SIZE, (0, T), limits, "time step k", f"‖∂{memory}_T/∂{memory}_k‖", powers=True, rows=3)
    for row, (curve, colour, dash, label) in enumerate((
            (path.median, GREEN, "4 3", f"direct path ∏{name}, median unit"),
            (path.best, GREEN, "", f"direct path ∏{name}, best unit"), (path.total, ORANGE, "", "total, all paths"))):
        panel.line(np.arange(T + 1), curve, colour, 2, dash).caption(row, label, colour)
    said = (f"Memory of layer {measures.layer.name} from the first step to the last: total {power(path.total[0])}, "
            f"direct path {power(path.best[0])} in the best unit and {power(path.median[0])} in the median one."
            + probed(measures.pairs.deviation if is_large(measures.layer) else 0))
    return picture([panel], *SIZE, said), said


def half_life_picture(measures, lag):
    """The half-life of each unit, shortest first, on a log axis."""
    lives = np.sort(measures.half_lives)
    with np.errstate(divide="ignore"):
        logs = np.clip(np.log10(lives), -2, LONGEST)
    limits, n = decades(np.r_[logs, np.log10(lag)], 1), len(lives)
    panel = Panel((0, 0), SIZE, (0, n + 1), limits, "unit, shortest first", "half-life, steps", powers=True, rows=1)
    panel.points(np.arange(1, n + 1), logs, GREEN, 3).line([0, n + 1], [np.log10(lag)] * 2, GREY, 1, "4 3")
    panel.caption(0, f"dashed: the lag, {lag}", GREY)
    said = (f"Half-lives of the {n} units of layer {measures.layer.name}: {number(lives[0], '.1f')} to "
            f"{number(lives[-1], '.1f')} steps; {int((lives >= lag / 2).sum())} reach half of the lag of {lag}.")
    return picture([panel], *SIZE, said), said
