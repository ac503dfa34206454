"""The ten recurrent cells. `base` says what a cell is; CELLS is the list that the tests run over."""
from .base import Cell
from .gru import GRU, ResetAfterGRU
from .lstm import LSTM, CoupledLSTM, NoForgetLSTM, PeepholeLSTM
from .rnn import LinearRNN, ReluRNN, SigmoidRNN, TanhRNN

CELLS = (LinearRNN, TanhRNN, SigmoidRNN, ReluRNN, LSTM, NoForgetLSTM, CoupledLSTM, PeepholeLSTM, GRU,
         ResetAfterGRU)

__all__ = ["CELLS", "Cell", *(cell.__name__ for cell in CELLS)]
