"""What is drawn: plots in the course's style, diagrams of cells, coloured text, SVG and HTML tables."""
from importlib import import_module

_NAMES = {  # module: what it gives; loaded when it is asked for, since SVG and tables do without pyplot
    "coloured_text": ("text_figure",),
    "diagrams": ("BOX", "DIM", "LIT", "conveyor_belt", "coupled_module", "gate_flow", "gru_module",
                 "lstm_module", "no_forget_module", "peephole_module", "rnn_module"),
    "plotting": ("BOUND", "COLOURS", "GATE_COLOURS", "PALE", "gallery", "mark_gap", "plot_all_pairs", "plot_log_norms",
                 "plot_runs", "plot_spectrum", "plot_verdicts", "plot_words", "powers_of_ten", "show",
                 "typeset_biases", "use_course_style")}
_HOMES = {name: module for module, names in _NAMES.items() for name in names}
__all__ = list(_HOMES)


def __getattr__(name):
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return __all__
