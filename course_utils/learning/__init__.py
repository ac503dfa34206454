"""What turns gradients into learning: losses, a model with a readout, optimisers, the training loop, checkpoints."""
from .history import History
from .losses import softmax, softmax_cross_entropy, squared_error
from .model import Model, NotFinite, init_model, loss_and_gradients, predict
from .optimisers import SGD, Adam, RMSprop
from .regulariser import vanishing_regulariser
from .training import TrainingDiverged, fit, share_wrong

__all__ = ["SGD", "Adam", "History", "Model", "NotFinite", "RMSprop", "TrainingDiverged", "fit", "init_model",
           "loss_and_gradients", "predict", "share_wrong", "softmax", "softmax_cross_entropy", "squared_error",
           "vanishing_regulariser"]
