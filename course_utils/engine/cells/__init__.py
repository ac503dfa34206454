"""The recurrent cells, CELLS, the last of them MODERN, and the LSTM with one part taken out, ABLATIONS; the tests run
over all."""
import re

from ...ground.checks import one_of
from .ablated import NoInputActivationLSTM, NoInputGateLSTM, NoOutputActivationLSTM, NoOutputGateLSTM
from .activated import activated
from .base import Cell
from .gru import GRU, ResetAfterGRU
from .heads import multihead
from .lru import LRU
from .lstm import LSTM, CoupledLSTM, NoForgetLSTM, PeepholeLSTM
from .minimal import MinGRU, MinLSTM
from .rglru import RGLRU
from .rnn import LinearRNN, ReluRNN, SigmoidRNN, TanhRNN
from .slstm import SLSTM
from .ssm import SelectiveSSM

MODERN = (MinGRU, MinLSTM, SLSTM, RGLRU, SelectiveSSM, LRU)

CELLS = (LinearRNN, TanhRNN, SigmoidRNN, ReluRNN, LSTM, NoForgetLSTM, CoupledLSTM, PeepholeLSTM, GRU,
         ResetAfterGRU, *MODERN)

ABLATIONS = (NoInputGateLSTM, NoOutputGateLSTM, NoInputActivationLSTM, NoOutputActivationLSTM)


def find_cell(name):
    """The cell of this name, "SLSTM(4 heads)" and "SelectiveSSM(16)" among them. Raises ValueError."""
    known = {cell.__name__: cell for cell in CELLS + ABLATIONS}
    if isinstance(name, str) and (found := re.fullmatch(r"(.+)\((\d+) heads\)", name)):
        return multihead(find_cell(found[1]), int(found[2]))
    if isinstance(name, str) and (found := re.fullmatch(r"SelectiveSSM\((\d+)\)", name)):
        return SelectiveSSM.with_size(int(found[1]))
    return known[one_of("cell", name, tuple(known))]


__all__ = ["ABLATIONS", "CELLS", "MODERN", "Cell", "activated", "find_cell", "multihead",
           *(cell.__name__ for cell in CELLS + ABLATIONS)]
