"""The recurrent cells, CELLS, and the LSTM with one part taken out, ABLATIONS; the tests run over both."""
from ...ground.checks import one_of
from .ablated import NoInputActivationLSTM, NoInputGateLSTM, NoOutputActivationLSTM, NoOutputGateLSTM
from .activated import activated
from .base import Cell
from .gru import GRU, ResetAfterGRU
from .lstm import LSTM, CoupledLSTM, NoForgetLSTM, PeepholeLSTM
from .rnn import LinearRNN, ReluRNN, SigmoidRNN, TanhRNN

CELLS = (LinearRNN, TanhRNN, SigmoidRNN, ReluRNN, LSTM, NoForgetLSTM, CoupledLSTM, PeepholeLSTM, GRU,
         ResetAfterGRU)

ABLATIONS = (NoInputGateLSTM, NoOutputGateLSTM, NoInputActivationLSTM, NoOutputActivationLSTM)


def find_cell(name):
    """The cell of this name. Raises ValueError."""
    known = {cell.__name__: cell for cell in CELLS + ABLATIONS}
    return known[one_of("cell", name, tuple(known))]


__all__ = ["ABLATIONS", "CELLS", "Cell", "activated", "find_cell", *(cell.__name__ for cell in CELLS + ABLATIONS)]
