"""What runs in the reader's browser: one module a kind of explorer, put together from the files in `js` and the cells.

A module follows anywidget's specification (https://anywidget.dev/en/afm/): its default export has `render`. The parts
are plain scripts that follow one another, so that the module is one file, in Jupyter and on a web page.
"""
from functools import cache
from importlib.resources import files

from ..engine.cells import GRU, LSTM, LinearRNN, NoForgetLSTM, ReluRNN, SigmoidRNN, TanhRNN
from ..ground.arguments import among, takes
from .cells_table import cell_table

ENGINE, FRAME = ("engine", "norms"), ("notation", "plot", "controls")
CURVES = {  # a kind: the cells that it runs, the files of its own
    "gap": ((TanhRNN,), ("random", "gap")),
    "bound": ((TanhRNN, SigmoidRNN, ReluRNN, LinearRNN), ("random", "bound")),
    "cliff": ((SigmoidRNN,), ("cliff",)),
    "gates": ((LSTM, NoForgetLSTM, GRU, TanhRNN), ("random", "gates", "gates_picture")),
    "keep": ((TanhRNN,), ("random", "keep"))}
TABLES = ("answers", "rows")  # kinds that compute nothing
FOLDER = files("course_utils").joinpath("widgets", "js")
STYLE = FOLDER.joinpath("explorer.css").read_text(encoding="utf-8")


def script(name):
    """One of the files in `js`."""
    return FOLDER.joinpath(f"{name}.js").read_text(encoding="utf-8")


@cache
@takes(kind=among(*CURVES, *TABLES))
def source(kind):
    """The module of a kind of explorer, as text."""
    if kind in TABLES:
        return "\n".join(map(script, (*FRAME, kind, "explorer")))
    cells, own = CURVES[kind]
    return "\n".join([cell_table(cells), *map(script, (*ENGINE, *FRAME, *own, "explorer"))])
