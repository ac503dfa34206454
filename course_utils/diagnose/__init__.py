"""Where does a network forget? Its weights and a batch of real sequences in; a report with reasons and advice out."""
from .layouts import network_from_arrays
from .network import Layer, Level, Network
from .read import read_network
from .report import Diagnosis, diagnose, examine
from .running import run, total_gradients

__all__ = ["Diagnosis", "Layer", "Level", "Network", "diagnose", "examine", "network_from_arrays", "read_network",
           "run", "total_gradients"]
