"""A network small enough to judge backward passes by central differences, and four gradients of it (notebook 18)."""
from dataclasses import dataclass

import numpy as np

from ...engine import (
    LSTM,
    Params,
    TanhRNN,
    clip_by_norm,
    init_params,
    numerical_jacobian,
    relative_error,
    relu,
    sigmoid,
    unroll,
)
from ...ground.arguments import a, function, numbers, takes
from ...ground.arguments import seed as a_seed

T, B, D, H = 6, 5, 3, 4  # all different, so that no axis passes for another


@dataclass(frozen=True)
class SmallNetwork:
    """A tanh RNN with its weights, inputs x (T, B, D), initial state h_0 (B, H), and the weights w (T+1, B, H) of its
    loss, which is L = Σ w ∘ h over all states, or over the last one alone."""

    params: Params
    x: np.ndarray
    w: np.ndarray
    h_0: np.ndarray

    def run(self, n=T, **moved):
        """States (n+1, B, H) after n steps, with other weights or another h_0 where they are given."""
        at = {**self.params, "h_0": self.h_0, **moved}
        return unroll(TanhRNN, Params({name: at[name] for name in self.params}), self.x[:n], at["h_0"][None]).states[0]

    def every_state(self, h):
        """The loss that reads every state h (n+1, B, H)."""
        return np.sum(self.w[:len(h)] * h)

    def last_state(self, h):
        """The loss that reads only the last state."""
        return np.sum(self.w[-1] * h[-1])

    def differences(self, n=T, loss=None):
        """{name: ∂loss/∂name by central differences} of W_x, W_h, b and h_0, for n steps; loss: `every_state` or
        `last_state`."""
        loss = loss or self.every_state
        return {name: numerical_jacobian(lambda array, name=name: loss(self.run(n, **{name: array})), array)
                for name, array in {**self.params, "h_0": self.h_0}.items()}


def small(name, value):
    """A check of arguments: a `SmallNetwork` whose arrays have the shapes of this file."""
    a(SmallNetwork)(name, value)
    a(Params)(f"params of {name}", value.params)
    for part, shape in {"x": (T, B, D), "w": (T + 1, B, H), "h_0": (B, H)}.items():
        numbers(*shape)(f"{part} of {name}", getattr(value, part))
    for part, shape in {"W_x": (D, H), "W_h": (H, H), "b": (H,)}.items():
        numbers(*shape)(f"{part} of {name}", value.params.get(part))
    return value


@takes(seed=a_seed)
def small_network(seed):
    """A `SmallNetwork` of 3 inputs, 4 units, 6 steps and a batch of 5: weights and biases from PyTorch's start, all
    else from the normal distribution."""
    rng = np.random.default_rng(seed)
    params = init_params(TanhRNN, D, H, rng, recurrent="torch")
    return SmallNetwork(params, *(rng.normal(size=shape) for shape in ((T, B, D), (T + 1, B, H), (B, H))))


@takes(seed=a_seed)
def four_gradients(seed):
    """{"A": ∂L/∂W_h (H, H), …, "D": …} of `small_network`, by four backward passes. C is right; A takes the slope of
    tanh(h), B never hands the carry on, D goes back through W_h where its transpose belongs."""
    network = small_network(seed)
    h, W_h = network.run(), network.params.W_h
    right, twice = 1 - h**2, 1 - np.tanh(h)**2
    return {"A": _by_w_h(network.w, h, twice, W_h.T), "B": _by_w_h(network.w, h, right, 0 * W_h),
            "C": _by_w_h(network.w, h, right, W_h.T), "D": _by_w_h(network.w, h, right, W_h)}


def _by_w_h(w, h, slope, back):
    """∂L/∂W_h with this slope at every state, where da @ back goes on to the step before."""
    dW_h, carry = 0, 0
    for t in range(T, 0, -1):
        da = (w[t] + carry) * slope[t]
        dW_h, carry = dW_h + h[t - 1].T @ da, da @ back
    return dW_h


@takes(a=numbers(4, "B", "H"))
def squashed(a):
    """i, f, g, o of an LSTM from their pre-activations a (4, B, H)."""
    return np.stack([sigmoid(a[0]), sigmoid(a[1]), np.tanh(a[2]), sigmoid(a[3])])


@takes(step_backward=function, seed=a_seed)
def lstm_step_judged(step_backward, seed):
    """{name: (what step_backward gives, central differences)} for "sum of da" (the gradient of b), "dh_prev" and
    "dc_prev" of one LSTM step with random gradients for h and c.

    step_backward(dh, dc, c_prev, i, f, g, o, c, W_h): da, dh_prev, dc_prev.
    """
    rng = np.random.default_rng(seed)
    params = init_params(LSTM, D, H, rng, recurrent="torch")
    x, state, dstate = rng.normal(size=(1, B, D)), rng.normal(size=(2, B, H)), rng.normal(size=(2, B, H))

    def loss(state, b):
        return np.sum(dstate * unroll(LSTM, Params({**params, "b": b}), x, state).states[:, 1])

    trace = unroll(LSTM, params, x, state)
    da, *back = step_backward(*dstate, state[1], *trace.gates[:, 0], trace.states[1, 1], params.W_h)
    by_state = numerical_jacobian(lambda state: loss(state, params.b), state)
    by_b = numerical_jacobian(lambda b: loss(state, b), params.b)
    return {"sum of da": (da.sum(axis=0), by_b), "dh_prev": (back[0], by_state[0]), "dc_prev": (back[1], by_state[1])}


@takes(step_backward=function, network=small, bias=numbers(H))
def relu_judged(step_backward, network, bias):
    """(share of the units that are on, db by step_backward, db by central differences) of a network's first step, with
    ReLU units and this bias. step_backward(dh, x, h_prev, h, W_h): dW_x, dW_h, db, dh_prev."""
    x, h_prev, W_h, w = network.x[0], network.h_0, network.params.W_h, network.w[1]
    pre = x @ network.params.W_x + h_prev @ W_h
    h = relu(pre + bias)
    judge = numerical_jacobian(lambda b: np.sum(w * relu(pre + b)), bias)
    return np.mean(h > 0), step_backward(w, x, h_prev, h, W_h)[2], judge


@takes(check=function, network=small)
def wrong_gradient_judged(check, network):
    """(what a check says, the truth): two relative errors of one wrong gradient of b, which computes the pre-activation
    once more and leaves b out. The truth is that at the first step of the network.

    check(step, backward, rng): as notebook 18's bias_error.
    """
    w, x, h_0, params = network.w[1], network.x[0], network.h_0, network.params
    return (check(_tanh_step, _without_b, np.random.default_rng(9)),
            relative_error(_without_b(w, x, h_0, **params), network.differences(1)["b"]))


def _tanh_step(x, h_prev, W_x, W_h, b):
    return np.tanh(x @ W_x + h_prev @ W_h + b)


def _without_b(dh, x, h_prev, W_x, W_h, b):
    return (dh * (1 - np.tanh(x @ W_x + h_prev @ W_h)**2)).sum(axis=0)


@takes(clip=function, network=small)
def clipping_judged(clip, network):
    """(norm of the clipped gradient, degrees by which it is turned, clip's vector, the engine's) of the network's
    gradient, limited to a norm of 1. clip(dW_x, dW_h, db, max_norm): the three gradients, clipped."""
    grads = Params({name: d for name, d in network.differences().items() if name != "h_0"})
    before, ours = _joined(grads.values()), _joined(clip(grads.W_x, grads.W_h, grads.b, 1.))
    norm = np.linalg.norm(ours)
    turned = np.degrees(np.arccos(min(1, before @ ours / np.linalg.norm(before) / norm)))
    return norm, turned, ours, _joined(clip_by_norm(grads, 1.)[0].values())


def _joined(arrays):
    return np.concatenate([array.ravel() for array in arrays])
