"""Back-propagation through time: the table of local derivatives read backwards, ds_prev = Jᵀ ds."""
from functools import lru_cache

import numpy as np

from ..ground.checks import as_array, as_size
from .cells.heads import heads_mask
from .graph import columns, walk, weight_edges
from .params import Params, cell_name, check_params
from .sequence import Trace

CHUNK = 1 << 15  # entries of one table array: a table is made for so many steps at once that it stays in cache


def backprop(cell, params, trace, dstates):
    """Total gradients of a loss L with respect to all states and all weights.

    dstates (K, T+1, B, H): the *direct* ∂L/∂s_t, what the loss itself says of each state, entry 0 the initial
    state. Returns `(total, grads)`: total (K, T+1, B, H) holds ∂L/∂s_t through all later steps as well,
    total_t = dstates_t + J_tᵀ total_{t+1}. (The components of one s_t count as independent: the total of c_t does
    not contain the path through h_t, which is in the total of h_t.) grads are `Params` like `params`; the weight
    gradients are one matrix product each, after the loop. Raises ValueError if anything does not fit.
    """
    return _backprop(cell, params, trace, _checked(cell, params, trace, dstates))


def _backprop(cell, params, trace, dstates):
    total, d = backward_pass(cell, params, trace, dstates)
    return total, _weight_gradients(cell, params, trace, d)


def _checked(cell, params, trace, dstates):
    """dstates, once the trace is found to fit the weights, and they the trace. Raises ValueError."""
    *_, dtype = check_trace(cell, params, trace)
    return as_array("dstates", dstates, trace.states.shape, dtype)


def backprop_with_inputs(cell, params, trace, dstates):
    """What `backprop` and `input_gradients` give, by one pass back: (total, grads, ∂L/∂x)."""
    total, d = backward_pass(cell, params, trace, _checked(cell, params, trace, dstates))
    return total, _weight_gradients(cell, params, trace, d), d.gates @ params.W_x.T


def _weight_gradients(cell, params, trace, d):
    rows = trace.x.shape[0] * trace.x.shape[1]
    da = d.gates.reshape(rows, -1)
    grads = Params(W_x=trace.x.reshape(rows, -1).T @ da, W_h=np.empty_like(params.W_h), b=da.sum(0))
    for (source, _), cols, target in zip(cell.products, columns(cell, params.W_h.shape[0]), d.targets):
        read = trace.states[0, :-1] if source == "h_prev" else trace.signal
        grads.W_h[:, cols] = read.reshape(rows, -1).T @ target.reshape(rows, -1)
    if cell.heads > 1:
        grads.W_h *= heads_mask(cell, len(params.W_h))
    return Params(grads | d.weights)


def input_gradients(cell, params, trace, dstates):
    """∂L/∂x (T, B, D) for the direct gradients `dstates` (K, T+1, B, H); errors as in `backprop`."""
    _, d = backward_pass(cell, params, trace, _checked(cell, params, trace, dstates))
    return d.gates @ params.W_x.T


def truncated_backprop(cell, params, trace, dstates, length):
    """`backprop`, cut into pieces of `length` steps: 1 … length, length + 1 … 2 length, and so on.

    Nothing is handed back from one piece to the one before (truncated back-propagation through time; Williams &
    Peng 1990), so a state's total holds only what the loss says of it within its own piece; the states themselves
    were carried on. With length ≥ T it is `backprop`. Returns and errors as there; ValueError for length < 1.
    """
    dstates, n_steps = _checked(cell, params, trace, dstates), trace.n_steps
    total, grads = np.empty_like(trace.states), None
    for start in range(0, n_steps, as_size("length", length)):
        stop = min(start + length, n_steps)
        piece, here = _backprop(cell, params, _piece(trace, start, stop), dstates[:, start:stop + 1])
        first = int(start > 0)  # a piece's initial state is the last of the one before, where it has its total
        total[:, start + first:stop + 1] = piece[:, first:]
        grads = here if grads is None else Params({name: grads[name] + here[name] for name in grads})
    return total, grads


def _piece(trace, start, stop):
    """The trace of steps start + 1 … stop alone."""
    signal, product = (None if array is None else array[start:stop] for array in (trace.signal, trace.product))
    return Trace(trace.cell, trace.x[start:stop], trace.states[:, start:stop + 1], trace.gates[:, start:stop],
                 signal, product)


def check_trace(cell, params, trace):
    """(T, B, H, dtype) of a trace that was made with this cell and weights of this shape. Raises ValueError."""
    n_inputs, n_hidden, dtype = check_params(cell, params)
    if not isinstance(trace, Trace):
        raise ValueError(f"trace is a {type(trace).__name__}, expected a Trace, as unroll returns it")
    if trace.cell != cell_name(cell):
        raise ValueError(f"trace was made by {trace.cell}, expected one made by {cell_name(cell)}")
    for name, held, axes in (("x", trace.x, 3), ("states", trace.states, 4)):
        if type(held) is not np.ndarray or held.ndim != axes:  # nor a masked one
            raise ValueError(f"trace.{name} is a {type(held).__name__} of shape {np.shape(held)}, expected an array "
                             f"with {axes} axes")
    n_steps, n_batch, _ = trace.x.shape
    shape = (len(cell.states), n_steps + 1, n_batch, n_hidden)
    if trace.states.shape != shape or trace.x.shape[2] != n_inputs or trace.states.dtype != dtype:
        raise ValueError(
            f"trace holds {trace.states.dtype} states {trace.states.shape} of inputs {trace.x.shape}, "
            f"expected {dtype} states {shape} of inputs {(n_steps, n_batch, n_inputs)}: other weights made it")
    _check_kept(cell, trace, (n_steps, n_batch, n_hidden))
    return n_steps, n_batch, n_hidden, dtype


def _check_kept(cell, trace, shape):
    """Whether a trace holds the gates, and what a second product read and gave, for (T, B, H) = shape. Raises
    ValueError."""
    second = shape if len(cell.products) > 1 else None
    for name, wanted in (("gates", (len(cell.gates), *shape)), ("signal", second), ("product", second)):
        held = getattr(trace, name)
        if type(held) is not (np.ndarray if wanted else type(None)) or (
                wanted and (held.shape, held.dtype) != (wanted, trace.states.dtype)):
            raise ValueError(f"trace.{name} is a {type(held).__name__} of shape {np.shape(held)}, expected {wanted} of "
                             f"{trace.states.dtype}")


def local_table(cell, params, trace, steps):
    """The cell's table {(output, input): (S, B, H)} for the S steps of the slice `steps` (start and stop given)."""
    prev, new = trace.states[:, steps], trace.states[:, steps.start + 1:steps.stop + 1]
    product = None if trace.product is None else trace.product[steps]
    table = cell.partials(trace.gates[:, steps], prev, new, params, product)
    shape, dtype = prev.shape[1:], prev.dtype
    return {edge: value if getattr(value, "shape", None) == shape and value.dtype == dtype
            else np.broadcast_to(np.asarray(value, dtype), shape) for edge, value in table.items()}


def chunks(n_steps, entries):
    """Slices that cover 0 … n_steps, last first, of as many steps as keep a table array within CHUNK entries."""
    size = max(1, CHUNK // entries)
    return [slice(max(0, stop - size), stop) for stop in range(n_steps, 0, -size)]


class _Gradients:
    """Room for ∂L/∂(everything but states): gates (T, B, G·H), one array per product's targets, weights."""

    def __init__(self, cell, total, n_gates):
        _, T, B, H = total[:, 1:].shape
        self.gates = np.empty((T, B, n_gates * H), total.dtype)
        self.weights = {name: np.zeros(H, total.dtype) for name in cell.weights}
        blocks = self.gates.reshape(T, B, n_gates, H)
        self.of = {name: blocks[:, :, g] for g, name in enumerate(cell.gates)}
        self.of |= {name + "_prev": total[k, :-1] for k, name in enumerate(cell.states)}
        self.of |= {name: total[k, 1:] for k, name in enumerate(cell.states)}
        extra = {node for source, targets in cell.products for node in (source, *targets)} - set(self.of)
        self.of |= {name: np.empty((T, B, H), total.dtype) for name in extra}  # m of one GRU, q of the other
        self.targets = [self._side_by_side(cell, targets) for _, targets in cell.products]
        self.read = {}  # ∂L/∂(a new state that others read within the step), those paths included; of one slice

    def _side_by_side(self, cell, targets):
        """The gradients of a product's targets as one (T, B, ·) array: a view, as matmul wants it."""
        if targets[0] not in cell.gates:
            return self.of[targets[0]]
        start, H = cell.gates.index(targets[0]), self.of[targets[0]].shape[-1]
        return self.gates[..., start * H:(start + len(targets)) * H]

    def over(self, kind, name, steps):
        """∂L/∂(node `name`), at the steps of a slice: ("d", name) in full, ("read", name) with the paths within the
        step, ("products", k) that of a product's targets."""
        if kind == "d":
            return self.of[name][steps]
        if kind == "products":
            return self.targets[name][steps]
        n_steps = steps.stop - steps.start
        if name not in self.read:
            self.read[name] = np.empty_like(self.of[name][:n_steps])  # the first slice is the longest
        return self.read[name][:n_steps]


def backward_pass(cell, params, trace, dstates):
    """The loop behind `backprop`, on what has been checked: (total dstates, gradients of pre-activations and
    elementwise weights)."""
    n_batch, n_hidden = dstates.shape[2:]
    total, dtype = dstates.copy(), dstates.dtype
    d = _Gradients(cell, total, len(cell.gates))
    matrices = [np.ascontiguousarray(params.W_h[:, cols].T) for cols in columns(cell, n_hidden)]
    scratch = np.empty((n_batch, n_hidden), dtype)
    for steps in chunks(trace.n_steps, n_batch * n_hidden):
        table = local_table(cell, params, trace, steps)
        walk_back, along = straight_walk(walk(cell, table), cell.states)
        arrays = (table[name] if kind == "table" else d.over(kind, name, steps) for kind, name in along)
        walk_back(zip(*(array[::-1] for array in arrays)), matrices, scratch)
        for out, name in weight_edges(cell, table):
            gradient = d.over("read" if out in d.read else "d", out, steps)
            d.weights[name] += np.einsum("tbh,tbh->h", gradient, table[out, name])
    return total, d


@lru_cache(maxsize=64)
def straight_walk(edges, states):
    """(function, names of arrays): the edges as one line of code each, outputs first, for a loop over the steps of
    these arrays, last step first. function(steps, matrices, scratch) → None.

    An array is named ("table", edge), or as `_Gradients.over` wants it.
    """
    names, lines = {}, []

    def name(*array):
        return names.setdefault(array, f"v{len(names)}")

    within = {edge.inp for edge in edges}.intersection(states)  # h reads the new c: beside dc, not into it
    begun = {**{state + "_prev": name("d", state + "_prev") for state in states},
             **{state: name("d", state) for state in within}}
    for out, inp, product in reversed(edges):
        target = name("read" if inp in within else "d", inp)
        if product is None:
            made = f"multiply({name('read' if out in within else 'd', out)}, {name('table', (out, inp))}"
        else:
            made = f"dot({name('products', product)}, matrices[{product}]"
        lines.append(f"add({begun[inp]}, {made}, scratch), {target})" if inp in begun else f"{made}, {target})")
        begun[inp] = target
    loop = f"    for {', '.join(names.values())}, in steps:\n        " + "\n        ".join(lines)
    code = {"multiply": np.multiply, "dot": np.dot, "add": np.add}
    exec(f"def walk_back(steps, matrices, scratch):\n{loop}", code)
    return code["walk_back"], tuple(names)


def gradient_norms(total):
    """Euclidean norm of ∂L/∂s_t over all components and units, (T+1, B), from the totals (K, T+1, B, H).

    Scaled before squaring, so that nothing underflows. Raises ValueError for another shape.
    """
    return scaled_norm(as_array("total", total, ("K", "T+1", "B", "H")), (0, 3))[0, ..., 0]


def scaled_norm(vectors, axis):
    """Euclidean norms over an axis or several, which stay as axes of size 1; scaled before squaring, so that nothing
    underflows."""
    scale = np.abs(vectors).max(axis=axis, keepdims=True)
    scale[scale == 0] = 1
    return scale * np.sqrt(np.square(vectors / scale).sum(axis=axis, keepdims=True))


def earliest(norms, least):
    """The earliest step from which on none of the norms (T+1,), or of their logarithms, falls below `least`."""
    below = np.flatnonzero(norms < least)
    return int(below[-1]) + 1 if below.size else 0
