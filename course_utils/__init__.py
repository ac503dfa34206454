"""Recurrent cells in NumPy whose back-propagation and Jacobians come from one table of local derivatives.

    cell, rng = LSTM, np.random.default_rng(0)
    params = init_params(cell, n_inputs=3, n_hidden=8, rng=rng)
    trace = unroll(cell, params, rng.standard_normal((50, 1, 3)))
    print(jacobian_norms(cell, params, trace))            # log10 ‖∂s_50/∂s_k‖ for k = 0 … 50

All names of `engine` and `learning` are here and need NumPy alone. So are `check`, `plt` and `show`, which every
notebook needs; they are loaded when they are asked for, and `plt` is matplotlib's pyplot in the course's style. The
other rooms are imported by name. `__version__` says which commit this is. Symbols: `course_utils.engine.cells.base`.
"""
from importlib import import_module

from . import engine, learning
from .engine import *
from .ground.memory import keep_freed_memory
from .learning import *

__all__ = [*engine.__all__, *learning.__all__]
_ON_DEMAND = {"check": "exercises", "plt": "figures.notebook", "show": "figures.notebook",
              "__version__": "ground.version"}

keep_freed_memory()


def __getattr__(name):
    if name in _ON_DEMAND:
        return getattr(import_module(f"{__name__}.{_ON_DEMAND[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return [*__all__, *_ON_DEMAND]
