"""Symbols that stand for a cell's arrays: a cell's own Python, run once on them, leaves behind what it computed.

A cell is elementwise, so what it does to arrays it does to every unit alike. NumPy hands each operation on a `Symbol`
to the symbol (its protocols `__array_ufunc__` and `__array_function__`); the symbol writes a line of JavaScript.
"""
import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

OPERATIONS = {  # NumPy's function: JavaScript, the operands in {}
    np.add: "{} + {}", np.subtract: "{} - {}", np.multiply: "{} * {}", np.divide: "{} / {}", np.power: "{} ** {}",
    np.negative: "-{}", np.positive: "+{}", np.reciprocal: "1 / {}", np.square: "{0} * {0}",
    np.exp: "Math.exp({})", np.expm1: "Math.expm1({})", np.log: "Math.log({})", np.log1p: "Math.log1p({})",
    np.tanh: "Math.tanh({})", np.sin: "Math.sin({})", np.cos: "Math.cos({})",
    np.sqrt: "Math.sqrt({})", np.absolute: "Math.abs({})", np.sign: "Math.sign({})",
    np.logaddexp: "Math.max({0}, {1}) + Math.log1p(Math.exp(-Math.abs({0} - {1})))",
    np.maximum: "Math.max({}, {})", np.minimum: "Math.min({}, {})",
    np.greater: "Number({} > {})", np.greater_equal: "Number({} >= {})", np.less: "Number({} < {})",
    np.less_equal: "Number({} <= {})"}


class Lines:
    """The lines of JavaScript that are being written, in stages: a recurrent product ends one."""

    def __init__(self):
        self.stages, self.stage_of, self.kept = [[]], {}, []

    def write(self, operation, *operands):
        """A new line `const tN = …`; returns its name."""
        name = f"t{len(self.stage_of)}"
        self.stages[-1].append((name, operation.format(*map(self.read, operands))))
        self.stage_of[name] = len(self.stages) - 1
        return name

    def load(self, text):
        """A symbol for what stands in an array."""
        return Symbol(self, [[self.write(text)]])

    def read(self, operand):
        """An operand as JavaScript: a number, or a name, which is kept in an array if it is of an earlier stage."""
        if self.stage_of.get(operand, len(self.stages) - 1) < len(self.stages) - 1:
            if operand not in self.kept:
                self.kept.append(operand)
            return f"v.{operand}[n]"
        return f"({operand})" if isinstance(operand, str) and operand.startswith("-") else operand

    def text(self, stage, last=()):
        """The lines of a stage as text, then `last`."""
        lines = [f"const {name} = {line};" for name, line in self.stages[stage]]
        lines += [f"v.{name}[n] = {name};" for name in self.kept if self.stage_of[name] == stage]
        return [*lines, *last]


class Symbol(NDArrayOperatorsMixin):
    """One array, or several in a row that can be written into through a part of them, as NumPy's views can.

    slots: [[JavaScript]], each a list of one, so that two symbols can share it. several: whether it stands for a row of
    arrays (it has a length then).
    """

    symbolic, dtype, shape = True, np.dtype(float), ()

    def __init__(self, lines, slots, several=False):
        self.lines, self.slots, self.several = lines, slots, several

    def __getitem__(self, key):
        if key in (..., ()):
            return self
        if not self.several:
            raise ValueError(f"a cell is elementwise, but its step takes [{key!r}] of a single gate or state")
        found = self.slots[key]
        return Symbol(self.lines, found, True) if isinstance(key, slice) else Symbol(self.lines, [found])

    def __setitem__(self, key, value):
        """Write into the arrays; `key` chooses among several, or is … for all."""
        slots = self.slots if key in (..., ()) else self[key].slots
        names = [slot[0] for slot in value.slots] if isinstance(value, Symbol) else [number(value)]
        for slot, name in zip(slots, names * (len(slots) // len(names)), strict=True):
            slot[0] = name

    def __iter__(self):
        return iter([self[k] for k in range(len(self))])

    def __len__(self):
        if not self.several:
            raise ValueError("a cell is elementwise, but its step asks for the length of a single gate or state")
        return len(self.slots)

    def __bool__(self):
        raise ValueError("a cell's step must do the same to every unit, but it asks whether a number is true")

    def astype(self, dtype, **_):
        """Numbers are numbers in JavaScript."""
        return self

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **_):
        if ufunc not in OPERATIONS or method != "__call__":
            raise ValueError(f"a cell's step uses numpy.{ufunc.__name__}, of which the browser knows nothing; "
                             f"expected one of {', '.join(sorted(known.__name__ for known in OPERATIONS))}")
        size = max(len(value.slots) for value in inputs if isinstance(value, Symbol))
        rows = [[slot[0] for slot in value.slots] * (size // len(value.slots)) if isinstance(value, Symbol)
                else [number(value)] * size for value in inputs]
        names = [self.lines.write(OPERATIONS[ufunc], *operands) for operands in zip(*rows)]
        if out is None:
            return Symbol(self.lines, [[name] for name in names], size > 1)
        for slot, name in zip(out[0].slots, names, strict=True):
            slot[0] = name
        return out[0]

    def __array_function__(self, function, types, args, kwargs):
        fill = {np.ones_like: "1", np.zeros_like: "0", np.empty_like: "0"}
        if function not in fill:
            raise ValueError(f"a cell's step uses numpy.{function.__name__}, of which the browser knows nothing")
        return Symbol(self.lines, [[fill[function]] for _ in self.slots], self.several)


def number(value):
    """A number as JavaScript. Raises ValueError for arrays."""
    if np.ndim(value):
        raise ValueError(f"a cell's step holds an array of shape {np.shape(value)}, expected numbers and its arguments")
    return repr(float(value)).removesuffix(".0")
