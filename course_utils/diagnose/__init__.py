"""Diagnose a recurrent network of your own, from PyTorch, Keras or this course; neither of those is needed to run it.

    network = read_network("weights.safetensors")                  # or .npz, .weights.h5; a file is data, never code
    network = network_from_arrays(model.state_dict())              # or arrays that are in memory already

A `Network` is a stack of `Layer`s, each a cell of this course with its weights in float64.
"""
from .files import read_network
from .network import Layer, Network, network_from_arrays

__all__ = ["Layer", "Network", "network_from_arrays", "read_network"]
