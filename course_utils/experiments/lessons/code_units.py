"""Units of the character model that follow Python's own view of its source (notebook 14)."""
import numpy as np

from ...ground.arguments import size, takes, text, whole
from ...ground.checks import as_symbols
from ...language.annotations import annotate
from ...language.corpora import CHARACTERS, module_source
from ...language.units import separability
from ...learning.model import check_model, predict
from ...tasks.base import one_hot

PIECE, WARM = 500, 200  # characters of a piece, and how many before it are read first


@takes(model=check_model, symbols=whole("N"))
def cell_states(model, symbols):
    """(N, H) the cell states after each symbol of a text. For speed it is read in pieces side by side, each after the
    200 symbols before it (the first after line ends)."""
    n_symbols, pieces = len(model.params.W_x), -(-len(symbols) // PIECE)
    padded = np.zeros(WARM + pieces * PIECE, int)
    padded[WARM:WARM + len(symbols)] = as_symbols(symbols, n_symbols)
    places = PIECE * np.arange(pieces) + np.arange(WARM + PIECE)[:, None]
    c = predict(model, one_hot(padded[places], n_symbols))[1].states[-1, 1 + WARM:]
    return c.swapaxes(0, 1).reshape(pieces * PIECE, -1)[:len(symbols)]


@takes(model=check_model, module=text, n=size(2))
def tell_properties(model, module, n=5000):
    """{property: (H,) how well each cell state tells it} over the first n characters of a module: whether a character
    is in a comment, between brackets, in a line that is indented by eight spaces or more, in column 40 or beyond.
    Raises ValueError for a module that has no source."""
    source = module_source(module)
    if not source:
        raise ValueError(f"module is {module!r}, expected one whose source is at hand")
    marks, c = annotate(source), cell_states(model, CHARACTERS.encode(source[:n]))
    kinds = {"comment": marks["comment"], "bracket": marks["bracket"], "indented": marks["indentation"] >= 8,
             "far right": marks["column"] >= 40}
    for name, kind in kinds.items():
        if kind[:n].all() or not kind[:n].any():
            raise ValueError(f"n is {n}, and in so many characters of module {module!r} nothing tells {name!r} apart")
    return {name: separability(c.T, kind[:n]) for name, kind in kinds.items()}
