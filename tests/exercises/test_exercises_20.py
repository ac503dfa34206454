"""Solutions of the exercises of notebook 20, held against the engine and differences."""
import numpy as np
import pytest
from helpers import problem
from solutions import solve

from course_utils import SLSTM, MinGRU, MinLSTM, backprop, init_params, relative_error, unroll

each_seed = pytest.mark.parametrize("seed", (0, 1))


def test_a_min_gru_with_this_gate_keeps_half():
    params = init_params(MinGRU, 1, 1, np.random.default_rng(0))
    z = solve("gate_for_half")
    params.W_x[:], params.b[:] = 0, (np.log(z / (1 - z)), 0)
    assert unroll(MinGRU, params, np.zeros((100, 1, 1)), np.ones((1, 1, 1))).states[0, -1, 0, 0] == pytest.approx(.5)


@each_seed
def test_min_lstm_backward_is_the_engines(seed):
    params, _, state0, trace, _ = problem(MinLSTM, (1, 2, 3, 5), seed=seed)
    dh, direct = np.random.default_rng(seed).normal(size=(2, 5)), np.zeros(trace.states.shape)
    direct[0, 1] = dh
    total, grads = backprop(MinLSTM, params, trace, direct)
    *da, dh_prev = solve("min_lstm_step_backward", dh, *trace.gates[:, 0], state0[0])
    assert relative_error(np.concatenate(da, axis=-1).sum(axis=0), grads.b) < 1e-12
    assert relative_error(dh_prev, total[0, 0]) < 1e-12


@each_seed
def test_joined_steps_are_two_steps(seed):
    a_1, u_1, a_2, u_2, h = np.random.default_rng(seed).normal(size=(5, 3, 4))
    a, u = solve("joined_steps", a_1, u_1, a_2, u_2)
    assert relative_error(a * h + u, a_2 * (a_1 * h + u_1) + u_2) < 1e-12


@each_seed
def test_stabilised_step_is_the_engines(seed):
    _, _, state0, trace, _ = problem(SLSTM, (1, 2, 3, 5), seed=seed)
    i, f, g, _ = trace.gates[:, 0]
    found = solve("stabilised_step", i, np.log(f), g, *state0[1:])
    assert relative_error(np.array(found), trace.states[1:, 1]) < 1e-12
