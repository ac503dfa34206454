"""The recurrent cells, each as one elementwise step and one table of local derivatives.

Symbols, the same in formulas, code and figures (row vectors, a = x W_x + h_prev W_h + b):

    T steps · B batch · D inputs · H units · G gates · K state components
    x (T, B, D) · W_x (D, G·H) · W_h (H, G·H) · b (G·H,) · states (K, T+1, B, H), entry 0 the initial state
    i input gate · f forget gate · g candidate · o output gate · c cell state · h hidden state (output)
    r reset gate · z update gate · n candidate of a GRU · p_i, p_f, p_o peephole weights
    dX is ∂L/∂X; a Jacobian has outputs in rows

A cell is elementwise: unit j sees its own gates and its own state. Matrices stand only on the edges that
`products` names, `(source, targets)`: the pre-activations `targets` receive `source @ W_h[their columns]`.
Everything else about a cell is two static methods (a cell holds no data; class and instance serve alike):

* `step(a, prev, weights, product)`: `a` (G, B, H) holds x W_x + b plus the first product, if there is one, and is
  overwritten by the gate values; `prev` (K, B, H); returns the K new components. A cell with a second product asks for
  it by `product(source)`. If it has a fifth argument `out`, a tuple of K places for the new components, it may put them
  there and return them, which saves a copy; without one it returns arrays of its own.
* `partials(gates, prev, new, weights, product)`: the table {(output, input): ∂output/∂input}, every entry
  elementwise, for one step or many (any leading axes). A gate's name stands for its pre-activation,
  `h_prev` and `c_prev` for the old state, `h` and `c` for the new one, `product` is the second product.

course_utils/README.md has the recipe for adding a cell.
"""
from types import MappingProxyType

from ..activations import SIGMOID, TANH


def squashing(gates, shown=("c",)):
    """{gate: activation}: tanh for the candidates g and n and for the cell state that is shown, σ for the gates."""
    return squashed_by(**{name: TANH if name in ("g", "n", *shown) else SIGMOID for name in (*gates, *shown)})


def squashed_by(**activations):
    """{gate: activation}, which nobody can change."""
    return MappingProxyType(activations)


class Cell:
    """What all cells have: names of states, gates and elementwise weights, and the recurrent products."""

    states = ("h",)
    gates = ("a",)
    weights = ()  # names of elementwise weights, (H,) each, beside W_x, W_h and b
    products = (("h_prev", ("a",)),)
    activations = squashed_by()  # {gate: what squashes it}, and "c": what an LSTM shows its cell state through
    forget_gate = None  # the gate that multiplies the old state: `forget_bias` is its bias
    forget_sign = 1  # −1 where that gate multiplies by 1 − its value: `forget_bias` is subtracted then
    heads = 1  # W_h is block-diagonal with so many blocks for each gate (`multihead`)
    linear = False  # whether the new state is linear in the old one, by factors that read the input alone (`scan`)

    @staticmethod
    def start(n_hidden, rng):
        """{name: (H,)} of the elementwise weights, and of biases by the name of their gate, that do not start at 0."""
        return {}

    @classmethod
    def kept(cls, gates, new):
        """The share of the old memory that a step keeps, from gate values (G, …) and new states (K, …): the value of
        the forget gate, or 1 minus it. Only for a cell with such a gate."""
        gate = gates[cls.gates.index(cls.forget_gate)]
        return gate if cls.forget_sign > 0 else 1 - gate
