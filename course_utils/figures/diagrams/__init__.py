"""Drawings of cells, on the `ax` they are given; every function says what it lights."""
from .belt import conveyor_belt
from .gate import gate_flow
from .gru import gru_module
from .lstm import coupled_module, lstm_module, no_forget_module, peephole_module
from .pen import BOX, DIM, LIT
from .rnn import rnn_module

__all__ = ["BOX", "DIM", "LIT", "conveyor_belt", "coupled_module", "gate_flow", "gru_module",
           "lstm_module", "no_forget_module", "peephole_module", "rnn_module"]
