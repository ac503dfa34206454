"""What is drawn: plots in the course's style, diagrams of cells and networks, coloured text, SVG and HTML tables."""
from .coloured_text import text_figure
from .diagrams import (
    BOX,
    DIM,
    LIT,
    conveyor_belt,
    coupled_module,
    e3_graph,
    gate_flow,
    gru_module,
    lstm_module,
    no_forget_module,
    peephole_module,
    rnn_module,
    unrolled_rnn,
)
from .plotting import (
    BOUND,
    COLOURS,
    GATE_COLOURS,
    PALE,
    gallery,
    mark_gap,
    plot_all_pairs,
    plot_log_norms,
    plot_runs,
    plot_spectrum,
    plot_verdicts,
    plot_words,
    powers_of_ten,
    show,
    use_course_style,
)

__all__ = ["BOUND", "BOX", "COLOURS", "DIM", "GATE_COLOURS", "LIT", "PALE", "conveyor_belt",
           "coupled_module", "e3_graph", "gallery", "gate_flow", "gru_module", "lstm_module", "mark_gap",
           "no_forget_module", "peephole_module", "plot_all_pairs", "plot_log_norms", "plot_runs", "plot_spectrum",
           "plot_verdicts", "plot_words", "powers_of_ten", "rnn_module", "show", "text_figure", "unrolled_rnn",
           "use_course_style"]
