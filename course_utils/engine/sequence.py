"""The loop over time: run a cell over a sequence and keep what back-propagation will need."""
from dataclasses import dataclass
from functools import lru_cache
from inspect import signature
from itertools import repeat

import numpy as np

from ..ground.checks import as_array
from .graph import columns
from .params import cell_name, check_params


@dataclass(frozen=True)
class Trace:
    """What a forward pass leaves behind.

    x (T, B, D) input · states (K, T+1, B, H), entry 0 the initial state · gates (G, T, B, H) gate values ·
    for a cell with a second recurrent product, signal (T, B, H) what that product read and product (T, B, H)
    what it gave (None for the other cells) · cell the cell's name.
    """

    cell: str
    x: np.ndarray
    states: np.ndarray
    gates: np.ndarray
    signal: np.ndarray | None = None
    product: np.ndarray | None = None

    @property
    def n_steps(self):
        return self.x.shape[0]


def unroll(cell, params, x, state0=None):
    """Run `cell` over the sequence x (T, B, D), h_t = cell(x_t W_x + b, h_{t−1} W_h), t = 1 … T.

    state0: (K, B, H) the initial state, zero if left out. Returns a `Trace`: states (K, T+1, B, H), gates
    (G, T, B, H), in the dtype of the weights. x and state0 must have that dtype too.
    The inputs of all steps are projected before the loop.
    Raises ValueError for shapes, dtypes or values that do not fit, before any work is done.
    """
    return unroll_checked(cell, params, check_params(cell, params), x, state0)


def unroll_checked(cell, params, sizes, x, state0=None):
    """`unroll` for weights of which `check_params` has found the sizes (D, H, dtype) already."""
    x, states = states_from(cell, sizes, x, state0)
    gates = projected(x, params, sizes[1])
    later = _SecondProduct(cell, params, states)
    with np.errstate(over="ignore"):  # σ of a very negative number
        _run(cell, params, gates, states, later)
    return Trace(cell_name(cell), x, states, gates.swapaxes(0, 1), later.signal, later.product)


def states_from(cell, sizes, x, state0):
    """(x, room for the states (K, T+1, B, H) with the initial one in it), checked, for sizes (D, H, dtype)."""
    n_inputs, n_hidden, dtype = sizes
    x = as_array("x", x, ("T", "B", n_inputs), dtype)
    n_steps, n_batch, _ = x.shape
    states = np.empty((len(cell.states), n_steps + 1, n_batch, n_hidden), dtype)
    states[:, 0] = 0 if state0 is None else as_array("state0", state0, states[:, 0].shape, dtype)
    return x, states


def projected(x, params, n_hidden):
    """x_t W_x + b of all steps, (T, G, B, H): one block (G, B, H) a step."""
    n_steps, n_batch, n_inputs = x.shape
    if n_batch == 1:  # one product for all steps, which lies in memory as it should
        gates = (x.reshape(n_steps, n_inputs) @ params.W_x).reshape(n_steps, -1, 1, n_hidden)
    else:  # one for each step and gate, put where it belongs
        gates = x[:, None] @ params.W_x.reshape(n_inputs, -1, n_hidden).swapaxes(0, 1)
    gates += params.b.reshape(-1, 1, n_hidden)
    return gates


def _run(cell, params, gates, states, later):
    """The loop itself: `gates` (T, G, B, H) turn from x W_x + b into gate values."""
    n_batch, n_hidden = states.shape[2:]
    W_h = np.ascontiguousarray(params.W_h[:, columns(cell, n_hidden)[0] if cell.products else slice(0)])
    recurrent = np.empty((n_batch, W_h.shape[1]), W_h.dtype)
    by_gate = recurrent.reshape(n_batch, -1, n_hidden).swapaxes(0, 1)  # the same memory as (G, B, H)
    places = zip(gates, gates[:, :len(by_gate)], states.swapaxes(0, 1), states[0], zip(*states[:, 1:]), later)
    step, in_place = cell.step, takes_out(cell.step)
    for a, first, prev, h, out, product in places:  # views, which a zip makes faster than indices
        if cell.products:
            np.dot(h, W_h, recurrent)  # less to begin with than matmul
            np.add(first, by_gate, first)
        new = step(a, prev, params, product, out) if in_place else step(a, prev, params, product)
        for place, value in zip(out, new):
            if value is not place:
                place[...] = value


@lru_cache(maxsize=64)
def takes_out(step):
    """Whether a cell's own step can put new states where they belong: one that a subclass writes need not."""
    return "out" in signature(step).parameters


class _SecondProduct:
    """`product(source)` for the cells that need one more recurrent product within a step; it remembers what
    the product read and what it gave. Iterated over it is itself, one step on each time."""

    def __init__(self, cell, params, states):
        self.signal = self.product = None
        if len(cell.products) > 1:
            self.W_h = np.ascontiguousarray(params.W_h[:, columns(cell, states.shape[-1])[1]])
            h_prev = states[0, :-1]
            self.made = cell.products[1][0] != "h_prev"
            self.signal = np.empty_like(h_prev) if self.made else h_prev
            self.product = np.empty_like(h_prev)

    def __iter__(self):
        if self.signal is None:
            return repeat(None)
        return self._each_step()

    def _each_step(self):
        for read, given in zip(self.signal, self.product):
            self.read, self.given = read, given
            yield self

    def __call__(self, source):
        if self.made:
            self.read[...] = source
        return np.dot(source, self.W_h, self.given)
