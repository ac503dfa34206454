"""The ten recurrent cells, CELLS, and the LSTM with one part taken out, ABLATIONS; the tests run over both. `base` says
what a cell is."""
from .ablated import NoInputActivationLSTM, NoInputGateLSTM, NoOutputActivationLSTM, NoOutputGateLSTM
from .base import Cell
from .gru import GRU, ResetAfterGRU
from .lstm import LSTM, CoupledLSTM, NoForgetLSTM, PeepholeLSTM
from .rnn import LinearRNN, ReluRNN, SigmoidRNN, TanhRNN

CELLS = (LinearRNN, TanhRNN, SigmoidRNN, ReluRNN, LSTM, NoForgetLSTM, CoupledLSTM, PeepholeLSTM, GRU,
         ResetAfterGRU)

ABLATIONS = (NoInputGateLSTM, NoOutputGateLSTM, NoInputActivationLSTM, NoOutputActivationLSTM)

__all__ = ["ABLATIONS", "CELLS", "Cell", *(cell.__name__ for cell in CELLS + ABLATIONS)]
