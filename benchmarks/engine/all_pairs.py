"""All pairs of log10 ‖∂h_t/∂h_k‖ of an LSTM: our engine, five ways through PyTorch, and the floor."""
from functools import partial

import numpy as np
import torch

from benchmarks.engine.peers import torch_pairs
from benchmarks.shared.timing import interleave, median, one_core
from course_utils import all_pairs_norms, from_torch, unroll

AGREE = 1e-8  # largest difference of two log10 norms before we time
STRIDE = 32  # pair by pair takes minutes: every 32nd pair is timed, whose mean lag is that of all, and multiplied
PAIR_BY_PAIR = "PyTorch, pair by pair, one backward pass a row †"
PEERS = {
    PAIR_BY_PAIR: partial(torch_pairs.pair_by_pair, stride=STRIDE),
    "PyTorch, one backward pass a row, shared by all k": torch_pairs.row_by_row,
    "PyTorch, one batched backward pass a step": torch_pairs.step_by_step,
    "PyTorch, one batched backward pass": torch_pairs.all_at_once,
    "PyTorch, step Jacobians by vmap(jacrev), batched products": torch_pairs.jacobian_products}


def cases(quick):
    return [{"T": 5, "H": 4, "rounds": 1} if quick else {"T": 60, "H": 64, "rounds": 3}]


def measure(case):
    """{"times": {name: median time in seconds}} of an LSTM in float64, one sequence."""
    one_core()
    torch.manual_seed(0)
    T, H = case["T"], case["H"]
    net, x = torch.nn.LSTM(16, H, dtype=torch.float64), torch.randn(T, 1, 16, dtype=torch.float64)
    cell, params = from_torch(net.state_dict())

    def ours():
        return all_pairs_norms(cell, params, unroll(cell, params, x.numpy()))[..., 0]

    peers = {name: partial(peer, net, x) for name, peer in PEERS.items()}
    check(ours(), peers)
    times = median(interleave({"ours": ours} | peers | {"floor": floor_run(T, H)}, 0, case["rounds"]))
    pairs = (T + 1) * (T + 2) // 2
    times[PAIR_BY_PAIR] *= pairs / len(range(0, pairs, STRIDE))
    return {"times": times}


def check(ours, peers):
    """RuntimeError unless every peer finds our norms (of the pairs that it computes) and nothing above the diagonal."""
    above = np.triu(np.ones(ours.shape, bool), 1)
    for name, peer in peers.items():
        logs = peer()
        error = np.nanmax(np.abs(logs - ours))
        if not error < AGREE or not (np.isnan(logs) & np.isnan(ours))[above].all():
            raise RuntimeError(f"{name}: log10 norms differ from ours by {error:.1e}, nothing to time")


def floor_run(T, H):
    """The products alone: for every pair k < t one (2H, H) @ (H, H), the columns of J_t that belong to h. Those that
    belong to c are two diagonals, and the tanh calls are T in all."""
    rng = np.random.default_rng(0)
    J, P, out = rng.standard_normal((T, 2 * H, H)), rng.standard_normal((T, H, H)), np.empty((T, 2 * H, H))

    def run():
        for lag in range(T):
            np.matmul(J[lag:], P[:T - lag], out=out[lag:])

    return run
