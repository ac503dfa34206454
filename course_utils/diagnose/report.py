"""The diagnosis of a network: measured once, shown as text, in a notebook, or as a page.

    network = read_network("weights.safetensors")                  # or .npz, .h5, .keras, .onnx; data, never code
    network = network_from_arrays(model.state_dict())              # or arrays that are in memory already

    diagnosis = diagnose(network, x, lag=40)                       # x (T, B, D); shows itself in a notebook
    print(diagnosis.to_text())
    diagnosis.to_html("report.html")

What is measured, in which units: `measures`, `gates`, `spectra`. Which limits are drawn, and whose advice: `advice`.
"""
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..ground.arguments import having, maybe, path, takes, text
from ..ground.checks import as_size
from ..ground.files import replacing
from .advice import Advice, advise
from .html import as_page, body
from .lengths import as_lengths
from .measures import Flow, Measures, measure
from .network import Layer, Network
from .running import as_sequences
from .text import as_text, count


@dataclass(frozen=True)
class Diagnosis:
    """What `diagnose` found. network · shape (T, B, D) of the sequences · lag in steps, lag_given: by the caller ·
    layers: `Measures` of each, the lowest first · inputs: the `Flow` of ∂L/∂x_t · advice: a tuple of `Advice`, the
    lowest layer's first · lengths (B,) of the sequences, or None if all are T. In a notebook it shows itself."""

    network: Network
    shape: tuple[int, int, int]
    lag: int
    lag_given: bool
    layers: tuple[Measures, ...]
    inputs: Flow
    advice: tuple[Advice, ...]
    lengths: np.ndarray | None = None

    def _repr_html_(self):
        return body(self, level=3)  # below the headings of a notebook

    def __repr__(self):
        return f"<Diagnosis of {self.network.source}: {count(len(self.layers), 'layer')}, advice: {len(self.advice)}>"

    def to_text(self):
        """The diagnosis as plain text."""
        return as_text(self)

    @takes(path=maybe(path))
    def to_html(self, path=None):
        """The diagnosis as a complete page that needs nothing beside it; written to `path` where one is given, as a
        whole or not at all. Returns the page."""
        page = as_page(self)
        if path is not None:
            with replacing(Path(path), "w", encoding="utf-8") as file:
                file.write(page)
        return page


@takes(model=having("cell", "params"), name=text)
def examine(model, x, lag=None, name="a model of this course"):
    """The `Diagnosis` of a `Model` of this course on x (T, B, D), as of a network of one layer. Raises ValueError as
    `diagnose` does."""
    return diagnose(Network((Layer("rnn", model.cell, model.params),), name), x, lag=lag)


def diagnose(network, x, *, lag=None, lengths=None, state0=None, progress=False):
    """The `Diagnosis` of a `Network` on the sequences x (T, B, D), real ones: what they are decides what gates do.

    lag: how many steps back the inputs lie that matter, 1 … T; T − 1 (or 1) if left out. lengths (B,): of sequences
    that are padded at the end, each of which then ends at its own last step; nothing of the padding is measured.
    state0: for each layer the (K, B, H) that it starts from, zero if left out. `measures` says which gradient is
    measured, `gates` and `spectra` what else, `advice` which limits are drawn and whose remedies are named. progress:
    show a bar if it takes longer than two seconds. Layers of more than 256 units are measured in float32, and products
    of their Jacobians by a few random vectors; so is a heat map that would take too long. Raises ValueError for x, lag,
    lengths or state0 that don't fit, and for states that overflow.
    """
    if not isinstance(network, Network):
        raise ValueError(f"network is a {type(network).__name__}, expected a Network, as read_network returns it")
    x = as_sequences(x, network)
    lengths = as_lengths(lengths, *x.shape[:2])
    n_steps = len(x) if lengths is None else int(lengths.max())
    given, lag = lag is not None, as_size("lag", max(1, n_steps - 1) if lag is None else lag, 1, n_steps)
    layers, inputs = measure(network, x, lengths, state0, progress=progress)
    advice = tuple(one for measures in layers for one in advise(measures, lag))
    return Diagnosis(network, x.shape, lag, given, tuple(layers), inputs, advice, lengths)
