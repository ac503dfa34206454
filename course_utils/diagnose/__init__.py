"""Where does a network forget? Its weights and a batch of real sequences in, a report with reasons and advice out.

    from course_utils.diagnose import Layer, Network, diagnose

    network = Network((Layer("rnn", LSTM, params),), "my weights")
    diagnosis = diagnose(network, x, lag=40)      # x (T, B, D); lag: how far back your data reach
    print(diagnosis.to_text())
    diagnosis.to_html("report.html")
"""
from .network import Layer, Network, network_from_arrays
from .report import Diagnosis, diagnose

__all__ = ["Diagnosis", "Layer", "Network", "diagnose", "network_from_arrays"]
