"""Where does a network forget? Its weights and a batch of real sequences in; a report with reasons and advice out."""
from .files import read_network
from .network import Layer, Network, network_from_arrays
from .report import Diagnosis, diagnose, examine
from .running import run, total_gradients

__all__ = ["Diagnosis", "Layer", "Network", "diagnose", "examine", "network_from_arrays", "read_network", "run",
           "total_gradients"]
