"""The weights of a cell and how they are drawn."""
from math import prod

import numpy as np

from ..ground.arguments import float_type, generator, takes
from ..ground.checks import FLOATS, as_array, as_real, as_size, one_of
from .cells import Cell
from .cells.heads import heads_mask
from .graph import gate_columns, n_targets

SCHEMES = ("glorot", "orthogonal", "identity", "gaussian", "sparse", "torch")
MOST_WEIGHTS = 2**30
NON_ZEROS = 15  # a unit, of the "sparse" scheme


class Params(dict):
    """Named weight arrays, read as attributes (`params.W_h`) or as a dict (`for name, array in params.items()`).

    W_x (D, G·H), W_h (H, G·H), b (G·H,) in the order of the cell's gates, and its elementwise weights (H,).
    Gradients are `Params` with the same names and shapes.
    """

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"no weight {name!r} here, only {', '.join(self)}") from None

    def __setattr__(self, name, value):
        self[name] = value

    def copy(self):
        """A deep copy: changing its arrays leaves these alone."""
        return type(self)({name: array.copy() for name, array in self.items()})


def weight_shapes(cell, n_inputs, n_hidden):
    """{name: shape} of every weight of `cell` for D = n_inputs and H = n_hidden."""
    wide, recurrent = len(cell.gates) * n_hidden, n_targets(cell) * n_hidden
    shapes = {"W_x": (n_inputs, wide), "W_h": (n_hidden, recurrent), "b": (wide,)}
    return shapes | {name: (n_hidden,) for name in cell.weights}


def check_params(cell, params):
    """(n_inputs, n_hidden, dtype) of `params`, once all its arrays are found to fit `cell`. Raises ValueError."""
    wanted = ("W_x", "W_h", "b", *check_cell(cell).weights)
    if not isinstance(params, Params):
        raise ValueError(f"params is a {type(params).__name__}, expected Params, as init_params returns them")
    if set(params) != set(wanted):
        raise ValueError(f"params of {cell_name(cell)} hold {', '.join(params)}, expected {', '.join(wanted)}")
    if not all(isinstance(array, np.ndarray) for array in params.values()):
        raise ValueError(f"params hold {', '.join(type(a).__name__ for a in params.values())}, expected NumPy arrays")
    W_h = _check_recurrent(cell, params.W_h)
    if cell.heads > 1 and W_h[~heads_mask(cell, len(W_h))].any():
        raise ValueError(f"W_h of {cell_name(cell)} has weights between heads, expected zeros there")
    for name, shape in weight_shapes(cell, "D", W_h.shape[0]).items():
        if name != "W_h":
            as_array(name, params[name], shape, W_h.dtype)
    return params.W_x.shape[0], W_h.shape[0], W_h.dtype


def _check_recurrent(cell, W_h):
    """W_h, which says how large H is: (H, G·H), or (H, 0) for a cell without recurrent product. Raises ValueError."""
    if cell.products:
        known = W_h.ndim == 2 and len(W_h)  # so that each weight is looked at once
        return as_array("W_h", W_h, weight_shapes(cell, 1, len(W_h))["W_h"] if known else ("H", f"{n_targets(cell)}·H"))
    if W_h.ndim != 2 or W_h.shape[1] or not len(W_h) or W_h.dtype not in FLOATS:
        raise ValueError(f"W_h of {cell_name(cell)} is {W_h.dtype} of shape {W_h.shape}, expected floats of shape "
                         "(H, 0): no gate reads h_prev")
    return W_h


def check_cell(cell):
    """`cell` itself if it is one of the cells, as a class or as an instance. Raises ValueError."""
    if not (isinstance(cell, Cell) or (isinstance(cell, type) and issubclass(cell, Cell))):
        raise ValueError(f"cell is {cell!r}, expected a cell such as course_utils.LSTM")
    return cell


def cell_name(cell):
    """The name of a cell, be it given as a class or as an instance."""
    return getattr(cell, "__name__", type(cell).__name__)


def init_params(cell, n_inputs, n_hidden, rng, *, recurrent="glorot", gain=1.0, forget_bias=0.0, dtype=float):
    """Draw weights for `cell`: W_x (D, G·H), W_h (H, G·H), b (G·H,), elementwise weights (H,).

    Every gate's H × H block of W_h is drawn on its own and multiplied by `gain` (of a cell with heads, every head's
    block within it, and H below is the number of a head's units):

    * "glorot": uniform on ±√(6 / (H + H)) (Glorot & Bengio 2010), standard deviation 1/√H
    * "orthogonal": QR of a Gaussian matrix, all singular values 1 (Saxe et al. 2014)
    * "identity": the identity (Le, Jaitly & Hinton 2015)
    * "gaussian": N(0, 1/H), spectral radius near 1 by the circular law
    * "sparse": 15 non-zeros a unit, N(0, 1), scaled to spectral radius 1 (Martens 2010; Sutskever et al. 2013)
    * "torch": everything as `torch.nn.RNN/LSTM/GRU` draws it, uniform on ±1/√H, biases too (its two biases
      summed where that is exact)

    But for "torch", W_x is Glorot-uniform (±√(6 / (D + H))), and biases and elementwise weights start at zero, or as
    the cell's own `start` says. A cell without recurrent product has a W_h without columns, whatever the scheme.
    `forget_bias` is added to the bias of the gate that multiplies the old state (f; z of a GRU), and subtracted from
    that of a gate that takes the new value instead (z of a minGRU).
    rng: a numpy Generator. Raises ValueError for sizes below 1, an unknown scheme or dtype, or a
    `forget_bias` for a cell without such a gate.
    """
    check_cell(cell)
    n_inputs, n_hidden = as_size("n_inputs", n_inputs), as_size("n_hidden", n_hidden)
    one_of("recurrent", recurrent, SCHEMES)
    gain, forget_bias = as_real("gain", gain), as_real("forget_bias", forget_bias)
    float_type("dtype", dtype)
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"rng is {type(rng).__name__}, expected a numpy.random.Generator")
    entries = sum(prod(shape) for shape in weight_shapes(cell, n_inputs, n_hidden).values())
    if entries > MOST_WEIGHTS:
        raise ValueError(f"n_inputs is {n_inputs} and n_hidden is {n_hidden}: {entries:.1e} weights, expected at most "
                         f"{MOST_WEIGHTS:.1e}")
    if forget_bias and cell.forget_gate is None:
        raise ValueError(f"forget_bias is {forget_bias}, but no gate of {cell_name(cell)} multiplies the old state")
    draw = _draw_torch if recurrent == "torch" else _draw_scheme
    params = draw(cell, n_inputs, n_hidden, rng, recurrent)
    params.W_h *= gain
    if cell.heads > 1:
        params.W_h *= heads_mask(cell, n_hidden)
    if recurrent != "torch":
        _begin(cell, params, rng)
    if forget_bias:
        params.b[gate_columns(cell, cell.forget_gate, n_hidden)] += cell.forget_sign * forget_bias
    return Params({name: array.astype(dtype) for name, array in params.items()})


def _begin(cell, params, rng):
    """Put in what a cell does not start at zero."""
    n_hidden = len(params.W_h)
    for name, start in cell.start(n_hidden, rng).items():
        if name in cell.gates:
            params.b[gate_columns(cell, name, n_hidden)] = start
        else:
            params[name] = start


def _draw_scheme(cell, n_inputs, n_hidden, rng, recurrent):
    gates = range(len(cell.gates))
    params = Params({name: np.zeros(shape) for name, shape in weight_shapes(cell, n_inputs, n_hidden).items()})
    params.W_x = np.hstack([glorot(rng, n_inputs, n_hidden) for _ in gates])
    blocks = [_heads_block(rng, n_hidden, recurrent, cell.heads) for _ in range(n_targets(cell))]
    params.W_h = np.hstack([params.W_h[:, :0], *blocks])
    return params


def glorot(rng, n_in, n_out):
    """(n_in, n_out) numbers uniform on ±√(6 / (n_in + n_out)) (Glorot & Bengio 2010)."""
    limit = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-limit, limit, (n_in, n_out))


def _heads_block(rng, n, recurrent, heads):
    """A gate's block (n, n): a block of its own for each head, zeros between them."""
    block, size = np.zeros((n, n)), n // heads
    for k in range(heads):
        own = slice(k * size, (k + 1) * size)
        block[own, own] = _recurrent_block(rng, size, recurrent)
    return block


def _recurrent_block(rng, n, recurrent):
    if recurrent == "identity":
        return np.eye(n)
    if recurrent == "glorot":
        return glorot(rng, n, n)
    if recurrent == "sparse":
        return _sparse(rng, n)
    gaussian = rng.standard_normal((n, n))
    if recurrent == "gaussian":
        return gaussian / np.sqrt(n)
    q, r = np.linalg.qr(gaussian)
    return q * np.sign(np.diag(r))  # the signs make the draw uniform over all orthogonal matrices


def _sparse(rng, n):
    kept = np.argsort(rng.random((n, n)), axis=0) < NON_ZEROS  # of what a unit receives, a column, so many at random
    block = rng.standard_normal((n, n)) * kept
    return block / np.abs(np.linalg.eigvals(block)).max()


@takes(rng=generator)
def chrono_biases(cell, params, t_max, rng):
    """Give every unit a time scale of its own: b_f = ln u with u uniform on [1, t_max − 1], and b_i = −b_f
    (Tallec & Ollivier 2018), so that a lag of up to about t_max steps is within reach of some.

    b_f is the bias of the gate that multiplies the old state (f; z of a GRU), and is replaced; so is that of an input
    gate, where the cell has one. t_max above 2. Returns new `Params`. Raises ValueError for a cell without such a
    gate, or t_max that is too small.
    """
    _, H, dtype = check_params(cell, params)
    if cell.forget_gate is None:
        raise ValueError(f"no gate of {cell_name(cell)} multiplies the old state, expected a cell with such a gate")
    b_f = np.log(rng.uniform(1, as_real("t_max", t_max, above=2) - 1, H)).astype(dtype)
    params = params.copy()
    for gate, bias in ((cell.forget_gate, cell.forget_sign * b_f), ("i", -b_f)):
        if gate in cell.gates:
            params.b[gate_columns(cell, gate, H)] = bias
    return params


def _draw_torch(cell, n_inputs, n_hidden, rng, recurrent):
    limit = 1 / np.sqrt(n_hidden)
    params = Params({name: rng.uniform(-limit, limit, shape)
                     for name, shape in weight_shapes(cell, n_inputs, n_hidden).items()})
    second = rng.uniform(-limit, limit, params.b.shape)
    if "b_h" in params:  # the candidate's recurrent bias stands inside the reset and stays apart
        second[-n_hidden:] = 0
    params.b = params.b + second
    return params
