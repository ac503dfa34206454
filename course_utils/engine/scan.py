"""The forward pass of a linear cell without a loop over all its steps: a scan.

s_t = F_t s_{t−1} + u_t with factors F and offsets u that read the input alone. The steps are cut into √T pieces of √T
steps; a first loop runs along all pieces at once, a second one hands the last state of each piece to the next.
"""
from itertools import chain, product
from math import isqrt

import numpy as np

from .backprop import chunks
from .jacobians import elementwise_factors
from .params import cell_name, check_params
from .sequence import Trace, projected, states_from


def scan(cell, params, x, state0=None):
    """What `unroll` gives, to rounding, with far fewer steps of Python: for the cells that are `linear`.

    Arguments, result and errors are those of `unroll`. Raises ValueError for another cell, too.
    """
    n_inputs, n_hidden, dtype = check_params(cell, params)
    if not cell.linear:
        raise ValueError(f"cell is {cell_name(cell)}, expected one whose state is linear, such as course_utils.MinGRU")
    x, states = states_from(cell, (n_inputs, n_hidden, dtype), x, state0)
    gates = projected(x, params, n_hidden).swapaxes(0, 1)
    for steps in reversed(chunks(len(x), states[0, 0].size)):  # so many at a time as stay in the cache
        with np.errstate(over="ignore"):  # as in `unroll`
            _scan_piece(cell, params, gates[:, steps], states[:, steps.start:steps.stop + 1])
    return Trace(cell_name(cell), x, states, gates)


def _scan_piece(cell, params, gates, states):
    """Put all states after the first into `states` (K, S+1, B, H); `gates` become gate values."""
    zero = np.zeros_like(states[:, 1:])
    offsets = cell.step(gates, zero, params, None)
    table = cell.partials(gates, zero, offsets, params, None)
    factors = elementwise_factors(cell, params, {edge: np.broadcast_to(np.asarray(value, zero.dtype), zero.shape[1:])
                                                 for edge, value in table.items()})
    number = {name: k for k, name in enumerate(cell.states)}
    memories = [old for old in cell.states if any(pair[1] == old for pair in factors)]
    for group in _groups(memories, factors):
        at = [number[name] for name in group]
        found = _solve(group, [offsets[k] for k in at], factors, [states[k, 0] for k in at])
        for k, state in zip(at, found):
            states[k, 1:] = state
    for name in set(cell.states) - set(memories):  # what is only shown
        states[number[name], 1:] = offsets[number[name]]
        for old in memories:
            if (name, old) in factors:
                states[number[name], 1:] += factors[name, old] * states[number[old], :-1]


def _groups(memories, factors):
    """The states in groups that read each other."""
    groups = []
    for name in memories:
        joined = [group for group in groups if any({(name, old), (old, name)} & set(factors) for old in group)]
        groups = [group for group in groups if group not in joined] + [[*chain(*joined), name]]
    return groups


def _solve(group, offsets, factors, first):
    """The states (S, B, H) of a group that begin with `first`."""
    n_steps = len(offsets[0])
    length = isqrt(n_steps - 1) + 1
    s = [_cut(offset, length, 0) for offset in offsets]
    F = [[_cut(factors[new, old], length, new == old) if (new, old) in factors else None for old in group]
         for new in group]
    P, carry = _along(F, s), [np.empty(array.shape[1:], array.dtype) for array in s]
    for k in range(s[0].shape[1]):  # from piece to piece
        for kept, start in zip(carry, first):
            kept[k] = start
        first = [array[-1, k] + sum(through[-1, k] * start for through, start in zip(row, first))
                 for array, row in zip(s, P)]
    for array, row in zip(s, P):
        for through, start in zip(row, carry):
            through *= start
            array += through
    return [array.swapaxes(0, 1).reshape(-1, *array.shape[2:])[:n_steps] for array in s]


def _cut(array, length, fill):
    """(T, B, H) as (length, pieces, B, H), filled up at the end."""
    pieces = -(-len(array) // length)
    filled = np.full((pieces * length, *array.shape[1:]), fill, array.dtype)
    filled[:len(array)] = array
    return np.ascontiguousarray(filled.reshape(pieces, length, *array.shape[1:]).swapaxes(0, 1))


def _along(F, s):
    """Run along all pieces at once, from zero: the offsets s become states, in place. Returns the products of the
    factors F from a piece's beginning, P[i][j] (length, pieces, B, H); F is used up."""
    if len(s) == 1:
        for before, now, so_far, factor in zip(s[0], s[0][1:], F[0][0], F[0][0][1:]):
            now += factor * before
            factor *= so_far  # much faster than multiply.accumulate
        return F
    numbers = range(len(s))
    P = [[np.zeros_like(s[0]) for _ in numbers] for _ in numbers]
    for i, j in product(numbers, numbers):
        P[i][j][0] = 0 if F[i][j] is None else F[i][j][0]
    for t in range(1, len(s[0])):
        for i in numbers:
            read = [j for j in numbers if F[i][j] is not None]
            s[i][t] += sum(F[i][j][t] * s[j][t - 1] for j in read)
            for column in numbers:
                P[i][column][t] = sum(F[i][j][t] * P[j][column][t - 1] for j in read)
    return P
