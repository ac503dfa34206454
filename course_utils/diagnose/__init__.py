"""Where does a network forget? Its weights and a batch of real sequences in; a report with reasons and advice out.

    network = read_network("weights.safetensors")                  # or .npz, .weights.h5; a file is data, never code
    network = network_from_arrays(model.state_dict())              # or arrays that are in memory already

    diagnosis = diagnose(network, x, lag=40)                       # x (T, B, D); shows itself in a notebook
    print(diagnosis.to_text())
    diagnosis.to_html("report.html")

The weights come from PyTorch, Keras or this course; neither of the first two is needed to run it. A `Network` is a
stack of `Layer`s, each a cell of this course with its weights in float64. From a shell:

    python -m course_utils.diagnose weights.safetensors data.npz --out report.html --lag 40

What is measured, in which units: `measures`, `gates`, `spectra`. Which limits are drawn, and whose advice: `advice`.
"""
from .files import read_network
from .network import Layer, Network, network_from_arrays
from .report import Diagnosis, diagnose

__all__ = ["Diagnosis", "Layer", "Network", "diagnose", "network_from_arrays", "read_network"]
