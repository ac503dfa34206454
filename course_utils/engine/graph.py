"""A cell's table of local derivatives as a graph: in which order its edges are walked.

Edges are of two kinds. Elementwise ones, (output, input), come from the cell's table. Matrix ones come from
`cell.products`: the pre-activations `targets` receive `source @ W_h[columns]`. Sorted once, the edges are
walked inputs first to write out a Jacobian and outputs first to back-propagate.
"""
from functools import lru_cache
from graphlib import TopologicalSorter
from typing import NamedTuple


class Edge(NamedTuple):
    """One step of a walk: elementwise (`product` is None) from `inp` to `out`, or the matrix product number
    `product` from its source `inp` to the targets in `out` (a tuple)."""

    out: object
    inp: str
    product: int | None = None


def walk(cell, table):
    """All edges but those from elementwise weights, inputs before outputs; read it backwards for outputs first."""
    elementwise = tuple(edge for edge in table if edge[1] not in cell.weights)
    return _sorted_edges(elementwise, tuple(cell.products))


def weight_edges(cell, table):
    """The edges (gate, weight) from elementwise weights."""
    return [edge for edge in table if edge[1] in cell.weights]


@lru_cache(maxsize=64)
def _sorted_edges(elementwise, products):
    sorter, into = TopologicalSorter(), {}
    for out, inp in elementwise:
        sorter.add(out, inp)
        into.setdefault(out, []).append(Edge(out, inp))
    for number, (source, targets) in enumerate(products):
        sorter.add(number, source)
        into[number] = [Edge(targets, source, number)]
        for target in targets:
            sorter.add(target, number)
    return tuple(edge for node in sorter.static_order() for edge in into.get(node, ()))


def candidate(cell):
    """The gate that makes what is written: a of a plain network, g of an LSTM, n of a GRU, u of a linear
    recurrent unit."""
    return next(name for name in cell.gates if name in ("a", "g", "n", "u"))


def gate_columns(cell, gate, n_hidden):
    """The columns of a gate in W_x, W_h and b, as a slice."""
    at = cell.gates.index(gate) * n_hidden
    return slice(at, at + n_hidden)


def n_targets(cell):
    """How many blocks of H columns W_h has: as many as there are gates, none if no gate reads h_prev."""
    return sum(len(targets) for _, targets in cell.products)


def columns(cell, n_hidden):
    """For each product, the slice of W_h's columns that it uses: the blocks follow one another."""
    slices, start = [], 0
    for _, targets in cell.products:
        slices.append(slice(start, start + len(targets) * n_hidden))
        start = slices[-1].stop
    return slices
