"""The cells as JavaScript, made from their own Python: `step` and `partials`, run once on symbols.

What stands in a browser is a table with, for every cell, its names, its step and its local derivatives for one unit at
one step of time, and the order in which the edges are walked. `js/engine.js` reads it as the engine reads the cell.
"""
import json

from ..engine.cells import CELLS
from ..engine.graph import walk
from .tracing import Lines, Symbol, number

HEAD = "(v, w, p, n, j, H) => {"  # arrays, weights, partials by number; n = t H + j is unit j at step t


class Weights(dict):
    """A cell's elementwise weights as symbols, by name or as attributes."""

    __getattr__ = dict.__getitem__


def cell_table(cells=CELLS):
    """`const CELLS = {…};`, a line of JavaScript for each operation of each cell."""
    rows = (f"  {json.dumps(cell.__name__)}: {cell_source(cell)}" for cell in cells)
    return "const CELLS = {\n" + ",\n".join(rows) + "\n};\n"


def cell_source(cell):
    """One cell: {states, gates, weights, products, edges, kept, stages, sources, partials}."""
    stages, sources, kept = traced_step(cell)
    table, partials = traced_partials(cell)
    edges = [[edge.out, edge.inp, list(table).index((edge.out, edge.inp)) if edge.product is None else None,
              edge.product] for edge in walk(cell, table)]
    facts = {"states": cell.states, "gates": cell.gates, "weights": cell.weights, "products": cell.products,
             "edges": edges, "kept": kept, "sources": sources}
    parts = [f"{name}: {json.dumps(value)}" for name, value in facts.items()]
    parts += ["stages: [" + ", ".join(map(_function, stages)) + "]", f"partials: {_function(partials)}"]
    return "{\n    " + ",\n    ".join(parts) + "}"


def traced_step(cell):
    """(lines of each stage, what each later product reads, names that are kept from stage to stage)."""
    lines = Lines()
    gates = Symbol(lines, [[lines.write(f"v.{name}[n]")] for name in cell.gates], True)
    prev = [lines.load(f"v.{name}[n]") for name in cell.states]
    weights = Weights({name: lines.load(f"w.{name}[j]") for name in cell.weights})
    sources = []

    def product(source):
        sources.append(source.slots[0][0])
        lines.kept.append(sources[-1])
        lines.stages.append([])
        return lines.load("v.product[n]")

    new = cell.step(gates, prev, weights, product)
    stores = [f"v.{name}[n] = {lines.read(slot[0])};" for name, slot in zip(cell.gates, gates.slots)]
    stores += [f"v.{name}[n + H] = {lines.read(value.slots[0][0])};" for name, value in zip(cell.states, new)]
    last = len(lines.stages) - 1
    stages = [lines.text(k, stores if k == last else ()) for k in range(last + 1)]
    return stages, sources, list(dict.fromkeys(lines.kept))


def traced_partials(cell):
    """(the keys of the table of local derivatives without those of elementwise weights, lines)."""
    lines = Lines()
    gates = [lines.load(f"v.{name}[n]") for name in cell.gates]
    prev, new = ([lines.load(f"v.{name}[n{shift}]") for name in cell.states] for shift in ("", " + H"))
    weights = Weights({name: lines.load(f"w.{name}[j]") for name in cell.weights})
    table = cell.partials(gates, prev, new, weights, lines.load("v.product[n]") if len(cell.products) > 1 else None)
    table = {edge: value for edge, value in table.items() if edge[1] not in cell.weights}
    stores = [f"p[{k}][n] = {value.slots[0][0] if isinstance(value, Symbol) else number(value)};"
              for k, value in enumerate(table.values())]
    return table, lines.text(0, stores)


def _function(lines):
    return HEAD + "\n      " + "\n      ".join(lines) + "}"
