"""Weights of a PyTorch RNN, LSTM or GRU as weights of this course; torch itself is never imported."""
from collections.abc import Mapping

import numpy as np

from ..ground.checks import as_array, as_size, one_of
from .cells import LSTM, ReluRNN, ResetAfterGRU, TanhRNN
from .params import Params

NONLINEARITIES = {"tanh": TanhRNN, "relu": ReluRNN}


def from_torch(state_dict, layer=0, *, nonlinearity="tanh"):
    """(cell, params) for one layer of a `torch.nn.RNN`, `LSTM` or `GRU`.

    state_dict: its `state_dict()`, or any mapping of the same names to arrays (a prefix such as "encoder." is
    allowed). W_x = weight_ihᵀ, W_h = weight_hhᵀ, b = bias_ih + bias_hh; of a GRU's candidate the recurrent bias
    stands inside the reset gate and becomes `b_h`. Which cell it is follows from the number of gates: 1 an RNN,
    3 a GRU, 4 an LSTM. A state_dict does not say whether an RNN is tanh or ReLU: `nonlinearity` does.
    Raises ValueError for a bidirectional or projected network, a missing layer, or shapes that do not fit.
    """
    layer = as_size("layer", layer, 0)
    one_of("nonlinearity", nonlinearity, tuple(NONLINEARITIES))
    prefix = _prefix(state_dict, layer)
    ih, hh = (_array(state_dict, f"{prefix}weight_{kind}_l{layer}", ("G·H", size)) for kind, size in
              (("ih", "D"), ("hh", "H")))
    n_gates, H = len(hh) / hh.shape[1], hh.shape[1]
    cell = {1: NONLINEARITIES[nonlinearity], 3: ResetAfterGRU, 4: LSTM}.get(n_gates)
    if cell is None or len(ih) != len(hh) or ih.dtype != hh.dtype:
        raise ValueError(f"weight_ih has shape {ih.shape} and weight_hh {hh.shape} ({ih.dtype}, {hh.dtype}), expected "
                         "(G·H, D) and (G·H, H) of one dtype with G = 1 (RNN), 3 (GRU) or 4 (LSTM)")
    b_ih, b_hh = _biases(state_dict, prefix, layer, len(hh), hh.dtype)
    if cell is not ResetAfterGRU:
        return cell, Params(W_x=ih.T.copy(), W_h=hh.T.copy(), b=b_ih + b_hh)
    b = np.concatenate([b_ih[:2 * H] + b_hh[:2 * H], b_ih[2 * H:]])
    return cell, Params(W_x=ih.T.copy(), W_h=hh.T.copy(), b=b, b_h=b_hh[2 * H:])


def _prefix(state_dict, layer):
    """What stands before "weight_hh_l…" in the names, once the kinds that we can't run are refused."""
    if not isinstance(state_dict, Mapping):
        raise ValueError(f"state_dict is a {type(state_dict).__name__}, expected a mapping such as module.state_dict()")
    names = [name for name in state_dict if isinstance(name, str)]
    if any(name.endswith("_reverse") for name in names):
        raise ValueError("state_dict holds a bidirectional network (…_reverse), expected one that runs forwards only")
    if any("weight_hr_l" in name for name in names):
        raise ValueError("state_dict holds a projected LSTM (weight_hr_l…), expected one with proj_size = 0")
    found = [name for name in names if name.endswith(f"weight_hh_l{layer}")]
    if len(found) != 1:
        raise ValueError(f"state_dict holds {len(found)} entries weight_hh_l{layer} for layer {layer}, expected "
                         f"exactly one; its names are {', '.join(names) or 'none'}")
    return found[0].removesuffix(f"weight_hh_l{layer}")


def _array(state_dict, name, shape, dtype=None):
    if name not in state_dict:
        raise ValueError(f"state_dict lacks {name}, it holds {', '.join(map(str, state_dict))}")
    value = state_dict[name]
    value = value.detach().cpu().numpy() if hasattr(value, "detach") else value  # a tensor, possibly a parameter
    return as_array(name, value, shape, dtype)


def _biases(state_dict, prefix, layer, size, dtype):
    names = [f"{prefix}bias_{kind}_l{layer}" for kind in ("ih", "hh")]
    if not any(name in state_dict for name in names):  # made with bias=False
        return np.zeros((2, size), dtype)
    return [_array(state_dict, name, (size,), dtype).copy() for name in names]
